"""The proof's own verdict: a target is kept only when all of it ran, enough of it, and its control was seen to fail."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from proof_page import page
from proof_record import load, merged
from proof_targets import BY_NAME, TARGETS, Target
from proof_verdict import read_notes, through, verdict

PROMISE = Target("D1", "nothing is lost", {"kills": 10}, ("lost",))


def note(
    outcome: str = "passed", *, control: bool = False, test: str = "t.py::test_it", **found: Any
) -> dict[str, Any]:
    return {"test": test, "targets": [["D1", control]], "outcome": outcome, "why": "no disk", "found": [found]}


SEEN_TO_FAIL = note(control=True, lost=4)


def test_a_target_is_kept_when_enough_was_tried_nothing_happened_and_the_control_lost_something() -> None:
    row = verdict(PROMISE, [note(kills=4, lost=0), note(kills=6, lost=0), SEEN_TO_FAIL])
    assert row == {
        "target": "D1", "found": {"kills": 10, "lost": 0}, "control": {"lost": 4}, "verdict": "kept", "why": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("notes", "answer", "why"),
    [
        ([note(kills=10, lost=1), SEEN_TO_FAIL], "NOT kept", "lost=1"),
        ([note("failed", kills=10, lost=0), SEEN_TO_FAIL], "NOT kept", "test_it: failed"),
        ([note(kills=10, lost=0)], "NOT kept", "no control has been seen to fail"),
        ([note(kills=10, lost=0, control_lost=0)], "NOT kept", "control lost=0: the fault is not seen"),
        ([note(kills=9, lost=0), SEEN_TO_FAIL], "NOT RUN", "kills: 9 of 10"),
        ([note(kills=10), SEEN_TO_FAIL], "NOT RUN", "lost was not counted"),
        ([note(kills=10, lost=0), note("skipped"), SEEN_TO_FAIL], "NOT RUN", "test_it: skipped, no disk"),
        ([note(kills=10, lost=0), note("begun"), SEEN_TO_FAIL], "NOT RUN", "test_it: did not end"),
        ([SEEN_TO_FAIL], "NOT RUN", "no test has said anything"),
        ([], "NOT RUN", "no test has said anything"),
    ],
)
def test_a_target_is_not_kept_or_not_run_and_says_why(notes: list[dict[str, Any]], answer: str, why: str) -> None:
    row = verdict(PROMISE, notes)
    assert row["verdict"] == answer
    assert why in row["why"]


def test_a_test_that_failed_when_it_was_tidied_up_has_failed(tmp_path: Path) -> None:
    file = tmp_path / "notes.jsonl"
    file.write_text("".join(json.dumps(note(each)) + "\n" for each in ("begun", "passed", "failed")), encoding="utf-8")
    assert [each["outcome"] for each in read_notes(file)] == ["failed"]
    assert read_notes(tmp_path / "nothing.jsonl") == []


def test_a_page_shows_every_target_also_those_that_nobody_has_run() -> None:
    record = merged({}, [verdict(PROMISE, [note(kills=10, lost=1), SEEN_TO_FAIL])], 1)
    record = merged(record, [verdict(PROMISE, [note(kills=10, lost=0), SEEN_TO_FAIL]) | {"target": "D2"}], 1)
    shown = page(record)
    assert f"**Of {len(TARGETS)} targets 1 kept, 1 NOT kept, {len(TARGETS) - 2} NOT RUN.**" in shown
    assert "kills=10 lost=1 | lost=4 | **NOT kept** |" in shown
    assert "- **D1** NOT kept: lost=1" in shown
    assert "- **T23** NOT RUN: it has never been run" in shown


def test_a_page_says_how_many_minutes_each_run_took_and_for_how_many_targets() -> None:
    row = verdict(PROMISE, [note(kills=10, lost=0), SEEN_TO_FAIL])
    record = merged({}, [row, row | {"target": "D2"}], 12.34)
    record = merged(record, [row | {"target": "D2"}], 0.5)
    shown = page(record)
    assert "\n1. 12.3 min for 2 of the targets, here D1; " in shown
    assert "\n2. 0.5 min for 1 of the targets, here D2; " in shown


def test_a_target_is_through_when_each_of_its_tests_has_ended() -> None:
    ended = [note(kills=10, lost=0), note("failed", test="t.py::test_other"), SEEN_TO_FAIL]
    assert through([PROMISE], ended) == [PROMISE]
    assert through([PROMISE], [*ended, note("begun", test="t.py::test_third")]) == []
    assert through([PROMISE], []) == []


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
def test_a_proof_that_is_ended_before_its_time_records_what_was_through_and_leaves_nothing_running(
    repository: Path, tmp_path: Path
) -> None:
    record, around = tmp_path / "record.json", os.environ | {"TMPDIR": str(tmp_path)}
    # In one process T17's quick tests come first; T18's have reports to make that take much longer.
    command = [sys.executable, repository / "tests" / "proof", "T17", "T18", "--record", record, "--", "-n", "0"]
    proof = subprocess.Popen(command, env=around, stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 200
        while not any(through([BY_NAME["T17"]], read_notes(notes)) for notes in tmp_path.glob("*/notes.jsonl")):
            assert proof.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        proof.send_signal(signal.SIGTERM)
        said, _ = proof.communicate(timeout=100)
    assert proof.returncode == 130, said
    assert "ENDED BEFORE ITS TIME, not proven: T18" in said
    rows = load(record)
    assert [(name, row["verdict"]) for name, row in rows.items()] == [("T17", "kept")]
    assert float(rows["T17"]["on"]["minutes"]) > 0
    assert working_in(tmp_path) == []


def working_in(folder: Path) -> list[str]:
    """Return the programs that run with a folder for their temporary files."""
    found, wanted = [], f"TMPDIR={folder}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().decode(errors="replace"))
        except OSError:
            continue  # it has ended, or is somebody else's
    return found


def test_the_page_in_the_docs_is_the_one_of_its_record(repository: Path) -> None:
    file = repository / "docs" / "reliability-record.json"
    assert file.with_suffix(".md").read_text(encoding="utf-8") == page(load(file)), "run the proof, or save the record"
