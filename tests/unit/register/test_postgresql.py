from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text as sql

from partnership_lib import text
from partnership_lib.domain import IndexValue
from partnership_lib.errors import StorageError, UsageError
from partnership_lib.register import postgresql as backend
from partnership_lib.register.connect import connect, integrity_problems, place, reading, transaction
from partnership_lib.register.store import Register

on_a_server = pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
VALUE = IndexValue(id="I-1", series="AKI", month=date(2026, 1, 1), value=133.0)


def refusal(url: str) -> StorageError:
    """The error that opening a register there ends with; its password stands in no sentence of it."""
    with pytest.raises(StorageError) as refused:
        Register.open(url)
    for language, word in (("sv", "KUNDE INTE LÄSAS"), ("en", "COULD NOT BE READ")):
        sentence = text.describe(refused.value, language)
        assert sentence.startswith(word)
        assert "hemligt" not in sentence and "fel-ord" not in sentence
    assert "hemligt" not in str(refused.value) and "fel-ord" not in str(refused.value)
    return refused.value


@on_a_server
def test_the_address_is_shown_without_its_password_and_options(database: Any) -> None:
    for address in (
        "postgres://anna:hemligt@server:5433/register?sslmode=require",
        "postgresql+psycopg://anna@server:5433/register?password=hemligt",
    ):
        engine = connect(address)
        assert place(engine) == "postgresql://anna@server:5433/register"
        assert engine.url.password == "hemligt"
        assert "hemligt" not in repr(engine)


@on_a_server
def test_a_wrong_password_a_missing_one_and_an_unknown_user_are_refused_as_such(database: Any) -> None:
    server = database.server
    server.execute("CREATE ROLE anna LOGIN PASSWORD 'hemligt'")
    for url in (server.url(user="anna", password="fel-ord"), server.url(user="nobody-here")):
        assert refusal(url).code == "register_login"
    assert refusal(server.url(user="anna", password="")).code == "register_login"


@on_a_server
def test_a_user_without_the_right_to_make_tables_is_told_so(database: Any) -> None:
    server = database.server
    server.execute("CREATE ROLE berit LOGIN PASSWORD 'hemligt'")
    with pytest.raises(StorageError, match="register_forbidden") as refused:
        Register.open(server.url(user="berit"))
    assert text.describe(refused.value, "sv").startswith("INTE SPARAT: databasanvändaren får inte")


@on_a_server
def test_a_missing_database_is_named(database: Any) -> None:
    refused = refusal(database.server.url("nowhere"))
    assert refused.code == "register_no_database"
    assert "/nowhere" in refused.values["register"]


@pytest.mark.parametrize(
    "address", ["postgresql://anna:hemligt@127.0.0.1:1/x", "postgresql://anna:hemligt@/x?host=/no-such-folder"]
)
def test_a_server_that_is_not_there_does_not_answer(address: str) -> None:
    assert refusal(address).code == "register_unreachable"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('FATALT:  Lösenordsautentisering misslyckades för användare "anna"', "register_login"),
        ('FATALT:  databasen "x" existerar inte', "register_no_database"),
        ("FATALT:  ledsen, för många klienter", "register_crowded"),
        ("FATAL:  sorry, too many clients already", "register_crowded"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1"', "register_login"),
    ],
)
def test_a_server_that_speaks_swedish_is_understood_too(said: str, code: str) -> None:
    assert backend.cause(psycopg.OperationalError(said), connected=False, committing=False) == code


def test_without_its_driver_postgresql_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match="register_driver_missing") as refused:
        connect("postgresql://anna@server/register")
    assert "postgres" in text.describe(refused.value, "sv")


@on_a_server
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_with_a_setting_that_can_lose_data_is_refused(
    register: Register, new_postgresql_setting: Callable[..., Any], setting: str
) -> None:
    with new_postgresql_setting(setting, "off"), pytest.raises(StorageError, match="register_setting") as refused:
        register.load()
    assert refused.value.values == {"setting": setting, "found": "off", "allowed": "on"}
    register.load()


@pytest.fixture
def new_postgresql_setting(database: Any) -> Callable[..., Any]:
    """What gives the server another setting for a block."""
    server = database.server

    @contextmanager
    def setting(name: str, value: str) -> Iterator[None]:
        try:
            server.execute(f"ALTER SYSTEM SET {name} = {value}")
            server.execute("SELECT pg_reload_conf()")
            _wait_until(lambda: _setting(server, name) == value)
            yield
        finally:
            server.execute(f"ALTER SYSTEM RESET {name}")
            server.execute("SELECT pg_reload_conf()")
            _wait_until(lambda: _setting(server, name) != value)

    return setting


def _setting(server: Any, name: str) -> str:
    with psycopg.connect(server.url()) as connection:
        return connection.execute(f"SHOW {name}").fetchone()[0]


def _wait_until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(500):
        if holds():
            return
        pause.wait(0.02)
    raise AssertionError("it never came to hold")


@on_a_server
def test_a_database_in_another_encoding_is_refused(database: Any) -> None:
    server = database.server
    server.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(StorageError, match="register_setting") as refused:
        Register.open(server.url("latin"))
    assert refused.value.values["found"] == "LATIN1"


