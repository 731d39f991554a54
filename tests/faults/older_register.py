"""A register as the first layout had it, for the tests that bring one forward."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text as sql

from partnership_lib.domain import Record
from partnership_lib.register.audit import Change, append
from partnership_lib.register.connect import connect, transaction
from partnership_lib.register.migrations import migrate
from partnership_lib.register.schema import RECORD_TABLES
from partnership_lib.register.values import to_row

YOUNGER = ("procurement_started_date", "replacement_started_date")


def first_layout(url: str, records: Iterable[Record]) -> None:
    """Make it at an address: no days of procurements, nothing frozen, no looks at reports."""
    engine = connect(url)
    migrate(engine)
    with transaction(engine) as connection:
        connection.execute(sql("DROP TABLE frozen_documents"))
        connection.execute(sql("DROP TABLE report_notice"))
        for name in ("data_hash", "seen"):
            connection.execute(sql(f"ALTER TABLE report_run DROP COLUMN {name}"))
        if engine.dialect.name == "postgresql":
            connection.execute(sql("DROP FUNCTION frozen_documents_refuse"))
        for name in YOUNGER:
            connection.execute(sql(f"ALTER TABLE agreements DROP COLUMN {name}"))
        for record in records:
            row = {name: value for name, value in to_row(record).items() if name not in YOUNGER}
            table = RECORD_TABLES[type(record)].name
            names = ", ".join((*row, "version"))
            places = ", ".join(f":{name}" for name in (*row, "version"))
            connection.execute(sql(f"INSERT INTO {table} ({names}) VALUES ({places})"), {**row, "version": 1})
            append(connection, [Change(type(record), None, row, 1)], "system:test", "2026-09-15T08:00:00Z")
    with transaction(engine) as connection:
        connection.execute(sql("UPDATE schema_version SET version = 1"))
    engine.dispose()
