"""The review room in two tabs of one browser on one activity: no second save writes over the first in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.domain import Activity
from partnership_lib.review.launcher import Room, running_room
from partnership_lib.workspace import open_workspace

expect.set_options(timeout=20_000)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OWNER, ACTIVITY = "P-002", "A-001-102"
FIRST, SECOND = "Skriven i den första fliken", "Skriven i den andra fliken"
OPENS_THE_ROOM = """
from partnership_lib.review.meeting.opening import open_meeting
open_meeting("..", "A-001", "sv")
"""
WITHOUT_THE_CHECK = """
from dataclasses import replace
from partnership_lib.register import store

planned_changes = store.planned_changes

def of_any_version(rows, records):
    stood = {key: row["version"] for key, row in rows.stored.items() if row}
    return planned_changes(rows, [replace(each, version=stood.get((type(each), each.id), 0)) for each in records])

store.planned_changes = of_any_version
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    build_demo_workspace(tmp_path)
    return tmp_path


@contextmanager
def two_tabs(browser: Browser, root: Path, *cells: str) -> Iterator[tuple[Page, Page]]:
    """Yield two tabs of one browser, in each the form of the same activity, filled in but not saved."""
    notebook = root / "notebooks" / "rum.ipynb"
    notebook.parent.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells]), notebook)
    with running_room(Room(notebook, "sv")) as room:
        context = browser.new_context(locale="sv-SE", timezone_id="Europe/Stockholm")
        context.set_default_timeout(20_000)
        tabs = (context.new_page(), context.new_page())
        for tab, words in zip(tabs, (FIRST, SECOND), strict=True):
            tab.goto(room.address, wait_until="commit")
            tab.wait_for_selector(".review-room .row", timeout=60_000)
            tab.get_by_role("dialog").get_by_label("Namn").select_option(OWNER)
            tab.get_by_role("button", name="Börja mötet").click()
            tab.locator(".row", has_text=title(root)).click()
            tab.locator(".panel").get_by_role("button", name="Ändra").click()
            tab.locator(".panel").get_by_label("Aktivitet", exact=True).fill(words)
        yield tabs
        context.close()


def title(root: Path) -> str:
    """Return what the activity is called in the register."""
    workspace = open_workspace(root)
    found = workspace.content().find(Activity, ACTIVITY)
    workspace.register.engine.dispose()
    assert found is not None
    return found.title


def save(tab: Page) -> None:
    tab.locator(".panel").get_by_role("button", name="Spara ändringen").click()


def said_saved(tab: Page) -> None:
    expect(tab.locator(".foot [role=status]")).to_contain_text("är ändrad")


@pytest.mark.target(name="D8")
def test_the_second_tab_is_told_and_shown_both_texts_and_neither_is_lost(
    browser: Browser, root: Path, target: Callable[..., None]
) -> None:
    with two_tabs(browser, root, OPENS_THE_ROOM) as (first, second):
        save(first)
        said_saved(first)
        save(second)
        dialog = second.get_by_role("dialog")
        expect(dialog).to_contain_text(FIRST)
        expect(dialog).to_contain_text(SECOND)
        expect(dialog).to_contain_text("Maria Sandelin")
        expect(second.locator(".foot [role=alert]")).to_contain_text("INTE SPARAT")
        target(second_tabs=1, lost=int(title(root) != FIRST), untold=0)
        assert title(root) == FIRST
        dialog.get_by_role("textbox").fill(f"{FIRST} och {SECOND}")
        dialog.get_by_role("button", name="Spara valet").click()
        said_saved(second)
        assert title(root) == f"{FIRST} och {SECOND}"


@pytest.mark.target(name="D8", control=True)
def test_the_control_without_the_check_of_versions_the_first_tabs_text_is_gone(
    browser: Browser, root: Path, target: Callable[..., None]
) -> None:
    with two_tabs(browser, root, WITHOUT_THE_CHECK, OPENS_THE_ROOM) as (first, second):
        save(first)
        said_saved(first)
        assert title(root) == FIRST
        save(second)
        said_saved(second)
        target(lost=int(title(root) == SECOND))
        assert title(root) == SECOND
