"""A run of reports compares each with the one before it, and the same run gives the same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from partnership_lib.cli import main
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.reports import one_request, run_reports
from partnership_lib.reports.comparing import compare_reports
from partnership_lib.reports.numbers import NUMBERS, as_csv, numbers_of
from partnership_lib.reports.publish import PublishedReport, all_published
from partnership_lib.reports.since_last import DIFFERENCES, changes_since, differences_csv, section_of
from partnership_lib.workspace import Workspace
from tests.made import activity

T1, T2 = "follow_up/A-1/2026-T1/internal/sv", "follow_up/A-1/2026-T2/internal/sv"
Maker = Callable[..., Path]


@pytest.fixture
def make_bundle(workspace: Workspace) -> Maker:
    """The real analysis and the real numbers, without kernel and PDF."""

    def make(work: Path, job: dict[str, Any], **_: object) -> Path:
        asked, presentation = job["parameters"], job["presentation"]
        analysis = workspace.follow_up(asked["agreement"], asked["period"], asked["audience"])
        delivered = workspace.view("follow_up", asked["language"]).deliver(analysis).payload
        numbers = numbers_of(delivered)
        changes = changes_since(presentation["compared"], presentation["report"], numbers)
        bundle = work / "bundle"
        bundle.mkdir()
        (bundle / "report.html").write_text(section_of(changes, delivered, asked["language"], "SEK"), encoding="utf-8")
        (bundle / "findings.json").write_text(json.dumps(delivered), encoding="utf-8")
        (bundle / NUMBERS).write_bytes(as_csv(numbers))
        if changes:
            (bundle / DIFFERENCES).write_bytes(differences_csv(changes))
        return bundle

    return make


def publish(workspace: Workspace, make_bundle: Maker, period: str) -> PublishedReport:
    outcome = run_reports(
        workspace, [one_request(workspace, "follow_up", agreement="A-1", period=period)], make_bundle=make_bundle
    )
    assert outcome.failed == []
    return (outcome.published or outcome.identical)[0][1]


def add_activity(workspace: Workspace, number: int = 1) -> None:
    asked = activity(f"T-{number}", raised_date=date(2026, 6, 1), due_date=date(2026, 7, 1))
    workspace.register.save([asked], actor="system:test")


def rows(report: PublishedReport) -> list[dict[str, str]]:
    with (report.folder / DIFFERENCES).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_first_report_says_that_it_is_the_first_and_the_next_begins_with_the_differences(
    workspace: Workspace, make_bundle: Maker
) -> None:
    add_activity(workspace)
    first, second = (publish(workspace, make_bundle, period) for period in ("2026-T1", "2026-T2"))
    assert "Det finns ingen tidigare rapport" in first.html.read_text(encoding="utf-8")
    assert not (first.folder / DIFFERENCES).exists()
    assert "sedan rapporten för tertial 1 2026" in second.html.read_text(encoding="utf-8")
    assert {(row["compared_with"], row["causes"]) for row in rows(second)} == {(T1, "period")}
    previous = second.manifest.body["previous"]
    assert previous == {"key": T1, "version": 1, "sha256": first.manifest.body["outputs"][NUMBERS]["sha256"]}


def test_a_report_made_anew_tells_what_moved_in_the_same_period_and_that_the_register_did(
    workspace: Workspace, make_bundle: Maker
) -> None:
    publish(workspace, make_bundle, "2026-T2")
    add_activity(workspace)
    again = publish(workspace, make_bundle, "2026-T2")
    assert again.version == 2
    assert "sedan version 1 av den här rapporten" in again.html.read_text(encoding="utf-8")
    assert {(row["version"], row["causes"]) for row in rows(again)} == {("1", "register")}
    moved = {row["key"]: (row["before"], row["now"]) for row in rows(again)}
    assert any("overdue" in key for key in moved)


def test_the_same_report_is_not_made_again_only_because_it_now_has_a_version_before_it(
    workspace: Workspace, make_bundle: Maker
) -> None:
    for _ in range(3):
        publish(workspace, make_bundle, "2026-T1")
        publish(workspace, make_bundle, "2026-T2")
    assert [report.version for report in all_published(workspace.reports_folder)] == [1, 1]


def test_another_report_on_the_period_before_makes_a_report_asked_for_new_but_not_one_on_schedule(
    workspace: Workspace, make_bundle: Maker
) -> None:
    add_activity(workspace)
    first = publish(workspace, make_bundle, "2026-T2")
    publish(workspace, make_bundle, "2026-T1")
    asked = one_request(workspace, "follow_up", agreement="A-1", period="2026-T2")
    on_schedule = run_reports(workspace, [replace(asked, on_schedule=True)], make_bundle=make_bundle)
    assert [report.folder for _, report in on_schedule.identical] == [first.folder]
    second = publish(workspace, make_bundle, "2026-T2")
    assert second.manifest.body["data_hash"] == first.manifest.body["data_hash"]
    assert second.manifest.body["input_hash"] != first.manifest.body["input_hash"]
    assert {row["compared_with"] for row in rows(second)} == {T1}, "nothing moved since its own first version"


def test_a_report_compares_itself_only_with_one_for_the_same_readers_in_the_same_language(
    workspace: Workspace, make_bundle: Maker
) -> None:
    publish(workspace, make_bundle, "2026-T1")
    for audience, language in (("shared", "sv"), ("internal", "en")):
        asked = one_request(
            workspace, "follow_up", agreement="A-1", period="2026-T2", audience=audience, language=language
        )
        [(_, report)] = run_reports(workspace, [asked], make_bundle=make_bundle).published
        assert report.manifest.body["previous"] is None


def test_the_same_reports_published_twice_are_the_same_bytes(workspace: Workspace, make_bundle: Maker) -> None:
    import shutil

    hashes = []
    for _ in range(2):
        publish(workspace, make_bundle, "2026-T1")
        hashes.append(publish(workspace, make_bundle, "2026-T2").manifest.body_sha256)
        shutil.rmtree(workspace.reports_folder)
    assert hashes[0] == hashes[1]


def test_diff_prints_what_moved_between_two_versions_and_why(workspace: Workspace, make_bundle: Maker) -> None:
    publish(workspace, make_bundle, "2026-T2")
    add_activity(workspace)
    publish(workspace, make_bundle, "2026-T2")
    asked = ["diff", f"{T2}@1", T2, "--workspace", str(workspace.root)]
    said = CliRunner().invoke(main, asked)
    assert said.exit_code == 0, said.output
    assert f"har ändrats sedan {T2}, version 1" in " ".join(said.output.split())
    assert "registret" in said.output
    assert "--json för att få alla" in said.output
    assert DIFFERENCES not in said.output, "the file holds the differences to another report"
    answer = json.loads(CliRunner().invoke(main, [*asked, "--json"]).stdout)
    assert (answer["before"]["version"], answer["now"]["version"], answer["causes"]) == (1, 2, ["register"])
    assert all(each["before"] != each["now"] for each in answer["moved"])
    assert answer["moved"]
    same = json.loads(CliRunner().invoke(main, ["diff", T2, T2, "--workspace", str(workspace.root), "--json"]).stdout)
    assert (same["moved"], same["new"], same["gone"], same["causes"]) == ([], [], [], [])
    assert same["same"] > 0


def test_diff_says_what_it_cannot_compare(workspace: Workspace, make_bundle: Maker, write_bundle: Maker) -> None:
    report = publish(workspace, make_bundle, "2026-T1")
    run_reports(workspace, [one_request(workspace, "portfolio", period="2026-T1")], make_bundle=write_bundle)
    for names, code in (
        ((T1, f"{T1}@9"), "unknown_version"),
        ((T1, T2), "unknown_report"),
        ((T1, "portfolio/2026-T1/internal/sv"), "diff_other_kind"),
    ):
        with pytest.raises(UsageError, match=code):
            compare_reports(workspace, *names)
    with pytest.raises(ReportError, match="diff_no_numbers"):
        compare_reports(workspace, *["portfolio/2026-T1/internal/sv"] * 2)
    assert compare_reports(workspace, str(report.folder), T1).differences.same > 0
