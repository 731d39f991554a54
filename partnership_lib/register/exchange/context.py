"""What a row of a table refers to: suppliers, people, needs and agreements, found in the register or added to it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from partnership_lib.domain import Activity, Agreement, Need, Organisation, Party, Person, Record, RegisterContent
from partnership_lib.errors import InputError
from partnership_lib.register.exchange.cells import as_in_a_table
from partnership_lib.register.exchange.layout import LONG_TEXTS, plain
from partnership_lib.register.issues import RowIssue
from partnership_lib.units.organisation_number import (
    is_natural_person,
    mask_personal_numbers,
    normalise_organisation_number,
)

AnyRecord = TypeVar("AnyRecord", bound=Record)

_PERSON_WITH_ADDRESS = re.compile(r"(.+?)\s*<\s*([^<>@\s]+@[^<>@\s]+)\s*>")


class RefusedError(Exception):
    """A row cannot be taken: the column, what was found there, and the code of the sentence that says why."""

    def __init__(self, column: str, found: object, code: str, allowed: object = "") -> None:
        super().__init__(code)
        self.column = column
        self.found = str(found)[:80]
        self.code = code
        self.allowed = str(allowed)


@dataclass(frozen=True)
class Row:
    """A row whose cells have been understood; only the columns that are in the file have a value."""

    number: int
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a column, or `default` when the column is not in the file."""
        return self.values.get(name, default)


