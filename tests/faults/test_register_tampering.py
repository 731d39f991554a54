"""Somebody with a database tool alters the trail of changes: every alteration is found, the first bad entry named."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert as into

from partnership_lib.domain import Target
from partnership_lib.register.hashing import chain_hash
from partnership_lib.register.schema import AUDIT
from partnership_lib.register.store import Register

pytestmark = pytest.mark.faults

COLUMNS = ("seq", "at_utc", "actor", "action", "object_type", "object_id", "before", "after", "prev_hash", "hash")
Trail = list[list[Any]]
ENTRIES = 25


def with_a_history(url: str) -> None:
    register = Register.open(url)
    target = Target(id="counter", measure="saves", value=0.0, by_date=date(2030, 1, 1))
    for number in range(ENTRIES):
        register.save([replace(target, version=number, value=float(number))], actor="system:test")


def change_a_byte(trail: Trail, choice: random.Random) -> int:
    """Another letter somewhere in an entry."""
    row = choice.randrange(len(trail))
    column = choice.choice([i for i, value in enumerate(trail[row]) if isinstance(value, str) and value])
    value = trail[row][column]
    place = choice.randrange(len(value))
    trail[row][column] = (
        value[:place] + chr((ord(value[place]) - 32 + choice.randint(1, 94)) % 95 + 32) + value[place + 1 :]
    )
    return row + 1


def delete(trail: Trail, choice: random.Random) -> int:
    """An entry gone; sometimes those after it are numbered anew."""
    row = choice.randrange(len(trail) - 1)
    del trail[row]
    if choice.random() < 0.5:
        for number, entry in enumerate(trail, start=1):
            entry[0] = number
    return row + 1


def swap(trail: Trail, choice: random.Random) -> int:
    """Two entries in each other's place."""
    first, second = sorted(choice.sample(range(len(trail)), 2))
    trail[first][1:], trail[second][1:] = trail[second][1:], trail[first][1:]
    return first + 1


def insert(trail: Trail, choice: random.Random) -> int:
    """An entry between two others, which looks like them."""
    row = choice.randrange(1, len(trail))
    forged = [*trail[row - 1]]
    forged[-2:] = [f"{choice.getrandbits(256):064x}", f"{choice.getrandbits(256):064x}"]
    trail.insert(row, forged)
    for number, entry in enumerate(trail, start=1):
        entry[0] = number
    return row + 1


def truncate(trail: Trail, choice: random.Random) -> int:
    """The end cut off."""
    left = choice.randrange(len(trail))
    del trail[left:]
    return left + 1


MUTATIONS = (change_a_byte, delete, swap, insert, truncate)


def write(database: Any, trail: Trail) -> None:
    database.forge("DELETE FROM audit")
    marks = ", ".join("?" * len(COLUMNS))
    rows = ", ".join([f"({marks})"] * len(trail))
    if trail:
        values = tuple(value for entry in trail for value in entry)
        database.forge(f"INSERT INTO audit ({', '.join(COLUMNS)}) VALUES {rows}", values=values)


def read(database: Any) -> Trail:
    return [list(row) for row in database.rows(f"SELECT {', '.join(COLUMNS)} FROM audit ORDER BY seq")]


def unchained(trail: Trail) -> bool:
    """The control: what can be seen in a trail without hashes, which is that its numbers follow each other."""
    return [entry[0] for entry in trail] != list(range(1, len(trail) + 1))


@pytest.mark.target(name="audit")
def test_every_alteration_of_the_trail_is_found_and_the_first_bad_entry_named(
    database: Any, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    database.fill(with_a_history)
    register = Register.open(database.url)
    printed, whole = register.audit_head(), read(database)
    assert register.verify(printed) == []
    choice = random.Random(20260915)
    mutations = rounds(15, 1_000)
    missed = misnamed = unseen_by_control = 0
    for number in range(mutations):
        trail = [[*entry] for entry in whole]
        first_bad = MUTATIONS[number % len(MUTATIONS)](trail, choice)
        write(database, trail)
        found = register.verify(printed)
        missed += not found
        misnamed += bool(found) and found[0]["where"] != f"audit seq {first_bad}"
        unseen_by_control += not unchained(trail)
    write(database, whole)
    clean = register.verify(printed)
    target(mutations=mutations, missed=missed, misnamed=misnamed, control_missed=unseen_by_control)
    assert (missed, misnamed) == (0, 0)
    assert clean == []
    assert unseen_by_control > mutations / 2  # the control: without the hashes most of it goes unnoticed


def test_the_control_a_cut_off_end_is_not_seen_by_a_trail_that_was_never_printed(database: Any) -> None:
    database.fill(with_a_history)
    register = Register.open(database.url)
    printed, whole = register.audit_head(), read(database)
    write(database, whole[:-1])
    database.forge(f"UPDATE targets SET version = {ENTRIES - 1}, value = {ENTRIES - 2}")
    assert register.verify() == []
    assert [problem["where"] for problem in register.verify(printed)] == [f"audit seq {printed[0]}"]


@pytest.mark.target(name="audit")
def test_a_long_trail_is_proven_in_seconds(
    rounds: Callable[[int, int], int], tmp_path: Path, target: Callable[..., None]
) -> None:
    """100,000 entries in 2 s of the processor's time, which other work on the machine does not lengthen."""
    entries = rounds(10_000, 100_000)
    register = Register.open(tmp_path / "long.db")
    with_a_counter = Target(id="counter", measure="saves", value=0.0, by_date=date(2030, 1, 1))
    register.save([with_a_counter], actor="system:test")
    with register.engine.execution_options(writes=True).begin() as connection:
        after = connection.execute(AUDIT.select()).mappings().one()["after"]
        previous, rows = connection.execute(AUDIT.select()).mappings().one()["hash"], []
        for seq in range(2, entries + 1):
            body = {
                "seq": seq,
                "at_utc": "2026-09-15T08:00:00Z",
                "actor": "system:test",
                "action": "change",
                "object_type": "targets",
                "object_id": "counter",
                "before": None,
                "after": after,
            }
            entry = chain_hash(previous, body)
            rows.append({**body, "prev_hash": previous, "hash": entry})
            previous = entry
        connection.execute(into(AUDIT), rows)
    begun = time.process_time()
    assert register.verify() == []
    seconds = time.process_time() - begun
    target(entries=entries, processor_seconds=seconds)
    assert seconds < 0.5 + entries / 50_000
