"""Proof that a signed activity list still says what was signed: the hash in each sign-off, computed anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Connection, select

from partnership_lib.domain import ActivityListItem, ActivityListVersion, Record, SignOff
from partnership_lib.domain.list_rules import list_hash
from partnership_lib.register.audit import Problem
from partnership_lib.register.schema import RECORD_TABLES
from partnership_lib.register.values import AnyRecord, from_row


def altered_lists(connection: Connection) -> Iterator[Problem]:
    """Yield each sign-off whose list no longer says what was signed."""
    versions = {version.id: version for version in _all(connection, ActivityListVersion)}
    items: dict[str, list[ActivityListItem]] = defaultdict(list)
    for item in _all(connection, ActivityListItem):
        items[item.list_version_id].append(item)
    for sign_off in sorted(_all(connection, SignOff), key=_id):
        version = versions.get(sign_off.list_version_id)
        found = list_hash(version, items[version.id]) if version is not None else ""
        if found != sign_off.list_hash:
            values = {
                "list": sign_off.list_version_id,
                "sign_off": sign_off.id,
                "party": sign_off.party.value,
                "found": found[:16] or "–",
                "allowed": sign_off.list_hash[:16],
            }
            yield Problem("error", f"activity_list_versions {sign_off.list_version_id}", "list_altered", values)


def signed_lists(connection: Connection) -> int:
    """Return how many versions of activity lists somebody has signed."""
    table = RECORD_TABLES[SignOff]
    return len(set(connection.scalars(select(table.c.list_version_id))))


def _all(connection: Connection, kind: type[AnyRecord]) -> Iterator[AnyRecord]:
    for row in connection.execute(select(RECORD_TABLES[kind])).mappings():
        yield from_row(kind, dict(row))


def _id(record: Record) -> str:
    return record.id
