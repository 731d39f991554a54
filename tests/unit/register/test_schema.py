from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_mock_engine

from partnership_lib.domain import RECORD_TYPES, reference_fields
from partnership_lib.register.schema import metadata
from partnership_lib.register.store import Register


@pytest.fixture
def database(register: Register, tmp_path: Path) -> sqlite3.Connection:
    """The file itself, opened by somebody who does not know our rules."""
    return sqlite3.connect(tmp_path / "register.db")


def test_every_table_is_strict_on_sqlite(database: sqlite3.Connection) -> None:
    tables = database.execute("PRAGMA table_list").fetchall()
    strict = {name: bool(is_strict) for _, name, kind, _, _, is_strict in tables if not name.startswith("sqlite_")}
    assert set(RECORD_TYPES) <= set(strict)
    assert all(strict.values()), strict


def test_every_reference_is_a_foreign_key(database: sqlite3.Connection) -> None:
    for name, kind in RECORD_TYPES.items():
        keys = {row[3] for row in database.execute(f"PRAGMA foreign_key_list({name})")}
        assert keys == set(reference_fields(kind)), name


def test_every_agreement_id_is_indexed(database: sqlite3.Connection) -> None:
    for name, kind in RECORD_TYPES.items():
        if "agreement_id" in reference_fields(kind):
            assert (f"ix_{name}_agreement_id",) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'index'"
            ).fetchall()


@pytest.mark.parametrize(
    "assignment",
    [
        "due_date = '31/8 2026'",
        "due_date = '2026-13-01'",
        "level = 'middle'",
        "version = 0",
        "title = NULL",
        "version = 'x'",
    ],
)
def test_the_database_itself_refuses_what_is_no_value_of_the_column(
    database: sqlite3.Connection, assignment: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(f"UPDATE activities SET {assignment} WHERE id = 'T-1'")
    assert database.execute("UPDATE activities SET due_date = '2026-12-01' WHERE id = 'T-1'").rowcount == 1


def test_the_same_tables_can_be_written_for_postgresql() -> None:
    statements: list[str] = []

    def note(statement: object, *_: object) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)))  # type: ignore[attr-defined]

    engine: Engine = create_mock_engine("postgresql://", note)  # type: ignore[assignment]
    metadata.create_all(engine, checkfirst=False)
    script = "\n".join(statements)
    assert "STRICT" not in script
    assert "amount_ore BIGINT" in script
    assert "value DOUBLE PRECISION" in script
    assert "audit is append-only" in script
    assert "RAISE(ABORT" not in script
