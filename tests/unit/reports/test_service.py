"""What a run of reports leaves behind, made with a generator that needs no kernel."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from partnership_lib.domain import Organisation
from partnership_lib.errors import ReportError
from partnership_lib.reports import choose_requests, one_request, run_reports
from partnership_lib.reports.manifest import MANIFEST, read_manifest
from partnership_lib.reports.publish import all_published
from partnership_lib.reports.runs import latest_runs
from partnership_lib.workspace import Workspace

Maker = Callable[..., Path]


def test_what_is_due_is_published_and_a_second_run_finds_it_identical(
    workspace: Workspace, write_bundle: Maker
) -> None:
    due = choose_requests(workspace, "due")
    first = run_reports(workspace, due, make_bundle=write_bundle).as_json()
    second = run_reports(workspace, due, make_bundle=write_bundle).as_json()
    keys = ["portfolio/2026-T2/internal/sv", "follow_up/A-1/2026-T2/internal/sv", "follow_up/A-2/2026-Q2/internal/sv"]
    assert [line["key"] for line in first["published"]] == keys
    assert {name: second[name] for name in ("published", "identical", "no_data", "running", "failed")} == {
        "published": [],
        "identical": keys,
        "no_data": [],
        "running": [],
        "failed": [],
    }
    assert [report.version for report in all_published(workspace.reports_folder)] == [1, 1, 1]


def test_nothing_but_whole_reports_and_the_list_is_left_in_the_folder(
    workspace: Workspace, write_bundle: Maker
) -> None:
    run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    assert sorted(path.name for path in workspace.reports_folder.iterdir()) == [".staging", "index.html", "published"]
    assert list((workspace.reports_folder / ".staging").iterdir()) == []


def test_changed_data_makes_a_new_version_that_names_the_one_it_supersedes(
    workspace: Workspace, write_bundle: Maker
) -> None:
    asked = [one_request(workspace, "follow_up", agreement="A-1", period="2026-T2")]
    run_reports(workspace, asked, make_bundle=write_bundle)
    supplier = workspace.content().find(Organisation, "O-2")
    assert supplier is not None
    workspace.register.save([replace(supplier, name="Prov & Dotter AB")], actor="system:test")
    second = run_reports(workspace, asked, make_bundle=write_bundle)
    old, new = all_published(workspace.reports_folder)
    assert [report.version for _, report in second.published] == [2]
    assert new.manifest.body["supersedes"] == old.folder.name
    assert old.manifest.body["inputs"]["register"] != new.manifest.body["inputs"]["register"]


def test_data_that_go_back_to_what_they_were_make_a_third_version(workspace: Workspace, write_bundle: Maker) -> None:
    asked = [one_request(workspace, "follow_up", agreement="A-1", period="2026-T2")]
    for name in ("Prov & Son AB", "Annat AB", "Prov & Son AB"):
        supplier = workspace.content().find(Organisation, "O-2")
        assert supplier is not None
        workspace.register.save([replace(supplier, name=name)], actor="system:test")
        run_reports(workspace, asked, make_bundle=write_bundle)
    first, second, third = all_published(workspace.reports_folder)
    assert [each.version for each in (first, second, third)] == [1, 2, 3]
    assert first.manifest.body["input_hash"] == third.manifest.body["input_hash"]


def test_a_later_day_alone_makes_a_scheduled_report_no_newer_but_one_asked_for_by_name(
    workspace: Workspace, write_bundle: Maker
) -> None:
    run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    later = replace(workspace, as_of=date(2026, 9, 30))
    scheduled = run_reports(later, choose_requests(later), make_bundle=write_bundle)
    by_name = one_request(later, "follow_up", agreement="A-1", period="2026-T2")
    named = run_reports(later, [by_name], make_bundle=write_bundle)
    assert len(scheduled.identical) == 3
    assert [report.manifest.body["as_of"] for _, report in named.published] == ["2026-09-30"]


def test_the_same_input_gives_the_same_bundle_byte_for_byte(workspace: Workspace, write_bundle: Maker) -> None:
    asked = choose_requests(workspace)
    hashes = []
    for _ in range(2):
        run_reports(workspace, asked, make_bundle=write_bundle)
        hashes.append([report.manifest.body_sha256 for report in all_published(workspace.reports_folder)])
        shutil.rmtree(workspace.reports_folder)
    assert hashes[0] == hashes[1]


def test_the_manifest_says_what_the_report_stands_on(workspace: Workspace, write_bundle: Maker) -> None:
    asked = one_request(workspace, "follow_up", agreement="A-1", period="2026-T2", audience="shared", language="en")
    run_reports(workspace, [asked], make_bundle=write_bundle)
    body = read_manifest(all_published(workspace.reports_folder)[0].folder).body
    assert body["parameters"] == {
        "workspace": ".",
        "agreement": "A-1",
        "period": "2026-T2",
        "audience": "shared",
        "language": "en",
        "as_of": "2026-09-15",
    }
    assert body["period"] == {"label": "2026-T2", "start": "2026-05-01", "end": "2026-09-01"}
    assert body["audit_head"]["seq"] == workspace.register.audit_head()[0]
    assert body["inputs"]["register"]["records"] > 0
    assert body["inputs"]["ledger"]["ore"] == 0
    assert set(body["outputs"]) == {"report.html", "report.pdf", "data.xlsx", "data/activities.csv", "findings.json"}
    assert (body["seed"], body["assumptions"]) == (None, [])
    assert str(workspace.root) not in json.dumps(dict(body))


def test_one_report_that_fails_does_not_stop_the_others(workspace: Workspace, write_bundle: Maker) -> None:
    def fail_for_one(work: Path, job: dict[str, dict[str, str]], **_: object) -> Path:
        if job["parameters"].get("agreement") == "A-1":
            raise ReportError("notebook_kernel_died", cell=7)
        return write_bundle(work, job)

    outcome = run_reports(workspace, choose_requests(workspace), make_bundle=fail_for_one).as_json()
    assert len(outcome["published"]) == 2
    assert [line["key"] for line in outcome["failed"]] == ["follow_up/A-1/2026-T2/internal/sv"]
    assert "cell 7" in outcome["failed"][0]["reason"].lower()
    run = latest_runs(workspace.register.engine)["follow_up/A-1/2026-T2/internal/sv"]
    assert (run.state, run.failing_cell, run.attempts) == ("failed", 7, 1)


def test_a_mistake_in_the_program_is_a_failed_report_and_no_crash(workspace: Workspace, write_bundle: Maker) -> None:
    def stumble(work: Path, job: dict[str, dict[str, str]], **_: object) -> Path:
        if job["parameters"].get("agreement") == "A-1":
            raise ZeroDivisionError("division by zero")
        return write_bundle(work, job)

    outcome = run_reports(workspace, choose_requests(workspace), make_bundle=stumble)
    assert [error.code for _, error in outcome.failed] == ["report_worker_failed"]
    assert len(outcome.published) == 2


def test_what_failed_is_run_again_on_request_and_then_no_longer_failed(
    workspace: Workspace, write_bundle: Maker
) -> None:
    def fail(work: Path, job: object, **_: object) -> Path:
        raise ReportError("report_timeout", seconds=1)

    run_reports(workspace, choose_requests(workspace)[:1], make_bundle=fail)
    again = choose_requests(workspace, "failed")
    assert [request.key for request in again] == ["portfolio/2026-T2/internal/sv"]
    run_reports(workspace, again, make_bundle=write_bundle)
    assert choose_requests(workspace, "failed") == []
    assert latest_runs(workspace.register.engine)[again[0].key].attempts == 2


def test_a_period_without_the_agreement_is_no_data_and_no_failure(workspace: Workspace) -> None:
    def no_data(work: Path, job: object, **_: object) -> Path:
        raise ReportError("no_data_for_period", agreement="A-1", period="2024-T1", term="2025-09-01 – 2030-08-31")

    asked = one_request(workspace, "follow_up", agreement="A-1", period="2024-T1")
    outcome = run_reports(workspace, [asked], make_bundle=no_data).as_json()
    assert outcome["no_data"] == ["follow_up/A-1/2024-T1/internal/sv"]
    assert outcome["failed"] == []


def test_data_that_change_during_the_run_stop_the_publication(workspace: Workspace, write_bundle: Maker) -> None:
    def change_meanwhile(work: Path, job: object, **_: object) -> Path:
        supplier = workspace.content().find(Organisation, "O-2")
        assert supplier is not None
        workspace.register.save([replace(supplier, name="Ändrat AB")], actor="system:test")
        return write_bundle(work, job)

    asked = choose_requests(workspace)[:1]
    outcome = run_reports(workspace, asked, make_bundle=change_meanwhile)
    assert [error.code for _, error in outcome.failed] == ["input_changed_during_run"]
    assert all_published(workspace.reports_folder) == []


def test_a_report_published_by_a_run_that_died_before_saying_so_is_recognised(
    workspace: Workspace, write_bundle: Maker
) -> None:
    asked = choose_requests(workspace)[:1]
    run_reports(workspace, asked, make_bundle=write_bundle)
    with workspace.register.engine.begin() as connection:  # what a kill between rename and commit leaves
        connection.exec_driver_sql("UPDATE report_run SET state = 'running', owner = 'elsewhere:1:x', lease_until = ''")
    outcome = run_reports(workspace, asked, make_bundle=write_bundle)
    assert len(outcome.identical) == 1
    assert latest_runs(workspace.register.engine)[asked[0].key].state == "published"


def test_a_damaged_folder_is_set_aside_and_the_report_made_again(workspace: Workspace, write_bundle: Maker) -> None:
    asked = choose_requests(workspace)[:1]
    first = run_reports(workspace, asked, make_bundle=write_bundle).published[0][1]
    (first.folder / MANIFEST).write_text("{", encoding="utf-8")
    second = run_reports(workspace, asked, make_bundle=write_bundle)
    assert [report.version for _, report in second.published] == [1]
    assert [path.name.split("_")[-2] for path in (workspace.reports_folder / "damaged").iterdir()] == [
        first.folder.name
    ]


def test_progress_is_told_after_every_report(workspace: Workspace, write_bundle: Maker) -> None:
    told: list[tuple[int, int]] = []
    run_reports(
        workspace,
        choose_requests(workspace),
        make_bundle=write_bundle,
        progress=lambda done, total, _: told.append((done, total)),
    )
    assert told == [(1, 3), (2, 3), (3, 3)]
