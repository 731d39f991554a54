"""Keeps what the solver prints by itself out of the answer: standard output is for the answer alone."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_OUT, _ERR = 1, 2


@contextmanager
def stray_prints_to_stderr() -> Iterator[None]:
    """Let everything that the process writes to standard output go to standard error meanwhile.

    HiGHS prints a line of its own when it solves a part of a problem again, whatever its options say; in the answer
    for machines that line would not be JSON. Without an output of its own (a service, a window) nothing is done.
    """
    try:
        kept = os.dup(_OUT)
    except OSError:
        yield
        return
    try:
        with suppress(OSError):
            os.dup2(_ERR, _OUT)
        yield
    finally:
        _flush()
        os.dup2(kept, _OUT)
        os.close(kept)


def _flush() -> None:
    """Write out what waits in the buffers of C: after this it would go to standard output."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).fflush(None)
