"""What erasing a person would take away, what would stay, and what somebody has to decide first."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import Connection, func, select

from partnership_lib.domain import RECORD_TYPES, Person
from partnership_lib.errors import UsageError
from partnership_lib.register.connect import reading
from partnership_lib.register.erasure.mentions import Mention, PersonNames, find_mentions
from partnership_lib.register.schema import RECORD_TABLES
from partnership_lib.register.store import Register
from partnership_lib.register.values import columns_of, from_row

KEPT = ("id", "organisation_id", "access_role", "version")
"""Fields of a person that stay: the id as a pseudonym, on which side they were, and that they may do nothing."""


@dataclass(frozen=True)
class ErasurePlan:
    """What the register holds of a person.

    Attributes
    ----------
    fields : tuple of str
        Fields of the person's own record that are emptied.
    mentions : tuple of Mention
        Free texts that name them: a person has to decide about each.
    stays : dict
        How many records of each kind point to the pseudonym, by table: that somebody signed, was there, answers for it.
    id_names_them : bool
        Whether the id itself has a part of the name; it cannot be taken away.
    """

    person: Person
    fields: tuple[str, ...]
    mentions: tuple[Mention, ...]
    stays: dict[str, int]
    id_names_them: bool


def plan_erasure(register: Register, person_id: str) -> ErasurePlan:
    """Return what erasing a person would mean; nothing is changed.

    Raises
    ------
    UsageError
        ``unknown_person`` with those whose ids are nearest.
    """
    with reading(register.engine) as connection:
        person = find_person(connection, person_id)
        names = PersonNames(person.name, person.email)
        return ErasurePlan(
            person,
            tuple(f.name for f in fields(Person) if f.name not in KEPT and getattr(person, f.name) != f.default),
            tuple(find_mentions(connection, person.id, names)),
            _pointing(connection, person.id),
            bool(names.excerpt(person.id.replace("-", " ").replace(".", " ").title())),
        )


def find_person(connection: Connection, person_id: str) -> Person:
    """Return a person as the register has them, or raise ``unknown_person``."""
    table = RECORD_TABLES[Person]
    row = connection.execute(select(table).where(table.c.id == person_id)).mappings().first()
    if row is None:
        raise UsageError("unknown_person", found=person_id)
    return from_row(Person, dict(row))


def _pointing(connection: Connection, person_id: str) -> dict[str, int]:
    found = {}
    for name, kind in RECORD_TYPES.items():
        table = RECORD_TABLES[kind]
        columns = [table.c[column.name] for column in columns_of(kind) if column.references == "people"]
        count = sum(
            connection.scalar(select(func.count()).select_from(table).where(column == person_id)) or 0
            for column in columns
        )
        if count:
            found[name] = count
    return found
