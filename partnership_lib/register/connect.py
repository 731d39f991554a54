"""The one way to open the register's database: settings asserted, writes that wait their turn, errors with a name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from partnership_lib.errors import StorageError, UsageError

BUSY_SECONDS = 5.0
"""How long a writer waits for another one before it gives up and says so."""

_WAL_IS_SAFE_FROM = (3, 51, 3)  # before it two connections can corrupt the file while the log is reset

_CAUSES = {
    sqlite3.SQLITE_BUSY: "register_locked",
    sqlite3.SQLITE_LOCKED: "register_locked",
    sqlite3.SQLITE_FULL: "register_disk_full",
    sqlite3.SQLITE_IOERR: "register_input_output",
    sqlite3.SQLITE_READONLY: "register_readonly",
    sqlite3.SQLITE_CANTOPEN: "register_unopenable",
    sqlite3.SQLITE_PERM: "register_unopenable",
    sqlite3.SQLITE_AUTH: "register_unopenable",
    sqlite3.SQLITE_CORRUPT: "register_damaged",
    sqlite3.SQLITE_NOTADB: "register_damaged",
}


def connect(url: str | Path, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """Return an engine on the register's database; the folder of an SQLite file is created.

    Parameters
    ----------
    url : str or Path
        A database address (``sqlite:///data/register.db``, ``postgresql+psycopg://...``) or the path of an SQLite file.
    busy_seconds : float
        How long to wait for another writer.

    Notes
    -----
    Nothing is pooled: every reading and every transaction opens its own connection and closes it, so no idle
    reader blocks a writer, and a forked process never shares a connection with its parent.
    """
    address = make_url(url) if isinstance(url, str) and "://" in url else URL.create("sqlite", database=str(url))
    if address.get_backend_name() != "sqlite":
        return create_engine(address, poolclass=NullPool)
    if address.database in (None, "", ":memory:"):
        raise UsageError("register_needs_file", found=str(url))
    path = Path(str(address.database))
    _make_folder(path)
    engine = create_engine(
        "sqlite://", creator=lambda: _open_sqlite(path, busy_seconds), poolclass=NullPool, hide_parameters=True
    )
    engine.update_execution_options(register=str(path))
    event.listen(engine, "begin", _begin)
    return engine


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            "register_unopenable", outcome="not_opened", register=str(path), reason=str(error.strerror)
        ) from error


def _open_sqlite(path: Path, busy_seconds: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=busy_seconds)
    try:
        for setting, value in _settings().items():
            connection.execute(f"PRAGMA {setting}={value}")
        assert_settings(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _settings() -> dict[str, str | int]:
    # Full synchronisation: the popular WAL + NORMAL loses acknowledged sign-offs when the power goes.
    # Recursive triggers: without them INSERT OR REPLACE walks past the triggers that protect the audit trail.
    journal = "wal" if sqlite3.sqlite_version_info >= _WAL_IS_SAFE_FROM else "delete"
    return {"journal_mode": journal, "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


def assert_settings(connection: sqlite3.Connection) -> None:
    """Raise unless the connection has the settings that keep saved data safe.

    Raises
    ------
    StorageError
        ``register_setting`` with the setting, what was found and what is needed.
    """
    for setting, wanted in _settings().items():
        found = connection.execute(f"PRAGMA {setting}").fetchone()[0]
        if found != wanted:
            raise StorageError("register_setting", setting=setting, found=str(found), allowed=str(wanted))


def _begin(connection: Connection) -> None:
    # A write takes its turn before it reads: otherwise two readers who both want to write would lose an update.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a write transaction: all of it is saved, or nothing.

    Raises
    ------
    StorageError
        With a code that says why nothing was saved (locked, disk full, read-only, damaged ...).
    """
    writer = engine.execution_options(writes=True)
    # On an error SQLAlchemy's rollback asks sqlite3 whether a transaction is still open; after a full disk
    # SQLite has already rolled back, and a blind ROLLBACK would hide the cause.
    with _named_errors(engine, "not_saved"), writer.connect() as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees one moment of the database, closed at once afterwards."""
    with _named_errors(engine, "not_read"), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def _named_errors(engine: Engine, outcome: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _storage_error(engine, error, outcome) from error


def _storage_error(engine: Engine, error: Exception, outcome: str) -> StorageError:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    primary = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    register = engine.get_execution_options().get("register", engine.url.render_as_string())
    return StorageError(
        _CAUSES.get(primary, "register_failed"), outcome=outcome, register=register, reason=str(cause)[:200]
    )


def integrity_problems(connection: Connection) -> list[str]:
    """Return what the database itself finds wrong in its file; empty when it is whole or checks itself."""
    if connection.dialect.name != "sqlite":
        return []
    found = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    return found + [f"{row[0]} rowid {row[1]} -> {row[2]}" for row in broken]
