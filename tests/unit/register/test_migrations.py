from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy import text as sql

from partnership_lib.errors import StorageError
from partnership_lib.register.connect import connect
from partnership_lib.register.migrations import migrate
from partnership_lib.register.store import Register


def tables(path: Path) -> set[str]:
    return {row[0] for row in sqlite3.connect(path).execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def add_colour(connection: Connection) -> None:
    connection.execute(sql("ALTER TABLE agreements ADD COLUMN colour TEXT"))
    connection.execute(sql("CREATE TABLE colour (id TEXT PRIMARY KEY)"))


def test_a_new_register_is_made_once(tmp_path: Path) -> None:
    engine = connect(tmp_path / "register.db")
    assert migrate(engine) == 1
    assert migrate(engine) == 0


def test_a_newer_register_is_refused(register: Register, tmp_path: Path) -> None:
    assert migrate(register.engine, version=2, steps={1: add_colour}) == 1
    with pytest.raises(StorageError, match="register_newer") as refused:
        Register.open(tmp_path / "register.db")
    assert (refused.value.values["found"], refused.value.values["allowed"]) == (2, 1)


def test_a_step_brings_an_older_register_forward_with_its_content(register: Register, tmp_path: Path) -> None:
    before = register.content_hash()
    assert migrate(register.engine, version=2, steps={1: add_colour}) == 1
    assert "colour" in tables(tmp_path / "register.db")
    assert register.content_hash() == before


def test_a_step_that_fails_half_way_leaves_nothing(register: Register, tmp_path: Path) -> None:
    def half(connection: Connection) -> None:
        add_colour(connection)
        connection.execute(sql("ALTER TABLE nowhere ADD COLUMN x TEXT"))

    with pytest.raises(StorageError, match="register_failed"):
        migrate(register.engine, version=2, steps={1: half})
    assert "colour" not in tables(tmp_path / "register.db")
    assert Register.open(tmp_path / "register.db").verify() == []


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "register.db")
    other.execute("CREATE TABLE customers (id INTEGER)")
    other.close()
    with pytest.raises(StorageError, match="register_foreign"):
        Register.open(tmp_path / "register.db")
    assert tables(tmp_path / "register.db") == {"customers"}


def test_a_register_with_other_fields_under_the_same_number_is_refused(register: Register, tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "register.db")
    raw.execute("UPDATE schema_version SET fingerprint = 'other'")
    raw.commit()
    with pytest.raises(StorageError, match="register_layout"):
        Register.open(tmp_path / "register.db")
