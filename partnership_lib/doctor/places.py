"""The folders of the workspace: can they be read and written, and is there room."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from partnership_lib.doctor.observation import Observation

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

SECTION = "workspace"
TOO_LITTLE_BYTES = 200 * 10**6
"""Below it a run of reports or an import of a ledger can be expected to fill the disk."""
LITTLE_BYTES = 2 * 10**9


def places(workspace: Workspace) -> Iterator[Observation]:
    """Yield what is seen of a workspace's folders and their disk."""
    folders = (workspace.root, workspace.root / "data", workspace.reports_folder)
    faults = [fault for folder in folders for fault in _faults(folder)]
    yield from faults
    if not faults:
        yield Observation("info", SECTION, str(workspace.root), "workspace", {"name": workspace.settings.name or "–"})
    yield room(workspace.root)


def _faults(folder: Path) -> Iterator[Observation]:
    if not folder.is_dir():
        yield Observation("warning", SECTION, str(folder), "folder_missing")
        return
    try:
        os.listdir(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield Observation("error", SECTION, str(folder), "folder_closed", {"reason": error.strerror or str(error)})


def room(folder: Path) -> Observation:
    """Return how much room there is on the disk that holds a folder."""
    free = shutil.disk_usage(folder).free
    severity, code = "info", "room"
    if free < LITTLE_BYTES:
        severity, code = ("error", "room_gone") if free < TOO_LITTLE_BYTES else ("warning", "room_little")
    return Observation(severity, SECTION, str(folder), code, {"free_gb": free / 10**9})
