"""What the fault tests of the register run in processes of their own: to be killed, starved, set against each other."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import time
import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg
from sqlalchemy import Connection
from sqlalchemy import text as sql

from partnership_lib import text
from partnership_lib.domain import IndexValue, Target, VolumeObservation
from partnership_lib.errors import ConflictError, StorageError
from partnership_lib.register.connect import connect
from partnership_lib.register.migrations import VERSION, migrate
from partnership_lib.register.store import Register


def raw_connection(url: str) -> sqlite3.Connection | psycopg.Connection:
    """Open the database without our settings."""
    if url.startswith("postgresql"):
        return psycopg.connect(url)
    return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=60)


def count_up(url: str, edits: str) -> None:
    """Raise the shared counter `edits` times by reading, adding and saving, each twice as a double click does.

    Print how many were saved, how many conflicts told both texts, who was first and when, and how many did not.
    """
    register = Register(connect(url, busy_seconds=60))
    saved = told = untold = 0
    while saved < int(edits):
        (counter,) = register.load().targets
        raised = [replace(counter, value=counter.value + 1)]
        save_id = str(uuid.uuid4())
        try:
            register.save(raised, actor="system:worker", save_id=save_id)
            assert register.save(raised, actor="system:worker", save_id=save_id).repeated
            saved += 1
        except ConflictError as conflict:
            is_whole = all(conflict.values[name] for name in ("your_text", "their_text", "actor", "at_utc"))
            told, untold = told + is_whole, untold + (not is_whole)
    print(saved, told, untold)


def count_every_click(url: str, edits: str) -> None:
    """Do the same with a number of its own for each click of a double click: the control that must count twice."""
    register = Register(connect(url, busy_seconds=60))
    for _ in range(2 * int(edits)):
        (counter,) = register.load().targets
        register.save([replace(counter, value=counter.value + 1)], actor="system:worker", save_id=str(uuid.uuid4()))
    print(edits, 0, 0)


def count_up_naively(url: str, edits: str) -> None:
    """Do the same with the driver's default mode and no version: the control that must lose edits."""
    connection = raw_connection(url)
    for _ in range(int(edits)):
        (value,) = connection.execute("SELECT value FROM targets").fetchone()
        time.sleep(0.001)
        connection.execute(f"UPDATE targets SET value = {value + 1}")
        connection.commit()
    print(edits, 0, 0)


def save_until_killed(url: str, worker: str, start: str, when_told: str) -> None:
    """Save one record after the other and say so, before or after the commit, until this or the server is killed."""
    register = Register(connect(url, busy_seconds=60))
    number = int(start)
    while True:
        if when_told == "early":
            print(number, flush=True)
        stood = next((each for each in register.load(Target).targets if each.id == worker), None)
        counter = Target(id=worker, measure="saves", value=float(number + 1), by_date=date(2030, 1, 1))
        observation = VolumeObservation(
            id=f"{worker}-{number}", driver="x", month=date(2026, 1, 1), value=float(number)
        )
        counter = replace(counter, version=stood.version if stood else 0)
        register.save([counter, observation], actor="system:worker", save_id=f"{worker}-{number}")
        if when_told == "late":
            print(number, flush=True)
        number += 1


def count_carelessly_until_killed(url: str) -> None:
    """Raise the counter and say so, as the server is set, until it is killed: the control that must lose some."""
    connection = raw_connection(url)
    number = 0
    while True:
        number += 1
        connection.execute(f"UPDATE targets SET value = {number} WHERE id = 'counter'")
        connection.commit()
        print(number, flush=True)


def save_on_a_full_disk(path: str) -> None:
    """Save under a limit on the size of files until it is refused; print the code of the refusal."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = os.path.getsize(path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8_192, size + 8_192))
    register = Register(connect(Path(path)))
    for number in range(10_000):
        value = IndexValue(id=f"I-{number}", series="x" * 500, month=date(2026, 1, 1), value=1.0)
        try:
            register.save([value], actor="system:worker")
        except StorageError as error:
            print(error.code, number, len(register.load().index_values))
            return


def write_carelessly_on_a_full_disk(path: str) -> None:
    """Write a list of everything over itself until it is refused: the control that must leave a broken file."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192))
    everything: list[str] = []
    for number in range(10_000):
        everything.append(f"I-{number}" + "x" * 500)
        try:
            with open(path, "w", encoding="utf-8") as handle:
                json.dump(everything, handle)
        except OSError:
            print(number)
            return


def save_some(path: str, saves: str) -> None:
    """Save one record after the other and print for each what was said about it."""
    register = Register(connect(Path(path)))
    for number in range(int(saves)):
        value = IndexValue(id=f"I-{number}", series="x" * 5_000, month=date(2026, 1, 1), value=1.0)
        try:
            saved = register.save([value], actor="system:worker", save_id=value.id)
            print("settled" if saved.repeated else "saved", value.id, flush=True)
        except StorageError as error:
            print("refused", value.id, text.describe(error, "sv").partition(":")[0], flush=True)


def die_in_migration(url: str) -> None:
    """Take half a step to the next layout and die."""

    def half(connection: Connection) -> None:
        connection.execute(sql("ALTER TABLE agreements ADD COLUMN colour TEXT"))
        os.kill(os.getpid(), signal.SIGKILL)

    migrate(connect(url), version=VERSION + 1, steps={VERSION: half})


def open_register(url: str) -> None:
    """Open a register that is made when it is missing, and say so."""
    Register.open(url)
    print("open")


def die_in_careless_migration(url: str) -> None:
    """Do the same without a transaction around it: the control that must leave half of it."""
    connection = raw_connection(url)
    connection.execute("ALTER TABLE agreements ADD COLUMN colour TEXT")
    connection.commit()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
