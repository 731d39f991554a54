"""The register on a PostgreSQL server: writers take turns, readers see one moment, errors get a name.

Everything that a transaction relies on is set inside it, so that it also holds behind a pool of connections.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import NoSuchModuleError

from partnership_lib.errors import StorageError, UsageError

READING: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""What a reading asks of the engine: one moment of the database, whatever is saved meanwhile."""

SAFE_SETTINGS: Mapping[str, str] = {"fsync": "on", "full_page_writes": "on", "server_encoding": "UTF8"}
"""Settings of the server without which saved data can be lost."""

# How long an unreachable server is waited for, and how soon a broken line is noticed; the address may say otherwise.
_PATIENCE = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "application_name": "partnership-workbench",
    "client_encoding": "utf8",
}
_WRITERS_LOCK = 5_931_776_214_403_187
"""The number of the advisory lock that writers take; any number will do as long as it never changes."""

_HELD_LOCK_SECONDS = 120
"""How long a writer may do nothing, such as on a sleeping laptop, before its transaction is ended for the others."""

_STATES = {
    "40001": "register_locked",
    "40P01": "register_locked",
    "55P03": "register_locked",
    "25006": "register_readonly",
    "42501": "register_forbidden",
    "53100": "register_disk_full",
    "53300": "register_crowded",
    "57014": "register_timeout",
    "58030": "register_input_output",
    "XX001": "register_damaged",
    "XX002": "register_damaged",
}
_LOST = re.compile(r"08...|57P..|25P03")

# A refused connection carries no state, only the server's words, which may be Swedish.
_REFUSALS = (
    (r"password|authentication|pg_hba|role \"|lösenord|autentisering|rollen \"", "register_login"),
    (r"database \".*\" does not exist|databasen \".*\" existerar inte", "register_no_database"),
    (r"too many|connection slots|för många|anslutningsslottar", "register_crowded"),
)


def make_engine(address: URL, busy_seconds: float) -> Engine:
    """Return an engine on a PostgreSQL database; nothing is opened yet.

    Raises
    ------
    UsageError
        ``register_driver_missing`` when the extra ``postgres`` is not installed.
    """
    query = dict(address.query)
    if password := query.pop("password", None):
        address = address.set(password=str(password))  # where it is never shown
    address = address.set(drivername="postgresql+psycopg", query={**_PATIENCE, **query})
    try:
        engine = create_engine(
            address,
            poolclass=NullPool,
            isolation_level="READ COMMITTED",
            hide_parameters=True,
            use_native_hstore=False,  # a type that we do not use, and that every new connection would ask for
        )
    except (ImportError, NoSuchModuleError) as error:
        raise UsageError("register_driver_missing", package="psycopg", extra="postgres") from error
    engine.update_execution_options(register=_place(address), busy_milliseconds=max(1, round(busy_seconds * 1000)))
    event.listen(engine, "connect", _assert_at_opening)
    event.listen(engine, "begin", _begin)
    return engine


def _place(address: URL) -> str:
    """Return the address without its password and options, for people to read."""
    bare = URL.create("postgresql", address.username, None, address.host, address.port, address.database)
    return bare.render_as_string()


def _assert_at_opening(connection: Any, _: Any) -> None:
    connection.autocommit = True  # one question, without a transaction around it
    assert_settings(connection)
    connection.autocommit = False


def assert_settings(connection: Any) -> None:
    """Raise unless the server has the settings that keep saved data safe.

    Raises
    ------
    StorageError
        ``register_setting`` with the setting, what was found and what is needed.
    """
    question = ", ".join(f"current_setting('{setting}')" for setting in SAFE_SETTINGS)
    answer = connection.execute(f"SELECT {question}").fetchone()
    for (setting, wanted), found in zip(SAFE_SETTINGS.items(), answer, strict=True):
        if found != wanted:
            raise StorageError("register_setting", setting=setting, found=found, allowed=wanted)


def _begin(connection: Connection) -> None:
    """Let a write take its turn before it reads, as ``BEGIN IMMEDIATE`` does on SQLite.

    The transaction is READ COMMITTED on purpose: a snapshot for the whole transaction would be taken when the lock is
    asked for, not when it is given, and would not hold what the writer before has just added to the audit trail.
    """
    options = connection.get_execution_options()
    if not options.get("writes", False):
        return
    connection.exec_driver_sql(
        f"SET LOCAL lock_timeout = {options['busy_milliseconds']};"
        f" SET LOCAL idle_in_transaction_session_timeout = '{_HELD_LOCK_SECONDS}s';"
        " SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';"
        f" SELECT pg_advisory_xact_lock({_WRITERS_LOCK})"
    )


def cause(error: BaseException, *, connected: bool, committing: bool) -> str:
    """Return the code of what went wrong.

    Parameters
    ----------
    error : BaseException
        What psycopg raised.
    connected : bool
        Whether the connection had been made.
    committing : bool
        Whether the commit had been sent: if the connection is lost then, nobody knows whether it arrived.
    """
    state = str(getattr(error, "sqlstate", None) or "")
    if not connected and not state:
        return _refusal(error)
    if connected and (not state or _LOST.fullmatch(state)):
        return "register_answer_lost" if committing else "register_connection_lost"
    return _STATES.get(state, "register_failed")


def _refusal(error: BaseException) -> str:
    needs_password = getattr(getattr(error, "pgconn", None), "needs_password", False)
    said = str(error)
    found = next((code for words, code in _REFUSALS if re.search(words, said, re.IGNORECASE)), "register_unreachable")
    return "register_login" if needs_password else found


def damage(connection: Connection) -> list[str]:
    """Return what the server has found wrong in the database's pages; only a server with checksums looks."""
    failures = connection.exec_driver_sql(
        "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()"
    ).scalar()
    return [f"checksum_failures = {failures}"] if failures else []
