"""Organisations and people of the small municipality, with organisation numbers that nobody has."""

from __future__ import annotations

from partnership_lib.demo.shelf import read_facts, record_of
from partnership_lib.domain import Organisation, Party, Person, Record
from partnership_lib.units.organisation_number import check_digit

MUNICIPALITY_NUMBER = "2120009010"
"""Organisation number of Lindvalla kommun; 212000-9... is given to no municipality."""

MUNICIPALITY_CODE = "9901"
"""Municipality code of Lindvalla: there is no county 99."""


def supplier_number(serial: int) -> str:
    """Return an organisation number for an invented company; 5599... has not been issued.

    Examples
    --------
    >>> supplier_number(1)
    '5599000378'
    """
    nine = f"5599{serial * 37 % 100_000:05d}"
    return nine + check_digit(nine)


def organisations_and_people() -> list[Record]:
    """Return the municipality, its suppliers and the people on both sides."""
    facts = read_facts("small/organisations.toml")
    buyer = Organisation(**facts["buyer"], party=Party.BUYER, organisation_number=MUNICIPALITY_NUMBER)
    suppliers = [
        Organisation(**row, party=Party.SUPPLIER, organisation_number=supplier_number(int(row["id"][2:])))
        for row in facts["suppliers"]
    ]
    return [buyer, *suppliers, *(_person(row, buyer.id) for row in facts["people"])]


def _person(row: dict[str, str], buyer_id: str) -> Person:
    domain = "lindvalla.example" if "organisation_id" not in row else f"{row['organisation_id'].lower()}.example"
    first, last = row["name"].lower().translate(str.maketrans("åäöé", "aaoe")).split(" ", 1)
    email = f"{first}.{last.replace(' ', '')}@{domain}"
    return record_of(Person, {"organisation_id": buyer_id, "email": email, **row})
