"""Run the proof and write its record: ``python tests/proof [--times N] [--soak [MINUTES]] [TARGET ...] [-- ...]``.

Without names every target is proven (the soak only with ``--soak``); with names those, and the rows of the others stay.
Ends with 1 when a target is not kept, and in CI also when one was not run. Ended before its time (Ctrl-C, SIGTERM, the
system's ``timeout``) it records the targets whose tests had all ended, and ends with 130.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from proof_page import said
from proof_record import load, merged, save
from proof_reporting import FINDINGS
from proof_targets import BY_NAME, TARGETS, Target
from proof_verdict import NOT_KEPT, NOT_RUN, read_notes, through, verdict

REPOSITORY = Path(__file__).resolve().parents[2]
RECORD = REPOSITORY / "docs" / "reliability-record.json"
# Long tests one at a time to whoever is free; a test that takes two hours is stuck. What took long is told at the end.
SHARED = ("-n", "2", "--dist", "load", "--maxschedchunk", "1")
PYTEST = ("-m", "pytest", *SHARED, "--timeout", "7200", "--durations", "25", "-p", "no:nbval")


def main() -> int:
    """Return the exit code."""
    asked = arguments()
    names = asked.targets or [target.name for target in TARGETS if not target.only_when_named]
    chosen = [BY_NAME[name] for name in dict.fromkeys([*names, *(["soak"] if asked.soak else [])])]
    counts = {"PARTNERSHIP_PROOF_TIMES": asked.times, "PARTNERSHIP_SOAK_MINUTES": asked.soak or 20}
    begun = time.monotonic()
    notes, is_whole = prove(chosen, {name: str(value) for name, value in counts.items()}, asked.pytest)
    shown = chosen if is_whole else through(chosen, notes)
    rows = [verdict(target, notes) for target in shown]
    save(merged(load(asked.record), rows, (time.monotonic() - begun) / 60), asked.record)
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
    if not is_whole:
        print("ENDED BEFORE ITS TIME, not proven:", *(target.name for target in chosen if target not in shown))
        return 130
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


def prove(targets: list[Target], counts: dict[str, str], options: list[str]) -> tuple[list[dict[str, Any]], bool]:
    """Return what the tests of some targets noted at full counts, and whether they were let run to their end."""
    marks = " or ".join(f'target(name="{target.name}")' for target in targets)
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes.jsonl"
        settings = {**os.environ, **counts, "PARTNERSHIP_PROOF": "1", FINDINGS: str(notes)}
        command = [sys.executable, *PYTEST, "-m", marks, *files_with_targets(), *options]
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # also when it was started in the background
        # Of a session of its own, so that Ctrl-C does not reach the tests before their notes have been read: a test
        # that fails because its processes were interrupted has shown nothing.
        tests = subprocess.Popen(command, cwd=REPOSITORY, env=settings, start_new_session=True)
        try:
            tests.wait()
            return read_notes(notes), True
        except KeyboardInterrupt:
            found = read_notes(notes)
            end(tests)
            return found, False


def end(tests: subprocess.Popen[bytes]) -> None:
    """End the tests and what they have started: asked first, so that they stop their servers."""
    for wanted, patience in ((signal.SIGINT, 60), (signal.SIGKILL, 10)):
        try:
            os.killpg(tests.pid, wanted)
            tests.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            return


def files_with_targets() -> list[str]:
    """Return the files that have tests of a target: the others need not be read."""
    files = sorted((REPOSITORY / "tests").rglob("test_*.py"))
    return [str(file) for file in files if "mark.target(name=" in file.read_text(encoding="utf-8")]


if __name__ == "__main__":
    sys.exit(main())
