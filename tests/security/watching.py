"""What stands in folders while programs work there: files that are gone again before anybody could open them."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from artefacts import said_by
from pypdf.errors import PyPdfError

_EVERY_SECONDS = 0.05


class Watched:
    """Searches every file that comes or changes in some folders, until the end of its block.

    What stands there already is not read: searching it would take longer than what is to be watched.

    Attributes
    ----------
    seen : dict of str to int
        How often each file was read, by its path.
    found : dict of str to list of str
        What the search found, by the path of the file.
    """

    def __init__(self, search: Callable[[str], list[str]], *folders: Path) -> None:
        self.seen: dict[str, int] = {}
        self.found: dict[str, list[str]] = {}
        self._search, self._folders = search, folders
        self._states: dict[Path, tuple[int, int]] = {}
        for file in self._files():
            self._states[file] = _state(file)
        self._stop = threading.Event()
        self._watcher = ThreadPoolExecutor(1)

    def __enter__(self) -> Watched:
        self._watching = self._watcher.submit(self._watch)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._watcher.shutdown()
        self._watching.result()  # a watcher that has died has seen nothing

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            self._look()
        self._look()

    def _files(self) -> Iterator[Path]:
        for folder in self._folders:
            yield from (Path(at, name) for at, _, names in os.walk(folder) for name in names)

    def _look(self) -> None:
        for file in self._files():
            try:
                state = _state(file)
                if self._states.get(file) == state or not file.is_file():
                    continue
                said = said_by(file)
            except (OSError, zipfile.BadZipFile, PyPdfError, ValueError):
                continue  # gone, or not yet whole: it is looked at again when it has changed
            self._states[file] = state
            self.seen[str(file)] = self.seen.get(str(file), 0) + 1
            if found := self._search(said):
                self.found[str(file)] = found


def _state(file: Path) -> tuple[int, int]:
    return file.stat().st_size, file.stat().st_mtime_ns
