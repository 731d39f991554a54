"""What every test may ask for: the repository, real public data, a browser, and how hard to try."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parents[1]
PROOF = os.environ.get("PARTNERSHIP_PROOF") == "1"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# Figures are drawn without a screen, also in the processes that the tests start.
os.environ.setdefault("MPLBACKEND", "Agg")

settings.register_profile("fast", max_examples=50, deadline=None)
settings.register_profile("proof", max_examples=2_000, deadline=None)
settings.load_profile("proof" if PROOF else "fast")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top folder of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of real public data beside the checkout; the test is skipped where it is missing."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real public data (../shared/data) is not on this machine")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a real Chromium; the test is skipped, loudly, where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


@pytest.fixture(scope="session")
def rounds() -> Callable[[int, int], int]:
    """How often to repeat: ``rounds(3, 300)`` is 3 in daily tests and 300 under ``run.py proof``."""
    return lambda daily, proof: proof if PROOF else daily


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested for want of a browser."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "no Chromium" in str(report.longrepr)]
    if skipped:
        terminalreporter.section("NOT TESTED IN A BROWSER", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} browser tests were skipped: there is no Chromium on this machine.")
