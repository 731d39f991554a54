"""The review room in a real Chromium, opened by the command: a whole meeting, and nothing of it lost."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.domain import Activity
from partnership_lib.review.launcher import Room, running_room
from partnership_lib.workspace import open_workspace

expect.set_options(timeout=20_000)  # a machine that does other things too is slow, not wrong

pytestmark = pytest.mark.browser

OWNER, READER, SIGNER = "P-002", "P-008", "P-101"
NOTE = "KANARIE: bara för kommunen"
NOTED = "A-001-102"
NAMELESS = """() => [...document.querySelectorAll('input, select, button, textarea, summary, a[href], [role=region]')]
  .filter(e => e.offsetParent !== null)
  .filter(e => !(e.getAttribute('aria-label') || (e.labels && e.labels.length && e.labels[0].textContent.trim())
                 || (e.matches('button, a, summary') && e.textContent.trim())))
  .map(e => e.outerHTML.slice(0, 200))"""
FAINT = """() => {
  const part = c => { const s = c / 255; return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; };
  const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
  const read = s => { const n = s.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const behind = e => { for (; e; e = e.parentElement) { const c = read(getComputedStyle(e).backgroundColor);
    if (c[3] === 1) { return c; } } return [255, 255, 255, 1]; };
  return [...document.querySelectorAll('.review-room *')]
    .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .filter(e => !e.closest(':disabled, option'))
    .map(e => { const [a, b] = [light(read(getComputedStyle(e).color)), light(behind(e))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.slice(0, 40), e.className]; })
    .filter(each => each[0] < 4.5);
}"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.review-room *')]
  .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
TALK = """async ([address, messages, patience]) => {
  const socket = new WebSocket(address);
  const answers = [];
  socket.onmessage = event => answers.push(JSON.parse(event.data));
  await new Promise((open, fail) => { socket.onopen = open; socket.onerror = fail; });
  for (const [type, content] of messages) {
    socket.send(JSON.stringify({channel: 'shell', buffers: [], parent_header: {}, metadata: {}, content,
      header: {msg_id: crypto.randomUUID(), msg_type: type, session: 'stranger', username: '', version: '5.3'}}));
  }
  const last = each => (each.content.data?.state ?? {}).frame;  // asked for last, so that all before it is answered
  for (const end = Date.now() + patience; Date.now() < end && !answers.some(last);) {
    await new Promise(done => setTimeout(done, 50));
  }
  socket.close();
  return answers.map(each => [each.msg_type || each.header.msg_type, each.content]);
}"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kommunen")
    build_demo_workspace(root)
    workspace = open_workspace(root)
    noted = workspace.content().find(Activity, NOTED)
    assert noted is not None
    workspace.register.save([replace(noted, internal_note=NOTE)], actor="system:test")
    workspace.register.engine.dispose()
    return root


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "partnership_lib.cli", "review", "A-001", "--no-browser", "--json"]
    told = {name: value for name, value in os.environ.items() if name not in ("PARTNERSHIP_ACTOR", "JUPYTERHUB_USER")}
    room = subprocess.Popen(
        [*command, "--workspace", root], stdout=subprocess.PIPE, text=True, start_new_session=True, env=told
    )
    yield room
    os.killpg(room.pid, signal.SIGINT)
    assert room.wait(20) == 0
    assert room.stdout is not None
    room.stdout.close()


@pytest.fixture(scope="module")
def address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    return str(json.loads("".join(server.stdout.readline() for _ in range(3)))["address"])


class _Visit:
    """The room opened in a browser of its own, with what it said and asked for."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.sockets: list[str] = []
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1280, "height": 720}, locale="sv-SE", timezone_id="Europe/Stockholm"
        )
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.sockets.append(socket.url))
        self.page.goto(address, wait_until="commit")
        self.page.wait_for_selector(".review-room .row", timeout=60_000)

    def as_owner(self) -> "_Visit":
        """Say who takes the minutes."""
        self.page.get_by_role("dialog").get_by_label("Namn").select_option(OWNER)
        self.page.get_by_role("button", name="Börja mötet").click()
        expect(self.page.get_by_role("dialog")).to_be_hidden()
        return self

    def talk(self, *messages: tuple[str, dict[str, Any]], patience: int = 700) -> list[tuple[str, dict[str, Any]]]:
        """What the kernel says to messages written by hand, over a web socket of their own."""
        return list(self.page.evaluate(TALK, [_channels(self.sockets), messages, patience]))

    def widgets(self) -> list[str]:
        """The ids of the widgets in the kernel."""
        answers = self.talk(("comm_info_request", {"target_name": "jupyter.widget"}))
        return [each for kind, content in answers if kind == "comm_info_reply" for each in content["comms"]]

    def step(self, name: str) -> None:
        """Go to one of the four steps of a meeting."""
        self.page.get_by_role("tab", name=name).click()

    def choose(self, title: str) -> None:
        """Choose an activity in its list."""
        self.page.locator(".row", has_text=title).click()

    def saved(self, *words: str) -> None:
        """Wait until the room says that something is saved."""
        expect(self.page.locator(".foot [role=status]")).to_contain_text(words[0] if words else "Sparat")


