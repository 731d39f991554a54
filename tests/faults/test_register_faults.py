"""The register under concurrency, kills, a full disk and half-way migrations; every test has a control that fails."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from partnership_lib.domain import Target
from partnership_lib.register.store import Register

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform == "win32", reason="kills and limits are those of POSIX"),
]

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed on this machine")
WORKER = Path(__file__).with_name("register_worker.py")
WRITERS = 4


def start(*job: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(WORKER), *map(str, job)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def outputs(processes: list[subprocess.Popen[str]]) -> list[str]:
    ended = [process.communicate(timeout=250) for process in processes]
    assert all(process.returncode == 0 for process in processes), [errors for _, errors in ended]
    return [said for said, _ in ended]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A register that holds one counter at nought."""
    place = tmp_path / "register.db"
    counter = Target(id="counter", measure="saves", value=0.0, by_date=date(2030, 1, 1))
    Register.open(place).save([counter], actor="system:test")
    return place


def count_with(job: str, path: Path, edits: int) -> tuple[int, int, float]:
    """Return how many edits were said to be saved, how many conflicts were shown, and where the counter stands."""
    said = [line.split() for line in outputs([start(job, path, edits) for _ in range(WRITERS)])]
    counter = Register.open(path).load().find(Target, "counter")
    return sum(int(saved) for saved, _ in said), sum(int(shown) for _, shown in said), counter.value


def test_four_writers_lose_no_edit(path: Path, rounds: Callable[[int, int], int]) -> None:
    edits = rounds(12, 1_000)
    saved, conflicts, counted = count_with("count_up", path, edits)
    print(f"TARGET D8 edits={saved} lost={saved - counted:.0f} conflicts={conflicts}")
    assert saved == counted == WRITERS * edits
    assert conflicts > 0
    assert Register.open(path).verify() == []


def test_the_control_four_naive_writers_lose_edits_in_silence(path: Path, rounds: Callable[[int, int], int]) -> None:
    saved, _, counted = count_with("count_up_naively", path, rounds(40, 1_000))
    print(f"TARGET D8 control edits={saved} lost={saved - counted:.0f}")
    assert counted < saved


def kill_writers(path: Path, lives: int, when_told: str) -> dict[str, int]:
    """Return per worker how many saves were acknowledged, over lives that each end with a kill -9."""
    choice = random.Random(lives)
    acknowledged = {f"W{number}": 0 for number in range(2)}
    for _ in range(lives):
        running = {
            worker: start("save_until_killed", path, worker, done, when_told) for worker, done in acknowledged.items()
        }
        for worker, process in running.items():
            assert process.stdout is not None
            for _ in range(choice.randint(1, 5)):
                acknowledged[worker] = int(process.stdout.readline()) + 1
            process.kill()
            # What was said before the kill counts, also what had not been read yet.
            for line in process.stdout.read().splitlines(keepends=True):
                if line.endswith("\n"):
                    acknowledged[worker] = int(line) + 1
            process.wait(60)
    return acknowledged


def standing(path: Path) -> dict[str, tuple[int, int]]:
    """Return per worker the counter and the number of records that the register holds."""
    content = Register.open(path).load()
    return {
        each.id: (int(each.value), sum(o.id.startswith(f"{each.id}-") for o in content.volume_observations))
        for each in content.targets
        if each.id != "counter"
    }


def test_a_killed_writer_loses_nothing_it_acknowledged_and_repeats_nothing(
    path: Path, rounds: Callable[[int, int], int]
) -> None:
    lives = rounds(4, 500)
    acknowledged = kill_writers(path, lives, "late")
    found = standing(path)
    lost = sum(max(0, acknowledged[worker] - counter) for worker, (counter, _) in found.items())
    doubled = sum(records - counter for counter, records in found.values())
    unheard = sum(counter - acknowledged[worker] for worker, (counter, _) in found.items())
    print(f"TARGET D1 kills={lives * 2} lost={lost} dup={doubled} unheard={unheard}")
    assert set(found) == set(acknowledged)
    assert (lost, doubled) == (0, 0)
    assert Register.open(path).verify() == []


def test_the_control_a_writer_that_acknowledges_before_the_commit_loses(path: Path) -> None:
    acknowledged = kill_writers(path, 1, "early")
    found = standing(path)
    assert sum(acknowledged.values()) > sum(counter for counter, _ in found.values())


def test_a_full_disk_is_named_and_leaves_what_stood(path: Path) -> None:
    (said,) = outputs([start("save_on_a_full_disk", path)])
    code, refused_at, stands = said.split()
    assert code in ("register_disk_full", "register_input_output")
    assert refused_at == stands  # all before the refusal, nothing of the refused one
    register = Register.open(path)
    assert register.verify() == []
    register.save([Target(id="after", measure="x", value=1.0, by_date=date(2030, 1, 1))], actor="system:test")
    assert register.load().find(Target, "after") is not None


def test_the_control_a_careless_writer_on_a_full_disk_breaks_what_stood(tmp_path: Path) -> None:
    outputs([start("write_carelessly_on_a_full_disk", tmp_path / "all.json")])
    with pytest.raises(json.JSONDecodeError):
        json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))


def traced(path: Path, *options: str) -> tuple[list[list[str]], str]:
    """Return what twelve saves said while strace counts their calls or makes one of them fail."""
    command = ["strace", "-f", "-qq", *options, sys.executable, str(WORKER), "save_some", str(path), "12"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return [line.split(" ", 2) for line in ended.stdout.splitlines()], ended.stderr


@needs_strace
def test_every_commit_reaches_the_disk(path: Path) -> None:
    said, calls = traced(path, "-e", "trace=fsync,fdatasync")
    assert [word for word, *_ in said] == ["saved"] * 12
    assert calls.count("sync(") >= 12


@needs_strace
@pytest.mark.parametrize(("call", "error"), [("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fdatasync", "EIO")])
def test_a_call_that_fails_is_told_and_nothing_acknowledged_is_lost(
    path: Path, call: str, error: str, rounds: Callable[[int, int], int]
) -> None:
    choice = random.Random(f"{call} {error}")
    hit = 0
    for _ in range(rounds(1, 60)):
        said, _ = traced(path, "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={choice.randint(3, 30)}")
        register = Register.open(path)
        stands = {each.id for each in register.load().index_values}
        refused = [line for line in said if line[0] == "refused"]
        hit += bool(refused)
        assert {line[1] for line in said if line[0] == "saved"} <= stands
        assert all(line[2] == "INTE SPARAT" for line in refused)
        assert not {line[1] for line in refused} & stands
        assert register.verify() == []
        path = start_anew(path)
    print(f"TARGET D3 {call} {error} hit={hit}")
    assert hit > 0  # or nothing was injected and nothing was shown


def start_anew(path: Path) -> Path:
    fresh = path.with_name(f"{path.stem}x.db")
    Register.open(fresh)
    return fresh


def columns(path: Path) -> set[str]:
    return {row[1] for row in sqlite3.connect(path).execute("PRAGMA table_info(agreements)")}


def test_a_migration_killed_half_way_leaves_the_old_layout(path: Path, rounds: Callable[[int, int], int]) -> None:
    for _ in range(rounds(1, 50)):
        assert start("die_in_migration", path).wait(60) == -9
        register = Register.open(path)
        assert register.verify() == []
        assert "colour" not in columns(path)


def test_the_control_without_its_transaction_half_a_migration_stays(path: Path) -> None:
    assert start("die_in_careless_migration", path).wait(60) == -9
    assert "colour" in columns(path)
