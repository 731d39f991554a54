"""The soak: a working day of meetings, imports and reports on one workspace; nothing is lost and nothing fills up."""

from __future__ import annotations

import os
import statistics
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import soak_worker
from forked import Forked

import partnership_lib
from partnership_lib.reports import verify_report
from partnership_lib.reports.publish import all_published

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory and open files are read from /proc"),
]

MINUTES = float(os.environ.get("PARTNERSHIP_SOAK_MINUTES", "0.2"))
GROWTH_MIB = 16
"""So much more memory over the second half is still level: content grows by what is saved."""
GROWTH_FILES = 5


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir()
    settings = '[workspace]\nname = "Lindvalla"\nas_of = 2026-09-15\n'
    (tmp_path / "place" / "partnership.toml").write_text(settings, encoding="utf-8")
    partnership_lib.open(tmp_path / "place").register.save(soak_worker.records(), actor="system:test")
    return tmp_path


def worked(folder: Path) -> dict[str, list[list[str]]]:
    """Return what each has said after all have worked beside each other for the time of the soak."""
    jobs = [(soak_worker.edit, person, person) for person in soak_worker.PEOPLE]
    jobs += [(soak_worker.bring_in, "importer", ""), (soak_worker.report, "reporter", "")]
    jobs += [(soak_worker.leak, "leak", str(MINUTES))]
    said: dict[str, list[list[str]]] = {name: [] for _, name, _ in jobs}
    working = {name: Forked(job, str(folder), told) for job, name, told in jobs}
    with ThreadPoolExecutor(len(working)) as pool:
        listening = [pool.submit(_listen, process, said[name]) for name, process in working.items()]
        try:
            _wait_until(lambda: all(["ready"] in lines for lines in said.values()), 600, working)
            _wait_until(lambda: False, MINUTES * 60, working)
        finally:
            (folder / "stop").touch()
        for each in listening:
            each.result(timeout=300)
    for name, process in working.items():
        assert process.wait(60) == 0, f"{name}: {process.stderr.read()}"
    return said


def _listen(process: Forked, said: list[list[str]]) -> None:
    for line in process.stdout:
        said.append(line.split())


def _wait_until(holds: Callable[[], bool], seconds: float, working: dict[str, Forked]) -> None:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        assert [name for name, process in working.items() if process.returncode is not None] == []
        time.sleep(0.2)


def grown(said: list[list[str]]) -> tuple[float, float]:
    """Return how much memory (MiB) and how many open files were added over the second half, by its straight line."""
    samples = [(int(line[1]) / 1024, int(line[2])) for line in said if line[0] == "holds"]
    samples = samples[len(samples) // 2 :]
    memory, files = (_rise([sample[column] for sample in samples]) for column in (0, 1))
    return memory, files


def _rise(values: list[float]) -> float:
    return (
        statistics.linear_regression(range(len(values)), values).slope * (len(values) - 1) if len(values) > 2 else 0.0
    )


@pytest.mark.target(name="soak")
@pytest.mark.timeout(7_200)
def test_after_a_day_of_work_nothing_is_lost_and_nothing_has_filled_up(
    folder: Path, target: Callable[..., None]
) -> None:
    said = worked(folder)
    workspace = partnership_lib.open(folder / "place")
    content = workspace.content()
    words = Counter(line[0] for lines in said.values() for line in lines)
    assert words["refused"] == 0, [line for lines in said.values() for line in lines if line[0] == "refused"][:3]
    saved = [line for name in soak_worker.PEOPLE for line in said[name] if line[0] == "saved"]
    comments = {line[2] for line in saved if len(line) > 2}
    lost = sum(workspace.register.earlier_save(line[1]) is None for line in saved)
    lost += len(comments - {comment.text for comment in content.activity_comments})
    assert workspace.register.verify() == []

    imported = [line for line in said["importer"] if line[0] == "imported"]
    totals = workspace.warehouse.totals()
    lost += totals["lines"] != sum(int(line[1]) for line in imported)
    lost += totals["ore"] != sum(int(line[2]) for line in imported)

    published = all_published(workspace.reports_folder)
    bad = [each for each in published if any(f["severity"] == "error" for f in verify_report(workspace, each.folder))]
    failed = [line for line in said["reporter"] if line[0] == "failed"]

    growth = {name: grown(lines) for name, lines in said.items()}
    leak_mib, leak_files = growth.pop("leak")
    worst_mib, worst_files = (max(each[column] for each in growth.values()) for column in (0, 1))
    target(
        minutes=MINUTES, saves=len(saved), conflicts=words["conflict"], imports=len(imported), reports=len(published),
        put_off=words["put_off"],
        lost=lost, unverified=len(bad) + len(failed), growth_mib=worst_mib, growth_files=worst_files,
        control_growth_mib=leak_mib, control_growth_files=leak_files,
    )  # fmt: skip
    assert (lost, failed, bad) == (0, [], [])
    assert saved and imported and published
    assert worst_mib <= GROWTH_MIB and worst_files <= GROWTH_FILES, growth
    assert leak_mib > GROWTH_MIB and leak_files > GROWTH_FILES  # the control: what leaks is seen to
