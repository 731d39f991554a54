"""The review room's notebook in JupyterLab: run, it opens the room, and the room's keys are its own."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.review.servers import lab_command, place_notebooks
from partnership_lib.workspace import open_workspace

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
TOKEN = "only-for-this-test"
READY = """async () => {
  const until = async ready => { while (!ready()) { await new Promise(done => setTimeout(done, 50)); } };
  await until(() => window.jupyterapp);
  await jupyterapp.restored;
  await until(() => jupyterapp.shell.currentWidget?.context);
  const widget = jupyterapp.shell.currentWidget;
  await widget.context.ready;
  await widget.sessionContext.ready;
  await widget.sessionContext.session.kernel.info;
  await jupyterapp.commands.execute("notebook:run-all-cells");
}"""


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root: Path = tmp_path_factory.mktemp("kommunen")
    build_demo_workspace(root)
    place_notebooks(open_workspace(root))
    port = _free_port()
    options = [f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True"]
    told = {**os.environ, "PARTNERSHIP_AGREEMENT": "A-001", "PARTNERSHIP_ACTOR": "P-002"}
    command = [*lab_command(root, "notebooks/review_meeting.ipynb"), *options, "--no-browser"]
    lab = subprocess.Popen(command, cwd=root, env=told, stderr=subprocess.DEVNULL, start_new_session=True)
    yield f"http://127.0.0.1:{port}/lab/tree/notebooks/review_meeting.ipynb?token={TOKEN}"
    os.killpg(lab.pid, signal.SIGTERM)
    lab.wait(20)


@pytest.fixture(scope="module")
def page(chromium: str, address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="sv-SE").new_page()
        for _ in range(100):
            try:
                page.goto(address, wait_until="commit")
                break
            except Exception:  # noqa: BLE001 - it is not listening yet
                page.wait_for_timeout(200)
        page.evaluate(READY)
        yield page
        browser.close()


def test_the_notebook_opens_the_room_for_the_agreement_that_it_was_started_with(page: Page) -> None:
    room = page.locator(".review-room")
    expect(room.get_by_role("heading", level=1)).to_have_text("Skoladministration", timeout=60_000)
    expect(room.locator(".columns section")).to_have_count(3)
    expect(room.locator(".head .writer")).to_contain_text("Maria Sandelin")


def test_keys_in_the_room_do_nothing_to_the_notebook(page: Page) -> None:
    cells = "jupyterapp.shell.currentWidget.content.widgets.length"
    before = page.evaluate(cells)
    row = page.locator(".review-room .row").first
    row.focus()
    for key in ("d", "d", "a", "x"):
        page.keyboard.press(key)
    expect(row).to_be_focused()
    assert page.evaluate(cells) == before


def test_the_control_the_same_keys_outside_the_room_delete_a_cell(page: Page) -> None:
    cells = "jupyterapp.shell.currentWidget.content.widgets.length"
    before = page.evaluate(cells)
    page.locator(".jp-MarkdownCell .jp-InputPrompt, .jp-Cell .jp-InputPrompt").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.keyboard.press("d")
    page.wait_for_function(f"before => {cells} === before - 1", arg=before)
