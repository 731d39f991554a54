"""What of a workspace goes into a backup: all that cannot be made again, and what has been published."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from partnership_lib.errors import UsageError
from partnership_lib.files.atomic import TEMPORARY_PREFIX
from partnership_lib.ledger.manifest import ImportedFile
from partnership_lib.workspace import SETTINGS_FILE, Workspace

REGISTER = "data/register.sqlite"
"""Where a register lies in a backup and in a workspace, whatever database it was in."""
_OF_THE_REGISTER = frozenset(REGISTER + end for end in ("", "-journal", "-wal", "-shm"))
LEDGER = "data/ledger"
PUBLISHED = "reports/published"

_LEFT_OUT = frozenset({".lock", ".ipynb_checkpoints", "__pycache__", ".rooms"})


def own_files(workspace: Workspace) -> Iterator[str]:
    """Yield the paths, under the root, of what people have put into a workspace: settings, cases, notebooks."""
    yield SETTINGS_FILE
    apart = (workspace.root / LEDGER,)
    for folder in ("data", "notebooks"):
        for path in _files_under(workspace.root / folder, apart):
            name = path.relative_to(workspace.root).as_posix()
            if name not in _OF_THE_REGISTER:
                yield name


def published_files(workspace: Workspace) -> Iterator[str]:
    """Yield the paths of all published reports; each was moved into place whole."""
    for path in _files_under(workspace.root / PUBLISHED, ()):
        yield path.relative_to(workspace.root).as_posix()


def ledger_files(files: tuple[ImportedFile, ...]) -> list[str]:
    """Return the paths of what the warehouse's manifest lists; what an import has not finished is not in it."""
    listed = {part.path for file in files for part in file.parts} | {file.quarantine for file in files}
    return [f"{LEDGER}/{name}" for name in sorted(listed - {""})]


def _files_under(top: Path, apart: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files under a folder in a fixed order.

    Raises
    ------
    UsageError
        ``backup_link`` for a folder that is a link: what lies behind it would silently be left out.
    """
    for where, folders, names in os.walk(top):
        here = Path(where)
        folders[:] = sorted(name for name in folders if _is_kept(name) and here / name not in apart)
        for name in folders:
            if (here / name).is_symlink():
                raise UsageError("backup_link", folder=str(here / name))
        yield from (here / name for name in sorted(names) if _is_kept(name))


def _is_kept(name: str) -> bool:
    return name not in _LEFT_OUT and not name.startswith(TEMPORARY_PREFIX)
