"""D5 and D6: runs that are killed, and runs that meet, leave every report published once and none by half."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import reports_workshop
from forked import Forked

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


def _start(workspace: Workspace, how: str, seconds: float) -> Forked:
    return Forked(reports_workshop.publish_due, str(workspace.root), how, str(seconds))


def _visible(workspace: Workspace) -> list[Path]:
    return sorted((workspace.reports_folder / "published").glob("*/*"))


def _is_half(folder: Path) -> bool:
    return {path.name for path in folder.iterdir()} != FILES


def _answer(process: Forked) -> dict[str, Any]:
    out, complained = process.communicate(timeout=120)
    assert out, complained
    answer: dict[str, Any] = json.loads(out.splitlines()[-1])  # the dots of several threads may share a line
    return answer


def _copy(workspace: Workspace, place: Path) -> Workspace:
    shutil.copytree(workspace.root, place)
    return partnership_lib.open(place)


@pytest.mark.target(name="D5")
def test_runs_that_are_killed_leave_no_half_report_and_are_caught_up_with_exactly_once(
    workspace: Workspace,
    tmp_path_factory: pytest.TempPathFactory,
    rounds: Callable[[int, int], int],
    target: Callable[..., None],
) -> None:
    dice = random.Random(1)
    counted = Counter[str]()
    for number in range(rounds(1, 60)):
        place = _copy(workspace, tmp_path_factory.mktemp("runs") / str(number))
        counted += _killed_five_times(place, dice)
    found = {"half": 0, "missing": 0, "dup": 0, "made_again": 0, **counted}
    target(**found)
    assert [found[name] for name in ("half", "missing", "dup", "made_again")] == [0, 0, 0, 0]


def _killed_five_times(workspace: Workspace, dice: random.Random) -> Counter[str]:
    """Return what was found in a place whose run is killed again and again, and at last let go to its end."""
    counted, before = Counter[str](), {}
    for _ in range(5):
        process = _start(workspace, "ours", 0.01)
        for _ in range(dice.randint(1, 12)):
            process.stdout.readline()
        time.sleep(dice.uniform(0, 0.05))
        process.kill()
        process.wait(60)
        seen = {folder: folder.stat().st_ctime_ns for folder in _visible(workspace)}
        counted.update(kills=1, half=sum(_is_half(folder) for folder in seen))
        counted.update(made_again=sum(seen.get(folder) != changed for folder, changed in before.items()))
        before = seen
    answer = _answer(_start(workspace, "ours", 0.0))
    assert answer["failed"] == answer["running"] == []
    keys = [*(line["key"] for line in answer["published"]), *answer["identical"]]
    names = Counter(folder.parent.name for folder in _visible(workspace))
    counted.update(missing=AGREEMENTS + 1 - len(set(keys) & {each.key for each in choose_requests(workspace)}))
    counted.update(missing=AGREEMENTS + 1 - len(names), dup=sum(count - 1 for count in names.values()))
    counted.update(made_again=sum(line["key"] in {_key(folder) for folder in before} for line in answer["published"]))
    for folder in _visible(workspace):
        assert [finding for finding in verify_report(workspace, folder) if finding["severity"] == "error"] == []
    return counted


def _key(folder: Path) -> str:
    key: str = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))["body"]["key"]
    return key


@pytest.mark.target(name="D5", control=True)
def test_a_naive_writer_that_is_killed_leaves_half_a_report_in_sight(
    workspace: Workspace, target: Callable[..., None]
) -> None:
    # The control: the same files written where readers look.
    process = _start(workspace, "naive", 0.2)
    process.stdout.readline()
    process.kill()
    process.wait(60)
    half = sum(_is_half(folder) for folder in _visible(workspace))
    target(half=half)
    assert half > 0


@pytest.mark.target(name="D6")
def test_two_runs_at_once_publish_every_report_once(
    workspace: Workspace,
    tmp_path_factory: pytest.TempPathFactory,
    rounds: Callable[[int, int], int],
    target: Callable[..., None],
) -> None:
    meetings = rounds(1, 20)
    dup = missing = 0
    for number in range(meetings):
        place = _copy(workspace, tmp_path_factory.mktemp("runs") / str(number))
        first, second = _start(place, "ours", 0.02), _start(place, "ours", 0.02)
        answers = [_answer(first), _answer(second)]
        assert [answer["failed"] for answer in answers] == [[], []]
        published = [line["key"] for answer in answers for line in answer["published"]]
        dup += len(published) - len(set(published)) + len(_visible(place)) - (AGREEMENTS + 1)
        missing += len({request.key for request in choose_requests(place)} - set(published))
    target(meetings=meetings, dup=dup, missing=missing)
    assert (dup, missing) == (0, 0)


@pytest.mark.target(name="D6", control=True)
def test_two_naive_runs_at_once_make_everything_twice(workspace: Workspace, target: Callable[..., None]) -> None:
    # The control: nobody says that it is being done already.
    first, second = _start(workspace, "naive", 0.01), _start(workspace, "naive", 0.01)
    made = sum(len(_answer(process)["published"]) for process in (first, second))
    target(dup=made - (AGREEMENTS + 1))
    assert made == 2 * (AGREEMENTS + 1)


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
    process.communicate(60)
    assert process.returncode != 0
    assert {name for name, content in _bytes(workspace).items() if before[name] != content} != set()


def _bytes(workspace: Workspace) -> dict[str, bytes]:
    root = workspace.reports_folder / "published"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.target(name="D5")
def test_a_real_run_whose_parts_are_killed_shows_nothing_and_is_published_once_afterwards(
    workspace: Workspace, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    kills, half = rounds(1, 30), 0
    for number in range(kills):
        victim = ("run", "notebook", "worker")[number % 3]
        process = Forked(reports_workshop.publish_one, str(workspace.root), "A-1")
        work = _wait_for(lambda: next(workspace.reports_folder.glob(f".staging/*/{EXECUTED}"), None)).parent
        notebook = int(_wait_for(lambda work=work: (work / KERNEL_PID).exists() and (work / KERNEL_PID).read_text()))
        os.kill({"run": process.pid, "notebook": notebook, "worker": _parent_of(notebook)}[victim], signal.SIGKILL)
        said, complained = process.communicate(120)
        if victim != "run":
            assert [line["key"][:13] for line in json.loads(said)["failed"]] == ["follow_up/A-1"], said + complained
        half += len(_visible(workspace))
        _wait_for(lambda notebook=notebook: not _lives(notebook))
        shutil.rmtree(workspace.reports_folder / ".staging")  # what a killed run left; a claim of it would remove it
    again = run_reports(workspace, [one_request(workspace, "follow_up", agreement="A-1")], workers=1)
    assert len(again.published) == 1, again.as_json()
    (folder,) = _visible(workspace)
    assert [finding for finding in verify_report(workspace, folder) if finding["severity"] == "error"] == []
    target(real_kills=kills, half=half, missing=0)
    assert half == 0
    assert list((workspace.reports_folder / ".staging").iterdir()) == []


def _parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


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
