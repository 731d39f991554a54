from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from partnership_lib.domain import Person
from partnership_lib.register.store import Register


@pytest.fixture
def history(register: Register) -> Register:
    """A register whose activity was changed twelve times."""
    for number in range(12):
        activity = register.load().activities[0]
        register.save([replace(activity, title=f"Version {number}")], actor="P-editor")
    return register


def forge(folder: Path, *statements: str) -> None:
    """Change the file as somebody with a database tool would: triggers dropped first."""
    raw = sqlite3.connect(folder / "register.db")
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        raw.execute(statement)
    raw.commit()
    raw.close()


def test_a_register_that_was_only_used_through_the_program_holds(history: Register) -> None:
    assert history.verify() == []


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("UPDATE audit SET after = replace(after, 'Version 3', 'Version X') WHERE seq = 15", 15),
        ("UPDATE audit SET actor = 'P-admin' WHERE seq = 14", 14),
        ("UPDATE audit SET at_utc = '2020-01-01T00:00:00Z' WHERE seq = 12", 12),
        ("DELETE FROM audit WHERE seq = 13", 13),
        ("UPDATE audit SET seq = seq + 1000 WHERE seq >= 16", 16),
        ("UPDATE audit SET hash = prev_hash WHERE seq = 17", 17),
    ],
)
def test_a_forged_entry_is_found_and_the_first_bad_one_named(
    history: Register, tmp_path: Path, statement: str, first_bad: int
) -> None:
    forge(tmp_path, statement)
    problems = history.verify()
    assert [problem["where"] for problem in problems] == [f"audit seq {first_bad}"]
    assert str(first_bad) in problems[0]["what"]
    assert history.verify(language="sv")[0]["what"].startswith("Ändringsloggen är bruten vid post")


def test_any_single_changed_byte_of_any_entry_is_found(
    history: Register, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    choice = random.Random(7)
    columns = ("at_utc", "actor", "action", "object_type", "object_id", "after", "prev_hash", "hash")
    raw = sqlite3.connect(tmp_path / "register.db")
    forge(tmp_path)
    for _ in range(rounds(40, 1_000)):
        seq, column = choice.randint(1, 23), choice.choice(columns)
        (value,) = raw.execute(f"SELECT {column} FROM audit WHERE seq = ?", (seq,)).fetchone()
        place = choice.randrange(len(value))
        letter = chr((ord(value[place]) - 32 + choice.randint(1, 90)) % 95 + 32)
        if letter == value[place]:
            continue
        raw.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", (value[:place] + letter + value[place + 1 :], seq))
        raw.commit()
        found = history.verify()
        assert found, (seq, column)
        assert found[0]["where"] == f"audit seq {seq}"
        raw.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", (value, seq))
        raw.commit()
    assert history.verify() == []


def test_without_the_chain_a_forged_entry_goes_unnoticed(history: Register, tmp_path: Path) -> None:
    # The control: counting and numbering alone, which is what a trail without hashes can check, finds nothing.
    forge(tmp_path, "UPDATE audit SET actor = 'P-admin' WHERE seq = 14")
    raw = sqlite3.connect(tmp_path / "register.db")
    numbers = [row[0] for row in raw.execute("SELECT seq FROM audit ORDER BY seq")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert history.verify() != []


def test_a_cut_off_end_is_found_by_the_printed_head_only(history: Register, tmp_path: Path) -> None:
    printed = history.audit_head()
    assert history.verify(printed) == []
    activity = history.load().activities[0]
    forge(
        tmp_path,
        f"DELETE FROM audit WHERE seq = {printed[0]}",
        f"UPDATE activities SET title = 'Version 10', version = {activity.version - 1}",
    )
    assert history.verify() == []
    assert [problem["where"] for problem in history.verify(printed)] == [f"audit seq {printed[0]}"]


def test_a_row_changed_behind_the_programs_back_is_found(history: Register, tmp_path: Path) -> None:
    forge(tmp_path, "UPDATE agreements SET ceiling_ore = 1 WHERE id = 'A-1'")
    assert [problem["where"] for problem in history.verify()] == ["agreements A-1"]


def test_a_removed_row_is_found(history: Register, tmp_path: Path) -> None:
    forge(tmp_path, "DELETE FROM activities WHERE id = 'T-1'")
    assert [problem["where"] for problem in history.verify()] == ["activities T-1"]


REPLACE_ENTRY = """
    INSERT OR REPLACE INTO audit
    SELECT seq, at_utc, 'x', action, object_type, object_id, before, after, prev_hash, hash FROM audit WHERE seq = 3
"""


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", REPLACE_ENTRY])
def test_our_own_connections_cannot_alter_the_trail(history: Register, statement: str) -> None:
    with history.engine.connect() as connection:
        raw = connection.connection.driver_connection
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement)


def test_without_recursive_triggers_insert_or_replace_would_walk_past_them(history: Register) -> None:
    # The control of the test above: the reason for the setting that `connect` asserts.
    with history.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA recursive_triggers=OFF")
        raw.execute("BEGIN")
        raw.execute(REPLACE_ENTRY)
        assert raw.execute("SELECT actor FROM audit WHERE seq = 3").fetchone() == ("x",)
        raw.execute("ROLLBACK")


def test_personal_data_never_stands_in_the_trail(register: Register, tmp_path: Path) -> None:
    person = Person(id="P-7", name="Kanariefågel Andersson", organisation_id="O-K", email="kanarie@exempel.se")
    register.save([person], actor="system:test")
    register.save([replace(person, version=1, name="Kanariefågel Berg")], actor="P-editor")
    raw = sqlite3.connect(tmp_path / "register.db")
    trail = "\n".join(str(row) for row in raw.execute("SELECT * FROM audit"))
    assert "anarie" not in trail
    assert "Inför e-legitimation" in trail  # the control: what is not personal can be read
    names = [row[0] for row in raw.execute("SELECT json_extract(after, '$.name') FROM audit WHERE object_id = 'P-7'")]
    assert names[0] != names[1]
    assert register.verify() == []
