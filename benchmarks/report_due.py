"""A night with nothing due, and the list of reports: with 2,500 agreements, each with two published reports.

``python -m benchmarks.report_due --agreements 2500`` prints how long ``partnership run --due`` takes from its start to
its end as a process of its own, how much of that Python and the program need to start (``partnership --version``), and
how long the list of all reports takes to write, and its size.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from benchmarks.timing import compile_as_installed, print_ratios, time_in_turn
from partnership_lib.domain import Agreement, AgreementKind, Organisation, Party, Record, RequirementType
from partnership_lib.register.connect import transaction
from partnership_lib.register.schema import REPORT_RUN
from partnership_lib.reports import choose_requests, write_index
from partnership_lib.reports.look import quick_look, remember
from partnership_lib.reports.manifest import MANIFEST, Manifest, describe_outputs
from partnership_lib.reports.outcome import RunOutcome
from partnership_lib.reports.publish import PublishedReport
from partnership_lib.reports.request import ReportRequest
from partnership_lib.workspace import Workspace, open_workspace

SETTINGS = '[workspace]\nname = "Prov"\nas_of = 2026-09-15\n[reports]\nsince = 2026-01-01\n'
FILES = ("report.html", "report.pdf", "data.xlsx", "findings.json", *(f"data/table_{n}.csv" for n in range(10)))


def build(root: Path, agreements: int) -> Workspace:
    """Return a workspace in which every agreement has a rhythm and the reports of both closed tertials of the year."""
    (root / "partnership.toml").write_text(SETTINGS, encoding="utf-8")
    workspace = open_workspace(root)
    workspace.register.save(_records(agreements), actor="system:benchmark")
    look = quick_look(workspace)
    outcome = RunOutcome(identical=list(_publish(workspace, choose_requests(workspace, "all"))))
    remember(workspace, look, outcome)
    return workspace


def _records(agreements: int) -> Iterator[Record]:
    yield Organisation(id="O-1", name="Prov", party=Party.BUYER)
    yield Organisation(id="O-2", name="Bolag", party=Party.SUPPLIER)
    for number in range(agreements):
        yield Agreement(
            id=f"A-{number:04}",
            name=f"Avtal {number}",
            buyer_id="O-1",
            supplier_id="O-2",
            kind=AgreementKind.CONTRACT,
            requirement_type=RequirementType.FUNCTIONAL,
            category="72000000",
            start_date=date(2024, 1, 1),
            report_rhythm="tertial",
        )


def _publish(
    workspace: Workspace, requests: Iterable[ReportRequest]
) -> Iterator[tuple[ReportRequest, PublishedReport]]:
    """Yield the reports after they were put where runs leave them, without their being made."""
    rows = []
    for request in requests:
        path = f"published/{request.slug}/1-00000000"
        folder = workspace.reports_folder / path
        (folder / "data").mkdir(parents=True)
        for name in FILES:
            (folder / name).write_text(name, encoding="utf-8")
        facts = {
            "key": request.key,
            "version": 1,
            "as_of": "2026-09-15",
            "data_hash": "0",
            "outputs": describe_outputs(folder),
        }
        (folder / MANIFEST).write_text(Manifest(facts, {}).as_text(), encoding="utf-8")
        state = {"state": "published", "token": 1, "attempts": 1, "path": path, "finished_at": "2026-09-15T05:30:00Z"}
        rows.append({"key": request.key, "input_hash": "0", **state})
        yield request, PublishedReport(folder)
    with transaction(workspace.register.engine) as connection:
        connection.execute(sa.insert(REPORT_RUN), rows)


def _start(root: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "partnership_lib.cli", *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def main(arguments: list[str] | None = None) -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agreements", type=int, default=2_500)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    compile_as_installed()
    with tempfile.TemporaryDirectory() as folder:
        workspace = build(Path(folder), chosen.agreements)
        started = time.process_time()
        index = write_index(workspace)
        print(f"the list: {time.process_time() - started:.2f} s of computing, {index.stat().st_size / 2**20:.1f} MB")
        contenders = {
            "partnership --version": lambda: _start(workspace.root, "--version"),
            f"partnership run --due, {chosen.agreements} agreements": lambda: _start(workspace.root, "run", "--due"),
        }
        results = time_in_turn(contenders, chosen.rounds)
        answer = next(reversed(results.values()))[1]
        assert str(chosen.agreements + 1) in "".join(letter for letter in answer if letter.isalnum()), answer
        print_ratios("a run with nothing due, as a process of its own", results)


if __name__ == "__main__":
    main()
