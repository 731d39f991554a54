"""What a real kernel shows of a workspace: escaped tables with their mark, completions that help, errors in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.manager import KernelManager

import partnership_lib as plib
from partnership_lib.display.html import SAFE_MARK
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.material.views import questions, shown

Message = dict[str, Any]


class Kernel:
    """A kernel of its own that has opened the demo."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def run(self, code: str) -> Message:
        """What is shown of the last line, or the error."""
        answers: list[Message] = []
        reply = self.client.execute_interactive(code, timeout=240, output_hook=lambda m: answers.append(m["content"]))
        assert reply["content"]["status"] in ("ok", "error")
        return next((each for each in answers if "data" in each or "traceback" in each), {})

    def complete(self, code: str) -> list[str]:
        """What the Tab key offers at the end of a line."""
        reply = self.client.complete(code, len(code), reply=True, timeout=240)
        return [match.strip("'\"") for match in reply["content"]["matches"]]


@pytest.fixture(scope="module")
def kernel(demo_folder: Path) -> Iterator[Kernel]:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(demo_folder))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=240)
        kernel = Kernel(client)
        assert not kernel.run("import partnership_lib as plib\nws = plib.open()")
        yield kernel
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_workspace_shows_what_can_be_asked(kernel: Kernel) -> None:
    shown = kernel.run("ws")
    assert shown["metadata"]["partnership"] == SAFE_MARK
    assert "<code>ws.agreements</code>" in shown["data"]["text/html"]
    assert "ws.agreements[&quot;A-001&quot;]</code>" in shown["data"]["text/html"]
    assert shown["data"]["text/plain"].startswith("workspace Lindvalla kommun, as of 2026-09-15; ask for: agreements")


@pytest.mark.parametrize(
    ("line", "html", "plain"),
    [
        ("ws.agreements.in_force()", "Läsårsringen Sverige AB", r"^agreements: 40\n"),
        ('ws.agreement("A-001")', "Skoladministration", r"^A-001 Skoladministration \(in_force"),
        ("ws.activities.overdue()", "försenad", r"^activities: 15\n"),
        ("ws.records", "riskbedömning|risker", r"^records: organisations 63"),
        ("ws.ledger(2025)", "2\u00a0294 rader från 80 leverantörer", r"^ledger 2025: 2294 lines"),
        ("ws.cases", "hantverk", r"^cases: example"),
        ('ws.cases["skoladministration"]', "Betygssystem", "Skoladministration"),
        ('ws.agenda("A-001")', "Dagordning", "Dagordning"),
        ('ws.agenda("A-001").overview["overview"]', "<table", "minuter"),
    ],
)
def test_what_is_asked_for_is_shown_as_a_table_and_as_text(kernel: Kernel, line: str, html: str, plain: str) -> None:
    shown = kernel.run(line)
    assert re.search(html, shown["data"]["text/html"]), shown["data"]["text/html"][-3000:]
    assert re.search(plain, shown["data"]["text/plain"]), shown["data"]["text/plain"][:400]
    assert shown["metadata"]["partnership"] == SAFE_MARK


def test_the_tab_key_offers_what_an_analyst_asks_for(kernel: Kernel) -> None:
    offered = {each.rpartition(".")[2] for each in kernel.complete("ws.")}
    assert {"agreements", "ledger", "follow_up"} <= offered
    assert offered.isdisjoint({"content", "register", "warehouse", "ledger_folder"})
    kernel.run('school = ws.agreement("A-001"); report = ws.agenda("A-001"); agreements = ws.agreements')
    assert {"sign_offs", "risks", "spend"} <= {each.rpartition(".")[2] for each in kernel.complete("school.")}
    assert {"overview", "closing", "numbers"} <= {each.rpartition(".")[2] for each in kernel.complete("report.")}
    assert "A-001" in kernel.complete('agreements["A-0')


def test_a_wrong_name_ends_in_a_sentence(kernel: Kernel) -> None:
    told = kernel.run('ws.agreement("A-0001")')
    assert told["ename"] == "UsageError"
    assert told["traceback"][-1].splitlines()[-1].startswith("Avtalet A-0001 finns inte. Menade du A-001?")
    assert "Menade" not in "".join(kernel.run("1 / 0")["traceback"])  # other errors are told as ever


# --- without a kernel -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ws(demo_folder: Path) -> Workspace:
    return plib.open(demo_folder, language="en")


def test_what_somebody_has_typed_into_the_register_is_inert(ws: Workspace) -> None:
    from dataclasses import replace

    first = ws.content().activities[0]
    evil = replace(first, title="<script>alert(1)</script>", agreement_id="A-001")
    html = _view(ws, type(ws.activities).__mro__[1])(type(ws.activities)(ws, "activities", [evil])).source
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_every_question_in_the_table_of_contents_says_what_comes_back(ws: Workspace) -> None:
    told = dict(questions(ws))
    assert {"agreements", "follow_up(…)", "ledger", "check(…)"} <= told.keys()
    assert all(told.values())


def test_the_reader_gets_her_language(ws: Workspace) -> None:
    html = _view(ws, type(ws.ledger))(ws.ledger(2025)).source
    assert "The largest suppliers" in html


@pytest.mark.slow
def test_a_comparison_shows_its_answer_and_its_parts(ws: Workspace) -> None:
    comparison = ws.compare("example", quick=True)
    html = _view(ws, type(comparison))(comparison).source
    assert html.count("<section") == 2


def test_a_terminal_gets_text_that_can_be_read(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from partnership_lib.display.formatters import register_formatters

    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert register_formatters(ws.view("follow_up"), shown(ws))
    case = ws.case("example")
    data, _ = shell.display_formatter.format(case)
    assert data["text/plain"].splitlines()[0].strip() == case.name  # not the thousand fields of its own account
    data, _ = shell.display_formatter.format(ws.activities.overdue())
    assert max(map(len, data["text/plain"].splitlines())) < 200


def _view(ws: Workspace, kind: type) -> Callable[[Any], Any]:
    return shown(ws)[kind]
