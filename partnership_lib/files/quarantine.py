"""Rows that were refused, kept word for word with where they stood and why."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from partnership_lib.errors import InputError
from partnership_lib.files.encoding import LONGEST_LINE
from partnership_lib.files.small_tables import read_rows, read_utf8
from partnership_lib.files.spreadsheet import formula_plain, formula_safe

_WHOLE = re.compile("-?[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True)
class QuarantinedRow:
    """A refused row.

    Attributes
    ----------
    reason : str
        Code; its sentence stands in `text` under ``error.``.
    found, allowed : str
        The value that was refused, and what would have been taken.
    ore : int or None
        The amount of the row; None where it cannot be read.
    raw : str
        The row as it stood in the file.
    """

    file: str
    line: int
    reason: str
    found: str
    allowed: str
    ore: int | None
    raw: str


class QuarantineWriter:
    """Writes refused rows to a CSV file, which comes into being with the first of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: TextIO | None = None
        self._lines: Any = None
        self.rows = 0

    def write(self, row: QuarantinedRow) -> None:
        """Add a row."""
        if self._handle is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = open(self._path, "w", encoding="utf-8", newline="")  # noqa: SIM115 - closed by __exit__
            self._lines = csv.writer(self._handle)
            self._lines.writerow(field.name for field in fields(QuarantinedRow))
        cells = (formula_safe(value) if isinstance(value, str) else value for value in vars(row).values())
        self._lines.writerow(cells)
        self.rows += 1

    def __enter__(self) -> QuarantineWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            self._handle.close()


def read_quarantine(path: Path) -> list[QuarantinedRow]:
    """Return the rows of a quarantine file as they were before they were made safe.

    Raises
    ------
    InputError
        ``table_unreadable`` or ``table_not_utf8``: somebody or something has changed the file.
    """
    headings, rows = read_rows(read_utf8(path), path.name, longest_cell=LONGEST_LINE)
    missing = [field.name for field in fields(QuarantinedRow) if field.name not in headings]
    if missing:
        raise InputError("table_unreadable", file=path.name, line=1, reason=", ".join(missing))
    return [_row({name: formula_plain(cell) for name, cell in row.items()}, path.name, line) for line, row in rows]


def _row(cells: dict[str, str], file: str, line: int) -> QuarantinedRow:
    for name in ("line", "ore"):
        if not _WHOLE.fullmatch(cells[name]) and (cells[name] or name == "line"):
            raise InputError("table_unreadable", file=file, line=line, reason=f"{name}: {cells[name][:40]}")
    return QuarantinedRow(
        **{name: cells[name] for name in ("file", "reason", "found", "allowed", "raw")},
        line=int(cells["line"]),
        ore=int(cells["ore"]) if cells["ore"] else None,
    )
