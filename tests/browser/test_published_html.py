"""The published page in a real Chromium: quiet, within the screen, in order, and inert whatever the data says."""

from datetime import date
from typing import Any

import nbformat
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter
from playwright.sync_api import Browser, Page

from partnership_lib.display.view import View
from partnership_lib.findings import Analysis, Chart, Finding, Section, Signal
from partnership_lib.reports.render import render_html

pytestmark = pytest.mark.browser

FIRED = "document.documentElement.setAttribute('data-fired','1')"
HOST = "https://canary.invalid"
PAYLOADS = [
    f"<script>{FIRED}</script>",
    f"</td></table><script>{FIRED}</script>",
    f"</caption><script>{FIRED}</script>",
    f"</title><script>{FIRED}</script>",
    f"</style><script>{FIRED}</script>",
    f"--></div><script>{FIRED}</script><!--",
    f'<img src=x onerror="{FIRED}">',
    f'"><img src=x onerror="{FIRED}">',
    f'\'><img src=x onerror="{FIRED}">',
    f'" onmouseover="{FIRED}" autofocus onfocus="{FIRED}" x="',
    f'<svg onload="{FIRED}">',
    f"<svg><script>{FIRED}</script></svg>",
    f'<svg><animate onbegin="{FIRED}" attributeName=x dur=1s>',
    f'<body onload="{FIRED}">',
    f'<details open ontoggle="{FIRED}">',
    f'<input autofocus onfocus="{FIRED}">',
    f'<video><source onerror="{FIRED}"></video>',
    f'<iframe srcdoc="<script>parent.{FIRED}</script>"></iframe>',
    f'<iframe src="javascript:parent.{FIRED}"></iframe>',
    f'<a href="javascript:{FIRED}">x</a>',
    f"<math><mtext><script>{FIRED}</script></mtext></math>",
    f'<object data="{HOST}/object"></object>',
    f'<link rel=stylesheet href="{HOST}/css">',
    f'<img src="{HOST}/img">',
    f'<style>@import "{HOST}/import";</style>',
    f'<meta http-equiv=refresh content="0;url={HOST}/refresh">',
    f'<base href="{HOST}/">',
    f'<form action="{HOST}/form"><button autofocus>x</button></form>',
    f"&lt;script&gt;{FIRED}&lt;/script&gt;",
    f"{{{{constructor.constructor('{FIRED}')()}}}}${{{FIRED}}}",
    '=HYPERLINK("https://canary.invalid/a")$\\undefined$\u202e\ufeff\x00',
]


def _published(analysis: Analysis, title: str, provenance: list[tuple[str, str]]) -> str:
    """What is published when a notebook shows `analysis`."""
    view, formatter = View(), DisplayFormatter()
    shown = [view.masthead(analysis), *map(view.section, analysis.sections), view.deliver(analysis)]
    cells = []
    for thing in shown:
        data, metadata = formatter.format(thing)
        cells.append(nbformat.v4.new_code_cell("x"))
        cells[-1].outputs = [nbformat.v4.new_output("display_data", data=data, metadata=metadata)]
    return render_html(nbformat.v4.new_notebook(cells=cells), title=title, language="sv", provenance=provenance)


def _analysis(words: list[str]) -> Analysis:
    """A small report whose every text is one of `words`."""
    table = pd.DataFrame({"title": words, "status": "overdue", "overdue_days": 47, "buyer_responsible": words[::-1]})
    many = pd.DataFrame({f"{words[number % len(words)]}{number}": words for number in range(12)})
    activities = pd.DataFrame(
        {
            "activity_id": words,
            "title": words,
            "level": "tactical",
            "raised_date": date(2026, 1, 1),
            "due_date": date(2026, 7, 1),
            "done_date": None,
            "status": "overdue",
        }
    )
    values: dict[str, Any] = {
        "period_start": date(2026, 5, 1),
        "period_end": date(2026, 8, 31),
        "report_date": date(2026, 8, 31),
        "activities": len(words),
        "overdue": len(words),
        "open": 0,
        "done": 0,
        "agreement": words[0],
    }
    late = Finding("follow_up.activities_moved", len(words), "count", {"number": len(words)}, table, signal=Signal.BAD)
    state = Finding("follow_up.summary_good", 0, "count", {"number": 0}, signal=Signal.GOOD)
    return Analysis(
        "follow_up",
        (
            Section("summary", (state,)),
            Section("activities", (late, Finding(late.code, 1, "count", {"number": 1}, many)), (
                Chart("activity_timeline", activities, values),
            )),
            Section("meetings"),
            Section("risks"),
        ),
        {"agreement": words[0], "period": "2026-T2"},
        tuple((word, word) for word in words),
    )  # fmt: skip


