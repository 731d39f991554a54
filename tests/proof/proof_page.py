"""The record as a page: one line for each target, what was not kept or not run said first."""

from __future__ import annotations

from typing import Any

from proof_targets import TARGETS
from proof_verdict import KEPT, NOT_RUN, Value

HEAD = """# What was proven

Written by `python3 run.py proof`, which makes each fault happen on purpose and counts what came of it; how to run it
again, or a part of it, stands in [development](development.md). *Wanted* is the promise, *found* what was counted.
*Control* is what the same fault does where the protection is off: where it does nothing the test is blind, and the
target is not called kept. In brackets: what it was run with, listed below."""
NEVER = {"verdict": NOT_RUN, "why": ["it has never been run"], "found": {}, "control": {}, "date": "never", "on": None}


def page(record: dict[str, Any]) -> str:
    """Return the page of a record."""
    rows = [(target, record.get(target.name, NEVER)) for target in TARGETS]
    runs: list[dict[str, str]] = []
    for _, row in rows:
        if row["on"] is not None and row["on"] not in runs:
            runs.append(row["on"])
    lines = ["| target | wanted | found | control | | shown |", "|---|---|---|---|---|---|"]
    for target, row in rows:
        answer = row["verdict"] if row["verdict"] == KEPT else f"**{row['verdict']}**"
        shown = row["date"] if row["on"] is None else f"{row['date']} [{runs.index(row['on']) + 1}]"
        lines.append(_line(target.name, target.wanted, said(row["found"]), said(row["control"]), answer, shown))
    parts = [HEAD, _in_short([row for _, row in rows]), "\n".join(lines), *_reasons(rows), *_run_with(runs, rows)]
    return "\n\n".join(parts) + "\n"


def said(values: dict[str, Value]) -> str:
    """Return counts in words.

    >>> said({"kills": 1_000, "lost": 0, "p99_ms": 7.25})
    'kills=1000 lost=0 p99_ms=7.2'
    """
    return " ".join(
        f"{name}={value:.1f}" if isinstance(value, float) else f"{name}={value}" for name, value in values.items()
    )


def _line(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _in_short(rows: list[dict[str, Any]]) -> str:
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in ("kept", "NOT kept", "NOT RUN")}
    return f"**Of {len(rows)} targets {', '.join(f'{count} {verdict}' for verdict, count in counts.items())}.**"


def _reasons(rows: list[tuple[Any, dict[str, Any]]]) -> list[str]:
    reasons = [f"- **{target.name}** {row['verdict']}: {'; '.join(row['why'])}" for target, row in rows if row["why"]]
    return ["## What is missing", "\n".join(reasons)] if reasons else []


def _run_with(runs: list[dict[str, str]], rows: list[tuple[Any, dict[str, Any]]]) -> list[str]:
    """Return what each run took and was run with; a run may have proven more than is still shown of it."""
    beside = ("machine", "ended", "minutes", "proven")
    lines = []
    for number, run in enumerate(runs, start=1):
        programs = ", ".join(f"{name} {value}" for name, value in run.items() if name not in beside)
        targets = " ".join(target.name for target, row in rows if row["on"] == run)
        took = f"{run['minutes']} min for {run['proven']} of the targets, here {targets}"
        lines.append(f"{number}. {took}; {run['machine']}; {programs}")
    return ["## Run with", "\n".join(lines)] if lines else []
