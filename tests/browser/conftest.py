"""One Chromium for the tests of a module, and axe-core beside it."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A running Chromium that calls nobody by itself."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def barriers() -> Callable[..., list[str]]:
    """What axe-core finds wrong on a page by the rules of WCAG 2.1 A and AA and its own best practices, a line each.

    Contrast is computed for every cell of every table and takes ten times as long as all else: only when asked for.
    """
    axe = Axe()

    def found(page: Page, *, contrast: bool = True) -> list[str]:
        rules = {"color-contrast": {"enabled": contrast}}
        answer = axe.run(page, options={"resultTypes": ["violations"], "preload": False, "rules": rules})
        return [
            f"{rule['id']} ({rule['impact']}): {node['html'][:160]}"
            for rule in answer.response["violations"]
            for node in rule["nodes"]
        ]

    return found
