"""Reading a filled-in table: a workbook in a guarded child process, a CSV file line by line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partnership_lib.errors import InputError
from partnership_lib.files.delimited import read_records, split_fields
from partnership_lib.files.encoding import examine_text, read_lines
from partnership_lib.files.guarded import run_guarded
from partnership_lib.files.presence import require_file
from partnership_lib.files.sources import Source, content_kind
from partnership_lib.files.spreadsheet import formula_plain
from partnership_lib.files.workbooks import workbook_rows
from partnership_lib.register.exchange.layout import (
    IGNORED_HEADINGS,
    TABLE_KINDS,
    TemplateColumn,
    columns_of_table,
    heading,
    known_headings,
    nearest_headings,
    plain,
)

MAXIMUM_ROWS = 200_000


@dataclass(frozen=True)
class RawRow:
    """A row as it stood; `cells` is None where the line cannot be split."""

    number: int
    cells: list[Any] | None
    raw: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose headings are understood.

    Attributes
    ----------
    columns : tuple of (int, TemplateColumn)
        Position and meaning of each column that is read.
    language : str
        Language of the headings: what is wrong is said in it.
    """

    headings: tuple[str, ...]
    columns: tuple[tuple[int, TemplateColumn], ...]
    rows: tuple[RawRow, ...]
    language: str


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises
    ------
    InputError
        What `require_file` raises, or ``file_unreadable``.
    """
    require_file(path)
    try:
        with open(path, "rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise InputError("file_unreadable", file=str(path), reason=error.strerror or str(error)) from error


def read_table(path: Path, kind: str) -> Table:
    """Return the table in a file, its headings understood.

    Raises
    ------
    InputError
        ``file_content_differs``, ``table_empty``, ``table_is_another``, ``table_unknown``, ``sheets_unclear``,
        ``columns_unknown``, ``columns_missing`` or
        ``columns_repeated``; nothing of the file is taken.
    """
    sheets = _sheets(path)
    best = [rows for rows in sheets if _score(rows, kind) == max(_score(each, kind) for each in sheets)]
    if not best or not best[0]:
        raise InputError("table_empty", file=path.name)
    _refuse_other_table(path, kind, best[0])
    if len(best) > 1 and _score(best[0], kind):
        raise InputError("sheets_unclear", file=path.name, found=len(best))
    headings = tuple(str(cell if cell is not None else "").strip() for cell in best[0][0].cells or [])
    return _understood(path.name, kind, headings, best[0][1:])


def _sheets(path: Path) -> list[list[RawRow]]:
    """Return the rows of each sheet from its first row that is not empty."""
    found = content_kind(Source(path, size=path.stat().st_size))
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        if found != "XLSX":
            raise InputError("file_content_differs", file=path.name, found=found, allowed="XLSX")
        sheets = run_guarded(workbook_rows, path, MAXIMUM_ROWS)
        return [[RawRow(number, cells) for number, cells in rows] for rows in sheets]
    if found != "text":
        raise InputError("file_content_differs", file=path.name, found=found, allowed="CSV")
    return [_without_leading_blanks(list(csv_rows(path)))]


def csv_rows(path: Path) -> Iterator[RawRow]:
    """Yield the rows of a CSV file, whatever its encoding and separator."""
    shape = examine_text(Source(path).open, path.name)
    with open(path, "rb") as handle:
        lines = list(read_lines(handle, shape.encoding, path.name))
    if len(lines) > MAXIMUM_ROWS:
        raise InputError("table_too_long", file=path.name, found=len(lines), allowed=MAXIMUM_ROWS)
    start = 1 if lines and lines[0].lower().startswith("sep=") else 0
    first = next((line for line in lines[start:] if line.strip()), "")
    separator = max(";,\t", key=lambda sign: len(split_fields(first, sign)))
    for record in read_records(lines[start:], separator, path.name, first_line=start + 1, long_texts=True):
        cells = None if record.fields is None else [formula_plain(cell) for cell in record.fields]
        yield RawRow(record.line, cells, record.raw)


def _without_leading_blanks(rows: list[RawRow]) -> list[RawRow]:
    first = next((i for i, row in enumerate(rows) if any(cell.strip() for cell in row.cells or [])), len(rows))
    return rows[first:]


def _score(rows: Sequence[RawRow], kind: str) -> int:
    known = known_headings(kind)
    return sum(plain(str(cell)) in known for cell in (rows[0].cells if rows else None) or [])


def table_kind(path: Path) -> str | None:
    """Return which table of the register a file plainly is, None where it is none, or cannot be read as one."""
    try:
        return next((kind for rows in _sheets(path) for kind in TABLE_KINDS if rows and _is_whole(rows, kind)), None)
    except InputError:
        return None


def _is_whole(rows: Sequence[RawRow], kind: str) -> bool:
    """Return whether all headings are known in a kind of table."""
    return _score(rows, kind) == len([cell for cell in rows[0].cells or [] if str(cell or "").strip()]) > 0


def _refuse_other_table(path: Path, kind: str, rows: Sequence[RawRow]) -> None:
    """Refuse a table that is plainly another one: all its headings are known there, and not here; or none is here."""
    if _score(rows, kind) == 0 and not any(_score(rows, other) for other in TABLE_KINDS):
        found = ", ".join(str(cell) for cell in rows[0].cells or [] if str(cell or "").strip())
        raise InputError("table_unknown", file=path.name, path=str(path), kind=kind, found=found[:200])
    for other in TABLE_KINDS:
        if other != kind and _is_whole(rows, other) and _score(rows, other) > _score(rows, kind):
            raise InputError("table_is_another", file=path.name, path=str(path), kind=kind, other=other)


def _understood(file: str, kind: str, headings: tuple[str, ...], rows: Sequence[RawRow]) -> Table:
    known = known_headings(kind)
    ignored = {plain(each) for each in IGNORED_HEADINGS}
    named = [(i, plain(each)) for i, each in enumerate(headings) if each and plain(each) not in ignored]
    languages = [known[name][1] for _, name in named if name in known]
    language = max(("sv", "en"), key=languages.count)
    unknown = [headings[i] for i, name in named if name not in known]
    if unknown:
        nearest = dict.fromkeys(near for each in unknown for near in nearest_headings(each, kind, language))
        raise InputError("columns_unknown", file=file, found=", ".join(unknown), allowed=", ".join(nearest))
    columns = tuple((i, known[name][0]) for i, name in named)
    given = [column.name for _, column in columns]
    repeated = sorted({headings[i] for i, column in columns if given.count(column.name) > 1})
    if repeated:
        raise InputError("columns_repeated", file=file, found=", ".join(repeated))
    missing = [heading(kind, c, language) for c in columns_of_table(kind) if c.required and c.name not in given]
    if missing:
        raise InputError("columns_missing", file=file, missing=", ".join(missing), found=", ".join(headings))
    return Table(headings, columns, tuple(rows), language)
