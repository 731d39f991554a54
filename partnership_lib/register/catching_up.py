"""Reading again only what has changed: the audit trail tells which records to look at."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from sqlalchemy import Connection, select

from partnership_lib.domain import RECORD_TYPES, Record, RegisterContent
from partnership_lib.register import audit
from partnership_lib.register.connect import reading
from partnership_lib.register.schema import AUDIT, RECORD_TABLES
from partnership_lib.register.store import Register
from partnership_lib.register.values import from_row

_WORTH_IT = 2_000
"""With more changes than this it is quicker to read everything again."""


def caught_up(
    register: Register, content: RegisterContent, head: tuple[int, str]
) -> tuple[RegisterContent, tuple[int, str]]:
    """Return the register's content as it is now, and the head of the audit trail that it stands for.

    Parameters
    ----------
    content : RegisterContent
        What was read before.
    head : (int, str)
        `Register.audit_head` from before that reading.

    Notes
    -----
    Nothing is ever deleted, so that what changed is all there is to read. A trail that does not contain `head` belongs
    to another register (a restored backup): then everything is read.
    """
    with reading(register.engine) as connection:
        now = audit.head(connection)
        if now == head:
            return content, head
        changed = _changed_since(connection, head)
        if changed is not None:
            return _with_changes(content, _read(connection, changed)), now
    return register.load(), now


def _changed_since(connection: Connection, head: tuple[int, str]) -> dict[str, set[str]] | None:
    """Return the ids of what has changed since `head`, by record name; None when everything has to be read."""
    there = connection.execute(select(AUDIT.c.hash).where(AUDIT.c.seq == head[0])).scalar()
    if there != head[1]:
        return None
    query = select(AUDIT.c.object_type, AUDIT.c.object_id).where(AUDIT.c.seq > head[0]).limit(_WORTH_IT + 1)
    rows = connection.execute(query).all()
    if len(rows) > _WORTH_IT:
        return None
    changed: dict[str, set[str]] = defaultdict(set)
    for name, record_id in rows:
        if name in RECORD_TYPES:  # a refusal that was noted changed nothing
            changed[name].add(record_id)
    return changed


def _read(connection: Connection, changed: dict[str, set[str]]) -> dict[str, list[Record]]:
    records: dict[str, list[Record]] = {}
    for name, ids in changed.items():
        kind, table = RECORD_TYPES[name], RECORD_TABLES[RECORD_TYPES[name]]
        listed = sorted(ids)
        rows = [
            row
            for start in range(0, len(listed), 500)  # databases limit how many values a statement may name
            for row in connection.execute(select(table).where(table.c.id.in_(listed[start : start + 500]))).mappings()
        ]
        records[name] = [from_row(kind, dict(row)) for row in rows]
    return records


def _with_changes(content: RegisterContent, changed: dict[str, list[Record]]) -> RegisterContent:
    if not changed:
        return content
    merged = {}
    for name, records in changed.items():
        by_id = {record.id: record for record in getattr(content, name)} | {record.id: record for record in records}
        merged[name] = tuple(by_id[record_id] for record_id in sorted(by_id))
    return replace(content, **merged)  # type: ignore[arg-type]
