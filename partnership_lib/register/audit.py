"""The audit trail: every change in a chain of hashes, written with the change itself, never altered."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, insert, select

from partnership_lib.domain import RECORD_TYPES, Record
from partnership_lib.register.hashing import GENESIS, canonical, chain_hash, keyed_hash
from partnership_lib.register.schema import AUDIT, PERSONAL_KEY, RECORD_TABLES
from partnership_lib.register.values import Stored, columns_of, table_name
from partnership_lib.register.vouching import ERASURE, vouched_for
from partnership_lib.units.organisation_number import mask_personal_numbers

Row = Mapping[str, Stored]

REFUSAL = "refusal"
"""What an entry of the trail is about that tells of a save that was refused."""
LONGEST_ACTOR = 100

_BODY = ("seq", "at_utc", "actor", "action", "object_type", "object_id", "before", "after")


@dataclass(frozen=True)
class Change:
    """One row to write: as it stands (None when it is new), as it shall be, and the version it gets."""

    kind: type[Record]
    before: Row | None
    after: Row
    version: int

    @property
    def id(self) -> str:
        """Return the id of the record."""
        return str(self.after["id"])


@dataclass(frozen=True)
class Refusal:
    """A save that was refused for want of a right, or because what it would change has been signed.

    Attributes
    ----------
    code : str
        Of the error that was raised.
    about : str
        The first record that it was about, such as ``activities T-1``.
    records : int
        How many there were.
    """

    code: str
    about: str
    records: int


@dataclass(frozen=True)
class AuditEntry:
    """Who changed a record last, when, and to which version."""

    seq: int
    at_utc: str
    actor: str
    action: str
    version: int


def head(connection: Connection) -> tuple[int, str]:
    """Return the number and the hash of the newest entry; ``(0, GENESIS)`` before the first."""
    row = connection.execute(select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


def latest_change(connection: Connection, kind: type[Record], record_id: str) -> AuditEntry | None:
    """Return the newest entry about a record, or None."""
    query = (
        select(AUDIT)
        .where(AUDIT.c.object_type == table_name(kind), AUDIT.c.object_id == record_id)
        .order_by(AUDIT.c.seq.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return AuditEntry(row.seq, row.at_utc, row.actor, row.action, json.loads(row.after)["version"])


def append(connection: Connection, changes: Sequence[Change], actor: str, at_utc: str) -> None:
    """Add one entry per change to the chain, in the transaction of the changes."""
    keys = _personal_keys(connection, changes)
    _chain(
        connection, [_said(change, keys, "change" if change.before else "create") for change in changes], actor, at_utc
    )


def append_erasure(
    connection: Connection,
    changes: Sequence[Change],
    object_type: str,
    object_id: str,
    vouching: Mapping[str, Any],
    actor: str,
    at_utc: str,
) -> None:
    """Add the entries of an erasure: what the records say after it, nothing of before, and the one that vouches."""
    keys = all_keys(connection)
    said = [_said(replace(change, before=None), keys, "erase") for change in changes]
    last = {"action": "erase", "object_type": object_type, "object_id": object_id, "before": None}
    _chain(connection, [*said, {**last, "after": canonical(vouching)}], actor, at_utc)


def _said(change: Change, keys: Mapping[tuple[str, str], str], action: str) -> dict[str, Any]:
    key = keys.get((table_name(change.kind), change.id), "")
    return {
        "action": action,
        "object_type": table_name(change.kind),
        "object_id": change.id,
        "before": canonical(_guarded(change.kind, change.before, key)) if change.before else None,
        "after": canonical(_guarded(change.kind, {**change.after, "version": change.version}, key)),
    }


def _chain(connection: Connection, said: Sequence[dict[str, Any]], actor: str, at_utc: str) -> None:
    """Write entries after those that stand, each with the hash of the one before it."""
    seq, prev_hash = head(connection)
    entries = []
    for each in said:
        seq += 1
        body = {"seq": seq, "at_utc": at_utc, "actor": actor, **each}
        entry_hash = chain_hash(prev_hash, body)
        entries.append({**body, "prev_hash": prev_hash, "hash": entry_hash})
        prev_hash = entry_hash
    if entries:
        connection.execute(insert(AUDIT), entries)


def body_of(row: Any) -> dict[str, Any]:
    """Return what an entry's hash is made of."""
    return dict(zip(_BODY, row, strict=False))


