"""Which files of the workspace name a person: what an erasure in the register does not reach, and somebody must."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnership_lib.register.erasure.mentions import PersonNames
    from partnership_lib.workspace.place import Workspace

_TEXTS = frozenset({".yaml", ".yml", ".toml", ".json", ".csv", ".html", ".ipynb", ".md", ".txt", ".ics"})
_LARGEST_BYTES = 50 * 2**20


def files_naming(workspace: Workspace, names: PersonNames) -> list[str]:
    """Return the files that name a person with the whole name or the address, from the workspace's folder.

    Published reports are named by their folder: the PDF and the workbook in it say what its page says. The ledger
    (Parquet) is not looked through: what it holds of suppliers goes when the ledger's years do.
    """
    root = workspace.root.resolve()
    found = {_shown(file, root) for file in _texts(workspace) if names.surely(_text_of(file))}
    return sorted(found)


def _texts(workspace: Workspace) -> Iterator[Path]:
    folders = (workspace.root / "data", workspace.reports_folder, workspace.root / "notebooks")
    for folder in folders:
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if file.suffix in _TEXTS and file.is_file() and file.stat().st_size <= _LARGEST_BYTES:
                yield file


def _text_of(file: Path) -> str:
    return unescape(file.read_text(encoding="utf-8", errors="replace"))


def _shown(file: Path, root: Path) -> str:
    """Return a file from the workspace, or the folder of the published version that it is in."""
    version = next((parent for parent in file.parents if (parent / "MANIFEST.json").is_file()), file)
    try:
        return version.resolve().relative_to(root).as_posix()
    except ValueError:
        return str(version)
