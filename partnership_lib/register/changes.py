"""What a save changes: records compared with the rows that stand in the database, then written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from partnership_lib.domain import RECORD_TYPES, Record
from partnership_lib.errors import ConflictError, InputError, StorageError
from partnership_lib.register.audit import Change, Row, latest_change
from partnership_lib.register.schema import RECORD_TABLES
from partnership_lib.register.values import columns_of, table_name, to_row

Key = tuple[type[Record], str]

_AT_A_TIME = 500  # databases limit how many values a statement may name


@dataclass
class Rows:
    """Rows of the database, and of the batch that is being saved, by record type and id."""

    connection: Connection
    batch: dict[Key, Row] = field(default_factory=dict)
    stored: dict[Key, Row | None] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection, records: Sequence[Record]) -> Rows:
        """Return the rows of a batch together with those that stand under the same ids."""
        rows = cls(connection)
        for record in records:
            row = to_row(record)
            key = (type(record), str(row["id"]))
            if key in rows.batch:
                raise InputError("record_twice", record=table_name(type(record)), id=record.id)
            rows.batch[key] = row
        rows.fetch(rows.batch)
        return rows

    def fetch(self, keys: Iterable[Key]) -> None:
        """Read the rows under these keys that have not been read yet."""
        missing: dict[type[Record], list[str]] = {}
        for kind, record_id in keys:
            if (kind, record_id) not in self.stored:
                self.stored[kind, record_id] = None
                missing.setdefault(kind, []).append(record_id)
        for kind, ids in missing.items():
            table = RECORD_TABLES[kind]
            for some in _chunks(ids):
                for row in self.connection.execute(select(table).where(table.c.id.in_(some))).mappings():
                    self.stored[kind, row["id"]] = dict(row)

    def find(self, kind: type[Record], record_id: Any) -> Row | None:
        """Return a row, the one in the database before the one in the batch; None when there is none."""
        if record_id is None:
            return None
        self.fetch([(kind, str(record_id))])
        return self.stored[kind, str(record_id)] or self.batch.get((kind, str(record_id)))


def _chunks(ids: Sequence[str]) -> Iterator[list[str]]:
    values = iter(ids)
    while some := list(islice(values, _AT_A_TIME)):
        yield some


def planned_changes(rows: Rows, records: Sequence[Record]) -> list[Change]:
    """Return what must be written for the records; those that stand there already as they are give nothing.

    Raises
    ------
    ConflictError
        ``row_changed`` or ``row_exists`` with both texts, who wrote the other one and when.
    StorageError
        ``row_missing`` when a record with a version is not in the register.
    """
    changes = []
    for record in records:
        kind, before = type(record), rows.stored[type(record), str(record.id)]
        after = rows.batch[kind, str(record.id)]
        version = int(record.version)
        if before is None and version:
            raise StorageError("row_missing", record=table_name(kind), id=record.id)
        if before is not None and before["version"] != version:
            raise _conflict(rows.connection, "row_changed" if version else "row_exists", kind, before, after)
        if before is None or any(before[name] != value for name, value in after.items()):
            changes.append(Change(kind, before, after, version + 1))
    return changes


def _conflict(connection: Connection, code: str, kind: type[Record], theirs: Row, yours: Row) -> ConflictError:
    other = latest_change(connection, kind, str(yours["id"]))
    differing = [name for name, value in yours.items() if theirs[name] != value]
    return ConflictError(
        code,
        record=table_name(kind),
        id=yours["id"],
        actor=other.actor if other else "?",
        at_utc=other.at_utc if other else "?",
        yours=dict(yours),
        theirs=dict(theirs),
        your_text=_texts(yours, differing),
        their_text=_texts(theirs, differing),
    )


def _texts(row: Row, names: Iterable[str]) -> str:
    return "; ".join(f"{name}: {'–' if row[name] in (None, '') else row[name]}" for name in names) or "–"


def check_references(rows: Rows, changes: Sequence[Change]) -> None:
    """Raise when a record points to another one that is neither in the register nor in the batch.

    Raises
    ------
    InputError
        ``reference_missing``: the database would refuse it too, but without saying where.
    """
    pointing = [
        (change, column, (RECORD_TYPES[column.references], str(change.after[column.name])))
        for change in changes
        for column in columns_of(change.kind)
        if column.references and change.after[column.name] is not None
    ]
    rows.fetch(key for _, _, key in pointing if key not in rows.batch)
    for change, column, key in pointing:
        if key not in rows.batch and rows.stored[key] is None:
            raise InputError(
                "reference_missing",
                record=table_name(change.kind),
                id=change.id,
                column=column.name,
                found=key[1],
                allowed=str(column.references),
            )


def write_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Write new rows and new versions of rows.

    Raises
    ------
    ConflictError
        ``row_changed`` when a row has another version by now, ``row_taken`` when another row holds the same place.
    """
    for kind in RECORD_TYPES.values():
        new = [{**change.after, "version": 1} for change in changes if change.kind is kind and change.before is None]
        try:
            for start in range(0, len(new), _AT_A_TIME):
                connection.execute(insert(RECORD_TABLES[kind]), new[start : start + _AT_A_TIME])
            for change in changes:
                if change.kind is kind and change.before is not None:
                    _update(connection, change)
        except IntegrityError as error:
            ids = ", ".join(change.id for change in changes if change.kind is kind)
            raise ConflictError("row_taken", record=table_name(kind), id=ids[:80], reason=str(error.orig)) from error


def _update(connection: Connection, change: Change) -> None:
    table = RECORD_TABLES[change.kind]
    statement = (
        update(table)
        .where(table.c.id == change.id, table.c.version == change.version - 1)
        .values(**change.after, version=change.version)
    )
    if connection.execute(statement).rowcount != 1:
        current = connection.execute(select(table).where(table.c.id == change.id)).mappings().one()
        raise _conflict(connection, "row_changed", change.kind, dict(current), change.after)
