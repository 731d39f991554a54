"""The list of reports in a real Chromium, opened from the disk: search, filters, and nobody left outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import partnership_lib
from partnership_lib.domain import Agreement, AgreementKind, Organisation, Party, RequirementType
from partnership_lib.errors import ReportError
from partnership_lib.reports import choose_requests, run_reports, write_index

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=\"document.title='fired'\"></script><script>document.title='fired'</script>"


def _make(work: Path, job: dict[str, Any], **_: object) -> Path:
    agreement = job["parameters"].get("agreement")
    if agreement == "A-2":
        raise ReportError("notebook_failed", cell=7, kind="ValueError", reason=HOSTILE)
    if agreement == "A-3":
        raise ReportError("no_data_for_period", agreement="A-3", period="2026-T2", term="från och med 1 oktober 2026")
    (work / "bundle" / "data").mkdir(parents=True)
    for name in ("report.html", "report.pdf", "data.xlsx", "data/activities.csv"):
        (work / "bundle" / name).write_text("<p>", encoding="utf-8")
    return work / "bundle"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> partnership_lib.Workspace:
    """Three agreements: one with a hostile name, one whose report fails, one without data; two tertials of each."""
    root = tmp_path_factory.mktemp("place")
    settings = '[workspace]\nname = "Prov"\nas_of = 2026-09-15\n[reports]\nsince = 2026-01-01\n'
    (root / "partnership.toml").write_text(settings, encoding="utf-8")
    workspace = partnership_lib.open(root)
    agreements = [
        Agreement(
            id=f"A-{number}", name=name, buyer_id="O-1", supplier_id="O-2", kind=AgreementKind.CONTRACT,
            category="15000000", requirement_type=RequirementType.FUNCTIONAL, start_date=date(2026, 1, 1),
            report_rhythm="tertial",
        )
        for number, name in enumerate((HOSTILE, "Skolmat och måltider", "Snöröjning"), start=1)
    ]  # fmt: skip
    parties = [
        Organisation(id="O-1", name="Prov", party=Party.BUYER),
        Organisation(id="O-2", name="AB", party=Party.SUPPLIER),
    ]
    workspace.register.save([*parties, *agreements], actor="system:test")
    run_reports(workspace, choose_requests(workspace, "all"), make_bundle=_make)
    return workspace


@pytest.fixture
def open_list(place: partnership_lib.Workspace, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the list in a language and a width; at the end nothing may have been asked of anybody, or have failed."""
    said: list[str] = []
    contexts = []

    def opened(language: str = "sv", width: int = 1280, fragment: str = "", scripts: bool = True) -> Page:
        file = write_index(replace(place, language=language))
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.extend([] if request.url.startswith("file:") else [request.url]))
        page.goto(file.as_uri() + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


def _shown(page: Page) -> list[str]:
    return [row.locator("td").first.inner_text() for row in page.locator("tbody tr:not([hidden])").all()]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_list_has_no_barriers_and_fits_the_screen(
    open_list: Callable[..., Page], barriers: Callable[[Page], list[str]], language: str, width: int
) -> None:
    page = open_list(language, width)
    page.wait_for_selector("#filters:not([hidden])")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_words_and_filters_together_say_what_is_shown(open_list: Callable[..., Page]) -> None:
    page = open_list()
    assert len(_shown(page)) == 8
    page.select_option("#period", "2026-T2")
    assert set(_shown(page)) == {"Tertial 2 2026"}
    page.select_option("#status", "failed")
    page.fill("#search", "måltider SKOLMAT")
    assert len(_shown(page)) == 1
    assert page.inner_text("#shown") == "Visar 1 av 1."
    page.fill("#search", "finns inte")
    assert _shown(page) == []
    assert "Ingen rapport" in page.inner_text("#shown")
    page.click("button[type=reset]")
    page.wait_for_function("document.querySelectorAll('tbody tr:not([hidden])').length === 8")


@pytest.mark.parametrize(
    ("filter_name", "value", "count"),
    [("subject", "A-2", 2), ("kind", "portfolio", 2), ("audience", "internal", 8), ("status", "no_data", 2)],
)
def test_each_filter_filters(open_list: Callable[..., Page], filter_name: str, value: str, count: int) -> None:
    page = open_list()
    page.select_option(f"#{filter_name}", value)
    assert len(_shown(page)) == count


def test_what_is_chosen_stands_in_the_address_and_can_be_sent_on(open_list: Callable[..., Page]) -> None:
    page = open_list()
    page.select_option("#subject", "A-2")
    fragment = page.evaluate("location.hash")
    again = open_list(fragment=fragment)
    assert again.input_value("#subject") == "A-2"
    assert len(_shown(again)) == 2


def test_a_failure_is_seen_with_its_reason_and_cell(open_list: Callable[..., Page]) -> None:
    failures = open_list().inner_text(".failures")
    assert "2 rapporter kunde inte göras" in failures
    assert "Skolmat och måltider (A-2), tertial 2 2026" in failures
    assert "Cell 7" in failures


def test_the_csv_files_open_from_the_list(open_list: Callable[..., Page], place: partnership_lib.Workspace) -> None:
    page = open_list()
    page.locator("tbody summary").first.click()
    link = page.locator("tbody details[open] a").first
    assert link.inner_text() == "activities.csv"
    assert (place.reports_folder / (link.get_attribute("href") or "")).is_file()


def test_without_scripts_everything_is_there_as_a_plain_list(open_list: Callable[..., Page]) -> None:
    page = open_list(scripts=False)
    assert len(_shown(page)) == 8
    assert not page.is_visible("#filters")


def test_names_and_errors_from_outside_are_text_and_nothing_else(open_list: Callable[..., Page]) -> None:
    page = open_list()
    assert page.title() == "Rapporter"
    assert HOSTILE.split(">")[0] in page.inner_text("tbody")
    assert page.locator("main img").count() == 0


def test_the_filters_are_reached_by_the_keyboard_in_their_order(open_list: Callable[..., Page]) -> None:
    page = open_list()
    page.focus("#search")
    order = []
    for _ in range(5):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id"))
    assert order == ["subject", "period", "kind", "audience", "status"]
