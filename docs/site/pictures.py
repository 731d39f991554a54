"""Makes the pictures of the documentation from the program itself: reports, rooms, terminals.

``python docs/site/pictures.py [NAME...]`` makes all of them, or those named, into ``docs/images``. It needs Chromium
and pdftoppm, and takes some minutes. No picture is drawn by hand; a test holds the folder against the list at the end.
"""

from __future__ import annotations

import html
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import first_hour
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from partnership_lib import palette

IMAGES = Path(__file__).resolve().parents[1] / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE_MS = 240_000
PALETTE = 64  # colours that are kept: the pictures stay small and their letters sharp
OWNER = "P-002"
TERMINAL = """<style>%s</style><body style="margin:0;background:var(--paper)"><pre style="margin:0;padding:18px 22px;
white-space:pre-wrap;width:1036px;font:15px/1.45 'DejaVu Sans Mono',monospace;color:var(--ink);background:var(--band);
border:1px solid var(--rule)">%s</pre></body>"""


class Studio:
    """A browser, the demo workspace and Ekvik's, both in a folder that is thrown away."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser, self.folder = browser, folder

    def partnership(self, *words: str, at: Path, at_most: int = 40) -> str:
        """Return a command and what it printed, as it stands on a terminal."""
        said = run(*words, at=at)
        lines = [*said.strip().splitlines()]
        shown = lines if len(lines) <= at_most else [*lines[:at_most], "…"]
        line = "partnership " + " ".join(f'"{word}"' if " " in word else word for word in words)
        return f"<b>$ {html.escape(line)}</b>\n" + html.escape("\n".join(shown)).replace(str(at.parent), "…")

    @property
    def demo(self) -> Path:
        """The demo workspace, built when it is first asked for."""
        folder = self.folder / "demo"
        if not folder.exists():
            run("init", "demo", "--demo", at=self.folder)
        return folder

    @property
    def ekvik(self) -> Path:
        """Ekvik's workspace with its files beside it."""
        folder = self.folder / "ekvik"
        if not folder.exists():
            first_hour.make_files(self.folder / "egna")
            run("init", "ekvik", "--name", "Ekviks kommun", at=self.folder)
        return folder

    def terminal(self, name: str, *texts: str) -> None:
        """Make the picture of a terminal that shows texts below each other."""
        page = self.browser.new_page(viewport={"width": 1082, "height": 200})
        page.set_content(TERMINAL % (palette.variables(":root"), "\n\n".join(texts)))
        save(name, page.screenshot(full_page=True))
        page.close()

    def page_of(self, file: Path, height: int = 720, width: int = 1082) -> bytes:
        """Return the picture of the beginning of a published page."""
        page = self.browser.new_page(viewport={"width": width, "height": height})
        page.goto(file.as_uri())
        picture = page.screenshot()
        page.close()
        return picture

    def visit(self, address: str, language: str = "sv-SE") -> Page:
        """Return a page with a room in it."""
        context = self.browser.new_context(
            viewport={"width": 1280, "height": 720}, locale=language, timezone_id="Europe/Stockholm"
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(address, wait_until="commit")
        return page


def run(*words: str, at: Path) -> str:
    """Return what a command prints; its last line is what to do next, so that both streams are shown as they come."""
    command = [sys.executable, "-m", "partnership_lib.cli", *words]
    answer = subprocess.run(command, cwd=at, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return answer.stdout


def save(name: str, picture: bytes | Image.Image) -> None:
    """Save a picture with few colours."""
    image = picture if isinstance(picture, Image.Image) else Image.open(BytesIO(picture))
    image.convert("RGB").quantize(PALETTE, dither=Image.Dither.NONE).save(IMAGES / name, optimize=True)


def published(workspace: Path, kind: str, name: str, subject: str = "") -> Path:
    """Return a file of the latest published report of a kind."""
    found = (workspace / "reports" / "published").glob(f"{kind}_{subject}*/*/{name}")
    return max(found, key=lambda file: file.stat().st_mtime)


def launched(playwright: Playwright) -> Browser:
    """Return the browser that takes the pictures."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)))
    return playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])


# --- the first hour -------------------------------------------------------------------------------------------------


def make_first_hour(studio: Studio) -> None:
    """Make the pictures of the first hour, by going through it."""
    at, ledger = studio.ekvik, f"../egna/{first_hour.LEDGER}"
    needs = studio.partnership("import", "needs", f"../egna/{first_hour.NEEDS}", at=at)
    agreements = studio.partnership("import", "agreements", f"../egna/{first_hour.AGREEMENTS}", at=at)
    studio.terminal("first_hour_register.png", needs, agreements)
    proposal = studio.partnership("import", "ledger", ledger, "--dry-run", "-o", "profil.toml", at=at)
    studio.terminal("first_hour_proposal.png", proposal)
    taken = studio.partnership("import", "ledger", ledger, "--profile", "profil.toml", at=at)
    studio.terminal("first_hour_ledger.png", taken)
    run("report", "spend", at=at)
    save("first_hour_spend.png", studio.page_of(published(at, "spend", "report.html")))
    run("report", "follow_up", "--agreement", "AV-1", at=at)
    save("first_hour_follow_up.png", studio.page_of(published(at, "follow_up", "report.html")))
    draft = studio.partnership("compare", "--from-agreements", "AV-2,AV-3", "-o", "data/cases/mobler.yaml", at=at)
    answer = studio.partnership("compare", "mobler", "--quick", at=at)
    studio.terminal("first_hour_case.png", draft, answer)


def make_mistakes(studio: Studio) -> None:
    """Make the picture of the usual mistakes and what is answered."""
    at = studio.ekvik
    (at / "~$avtal.xlsx").write_bytes(b"")
    shutil.copy(studio.folder / "egna" / first_hour.AGREEMENTS, at / "avtal.xlsx")
    mistakes = (
        ("import", "needs", "avtal.xlsx"),
        ("import", "agreements", "~$avtal.xlsx"),
        ("import", "agreements", "avtalen.xlsx"),
        ("template", "agreements", "-o", "avtal.xlsx"),
        ("report", "spend", "--period", "2026-13"),
    )
    studio.terminal("first_hour_mistakes.png", *(studio.partnership(*words, at=at) for words in mistakes))


# --- reports --------------------------------------------------------------------------------------------------------


def make_follow_up(studio: Studio) -> None:
    """Make the picture of two pages of a follow-up report, side by side."""
    run("report", "follow_up", "--agreement", "A-001", "--period", "2026-T2", at=studio.demo)
    pdf = published(studio.demo, "follow_up", "report.pdf")
    target = studio.folder / "page"
    subprocess.run(["pdftoppm", "-r", "70", "-png", "-l", "8", pdf, target], check=True)  # noqa: S607
    pages = [Image.open(file) for file in sorted(studio.folder.glob("page-*.png"))]
    first, timeline = pages[0], pages[2]
    both = Image.new("RGB", (first.width + timeline.width + 24, first.height), palette.LIGHT["edge"])
    both.paste(first, (0, 0))
    both.paste(timeline, (first.width + 24, 0))
    save("follow-up.png", both)


# --- the rooms ------------------------------------------------------------------------------------------------------


@contextmanager
def room(workspace: Path, *words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Yield the address of a room and what serves it; it is stopped with the block."""
    told = {name: value for name, value in os.environ.items() if name not in ("PARTNERSHIP_ACTOR", "JUPYTERHUB_USER")}
    command = [sys.executable, "-m", "partnership_lib.cli", *words, "--no-browser", "--json"]
    server = subprocess.Popen(
        command, cwd=workspace, stdout=subprocess.PIPE, text=True, start_new_session=True, env=told
    )
    assert server.stdout is not None
    try:
        yield str(json.loads("".join(server.stdout.readline() for _ in range(3)))["address"]), server
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait(60)


def make_review_room(studio: Studio) -> None:
    """Make the pictures of the review room: lists, two who change the same, not saved, approval."""
    with room(studio.demo, "review", "A-001") as (address, _):
        first, second = (begin(studio.visit(address), person) for person in (OWNER, "P-003"))
        save("review_lists.png", first.screenshot())
        _change_the_same(first, second)
        save("review_conflict.png", first.screenshot())
        first.get_by_role("dialog").get_by_role("button", name="Behåll det som redan är sparat").click()
        first.keyboard.press("Escape")
        _write_while_locked(first, studio.demo)
        save("review_unsaved.png", first.screenshot())
        third = begin(studio.visit(address), OWNER)
        third.get_by_role("tab", name="Godkänn").click()
        third.locator(".index").get_by_role("button", name="Operativ").click()
        third.get_by_role("button", name="Föreslå version").click()
        third.locator(".proposal tbody th").first.wait_for()
        save("review_approval.png", third.screenshot())


def begin(page: Page, person: str) -> Page:
    """Say who takes the minutes; somebody who may not edit is answered so, and another is taken."""
    page.wait_for_selector(".review-room .row")
    choice = page.get_by_role("dialog").get_by_label("Namn")
    choice.select_option(person)
    page.get_by_role("button", name="Börja mötet").click()
    page.get_by_role("dialog").wait_for(state="hidden")
    return page


def _change_the_same(first: Page, second: Page) -> None:
    title = "Exportera elevregistret till neutralt format i testmiljö"
    texts = ((second, "Exportera elevregistret i två format"), (first, "Exportera hela elevregistret"))
    for page, text in texts:
        page.locator(".row", has_text=title).click()
        page.locator(".panel").get_by_role("button", name="Ändra").click()
        page.locator(".panel").get_by_label("Aktivitet", exact=True).fill(text)
    for page, _ in texts:
        page.locator(".panel").get_by_role("button", name="Spara ändringen").click()
        page.wait_for_timeout(4_000)
    first.get_by_role("dialog").wait_for()


def _write_while_locked(page: Page, workspace: Path) -> None:
    holder = sqlite3.connect(workspace / "data" / "register.sqlite", isolation_level=None)
    try:
        holder.execute("BEGIN EXCLUSIVE")
        page.locator(".row", has_text="Korta väntetiden i supporten till högst två timmar").click()
        panel = page.locator(".panel")
        panel.get_by_role("button", name="Kommentera").click()
        panel.get_by_label("Kommentar", exact=True).fill("Supporten svarar nu inom tre timmar, säger leverantören.")
        panel.get_by_role("button", name="Spara kommentaren").click()
        page.locator(".foot [role=alert]", has_text="INTE SPARAT").wait_for()
    finally:
        holder.close()


def make_what_if_room(studio: Studio) -> None:
    """Make the picture of the what-if room with two alternatives side by side."""
    with room(studio.demo, "what-if", "skoladministration") as (address, _):
        page = studio.visit(address)
        page.wait_for_selector(".what-if-verdict")
        page.wait_for_timeout(3_000)
        save("what_if.png", page.screenshot())


MAKERS: dict[Callable[[Studio], None], Sequence[str]] = {
    make_first_hour: (
        "first_hour_register.png",
        "first_hour_proposal.png",
        "first_hour_ledger.png",
        "first_hour_spend.png",
        "first_hour_follow_up.png",
        "first_hour_case.png",
    ),
    make_mistakes: ("first_hour_mistakes.png",),
    make_follow_up: ("follow-up.png",),
    make_review_room: ("review_lists.png", "review_conflict.png", "review_unsaved.png", "review_approval.png"),
    make_what_if_room: ("what_if.png",),
}


def main(names: Sequence[str]) -> None:
    """Make the pictures that are named, or all."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launched(playwright)
        studio = Studio(browser, Path(folder))
        for maker, pictures in MAKERS.items():
            if not names or set(names) & set(pictures):
                maker(studio)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
