"""Makes the pairs of pictures that show what a change of the visual language did: before to the left, after beside it.

``python docs/site/look.py take FOLDER`` takes one picture of each view with the program that is on the path, which may
be an older checkout; ``python docs/site/look.py pair BEFORE AFTER`` sets two such folders side by side into
``docs/images``. It needs what ``pictures.py`` needs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pictures
from PIL import Image
from playwright.sync_api import sync_playwright

REPORT = ("follow_up", "--agreement", "A-001", "--period", "2026-T2")
WIDTH, HEIGHT, NARROW = 1280, 900, 320
SHOWN_SHARE = 0.5
"""The pairs are half as large as the screen: enough to compare by, small enough for a page."""
GAP = 24
COLOURS = 96  # and those that are rare on a page, a red or a green, are among them
PICTURES = {
    "report": "look_report.png",
    "report_narrow": "look_report_narrow.png",
    "paper": "look_paper.png",
    "report_list": "look_report_list.png",
    "review_room": "look_review_room.png",
    "what_if_room": "look_what_if_room.png",
}


def take(folder: Path) -> None:
    """Take a picture of every view."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        studio = pictures.Studio(pictures.launched(playwright), Path(place))
        pictures.run("report", *REPORT, at=studio.demo)
        pictures.run("run", "--due", at=studio.demo)
        _take_pages(studio, folder)
        _take_paper(studio, folder)
        _take_rooms(studio, folder)


def _take_pages(studio: pictures.Studio, folder: Path) -> None:
    report = pictures.published(studio.demo, "follow_up", "report.html", "A-001")
    for name, file, width in (
        ("report", report, WIDTH),
        ("report_narrow", report, NARROW),
        ("report_list", studio.demo / "reports" / "index.html", WIDTH),
    ):
        (folder / f"{name}.png").write_bytes(studio.page_of(file, HEIGHT, width))


def _take_paper(studio: pictures.Studio, folder: Path) -> None:
    pdf = pictures.published(studio.demo, "follow_up", "report.pdf", "A-001")
    first = ("-r", "110", "-png", "-f", "1", "-l", "1", "-singlefile")
    subprocess.run(["pdftoppm", *first, pdf, folder / "paper"], check=True)  # noqa: S607


def _take_rooms(studio: pictures.Studio, folder: Path) -> None:
    with pictures.room(studio.demo, "review", "A-001") as (address, _):
        page = pictures.begin(studio.visit(address), pictures.OWNER)
        page.locator(".row").nth(1).click()
        page.wait_for_timeout(500)
        page.screenshot(path=folder / "review_room.png")
    with pictures.room(studio.demo, "what-if", "skoladministration") as (address, _):
        page = studio.visit(address)
        page.wait_for_selector(".what-if-verdict")
        page.wait_for_timeout(3_000)
        page.screenshot(path=folder / "what_if_room.png")


def pair(before: Path, after: Path) -> None:
    """Set the pictures of two folders side by side."""
    for name, picture in PICTURES.items():
        both = [Image.open(folder / f"{name}.png").convert("RGB") for folder in (before, after)]
        shown = [
            each.resize([round(side * SHOWN_SHARE) for side in each.size], Image.Resampling.LANCZOS) for each in both
        ]
        joined = Image.new(
            "RGB", (sum(each.width for each in shown) + GAP, max(each.height for each in shown)), "white"
        )
        joined.paste(shown[0], (0, 0))
        joined.paste(shown[1], (shown[0].width + GAP, 0))
        few = joined.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(pictures.IMAGES / picture, optimize=True)


if __name__ == "__main__":
    what, *folders = sys.argv[1:]
    pair(*map(Path, folders)) if what == "pair" else take(*map(Path, folders))
