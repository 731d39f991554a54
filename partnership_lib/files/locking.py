"""A lock that the operating system gives back when its holder dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from partnership_lib.errors import StorageError


@contextmanager
def exclusive_lock(path: Path, code: str) -> Iterator[None]:
    """Hold the lock file at `path` during the block; never wait for another holder.

    Raises
    ------
    StorageError
        With `code` and the holder's process number when another process holds it.
    """
    with open(path, "a+", encoding="utf-8") as handle:
        if not _taken(handle):
            handle.seek(0)
            raise StorageError(code, file=str(path), holder=handle.read().strip() or "?")
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def _taken(handle: IO[str]) -> bool:
    """Take the lock; it is let go when the handle is closed or the process ends."""
    try:
        if os.name == "nt":
            import msvcrt

            handle.seek(2**30)  # a byte far behind the holder's number, which others must be able to read
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
