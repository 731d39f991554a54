"""Every kind of report on the demo municipality, read by axe-core in a real Chromium and by a validator of PDF files.

The daily tests take each kind once, the languages in turn, and the contrast of one short report (that of the palette is
computed elsewhere); `run.py test-all` takes every kind in both languages, with the contrast of every letter.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import page as page_validation
import pikepdf
import pytest
from playwright.sync_api import Browser, Page

import partnership_lib
from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.reports import one_request, run_reports
from partnership_lib.reports.catalogue import KINDS
from partnership_lib.reports.publish import PublishedReport
from partnership_lib.text import LANGUAGES
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.case_files import shipped_files

pytestmark = pytest.mark.browser

Barriers = Callable[..., list[str]]
ASKED: dict[str, dict[str, str]] = {
    "follow_up": {"agreement": "A-001", "period": "2026-T2"},
    "portfolio": {"period": "2026-T2"},
    "spend": {"period": "2026-T2"},
    "agenda": {"agreement": "A-001"},
    "minutes": {"agreement": "A-001"},
    "comparison": {"case": "provfall"},
    "consolidation": {},
    "outcome": {"agreement": "A-001", "period": "2026-T2"},
    "outcome_programme": {"period": "2026-T2"},
}
DAILY = [(kind, LANGUAGES[number % 2]) for number, kind in enumerate(ASKED)]
REST = [(kind, language) for kind in ASKED for language in LANGUAGES if (kind, language) not in DAILY]
EVERY = [*DAILY, *(pytest.param(*pair, marks=pytest.mark.slow) for pair in REST)]
CHEAP = {"paths: 65536": "paths: 256", "randomisations: 16": "randomisations: 2", "points: 2048": "points: 16"}
NO_WORDS = "No description has been provided for this image"
SHARED = ("follow_up", "comparison", "agenda", "minutes")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo municipality with a case that is cheap to compute."""
    root = tmp_path_factory.mktemp("demo")
    build_demo_workspace(root)
    (example,) = (each for each in shipped_files("cases", ".yaml") if each.name == "example.yaml")
    content = example.read_text(encoding="utf-8")
    for old, new in CHEAP.items():
        content = content.replace(old, new)
    (root / "data" / "cases" / "provfall.yaml").write_text(content, encoding="utf-8")
    return partnership_lib.open(root)


@pytest.fixture(scope="module")
def report(demo: Workspace) -> Callable[..., PublishedReport]:
    """A published report, made when it is first asked for."""
    made: dict[str, PublishedReport] = {}

    def publish(kind: str, language: str, audience: str = "internal") -> PublishedReport:
        request = one_request(demo, kind, language=language, audience=audience, **ASKED[kind])
        if request.key not in made:
            outcome = run_reports(demo, [request])
            assert outcome.failed == []
            made[request.key] = outcome.published[0][1]
        return made[request.key]

    return publish


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def _opened(page: Page, file: Path, width: int, medium: Any = "screen") -> Page:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media=medium)
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    return page


def test_every_kind_of_report_is_tried() -> None:
    assert set(ASKED) == set(KINDS)


@pytest.mark.parametrize(("kind", "language"), DAILY)
def test_a_report_has_no_barriers(
    kind: str, language: str, report: Callable[..., PublishedReport], page: Page, barriers: Barriers
) -> None:
    _opened(page, report(kind, language).html, 320)
    assert barriers(page, contrast=kind == "minutes") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.slow
