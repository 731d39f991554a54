"""Registers of the larger scales: ordinary agreements by the thousand, each from its own random stream."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from partnership_lib.demo.organisations import supplier_number
from partnership_lib.demo.places import Place
from partnership_lib.demo.shelf import read_facts
from partnership_lib.demo.streams import stream
from partnership_lib.domain import (
    Agreement,
    AgreementKind,
    AgreementPart,
    Need,
    Organisation,
    Party,
    Person,
    Record,
    RequirementType,
)
from partnership_lib.units.dates import add_months

FIRST_BULK_SERIAL = 2_000
"""Suppliers of the larger scales are numbered from here, past those of the small one."""

SHARED_SUPPLIERS = 400
"""Suppliers that work everywhere; the others are local."""

LOCAL_SUPPLIERS = 45
CITY_SUPPLIERS = 900

CLOSE_FROM_ORE, YEARLY_FROM_ORE = 75_000_000, 20_000_000
"""Annual values from which an agreement is followed up closely, and every year."""


def bulk_name(serial: int) -> str:
    """Return the name of an invented supplier; 24,000 different ones.

    Examples
    --------
    >>> bulk_name(0), bulk_name(1241)
    ('Alvibra Bygg AB', 'Heldoraba Textil AB')
    """
    facts = read_facts("names.toml")
    firsts, seconds, trades = facts["first_syllables"], facts["second_syllables"], facts["trades"]
    scattered = serial * 7_919 % (len(firsts) * len(seconds) * len(trades))
    stem, trade = divmod(scattered, len(trades))
    second, first = divmod(stem, len(firsts))
    return f"{firsts[first]}{seconds[second]} {trades[trade]} AB"


def bulk_records(places: list[Place], seed: int) -> Iterator[Record]:
    """Yield organisations, people, needs and agreements of the municipalities beyond the hand-written facts."""
    used: set[int] = set()
    for place in places:
        if place.number != 1:
            yield Organisation(
                id=place.buyer_id, name=place.name, party=Party.BUYER, organisation_number=place.organisation_number
            )
        yield from _people(place)
        yield from _needs(place)
        for number in range(place.bulk_agreements):
            agreement, serial, part = _agreement(place, number, alone=len(places) == 1, seed=seed)
            used.add(serial)
            yield agreement
            yield part
    for serial in sorted(used):
        yield Organisation(
            id=_supplier_id(serial), name=bulk_name(serial), party=Party.SUPPLIER,
            organisation_number=supplier_number(FIRST_BULK_SERIAL + serial),
        )  # fmt: skip


def _supplier_id(serial: int) -> str:
    return f"S-{serial:05d}"


def _people(place: Place) -> Iterator[Person]:
    facts = read_facts("names.toml")
    for number in range(_people_count(place)):
        given = facts["given_names"][(place.number + number * 7) % len(facts["given_names"])]
        family = facts["family_names"][(place.number * 3 + number) % len(facts["family_names"])]
        yield Person(
            id=f"{place.mark}-P{number:03d}", name=f"{given} {family}", organisation_id=place.buyer_id,
            title="Avtalsansvarig", follow_up_hours_per_year=120.0 + 10.0 * (number % 9),
        )  # fmt: skip


def _people_count(place: Place) -> int:
    return 3 + place.bulk_agreements // 12


def _kinds() -> list[dict[str, Any]]:
    kinds: list[dict[str, Any]] = read_facts("small/needs.toml")["needs"]
    return kinds


def _need_count(place: Place) -> int:
    return max(30, place.bulk_agreements // 3)


def _needs(place: Place) -> Iterator[Need]:
    kinds = _kinds()
    for number in range(_need_count(place)):
        round_number, kind = divmod(number, len(kinds))
        row = kinds[kind]
        yield Need(
            id=f"{place.mark}-N{number:04d}", name=f"{row['name']}, område {round_number + 1}",
            category=row["category"], domain=row["domain"],
        )  # fmt: skip


def _agreement(place: Place, number: int, *, alone: bool, seed: int) -> tuple[Agreement, int, AgreementPart]:
    agreement_id = f"{place.mark}-A{number:04d}"
    numbers = stream(seed, agreement_id, "agreement")
    serial = _supplier_serial(place, numbers, alone=alone)
    need_number = numbers.randrange(_need_count(place))
    row = _kinds()[need_number % len(_kinds())]
    framework = numbers.random() < 0.5
    start = add_months(date(2019, 1, 1), numbers.randrange(92))
    end = add_months(start, numbers.choice((24, 36, 48) if framework else (24, 36, 48, 72, 96))) - timedelta(days=1)
    annual_ore = int(8_000_000 / (numbers.random() + 0.004))
    agreement = Agreement(
        id=agreement_id, name=f"{row['name']} {number + 1}", buyer_id=place.buyer_id,
        supplier_id=_supplier_id(serial),
        kind=AgreementKind.FRAMEWORK_AGREEMENT if framework else AgreementKind.CONTRACT,
        requirement_type=RequirementType.DETAILED, category=row["category"], start_date=start, end_date=end,
        ceiling_ore=annual_ore * 6 if framework else None, notice_months=numbers.choice((3, 6, 9)),
        preparation_months=numbers.choice((6, 9, 12)), owner_id=_owner(place, numbers),
        follow_up_class_id=_follow_up_class(annual_ore),
    )  # fmt: skip
    need_id = f"{place.mark}-N{need_number:04d}"
    part = AgreementPart(
        id=f"{agreement_id}-{need_id}", agreement_id=agreement_id, need_id=need_id,
        requirement_type=RequirementType.DETAILED, start_date=start, end_date=end, annual_value_ore=annual_ore,
    )  # fmt: skip
    return agreement, serial, part


def _follow_up_class(annual_ore: int) -> str:
    """Return the class of an agreement by value: about a tenth closely, three tenths every year, the rest seldom."""
    return "FC-1" if annual_ore >= CLOSE_FROM_ORE else "FC-2" if annual_ore >= YEARLY_FROM_ORE else "FC-3"


def _supplier_serial(place: Place, numbers: Random, *, alone: bool) -> int:
    """Return a supplier; a few have many agreements, most have one."""
    if alone:
        return int(CITY_SUPPLIERS * numbers.random() * numbers.random())
    if numbers.random() < 0.3:
        return int(SHARED_SUPPLIERS * numbers.random() * numbers.random())
    return SHARED_SUPPLIERS + place.number * LOCAL_SUPPLIERS + numbers.randrange(LOCAL_SUPPLIERS)


def _owner(place: Place, numbers: Random) -> str | None:
    owner = numbers.randrange(_people_count(place))
    return None if numbers.random() < 0.05 else f"{place.mark}-P{owner:03d}"