@dataclass
class Context:
    """The register as it stood when the file was read, and what the file adds to it."""

    content: RegisterContent
    file: str
    today: date
    buyer_name: str = ""
    added: dict[tuple[type[Record], str], Record] = field(default_factory=dict)
    notices: list[RowIssue] = field(default_factory=list)
    file_ids: dict[str, str] = field(default_factory=dict)

    def notice(self, row: Row, column: str, found: object, code: str, allowed: object = "") -> None:
        """Note something that should be looked at in a row that is taken nevertheless."""
        self.notices.append(RowIssue(self.file, row.number, column, str(found)[:200], str(allowed)[:200], code))

    def add(self, record: AnyRecord) -> AnyRecord:
        """Keep a record that a row makes necessary; it is saved when an accepted row refers to it."""
        self.added[type(record), record.id] = record
        return record

    @cached_property
    def buyer(self) -> Organisation:
        """Return the municipality; in an empty register it is added under the name of the workspace.

        Raises
        ------
        InputError
            ``register_without_buyer`` when it has none, ``register_with_buyers`` when it has several.
        """
        buyers = [each for each in self.content.organisations if each.party is Party.BUYER]
        if not buyers and self.buyer_name:
            return self.add(Organisation(id="O-buyer", name=self.buyer_name, party=Party.BUYER))
        if len(buyers) != 1:
            names = ", ".join(each.name for each in buyers)
            raise InputError("register_with_buyers" if buyers else "register_without_buyer", found=names)
        return buyers[0]

    def existing(self, kind: type[AnyRecord], written: str) -> AnyRecord | None:
        """Return the record whose id is `written`, however its case, spaces and hyphens are typed."""
        return self._by_plain_id(kind).get(plain(written))

    def _by_plain_id(self, kind: type[AnyRecord]) -> dict[str, AnyRecord]:
        if kind not in self._plain_ids:
            self._plain_ids[kind] = {plain(record.id): record for record in self.content if isinstance(record, kind)}
        return self._plain_ids[kind]

    @cached_property
    def _plain_ids(self) -> dict[type[Record], dict[str, Any]]:
        return {}

    def id_of(self, kind: type[Record], column: str, written: str, code: str) -> str:
        """Return the id of a record in the register or of a row in the file.

        Raises
        ------
        RefusedError
            With `code` when there is none.
        """
        record = self.existing(kind, written)
        if record is not None:
            return record.id
        if plain(written) in self.file_ids and kind in (Agreement, Activity):
            return self.file_ids[plain(written)]
        raise RefusedError(column, written, code)

    def supplier(self, row: Row) -> Organisation:
        """Return the supplier of a row by its number, else by its name; an unknown one is added."""
        name, written = row["supplier"], row.get("supplier_number") or ""
        masked = "*" in written
        number = "" if masked or not written else normalise_organisation_number(written)
        if number is None:
            raise RefusedError("supplier_number", mask_personal_numbers(written), "organisation_number_invalid")
        known = self._known_supplier(name, number)
        is_named = known is not None and plain(name) in (plain(as_in_a_table(known.name)), plain(known.id))
        if ";" in name and not is_named:
            raise RefusedError("supplier", name, "supplier_several")
        if known is None:
            known = self.add(
                Organisation(id=_new_id(name, number), name=name, party=Party.SUPPLIER, organisation_number=number)
            )
            self.notice(row, "supplier", name, "supplier_added")
        elif not is_named:
            self.notice(row, "supplier", name, "supplier_name_differs", known.name)
        return known

    def _known_supplier(self, name: str, number: str) -> Organisation | None:
        suppliers = [each for each in self._all(Organisation) if each.party is Party.SUPPLIER]
        if number:
            return next((each for each in suppliers if each.organisation_number == number), None)
        named = [each for each in suppliers if each.id == name]
        named = named or [each for each in suppliers if plain(as_in_a_table(each.name)) == plain(name)]
        if len(named) > 1:
            raise RefusedError("supplier", name, "supplier_ambiguous")
        return named[0] if named else None

    def person(self, row: Row, column: str, written: str, organisation_id: str) -> str | None:
        """Return the id of a person by id, e-mail or name; ``Name <e-mail>`` adds one who is not there."""
        if not written:
            return None
        match = _PERSON_WITH_ADDRESS.fullmatch(written)
        name, address = (match[1], match[2]) if match else (written, written)
        found = self._people(written, written, organisation_id) or self._people(name, address, organisation_id)
        if len(found) == 1:
            return found[0].id
        if found:
            raise RefusedError(column, written, "person_ambiguous")
        if match is None:
            raise RefusedError(column, written, "person_unknown")
        person = Person(id=f"P-{secrets.token_hex(4)}", name=name, organisation_id=organisation_id, email=address)
        self.notice(row, column, name, "person_added")
        return self.add(person).id

    def _people(self, name: str, address: str, organisation_id: str) -> list[Person]:
        people = [each for each in self._all(Person) if each.organisation_id == organisation_id]
        tests = (
            lambda person: person.id == name,
            lambda person: person.email and person.email.casefold() == address.casefold(),
            lambda person: plain(as_in_a_table(person.name)) == plain(name),
        )
        return next((found for test in tests if (found := [each for each in people if test(each)])), [])

    def need(self, column: str, written: str) -> Need:
        """Return a need by its id or its name."""
        by_id = self.existing(Need, written)
        same = [need for need in self.content.needs if plain(as_in_a_table(need.name)) == plain(written)]
        named = [by_id] if by_id else same
        if len(named) != 1:
            raise RefusedError(column, written, "need_ambiguous" if named else "need_unknown")
        return named[0]

    def _all(self, kind: type[AnyRecord]) -> Iterator[AnyRecord]:
        yield from (record for record in self.content if isinstance(record, kind))
        yield from (record for record in self.added.values() if isinstance(record, kind))

    def updated(self, row: Row, kind: type[AnyRecord], values: Mapping[str, Any]) -> AnyRecord:
        """Return the record of a row: a new one, or the one in the register with what the file says.

        Columns that are not in the file are left as they are. A row that carries a version must have the one in the
        register; where it carries none, what it changes is noted.
        """
        current = self.existing(kind, row["id"])
        if current is None:
            return kind(**{**values, "id": row["id"]})
        given = row.get("version")
        if given is not None and given != current.version:
            raise RefusedError("version", given, "row_stale", current.version)
        kept = {name: _as_it_stands(name, value, getattr(current, name)) for name, value in values.items()}
        kept.pop("id", None)
        changed = replace(current, **kept)
        if given is None:
            for name in kept:
                if getattr(changed, name) != getattr(current, name):
                    self.notice(row, name, getattr(changed, name), "row_updated", getattr(current, name))
        return changed


def _as_it_stands(name: str, value: Any, current: Any) -> Any:
    """Return what stands in the register where the file has it only as a table shows it (`as_in_a_table`)."""
    if not (isinstance(value, str) and type(current) is str):
        return value
    return current if value == as_in_a_table(current, long_text=name in LONG_TEXTS) else value


def _new_id(name: str, number: str) -> str:
    """Return an id for a new supplier: its number, but never a personal number."""
    if number and not is_natural_person(number):
        return f"O-{number}"
    slug = re.sub(r"[^a-z0-9]+", "-", plain(name).replace("å", "a").replace("ä", "a").replace("ö", "o")).strip("-")
    return f"O-{slug[:30]}-{secrets.token_hex(3)}" if not number and slug else f"O-{secrets.token_hex(5)}"
