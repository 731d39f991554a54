"""D3: a call of the system fails, or the process dies in it: it is told, and what was acknowledged stands whole."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from system_call_worker import SAVES, failing

from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.warehouse import Warehouse
from partnership_lib.register.store import Register
from partnership_lib.reports.publish import published_versions

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed on this machine"),
]

WORKER = Path(__file__).with_name("system_call_worker.py")
FAULTS = ("error=ENOSPC", "error=EIO", "signal=KILL")
# How many calls of each kind a door makes, about: the faults are spread over them.
DOORS = {
    "save": {"pwrite64": 160, "fdatasync": 48, "openat": 48, "unlink": 12},
    "save_with_the_log": {"pwrite64": 100, "fdatasync": 24, "ftruncate": 12},
    "publish_a_report": {"rename": 2, "fsync": 12, "openat": 24, "pwrite64": 30, "fdatasync": 12, "write": 6},
    "import_a_ledger": {"rename": 3, "fsync": 9, "openat": 24, "write": 9},
}
HEADER = "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum\n"
LINE = "2120003005,Uppsala kommun,{},Bolag AB,5560360793,6010,Hyra,1.00,2026-03-01\n"


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register, a warehouse with ten lines, and a file with ten more."""
    folder = tmp_path_factory.mktemp("beginning")
    Register.open(folder / "register.db")
    for name in ("old", "new"):
        lines = "".join(LINE.format(f"{name}-{number}") for number in range(10))
        (folder / f"{name}.csv").write_text(HEADER + lines, encoding="utf-8")
    import_ledger([folder / "old.csv"], Warehouse(folder / "warehouse"))
    return folder


def tried(door: str, call: str, fault: str, numbers: list[int], beginning: Path, folder: Path) -> dict[Path, int]:
    """Return how each try ended, by its folder; the door was tried in it while one of its calls failed."""
    for name in ("warm", *numbers):
        shutil.copytree(beginning, folder / str(name))
    what = f"inject={call}:{fault}:when={failing(call)}"
    quick = [] if "signal" in fault else ["--seccomp-bpf"]  # with it no signal arrives
    command = ["strace", "-f", "-qq", *quick, "-o", "/dev/null", "-e", f"trace={call}", "-e", what]
    worker = [sys.executable, str(WORKER), door, str(folder), call, ",".join(map(str, numbers))]
    ended = subprocess.run([*command, *worker], capture_output=True, text=True, timeout=600, check=True)
    said = [line.split() for line in ended.stdout.splitlines() if line.startswith("ended")]
    assert [int(number) for _, number, _ in said] == numbers, ended.stderr
    return {folder / number: int(status) for _, number, status in said}


def test_where_nothing_fails_each_door_ends_done_and_whole(beginning: Path, tmp_path: Path) -> None:
    """What is judged below is judged by the same eyes: they must not find fault with what is whole."""
    for door, calls in DOORS.items():
        [(place, status)] = tried(door, [*calls][-1], "error=EIO", [10_000], beginning, tmp_path / door).items()
        stands, is_whole = whole(door, place)
        assert ({word for word, *_ in said(place)}, status, is_whole) == ({"done"}, 0, True), door
        assert stands


def said(place: Path) -> list[list[str]]:
    return [line.split(" ", 2) for line in (place / "said").read_text(encoding="utf-8").splitlines()]


def whole(door: str, place: Path) -> tuple[set[str], bool]:
    """Return what stands after a try, and whether everything that stands is whole: judged by other means."""
    stands = {"save": standing_saves, "save_with_the_log": standing_saves}.get(door)
    if stands is None:
        stands = {"publish_a_report": standing_report, "import_a_ledger": standing_ledger}[door]
    return stands(place)


def standing_saves(place: Path) -> tuple[set[str], bool]:
    register = Register.open(place / "register.db")
    ids = [each.id for each in register.load().index_values]
    return set(ids), register.verify() == [] and len(ids) == len(set(ids))


