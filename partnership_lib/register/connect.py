"""The one way to open the register's database: settings asserted, writes that wait their turn, errors with a name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from partnership_lib.errors import StorageError, UsageError
from partnership_lib.register import postgresql, sqlite

BUSY_SECONDS = 5.0
"""How long a writer waits for another one before it gives up and says so."""


class _Backend(Protocol):
    """What differs between the databases."""

    READING: Mapping[str, Any]

    def cause(self, error: BaseException, *, connected: bool, committing: bool) -> str: ...

    def damage(self, connection: Connection) -> list[str]: ...


_BACKENDS: Mapping[str, _Backend] = {"sqlite": sqlite, "postgresql": postgresql}


def connect(url: str | Path, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """Return an engine on the register's database; the folder of an SQLite file is created.

    Parameters
    ----------
    url : str or Path
        A database address (``sqlite:///data/register.db``, ``postgresql://user@server/database``) or the path of an
        SQLite file.
    busy_seconds : float
        How long to wait for another writer.

    Raises
    ------
    UsageError
        ``register_address`` when the address cannot be read, ``register_backend`` when it is of another kind of
        database, ``register_needs_file`` for SQLite in memory, ``register_driver_missing`` without psycopg.
    StorageError
        ``register_unopenable`` or ``register_on_network`` for the place of an SQLite file.

    Notes
    -----
    Nothing is pooled: every reading and every transaction opens its own connection and closes it, so no idle
    reader blocks a writer, and a forked process never shares a connection with its parent.
    """
    address = _address(url)
    if address.get_backend_name() == "postgresql":
        return postgresql.make_engine(address, busy_seconds)
    if address.database in (None, "", ":memory:"):
        raise UsageError("register_needs_file", found=str(url))
    return sqlite.make_engine(Path(str(address.database)), busy_seconds)


def _address(url: str | Path) -> URL:
    if not isinstance(url, str) or "://" not in url:
        return URL.create("sqlite", database=str(url))
    kind = url.partition("://")[0].partition("+")[0]
    if kind not in (*_BACKENDS, "postgres"):
        raise UsageError("register_backend", found=kind, allowed=", ".join(_BACKENDS))
    try:
        address = make_url(url.replace("postgres://", "postgresql://", 1))
    except (SQLAlchemyError, ValueError):
        address = None
    if address is None or "@" in (address.host or ""):
        # Neither the address nor the cause is told: both can hold the password, or what follows an @ in it.
        raise UsageError("register_address", allowed="postgresql://user:password@server:5432/database")
    return address


def place(engine: Engine) -> str:
    """Return where the register is, for people to read: a path, or an address without its password."""
    return str(engine.get_execution_options()["register"])


@dataclass
class _Progress:
    """How far a use of the database has come, which decides what an error means."""

    outcome: str
    connected: bool = False
    committing: bool = False


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a write transaction: all of it is saved, or nothing.

    Raises
    ------
    StorageError
        With a code that says why nothing was saved (locked, disk full, read-only, damaged ...); the one exception is
        ``register_answer_lost``: nobody knows whether it was saved, because the answer to the commit was lost.
    """
    writer = engine.execution_options(writes=True)
    progress = _Progress("not_saved")
    # On an error SQLAlchemy's rollback asks sqlite3 whether a transaction is still open; after a full disk
    # SQLite has already rolled back, and a blind ROLLBACK would hide the cause.
    with _named_errors(engine, progress), writer.connect() as connection:
        progress.connected = True
        with connection.begin():
            yield connection
            progress.committing = True


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees one moment of the database, closed at once afterwards."""
    reader = engine.execution_options(**_BACKENDS[engine.dialect.name].READING)
    progress = _Progress("not_read")
    with _named_errors(engine, progress), reader.connect() as connection:
        progress.connected = True
        with connection.begin():
            yield connection


@contextmanager
def _named_errors(engine: Engine, progress: _Progress) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _storage_error(engine, error, progress) from error


def _storage_error(engine: Engine, error: Exception, progress: _Progress) -> StorageError:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    backend = _BACKENDS[engine.dialect.name]
    code = backend.cause(cause, connected=progress.connected, committing=progress.committing)
    return StorageError(code, outcome=progress.outcome, register=place(engine), reason=_reason(engine, cause))


def _reason(engine: Engine, cause: BaseException) -> str:
    said = " ".join(str(cause).split())
    return (said.replace(engine.url.password, "***") if engine.url.password else said)[:200]


def integrity_problems(connection: Connection) -> list[str]:
    """Return what the database itself finds wrong in what it has stored; empty when it is whole."""
    return _BACKENDS[connection.dialect.name].damage(connection)
