"""The child's side of `guarded`: runs as a script, imports only the standard library before its limits are set."""

from __future__ import annotations

import gc
import os
import pickle
import sys
import traceback
from typing import Any


def main() -> None:
    """Read a job from standard input, run it within its limits and write the outcome to the original output."""
    answer_channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the function prints must not mix with the answer
    sys_path, limits, call = pickle.load(sys.stdin.buffer)
    sys.path[:] = sys_path
    _set_limits(**limits)
    gc.disable()  # the child lives for one job; collecting among millions of rows takes longer than the job
    answer = _outcome(call)
    answer_channel.write(answer)
    answer_channel.flush()
    os._exit(0)  # threads of libraries must not hold back a finished answer


def _set_limits(memory_bytes: int, written_bytes: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent looks at the clock
        return
    # Work and not waiting is limited: a busy machine makes every reader slow, and none of them worse.
    wanted = {
        resource.RLIMIT_AS: memory_bytes, resource.RLIMIT_FSIZE: written_bytes,
        resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0,
    }  # fmt: skip
    for kind, limit in wanted.items():
        hard = resource.getrlimit(kind)[1]
        bounded = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(kind, (bounded, hard))
        except (ValueError, OSError):  # macOS refuses RLIMIT_AS
            continue


def _outcome(call: bytes) -> bytes:
    """Return the pickled result or the pickled failure; Rust panics are BaseExceptions, so everything is caught."""
    try:
        function, args = pickle.loads(call)
        return pickle.dumps(("result", function(*args)), protocol=pickle.HIGHEST_PROTOCOL)
    except BaseException as error:  # noqa: BLE001
        return pickle.dumps(("failure", _failure(error)))


def _failure(error: BaseException) -> dict[str, Any]:
    from partnership_lib.errors import PartnershipError

    return {
        "error": pickle.dumps(error) if isinstance(error, PartnershipError) else None,
        "kind": type(error).__name__,
        "reason": (getattr(error, "strerror", None) or str(error))[:200],
        "errno": error.errno if isinstance(error, OSError) else None,
        "file": str(error.filename) if isinstance(error, OSError) and error.filename else "",
        "memory": isinstance(error, MemoryError),
        "traceback": traceback.format_exc(limit=20),
    }


if __name__ == "__main__":
    main()
