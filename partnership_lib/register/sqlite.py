"""The register in an SQLite file: opened with settings that lose nothing, refused where the file would not be safe."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from partnership_lib.errors import StorageError
from partnership_lib.files.drives import network_drive

READING: Mapping[str, Any] = {}
"""What a reading asks of the engine beside a transaction of its own: nothing."""

WAL_IS_SAFE_FROM = (3, 51, 3)
"""Before it two connections can corrupt the file while the write-ahead log is reset."""

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


def make_engine(path: Path, busy_seconds: float) -> Engine:
    """Return an engine on an SQLite file; its folder is created.

    Raises
    ------
    StorageError
        ``register_unopenable`` when the folder cannot be made, ``register_on_network`` when it lies on a drive that
        is shared over a network: its locks let two writers in at once, and its writes arrive in any order.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            "register_unopenable", outcome="not_opened", register=str(path), reason=str(error.strerror)
        ) from error
    if kind := network_drive(path):
        raise StorageError("register_on_network", register=str(path), found=kind)
    engine = create_engine(
        "sqlite://", creator=lambda: _open(path, busy_seconds), poolclass=NullPool, hide_parameters=True
    )
    engine.update_execution_options(register=str(path))
    event.listen(engine, "begin", _begin)
    return engine


def _open(path: Path, busy_seconds: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=busy_seconds)
    try:
        for setting, value in settings().items():
            connection.execute(f"PRAGMA {setting}={value}")
        assert_settings(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def settings() -> dict[str, str | int]:
    """Return what every connection is set to and checked for: settings with which nothing saved is lost."""
    # EXTRA: the popular WAL + NORMAL loses acknowledged sign-offs when the power goes, and so does a rollback journal
    # with FULL, whose folder is not synced when the journal is unlinked: it can come back and undo the save.
    # Recursive triggers: without them INSERT OR REPLACE walks past the triggers that protect the audit trail.
    journal = "wal" if sqlite3.sqlite_version_info >= WAL_IS_SAFE_FROM else "delete"
    return {"journal_mode": journal, "synchronous": 3, "foreign_keys": 1, "recursive_triggers": 1}


def assert_settings(connection: sqlite3.Connection) -> None:
    """Raise unless the connection has the settings that keep saved data safe.

    Raises
    ------
    StorageError
        ``register_setting`` with the setting, what was found and what is needed.
    """
    for setting, wanted in settings().items():
        found = connection.execute(f"PRAGMA {setting}").fetchone()[0]
        if found != wanted:
            raise StorageError("register_setting", setting=setting, found=str(found), allowed=str(wanted))


def _begin(connection: Connection) -> None:
    # A write takes its turn before it reads: otherwise two readers who both want to write would lose an update.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def cause(error: BaseException, *, committing: bool, **_: bool) -> str:
    """Return the code of what SQLite refused.

    Once the journal is unlinked the save stands; where the folder cannot be synced after that, SQLite says that it
    failed, and only a look into the register tells.
    """
    code = getattr(error, "sqlite_errorcode", 0)
    if committing and code == sqlite3.SQLITE_IOERR_DIR_FSYNC:
        return "register_answer_lost"
    return _CAUSES.get(code & 0xFF, "register_failed")


def damage(connection: Connection) -> list[str]:
    """Return what SQLite finds wrong in its file."""
    found = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    return found + [f"{row[0]} rowid {row[1]} -> {row[2]}" for row in broken]
