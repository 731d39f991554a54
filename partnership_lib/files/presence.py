"""Whether what somebody named is a file that can be read; the likely mistake is told before anything is tried."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from partnership_lib.errors import InputError

LOCK_PREFIX = "~$"  # what Excel puts beside a workbook for as long as somebody has it open


def require_file(path: Path) -> None:
    """Return nothing where there is a file at `path`, and say what is there instead otherwise.

    Raises
    ------
    InputError
        ``file_missing`` with the names that are most like it, ``file_is_folder`` with what lies in it, or
        ``file_is_lock`` for the mark that Excel puts beside a workbook that is open.

    Examples
    --------
    >>> require_file(Path("no such folder/ledger.csv"))
    Traceback (most recent call last):
    partnership_lib.errors.InputError: file_missing: file='no such folder/ledger.csv', allowed='–'
    """
    if path.name.startswith(LOCK_PREFIX):
        raise InputError("file_is_lock", file=path.name, allowed=path.name.removeprefix(LOCK_PREFIX))
    if path.is_dir():
        raise InputError("file_is_folder", file=str(path), allowed=_listed(_names(path)))
    if not path.is_file():
        near = get_close_matches(path.name, _names(path.parent), n=3)
        raise InputError("file_missing", file=str(path), allowed=_listed(near or _alike(path)))


def _names(folder: Path) -> list[str]:
    """Return the names of the files in a folder, without hidden ones and marks of open workbooks."""
    if not folder.is_dir():
        return []
    return sorted(each.name for each in folder.iterdir() if each.is_file() and each.name[0] not in ".~")


def _alike(path: Path) -> list[str]:
    return [name for name in _names(path.parent) if name.lower().endswith(path.suffix.lower() or " ")]


def _listed(names: list[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "") or "–"
