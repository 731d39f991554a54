"""The register under concurrency, kills, a full disk and half-way migrations; every test has a control that fails."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import register_worker
from forked import Forked

from partnership_lib.domain import Target
from partnership_lib.register.migrations import VERSION
from partnership_lib.register.store import Register

# The proof does a thousand of what the daily tests do ten of.
PATIENCE_SECONDS = 3_600 if os.environ.get("PARTNERSHIP_PROOF") == "1" else 300

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform == "win32", reason="kills and limits are those of POSIX"),
]

WORKER = Path(__file__).with_name("register_worker.py")
WRITERS = 4


def start(job: str, *arguments: object) -> Forked:
    return Forked(getattr(register_worker, job), *map(str, arguments))


def outputs(processes: list[Forked]) -> list[str]:
    ended = [process.communicate(timeout=PATIENCE_SECONDS - 50) for process in processes]
    assert all(process.returncode == 0 for process in processes), [errors for _, errors in ended]
    return [said for said, _ in ended]


def with_a_counter(url: str) -> None:
    counter = Target(id="counter", measure="saves", value=0.0, by_date=date(2030, 1, 1))
    Register.open(url).save([counter], actor="system:test")


@pytest.fixture
def url(database: Any) -> str:
    """The address of a register, in each kind of database, that holds one counter at nought."""
    database.fill(with_a_counter)
    return str(database.url)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The same in a file, for what a disk does to it."""
    with_a_counter(str(tmp_path / "register.db"))
    return tmp_path / "register.db"


def count_with(job: str, url: str, edits: int, writers: int = WRITERS) -> tuple[dict[str, int], Target]:
    """Return how many edits were said to be saved and how many conflicts were told in full or not; and the counter."""
    said = [map(int, line.split()) for line in outputs([start(job, url, edits) for _ in range(writers)])]
    saved, told, untold = map(sum, zip(*said, strict=True))
    return {"saved": saved, "told": told, "untold": untold}, Register.open(url).load().find(Target, "counter")


@pytest.mark.target(name="D8")
def test_four_writers_lose_no_edit(url: str, rounds: Callable[[int, int], int], target: Callable[..., None]) -> None:
    """Each save raises the counter and its version by one: what is lost lacks in the one, doubles show in the other."""
    edits = rounds(12, 1_000)
    count, counter = count_with("count_up", url, edits)
    lost, doubled = count["saved"] - int(counter.value), counter.version - 1 - count["saved"]
    target(saves=count["saved"], lost=lost, dup=doubled, untold=count["untold"], conflicts=count["told"])
    assert count["saved"] == WRITERS * edits
    assert (lost, doubled, count["untold"]) == (0, 0, 0)
    assert count["told"] > 0
    assert Register.open(url).verify() == []


