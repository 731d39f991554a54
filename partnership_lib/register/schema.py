"""The tables, derived from the record types of `domain`; the same definition serves SQLite and PostgreSQL."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from partnership_lib.domain import RECORD_TYPES, ActivityListVersion, Record, SignOff
from partnership_lib.register.values import Column, columns_of, table_name

# STRICT tables on SQLite know INTEGER, REAL and TEXT only; PostgreSQL needs the wide types for öre and numbers.
_INTEGER: sa.types.TypeEngine[Any] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NUMBER: sa.types.TypeEngine[Any] = sa.Double().with_variant(sa.REAL(), "sqlite")

_UNIQUE: dict[type[Record], tuple[str, ...]] = {
    # Two people who propose or sign at the same moment must not both succeed.
    ActivityListVersion: ("agreement_id", "level", "number"),
    SignOff: ("list_version_id", "party"),
}

metadata = MetaData()


def _record_table(kind: type[Record]) -> Table:
    name = table_name(kind)
    columns = [_sql_column(name, column) for column in columns_of(kind)]
    version = sa.Column("version", _INTEGER, CheckConstraint("version >= 1"), nullable=False)
    unique = [UniqueConstraint(*_UNIQUE[kind])] if kind in _UNIQUE else []
    indexed = [
        Index(f"ix_{name}_{column.name}", column.name) for column in columns_of(kind) if column.name == "agreement_id"
    ]
    return Table(name, metadata, *columns, version, *unique, *indexed, sqlite_strict=True)


def _sql_column(table: str, column: Column) -> sa.Column[Any]:
    if column.name == "id":
        return sa.Column("id", sa.Text, CheckConstraint("id <> ''"), primary_key=True, nullable=False)
    parts: list[SchemaItem] = []
    condition = _condition(column)
    if condition:
        parts.append(CheckConstraint(condition, name=f"ck_{table}_{column.name}"))
    if column.references:
        # Deferred: an activity may be saved together with the one above it, in any order.
        parts.append(ForeignKey(f"{column.references}.id", deferrable=True, initially="DEFERRED"))
    return sa.Column(column.name, _sql_type(column.kind), *parts, nullable=column.nullable)


def _sql_type(kind: type) -> sa.types.TypeEngine[Any]:
    if kind in (int, bool):
        return _INTEGER
    return _NUMBER if kind is float else sa.Text()


def _condition(column: Column) -> str:
    """Return what the database itself checks: ISO dates, yes and no, the words of an enumeration."""
    name = column.name
    if column.kind is date:
        return (
            f"length({name}) = 10 AND {name} LIKE '____-__-__'"
            f" AND substr({name}, 6, 2) BETWEEN '01' AND '12' AND substr({name}, 9, 2) BETWEEN '01' AND '31'"
        )
    if column.kind is bool:
        return f"{name} IN (0, 1)"
    if issubclass(column.kind, StrEnum):
        return f"{name} IN ({', '.join(repr(str(word)) for word in column.kind)})"
    return ""


RECORD_TABLES: dict[type[Record], Table] = {kind: _record_table(kind) for kind in RECORD_TYPES.values()}

SAVE = Table(
    "save",
    metadata,
    sa.Column("id", sa.Text, primary_key=True, nullable=False),
    sa.Column("at_utc", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("records_hash", sa.Text, nullable=False),  # the same id with other records is a mistake, not a retry
    sa.Column("versions", sa.Text, nullable=False),  # JSON, so that a retry gets the same answer
    sqlite_strict=True,
)

AUDIT = Table(
    "audit",
    metadata,
    sa.Column("seq", _INTEGER, primary_key=True, autoincrement=False, nullable=False),
    sa.Column("at_utc", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("object_type", sa.Text, nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
    sa.Column("prev_hash", sa.Text, nullable=False, unique=True),
    sa.Column("hash", sa.Text, nullable=False),
    Index("ix_audit_object", "object_type", "object_id"),
    sqlite_strict=True,
)

PERSONAL_KEY = Table(
    # The key of the hashes that stand for personal data in the audit trail; without it they say nothing.
    "personal_key",
    metadata,
    sa.Column("object_type", sa.Text, primary_key=True, nullable=False),
    sa.Column("object_id", sa.Text, primary_key=True, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sqlite_strict=True,
)

SCHEMA_VERSION = Table(
    "schema_version",
    metadata,
    sa.Column("version", _INTEGER, primary_key=True, autoincrement=False, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sqlite_strict=True,
)

REPORT_RUN = Table(
    "report_run",
    metadata,
    sa.Column("key", sa.Text, primary_key=True, nullable=False),
    sa.Column("input_hash", sa.Text, primary_key=True, nullable=False),
    sa.Column(
        "state", sa.Text, CheckConstraint("state IN ('running', 'published', 'failed', 'no_data')"), nullable=False
    ),
    sa.Column("owner", sa.Text),
    sa.Column("token", _INTEGER, nullable=False, default=0),
    sa.Column("lease_until", sa.Text),
    sa.Column("attempts", _INTEGER, nullable=False, default=0),
    sa.Column("started_at", sa.Text),
    sa.Column("finished_at", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("failing_cell", _INTEGER),
    sa.Column("path", sa.Text),
    sqlite_strict=True,
)


def _append_only(table: Table) -> None:
    """Attach triggers that let rows be added but never changed or removed."""
    for word in ("UPDATE", "DELETE"):
        name = f"{table.name}_no_{word.lower()}"
        sqlite = (
            f"CREATE TRIGGER {name} BEFORE {word} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{table.name} is append-only'); END"
        )
        postgresql = (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"'BEGIN RAISE EXCEPTION ''{table.name} is append-only''; END'; "
            f"CREATE TRIGGER {name} BEFORE {word} ON {table.name} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
        for dialect, statement in (("sqlite", sqlite), ("postgresql", postgresql)):
            sa.event.listen(table, "after_create", sa.DDL(statement).execute_if(dialect=dialect))


_append_only(AUDIT)
_append_only(SAVE)


def fingerprint() -> str:
    """Return a hash of the layout of the record tables; it moves when a domain field does."""
    layout = {
        table_name(kind): [[c.name, c.allowed, c.nullable, c.references] for c in columns_of(kind)]
        for kind in RECORD_TYPES.values()
    }
    return hashlib.sha256(json.dumps(layout, sort_keys=True).encode()).hexdigest()
