"""The register's database: which one, with which settings, and whether its content holds; looked at, never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from partnership_lib.doctor.observation import Observation, Refusal, Seen
from partnership_lib.errors import PartnershipError, StorageError
from partnership_lib.register.connect import connect, place, reading
from partnership_lib.register.migrations import VERSION, found_version
from partnership_lib.register.sqlite import WAL_IS_SAFE_FROM
from partnership_lib.register.store import Register

SECTION = "register"
OLDEST_TRIED = 15
"""The oldest PostgreSQL that the register has been tried on."""

TOLD = 10
"""How many faults in the content are told one by one; one is enough to restore a backup."""


def register(url: str, language: str) -> Iterator[Seen]:
    """Yield what is seen of the register at a database address; faults in its content in a language."""
    where = SECTION
    try:
        engine = connect(url)
        where = place(engine)
        if engine.dialect.name == "sqlite" and not Path(where).is_file():
            yield Observation("info", SECTION, where, "register_not_made")
            return
        with reading(engine) as connection:
            yield from _sqlite(connection, where) if engine.dialect.name == "sqlite" else _postgresql(connection, where)
            version = found_version(connection)
        yield from _content(engine, version, where, language)
    except PartnershipError as error:
        yield Refusal(SECTION, where, error)


def _sqlite(connection: Connection, where: str) -> Iterator[Observation]:
    journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    values = {
        "version": sqlite3.sqlite_version,
        "journal": str(journal),
        "synchronous": {1: "normal", 2: "full", 3: "extra"}.get(_number(connection, "PRAGMA synchronous"), "off"),
        "safe_from": ".".join(map(str, WAL_IS_SAFE_FROM)),
    }
    yield Observation("info", SECTION, where, "sqlite_wal" if journal == "wal" else "sqlite", values)


def _number(connection: Connection, question: str) -> int:
    return int(connection.exec_driver_sql(question).scalar() or 0)


_QUESTION = """
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
        current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
        current_setting('synchronous_commit') AS synchronous_commit,
        current_setting('default_transaction_isolation') AS isolation, current_setting('server_encoding') AS encoding,
        current_setting('data_checksums') AS data_checksums, current_setting('is_superuser') AS superuser,
        pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS read_only,
        host(inet_server_addr()) AS address,
        coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted
"""


def _postgresql(connection: Connection, where: str) -> Iterator[Observation]:
    seen = dict(connection.exec_driver_sql(_QUESTION).mappings().one())
    yield Observation("info", SECTION, where, "postgresql", seen)
    yield Observation("info", SECTION, where, "postgresql_settings", seen)
    for severity, code, holds in _judged(seen):
        if holds:
            yield Observation(severity, SECTION, where, code, {**seen, "oldest": OLDEST_TRIED})


def _judged(seen: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Return what a server can be faulted for; settings that lose data are refused when the register is opened."""
    return [
        ("warning", "postgresql_old", seen["number"] < OLDEST_TRIED * 10_000),
        ("error", "postgresql_read_only", bool(seen["read_only"])),
        ("warning", "postgresql_superuser", seen["superuser"] == "on"),
        ("warning", "postgresql_open_line", not seen["encrypted"] and _is_elsewhere(seen["address"])),
        ("info", "postgresql_hasty", seen["synchronous_commit"] == "off"),
        ("info", "postgresql_no_checksums", seen["data_checksums"] == "off"),
    ]


def _is_elsewhere(address: str | None) -> bool:
    """Return whether a server was reached over a network: without an address it is a socket of this machine."""
    return address is not None and not ip_address(address).is_loopback


def _content(engine: Engine, version: int | None, where: str, language: str) -> Iterator[Seen]:
    if version is None:
        yield Observation("info", SECTION, where, "register_not_made")
    elif version > VERSION:
        yield Refusal(SECTION, where, StorageError("register_newer", register=where, found=version, allowed=VERSION))
    elif version < VERSION:
        yield Observation("info", SECTION, where, "register_older", {"found": version, "allowed": VERSION})
    else:
        opened = Register(engine)
        problems = opened.verify(language=language)
        for problem in problems[:TOLD]:
            yield Observation("error", SECTION, problem["where"], "register_broken", {"what": problem["what"]})
        if len(problems) > TOLD:
            yield Observation("error", SECTION, where, "register_more", {"count": len(problems) - TOLD})
        if not problems:
            yield Observation("info", SECTION, where, "register_holds", {"entries": opened.audit_head()[0]})
        if refused := opened.refusals():
            _, at_utc, actor, about, code = refused[-1]
            values = {"count": len(refused), "at_utc": at_utc, "actor": actor, "about": about, "code": code}
            yield Observation("info", SECTION, where, "register_refusals", values)
