from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from partnership_lib import text
from partnership_lib.errors import StorageError, UsageError
from partnership_lib.register.connect import assert_settings, connect, integrity_problems, reading, transaction
from partnership_lib.register.store import Register


def test_the_folder_of_the_file_is_made_and_the_settings_are_in_force(tmp_path: Path) -> None:
    engine = connect(tmp_path / "a b" / "å?#%.db")
    with reading(engine) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
    expected = "wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "delete"
    assert found == {"journal_mode": expected, "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
    assert (tmp_path / "a b" / "å?#%.db").parent.is_dir()


@pytest.mark.parametrize("setting", ["synchronous=1", "foreign_keys=0", "recursive_triggers=0"])
def test_a_connection_with_a_setting_that_can_lose_data_is_refused(tmp_path: Path, setting: str) -> None:
    engine = connect(tmp_path / "register.db")
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert_settings(raw)
        raw.execute(f"PRAGMA {setting}")
        with pytest.raises(StorageError, match="register_setting") as refused:
            assert_settings(raw)
    assert refused.value.values["setting"] == setting.split("=")[0]


def test_a_register_in_memory_is_refused() -> None:
    with pytest.raises(UsageError, match="register_needs_file"):
        connect("sqlite://")


def test_nothing_stays_when_the_block_raises(tmp_path: Path) -> None:
    engine = connect(tmp_path / "register.db")

    def fail() -> None:
        with transaction(engine) as connection:
            connection.execute(sql("CREATE TABLE t (x INTEGER)"))
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        fail()
    with reading(engine) as connection:
        assert connection.execute(sql("SELECT count(*) FROM sqlite_master")).scalar() == 0


def test_a_busy_register_says_not_saved_in_both_languages(tmp_path: Path) -> None:
    engine = connect(tmp_path / "register.db", busy_seconds=0.05)
    other = sqlite3.connect(tmp_path / "register.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="register_locked") as busy, transaction(engine):
        pass
    assert text.describe(busy.value, "sv").startswith("INTE SPARAT: registret är upptaget")
    assert text.describe(busy.value, "en").startswith("NOT SAVED: the register is in use")
    other.execute("ROLLBACK")
    with transaction(engine):
        pass


def test_readers_do_not_keep_the_file_open(tmp_path: Path) -> None:
    register = Register.open(tmp_path / "register.db")
    register.load()
    opened = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if _is_link(fd)]
    assert not [name for name in opened if name.startswith(str(tmp_path))]


def _is_link(descriptor: str) -> bool:
    return os.path.lexists(f"/proc/self/fd/{descriptor}")


def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "register.db").write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StorageError, match="register_damaged"):
        Register.open(tmp_path / "register.db")


def test_a_write_protected_register_is_named_as_such(register: Register) -> None:
    def write() -> None:
        with transaction(register.engine) as connection:
            connection.exec_driver_sql(
                "PRAGMA query_only=ON"
            )  # what SQLite says is the same as for a file without rights
            connection.execute(sql("UPDATE schema_version SET version = 2"))

    with pytest.raises(StorageError, match="register_readonly"):
        write()


def test_damage_inside_the_file_is_found(register: Register, tmp_path: Path) -> None:
    with reading(register.engine) as connection:
        assert integrity_problems(connection) == []
    raw = sqlite3.connect(tmp_path / "register.db")
    raw.execute("UPDATE agreements SET owner_id = 'nobody'")  # foreign keys are off in this connection
    raw.commit()
    with reading(register.engine) as connection:
        assert integrity_problems(connection) != []