@on_a_server
def test_a_save_reaches_the_disk_also_where_the_server_would_let_it_wait(register: Register, database: Any) -> None:
    database.server.execute(f"ALTER DATABASE {database.name} SET synchronous_commit = off")
    database.server.execute(f"ALTER DATABASE {database.name} SET default_transaction_isolation = 'serializable'")
    asked = "SELECT current_setting('synchronous_commit'), current_setting('transaction_isolation')"
    with reading(register.engine) as connection:
        assert tuple(connection.execute(sql(asked)).one()) == ("off", "repeatable read")
    with transaction(register.engine) as connection:
        assert tuple(connection.execute(sql(asked)).one()) == ("on", "read committed")
    database.server.execute(f"ALTER DATABASE {database.name} RESET ALL")


@on_a_server
def test_a_whole_table_of_the_trail_cannot_be_emptied(register: Register, database: Any) -> None:
    raw = database.raw()
    with pytest.raises(psycopg.IntegrityError, match="append-only"):
        raw.execute("TRUNCATE audit")
    raw.close()


@on_a_server
def test_text_is_compared_byte_by_byte(register: Register, database: Any) -> None:
    others = """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
    """
    assert database.rows(others) == []


@on_a_server
def test_a_sound_database_has_no_damage(register: Register) -> None:
    with reading(register.engine) as connection:
        assert integrity_problems(connection) == []


@on_a_server
def test_a_statement_that_takes_too_long_is_named(register: Register) -> None:
    def wait() -> None:
        with transaction(register.engine) as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)")

    with pytest.raises(StorageError, match="register_timeout"):
        wait()


