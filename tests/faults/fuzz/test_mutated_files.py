"""D11, files: whatever is done to a clean file, it is taken or refused in words, and no row of a ledger is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.fuzz.child import given
from tests.faults.fuzz.readers import ALL, READERS
from tests.faults.fuzz.running import tried

pytestmark = pytest.mark.faults

PROOF = os.environ.get("PARTNERSHIP_PROOF") == "1"
GROUPS = [(name,) for name in ALL] if PROOF else [ALL[0::2], ALL[1::2]]
"""Readers that one child tries: starting a child costs as much as reading a few hundred files."""


@pytest.mark.target(name="D11")
@pytest.mark.parametrize("names", GROUPS, ids=lambda names: names[0])
def test_a_mutated_file_is_read_or_refused_in_words(
    names: tuple[str, ...], tmp_path: Path, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    count = rounds(15, 10_000)
    for tally in tried(names, count, tmp_path):
        print(tally)
        target(
            readers=1, files=tally.inputs, taken=tally.taken, refused=tally.refused, stopped=tally.stopped,
            escaped=len(tally.escapes), slowest_seconds=tally.slowest_seconds, peak_mib=float(tally.peak_mebibytes),
        )  # fmt: skip
        assert not tally.escapes, f"{tally.reader}: {len(tally.escapes)} escaped\n" + "\n".join(tally.escapes[:20])
        assert tally.inputs == count
        assert tally.slowest_seconds < 60 and tally.peak_mebibytes < 2_048
        assert tally.taken + tally.refused > count // 2, "most of it was stopped: this says nothing of the reader"
        if PROOF:
            assert tally.taken and tally.refused, "nothing was taken, or nothing refused: the files are all alike"


@pytest.mark.target(name="D11", control=True)
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("control careless", "KeyError"),
        ("control losing", "AssertionError"),
        ("control dying", "SIGKILL"),
        ("control hungry", "MemoryError"),
        ("control endless", "SIGPROF"),
    ],
)
def test_a_reader_with_a_fault_is_found(name: str, found: str, tmp_path: Path, target: Callable[..., None]) -> None:
    [tally] = tried([name], 2, tmp_path)
    target(escaped=len(tally.escapes))
    assert any(found in escape for escape in tally.escapes), tally


def test_what_dies_in_the_guard_is_counted_as_stopped(tmp_path: Path) -> None:
    [tally] = tried(["control dying in the guard"], 1, tmp_path)
    assert (tally.stopped, tally.escapes) == (1, [])


@pytest.mark.parametrize("name", ["ledger text", "answers", "case"])
def test_an_input_is_the_same_whenever_it_is_made(name: str) -> None:
    clean = dict.fromkeys(("a.csv", "b.csv"), b"x;y;z\n1;2;3\n" * 20)
    assert [given(name, n, clean) for n in range(30)] == [given(name, n, clean) for n in range(30)]
    assert len({given(name, n, clean)[1] for n in range(30)}) > 20
    assert name in READERS
