"""The review room with 500 activities as people see it in Chromium, beside a list of stock ipywidgets.

``python -m benchmarks.review_in_browser --activities 500 --edits 10``

An edit in the room is timed from the press of the button until the changed lists are on the screen, with the save on
disk in between. The peer is what a notebook author would write without the room: a `VBox` of `HBox` rows, made anew
when something has changed, and nothing saved at all.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.review import AGREEMENT, EDITOR, crowded_workspace
from partnership_lib.review.launcher import Room, running_room
from partnership_lib.review.servers import place_notebooks

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PEER = """
import ipywidgets as widgets
shown = {"round": 0}
def row(number):
    words = [f"Aktivitet {number}: gemensam genomgång av rutinen för vikarier", f"109 dagar sen, {shown['round']}",
             "Maria Sandelin, Fredrik Almroth"]
    return widgets.HBox([*map(widgets.Label, words), widgets.Button(description="Klar")])
rows = widgets.VBox([row(number) for number in range(ACTIVITIES)])
def change(_):
    shown["round"] += 1
    rows.children = [row(number) for number in range(ACTIVITIES)]
button = widgets.Button(description="Ändra")
button.on_click(change)
widgets.VBox([button, rows])
"""
UNTIL = """async ([press, words, place]) => {
  const seen = () => [...document.querySelectorAll(place)].some(each => each.textContent.includes(words));
  const start = performance.now();
  document.querySelector(press).click();
  while (!seen()) {
    if (performance.now() - start > 60000) { throw new Error(`not seen in a minute: ${words}`); }
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""
REDRAWN = """() => {
  const start = performance.now();
  document.querySelector("[data-key=all]").click();
  document.querySelector(".columns").getBoundingClientRect();
  return performance.now() - start;
}"""


@contextmanager
def opened(browser: Browser, room: Room, ready: str) -> Iterator[tuple[Page, float]]:
    """Yield a room's page and the milliseconds until it was there."""
    with running_room(room) as running:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(120_000)
        page.goto(running.address, wait_until="commit")
        page.wait_for_selector(ready)
        taken = float(page.evaluate("performance.now()"))
        page.wait_for_timeout(3_000)  # the figures are computed beside it
        yield page, taken
        page.close()


def room_edits(page: Page, edits: int) -> tuple[list[float], list[float]]:
    """Return what edits take until they are seen, and what drawing the lists alone takes, in milliseconds."""
    page.locator(".row").first.click()
    seen = []
    for number in range(edits):
        words = f"Klart till nästa gång, {number}"
        page.locator("[data-action=comment]").click()
        page.locator(".panel textarea").fill(words)
        seen.append(page.evaluate(UNTIL, [".panel button[type=submit]", words, ".comments li"]))
        page.wait_for_selector(".panel textarea", state="detached")
    page.keyboard.press("Escape")
    return seen, [float(page.evaluate(REDRAWN)) for _ in range(edits)]


def peer_edits(page: Page, edits: int) -> list[float]:
    """Return what changes of the stock widgets take until they are seen, in milliseconds."""
    words = [f"109 dagar sen, {number + 1}" for number in range(edits)]
    last = ".widget-vbox .widget-vbox > :last-child .widget-label"
    return [float(page.evaluate(UNTIL, [".widget-button", each, last])) for each in words]


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=500)
    parser.add_argument("--edits", type=int, default=10)
    options = parser.parse_args(arguments)
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        print("The review room in Chromium: there is none on this machine")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        workspace = crowded_workspace(Path(folder), options.activities)
        told = {"PARTNERSHIP_AGREEMENT": AGREEMENT, "PARTNERSHIP_ACTOR": EDITOR}
        notebook = place_notebooks(workspace) / "review_meeting.ipynb"
        stock = Path(folder) / "stock.ipynb"
        source = PEER.replace("ACTIVITIES", str(options.activities))
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), stock)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with opened(browser, Room(notebook, "sv", told), ".review-room .row") as (page, open_ms):
            seen, drawn = room_edits(page, options.edits)
        with opened(browser, Room(stock, "sv"), ".widget-button") as (page, peer_open_ms):
            peer = peer_edits(page, 3)
        browser.close()
    report(options.activities, (open_ms, seen, drawn), (peer_open_ms, peer))


def report(activities: int, room: tuple[float, list[float], list[float]], peer: tuple[float, list[float]]) -> None:
    """Print both and the ratios."""
    open_ms, seen, drawn = room
    peer_open_ms, peer_seen = peer
    print(f"The review room in Chromium, {activities} activities     room     stock ipywidgets    ratio")
    rows = [
        ("opened", open_ms, peer_open_ms),
        ("an edit until it is seen, p50", statistics.median(seen), statistics.median(peer_seen)),
        ("an edit until it is seen, slowest", max(seen), max(peer_seen)),
    ]
    for name, ours, theirs in rows:
        print(f"  {name:44}{ours:8.0f} ms {theirs:12.0f} ms {theirs / ours:8.1f}")
    print(f"  drawing the three lists alone, p50          {statistics.median(drawn):8.0f} ms")
    print("The room's edits are saved on disk; the peer saves nothing.")


if __name__ == "__main__":
    main()
