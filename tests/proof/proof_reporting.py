"""The tests' side of the proof: the fixture by which a test says what it found, and the file that takes it down.

The file is named by PARTNERSHIP_PROOF_FINDINGS: one line of JSON for each test that belongs to a target, when it is
chosen and when it has ended. So a test that never ended is seen as well as one that failed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from proof_targets import BY_NAME

FINDINGS = "PARTNERSHIP_PROOF_FINDINGS"


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Say what was found: ``target(kills=1_000, lost=0)``, as often as there is something to say.

    Whole numbers are counts and add up over the tests of a target, of decimals the largest is kept, words are listed.
    What begins with ``control_`` is what happened where the protection was off, and may not be nought.
    """
    marks = list(request.node.iter_markers("target"))
    assert marks, 'the test belongs to no target: mark it with @pytest.mark.target(name="D1")'

    def found(**values: int | float | str) -> None:
        for mark in marks:
            said = " ".join(f"{name}={value}" for name, value in values.items())
            print(f"TARGET {mark.kwargs['name']}{' control' if mark.kwargs.get('control') else ''} {said}")
        request.node.user_properties.append(("found", values))

    return found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Check the marks; note which tests were chosen, in one of the processes that share them."""
    for item in items:
        for mark in item.iter_markers("target"):
            if mark.args or mark.kwargs.get("name") not in BY_NAME:
                raise pytest.UsageError(f"{item.nodeid}: target(name=...) must be one of {', '.join(BY_NAME)}")
            item.user_properties.append(("target", [mark.kwargs["name"], bool(mark.kwargs.get("control"))]))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note which tests were chosen, in one of the processes that share them."""
    if getattr(session.config, "workerinput", {"workerid": "gw0"})["workerid"] == "gw0":
        for item in session.items:
            _note(item.nodeid, item.user_properties, "begun", "")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how a test has ended; with several processes this is called in the one that leads them too."""
    if "PYTEST_XDIST_WORKER" not in os.environ and (report.when == "call" or not report.passed):
        why = str(report.longrepr[2]) if report.skipped and isinstance(report.longrepr, tuple) else ""
        _note(report.nodeid, report.user_properties, report.outcome, why)


def _note(test: str, properties: Iterable[tuple[str, Any]], outcome: str, why: str) -> None:
    said = list(properties)
    targets = [value for name, value in said if name == "target"]
    if not targets or FINDINGS not in os.environ:
        return
    line = {"test": test, "targets": targets, "outcome": outcome, "why": why}
    line["found"] = [value for name, value in said if name == "found"]
    with open(os.environ[FINDINGS], "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
