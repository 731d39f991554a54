"""What somebody saved, read back from the trail: what it was, and the records as they were before it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from partnership_lib.domain import (
    RECORD_TYPES,
    Activity,
    ActivityListItem,
    ActivityListVersion,
    ActivityMove,
    Record,
    SignOff,
)
from partnership_lib.errors import UsageError
from partnership_lib.register.audit import Row, latest_change
from partnership_lib.register.connect import reading
from partnership_lib.register.schema import AUDIT, RECORD_TABLES, SAVE
from partnership_lib.register.store import Register
from partnership_lib.register.values import columns_of, from_row, table_name


@dataclass(frozen=True)
class ChangeNote:
    """One record in a save: as it was (None when the save created it) and as the save left it."""

    seq: int
    kind: type[Record]
    id: str
    before: Row | None
    after: Row


@dataclass(frozen=True)
class SaveNote:
    """A save with a save id: who, when, and what it changed."""

    save_id: str
    at_utc: str
    actor: str
    changes: tuple[ChangeNote, ...]

    @property
    def last_seq(self) -> int:
        """Return the number of its last entry in the audit trail."""
        return max((change.seq for change in self.changes), default=0)


@dataclass(frozen=True)
class Restored:
    """What takes a save back: records as they were, and those that it created, all with their present versions."""

    before: tuple[Record, ...]
    created: tuple[Record, ...]


def saves_of(register: Register, actor: str, limit: int = 50) -> list[SaveNote]:
    """Return what somebody saved, newest first; saves without an id are not among them."""
    query = select(SAVE).where(SAVE.c.actor == actor).order_by(SAVE.c.at_utc.desc()).limit(limit)
    with reading(register.engine) as connection:
        notes = [_note(connection, row) for row in connection.execute(query).all()]
    # Within one second only the trail knows which came first.
    return sorted(notes, key=lambda note: note.last_seq, reverse=True)


def restored(register: Register, save_id: str) -> Restored:
    """Return what has to be saved to take a save back; nothing is ever deleted, so what it created comes apart.

    Raises
    ------
    UsageError
        ``undo_unknown`` when there is no such save, ``undo_changed_since`` when one of its records says something
        else by now, ``undo_signed`` when a list that holds one of its activities has been signed since,
        ``undo_personal`` when the trail keeps only hashes of what a record said.
    """
    with reading(register.engine) as connection:
        row = connection.execute(select(SAVE).where(SAVE.c.id == save_id)).first()
        if row is None:
            raise UsageError("undo_unknown", found=save_id[:60])
        note = _note(connection, row)
        _check_signed(connection, note)
        before, created = [], []
        for change in note.changes:
            version = _present_version(connection, change)
            if change.before is None:
                created.append(replace(from_row(change.kind, change.after), version=version))
            else:
                before.append(replace(from_row(change.kind, change.before), version=version))
    return Restored(tuple(before), tuple(created))


def _note(connection: Connection, row: Any) -> SaveNote:
    # A save from before the mark was made cannot be told apart from what it left alone, and is not taken back.
    saved = json.loads(row.versions)
    versions = {(name, record_id): version for name, record_id, version, *changed in saved if any(changed)}
    ids: dict[str, list[str]] = defaultdict(list)
    for name, record_id in versions:
        ids[name].append(record_id)
    changes = [
        change
        for name, listed in ids.items()
        for change in _changes(connection, name, listed)
        if change.after["version"] == versions[name, change.id]
    ]
    return SaveNote(row.id, row.at_utc, row.actor, tuple(sorted(changes, key=lambda change: change.seq)))


def _changes(connection: Connection, name: str, ids: Sequence[str]) -> Iterable[ChangeNote]:
    """Yield what the trail tells of some records."""
    for start in range(0, len(ids), 500):  # databases limit how many values a statement may name
        query = select(AUDIT).where(
            AUDIT.c.object_type == name,
            AUDIT.c.object_id.in_(ids[start : start + 500]),
            AUDIT.c.after.is_not(None),
        )
        for entry in connection.execute(query).all():
            before = json.loads(entry.before) if entry.before else None
            yield ChangeNote(entry.seq, RECORD_TYPES[name], entry.object_id, before, json.loads(entry.after))


def _present_version(connection: Connection, change: ChangeNote) -> int:
    """Return the version that a record has now, or raise when it does not say any longer what the save made it say."""
    if any(column.personal for column in columns_of(change.kind)):
        raise UsageError("undo_personal", record=table_name(change.kind), id=change.id)
    table = RECORD_TABLES[change.kind]
    now = dict(connection.execute(select(table).where(table.c.id == change.id)).mappings().one())
    version = int(now.pop("version"))
    if now != {name: value for name, value in change.after.items() if name != "version"}:
        other = latest_change(connection, change.kind, change.id)
        raise UsageError(
            "undo_changed_since",
            record=table_name(change.kind),
            id=change.id,
            actor=other.actor if other else "?",
            at_utc=other.at_utc if other else "?",
        )
    return version


def _check_signed(connection: Connection, note: SaveNote) -> None:
    """Raise when a list that holds one of the activities of a save has been signed after it."""
    activities = {change.id for change in note.changes if change.kind is Activity}
    activities |= {str(change.after["activity_id"]) for change in note.changes if change.kind is ActivityMove}
    versions = {change.id for change in note.changes if change.kind is ActivityListVersion}
    later = select(AUDIT.c.after).where(AUDIT.c.object_type == table_name(SignOff), AUDIT.c.seq > note.last_seq)
    signed = {json.loads(after)["list_version_id"] for after in connection.scalars(later) if after}
    items = RECORD_TABLES[ActivityListItem]
    for list_id in sorted(signed):
        listed = connection.scalars(select(items.c.activity_id).where(items.c.list_version_id == list_id))
        if list_id in versions or activities & set(listed):
            raise UsageError("undo_signed", list=list_id)