@pytest.mark.target(name="D8", control=True)
def test_the_control_four_naive_writers_lose_edits_in_silence(
    url: str, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    count, counter = count_with("count_up_naively", url, rounds(40, 1_000))
    target(lost=int(count["saved"] - counter.value))
    assert counter.value < count["saved"]


@pytest.mark.target(name="D8", control=True)
def test_the_control_a_double_click_with_two_numbers_is_saved_twice(url: str, target: Callable[..., None]) -> None:
    count, counter = count_with("count_every_click", url, 12, writers=1)
    target(dup=counter.version - 1 - count["saved"])
    assert counter.version - 1 == 2 * count["saved"]


def kill_writers(url: str, lives: int, when_told: str) -> dict[str, int]:
    """Return per worker how many saves were acknowledged, over lives that each end with a kill -9."""
    choice = random.Random(lives)
    acknowledged = {f"W{number}": 0 for number in range(WRITERS)}
    for life in range(lives):
        running = {
            worker: start("save_until_killed", url, worker, done, when_told) for worker, done in acknowledged.items()
        }
        for worker, process in running.items():
            for _ in range(choice.randint(1, 5)):
                acknowledged[worker] = int(process.stdout.readline()) + 1
            time.sleep(choice.uniform(0, 0.04))  # or every kill would hit the beginning of a save
            process.kill()
            acknowledged[worker] = last_said(process, acknowledged[worker])
        if life % 25 == 24:
            assert Register.open(url).verify() == []
    return acknowledged


def last_said(process: Forked, acknowledged: int) -> int:
    """Return how many saves an ended writer acknowledged: what it said counts, also what had not been read yet."""
    for line in process.stdout.read().splitlines(keepends=True):
        if line.endswith("\n"):
            acknowledged = int(line) + 1
    process.wait(60)
    return acknowledged


def standing(url: str) -> dict[str, tuple[int, int]]:
    """Return per worker the counter and the number of records that the register holds."""
    content = Register.open(url).load()
    return {
        each.id: (int(each.value), sum(o.id.startswith(f"{each.id}-") for o in content.volume_observations))
        for each in content.targets
        if each.id != "counter"
    }


@pytest.mark.target(name="D1")
def test_a_killed_writer_loses_nothing_it_acknowledged_and_repeats_nothing(
    url: str, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    lives = rounds(2, 250)
    acknowledged = kill_writers(url, lives, "late")
    found = standing(url)
    lost = sum(max(0, acknowledged[worker] - counter) for worker, (counter, _) in found.items())
    doubled = sum(records - counter for counter, records in found.values())
    unheard = sum(counter - acknowledged[worker] for worker, (counter, _) in found.items())
    corrupt = len(Register.open(url).verify())
    target(kills=lives * WRITERS, lost=lost, dup=doubled, corrupt=corrupt, unheard=unheard)
    assert set(found) == set(acknowledged)
    assert (lost, doubled, corrupt) == (0, 0, 0)


@pytest.mark.target(name="D1", control=True)
def test_the_control_a_writer_that_acknowledges_before_the_commit_loses(url: str, target: Callable[..., None]) -> None:
    acknowledged = kill_writers(url, 1, "early")
    found = standing(url)
    lost = sum(acknowledged.values()) - sum(counter for counter, _ in found.values())
    target(kills=WRITERS, lost=lost)
    assert lost > 0


@pytest.mark.target(name="D4")
def test_a_full_disk_is_named_and_leaves_what_stood(path: Path, target: Callable[..., None]) -> None:
    (said,) = outputs([start("save_on_a_full_disk", path)])
    code, refused_at, stands = said.split()
    assert code in ("register_disk_full", "register_input_output")
    assert refused_at == stands  # all before the refusal, nothing of the refused one
    register = Register.open(path)
    assert register.verify() == []
    register.save([Target(id="after", measure="x", value=1.0, by_date=date(2030, 1, 1))], actor="system:test")
    assert register.load().find(Target, "after") is not None


@pytest.mark.target(name="D4", control=True)
def test_the_control_a_careless_writer_on_a_full_disk_breaks_what_stood(
    tmp_path: Path, target: Callable[..., None]
) -> None:
    outputs([start("write_carelessly_on_a_full_disk", tmp_path / "all.json")])
    with pytest.raises(json.JSONDecodeError):
        json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed on this machine")
@pytest.mark.target(name="D3")
def test_every_commit_reaches_the_disk(path: Path, target: Callable[..., None]) -> None:
    command = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", sys.executable, str(WORKER), "save_some"]
    ended = subprocess.run([*command, str(path), "12"], capture_output=True, text=True, timeout=120, check=False)
    assert [line.split()[0] for line in ended.stdout.splitlines()] == ["saved"] * 12
    target(commits=12, syncs=ended.stderr.count("sync("))
    assert ended.stderr.count("sync(") >= 12


@pytest.mark.target(name="D13")
def test_a_migration_killed_half_way_leaves_the_old_layout(
    url: str, database: Any, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    kills, half = rounds(1, 50), 0
    for _ in range(kills):
        assert start("die_in_migration", url).wait(60) == -9
        assert Register.open(url).verify() == []
        half += "colour" in database.columns("agreements")
    target(kills=kills, half_upgraded=half)
    assert half == 0


@pytest.mark.target(name="D13", control=True)
def test_the_control_without_its_transaction_half_a_migration_stays(
    url: str, database: Any, target: Callable[..., None]
) -> None:
    assert start("die_in_careless_migration", url).wait(60) == -9
    half = "colour" in database.columns("agreements")
    target(half_upgraded=int(half))
    assert half


def test_a_register_that_two_open_at_once_is_made_once(database: Any) -> None:
    assert outputs([start("open_register", database.url) for _ in range(2)]) == ["open\n", "open\n"]
    assert database.rows("SELECT version FROM schema_version") == [(VERSION,)]


needs_proc = pytest.mark.skipif(not Path("/proc").is_dir(), reason="a server's processes are found by /proc")


@pytest.fixture
def hasty_server(new_postgresql: Callable[[], Any]) -> Iterator[Any]:
    """A server that is set to answer before a commit has reached the disk; it holds a register with a counter."""
    server = new_postgresql()
    server.execute("ALTER ROLE tester SET synchronous_commit = off")
    with_a_counter(server.url())
    yield server
    server.stop()


@needs_proc
@pytest.mark.target(name="D12")
def test_a_server_killed_again_and_again_loses_nothing_it_acknowledged(
    hasty_server: Any, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    lives = rounds(2, 30)
    acknowledged = kill_server(hasty_server, lives)
    found = standing(hasty_server.url())
    lost = sum(max(0, acknowledged[worker] - counter) for worker, (counter, _) in found.items())
    doubled = sum(records - counter for counter, records in found.values())
    target(kills=lives, lost=lost, dup=doubled)
    assert set(found) == set(acknowledged)
    assert (lost, doubled) == (0, 0)
    assert Register.open(hasty_server.url()).verify() == []


def kill_server(server: Any, lives: int) -> dict[str, int]:
    """Return per worker how many saves were acknowledged, over lives of the server that each end with a kill -9."""
    acknowledged = {f"W{number}": 0 for number in range(2)}
    for _ in range(lives):
        running = {
            worker: start("save_until_killed", server.url(), worker, done, "late")
            for worker, done in acknowledged.items()
        }
        for worker, process in running.items():
            acknowledged[worker] = int(process.stdout.readline()) + 1
        server.kill()
        for worker, process in running.items():
            acknowledged[worker] = last_said(process, acknowledged[worker])
            assert "StorageError: register_" in process.stderr.read().splitlines()[-1]
        server.start()
    return acknowledged


@needs_proc
@pytest.mark.target(name="D12", control=True)
def test_the_control_a_writer_that_leaves_the_server_as_it_is_set_loses(
    hasty_server: Any, target: Callable[..., None]
) -> None:
    process = start("count_carelessly_until_killed", hasty_server.url())
    while int(process.stdout.readline()) < 500:
        pass
    hasty_server.kill()
    acknowledged = last_said(process, 501) - 1
    hasty_server.start()
    counted = Register.open(hasty_server.url()).load().find(Target, "counter").value
    target(acknowledged=acknowledged, lost=int(acknowledged - counted))
    assert counted < acknowledged
