"""Outside files are read in a child process with limits on memory, processor time and written bytes."""

from __future__ import annotations

import errno
import logging
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from partnership_lib.errors import InputError, PartnershipError, StorageError

Result = TypeVar("Result")
_LOG = logging.getLogger(__name__)
_CHILD = Path(__file__).with_name("guarded_child.py")
GIBIBYTE = 2**30
WATCHED_SECONDS = 0.3
HANGS_AFTER = 10
"""On a busy machine a second of work takes several by the clock; after so many times as long the child hangs."""

# Memory pools and thread teams that reserve address space in advance would eat the child's limit.
_FRUGAL = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


def run_guarded(
    function: Callable[..., Result],
    *args: Any,
    file: str | Path | None = None,
    seconds: float = 60.0,
    memory_bytes: int = 2 * GIBIBYTE,
    written_bytes: int = 16 * GIBIBYTE,
    watch: Callable[[], None] | None = None,
) -> Result:
    """Return ``function(*args)`` as computed in a child process that may die without harm to this one.

    Parameters
    ----------
    function : callable
        A function at the top of an importable module; arguments and result must be picklable.
    file : str or Path, optional
        The file that errors name; the first `Path` among the arguments unless given.
    seconds, memory_bytes, written_bytes
        Limits of the child: processor time, address space, size of any file it writes; on Windows only the time by
        the clock is limited.
    watch : callable, optional
        Called a few times a second while the child works.

    Raises
    ------
    PartnershipError
        Whatever `function` raised of our own family, with its values.
    InputError
        ``reader_out_of_memory``, ``reader_timeout``, ``reader_died``, ``reader_failed`` or ``file_unreadable``.
    StorageError
        ``disk_full``: the child could not write its result.
    """
    if function.__module__ == "__main__":
        raise ValueError("a guarded function must live in an importable module, not in __main__")
    limits = {"memory_bytes": memory_bytes, "written_bytes": written_bytes, "seconds": int(seconds) + 1}
    job = pickle.dumps((sys.path, limits, pickle.dumps((function, args))))
    name = str(file) if file is not None else next((str(arg) for arg in args if isinstance(arg, Path)), "")
    answer, exit_status = _ask_child(job, name, seconds, watch)
    if exit_status == -getattr(signal, "SIGXCPU", 0) != 0:
        raise InputError("reader_timeout", file=name, seconds=round(seconds))
    if exit_status != 0 or not answer:
        raise InputError("reader_died", file=name, signal=_signal_name(exit_status))
    outcome, value = pickle.loads(answer)
    if outcome == "failure":
        raise _as_error(value, name, memory_bytes)
    return value


def _ask_child(job: bytes, name: str, seconds: float, watch: Callable[[], None] | None) -> tuple[bytes, int]:
    with subprocess.Popen(
        [sys.executable, "-P", str(_CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | _FRUGAL
    ) as child:
        try:
            answer = _wait(child, job, HANGS_AFTER * seconds, watch)
        except subprocess.TimeoutExpired as error:
            raise InputError("reader_timeout", file=name, seconds=round(HANGS_AFTER * seconds)) from error
        finally:
            child.kill()
    return answer, child.returncode


def _wait(child: subprocess.Popen[bytes], job: bytes, seconds: float, watch: Callable[[], None] | None) -> bytes:
    """Return the child's answer; it may be asked again and again until the time by the clock is over."""
    end = time.monotonic() + seconds
    given: bytes | None = job
    while True:
        left = end - time.monotonic()
        try:
            return child.communicate(given, timeout=min(left, WATCHED_SECONDS) if watch else left)[0]
        except subprocess.TimeoutExpired:
            if watch is None or end <= time.monotonic():
                raise
            watch()
            given = None


def _as_error(failure: dict[str, Any], name: str, memory_bytes: int) -> PartnershipError:
    """Return what went wrong in the child as one of our own errors."""
    _LOG.debug("the guarded reader of %s failed:\n%s", name, failure["traceback"])
    if failure["error"] is not None:
        error: PartnershipError = pickle.loads(failure["error"])
        return error
    if failure["memory"]:
        return InputError("reader_out_of_memory", file=name, limit_mb=memory_bytes // 2**20)
    if failure["errno"] in (errno.ENOSPC, errno.EFBIG):
        return StorageError("disk_full", file=name, reason=failure["reason"])
    if failure["errno"] is not None:
        return InputError("file_unreadable", file=failure["file"] or name, reason=failure["reason"])
    return InputError("reader_failed", file=name, kind=failure["kind"], reason=failure["reason"])


def _signal_name(exit_status: int) -> str:
    try:
        return signal.Signals(-exit_status).name
    except ValueError:
        return str(exit_status)
