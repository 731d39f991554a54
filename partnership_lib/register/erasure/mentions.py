"""Where a person is named in free text: in what the register says now, and in what its trail says it once said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from partnership_lib.domain import (
    RECORD_TYPES,
    ActivityListItem,
    ActivityListVersion,
    FrozenDocument,
    Person,
    Record,
    SignOff,
)
from partnership_lib.register.schema import AUDIT, RECORD_TABLES
from partnership_lib.register.values import columns_of, table_name

_SHORTEST_PART = 3
_AROUND = 40


@dataclass(frozen=True)
class PersonNames:
    """How a person is named in running text: the whole name, an address, or a part of the name."""

    name: str
    email: str

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        words = r"\s+".join(map(re.escape, self.name.split()))
        ways = [f"(?<!\\w){words}(?!\\w)"] if words else []
        ways += [re.escape(self.email)] if self.email else []
        return re.compile("|".join(ways) or r"(?!)", re.IGNORECASE)

    @cached_property
    def _part(self) -> re.Pattern[str]:
        parts = [re.escape(part) for part in re.split(r"[\s,]+", self.name) if len(part) >= _SHORTEST_PART]
        return re.compile(f"(?<!\\w)(?:{'|'.join(parts)})(?:s)?(?!\\w)" if parts else r"(?!)")

    def surely(self, text: str) -> bool:
        """Return whether a text has the whole name or the address; a part of the name can be somebody else's."""
        return self._whole.search(text) is not None

    def excerpt(self, text: str) -> str:
        """Return the words around the first mention; empty where there is none."""
        found = self._whole.search(text) or self._part.search(text)
        return "" if found is None else text[max(0, found.start() - _AROUND) : found.end() + _AROUND]

    def without(self, text: str, mark: str) -> str:
        """Return the text with `mark` wherever the person is named, wholly or in part."""
        return self._part.sub(mark, self._whole.sub(mark, text))


@dataclass(frozen=True)
class Mention:
    """A field of a record whose text names a person.

    Attributes
    ----------
    place : str
        ``table/id/field``: what is typed to have it erased.
    is_now : bool
        Whether the record says it now; otherwise only the trail remembers it.
    is_sure : bool
        Whether it is the whole name or the address; a part of a name can be somebody else's, or an ordinary word.
    is_fixed : bool
        Whether it is part of something signed or frozen, which cannot be altered.
    """

    place: str
    excerpt: str
    is_now: bool
    is_sure: bool
    is_fixed: bool


def place_of(name: str, record_id: str, column: str) -> str:
    """Return how a field of a record is called on the command line."""
    return f"{name}/{record_id}/{column}"


def text_columns(kind: type[Record]) -> list[str]:
    """Return the fields of a record that can hold running text."""
    return [c.name for c in columns_of(kind) if c.kind is str and not c.references and c.name != "id"]


def find_mentions(connection: Connection, person_id: str, names: PersonNames) -> list[Mention]:
    """Return every field that names the person, now or earlier, but for the person's own record."""
    fixed = _fixed(connection)
    found: dict[str, Mention] = {}
    for place, text, is_now in _texts(connection, person_id):
        excerpt = names.excerpt(text)
        if excerpt and (place not in found or (is_now and not found[place].is_now)):
            found[place] = Mention(place, excerpt, is_now, names.surely(text), place.rpartition("/")[0] in fixed)
    return [found[place] for place in sorted(found)]


def _texts(connection: Connection, person_id: str) -> Iterator[tuple[str, str, bool]]:
    """Yield place and text of everything that is said now, then of everything that the trail remembers."""
    own = (table_name(Person), person_id)
    for name, kind in RECORD_TYPES.items():
        for row in connection.execute(select(RECORD_TABLES[kind])).mappings():
            if (name, row["id"]) != own:
                yield from _of_row(name, kind, dict(row), is_now=True)
    for entry in connection.execute(select(AUDIT)):
        if entry.object_type in RECORD_TYPES and (entry.object_type, entry.object_id) != own:
            for said in filter(None, (entry.before, entry.after)):
                yield from _of_row(entry.object_type, RECORD_TYPES[entry.object_type], json.loads(said), is_now=False)


def _of_row(name: str, kind: type[Record], row: Mapping[str, Any], *, is_now: bool) -> Iterator[tuple[str, str, bool]]:
    for column in text_columns(kind):
        if text := row.get(column):
            yield place_of(name, str(row["id"]), column), str(text), is_now


def _fixed(connection: Connection) -> set[str]:
    """Return the records that nobody may alter, as ``table/id``: what somebody has signed, and what was frozen."""
    signed = set(connection.scalars(select(RECORD_TABLES[SignOff].c.list_version_id)))
    items, documents = RECORD_TABLES[ActivityListItem], RECORD_TABLES[FrozenDocument]
    listed = [
        row.id
        for row in connection.execute(select(items.c.id, items.c.list_version_id))
        if row.list_version_id in signed
    ]
    fixed: dict[type[Record], Iterable[str]] = {
        ActivityListVersion: signed,
        ActivityListItem: listed,
        FrozenDocument: connection.scalars(select(documents.c.id)),
    }
    return {f"{table_name(kind)}/{each}" for kind, ids in fixed.items() for each in ids}
