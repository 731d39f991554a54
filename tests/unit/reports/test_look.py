"""The quick look before a run: it skips what cannot have changed, and never what can."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from benchmarks.report_due import build
from partnership_lib.domain import Organisation, Party
from partnership_lib.errors import ReportError
from partnership_lib.reports import choose_requests, making, one_request, publish, run_reports, write_index
from partnership_lib.reports.attempts import Retries
from partnership_lib.reports.runs import latest_runs
from partnership_lib.workspace import Workspace

Maker = Callable[..., Path]
KEYS = ["portfolio/2026-T2/internal/sv", "follow_up/A-1/2026-T2/internal/sv", "follow_up/A-2/2026-Q2/internal/sv"]


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the reports whose whole input was read and hashed."""
    keys: list[str] = []
    whole = making.gather_input

    def watched(workspace: Workspace, request: Any) -> Any:
        keys.append(request.key)
        return whole(workspace, request)

    monkeypatch.setattr(making, "gather_input", watched)
    return keys


def _run(workspace: Workspace, make: Maker, **given: Any) -> dict[str, Any]:
    return run_reports(workspace, choose_requests(workspace), make_bundle=make, **given).as_json()


def test_a_second_run_reads_no_input_at_all(workspace: Workspace, write_bundle: Maker, gathered: list[str]) -> None:
    _run(workspace, write_bundle)
    assert set(gathered) == set(KEYS)  # the control: the first run reads everything
    gathered.clear()
    later = replace(workspace, as_of=date(2026, 9, 30))
    assert _run(later, write_bundle)["identical"] == KEYS
    assert gathered == []


def _rename_supplier(workspace: Workspace, _: Path) -> None:
    supplier = workspace.content().find(Organisation, "O-2")
    assert supplier is not None
    workspace.register.save([replace(supplier, name="Nytt bolag AB")], actor="system:test")


def _new_file(workspace: Workspace, _: Path) -> None:
    (workspace.root / "data" / "rules.csv").write_text("a\n1\n", encoding="utf-8")


def _new_setting(workspace: Workspace, _: Path) -> None:
    with (workspace.root / "partnership.toml").open("a", encoding="utf-8") as file:
        file.write("[reports]\nworkers = 3\n")


def _altered_report(_: Workspace, folder: Path) -> None:
    (folder / "report.pdf").write_bytes(b"%PDF-1.7 and more")


def _removed_report(_: Workspace, folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize("change", [_rename_supplier, _new_file, _new_setting, _altered_report, _removed_report])
def test_whatever_may_matter_makes_the_next_run_read_its_input(
    workspace: Workspace, write_bundle: Maker, gathered: list[str], change: Callable[[Workspace, Path], None]
) -> None:
    first = run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    gathered.clear()
    change(workspace, first.published[0][1].folder)
    _run(workspace, write_bundle)
    assert KEYS[0] in gathered


def test_a_report_asked_for_by_name_is_never_skipped(
    workspace: Workspace, write_bundle: Maker, gathered: list[str]
) -> None:
    _run(workspace, write_bundle)
    gathered.clear()
    run_reports(workspace, [one_request(workspace, "portfolio")], make_bundle=write_bundle)
    assert gathered == [KEYS[0]]


def _no_data(*_: object, **__: object) -> Path:
    raise ReportError("no_data_for_period", agreement="A-1", period="2026-T2", term="2025-09-01 – 2030-08-31")


def test_a_period_without_data_is_not_tried_again_until_the_data_change(
    workspace: Workspace, write_bundle: Maker
) -> None:
    tried: list[str] = []

    def watched(*given: Any, **more: Any) -> Path:
        tried.append("once")
        return _no_data(*given, **more)

    only = [request for request in choose_requests(workspace) if request.agreement == "A-1"]
    for day in (15, 16, 17):
        there = replace(workspace, as_of=date(2026, 9, day))
        if day == 17:
            (workspace.root / "data" / "note.txt").write_text("not a part of it", encoding="utf-8")
        outcome = run_reports(there, only, make_bundle=watched).as_json()
        assert (outcome["no_data"], outcome["failed"]) == ([KEYS[1]], [])
    assert tried == ["once"]
    run = latest_runs(workspace.register.engine)[KEYS[1]]
    assert (run.state, run.finished_at is not None) == ("no_data", True)
    _rename_supplier(workspace, Path())
    assert [line["key"] for line in run_reports(workspace, only, make_bundle=write_bundle).as_json()["published"]] == [
        KEYS[1]
    ]


class _Flaky:
    """A generator that fails a number of times for each report."""

    def __init__(self, make: Maker, times: int, code: str = "report_worker_died") -> None:
        self.make, self.times, self.code = make, times, code
        self.attempts: dict[str, int] = {}

    def __call__(self, work: Path, job: dict[str, Any], **given: Any) -> Path:
        name = str(job["parameters"].get("agreement"))
        self.attempts[name] = self.attempts.get(name, 0) + 1
        if self.attempts[name] <= self.times:
            raise ReportError(self.code, status=1, reason="x", key=name)
        return self.make(work, job, **given)


def test_what_failed_is_tried_again_after_the_rest_as_often_as_asked_for(
    workspace: Workspace, write_bundle: Maker
) -> None:
    flaky = _Flaky(write_bundle, 2)
    outcome = _run(workspace, flaky, retries=Retries(2, 0.01))
    assert [line["key"] for line in outcome["published"]] == KEYS
    assert outcome["failed"] == []
    assert set(flaky.attempts.values()) == {3}


def test_retries_have_an_end(workspace: Workspace, write_bundle: Maker) -> None:
    flaky = _Flaky(write_bundle, 5)
    outcome = _run(workspace, flaky, retries=Retries(1, 0.01))
    assert [line["key"] for line in outcome["failed"]] == KEYS
    assert set(flaky.attempts.values()) == {2}


def test_without_retries_a_report_is_tried_once(workspace: Workspace, write_bundle: Maker) -> None:
    flaky = _Flaky(write_bundle, 1)
    assert len(_run(workspace, flaky)["failed"]) == 3
    assert set(flaky.attempts.values()) == {1}


def test_what_another_run_has_taken_over_is_not_tried_again(workspace: Workspace, write_bundle: Maker) -> None:
    flaky = _Flaky(write_bundle, 5, "report_claim_lost")
    _run(workspace, flaky, retries=Retries(3, 0.01))
    assert set(flaky.attempts.values()) == {1}


@pytest.mark.parametrize("agreements", [3, 30])
def test_a_run_with_nothing_due_asks_and_reads_as_little_however_many_agreements_there_are(
    tmp_path: Path, agreements: int, write_bundle: Maker, gathered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = build(tmp_path, agreements)
    write_index(workspace)
    asked: list[str] = []
    event.listen(workspace.register.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    read: list[Path] = []
    monkeypatch.setattr(publish, "read_manifest", read.append)
    outcome = _run(workspace, write_bundle)
    assert len(outcome["identical"]) == agreements + 1
    assert len(asked) <= 10
    assert (gathered, read) == ([], [])


def test_a_run_with_something_new_does_ask_more_the_more_there_is(
    tmp_path: Path, write_bundle: Maker, gathered: list[str]
) -> None:
    # The control: the same run after a change in the register reads the input of every report.
    workspace = build(tmp_path, 3)
    workspace.register.save([Organisation(id="O-9", name="Ny", party=Party.SUPPLIER)], actor="system:test")
    asked: list[str] = []
    event.listen(workspace.register.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    _run(workspace, write_bundle)
    assert len(gathered) >= 4
    assert len(asked) > 10
