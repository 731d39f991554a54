"""A workspace of payloads, its published reports, a browser, and a server that counts who calls it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from canary import SECRET, Canary, counting_server
from hostile import hostile_ledger, municipality
from payloads import payloads
from playwright.sync_api import Browser, sync_playwright

from partnership_lib.reports import one_request, run_reports
from partnership_lib.reports.publish import PublishedReport
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.case_files import shipped_files

PROOF = os.environ.get("PARTNERSHIP_PROOF") == "1"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A running Chromium that calls nobody by itself."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    """A server on this machine that writes down every call, and a file that nobody may read."""
    file = tmp_path_factory.mktemp("canary") / "hemlig.txt"
    file.write_text(SECRET, encoding="utf-8")
    with counting_server(file) as found:
        yield found


@pytest.fixture(scope="session")
def texts(canary: Canary) -> dict[str, str]:
    """The payloads, by id, that call the canary and would read its file."""
    return payloads(canary.host, canary.file.as_uri())


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]) -> Workspace:
    """A municipality whose every text is a payload: register, ledger, case, rules."""
    from click.testing import CliRunner

    from partnership_lib.cli import main

    root = tmp_path_factory.mktemp("fientlig") / "kommun"
    workspace = municipality(root, texts.values())
    ledger = hostile_ledger(workspace, texts.values(), root / "fientlig.csv")
    brought = CliRunner().invoke(main, ["import", "ledger", str(ledger), "--workspace", str(root)])
    assert brought.exit_code == 0, brought.output
    _put_case(root, texts)
    (root / "data" / "consolidation.yaml").write_text(
        "draws: 2\nstability_draws: 2\nlargest_size: 3\nforms:\n"
        "- {name: merged, terms: {term_months: 36, option_months: [12]}}\nstarts: [2028-01-01]\n",
        encoding="utf-8",
    )
    return workspace


def _put_case(root: Path, texts: dict[str, str]) -> None:
    """Write a case, cheap to compute, with a payload in every name, text and source."""
    (example,) = (each for each in shipped_files("cases", ".yaml") if each.name == "example.yaml")
    case = yaml.safe_load(example.read_text(encoding="utf-8"))
    case["effort"] = {"paths": 256, "randomisations": 2, "points": 16, "seed": 1}
    hand = itertools.cycle(texts.values())

    def spoiled(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            coded = "name" if "distribution" in value else ""  # the name of an assumption is a code
            return {name: each if name == coded else spoiled(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [spoiled(each) for each in value]
        named = key in ("name", "question", "background", "note", "source", "supplier", "capability_source")
        return next(hand) if named and isinstance(value, str) else value

    written = yaml.safe_dump(spoiled(case), allow_unicode=True, sort_keys=False)
    (root / "data" / "cases" / "fientlig.yaml").write_text(written, encoding="utf-8")


ASKED = {
    "follow_up internal": ("follow_up", {"agreement": "A-001", "period": "2026-T2"}),
    "follow_up shared": (
        "follow_up",
        {"agreement": "A-001", "period": "2026-T2", "audience": "shared", "language": "en"},
    ),
}
ASKED_OF_THE_PROOF = {
    "spend internal": ("spend", {"period": "2026-T2"}),
    "minutes shared": ("minutes", {"agreement": "A-001", "audience": "shared"}),
    "portfolio internal": ("portfolio", {"period": "2026-T2"}),
    "agenda internal": ("agenda", {"agreement": "A-001"}),
    "agenda shared": ("agenda", {"agreement": "A-001", "audience": "shared"}),
    "minutes internal": ("minutes", {"agreement": "A-001"}),
    "comparison internal": ("comparison", {"case": "fientlig"}),
    "comparison shared": ("comparison", {"case": "fientlig", "audience": "shared"}),
    "consolidation internal": ("consolidation", {}),
    "outcome internal": ("outcome", {"agreement": "A-001", "period": "2026-T2"}),
    "outcome_programme internal": ("outcome_programme", {"period": "2026-T2"}),
}


@pytest.fixture(scope="session")
def published(hostile: Workspace) -> dict[str, PublishedReport]:
    """The published reports by kind and audience: some in daily tests, every kind and audience in the proof."""
    chosen = ASKED | (ASKED_OF_THE_PROOF if PROOF else {})
    requests = {name: one_request(hostile, kind, **values) for name, (kind, values) in chosen.items()}
    outcome = run_reports(hostile, list(requests.values()))
    assert outcome.failed == []
    by_key = {request.key: report for request, report in outcome.published}
    return {name: by_key[request.key] for name, request in requests.items()}