def note_refusal(connection: Connection, refusal: Refusal, actor: str, at_utc: str) -> None:
    """Add an entry about a save that was refused: who tried, what it was about, why; it changed nothing."""
    seq, prev_hash = head(connection)
    body: dict[str, Any] = {
        "seq": seq + 1,
        "at_utc": at_utc,
        "actor": mask_personal_numbers(actor)[:LONGEST_ACTOR],
        "action": "refuse",
        "object_type": REFUSAL,
        "object_id": mask_personal_numbers(refusal.about)[:LONGEST_ACTOR],
        "before": None,
        "after": canonical({"code": refusal.code, "records": refusal.records}),
    }
    entry_hash = chain_hash(prev_hash, body)
    connection.execute(insert(AUDIT).values(**body, prev_hash=prev_hash, hash=entry_hash))


def refusals(connection: Connection) -> list[tuple[int, str, str, str, str]]:
    """Return every refusal that was noted: number of the entry, when, who, what it was about, code of why."""
    query = select(AUDIT).where(AUDIT.c.object_type == REFUSAL).order_by(AUDIT.c.seq)
    rows = connection.execute(query).all()
    return [(row.seq, row.at_utc, row.actor, row.object_id, str(json.loads(row.after)["code"])) for row in rows]


def _guarded(kind: type[Record], row: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a row in which personal data is a keyed hash: equal values can be told, the value cannot."""
    personal = {column.name for column in columns_of(kind) if column.personal}
    return {
        name: keyed_hash(key, str(value)) if name in personal and value not in (None, "") else value
        for name, value in row.items()
    }


def _personal_keys(connection: Connection, changes: Iterable[Change]) -> dict[tuple[str, str], str]:
    """Return the key of each changed record that can hold personal data; new records get one."""
    concerned = {
        (table_name(change.kind), change.id): change.before is None
        for change in changes
        if any(column.personal for column in columns_of(change.kind))
    }
    new = {place: secrets.token_hex(32) for place, is_new in concerned.items() if is_new}
    if new:
        rows = [{"object_type": kind, "object_id": record_id, "key": key} for (kind, record_id), key in new.items()]
        connection.execute(insert(PERSONAL_KEY), rows)
    return new if len(new) == len(concerned) else all_keys(connection)


def all_keys(connection: Connection) -> dict[tuple[str, str], str]:
    """Return every key of personal data, by table and id."""
    return {(row.object_type, row.object_id): row.key for row in connection.execute(select(PERSONAL_KEY))}


@dataclass(frozen=True)
class Problem:
    """Something that does not hold; `code` names its sentence under ``problem.`` in `text`."""

    severity: str
    where: str
    code: str
    values: Mapping[str, Any]


def verify_chain(connection: Connection, printed: tuple[int, str] | None = None) -> Iterator[Problem]:
    """Yield the first break of the chain, a printed head that is not in it, and rows that it does not account for.

    Parameters
    ----------
    printed : (int, str), optional
        A head that was printed in a report or a backup: shows whether the end of the chain was cut off.
    """
    last: dict[tuple[str, str], str] = {}
    vouched = vouched_for(connection)
    seq, prev_hash = 0, GENESIS
    printed_found = printed is None or printed == (0, GENESIS)
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.seq)):
        found = chain_hash(prev_hash, body_of(row))
        is_whole = found == row.hash or (row.object_type != ERASURE and found == vouched.get(row.seq))
        if row.seq != seq + 1 or row.prev_hash != prev_hash or not is_whole:
            yield Problem("error", f"audit seq {seq + 1}", "audit_broken", {"seq": seq + 1})
            return
        seq, prev_hash = row.seq, row.hash
        printed_found = printed_found or (seq, prev_hash) == printed
        if row.object_type in RECORD_TYPES:
            last[row.object_type, row.object_id] = row.after
    if not printed_found and printed is not None:
        first_gone = min(seq + 1, printed[0])
        yield Problem("error", f"audit seq {first_gone}", "audit_head_missing", {"seq": printed[0], "found": seq})
    yield from _unaccounted_rows(connection, last)


def _unaccounted_rows(connection: Connection, last: dict[tuple[str, str], str]) -> Iterator[Problem]:
    keys = all_keys(connection)
    for name, kind in RECORD_TYPES.items():
        for row in connection.execute(select(RECORD_TABLES[kind])).mappings():
            place = (name, row["id"])
            if not _accounts_for(last.pop(place, None), _guarded(kind, dict(row), keys.get(place, "00"))):
                yield Problem("error", f"{name} {row['id']}", "row_not_in_audit", {"record": name, "id": row["id"]})
    for name, record_id in last:
        yield Problem("error", f"{name} {record_id}", "row_gone", {"record": name, "id": record_id})


def _accounts_for(entry: str | None, row: Mapping[str, Any]) -> bool:
    """Return whether the newest entry is the row; a column younger than the entry must be empty."""
    if entry is None:
        return False
    known = json.loads(entry)
    return entry == canonical({name: value for name, value in row.items() if name in known or value is not None})
