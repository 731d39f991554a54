"""D5 and D6: runs that are killed, and runs that meet, leave every report published once and none by half."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import partnership_lib
from partnership_lib.domain import Agreement, AgreementKind, Organisation, Party, RequirementType
from partnership_lib.errors import ReportError
from partnership_lib.reports import choose_requests, one_request, run_reports, verify_report
from partnership_lib.reports.jobs import EXECUTED, KERNEL_PID
from partnership_lib.reports.manifest import Manifest, describe_outputs
from partnership_lib.reports.publish import publish
from partnership_lib.reports.runs import claim
from partnership_lib.workspace import Workspace

pytestmark = pytest.mark.faults

WORKSHOP = Path(__file__).with_name("reports_workshop.py")
FILES = {"report.html", "report.pdf", "data.xlsx", "findings.json", "MANIFEST.json"}
AGREEMENTS = 6


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Six agreements with a rhythm: with the portfolio, seven reports are due."""
    (tmp_path / "partnership.toml").write_text("[workspace]\nas_of = 2026-09-15\n", encoding="utf-8")
    opened = partnership_lib.open(tmp_path)
    agreements = [
        Agreement(
            id=f"A-{number}",
            name=f"Avtal {number}",
            buyer_id="O-1",
            supplier_id="O-2",
            kind=AgreementKind.CONTRACT,
            requirement_type=RequirementType.FUNCTIONAL,
            category="72000000",
            start_date=date(2024, 1, 1),
            report_rhythm="tertial",
        )
        for number in range(AGREEMENTS)
    ]
    parties = [
        Organisation(id="O-1", name="Prov", party=Party.BUYER),
        Organisation(id="O-2", name="Bolag", party=Party.SUPPLIER),
    ]
    opened.register.save([*parties, *agreements], actor="system:test")
    return opened


def _start(workspace: Workspace, how: str, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, str(WORKSHOP), str(workspace.root), how, str(seconds)]
    path = str(Path(partnership_lib.__file__).parents[1])
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path})


def _visible(workspace: Workspace) -> list[Path]:
    return sorted((workspace.reports_folder / "published").glob("*/*"))


def _is_half(folder: Path) -> bool:
    return {path.name for path in folder.iterdir()} != FILES


def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = process.communicate(timeout=60)
    answer: dict[str, Any] = json.loads(out)
    return answer


def test_runs_that_are_killed_leave_no_half_report_and_are_caught_up_with_exactly_once(
    workspace: Workspace, rounds: Callable[[int, int], int]
) -> None:
    dice = random.Random(1)
    before: list[Path] = []
    for _ in range(rounds(4, 60)):
        process = _start(workspace, "ours", 0.05)
        time.sleep(dice.uniform(0.3, 1.2))
        process.kill()
        process.communicate()
        seen = _visible(workspace)
        assert [folder for folder in seen if _is_half(folder)] == []
        assert set(before) <= set(seen)  # what was finished is not made again
        before = seen
    answer = _answer(_start(workspace, "ours", 0.0))
    assert len(answer["published"]) + len(answer["identical"]) == AGREEMENTS + 1
    assert answer["failed"] == answer["running"] == []
    folders = _visible(workspace)
    assert [folder.name[:2] for folder in folders] == ["1-"] * (AGREEMENTS + 1)
    for folder in folders:
        assert [finding for finding in verify_report(workspace, folder) if finding["severity"] == "error"] == []


def test_a_naive_writer_that_is_killed_leaves_half_a_report_in_sight(workspace: Workspace) -> None:
    # The control: the same files written where readers look.
    process = _start(workspace, "naive", 0.2)
    while not _visible(workspace):
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert any(_is_half(folder) for folder in _visible(workspace))


def test_two_runs_at_once_publish_every_report_once(workspace: Workspace) -> None:
    first, second = _start(workspace, "ours", 0.05), _start(workspace, "ours", 0.05)
    answers = [_answer(first), _answer(second)]
    published = [line["key"] for answer in answers for line in answer["published"]]
    assert sorted(published) == sorted({request.key for request in choose_requests(workspace)})
    assert [folder.name[:2] for folder in _visible(workspace)] == ["1-"] * (AGREEMENTS + 1)
    assert [answer["failed"] for answer in answers] == [[], []]


