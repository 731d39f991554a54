"""The what-if room in a real Chromium, opened by the command: locked, quiet, quick, usable from the keyboard."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from partnership_lib.workspace import create_workspace

pytestmark = pytest.mark.browser

CASE = """
name: Skola
settings: {base_month: 2026-09, horizon_months: 96}
effort: {paths: 1024, randomisations: 4, points: 128, seed: 1}
needs:
  - {id: N-1, name: Schema, category: "48", annual_value_sek: 1100000, users: 90, source: register}
  - {id: N-2, name: Betyg, category: "48", annual_value_sek: 1350000, users: 620, source: register}
present_agreements:
  - {id: A-1, name: Schema, needs: [N-1], supplier: Ett, expiry: 2028-03-01, source: register,
     terms: {term_months: 48, requirements: detailed}}
  - {id: A-2, name: Betyg, needs: [N-2], supplier: Tva, expiry: 2028-03-01, source: register,
     terms: {term_months: 48, requirements: detailed}}
proposed_agreements:
  - {id: P-1, name: Partner, needs: [N-1, N-2], start: 2028-03-01, source: demo,
     terms: {term_months: 60, requirements: functional, governance: partnership}}
"""
NAMELESS = """() => [...document.querySelectorAll('input, select, button, textarea, [role=slider], a[href]')]
  .filter(e => e.offsetParent !== null && e.getAttribute('aria-hidden') !== 'true')
  .filter(e => !(e.getAttribute('aria-label') || (e.labels && e.labels.length && e.labels[0].textContent.trim())
                 || (e.matches('button, a') && e.textContent.trim())))
  .map(e => e.outerHTML.slice(0, 200))"""
BOTTOM = "Math.max(...[...document.querySelectorAll('svg[role=img]')].map(e => e.getBoundingClientRect().bottom))"
VERDICT = ".what-if-verdict"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kommunen")
    create_workspace(root)
    (root / "data" / "cases").mkdir(parents=True, exist_ok=True)
    (root / "data" / "cases" / "skola.yaml").write_text(CASE.lstrip(), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "partnership_lib.cli", "what-if", "skola.yaml", "--no-browser", "--json"]
    room = subprocess.Popen([*command, "--workspace", root], stdout=subprocess.PIPE, text=True, start_new_session=True)
    lines = [room.stdout.readline() for _ in range(3)]
    yield json.loads("".join(lines))["address"]
    os.killpg(room.pid, signal.SIGINT)
    assert room.wait(20) == 0
    room.stdout.close()


class _Visit:
    """The room opened in the browser, with what it said and asked for."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page: Page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address, wait_until="commit")
        # The first room on a machine compiles the engine before it opens.
        self.page.wait_for_selector(VERDICT, timeout=240_000)
        self.page.wait_for_function("document.title.includes('Skola')")


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> _Visit:
    return _Visit(browser, address)


def _settled_answer(page: Page) -> str:
    """The words of the answer when they have stopped moving."""
    before, now = "", page.locator(".what-if-mean").first.inner_text()
    while now != before:
        page.wait_for_timeout(1_000)
        before, now = now, page.locator(".what-if-mean").first.inner_text()
    return now


def test_nobody_comes_in_without_the_token(browser: Browser, address: str) -> None:
    page = browser.new_page()
    answer = page.goto(address.split("?")[0])
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("Rummet är låst")


def test_the_room_is_quiet_and_asks_for_nothing_outside_this_machine(visit: _Visit) -> None:
    outside = [url for url in visit.asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))]
    assert outside == []
    assert visit.said == []


def test_the_token_does_not_stay_in_the_address(visit: _Visit) -> None:
    assert "token" not in visit.page.url


def test_every_control_has_a_name_and_every_picture_a_text(visit: _Visit) -> None:
    assert visit.page.evaluate(NAMELESS) == []
    pictures = visit.page.locator("svg[role=img]")
    assert pictures.count() == 2
    assert all(pictures.nth(n).get_attribute("aria-label") for n in range(2))
    assert visit.page.locator("main").count() == 1
    assert visit.page.locator("h1").count() == 1
    assert visit.page.evaluate("document.documentElement.lang") == "sv"


def test_a_control_without_a_name_is_seen(visit: _Visit) -> None:
    visit.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<input id=nameless>')")
    assert len(visit.page.evaluate(NAMELESS)) == 1
    visit.page.evaluate("document.getElementById('nameless').remove()")


def test_answer_and_pictures_stand_on_one_screen(visit: _Visit) -> None:
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert visit.page.evaluate(BOTTOM) <= 720


def test_the_arrow_keys_turn_an_assumption_and_the_answer_follows(visit: _Visit) -> None:
    page = visit.page
    text, picture = page.locator(".what-if-mean"), page.locator("svg[role=img]").first
    before = text.inner_text(), picture.inner_html()
    slider = page.get_by_role("slider").first
    slider.focus()
    for _ in range(15):
        page.keyboard.press("ArrowRight")
    expect(text).not_to_have_text(before[0])
    page.wait_for_function("before => document.querySelector('svg[role=img]').innerHTML !== before", arg=before[1])
    expect(page.locator(".what-if-answer h2")).to_have_text("A · en ändring")
    slid = float(slider.get_attribute("aria-valuenow") or "nan")
    expect(page.get_by_role("textbox", name=slider.get_attribute("aria-label"))).to_have_value(
        f"{slid:g}".replace(".", ",")
    )


def test_letters_in_a_box_get_a_calm_message(visit: _Visit) -> None:
    before = _settled_answer(visit.page)
    box = visit.page.get_by_role("textbox").first
    box.fill("mycket")
    box.press("Enter")
    expect(visit.page.get_by_role("status").filter(has_text="mycket")).to_contain_text("är inget tal")
    assert _settled_answer(visit.page) == before


def test_two_alternatives_stand_side_by_side_on_one_screen(visit: _Visit) -> None:
    page = visit.page
    page.get_by_role("button", name="B", exact=True).click()
    expect(page.locator(".what-if-answer")).to_have_count(2)
    expect(page.locator(".what-if-between")).to_contain_text("A")
    page.wait_for_function(f"{BOTTOM} <= 720")
    page.get_by_label("Visa båda").uncheck()
    expect(page.locator(".what-if-answer")).to_have_count(1)


def test_an_alternative_is_saved_and_computed_with_care(visit: _Visit, root: Path) -> None:
    page = visit.page
    box = page.get_by_role("textbox").first
    box.fill(box.input_value())
    box.press("Enter")
    expect(page.locator(".what-if-answer h2")).to_have_text("A · en ändring")
    page.get_by_label("Namn").fill("Mer samordning")
    page.get_by_role("button", name="Spara alternativet").click()
    expect(page.locator(".what-if-save .what-if-status")).to_contain_text("Noggrann beräkning", timeout=60_000)
    assert (root / "data" / "cases" / "skola-mer-samordning.yaml").read_text(encoding="utf-8").count("fixed:") == 1
    assert visit.said == []
