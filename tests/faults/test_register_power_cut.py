"""The power goes while the register saves: nothing that was acknowledged is lost, nothing is half there."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from power_cut import Connection, Disk, LoggingVFS

from partnership_lib.domain import Target, VolumeObservation
from partnership_lib.register import sqlite
from partnership_lib.register.store import Register

pytestmark = pytest.mark.faults

SAVES = 25


@dataclass
class Found:
    """What was found after all cuts."""

    cuts: int = 0
    lost: int = 0
    doubled: int = 0
    corrupt: int = 0


def record_saves(folder: Path, monkeypatch: pytest.MonkeyPatch, journal: str, synchronous: int | None) -> Disk:
    """Return what the disk was asked to do by saves with the program's own settings, or with others."""
    disk = Disk()
    vfs = LoggingVFS(f"cut-{folder.name}", disk)
    path = folder / "register.db"
    settings = {**sqlite.settings(), "journal_mode": journal}
    if synchronous is not None:
        settings["synchronous"] = synchronous

    def opened(_: Path, __: float) -> Connection:
        connection = Connection(path, vfs.vfs_name)
        for setting, value in settings.items():
            connection.execute(f"PRAGMA {setting}={value}")
        return connection

    monkeypatch.setattr(sqlite, "_open", opened)
    register = Register.open(path)
    register.save([counter(0)], actor="system:test")
    reader = Connection(path, vfs.vfs_name)  # somebody has the register open: the last one to close would tidy up
    reader.execute("SELECT count(*) FROM targets").fetchall()
    disk.begin(folder)
    for number in range(SAVES):
        observation = VolumeObservation(id=f"V-{number:03d}", driver="x", month=date(2026, 1, 1), value=float(number))
        register.save([counter(number + 1), observation], actor="system:test", save_id=f"save-{number}")
        disk.acknowledge()
    steps = list(disk.steps)
    reader.close()
    monkeypatch.undo()
    return Disk(disk.start, steps)


def counter(number: int) -> Target:
    return Target(id="counter", measure="saves", value=float(number), by_date=date(2030, 1, 1), version=number)


def cut(disk: Disk, folder: Path, cuts: int) -> Found:
    """Return what is found after the power was cut again and again, judged by plain SQLite and our own list."""
    choice = random.Random(20260915)
    found = Found(cuts)
    for number in range(cuts):
        before = choice.randrange(len(disk.steps) + 1)
        image = folder / f"image-{number}"
        disk.after_cut(before, choice, image)
        standing = read(image / "register.db")
        acknowledged = disk.acknowledged(before)
        if standing is None:
            found.corrupt += 1
        else:
            value, ids = standing
            found.corrupt += ids != [f"V-{each:03d}" for each in range(len(ids))] or value != len(ids)
            found.lost += max(0, acknowledged - len(ids))
            found.doubled += max(0, len(ids) - acknowledged - 1)
            if number % 100 == 0 and not found.corrupt:
                found.corrupt += Register.open(image / "register.db").verify() != []
        shutil.rmtree(image)
    return found


def read(path: Path) -> tuple[int, list[str]] | None:
    """Return the counter and the saves that stand, or None when the file is damaged."""
    connection = sqlite3.connect(path)
    try:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return None
        ((value,),) = connection.execute("SELECT value FROM targets").fetchall()
        ids = [each for (each,) in connection.execute("SELECT id FROM volume_observations ORDER BY id")]
        return int(value), ids
    except (sqlite3.DatabaseError, ValueError):
        return None
    finally:
        connection.close()


@pytest.mark.target(name="D2")
@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_power_cut_loses_nothing_that_was_acknowledged(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rounds: Callable[[int, int], int],
    journal: str,
    target: Callable[..., None],
) -> None:
    (tmp_path / "register").mkdir()
    disk = record_saves(tmp_path / "register", monkeypatch, journal, None)
    found = cut(disk, tmp_path, rounds(100, 1_000))
    target(journal=journal, cuts=found.cuts, lost=found.lost, dup=found.doubled, corrupt=found.corrupt)
    assert (found.lost, found.doubled, found.corrupt) == (0, 0, 0)


@pytest.mark.target(name="D2", control=True)
@pytest.mark.parametrize(
    ("journal", "synchronous"),
    [("wal", 1), ("wal", 0), ("delete", 0), ("delete", 2)],
    ids=["wal normal", "wal off", "delete off", "delete full"],
)
def test_the_control_with_weaker_settings_a_power_cut_loses(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rounds: Callable[[int, int], int],
    journal: str,
    synchronous: int,
    target: Callable[..., None],
) -> None:
    """Also `delete` with FULL: it does not sync the folder after the journal is unlinked, which undoes the commit."""
    (tmp_path / "register").mkdir()
    disk = record_saves(tmp_path / "register", monkeypatch, journal, synchronous)
    found = cut(disk, tmp_path, rounds(100, 1_000))
    weaker = f"{journal} synchronous={synchronous}"
    target(cuts=found.cuts, lost=found.lost, corrupt=found.corrupt, weaker=weaker)
    assert found.lost + found.corrupt > 0
