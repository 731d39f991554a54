"""The register under concurrency, kills, a full disk and half-way migrations; every test has a control that fails."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from partnership_lib.domain import Target
from partnership_lib.register.migrations import VERSION
from partnership_lib.register.store import Register

# The proof does a thousand of what the daily tests do ten of.
PATIENCE_SECONDS = 3_600 if os.environ.get("PARTNERSHIP_PROOF") == "1" else 300

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


def count_with(job: str, url: str, edits: int) -> tuple[int, int, float]:
    """Return how many edits were said to be saved, how many conflicts were shown in full, where the counter stands."""
    said = [line.split() for line in outputs([start(job, url, edits) for _ in range(WRITERS)])]
    counter = Register.open(url).load().find(Target, "counter")
    return sum(int(saved) for saved, _ in said), sum(int(shown) for _, shown in said), counter.value


@pytest.mark.target(name="D8")
def test_four_writers_lose_no_edit(url: str, rounds: Callable[[int, int], int]) -> None:
    edits = rounds(12, 1_000)
    saved, conflicts, counted = count_with("count_up", url, edits)
    print(f"TARGET D8 edits={saved} lost={saved - counted:.0f} conflicts={conflicts}")
    assert saved == counted == WRITERS * edits
    assert conflicts > 0
    assert Register.open(url).verify() == []


@pytest.mark.target(name="D8", control=True)
def test_the_control_four_naive_writers_lose_edits_in_silence(url: str, rounds: Callable[[int, int], int]) -> None:
    saved, _, counted = count_with("count_up_naively", url, rounds(40, 1_000))
    print(f"TARGET D8 control edits={saved} lost={saved - counted:.0f}")
    assert counted < saved


def kill_writers(url: str, lives: int, when_told: str) -> dict[str, int]:
    """Return per worker how many saves were acknowledged, over lives that each end with a kill -9."""
    choice = random.Random(lives)
    acknowledged = {f"W{number}": 0 for number in range(WRITERS)}
    for life in range(lives):
        running = {
            worker: start("save_until_killed", url, worker, done, when_told) for worker, done in acknowledged.items()
        }
        for worker, process in running.items():
            assert process.stdout is not None
            for _ in range(choice.randint(1, 5)):
                acknowledged[worker] = int(process.stdout.readline()) + 1
            process.kill()
            acknowledged[worker] = last_said(process, acknowledged[worker])
        if life % 25 == 24:
            assert Register.open(url).verify() == []
    return acknowledged


def last_said(process: subprocess.Popen[str], acknowledged: int) -> int:
    """Return how many saves an ended writer acknowledged: what it said counts, also what had not been read yet."""
    assert process.stdout is not None
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
def test_a_full_disk_is_named_and_leaves_what_stood(path: Path) -> None:
    (said,) = outputs([start("save_on_a_full_disk", path)])
    code, refused_at, stands = said.split()
    assert code in ("register_disk_full", "register_input_output")
    assert refused_at == stands  # all before the refusal, nothing of the refused one
    register = Register.open(path)
    assert register.verify() == []
    register.save([Target(id="after", measure="x", value=1.0, by_date=date(2030, 1, 1))], actor="system:test")
    assert register.load().find(Target, "after") is not None


@pytest.mark.target(name="D4", control=True)
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
@pytest.mark.target(name="D3")
def test_every_commit_reaches_the_disk(path: Path) -> None:
    said, calls = traced(path, "-e", "trace=fsync,fdatasync")
    assert [word for word, *_ in said] == ["saved"] * 12
    assert calls.count("sync(") >= 12


@needs_strace
@pytest.mark.parametrize(("call", "error"), [("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fdatasync", "EIO")])
@pytest.mark.target(name="D3")
def test_a_call_that_fails_is_told_and_nothing_acknowledged_is_lost(
    path: Path, call: str, error: str, rounds: Callable[[int, int], int]
) -> None:
    choice = random.Random(f"{call} {error}")
    hit = settled = 0
    for _ in range(rounds(3, 60)):
        said, _ = traced(path, "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={choice.randint(3, 30)}")
        register = Register.open(path)
        stands = {each.id for each in register.load().index_values}
        refused = [line for line in said if line[0] == "refused"]
        hit += bool(refused)
        settled += sum(line[0] == "settled" for line in said)
        assert {line[1] for line in said if line[0] in ("saved", "settled")} <= stands
        assert all(line[2] == "INTE SPARAT" for line in refused)
        assert not {line[1] for line in refused} & stands
        assert register.verify() == []
        path = start_anew(path)
    print(f"TARGET D3 {call} {error} hit={hit} settled={settled}")
    assert hit > 0  # or nothing was injected and nothing was shown


def start_anew(path: Path) -> Path:
    fresh = path.with_name(f"{path.stem}x.db")
    Register.open(fresh)
    return fresh


@pytest.mark.target(name="D13")
def test_a_migration_killed_half_way_leaves_the_old_layout(
    url: str, database: Any, rounds: Callable[[int, int], int]
) -> None:
    for _ in range(rounds(1, 50)):
        assert start("die_in_migration", url).wait(60) == -9
        register = Register.open(url)
        assert register.verify() == []
        assert "colour" not in database.columns("agreements")


@pytest.mark.target(name="D13", control=True)
def test_the_control_without_its_transaction_half_a_migration_stays(url: str, database: Any) -> None:
    assert start("die_in_careless_migration", url).wait(60) == -9
    assert "colour" in database.columns("agreements")


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
    hasty_server: Any, rounds: Callable[[int, int], int]
) -> None:
    lives = rounds(2, 30)
    acknowledged = kill_server(hasty_server, lives)
    found = standing(hasty_server.url())
    lost = sum(max(0, acknowledged[worker] - counter) for worker, (counter, _) in found.items())
    doubled = sum(records - counter for counter, records in found.values())
    print(f"TARGET D12 kills={lives} lost={lost} dup={doubled}")
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
            assert process.stdout is not None
            acknowledged[worker] = int(process.stdout.readline()) + 1
        server.kill()
        for worker, process in running.items():
            acknowledged[worker] = last_said(process, acknowledged[worker])
            assert process.stderr is not None
            assert "StorageError: register_" in process.stderr.read().splitlines()[-1]
        server.start()
    return acknowledged


@needs_proc
@pytest.mark.target(name="D12", control=True)
def test_the_control_a_writer_that_leaves_the_server_as_it_is_set_loses(hasty_server: Any) -> None:
    process = start("count_carelessly_until_killed", hasty_server.url())
    assert process.stdout is not None
    while int(process.stdout.readline()) < 500:
        pass
    hasty_server.kill()
    acknowledged = last_said(process, 501) - 1
    hasty_server.start()
    counted = Register.open(hasty_server.url()).load().find(Target, "counter").value
    print(f"TARGET D12 control acknowledged={acknowledged} lost={acknowledged - counted:.0f}")
    assert counted < acknowledged
