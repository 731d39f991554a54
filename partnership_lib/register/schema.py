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

from partnership_lib.domain import RECORD_TYPES, ActivityListVersion, FrozenDocument, Record, SignOff
from partnership_lib.register.values import Column, columns_of, table_name

# STRICT tables on SQLite know INTEGER, REAL and TEXT only; PostgreSQL needs the wide types for öre and numbers.
_INTEGER: sa.types.TypeEngine[Any] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NUMBER: sa.types.TypeEngine[Any] = sa.Double().with_variant(sa.REAL(), "sqlite")
# Compared byte by byte on both: PostgreSQL's own order depends on the server, and can change under an index.
_TEXT: sa.types.TypeEngine[Any] = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_UNIQUE: dict[type[Record], tuple[str, ...]] = {
    # Two people who propose or sign at the same moment must not both succeed.
    ActivityListVersion: ("agreement_id", "level", "number"),
    SignOff: ("list_version_id", "party"),
    FrozenDocument: ("agreement_id", "kind", "number"),
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
        return sa.Column("id", _TEXT, CheckConstraint("id <> ''"), primary_key=True, nullable=False)
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
    return _NUMBER if kind is float else _TEXT


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
    sa.Column("id", _TEXT, primary_key=True, nullable=False),
    sa.Column("at_utc", _TEXT, nullable=False),
    sa.Column("actor", _TEXT, nullable=False),
    sa.Column("records_hash", _TEXT, nullable=False),  # the same id with other records is a mistake, not a retry
    sa.Column("versions", _TEXT, nullable=False),  # JSON, so that a retry gets the same answer
    sqlite_strict=True,
)

AUDIT = Table(
    "audit",
    metadata,
    sa.Column("seq", _INTEGER, primary_key=True, autoincrement=False, nullable=False),
    sa.Column("at_utc", _TEXT, nullable=False),
    sa.Column("actor", _TEXT, nullable=False),
    sa.Column("action", _TEXT, nullable=False),
    sa.Column("object_type", _TEXT, nullable=False),
    sa.Column("object_id", _TEXT, nullable=False),
    sa.Column("before", _TEXT),
    sa.Column("after", _TEXT),
    sa.Column("prev_hash", _TEXT, nullable=False, unique=True),
    sa.Column("hash", _TEXT, nullable=False),
    Index("ix_audit_object", "object_type", "object_id"),
    sqlite_strict=True,
)

PERSONAL_KEY = Table(
    # The key of the hashes that stand for personal data in the audit trail; without it they say nothing.
    "personal_key",
    metadata,
    sa.Column("object_type", _TEXT, primary_key=True, nullable=False),
    sa.Column("object_id", _TEXT, primary_key=True, nullable=False),
    sa.Column("key", _TEXT, nullable=False),
    sqlite_strict=True,
)

SCHEMA_VERSION = Table(
    "schema_version",
    metadata,
    sa.Column("version", _INTEGER, primary_key=True, autoincrement=False, nullable=False),
    sa.Column("fingerprint", _TEXT, nullable=False),
    sqlite_strict=True,
)

REPORT_RUN = Table(
    "report_run",
    metadata,
    sa.Column("key", _TEXT, primary_key=True, nullable=False),
    sa.Column("input_hash", _TEXT, primary_key=True, nullable=False),
    sa.Column(
        "state", _TEXT, CheckConstraint("state IN ('running', 'published', 'failed', 'no_data')"), nullable=False
    ),
    sa.Column("owner", _TEXT),
    sa.Column("token", _INTEGER, nullable=False, default=0),
    sa.Column("lease_until", _TEXT),
    sa.Column("attempts", _INTEGER, nullable=False, default=0),
    sa.Column("started_at", _TEXT),
    sa.Column("finished_at", _TEXT),
    sa.Column("reason", _TEXT),
    sa.Column("failing_cell", _INTEGER),
    sa.Column("path", _TEXT),
    sa.Column("data_hash", _TEXT),  # of what it was made from, whatever the as-of date
    sa.Column("seen", _TEXT),  # the stamp of the workspace when it was last found to stand
    sqlite_strict=True,
)

REPORT_NOTICE = Table(
    # The reports that somebody has been told of as failing, until they are told of as mended.
    "report_notice",
    metadata,
    sa.Column("key", _TEXT, primary_key=True, nullable=False),
    sa.Column("told_at", _TEXT, nullable=False),
    sqlite_strict=True,
)


def _append_only(table: Table) -> None:
    """Attach triggers that let rows be added but never changed or removed."""
    said = f"{table.name} is append-only"
    for word in ("UPDATE", "DELETE"):
        head = f"CREATE TRIGGER {table.name}_no_{word.lower()} BEFORE {word} ON {table.name}"
        _after_create(table, "sqlite", f"{head} BEGIN SELECT RAISE(ABORT, '{said}'); END")
    raising = f"RAISE EXCEPTION ''{said}'' USING ERRCODE = ''integrity_constraint_violation''"
    refuse = f"{table.name}_refuse()"
    _after_create(
        table, "postgresql", f"CREATE FUNCTION {refuse} RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {raising}; END'"
    )
    for word in ("UPDATE", "DELETE", "TRUNCATE"):
        head = f"CREATE TRIGGER {table.name}_no_{word.lower()} BEFORE {word} ON {table.name}"
        _after_create(table, "postgresql", f"{head} FOR EACH STATEMENT EXECUTE FUNCTION {refuse}")


def _after_create(table: Table, dialect: str, statement: str) -> None:
    sa.event.listen(table, "after_create", sa.DDL(statement).execute_if(dialect=dialect))


_append_only(AUDIT)
_append_only(SAVE)
_append_only(RECORD_TABLES[FrozenDocument])


def fingerprint() -> str:
    """Return a hash of the layout of the record tables; it moves when a domain field does."""
    layout = {
        table_name(kind): [[c.name, c.allowed, c.nullable, c.references] for c in columns_of(kind)]
        for kind in RECORD_TYPES.values()
    }
    return hashlib.sha256(json.dumps(layout, sort_keys=True).encode()).hexdigest()
