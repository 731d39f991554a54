"""Run the proof and write its record: ``python tests/proof [--times N] [--soak [MINUTES]] [TARGET ...] [-- ...]``.

Without names every target is proven (the soak only with ``--soak``); with names those, and the rows of the others stay.
Ends with 1 when a target is not kept, and in CI also when one was not run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from proof_page import said
from proof_record import load, merged, save
from proof_reporting import FINDINGS
from proof_targets import BY_NAME, TARGETS, Target
from proof_verdict import NOT_KEPT, NOT_RUN, Row, read_notes, verdict

REPOSITORY = Path(__file__).resolve().parents[2]
RECORD = REPOSITORY / "docs" / "reliability-record.json"
# Long tests one at a time to whoever is free; a test that takes two hours is stuck.
PYTEST = ("-m", "pytest", "-n", "2", "--dist", "load", "--maxschedchunk", "1", "--timeout", "7200", "-p", "no:nbval")


def main() -> int:
    """Return the exit code."""
    asked = arguments()
    names = asked.targets or [target.name for target in TARGETS if not target.only_when_named]
    chosen = [BY_NAME[name] for name in dict.fromkeys([*names, *(["soak"] if asked.soak else [])])]
    counts = {"PARTNERSHIP_PROOF_TIMES": asked.times, "PARTNERSHIP_SOAK_MINUTES": asked.soak or 20}
    rows = prove(chosen, {name: str(value) for name, value in counts.items()}, asked.pytest)
    save(merged(load(asked.record), rows), asked.record)
    for row in rows:
        print(
            "TARGET",
            row["target"],
            said(row["found"]),
            *(f"control_{each}" for each in said(row["control"]).split()),
            end=": ",
        )
        print(row["verdict"], *row["why"], sep="\n    ")
    print(f"The record is {asked.record.with_suffix('.md')}")
    failing = [NOT_KEPT] if os.environ.get("CI") != "true" else [NOT_KEPT, NOT_RUN]
    return int(any(row["verdict"] in failing for row in rows))


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="run.py proof", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("targets", nargs="*", choices=[*BY_NAME, []], metavar="TARGET", help=" ".join(BY_NAME))
    parser.add_argument("--times", type=int, default=1, help="so many times the counts, for a night: 10")
    parser.add_argument(
        "--soak", nargs="?", const=20.0, type=float, metavar="MINUTES", help="also a day's work on one workspace, in 20"
    )
    parser.add_argument("--record", type=Path, default=RECORD, help="where the record is kept")
    known, rest = split(sys.argv[1:])
    asked = parser.parse_args(known)
    asked.pytest = rest
    return asked


def split(words: list[str]) -> tuple[list[str], list[str]]:
    """Return what stands before and after ``--``."""
    end = words.index("--") if "--" in words else len(words)
    return words[:end], words[end + 1 :]


def prove(targets: list[Target], counts: dict[str, str], options: list[str]) -> list[Row]:
    """Return what the tests of some targets find, at full counts."""
    marks = " or ".join(f'target(name="{target.name}")' for target in targets)
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes.jsonl"
        settings = {**os.environ, **counts, "PARTNERSHIP_PROOF": "1", FINDINGS: str(notes)}
        command = [sys.executable, *PYTEST, "-m", marks, *files_with_targets(), *options]
        subprocess.run(command, cwd=REPOSITORY, env=settings, check=False)
        found = read_notes(notes)
    return [verdict(target, found) for target in targets]


def files_with_targets() -> list[str]:
    """Return the files that have tests of a target: the others need not be read."""
    files = sorted((REPOSITORY / "tests").rglob("test_*.py"))
    return [str(file) for file in files if "mark.target(name=" in file.read_text(encoding="utf-8")]


if __name__ == "__main__":
    sys.exit(main())
