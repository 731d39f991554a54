from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from partnership_lib.domain import Person
from partnership_lib.register.store import Register


@pytest.fixture
def history(register: Register) -> Register:
    """A register whose activity was changed twelve times."""
    for number in range(12):
        activity = register.load().activities[0]
        register.save([replace(activity, title=f"Version {number}")], actor="P-editor")
    return register


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
    history: Register, database: Any, statement: str, first_bad: int
) -> None:
    database.forge(statement)
    problems = history.verify()
    assert [problem["where"] for problem in problems] == [f"audit seq {first_bad}"]
    assert str(first_bad) in problems[0]["what"]
    assert history.verify(language="sv")[0]["what"].startswith("Ändringsloggen är bruten vid post")


@pytest.mark.target(name="audit")
def test_any_single_changed_byte_of_any_entry_is_found(
    history: Register, database: Any, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    choice = random.Random(7)
    columns = ("at_utc", "actor", "action", "object_type", "object_id", "after", "prev_hash", "hash")
    mutations, missed, misnamed = rounds(25, 1_000), 0, 0
    for _ in range(mutations):
        seq, column = choice.randint(1, 23), choice.choice(columns)
        ((value,),) = database.rows(f"SELECT {column} FROM audit WHERE seq = ?", (seq,))
        place = choice.randrange(len(value))
        letter = chr((ord(value[place]) - 32 + choice.randint(1, 90)) % 95 + 32)
        if letter == value[place]:
            continue
        forged = value[:place] + letter + value[place + 1 :]
        database.forge(f"UPDATE audit SET {column} = ? WHERE seq = ?", values=(forged, seq))
        found = history.verify()
        missed += not found
        misnamed += bool(found) and found[0]["where"] != f"audit seq {seq}"
        database.forge(f"UPDATE audit SET {column} = ? WHERE seq = ?", values=(value, seq))
    target(mutations=mutations, missed=missed, misnamed=misnamed)
    assert (missed, misnamed) == (0, 0)
    assert history.verify() == []


def test_without_the_chain_a_forged_entry_goes_unnoticed(history: Register, database: Any) -> None:
    # The control: counting and numbering alone, which is what a trail without hashes can check, finds nothing.
    database.forge("UPDATE audit SET actor = 'P-admin' WHERE seq = 14")
    numbers = [seq for (seq,) in database.rows("SELECT seq FROM audit ORDER BY seq")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert history.verify() != []


def test_a_cut_off_end_is_found_by_the_printed_head_only(history: Register, database: Any) -> None:
    printed = history.audit_head()
    assert history.verify(printed) == []
    activity = history.load().activities[0]
    database.forge(
        f"DELETE FROM audit WHERE seq = {printed[0]}",
        f"UPDATE activities SET title = 'Version 10', version = {activity.version - 1}",
    )
    assert history.verify() == []
    assert [problem["where"] for problem in history.verify(printed)] == [f"audit seq {printed[0]}"]


def test_a_row_changed_behind_the_programs_back_is_found(history: Register, database: Any) -> None:
    database.forge("UPDATE agreements SET ceiling_ore = 1 WHERE id = 'A-1'")
    assert [problem["where"] for problem in history.verify()] == ["agreements A-1"]


def test_a_removed_row_is_found(history: Register, database: Any) -> None:
    database.forge("DELETE FROM activities WHERE id = 'T-1'")
    assert [problem["where"] for problem in history.verify()] == ["activities T-1"]


ENTRY = (
    "SELECT seq, at_utc, 'x', action, object_type, object_id, before, after, prev_hash, hash FROM audit WHERE seq = 3"
)
OVERWRITE = {
    "sqlite": f"INSERT OR REPLACE INTO audit {ENTRY}",
    "postgresql": f"INSERT INTO audit {ENTRY} ON CONFLICT (seq) DO UPDATE SET actor = excluded.actor",
}


@pytest.mark.parametrize("words", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "overwrite"])
def test_our_own_connections_cannot_alter_the_trail(history: Register, words: str) -> None:
    statement = OVERWRITE[history.engine.dialect.name] if words == "overwrite" else words
    with history.engine.connect() as connection, pytest.raises(IntegrityError, match="append-only"):
        connection.exec_driver_sql(statement)


def test_personal_data_never_stands_in_the_trail(register: Register, database: Any) -> None:
    person = Person(id="P-7", name="Kanariefågel Andersson", organisation_id="O-K", email="kanarie@exempel.se")
    register.save([person], actor="system:test")
    register.save([replace(person, version=1, name="Kanariefågel Berg")], actor="P-editor")
    trail = "\n".join(map(str, database.rows("SELECT * FROM audit")))
    assert "anarie" not in trail
    assert "Inför e-legitimation" in trail  # the control: what is not personal can be read
    entries = database.rows("SELECT after FROM audit WHERE object_id = 'P-7' ORDER BY seq")
    names = [json.loads(after)["name"] for (after,) in entries]
    assert names[0] != names[1]
    assert register.verify() == []
