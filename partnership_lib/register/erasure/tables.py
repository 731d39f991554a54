"""Opening what is append-only for one erasure, and leaving nothing of it behind in the database's free space."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, text

from partnership_lib.register.schema import AUDIT, PERSONAL_KEY, RECORD_TABLES, SAVE


@contextmanager
def changeable(connection: Connection, *tables: Table) -> Iterator[None]:
    """Let rows of append-only tables be changed, within the transaction that is open and by nobody else."""
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
        yield
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER USER"))
        return
    connection.execute(text("PRAGMA secure_delete=ON"))  # what is overwritten is overwritten on the disk
    names = ", ".join(f"'{table.name}'" for table in tables)
    query = f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({names})"  # noqa: S608
    triggers = connection.execute(text(query)).all()
    for trigger in triggers:
        connection.execute(text(f"DROP TRIGGER {trigger.name}"))
    yield
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)


def forget_free_space(engine: Engine) -> None:
    """Write the database anew without the space that was freed: what was erased could be read there."""
    pooled = engine.raw_connection()
    try:
        connection: Any = pooled.driver_connection
        if engine.dialect.name == "sqlite":
            statements = ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"]
        else:
            connection.autocommit = True  # no table can be written anew within a transaction
            statements = ["VACUUM (FULL) " + ", ".join(RECORD_TABLES[kind].name for kind in RECORD_TABLES)]
            statements.append(f"VACUUM (FULL) {AUDIT.name}, {SAVE.name}, {PERSONAL_KEY.name}")
        for statement in statements:
            connection.execute(statement)
    finally:
        pooled.close()
