"""JupyterLab as a workplace: the start page, the launcher's cards, and the review room's notebook and its keys."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.review.servers import lab_command, place_notebooks
from partnership_lib.workspace import open_workspace

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
TOKEN = "only-for-this-test"
OUTPUTS = "jupyterapp.shell.currentWidget.content.model.toJSON().cells.flatMap(cell => cell.outputs ?? [])"
SHOWN = "path => window.jupyterapp?.shell.currentWidget?.context?.path === path"
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
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("kommunen")
    build_demo_workspace(root)
    place_notebooks(open_workspace(root))
    return root


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[Callable[[str], str]]:
    """What gives the address that JupyterLab shows a notebook of the workspace at."""
    port = _free_port()
    options = [f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True"]
    told = {**os.environ, "PARTNERSHIP_AGREEMENT": "A-001", "PARTNERSHIP_ACTOR": "P-002"}
    command = [*lab_command(root), *options, "--no-browser"]
    lab = subprocess.Popen(command, cwd=root, env=told, stderr=subprocess.DEVNULL, start_new_session=True)
    # Each in a layout of its own: JupyterLab would bring back what another page has open.
    shown = f"http://127.0.0.1:{port}/lab/workspaces/{{0}}/tree/notebooks/{{0}}.ipynb?token={TOKEN}"
    yield shown.format
    os.killpg(lab.pid, signal.SIGTERM)
    lab.wait(20)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


def _opened(browser: Browser, address: str, asked: list[str] | None = None) -> Page:
    """Return JupyterLab at an address; what it asks for, of whomever, is written down in `asked`."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="sv-SE")
    if asked is not None:
        context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.set_default_timeout(120_000)
    for _ in range(100):
        try:
            page.goto(address, wait_until="commit")
            break
        except Exception:  # noqa: BLE001 - it is not listening yet
            page.wait_for_timeout(200)
    return page


@pytest.fixture(scope="module")
def start(browser: Browser, address: Callable[[str], str]) -> Page:
    """JupyterLab on the start page; nobody has run a cell."""
    return _opened(browser, address("start_sv"))


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """All that the page with the review room has asked for."""
    return []


@pytest.fixture(scope="module")
def page(browser: Browser, address: Callable[[str], str], asked: list[str]) -> Page:
    """JupyterLab on the review room's notebook, all cells run."""
    page = _opened(browser, address("review_meeting"), asked)
    page.wait_for_function(SHOWN, arg="notebooks/review_meeting.ipynb")
    page.evaluate(READY)
    return page


def test_the_start_page_runs_by_itself_and_says_what_there_is(start: Page) -> None:
    shown = start.locator(".jp-OutputArea .partnership")
    expect(shown.locator("section.here")).to_contain_text("40 av registrets 66 avtal gäller i dag", timeout=120_000)
    expect(shown.locator("section.next")).to_contain_text("9 rapporter ska göras")


def test_a_card_in_the_launcher_makes_a_copy_with_its_parameters_filled_in_and_the_copy_runs(
    start: Page, root: Path
) -> None:
    for name in ("follow_up_A-002_2026-T1_en", "follow_up_A-002_2026-T1_en_2"):
        _copy_by_the_launcher(start)
        start.wait_for_function(SHOWN, arg=f"notebooks/mine/{name}.ipynb")
    start.evaluate(READY)
    # Cells out of sight are not in the page: their outputs are read from the model.
    start.wait_for_function(
        f"() => {OUTPUTS}.at(-1)?.data?.['text/html']?.includes('The report is complete')", timeout=120_000
    )
    outputs = start.evaluate(OUTPUTS)
    assert {output["output_type"] for output in outputs} == {"execute_result"}
    assert "Livsmedel till kommunens kök" in outputs[0]["data"]["text/html"]
    written = (root / "notebooks/mine" / f"{name}.ipynb").read_text(encoding="utf-8")
    assert 'agreement = \\"A-002\\"' in written


def _copy_by_the_launcher(page: Page) -> None:
    page.evaluate("jupyterapp.commands.execute('launcher:create').then(() => null)")
    launcher = page.locator(".jp-Launcher:visible")
    expect(launcher).to_contain_text("Leverantörspartnerskap")
    launcher.locator(".jp-LauncherCard", has_text="Uppföljning").click()
    form = page.locator(".jp-Dialog form")
    form.get_by_label("Avtal").select_option("A-002")
    form.get_by_label("Period").fill("2026-T1")
    form.get_by_label("Språk").select_option("en")
    page.get_by_role("button", name="Skapa kopia").click()


def test_what_the_form_cannot_take_is_said_and_what_was_filled_in_stays(start: Page) -> None:
    start.evaluate("jupyterapp.commands.execute('launcher:create').then(() => null)")
    start.locator(".jp-Launcher:visible .jp-LauncherCard", has_text="Alla avtal").click()
    start.locator(".jp-Dialog form").get_by_label("Period").fill("2026-T9")
    start.get_by_role("button", name="Skapa kopia").click()
    expect(start.locator(".jp-Dialog")).to_contain_text("Perioden ”2026-T9” går inte att tolka")
    start.locator(".jp-Dialog button").last.click()
    expect(start.locator(".jp-Dialog form").get_by_label("Period")).to_have_value("2026-T9")
    start.get_by_role("button", name="Avbryt").click()
    expect(start.locator(".jp-Dialog")).to_have_count(0)


def test_the_notebook_opens_the_room_for_the_agreement_that_it_was_started_with(page: Page) -> None:
    room = page.locator(".review-room")
    expect(room.get_by_role("heading", level=1)).to_have_text("Skoladministration", timeout=120_000)
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


def _foreign(asked: list[str]) -> list[str]:
    """Return what was asked of another machine than this one; what a page makes itself has no host."""
    return [url for url in asked if urlsplit(url).hostname not in (None, "127.0.0.1")]


@pytest.mark.target(name="T21")
def test_jupyterlab_and_the_room_in_it_ask_nothing_of_another_host(
    page: Page, asked: list[str], target: Callable[..., None]
) -> None:
    expect(page.locator(".review-room").get_by_role("heading", level=1)).to_be_visible(timeout=120_000)
    target(asked=len(asked), foreign=len(_foreign(asked)))
    assert len(asked) > 20
    assert _foreign(asked) == []


@pytest.mark.target(name="T21", control=True)
def test_the_control_a_page_that_asks_another_host_is_seen(
    page: Page, asked: list[str], target: Callable[..., None]
) -> None:
    page.route("http://elsewhere.invalid/**", lambda route: route.abort())
    page.evaluate("() => fetch('http://elsewhere.invalid/style.css').catch(() => null)")
    target(control_foreign=len(_foreign(asked)))
    assert _foreign(asked) == ["http://elsewhere.invalid/style.css"]
