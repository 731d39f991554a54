"""Reading, sorting and writing at the same time: each in a thread of its own, in the order of the file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")

_WAITING = 2
"""Pieces that are ready before they are wanted: enough to keep two processors busy, and bounded memory."""


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Yield the items; the next is being made in another thread while this one is used.

    What making an item raises is raised where the item would have come.

    Examples
    --------
    >>> list(ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    end: Any = object()
    with ThreadPoolExecutor(1) as maker:
        future = maker.submit(next, items, end)
        while (item := future.result()) is not end:
            future = maker.submit(next, items, end)
            yield item


class Odometer:
    """Writes to a file how far the child has come, for the parent to read: bytes and lines."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._bytes = self._lines = 0

    def past(self, size: int, lines: int) -> None:
        """Note that so much more has been read."""
        self._bytes, self._lines = self._bytes + size, self._lines + lines
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(f"{self._bytes} {self._lines}", encoding="ascii")


def read_odometer(file: Path) -> tuple[int, int]:
    """Return the bytes and the lines that the child has come past; 0 before it began or in the midst of a note."""
    try:
        size, lines = map(int, file.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        return 0, 0
    return size, lines


class Behind:
    """Does things in another thread, one after the other, a few of them waiting at most."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1)
        self._pending: deque[Future[None]] = deque()

    def do(self, work: Callable[..., None], *arguments: Any) -> None:
        """Have something done soon; what earlier work raised is raised here."""
        while len(self._pending) >= _WAITING:
            self._pending.popleft().result()
        self._pending.append(self._worker.submit(work, *arguments))

    def finish(self) -> None:
        """Wait until all is done; what it raised is raised here."""
        while self._pending:
            self._pending.popleft().result()

    def stop(self) -> None:
        """Wait for what is going on, let the rest be."""
        self._worker.shutdown(cancel_futures=True)