@on_a_server
@pytest.mark.target(name="D12")
def test_a_server_that_fails_over_to_one_that_may_only_be_read_says_so_and_loses_nothing(
    register: Register, database: Any, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    failovers = rounds(1, 10)
    for number in range(failovers):
        value = replace(VALUE, id=f"I-{number}")
        database.server.execute(f"ALTER DATABASE {database.name} SET default_transaction_read_only = on")
        with pytest.raises(StorageError, match="register_readonly") as refused:
            register.save([value], actor="system:test", save_id=value.id)
        assert text.describe(refused.value, "sv").startswith("INTE SPARAT")
        assert len(register.load().index_values) == number
        database.server.execute(f"ALTER DATABASE {database.name} RESET ALL")
        assert register.save([value], actor="system:test", save_id=value.id).repeated is False
    stands = [each.id for each in register.load().index_values]
    target(failovers=failovers, lost=failovers - len(set(stands)), dup=len(stands) - len(set(stands)))
    assert len(stands) == failovers
    assert register.verify() == []


@on_a_server
def test_a_register_moves_from_a_file_to_a_server(register: Register, database: Any, tmp_path: Path) -> None:
    file = Register.open(tmp_path / "register.db")
    file.save([replace(record, version=0) for record in register.load()], actor="system:move")
    server = database.server
    server.execute("CREATE DATABASE moved")
    moved = Register.open(server.url("moved"))
    moved.save([replace(record, version=0) for record in file.load()], actor="system:move")
    assert moved.content_hash() == file.content_hash() == register.content_hash()
    assert moved.load() == file.load()


# --- rival writers --------------------------------------------------------------------------------------------------


@on_a_server
def test_a_writer_sees_what_the_one_before_it_has_saved(register: Register) -> None:
    heads = []
    entered, may_go = threading.Event(), threading.Event()

    def second() -> None:
        entered.wait(10)
        with transaction(register.engine) as connection:
            heads.append(connection.execute(sql("SELECT max(seq) FROM audit")).scalar())

    rival = threading.Thread(target=second)
    rival.start()
    with transaction(register.engine) as connection:
        before = connection.execute(sql("SELECT max(seq) FROM audit")).scalar()
        entered.set()
        _wait_until(lambda: _waiting(register) == 1)
        entry = "seq + 1, at_utc, actor, action, object_type, object_id, before, after, hash, 'x'"
        connection.execute(sql(f"INSERT INTO audit SELECT {entry} FROM audit WHERE seq = {before}"))
        may_go.set()
    rival.join(10)
    assert heads == [before + 1]


@on_a_server
def test_the_control_one_snapshot_for_the_whole_transaction_would_be_too_old(register: Register) -> None:
    # Why writers are READ COMMITTED: asked for in the transaction, the lock is given after the snapshot was taken.
    rival = register.engine.execution_options(isolation_level="REPEATABLE READ").connect()
    rival.exec_driver_sql("SELECT 1")  # the first statement takes the snapshot, as waiting for the lock would
    register.save([VALUE], actor="system:test")
    seen = rival.execute(sql("SELECT max(seq) FROM audit")).scalar()
    rival.close()
    assert seen == register.audit_head()[0] - 1


def _waiting(register: Register) -> int:
    with register.engine.connect() as connection:
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return int(connection.exec_driver_sql(waiting).scalar() or 0)


# --- lost connections -----------------------------------------------------------------------------------------------


def _is_ours(connection: psycopg.Connection) -> bool:
    return connection.info.parameter_status("application_name") == "partnership-workbench"


class Cut:
    """A register whose connection is cut at a moment of its next saves."""

    def __init__(self, register: Register, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.register, self.database = register, database
        self.cuts = 0
        self._patch = monkeypatch

    def _cut(self, connection: psycopg.Connection) -> None:
        self.cuts += 1
        self.database.server.execute(f"SELECT pg_terminate_backend({connection.info.backend_pid}, 5000)")

    def before_commit(self, times: int) -> None:
        """Cut it when the commit is sent, so that it does not arrive."""
        commit = psycopg.Connection.commit

        def cut(connection: psycopg.Connection) -> None:
            if self.cuts < times and _is_ours(connection):
                self._cut(connection)
            commit(connection)

        self._patch.setattr(psycopg.Connection, "commit", cut)

    def after_commit(self, times: int) -> None:
        """Cut it when the commit has arrived and the answer has not."""
        commit = psycopg.Connection.commit

        def cut(connection: psycopg.Connection) -> None:
            commit(connection)
            if self.cuts < times and _is_ours(connection):
                self._cut(connection)
                connection.execute("SELECT 1")

        self._patch.setattr(psycopg.Connection, "commit", cut)

    def at_work(self, times: int) -> None:
        """Cut it before anything is written."""
        from partnership_lib.register import store

        write = store.write_changes

        def cut(connection: Any, changes: Any) -> None:
            if self.cuts < times:
                self._cut(connection.connection.driver_connection)
            write(connection, changes)

        self._patch.setattr(store, "write_changes", cut)


@pytest.fixture
def cut(register: Register, database: Any, monkeypatch: pytest.MonkeyPatch) -> Cut:
    """A register whose connection can be cut."""
    return Cut(register, database, monkeypatch)


@on_a_server
@pytest.mark.target(name="D12")
@pytest.mark.parametrize(("moment", "repeated"), [("at_work", False), ("before_commit", False), ("after_commit", True)])
def test_a_save_whose_connection_is_cut_once_is_saved_exactly_once(
    cut: Cut, moment: str, repeated: bool, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    head = cut.register.audit_head()[0]
    getattr(cut, moment)(1)
    cuts = rounds(2, 10)
    for number in range(cuts):
        cut.cuts = 0
        value = replace(VALUE, id=f"I-{number}")
        saved = cut.register.save([value], actor="system:test", save_id=value.id)
        assert cut.cuts == 1
        assert saved.repeated is repeated
    stands = cut.register.load().index_values
    entries = cut.register.audit_head()[0] - head
    target(cuts=cuts, lost=cuts - len({each.id for each in stands}), dup=entries - cuts)
    assert stands == tuple(replace(VALUE, id=f"I-{number}", version=1) for number in range(cuts))
    assert entries == cuts
    assert cut.register.verify() == []


@on_a_server
@pytest.mark.target(name="D12", control=True)
def test_the_control_a_client_that_tries_again_without_a_save_id_saves_twice(
    cut: Cut, database: Any, target: Callable[..., None]
) -> None:
    with database.raw() as connection:
        connection.execute("CREATE TABLE counted (value integer)")
    cut.after_commit(1)
    for _ in range(2):
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(database.url, application_name="partnership-workbench") as connection,
        ):
            connection.execute("INSERT INTO counted VALUES (1)")
            connection.commit()
    ((stands,),) = database.rows("SELECT count(*) FROM counted")
    target(dup=stands - 1)
    assert stands == 2


@on_a_server
@pytest.mark.parametrize(("moment", "stands"), [("before_commit", 0), ("after_commit", 1)])
def test_without_a_save_id_nobody_says_what_became_of_a_commit_that_was_not_answered(
    cut: Cut, moment: str, stands: int
) -> None:
    getattr(cut, moment)(1)
    with pytest.raises(StorageError, match="register_answer_lost") as lost:
        cut.register.save([VALUE], actor="system:test")
    assert text.describe(lost.value, "sv").startswith("OKLART OM DET SPARADES")
    assert text.describe(lost.value, "en").startswith("UNKNOWN WHETHER IT WAS SAVED")
    assert len(cut.register.load().index_values) == stands


@on_a_server
def test_a_connection_that_is_cut_again_and_again_is_told(cut: Cut) -> None:
    cut.at_work(99)
    with pytest.raises(StorageError, match="register_connection_lost") as lost:
        cut.register.save([VALUE], actor="system:test", save_id="7d3f")
    assert text.describe(lost.value, "sv").startswith("INTE SPARAT: förbindelsen")
    assert cut.cuts == 2
    assert len(cut.register.load().index_values) == 0


@on_a_server
def test_a_doubt_is_not_turned_into_a_refusal_by_the_second_attempt(cut: Cut) -> None:
    cut.after_commit(2)
    with pytest.raises(StorageError, match="register_answer_lost"):
        cut.register.save([VALUE], actor="system:test", save_id="7d3f")
    assert len(cut.register.load().index_values) == 1
