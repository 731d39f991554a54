from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from partnership_lib import text
from partnership_lib.errors import StorageError
from partnership_lib.files import drives
from partnership_lib.register.connect import connect, integrity_problems, reading, transaction
from partnership_lib.register.sqlite import assert_settings
from partnership_lib.register.store import Register

in_a_file = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)


def test_the_folder_of_the_file_is_made_and_the_settings_are_in_force(tmp_path: Path) -> None:
    engine = connect(tmp_path / "a b" / "å?#%.db")
    with reading(engine) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
    expected = "wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "delete"
    assert found == {"journal_mode": expected, "synchronous": 3, "foreign_keys": 1, "recursive_triggers": 1}
    assert (tmp_path / "a b" / "å?#%.db").parent.is_dir()


@pytest.mark.parametrize("setting", ["synchronous=1", "synchronous=2", "foreign_keys=0", "recursive_triggers=0"])
def test_a_connection_with_a_setting_that_can_lose_data_is_refused(tmp_path: Path, setting: str) -> None:
    engine = connect(tmp_path / "register.db")
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert_settings(raw)
        raw.execute(f"PRAGMA {setting}")
        with pytest.raises(StorageError, match="register_setting") as refused:
            assert_settings(raw)
    assert refused.value.values["setting"] == setting.split("=")[0]


def test_a_register_on_a_network_drive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "register.db"
    mounts = tmp_path / "mountinfo"
    monkeypatch.setattr(drives, "MOUNTS", mounts)
    line = "36 25 0:31 / {} rw,relatime shared:1 - {} server:/export rw,vers=4.2\n"
    mounts.write_text(line.format("/", "ext4") + line.format(tmp_path, "nfs4"), encoding="utf-8")
    with pytest.raises(StorageError, match="register_on_network") as refused:
        Register.open(path)
    assert refused.value.values == {"register": str(path), "found": "nfs4"}
    assert "nätverksenhet (nfs4)" in text.describe(refused.value, "sv")
    assert not path.exists()
    # The control: the same folder on a disk of this machine.
    mounts.write_text(line.format("/", "nfs4") + line.format(tmp_path, "ext4"), encoding="utf-8")
    Register.open(path)


def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "register.db").write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StorageError, match="register_damaged"):
        Register.open(tmp_path / "register.db")


@in_a_file
def test_a_write_protected_register_is_named_as_such(register: Register) -> None:
    def write() -> None:
        with transaction(register.engine) as connection:
            # What SQLite says is the same as for a file without rights.
            connection.exec_driver_sql("PRAGMA query_only=ON")
            connection.execute(sql("UPDATE schema_version SET version = 2"))

    with pytest.raises(StorageError, match="register_readonly"):
        write()


@in_a_file
def test_damage_inside_the_file_is_found(register: Register, database: Any) -> None:
    with reading(register.engine) as connection:
        assert integrity_problems(connection) == []
    raw = database.raw()
    raw.execute("UPDATE agreements SET owner_id = 'nobody'")  # foreign keys are off in this connection
    raw.commit()
    with reading(register.engine) as connection:
        assert integrity_problems(connection) != []


@in_a_file
def test_without_recursive_triggers_insert_or_replace_would_walk_past_those_of_the_trail(register: Register) -> None:
    # The reason for the setting that is asserted above.
    entry = "SELECT seq, at_utc, 'x', action, object_type, object_id, before, after, prev_hash, hash FROM audit"
    with register.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA recursive_triggers=OFF")
        raw.execute("BEGIN")
        raw.execute(f"INSERT OR REPLACE INTO audit {entry} WHERE seq = 3")
        assert raw.execute("SELECT actor FROM audit WHERE seq = 3").fetchone() == ("x",)
        raw.execute("ROLLBACK")


@in_a_file
def test_every_table_is_strict(register: Register, database: Any) -> None:
    tables = database.raw().execute("PRAGMA table_list").fetchall()
    strict = {name: bool(is_strict) for _, name, kind, _, _, is_strict in tables if not name.startswith("sqlite_")}
    assert len(strict) > 30
    assert all(strict.values()), strict