@pytest.fixture(scope="module")
def visit(browser: Browser, address: str) -> _Visit:
    return _Visit(browser, address)


@pytest.fixture(scope="module")
def second(browser: Browser, address: str) -> _Visit:
    return _Visit(browser, address).as_owner()


def _channels(sockets: list[str]) -> str:
    """The address of the kernel's web socket."""
    (channels,) = {each.split("?")[0] for each in sockets if each.split("?")[0].endswith("/channels")}
    return channels


def _content(root: Path) -> Any:
    workspace = open_workspace(root)
    content = workspace.content()
    workspace.register.engine.dispose()
    return content


def _titled(root: Path, title: str) -> Activity:
    (found,) = [each for each in _content(root).activities if each.title == title]
    return found


def _comments(root: Path, words: str) -> int:
    return sum(each.text == words for each in _content(root).activity_comments)


def _tab_to(page: Page, wanted: str, most: int = 90) -> None:
    """Press the tab key until what is wanted has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"the tab key does not reach {wanted}")


# --- the room opens -------------------------------------------------------------------------------------------------


def test_the_room_asks_once_who_takes_the_minutes(visit: _Visit) -> None:
    expect(visit.page.get_by_role("dialog")).to_contain_text("Vem för anteckningar i dag?")
    visit.page.get_by_role("button", name="Börja mötet").click()
    expect(visit.page.get_by_role("alert").filter(has_text="Välj ett namn först")).to_be_visible()
    visit.as_owner()
    expect(visit.page.locator(".head .writer")).to_contain_text("Maria Sandelin")


def test_the_room_is_quiet_and_asks_for_nothing_outside_this_machine(visit: _Visit) -> None:
    assert [url for url in visit.asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))] == []
    assert visit.said == []
    assert "token" not in visit.page.url


@pytest.mark.parametrize(("width", "height", "smallest"), [(1280, 720, 14), (1920, 1080, 20)])
def test_the_three_lists_stand_on_one_screen_in_letters_that_can_be_read_across_a_table(
    visit: _Visit, width: int, height: int, smallest: int
) -> None:
    visit.page.set_viewport_size({"width": width, "height": height})
    scrolled = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert visit.page.evaluate(scrolled) == [width, height]
    expect(visit.page.locator(".columns section")).to_have_count(3)
    assert all(visit.page.locator(".columns .row").nth(n).is_visible() for n in range(2))
    assert visit.page.evaluate(SMALLEST) >= smallest
    visit.page.set_viewport_size({"width": 1280, "height": 720})


@pytest.mark.parametrize("step", ["Godkänn", "Beslut och anteckningar", "Läget i siffror", "Listor"])
def test_every_control_has_a_name_and_every_text_stands_out(visit: _Visit, step: str) -> None:
    visit.step(step)
    assert visit.page.evaluate(NAMELESS) == []
    assert visit.page.evaluate(FAINT) == []
    assert visit.page.locator("main").count() == visit.page.locator("h1").count() == 1
    assert visit.page.evaluate("document.documentElement.lang") == "sv"


def test_a_control_without_a_name_and_a_faint_text_are_seen(visit: _Visit) -> None:
    bad = "<p id=bad style='color:#bbb;background:#fff'>svagt<input></p>"
    visit.page.evaluate("bad => document.querySelector('.room').insertAdjacentHTML('beforeend', bad)", bad)
    assert len(visit.page.evaluate(NAMELESS)) == 1
    assert [each[1] for each in visit.page.evaluate(FAINT)] == ["svagt"]
    visit.page.evaluate("document.getElementById('bad').remove()")


# --- a meeting ------------------------------------------------------------------------------------------------------


def test_filters_and_levels_show_what_is_asked_for(visit: _Visit) -> None:
    page = visit.page
    everything = page.locator(".row:visible").count()
    page.get_by_role("button", name="Försenade").click()
    assert 0 < page.locator(".row:visible").count() == page.locator(".row.overdue:visible").count() < everything
    page.get_by_role("button", name="Alla", exact=False).first.click()
    page.get_by_role("button", name="Visa bara Taktisk").click()
    expect(page.locator(".columns section")).to_have_count(1)
    page.get_by_role("button", name="Alla nivåer").click()
    expect(page.locator(".columns section")).to_have_count(3)


def test_an_activity_is_added_from_the_keyboard_alone(visit: _Visit, root: Path) -> None:
    page = visit.page
    page.evaluate("document.activeElement.blur()")
    _tab_to(page, "section[data-level=operational] .new")
    page.keyboard.press("Enter")
    page.keyboard.type("Öva pappersrutinen vid avbrott")
    _tab_to(page, ".panel select")
    page.keyboard.type("Anna Holst")
    _tab_to(page, ".panel button[type=submit]")
    page.keyboard.press("Enter")
    visit.saved("är tillagd")
    added = _titled(root, "Öva pappersrutinen vid avbrott")
    assert (added.level.value, added.buyer_responsible_id, added.agreement_id) == ("operational", "P-004", "A-001")
    page.evaluate("document.activeElement.blur()")
    _tab_to(page, "section[data-level=operational] .row")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()


def test_an_activity_is_moved_completed_opened_again_and_the_last_act_undone(visit: _Visit, root: Path) -> None:
    page, title = visit.page, "Öva pappersrutinen vid avbrott"
    visit.choose(title)
    panel = page.locator(".panel")
    panel.get_by_role("button", name="Flytta").click()
    panel.get_by_label("Nytt slutdatum").fill("2026-11-02")
    panel.get_by_role("button", name="Spara nytt datum").click()
    expect(panel.get_by_role("alert")).to_contain_text("varför datumet flyttas")
    panel.get_by_label("Varför flyttas datumet?").fill("Höstlov")
    panel.get_by_role("button", name="Spara nytt datum").click()
    visit.saved("har nytt slutdatum")
    panel.get_by_role("button", name="Klar", exact=True).click()
    panel.get_by_label("Underlag").fill("Protokoll från övningen")
    panel.get_by_role("button", name="Spara som klar").click()
    visit.saved("är klar")
    panel.get_by_role("button", name="Öppna igen").click()
    panel.get_by_label("Varför öppnas").fill("En skola var inte med")
    panel.get_by_role("button", name="Öppna aktiviteten igen").click()
    visit.saved("är öppnad igen")
    expect(panel).to_contain_text("En skola var inte med")
    page.get_by_role("button", name="Ångra").click()
    visit.saved("Ångrat")
    found = _titled(root, title)
    assert (str(found.done_date), str(found.due_date)) == ("2026-09-15", "2026-11-02")
    page.keyboard.press("Escape")


def test_what_was_typed_is_there_after_the_page_has_been_loaded_again(visit: _Visit) -> None:
    page, title = visit.page, "Automatiska påminnelser vid ogiltig frånvaro"
    visit.choose(title)
    page.locator(".panel").get_by_role("button", name="Kommentera").click()
    page.locator(".panel").get_by_label("Kommentar", exact=True).fill("Halvskriven kommentar")
    page.reload()
    page.wait_for_selector(".review-room .row", timeout=60_000)
    expect(page.locator(".head .writer")).to_contain_text("Maria Sandelin")
    expect(page.get_by_role("dialog")).to_be_hidden()
    visit.choose(title)
    page.locator(".panel").get_by_role("button", name="Kommentera").click()
    box = page.locator(".panel").get_by_label("Kommentar", exact=True)
    expect(box).to_have_value("Halvskriven kommentar")
    page.locator(".panel").get_by_role("button", name="Spara kommentaren").click()
    visit.saved("Kommentaren")
    page.keyboard.press("Escape")


def test_two_who_change_the_same_activity_both_see_both_texts_and_choose(
    visit: _Visit, second: _Visit, root: Path
) -> None:
    title = "Exportera elevregistret till neutralt format i testmiljö"
    for each in (visit, second):
        each.choose(title)
        each.page.locator(".panel").get_by_role("button", name="Ändra").click()
    for each, text in ((second, "Exportera elevregistret i två format"), (visit, "Exportera hela elevregistret")):
        each.page.locator(".panel").get_by_label("Aktivitet", exact=True).fill(text)
    second.page.locator(".panel").get_by_role("button", name="Spara ändringen").click()
    second.saved("är ändrad")  # each page has a kernel of its own: without waiting, either could be first
    visit.page.locator(".panel").get_by_role("button", name="Spara ändringen").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Exportera elevregistret i två format")
    expect(dialog).to_contain_text("Exportera hela elevregistret")
    expect(visit.page.locator(".foot [role=alert]")).to_contain_text("INTE SPARAT")
    assert _titled(root, "Exportera elevregistret i två format")
    dialog.get_by_role("button", name="Spara valet").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Välj vilken text som ska gälla")
    dialog.get_by_role("textbox").fill("Exportera hela elevregistret i två format")
    dialog.get_by_role("button", name="Spara valet").click()
    expect(dialog).to_be_hidden()
    visit.saved("är ändrad")
    assert _titled(root, "Exportera hela elevregistret i två format")
    for each in (visit, second):
        each.page.keyboard.press("Escape")


def test_what_was_typed_before_somebody_else_saved_does_not_write_over_it(
    visit: _Visit, second: _Visit, root: Path
) -> None:
    title, theirs = "Översätta frånvaroanmälan till fem språk", "Översätta frånvaroanmälan till sex språk"
    box = visit.page.locator(".panel").get_by_label("Aktivitet", exact=True)
    visit.choose(title)
    visit.page.locator(".panel").get_by_role("button", name="Ändra").click()
    box.fill("Översätta anmälan")
    visit.page.locator(".panel").get_by_role("button", name="Stäng").click()
    second.choose(title)
    second.page.locator(".panel").get_by_role("button", name="Ändra").click()
    second.page.locator(".panel").get_by_label("Aktivitet", exact=True).fill(theirs)
    second.page.locator(".panel").get_by_role("button", name="Spara ändringen").click()
    second.saved("är ändrad")
    visit.page.get_by_role("button", name="Nytt sedan sist").click()  # a later look at the lists
    visit.page.get_by_role("button", name="Alla").first.click()
    expect(visit.page.locator(".row", has_text=theirs)).to_be_visible(timeout=20_000)
    visit.choose(theirs)
    visit.page.locator(".panel").get_by_role("button", name="Ändra").click()
    expect(box).to_have_value("Översätta anmälan")
    visit.page.locator(".panel").get_by_role("button", name="Spara ändringen").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog).to_contain_text(theirs)
    dialog.get_by_role("button", name="Behåll det som redan är sparat").click()
    expect(dialog).to_be_hidden()
    assert _titled(root, theirs)
    for each in (visit, second):
        each.page.keyboard.press("Escape")


def test_decisions_and_minutes_are_saved_while_the_meeting_goes_on(visit: _Visit, root: Path) -> None:
    page = visit.page
    visit.step("Beslut och anteckningar")
    page.get_by_label("Nytt beslut").fill("Testmiljön öppnas 15 oktober.")
    page.get_by_role("button", name="Spara beslutet").click()
    visit.saved("Beslutet är antecknat")
    expect(page.locator(".decisions .made li")).to_contain_text("Testmiljön öppnas 15 oktober.")
    page.get_by_role("textbox", name="Anteckningar").fill("Supporten har kortare kö än i fjol.")
    page.get_by_role("textbox", name="Anteckningar").blur()
    visit.saved("Anteckningarna är sparade")
    page.get_by_role("checkbox", name="Jenny Vesterlund").check()
    visit.saved("är med på mötet")
    content = _content(root)
    assert "Testmiljön öppnas 15 oktober." in [each.text for each in content.decisions]
    assert "Supporten har kortare kö än i fjol." in [each.minutes for each in content.meetings]


def test_a_decision_keeps_the_figure_that_was_on_the_screen(visit: _Visit, root: Path) -> None:
    page = visit.page
    visit.step("Läget i siffror")
    figure = page.locator(".page .sentences li").first
    shown = figure.locator("p").inner_text(timeout=60_000)
    figure.get_by_role("button").click()
    page.get_by_label("Nytt beslut").fill("Vi går igenom de försenade på nästa möte.")
    page.get_by_role("button", name="Spara beslutet").click()
    visit.saved("siffran som visades")
    expect(page.locator(".decisions .made li").last).to_contain_text(shown)
    (decision,) = [each for each in _content(root).decisions if each.text.startswith("Vi går igenom")]
    assert decision.figure_sentence == shown
    visit.step("Listor")
    page.get_by_role("button", name="Siffror", exact=True).click()
    expect(page.locator(".figures-beside")).to_contain_text(shown)
    expect(page.locator(".columns section.chosen .row").first).to_be_visible()
    page.get_by_role("button", name="Siffror", exact=True).click()


def test_a_list_is_agreed_when_both_have_signed_exactly_what_is_shown(visit: _Visit, root: Path) -> None:
    page = visit.page
    visit.step("Godkänn")
    page.locator(".index").get_by_role("button", name="Operativ").click()
    page.get_by_role("button", name=re.compile("Föreslå version|motförslag")).click()
    visit.saved("är föreslagen")
    shown = page.locator(".proposal tbody th").all_inner_texts()
    assert any("Exportera hela elevregistret i två format" in title for title in shown)
    for party, person in (("kommunen", OWNER), ("leverantören", SIGNER)):
        form = page.get_by_role("form", name=f"Godkänn för {party}")
        expect(form.get_by_role("button")).to_be_disabled()
        form.get_by_label("Vem godkänner?").select_option(person)
        expect(form).to_contain_text(f"med {len(shown)} aktiviteter. Det går inte att ångra.")
        form.get_by_role("button").click()
        visit.saved("godkän")
        expect(form).to_be_hidden()
    expect(page.locator(".agreed.holds h3")).to_contain_text("Gäller nu")
    signed = {each.person_id: each for each in _content(root).sign_offs if str(each.signed_date) == "2026-09-15"}
    assert set(signed) == {OWNER, SIGNER}
    assert (signed[SIGNER].is_present, signed[SIGNER].entered_by_id) == (True, OWNER)
    expect(page.get_by_role("button", name="Ångra")).to_be_hidden()
    visit.step("Listor")


# --- what others see and try ----------------------------------------------------------------------------------------


def test_the_supplier_view_holds_nothing_internal(second: _Visit) -> None:
    page = second.page
    everything = "() => JSON.stringify([document.documentElement.outerHTML, localStorage, sessionStorage])"
    title = "Gemensam treårsplan för hur leverantören möter kommande lagändringar"
    second.choose(title)
    assert NOTE in page.evaluate(everything), "the control: the internal view shows it"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delad vy").click()
    expect(page.locator(".band")).to_contain_text("bara det som leverantören får se")
    second.choose(title)
    assert NOTE not in page.evaluate(everything)
    page.locator(".panel").get_by_role("button", name="Ändra").click()
    expect(page.get_by_label("Intern anteckning")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Intern vy").click()
    expect(page.locator(".band")).to_contain_text("interna anteckningar")


def _command(name: str, **values: Any) -> dict[str, Any]:
    made = {"type": "command", "id": os.urandom(16).hex(), "name": name, "values": values}
    canonical = re.sub(r"(.{8})(.{4}).(.{3}).(.{3})(.{12})", r"\1-\2-4\3-8\4-\5", made["id"])
    return {"method": "custom", "content": {**made, "id": canonical}}


@pytest.mark.target(name="T20")
def test_messages_written_by_hand_change_nothing(
    browser: Browser, address: str, root: Path, target: Callable[..., None]
) -> None:
    stranger = _Visit(browser, address)  # nobody has said who writes
    before = _content(root)
    attempts = [
        {"method": "update", "state": {"frame": {"may_edit": True}, "lists": [], "meeting": {}}},
        {"method": "custom", "content": {"event": "click"}},
        _command("complete", activity="A-001-310", version=1, done_date="2026-09-15", evidence="x"),
        _command("identify", person=READER),
        _command("minutes", version=1, text="x"),
        _command("identify", person=SIGNER),
        _command("sign", list_version="x", list_hash="y", party="supplier", person=SIGNER, is_present=True),
        {"method": "request_state"},
    ]
    messages = [("comm_msg", {"comm_id": each, "data": data}) for each in stranger.widgets() for data in attempts]
    answers = [content["data"] for kind, content in stranger.talk(*messages, patience=60_000) if kind == "comm_msg"]
    refused = [each["content"] for each in answers if each["method"] == "custom" and each["content"]["id"]]
    assert {each["code"] for each in refused} == {"editor_missing", "editor_not_allowed"}
    assert [each["ok"] for each in refused] == [False] * 5
    (frame,) = [each["state"]["frame"] for each in answers if "frame" in each.get("state", {})]
    assert (frame["may_edit"], frame["editor"]) == (False, None)
    target(messages=len(attempts), saved=int(_content(root) != before))
    assert _content(root) == before
    expect(stranger.page.locator(".columns section")).to_have_count(3)
    stranger.context.close()


@pytest.mark.target(name="T20", control=True)
def test_the_control_stock_widgets_take_what_is_sent_by_hand(
    browser: Browser, tmp_path: Path, target: Callable[..., None]
) -> None:
    source = (
        "import ipywidgets\nbutton = ipywidgets.Button(description='Godkänn', disabled=True)\n"
        "button.on_click(lambda pressed: setattr(pressed, 'description', 'FIRED'))\n"
        "ipywidgets.VBox([ipywidgets.IntSlider(value=3, max=10), button])"
    )
    notebook = tmp_path / "stock.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), notebook)
    with running_room(Room(notebook, "sv")) as room:
        page = browser.new_page()
        sockets: list[str] = []
        page.on("websocket", lambda socket: sockets.append(socket.url))
        page.goto(room.address, wait_until="commit")
        page.wait_for_selector(".widget-readout", timeout=60_000)
        channels = _channels(sockets)
        (answer,) = [
            content["comms"]
            for kind, content in page.evaluate(TALK, [channels, [["comm_info_request", {}]], 700])
            if kind == "comm_info_reply"
        ]
        states = [{"max": 1_000_000_000}, {"value": 9_999}]
        messages = [
            ["comm_msg", {"comm_id": each, "data": {"method": "update", "state": state}}]
            for each in answer
            for state in states
        ]
        click = {"method": "custom", "content": {"event": "click"}}
        messages += [["comm_msg", {"comm_id": each, "data": click}] for each in answer]
        page.evaluate(TALK, [channels, messages, 700])
        expect(page.locator(".widget-readout")).to_have_text("9999")
        expect(page.locator("button.widget-button")).to_have_text("FIRED")
        target(taken=2)
        page.close()


# --- nothing is lost ------------------------------------------------------------------------------------------------


def _write_comment(visit: _Visit, words: str) -> None:
    if not visit.page.locator(".panel").is_visible():
        visit.choose("Korta väntetiden i supporten till högst två timmar")
    panel = visit.page.locator(".panel")
    if not panel.get_by_label("Kommentar", exact=True).is_visible():
        panel.get_by_role("button", name="Kommentera").click()
    panel.get_by_label("Kommentar", exact=True).fill(words)
    panel.get_by_role("button", name="Spara kommentaren").click()


def test_a_locked_register_is_told_as_not_saved_and_the_text_is_kept(visit: _Visit, root: Path) -> None:
    words = "Skriven medan registret var låst"
    alarm = visit.page.locator(".foot [role=alert]")
    holder = sqlite3.connect(root / "data" / "register.sqlite", isolation_level=None)
    try:
        holder.execute("BEGIN EXCLUSIVE")
        _write_comment(visit, words)
        # The register's own answer: a slow machine's room has said before that it does not answer, and may still save.
        expect(alarm).to_contain_text("registret är upptaget", timeout=30_000)
        expect(alarm).to_contain_text("INTE SPARAT")
    finally:
        holder.close()
    expect(visit.page.get_by_label("Kommentar", exact=True)).to_have_value(words)
    assert _comments(root, words) == 0
    expect(visit.page.locator(".foot .busy")).to_have_count(0)
    visit.page.locator(".panel").get_by_role("button", name="Spara kommentaren").click()
    visit.saved("Kommentaren")
    assert _comments(root, words) == 1


def _kernels(server: subprocess.Popen[str]) -> list[psutil.Process]:
    family = psutil.Process(server.pid).children(recursive=True)
    return [each for each in family if "ipykernel_launcher" in " ".join(each.cmdline())]


def test_the_same_text_saved_again_before_any_answer_is_saved_once(
    visit: _Visit, server: subprocess.Popen[str], root: Path
) -> None:
    words = "Sparad två gånger medan rummet inte svarade"
    for kernel in _kernels(server):
        kernel.suspend()
    _write_comment(visit, words)
    expect(visit.page.locator(".foot [role=alert]")).to_contain_text("INTE SPARAT", timeout=15_000)
    visit.page.locator(".panel").get_by_role("button", name="Spara kommentaren").click()
    for kernel in _kernels(server):
        kernel.resume()
    visit.saved("Kommentaren")
    expect(visit.page.locator(".foot [role=alert]")).to_be_empty()
    assert _comments(root, words) == 1


def test_what_got_no_answer_is_sent_again_and_saved_once(
    visit: _Visit, server: subprocess.Popen[str], root: Path
) -> None:
    words = "Skriven medan rummet inte svarade"
    alarm = visit.page.locator(".foot [role=alert]")
    for kernel in _kernels(server):
        kernel.suspend()
    _write_comment(visit, words)
    expect(alarm).to_contain_text("INTE SPARAT", timeout=15_000)
    expect(visit.page.locator(".foot .kept li")).to_contain_text(words)
    visit.page.get_by_role("button", name="Försök igen").click()
    for kernel in _kernels(server):
        kernel.resume()
    visit.saved("Kommentaren")
    expect(alarm).to_be_empty()
    assert _comments(root, words) == 1


def test_what_a_dead_kernel_never_got_is_kept_and_saved_once_after_the_page_is_loaded_again(
    visit: _Visit, server: subprocess.Popen[str], root: Path
) -> None:
    words = "Skriven när programmet hade dött"
    page = visit.page
    for kernel in _kernels(server):
        kernel.kill()
    _write_comment(visit, words)
    expect(page.locator(".foot [role=alert]")).to_contain_text("INTE SPARAT", timeout=15_000)
    page.get_by_role("button", name="Ladda om sidan").click()
    page.wait_for_selector(".review-room .row", timeout=60_000)
    expect(page.locator(".foot [role=alert]")).to_contain_text("INTE SPARAT", timeout=15_000)
    expect(page.locator(".foot .kept li")).to_contain_text(words)
    page.get_by_role("button", name="Försök igen").click()
    visit.saved("Kommentaren")
    assert _comments(root, words) == 1