@pytest.mark.parametrize("medium", ["screen", "print"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ASKED)
def test_every_letter_of_a_report_can_be_read_on_a_screen_a_telephone_and_paper(
    kind: str, language: str, width: int, medium: str, report: Callable[..., PublishedReport], page: Page,
    barriers: Barriers,
) -> None:  # fmt: skip
    assert barriers(_opened(page, report(kind, language).html, width, medium)) == []


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_figure_says_in_words_and_in_a_table_what_it_shows(
    kind: str, language: str, report: Callable[..., PublishedReport], page: Page
) -> None:
    _opened(page, report(kind, language).html, 1280)
    figures = page.evaluate(
        "[...document.querySelectorAll('figure')].map(f => ({alt: f.querySelector('img').alt, caption:"
        " f.querySelector('figcaption').textContent, rows: f.querySelectorAll('tbody tr').length}))"
    )
    assert len(figures) == page.evaluate("document.images.length")
    for figure in figures:
        assert len(figure["alt"]) > 40
        assert figure["alt"] not in (NO_WORDS, figure["caption"])
        assert figure["rows"] > 0


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_table_has_a_caption_and_headings_in_both_directions(
    kind: str, language: str, report: Callable[..., PublishedReport], page: Page
) -> None:
    _opened(page, report(kind, language).html, 1280)
    lacking = page.evaluate(
        "[...document.querySelectorAll('table')].filter(t => !(t.caption && t.caption.textContent.trim()"
        " && [...t.querySelectorAll('thead th')].every(h => h.scope === 'col' && h.textContent.trim())"
        " && [...t.tBodies[0].rows].every(r => r.cells[0].tagName === 'TH' && r.cells[0].scope === 'row')))"
        ".map(t => t.outerHTML.slice(0, 200))"
    )
    assert lacking == []


@pytest.mark.parametrize("profile", ["ua1", "3a"])
@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_printed_file_is_for_screen_readers_and_for_the_archive(
    kind: str, language: str, profile: str, report: Callable[..., PublishedReport]
) -> None:
    file = (report(kind, language).folder / "report.pdf").read_bytes()
    assert page_validation.validate_pdf_bytes(file, profile=profile).failures == []


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_printed_file_has_a_title_a_language_and_a_way_to_every_section(
    kind: str, language: str, report: Callable[..., PublishedReport], page: Page
) -> None:
    made = report(kind, language)
    _opened(page, made.html, 1280)
    headings = page.evaluate("[...document.querySelectorAll('h1, h2')].map(h => h.textContent.trim())")
    with pikepdf.open(made.folder / "report.pdf") as pdf:
        assert str(pdf.Root.Lang).startswith(language)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo["/Title"]) == page.title()
        with pdf.open_outline() as outline:
            marks = [mark.title for top in outline.root for mark in (top, *top.children)]
    assert [_plain(mark) for mark in marks] == [_plain(heading) for heading in headings]


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHARED)
def test_a_shared_report_has_no_barriers(
    kind: str, language: str, report: Callable[..., PublishedReport], page: Page, barriers: Barriers
) -> None:
    file = report(kind, language, "shared").html
    assert [barriers(_opened(page, file, width)) for width in (1280, 320)] == [[], []]


@pytest.mark.parametrize("width", [1280, 320])
def test_the_list_of_reports_has_no_barriers(
    width: int, demo: Workspace, report: Callable[..., PublishedReport], page: Page, barriers: Barriers
) -> None:
    report(*DAILY[0])
    _opened(page, demo.reports_folder / "index.html", width)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_control_barriers_built_in_are_found(
    report: Callable[..., PublishedReport], page: Page, barriers: Barriers, tmp_path: Path
) -> None:
    published = report("minutes", dict(DAILY)["minutes"]).html.read_text(encoding="utf-8")
    html = re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', "", published)  # it keeps foreign styles out
    faults = {
        "image-alt": html.replace("</main", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main'),
        "html-has-lang": re.sub(r'<html lang="\w+"', "<html", html),
        "document-title": re.sub(r"<title>.*?</title>", "", html, flags=re.DOTALL),
        "color-contrast": html.replace("#52606d", "#b0b8c0"),
        "empty-table-header": re.sub(r'(<th scope="col"[^>]*>)[^<]+', r"\1", html, count=1),
        "region": html.replace("<main", "<div").replace("</main", "</div"),
    }
    missed = []
    for rule, faulty in faults.items():
        assert faulty != html, rule
        file = tmp_path / f"{rule}.html"
        file.write_text(faulty, encoding="utf-8")
        if not any(found.startswith(f"{rule} ") for found in barriers(_opened(page, file, 1280))):
            missed.append(rule)
    assert missed == []
