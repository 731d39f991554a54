"""The list of published reports."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from partnership_lib.errors import ReportError
from partnership_lib.reports import choose_requests, one_request, run_reports, write_index
from partnership_lib.reports.jobs import EXECUTED
from partnership_lib.reports.manifest import MANIFEST
from partnership_lib.workspace import Workspace

Maker = Callable[..., Path]


class _Page(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(unquote(dict(attrs)["href"] or ""))

    def handle_data(self, data: str) -> None:
        self.words += [data.strip()] if data.strip() else []


def _page(workspace: Workspace) -> _Page:
    return _Page((workspace.reports_folder / "index.html").read_text(encoding="utf-8"))


def test_every_link_leads_to_a_file_of_a_published_report(workspace: Workspace, write_bundle: Maker) -> None:
    run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    links = [link for link in _page(workspace).links if not link.startswith("#")]
    assert [Path(link).name for link in links[:3]] == ["report.html", "report.pdf", "data.xlsx"]
    assert len(links) == 3 * 3
    assert all((workspace.reports_folder / link).is_file() for link in links)


def test_the_names_of_the_csv_files_are_told_once_for_all_reports_that_have_them(
    workspace: Workspace, write_bundle: Maker
) -> None:
    run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    page = _page(workspace)
    rows = [attributes for tag, attributes in page.tags if tag == "tr" and "data-tables" in attributes]
    assert [row["data-tables"] for row in rows] == ["0", "0", "0"]
    assert json.loads(next(word for word in page.words if word.startswith("[["))) == [["data/activities.csv"]]
    assert all((workspace.reports_folder / unquote(row["data-folder"] or "") / "data").is_dir() for row in rows)


def test_the_newest_period_stands_first(workspace: Workspace, write_bundle: Maker) -> None:
    run_reports(workspace, choose_requests(workspace, "all"), make_bundle=write_bundle)
    rows = [attributes for tag, attributes in _page(workspace).tags if tag == "tr" and "data-kind" in attributes]
    assert [(row["data-kind"], row["data-subject"], row["data-period"]) for row in rows][:4] == [
        ("portfolio", "", "2026-T2"),
        ("follow_up", "A-1", "2026-T2"),
        ("follow_up", "A-2", "2026-Q2"),
        ("portfolio", "", "2026-T1"),
    ]


def test_there_is_a_choice_for_everything_in_the_list_and_for_nothing_else(
    workspace: Workspace, write_bundle: Maker
) -> None:
    run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    choices = [attributes["value"] for tag, attributes in _page(workspace).tags if tag == "option"]
    subjects, periods, kinds = ["A-1", "A-2"], ["2026-T2", "2026-Q2"], ["portfolio", "follow_up"]
    assert [choice for choice in choices if choice] == [*subjects, *periods, *kinds, "internal", "published"]


@pytest.mark.parametrize(("language", "title"), [("sv", "Rapporter"), ("en", "Reports")])
def test_the_list_speaks_the_language_of_the_workspace(
    workspace: Workspace, write_bundle: Maker, language: str, title: str
) -> None:
    spoken = replace(workspace, language=language)
    run_reports(spoken, choose_requests(spoken), make_bundle=write_bundle)
    page = _page(spoken)
    assert ("html", {"lang": language}) in page.tags
    assert title in page.words


def test_a_failed_report_is_listed_with_its_reason_and_no_link(workspace: Workspace) -> None:
    def fail(work: Path, job: dict[str, Any], **_: object) -> Path:
        raise ReportError("notebook_timeout", cell=4, seconds=300)

    run_reports(workspace, choose_requests(workspace)[:1], make_bundle=fail)
    page = _page(workspace)
    (failure,) = [word for word in page.words if "tog mer än 300 sekunder" in word]
    assert "Cell 4" in failure
    assert "försök 1" in failure
    assert [attributes["data-status"] for tag, attributes in page.tags if "data-status" in attributes] == ["failed"]
    assert [link for link in page.links if not link.startswith("#")] == []


def test_the_executed_notebook_of_a_failed_report_is_linked_where_it_was_kept(workspace: Workspace) -> None:
    def fail(work: Path, job: dict[str, Any], **_: object) -> Path:
        (work / EXECUTED).write_text("{}", encoding="utf-8")
        raise ReportError("notebook_failed", cell=7, kind="ValueError", reason="x")

    run_reports(workspace, choose_requests(workspace)[:1], make_bundle=fail)
    page = _page(workspace)
    (link,) = [link for link in page.links if not link.startswith("#")]
    assert (workspace.reports_folder / link).is_file()
    assert "Öppna den körda anteckningsboken (cell 7)" in page.words


def test_a_report_whose_latest_run_failed_still_shows_what_was_published(
    workspace: Workspace, write_bundle: Maker
) -> None:
    def fail(work: Path, job: dict[str, Any], **_: object) -> Path:
        raise ReportError("report_timeout", seconds=900)

    asked = [one_request(workspace, "portfolio")]
    run_reports(workspace, asked, make_bundle=write_bundle)
    run_reports(replace(workspace, as_of=date(2026, 9, 16)), asked, make_bundle=fail)
    later = replace(workspace, as_of=date(2026, 9, 16))
    run_reports(later, [one_request(later, "portfolio")], make_bundle=fail)
    page = _page(workspace)
    assert [attributes["data-status"] for tag, attributes in page.tags if "data-status" in attributes] == ["stale"]
    assert len([link for link in page.links if link.endswith("report.html")]) == 1


def test_a_period_without_data_is_listed_with_its_reason_and_day(workspace: Workspace) -> None:
    def nothing(work: Path, job: dict[str, Any], **_: object) -> Path:
        raise ReportError(
            "no_data_for_period", agreement="A-1", period="2026-T2", term="från och med 2026-10-01",
        )  # fmt: skip

    run_reports(workspace, choose_requests(workspace)[1:2], make_bundle=nothing)
    page = _page(workspace)
    assert [attributes["data-status"] for tag, attributes in page.tags if "data-status" in attributes] == ["no_data"]
    assert any("gällde inte under perioden" in word for word in page.words)
    assert any(re.fullmatch(r"20\d\d-\d\d-\d\d", word) for word in page.words)


def test_a_folder_whose_manifest_does_not_hold_is_not_listed(workspace: Workspace, write_bundle: Maker) -> None:
    folder = run_reports(workspace, choose_requests(workspace)[:1], make_bundle=write_bundle).published[0][1].folder
    for spoil in (lambda: (folder / "report.pdf").unlink(), lambda: (folder / MANIFEST).unlink()):
        spoil()
        write_index(workspace)
        assert [link for link in _page(workspace).links if not link.startswith("#")] == []


def test_older_versions_stay_reachable(workspace: Workspace, write_bundle: Maker) -> None:
    from dataclasses import replace

    for day in (15, 16):
        there = replace(workspace, as_of=date(2026, 9, day))
        run_reports(there, [one_request(there, "portfolio")], make_bundle=write_bundle)
    words = _page(workspace).words
    assert "version 1, läget den 15 september 2026" in words


def test_names_from_outside_are_inert(workspace: Workspace, write_bundle: Maker) -> None:
    from partnership_lib.domain import Agreement

    payload = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    agreement = workspace.content().find(Agreement, "A-1")
    assert agreement is not None
    workspace.register.save([replace(agreement, name=payload)], actor="system:test")
    run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    page = _page(workspace)
    assert "img" not in {tag for tag, _ in page.tags}
    assert len([tag for tag, _ in page.tags if tag == "script"]) == 2  # our own, and its data
    assert any(payload in word for word in page.words)


def test_the_page_asks_nobody_for_anything(workspace: Workspace, write_bundle: Maker) -> None:
    run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    source = (workspace.reports_folder / "index.html").read_text(encoding="utf-8")
    policies = [attributes["content"] for tag, attributes in _page(workspace).tags if "http-equiv" in attributes]
    assert [policy and policy.startswith("default-src 'none'") for policy in policies] == [True]
    assert "http://" not in source.replace("http-equiv", "")
    assert "https://" not in source


def test_the_page_runs_no_script_but_its_own(workspace: Workspace, write_bundle: Maker) -> None:
    run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    source = (workspace.reports_folder / "index.html").read_text(encoding="utf-8")
    script = source.split("<script>")[1].split("</script>")[0]
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = [attributes["content"] for tag, attributes in _page(workspace).tags if "http-equiv" in attributes]
    assert f"script-src 'sha256-{allowed}'" in (policy or "")
    assert "unsafe" not in (policy or "")
