"""The layout of the database, by number: a new one is made whole, an older one is brought forward step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, Engine, insert, inspect, select, text

from partnership_lib.domain import FrozenDocument
from partnership_lib.errors import StorageError
from partnership_lib.register.connect import place, reading, transaction
from partnership_lib.register.schema import RECORD_TABLES, REPORT_NOTICE, SCHEMA_VERSION, fingerprint, metadata

Step = Callable[[Connection], None]

VERSION = 4
"""Number of the layout that `schema` describes."""


def _days_of_procurements(connection: Connection) -> None:
    """Add the days on which the procurement of an agreement, and of what replaces it, began."""
    for name in ("procurement_started_date", "replacement_started_date"):
        check = f"length({name}) = 10 AND {name} LIKE '____-__-__'"
        connection.execute(text(f"ALTER TABLE agreements ADD COLUMN {name} TEXT CHECK ({check})"))


def _frozen_documents(connection: Connection) -> None:
    """Add the table of the documents that are frozen at award."""
    RECORD_TABLES[FrozenDocument].create(connection)


def _looks_at_reports(connection: Connection) -> None:
    """Add what a report was made from, when it was last found to stand, and who has been told that it fails."""
    for name in ("data_hash", "seen"):
        connection.execute(text(f"ALTER TABLE report_run ADD COLUMN {name} TEXT"))
    REPORT_NOTICE.create(connection)


STEPS: Mapping[int, Step] = {1: _days_of_procurements, 2: _frozen_documents, 3: _looks_at_reports}
"""What takes a database from the layout with this number to the next one; never changed once released."""


def migrate(engine: Engine, *, version: int = VERSION, steps: Mapping[int, Step] = STEPS) -> int:
    """Return the number of steps taken to bring the database to `version`: all of them, or none.

    Raises
    ------
    StorageError
        ``register_newer`` when a newer program has written it, ``register_foreign`` when it is no register,
        ``register_layout`` when its tables are not those of this program.
    """
    with reading(engine) as connection:
        if found_version(connection) == version:
            _assert_layout(connection, engine)
            return 0
    with transaction(engine) as connection:
        found = found_version(connection)  # once more: another process may have been first
        if found is None:
            _create(connection, engine, version)
            return 1
        if found > version:
            raise StorageError("register_newer", register=place(engine), found=found, allowed=version)
        for number in range(found, version):
            steps[number](connection)
            connection.execute(insert(SCHEMA_VERSION).values(version=number + 1, fingerprint=fingerprint()))
        return version - found


def found_version(connection: Connection) -> int | None:
    """Return the number of the layout that a database has; None when it is no register yet."""
    if not inspect(connection).has_table(SCHEMA_VERSION.name):
        return None
    return connection.scalar(select(SCHEMA_VERSION.c.version).order_by(SCHEMA_VERSION.c.version.desc()).limit(1))


def _create(connection: Connection, engine: Engine, version: int) -> None:
    others = inspect(connection).get_table_names()
    if others:
        raise StorageError("register_foreign", register=place(engine), found=", ".join(sorted(others)[:5]))
    metadata.create_all(connection)
    connection.execute(insert(SCHEMA_VERSION).values(version=version, fingerprint=fingerprint()))


def _assert_layout(connection: Connection, engine: Engine) -> None:
    newest = select(SCHEMA_VERSION.c.fingerprint).order_by(SCHEMA_VERSION.c.version.desc()).limit(1)
    if connection.scalar(newest) != fingerprint():
        raise StorageError("register_layout", register=place(engine))
