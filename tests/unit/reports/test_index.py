"""The list of published reports."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from partnership_lib.errors import ReportError
from partnership_lib.reports import choose_requests, one_request, run_reports, write_index
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
    assert [Path(link).name for link in links[:4]] == ["report.html", "report.pdf", "data.xlsx", "activities.csv"]
    assert len(links) == 3 * 4
    assert all((workspace.reports_folder / link).is_file() for link in links)


def test_reports_stand_by_agreement_newest_period_first(workspace: Workspace, write_bundle: Maker) -> None:
    run_reports(workspace, choose_requests(workspace, "all"), make_bundle=write_bundle)
    words = _page(workspace).words
    periods = ["Tertial 2 2026", "Tertial 1 2026", "Tertial 3 2025"]
    start = words.index("Uppföljning: Avtal A-1 (A-1)")
    assert [word for word in words[start:] if word in periods][:3] == periods


@pytest.mark.parametrize(("language", "title"), [("sv", "Publicerade rapporter"), ("en", "Published reports")])
def test_the_list_speaks_the_language_of_the_workspace(
    workspace: Workspace, write_bundle: Maker, language: str, title: str
) -> None:
    from dataclasses import replace

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
    assert any("tog mer än 300 sekunder" in word for word in page.words)
    assert [link for link in page.links if not link.startswith("#")] == []


def test_a_folder_whose_manifest_does_not_hold_is_not_listed(workspace: Workspace, write_bundle: Maker) -> None:
    folder = run_reports(workspace, choose_requests(workspace)[:1], make_bundle=write_bundle).published[0][1].folder
    for spoil in (lambda: (folder / "report.pdf").unlink(), lambda: (folder / MANIFEST).unlink()):
        spoil()
        write_index(workspace)
        assert [link for link in _page(workspace).links if not link.startswith("#")] == []


def test_older_versions_stay_reachable(workspace: Workspace, write_bundle: Maker) -> None:
    from dataclasses import replace
    from datetime import date

    for day in (15, 16):
        there = replace(workspace, as_of=date(2026, 9, day))
        run_reports(there, [one_request(there, "portfolio")], make_bundle=write_bundle)
    words = _page(workspace).words
    assert "version 1, läget den 15 september 2026" in words


def test_names_from_outside_are_inert(workspace: Workspace, write_bundle: Maker) -> None:
    from dataclasses import replace

    from partnership_lib.domain import Agreement

    payload = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    agreement = workspace.content().find(Agreement, "A-1")
    assert agreement is not None
    workspace.register.save([replace(agreement, name=payload)], actor="system:test")
    run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    page = _page(workspace)
    assert {tag for tag, _ in page.tags} & {"script", "img"} == set()
    assert any(payload in word for word in page.words)


def test_the_page_asks_nobody_for_anything(workspace: Workspace, write_bundle: Maker) -> None:
    run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle)
    source = (workspace.reports_folder / "index.html").read_text(encoding="utf-8")
    policies = [attributes["content"] for tag, attributes in _page(workspace).tags if "http-equiv" in attributes]
    assert [policy and policy.startswith("default-src 'none'") for policy in policies] == [True]
    assert "http://" not in source.replace("http-equiv", "")
    assert "https://" not in source
