"""Reading an answered workbook: understood again however a spreadsheet program has treated it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.errors import InputError
from partnership_lib.files.forms import KEPT_SHEET, LISTS_SHEET
from partnership_lib.files.guarded import GIBIBYTE, run_guarded
from partnership_lib.files.returned_forms import ReturnedSheet, returned_sheets
from partnership_lib.files.sources import Source, content_kind
from partnership_lib.register.exchange.answers.columns import COLUMNS, AnswerColumn, known_headings
from partnership_lib.register.exchange.answers.snapshot import Snapshot, read_snapshot
from partnership_lib.register.exchange.cells import written_text
from partnership_lib.register.exchange.layout import plain
from partnership_lib.register.exchange.reading import csv_rows

MAXIMUM_ROWS, MAXIMUM_COLUMNS = 20_000, 200

_HEADINGS_WITHIN = 30  # rows from the top
_ONLY_IN_ANSWERS = {"row_key", "status", "move_reason", "comment"}
_ROW_KEY = re.compile(r"([0-9a-f]{6}):([0-9]{1,9}):([0-9a-f]{16})?")


@dataclass(frozen=True)
class AnswerRow:
    """A row that came back.

    Attributes
    ----------
    cells : Mapping
        What stands in the columns that are known, by their codes.
    beyond : tuple of (str, str)
        Heading and text of what is written in columns that are not.
    """

    number: int
    cells: Mapping[str, Any]
    beyond: tuple[tuple[str, str], ...] = ()

    def written(self, name: str) -> str:
        """Return what a person sees in a column; nothing where the column is gone."""
        return written_text(self.cells.get(name))

    @property
    def key(self) -> tuple[str, int, str]:
        """Return the export, the version and the hash of what was sent; empty when they are gone."""
        found = _ROW_KEY.fullmatch(self.written("row_key"))
        return (found[1], int(found[2]), found[3] or "") if found else ("", -1, "")


@dataclass(frozen=True)
class AnswerSheet:
    """The sheet with the answers.

    Attributes
    ----------
    snapshot : Snapshot or None
        What was sent; None when it did not come back whole.
    unread : tuple of str
        Names of other sheets in which somebody has written something.
    """

    file: str
    name: str
    language: str
    snapshot: Snapshot | None
    rows: tuple[AnswerRow, ...]
    unread: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """Return file and sheet, for messages."""
        return f"{self.file}, {self.name}" if self.name else self.file

    @property
    def export_id(self) -> str:
        """Return the id of the export that is answered; made of the answer itself where it is gone."""
        if self.snapshot is not None:
            return self.snapshot.export_id
        found = [row.key[0] for row in self.rows if row.key[0]]
        return max(found, key=found.count) if found else self.hash[:6]

    @property
    def hash(self) -> str:
        """Return a hash of what was answered: the same however often the workbook is saved."""
        said = [[row.number, {name: row.written(name) for name in row.cells}, row.beyond] for row in self.rows]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def workbook_sheets(path: Path) -> list[ReturnedSheet]:
    """Return the sheets of a workbook, read in a guarded child, or the one of a CSV file; none for anything else."""
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".xlsm", ".csv") or not path.is_file():
        return []
    found = content_kind(Source(path, size=path.stat().st_size))
    if suffix == ".csv" and found == "text":
        return [ReturnedSheet("", [(row.number, row.cells or [row.raw]) for row in csv_rows(path)])]
    if suffix == ".csv" or found != "XLSX":
        return []
    return run_guarded(
        returned_sheets, path, MAXIMUM_ROWS, MAXIMUM_COLUMNS, file=path.name, seconds=30.0, memory_bytes=GIBIBYTE
    )


def kept_lines(sheets: Sequence[ReturnedSheet]) -> list[str]:
    """Return the lines of the sheet that nobody sees."""
    return [written_text(cells[0]) if cells else "" for s in sheets if s.name == KEPT_SHEET for _, cells in s.rows]


def answers_in(file: str, sheets: Sequence[ReturnedSheet]) -> AnswerSheet | None:
    """Return the sheet with a supplier's answers, or None when no sheet is one.

    Raises
    ------
    InputError
        ``sheets_unclear`` when several are, ``columns_repeated`` or ``columns_missing`` when rows cannot be told apart.
    """
    found = [(sheet, columns) for sheet in sheets if (columns := _columns(file, sheet)) is not None]
    if not found:
        return None
    if len(found) > 1:
        raise InputError("sheets_unclear", file=file, found=len(found))
    sheet, columns = found[0]
    snapshot = read_snapshot(kept_lines(sheets))
    language = _language(columns, snapshot)
    if "id" not in columns.by_position.values():
        missing = next(column for column in COLUMNS if column.name == "id").heading(language)
        raise InputError("columns_missing", file=f"{file}, {sheet.name}", missing=missing, found=columns.said)
    rows = [_row(columns, number, cells) for number, cells in sheet.rows if number > columns.last_heading]
    kept = tuple(row for row in rows if row.beyond or any(row.written(name) for name in row.cells))
    return AnswerSheet(file, sheet.name, language, snapshot, kept, _unread(sheets, sheet))


@dataclass(frozen=True)
class _Columns:
    by_position: Mapping[int, str]
    headings: Mapping[int, str]
    languages: tuple[str, ...]
    last_heading: int

    @property
    def said(self) -> str:
        return ", ".join(self.headings.values())


def _columns(file: str, sheet: ReturnedSheet) -> _Columns | None:
    """Return the columns of a sheet with answers: by the hidden row of codes first, by their headings else."""
    by_position: dict[int, str] = {}
    headings: dict[int, str] = {}
    languages: list[str] = []
    last = 0
    for number, cells in sheet.rows[:_HEADINGS_WITHIN]:
        known = {i: each for i, cell in enumerate(cells) if (each := known_headings().get(plain(written_text(cell))))}
        if len({column.name for column, _ in known.values()}) < min(4, len(COLUMNS)):
            continue
        last = number
        languages += [language for _, language in known.values() if language]
        headings = {i: written_text(cell) for i, cell in enumerate(cells) if written_text(cell)}
        taken = set(by_position.values())
        by_position |= {i: c.name for i, (c, _) in known.items() if i not in by_position and c.name not in taken}
        repeated = _repeated(known)
        if repeated:
            raise InputError("columns_repeated", file=f"{file}, {sheet.name}", found=", ".join(repeated))
    if not _ONLY_IN_ANSWERS & set(by_position.values()):
        return None
    return _Columns(by_position, headings, tuple(languages), last)


def _repeated(known: Mapping[int, tuple[AnswerColumn, str]]) -> list[str]:
    names = [column.name for column, _ in known.values()]
    return sorted({name for name in names if names.count(name) > 1})


def _language(columns: _Columns, snapshot: Snapshot | None) -> str:
    if columns.languages:
        return max(text.LANGUAGES, key=columns.languages.count)
    return snapshot.language if snapshot is not None and snapshot.language in text.LANGUAGES else text.LANGUAGES[0]


def _row(columns: _Columns, number: int, cells: Sequence[Any]) -> AnswerRow:
    known = {name: cells[i] if i < len(cells) else "" for i, name in columns.by_position.items()}
    beyond = tuple(
        (columns.headings.get(i, f"{i + 1}"), written_text(cell))
        for i, cell in enumerate(cells)
        if i not in columns.by_position and written_text(cell)
    )
    return AnswerRow(number, known, beyond)


def _unread(sheets: Sequence[ReturnedSheet], answered: ReturnedSheet) -> tuple[str, ...]:
    ours = {KEPT_SHEET, LISTS_SHEET, answered.name}
    ours |= {text.sentence("answer_sheet.introduction", {}, language) for language in text.LANGUAGES}
    return tuple(
        sheet.name
        for sheet in sheets
        if sheet.name not in ours and any(written_text(cell) for _, cells in sheet.rows for cell in cells)
    )