def standing_report(place: Path) -> tuple[set[str], bool]:
    folders = list((place / "published").glob("*/*"))
    for folder in folders:
        outputs = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))["body"]["outputs"]
        hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in outputs}
        if hashes != {name: facts["sha256"] for name, facts in outputs.items()} or len(folders) > 1:
            return {"report"}, False
    seen = {report.folder for report in published_versions(place, "slug")}
    return ({"report"} if folders else set()), seen == set(folders) and Register.open(
        place / "register.db"
    ).verify() == []


def standing_ledger(place: Path) -> tuple[set[str], bool]:
    warehouse = Warehouse(place / "warehouse")
    count, files = int(warehouse.lines().count().execute()), len(warehouse.files())
    return ({"ledger"} if files == 2 else set()), (files, count) in ((1, 10), (2, 20))


@pytest.mark.target(name="D3")
@pytest.mark.parametrize("door", DOORS)
def test_a_call_that_fails_is_told_and_nothing_acknowledged_is_lost(
    door: str, beginning: Path, tmp_path: Path, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    choice = random.Random(door)
    wrong: list[str] = []
    counted = Counter[str](faults=0, aborts=0, lost=0, corrupt=0, untold=0)
    pairs = [(call, fault) for fault in FAULTS for call in DOORS[door]]
    for call, fault in pairs[: rounds(1, len(pairs))]:
        numbers = sorted(choice.sample(range(1, DOORS[door][call] + 1), min(rounds(3, 200), DOORS[door][call])))
        before = counted["faults"]
        places = tried(door, call, fault, numbers, beginning, tmp_path / f"{call} {fault}")
        for place, status in places.items():
            told = said(place)
            stands, is_whole = whole(door, place)
            acknowledged = {name for word, name, *_ in told if word in ("done", "settled")}
            counted["faults"] += status != 0 or any(word in ("refused", "untold", "settled") for word, *_ in told)
            counted["lost"] += len(acknowledged - stands)
            counted["corrupt"] += not is_whole
            # Where the machine's own /proc or /sys cannot be opened, DuckDB ends the process and says so.
            counted["aborts"] += status == -signal.SIGABRT
            died = status in (-signal.SIGKILL, -signal.SIGABRT)
            counted["untold"] += _untold(door, told, stands, died=died, status=status)
            if counted["lost"] + counted["corrupt"] + counted["untold"] > len(wrong):
                wrong.append(f"{call} {fault} number {place.name}: {told}, {status}, {stands}, whole {is_whole}")
        shutil.rmtree(tmp_path / f"{call} {fault}")
        assert counted["faults"] > before, f"{call} {fault}: nothing was made to fail, and nothing shown"
    target(**counted)
    assert wrong == []


def _untold(door: str, told: list[list[str]], stands: set[str], *, died: bool, status: int) -> bool:
    """Whether something went wrong that nobody was told, or a save was called NOT SAVED that stands."""
    if any(word == "untold" for word, *_ in told) or (status != 0 and not died):
        return True
    if not door.startswith("save"):
        return False
    refused = [(name, sentence) for word, name, sentence in (line for line in told if line[0] == "refused")]
    wrong = [name for name, sentence in refused if sentence != "INTE SPARAT" or name in stands]
    return bool(wrong) or (not died and len(told) != SAVES)


@pytest.mark.target(name="D3", control=True)
def test_the_control_a_file_that_is_written_over_itself_is_left_broken(
    beginning: Path, tmp_path: Path, target: Callable[..., None]
) -> None:
    corrupt = 0
    for fault in FAULTS:
        for place in tried("write_over_itself", "write", fault, [2, 12], beginning, tmp_path / fault):
            try:
                json.loads((place / "all.json").read_text(encoding="utf-8"))
            except ValueError:
                corrupt += 1
    target(corrupt=corrupt)
    assert corrupt > 0
