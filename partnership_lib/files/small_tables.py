"""Small tables of text (CSV, UTF-8), their rows known by headings: read strictly, each refusal with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from partnership_lib.errors import InputError


class TableRow(NamedTuple):
    """A row: the number of its last line, and its cells by heading; what a short row lacks is empty."""

    line: int
    cells: dict[str, str]


def read_utf8(path: Path) -> str:
    """Return the text of a file, without a byte order mark.

    Raises
    ------
    InputError
        ``table_not_utf8`` or ``file_unreadable``.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("table_not_utf8", file=path.name, position=error.start) from error
    except OSError as error:
        raise InputError("file_unreadable", file=str(path), reason=error.strerror or str(error)) from error


def read_rows(text: str, file: str, separator: str = ",", longest_cell: int = 0) -> tuple[list[str], list[TableRow]]:
    """Return the headings of a table and its rows; rows without any cell are left out.

    Parameters
    ----------
    longest_cell : int
        Characters that a cell may have where that is more than `csv` reads unless it is told.

    Raises
    ------
    InputError
        ``table_unreadable`` with the line.

    Examples
    --------
    >>> headings, rows = read_rows("a,b\\n1,2\\n3\\n", "x.csv")
    >>> headings, [row.cells for row in rows]
    (['a', 'b'], [{'a': '1', 'b': '2'}, {'a': '3', 'b': ''}])
    """
    with cells_up_to(longest_cell):
        records = _records(text, file, separator)
        headings = next(records, (1, []))[1]
        return headings, [TableRow(line, _named(headings, cells)) for line, cells in records]


@contextmanager
def cells_up_to(characters: int) -> Iterator[None]:
    """Let `csv` read cells of so many characters for a while: its limit is everybody's."""
    usual = csv.field_size_limit()
    csv.field_size_limit(max(usual, characters))
    try:
        yield
    finally:
        csv.field_size_limit(usual)


def _records(text: str, file: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError("table_unreadable", file=file, line=max(reader.line_num, 1), reason=str(error)) from error
        if cells:
            yield reader.line_num, cells


def _named(headings: list[str], cells: list[str]) -> dict[str, str]:
    return {name: cells[place] if place < len(cells) else "" for place, name in enumerate(headings)}