def test_two_naive_runs_at_once_make_everything_twice(workspace: Workspace) -> None:
    # The control: nobody says that it is being done already.
    first, second = _start(workspace, "naive", 0.01), _start(workspace, "naive", 0.01)
    assert sum(len(_answer(process)["published"]) for process in (first, second)) == 2 * (AGREEMENTS + 1)


def test_a_run_that_slept_past_its_lease_publishes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    request = one_request(workspace, "follow_up", agreement="A-0")
    engine = workspace.register.engine
    slept = claim(engine, request.key, "input", lease_seconds=-1)
    awake = claim(engine, request.key, "input", lease_seconds=60)
    for name, taken in (("slept", slept), ("awake", awake)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.html").write_text(name, encoding="utf-8")
        body = {"key": request.key, "version": 1, "outputs": describe_outputs(tmp_path / name)}
        arguments = (engine, taken, tmp_path / name, Manifest(body, {}), workspace.reports_folder, request.slug)
        if name == "slept":
            with pytest.raises(ReportError, match="report_claim_lost"):
                publish(*arguments)
        else:
            publish(*arguments)
    assert [(folder / "report.html").read_text() for folder in _visible(workspace)] == ["awake"]


@pytest.mark.skipif(sys.platform == "win32", reason="file sizes cannot be limited on Windows")
def test_a_full_disk_leaves_the_published_version_as_it_was_and_is_told(workspace: Workspace) -> None:
    _answer(_start(workspace, "ours", 0.0))
    before = _bytes(workspace)
    supplier = workspace.content().find(Organisation, "O-2")
    assert supplier is not None
    workspace.register.save([replace(supplier, name="Nytt bolag")], actor="system:test")
    answer = _answer(_start(workspace, "full", 0.0))
    assert [line["code"] for line in answer["failed"]] == ["disk_full"] * (AGREEMENTS + 1)
    assert answer["published"] == []
    assert _bytes(workspace) == before
    assert len(_answer(_start(workspace, "ours", 0.0))["published"]) == AGREEMENTS + 1


@pytest.mark.skipif(sys.platform == "win32", reason="file sizes cannot be limited on Windows")
def test_a_full_disk_ruins_what_a_naive_writer_had_published(workspace: Workspace) -> None:
    # The control: the good report of yesterday is cut off.
    _answer(_start(workspace, "naive", 0.0))
    before = _bytes(workspace)
    process = _start(workspace, "naive-full", 0.0)
    process.communicate()
    assert process.returncode != 0
    assert {name for name, content in _bytes(workspace).items() if before[name] != content} != set()


def _bytes(workspace: Workspace) -> dict[str, bytes]:
    root = workspace.reports_folder / "published"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_real_run_that_is_killed_takes_its_kernel_along_and_shows_nothing(workspace: Workspace) -> None:
    command = [sys.executable, "-m", "partnership_lib.cli", "report", "follow_up", "--agreement", "A-1", "--json"]
    path = str(Path(partnership_lib.__file__).parents[1])
    process = subprocess.Popen(
        [*command, "--workspace", str(workspace.root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": path},
    )
    work = _wait_for(lambda: next(workspace.reports_folder.glob(f".staging/*/{EXECUTED}"), None)).parent
    kernel = int(_wait_for(lambda: (work / KERNEL_PID).exists() and (work / KERNEL_PID).read_text()))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert _visible(workspace) == []
    _wait_for(lambda: not _lives(kernel))
    again = run_reports(workspace, [one_request(workspace, "follow_up", agreement="A-1")], workers=1)
    assert len(again.published) == 1, again.as_json()
    assert [_is_half(folder) for folder in _visible(workspace)] == [False] or "data" in os.listdir(
        _visible(workspace)[0]
    )
    assert list((workspace.reports_folder / ".staging").iterdir()) == []


def _wait_for(question: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 30
    while not (answer := question()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return answer


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2:3] if Path("/proc").is_dir() else True
