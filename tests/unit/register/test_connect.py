from __future__ import annotations

import os
import time
from typing import Any

import pytest
from sqlalchemy import text as sql

from partnership_lib import text
from partnership_lib.errors import StorageError, UsageError
from partnership_lib.register.connect import connect, reading, transaction
from partnership_lib.register.migrations import migrate
from partnership_lib.register.store import Register


def test_a_register_in_memory_is_refused() -> None:
    with pytest.raises(UsageError, match="register_needs_file"):
        connect("sqlite://")


def test_another_kind_of_database_is_refused_with_those_that_are_allowed() -> None:
    with pytest.raises(UsageError, match="register_backend") as refused:
        connect("mysql://anna:hemligt@server/register")
    assert refused.value.values == {"found": "mysql", "allowed": "sqlite, postgresql"}


@pytest.mark.parametrize("address", ["postgresql://anna:hem@ligt@server/db", "postgresql://anna:hemligt@server:x/db"])
def test_an_address_that_cannot_be_read_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(UsageError, match="register_address") as refused:
        connect(address)
    for language in text.LANGUAGES:
        assert "ligt" not in text.describe(refused.value, language)


def test_nothing_stays_when_the_block_raises(database: Any) -> None:
    engine = connect(database.url)

    def fail() -> None:
        with transaction(engine) as connection:
            connection.execute(sql("CREATE TABLE t (x INTEGER)"))
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        fail()
    assert database.columns("t") == set()


def test_a_busy_register_says_not_saved_in_both_languages(database: Any) -> None:
    engine = connect(database.url, busy_seconds=0.05)
    other = connect(database.url)
    with (
        transaction(other),
        pytest.raises(StorageError, match="register_locked") as busy,
        transaction(engine),
    ):
        pass
    assert text.describe(busy.value, "sv").startswith("INTE SPARAT: registret är upptaget")
    assert text.describe(busy.value, "en").startswith("NOT SAVED: the register is in use")
    with transaction(engine):
        pass


def test_a_reading_sees_one_moment_and_is_not_kept_waiting_by_a_writer(database: Any) -> None:
    engine = connect(database.url)
    migrate(engine)
    count = sql("SELECT count(*) FROM report_run")
    add = sql("INSERT INTO report_run (key, input_hash, state, token, attempts) VALUES ('k', 'h', 'running', 1, 1)")
    with reading(engine) as reader:
        before = reader.execute(count).scalar()
        if engine.dialect.name == "postgresql":  # SQLite's rollback journal lets the reader finish first
            with transaction(engine) as writer:
                writer.execute(add)
        assert reader.execute(count).scalar() == before == 0
    with transaction(engine) as writer:
        if engine.dialect.name == "sqlite":
            writer.execute(add)
    with reading(engine) as reader:
        assert reader.execute(count).scalar() == 1


def test_a_reading_writes_nothing_on_a_server(register: Register) -> None:
    if register.engine.dialect.name == "postgresql":
        with pytest.raises(StorageError, match="register_readonly"), reading(register.engine) as connection:
            connection.execute(sql("UPDATE schema_version SET version = 2"))


def test_readers_keep_nothing_open(register: Register, database: Any) -> None:
    register.load()
    if database.kind == "postgresql":
        ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'partnership-workbench'"
        deadline = time.monotonic() + 10  # the server takes leave of a closed connection a little later
        while database.rows(ours) != [(0,)]:
            assert time.monotonic() < deadline
    else:
        opened = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if _is_link(fd)]
        assert not [name for name in opened if name.startswith(str(database.path.parent))]


def _is_link(descriptor: str) -> bool:
    return os.path.lexists(f"/proc/self/fd/{descriptor}")
