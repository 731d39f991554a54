"""An import that is killed leaves the warehouse as it was; a writer without that care does not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import reports_workshop
from forked import Forked

from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.warehouse import Warehouse

pytestmark = pytest.mark.faults

HEADER = "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum"
ROWS = 60_000
IMPORTER = """
import sys
from pathlib import Path
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.warehouse import Warehouse
print("ready", flush=True)
import_ledger([Path(path) for path in sys.argv[2:]], Warehouse(Path(sys.argv[1])))
print("done", flush=True)
"""
DYING = IMPORTER.replace(
    'print("ready", flush=True)',
    "import os, signal\n"
    "import partnership_lib.ledger.warehouse as w\n"
    "w.write_manifest = lambda *_: os.kill(os.getpid(), signal.SIGKILL)",
)
NAIVE = """
import sys, time, pyarrow as pa, pyarrow.parquet as pq
table = pa.table({"amount_ore": list(range(50_000))})
for part in range(20):
    pq.write_table(table, f"{sys.argv[1]}/part-{part}.parquet")
    if part == 1:
        print("ready", flush=True)
    time.sleep(0.05)
"""


def ledger_file(path: Path, rows: int, amount: str) -> Path:
    row = f"2120003005,Uppsala kommun,V,Bolag AB,5560360793,6010,Hyra,{amount},"
    days = [f"{row}2026-{1 + n % 12:02d}-{1 + n % 28:02d}" for n in range(rows)]
    path.write_text("\n".join([HEADER, *days]) + "\n", encoding="utf-8")
    return path


def killed(program: str, arguments: list[str], after_seconds: float) -> bool:
    """Start a program, kill it and everything it has started after some time; return whether it was too late."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(after_seconds)
        os.killpg(process.pid, signal.SIGKILL)
        return "done" in process.stdout.read()


def seen(root: Path) -> tuple[dict[str, int], int, str]:
    warehouse = Warehouse(root)
    return warehouse.totals(), int(warehouse.lines().count().execute()), warehouse.content_hash()


@pytest.mark.target(name="D5")
def test_a_killed_import_leaves_the_warehouse_as_it_was(
    tmp_path: Path, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    root = tmp_path / "warehouse"
    import_ledger([ledger_file(tmp_path / "before.csv", 10, "1.00")], Warehouse(root))
    before = seen(root)
    files = [ledger_file(tmp_path / f"{n}.csv", ROWS, f"{n}.00") for n in (2, 3)]
    whole = before[1] + 2 * ROWS
    started = time.monotonic()
    control = tmp_path / "control"
    import_ledger(files, Warehouse(control))
    duration = time.monotonic() - started
    kills = rounds(4, 60)
    unfinished = 0
    for kill in range(kills):
        killed(IMPORTER, [str(root), *map(str, files)], duration * (kill + 0.5) / kills)
        after = seen(root)
        assert after == before or after[1] == whole, "either nothing of it counts or all of it"
        if after != before:
            break
        unfinished += 1
    assert unfinished > 0, "no kill hit the import: the test proves nothing"
    import_ledger(files, Warehouse(root))
    assert seen(root)[1] == whole
    on_disk = {path.relative_to(root).as_posix() for path in root.rglob("*.parquet")}
    assert on_disk == {part.path for file in Warehouse(root).files() for part in file.parts}, "no left-overs"
    target(import_kills=unfinished, half=0)


@pytest.mark.target(name="D5", control=True)
def test_a_naive_writer_leaves_half_of_it_to_be_seen(tmp_path: Path, target: Callable[..., None]) -> None:
    killed(NAIVE, [str(tmp_path)], 0.1)
    parts = len(list(tmp_path.glob("*.parquet")))
    target(half_imports=int(0 < parts < 20))
    assert 0 < parts < 20


@pytest.mark.target(name="D6")
def test_two_who_import_one_file_at_once_import_it_once_and_the_other_is_told(
    tmp_path: Path, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    file = ledger_file(tmp_path / "file.csv", 100, "1.00")
    meetings = rounds(2, 20)
    dup = missing = 0
    for number in range(meetings):
        root = tmp_path / str(number)
        both = [Forked(reports_workshop.import_file, str(root), str(file)) for _ in range(2)]
        answers = sorted(process.communicate(120)[0].strip() for process in both)
        assert answers in (["known", "new"], ["new", "warehouse_busy"]), answers
        dup += max(0, seen(root)[1] - 100)
        missing += max(0, 100 - seen(root)[1])
    target(meetings=meetings, dup=dup, missing=missing)
    assert (dup, missing) == (0, 0)


@pytest.mark.target(name="D6", control=True)
def test_the_control_two_careless_imports_at_once_bring_it_in_twice(
    tmp_path: Path, target: Callable[..., None]
) -> None:
    file = ledger_file(tmp_path / "file.csv", 100, "1.00")
    table = tmp_path / "table.csv"
    table.touch()
    both = [Forked(reports_workshop.import_carelessly, str(table), str(file)) for _ in range(2)]
    for process in both:
        process.communicate(60)
    dup = len(table.read_text(encoding="utf-8").splitlines()) - 101
    target(dup=dup)
    assert dup > 0


def test_a_kill_between_the_parts_and_the_manifest_changes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "warehouse"
    path = ledger_file(tmp_path / "a.csv", 10, "1.00")
    died = subprocess.run([sys.executable, "-c", DYING, str(root), str(path)], capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL
    assert list(root.glob("lines/**/*.parquet")), "the parts were in place already"
    assert seen(root)[:2] == ({"files": 0, "lines": 0, "ore": 0, "quarantined": 0, "quarantined_ore": 0}, 0)
    [account] = import_ledger([path], Warehouse(root))
    assert not account.already_imported
    assert seen(root)[1] == 10


def test_a_kill_while_a_newer_version_comes_in_leaves_the_older_one_counting(tmp_path: Path) -> None:
    root = tmp_path / "warehouse"
    older, newer = (ledger_file(tmp_path / f"{name}.csv", 12, "1.00") for name in ("older", "newer"))
    newer.write_text(newer.read_text("utf-8").replace("1.00", "1.50", 3), encoding="utf-8")
    import_ledger([older], Warehouse(root))
    before = seen(root)
    died = subprocess.run([sys.executable, "-c", DYING, str(root), str(newer)], capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL
    assert seen(root) == before
    [account] = import_ledger([newer], Warehouse(root))
    assert "ledger_version" in dict(account.imported.notes)
    assert seen(root)[:2] == ({**before[0], "ore": 1350}, 12)
