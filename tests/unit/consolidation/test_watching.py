"""What stands between the solver and the person who waits: its own prints do not reach the answer."""

from __future__ import annotations

import ctypes
import sys

import pytest

from partnership_lib.consolidation.solving.watching import Watch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="prints through the C library of Unix")


def stray_print() -> str:
    """Print as the solver does: from C, into its buffer."""
    ctypes.CDLL(None).printf(b"a line of the solver\n")
    return "solved"


def test_what_the_solver_prints_goes_to_standard_error_and_the_answer_to_standard_output(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert Watch().run(stray_print) == "solved"
    print("answer", flush=True)
    told = capfd.readouterr()
    assert told.out == "answer\n"
    assert "a line of the solver" in told.err


def test_without_the_watch_the_line_does_reach_the_answer(capfd: pytest.CaptureFixture[str]) -> None:
    stray_print()
    ctypes.CDLL(None).fflush(None)
    assert "a line of the solver" in capfd.readouterr().out