CALM = ["Skolval vårterminen", "Schemaläggning", "Betygssättning enligt den nya läroplanen för grundskolan"]


class _Visit:
    """One page opened in the browser, with what it said and asked for."""

    def __init__(self, browser: Browser, html: str, width: int) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        context = browser.new_context(viewport={"width": width, "height": 800})
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.route("**/*", self._answer)
        self._html = html
        self.page.goto("http://report.invalid/")
        self.page.wait_for_timeout(150)

    def _answer(self, route: Any) -> None:
        if route.request.url == "http://report.invalid/":
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
        else:
            self.asked.append(route.request.url)
            route.abort()

    @property
    def fired(self) -> bool:
        """Whether any script of a payload has run."""
        return self.page.evaluate("document.documentElement.hasAttribute('data-fired')")


@pytest.fixture(scope="module")
def calm_page() -> str:
    return _published(_analysis(CALM), "Uppföljning: Skola", [("Rapport", "follow_up/A-001/2026-T2/internal/sv")])


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_is_quiet_and_fits_the_screen(browser: Browser, calm_page: str, width: int) -> None:
    visit = _Visit(browser, calm_page, width)
    assert visit.said == []
    assert [url for url in visit.asked if not url.startswith("data:")] == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_headings_go_down_one_step_at_a_time_from_one_first(browser: Browser, calm_page: str) -> None:
    visit = _Visit(browser, calm_page, 1280)
    levels = visit.page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_figure_has_an_alternative_and_every_link_a_target(browser: Browser, calm_page: str) -> None:
    visit = _Visit(browser, calm_page, 1280)
    alternatives = visit.page.evaluate("[...document.images].map(image => image.alt)")
    assert alternatives
    assert all(len(words) > 20 for words in alternatives)
    dead = visit.page.evaluate("[...document.links].filter(a => !document.querySelector(a.hash)).length")
    assert dead == 0


def test_every_picture_is_drawn(browser: Browser, calm_page: str) -> None:
    visit = _Visit(browser, calm_page, 1280)
    assert visit.page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")


def test_the_skip_link_is_the_first_stop_of_the_keyboard_and_can_be_seen(browser: Browser, calm_page: str) -> None:
    visit = _Visit(browser, calm_page, 1280)
    visit.page.keyboard.press("Tab")
    box = visit.page.evaluate("(({left, top}) => [left, top])(document.activeElement.getBoundingClientRect())")
    assert visit.page.evaluate("document.activeElement.hash") == "#content"
    assert min(box) >= 0


def test_payloads_in_every_text_are_inert(browser: Browser) -> None:
    page = _published(_analysis(PAYLOADS), PAYLOADS[3], [(word, word) for word in PAYLOADS])
    visit = _Visit(browser, page, 1280)
    for details in visit.page.query_selector_all("summary"):
        details.click()
    visit.page.keyboard.press("Tab")
    visit.page.wait_for_timeout(200)
    assert not visit.fired
    assert visit.asked == []
    assert visit.said == []
    assert PAYLOADS[0] in visit.page.inner_text("main")  # It is there, as text.


def test_the_policy_holds_even_where_the_escaping_would_not(browser: Browser, calm_page: str) -> None:
    hole = calm_page.replace("</main>", f"{''.join(PAYLOADS[:18])}</main>")
    assert not _Visit(browser, hole, 1280).fired


def test_the_control_the_payloads_fire_and_call_on_a_careless_page(browser: Browser) -> None:
    fired = [_Visit(browser, f"<html><body>{payload}</body></html>", 800).fired for payload in PAYLOADS[:10]]
    assert sum(fired) >= 8
    asked = [_Visit(browser, f"<html><body>{payload}</body></html>", 800).asked for payload in PAYLOADS[21:25]]
    assert all(any(url.startswith(HOST) for url in urls) for urls in asked)
