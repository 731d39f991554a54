"""Published pages and the list of reports in a real Chromium: whatever the data says, no script and no request."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from payloads import NOBODY, payloads
from playwright.sync_api import Browser
from visit import Visit

from partnership_lib.reports.index import write_index
from partnership_lib.reports.publish import PublishedReport
from partnership_lib.workspace import Workspace

pytestmark = pytest.mark.browser


@pytest.mark.target(name="T13")
def test_no_payload_runs_or_calls_in_any_published_page(
    browser: Browser, published: dict[str, PublishedReport], target: Any
) -> None:
    visits = {name: Visit(browser, report.html.read_text(encoding="utf-8")) for name, report in published.items()}
    target(
        payloads=len(payloads()),
        sinks=len(visits),
        scripts=sum(len(visit.fired) for visit in visits.values()),
        requests=sum(len(visit.asked) for visit in visits.values()),
    )
    assert {name: visit.fired for name, visit in visits.items() if visit.fired} == {}
    assert {name: visit.asked for name, visit in visits.items() if visit.asked} == {}
    assert {name: visit.said for name, visit in visits.items() if visit.said} == {}
    # Not because they were left out: they stand there as text.
    assert all("canary" in visit.words or "data-fired" in visit.words for visit in visits.values()), [
        name for name, visit in visits.items() if "data-fired" not in visit.words
    ]


@pytest.mark.target(name="T13")
def test_no_payload_runs_or_calls_in_the_list_of_reports(
    browser: Browser, hostile: Workspace, published: dict[str, PublishedReport], target: Any
) -> None:
    page = write_index(hostile)
    visit = Visit(browser, Path(page).read_text(encoding="utf-8"))
    target(sinks=1, scripts=len(visit.fired), requests=len(visit.asked))
    assert (visit.fired, visit.asked, visit.said) == ([], [], [])


@pytest.mark.target(name="T13", control=True)
def test_the_control_most_payloads_run_or_call_on_a_page_that_does_not_escape(
    browser: Browser, rounds: Callable[[int, int], int], target: Any
) -> None:
    running = [name for name, text in payloads().items() if "data-fired" in text][: rounds(6, 30)]
    pages = {name: Visit(browser, f"<html><body>{payloads()[name]}</body></html>") for name in running}
    fired = [name for name, visit in pages.items() if f"data-fired-{name}" in visit.fired]
    target(scripts=len(fired))
    assert len(fired) >= 0.6 * len(running)
    calling = Visit(browser, f"<html><body>{payloads()['style']}</body></html>").asked
    assert any(address.startswith(NOBODY) for address in calling)
