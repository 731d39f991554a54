"""Reports of comparisons: what identifies them, what their receipt says, where they are listed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from partnership_lib.errors import ReportError
from partnership_lib.reports import choose_requests, one_request, run_reports, verify_report
from partnership_lib.reports.publish import all_published
from partnership_lib.workspace import Workspace

Maker = Callable[..., Path]


def published(workspace: Workspace, write_bundle: Maker, **asked: str) -> Any:
    """Ask for the comparison of the case and publish it."""
    return run_reports(
        workspace, [one_request(workspace, "comparison", case="skola", **asked)], make_bundle=write_bundle
    )


def test_the_same_case_is_identical_and_a_changed_one_makes_a_new_version(
    workspace: Workspace, write_bundle: Maker, put_case: Maker
) -> None:
    put_case()
    first, second = (published(workspace, write_bundle) for _ in range(2))
    put_case(**{"horizon_months: 144": "horizon_months: 120"})
    third = published(workspace, write_bundle)
    assert [len(outcome.published) for outcome in (first, second, third)] == [1, 0, 1]
    assert [report.version for report in all_published(workspace.reports_folder)] == [1, 2]


def test_a_comparison_does_not_depend_on_the_register(
    workspace: Workspace, write_bundle: Maker, put_case: Maker
) -> None:
    put_case()
    published(workspace, write_bundle)
    agreement = workspace.content().agreements[0]
    workspace.register.save([replace(agreement, name="Ett annat namn")], actor="system:test")
    assert len(published(workspace, write_bundle).identical) == 1


def test_the_receipt_names_seed_and_assumptions_but_not_to_suppliers(
    workspace: Workspace, write_bundle: Maker, put_case: Maker
) -> None:
    put_case(**{"seed: 1": "seed: 7"})
    for audience in ("internal", "shared"):
        published(workspace, write_bundle, audience=audience)
    bodies = {
        report.manifest.body["audience"]: report.manifest.body for report in all_published(workspace.reports_folder)
    }
    assert {body["seed"] for body in bodies.values()} == {7}
    assert bodies["shared"]["assumptions"] == []
    told = {each["key"]: each for each in bodies["internal"]["assumptions"]}
    assert len(told) == bodies["internal"]["inputs"]["case"]["assumptions"]
    assert told["slack_months"]["unit"] == "month"
    assert told["slack_months"]["source"]


def test_a_file_of_the_same_name_below_the_current_folder_is_another_case(
    workspace: Workspace, write_bundle: Maker, put_case: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = put_case()
    other = tmp_path / "elsewhere" / "data" / "cases" / here.name
    other.parent.mkdir(parents=True)
    other.write_text("nothing that can be read as a case", encoding="utf-8")
    published(workspace, write_bundle)
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(published(workspace, write_bundle).identical) == 1


def test_a_changed_case_is_seen_when_the_report_is_verified(
    workspace: Workspace, write_bundle: Maker, put_case: Maker
) -> None:
    put_case()
    published(workspace, write_bundle)
    put_case(**{"seed: 1": "seed: 2"})
    (finding,) = verify_report(workspace, "comparison/skola/2026-09/internal/sv")
    assert "fallet" in finding["what"]


def test_comparisons_are_never_due_but_a_failed_one_is_run_again(workspace: Workspace, put_case: Maker) -> None:
    def fail(work: Path, job: dict[str, Any], **_: object) -> Path:
        raise ReportError("notebook_timeout", cell=4, seconds=300)

    put_case()
    due = [request.key for request in choose_requests(workspace, "due")]
    published(workspace, fail)
    assert [request.key for request in choose_requests(workspace, "due")] == due
    assert not any(key.startswith("comparison") for key in due)
    assert [request.key for request in choose_requests(workspace, "failed")] == ["comparison/skola/2026-09/internal/sv"]


def test_the_list_of_reports_has_the_comparison_by_the_name_of_its_case(
    workspace: Workspace, write_bundle: Maker, put_case: Maker
) -> None:
    put_case()
    published(workspace, write_bundle)
    run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    page = (workspace.reports_folder / "index.html").read_text(encoding="utf-8")
    named = [re.sub("<[^>]+>", "", row) for row in re.findall('<th scope="row">(.*?)</th>', page)]
    assert {"Alla avtal", "Uppföljning: Avtal A-1 (A-1)", "Jämförelse: skola"} <= set(named)
    assert "September 2026" in page
