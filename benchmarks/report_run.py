"""Published follow-up reports (HTML and PDF), against a shell loop over papermill and nbconvert plus the PDF step.

``python -m benchmarks.report_run --reports 4``
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import print_ratios, time_in_turn
from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.reports import choose_requests, run_reports
from partnership_lib.reports.catalogue import find_kind
from partnership_lib.workspace import open_workspace


def publish_ours(root: Path, count: int, workers: int) -> int:
    """Return how many reports `run_reports` published into a fresh folder of reports."""
    with tempfile.TemporaryDirectory(dir=root) as folder:
        copy = build_workspace(Path(folder))
        workspace = open_workspace(copy)
        outcome = run_reports(workspace, _follow_ups(workspace, count), workers=workers)
        return len(outcome.published)


def shell_loop(root: Path, count: int) -> int:
    """Return how many reports the papermill command, nbconvert and WeasyPrint made one after another."""
    workspace = open_workspace(root)
    notebook = find_kind("follow_up").notebook
    with tempfile.TemporaryDirectory() as folder:
        for request in _follow_ups(workspace, count):
            executed = Path(folder) / f"{request.agreement}.ipynb"
            source = Path(__file__).parents[1] / "notebooks" / notebook
            given = ["-r", "workspace", str(root), "-r", "agreement", str(request.agreement)]
            period = ["-r", "period", request.period.label]
            _run("papermill", str(source), str(executed), *given, *period, "-k", "python3")
            _run("jupyter", "nbconvert", "--to", "html", "--no-input", str(executed))
            page = executed.with_suffix(".html")
            _run("weasyprint", "--pdf-variant", "pdf/ua-1", str(page), str(page.with_suffix(".pdf")))
        return len(list(Path(folder).glob("*.pdf")))


def _run(program: str, *arguments: str) -> None:
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _follow_ups(workspace: object, count: int) -> list:  # type: ignore[type-arg]
    return [each for each in choose_requests(workspace, "due") if each.kind == "follow_up"][:count]


def build_workspace(root: Path) -> Path:
    """Return the root of a demo workspace made in `root`."""
    build_demo_workspace(root)
    return root


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        root = build_workspace(Path(folder) / "peer")
        results = time_in_turn(
            {
                "partnership run": lambda: publish_ours(Path(folder), options.reports, options.workers),
                "papermill + nbconvert + weasyprint, shell loop": lambda: shell_loop(root, options.reports),
            },
            options.rounds,
        )
    made = {answer for _, answer in results.values()}
    if made != {options.reports}:
        raise SystemExit(f"not every contender made {options.reports} reports: {results}")
    print_ratios(f"{options.reports} follow-up reports as HTML and PDF", results)


if __name__ == "__main__":
    main()
