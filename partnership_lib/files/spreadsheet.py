"""Writing spreadsheets that cannot bite: text stays text, amounts stay numbers, the same input gives the same bytes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from partnership_lib.errors import InputError
from partnership_lib.files.atomic import write_bytes

LONGEST_CELL = 32_767
"""What a cell of a workbook can hold; xlsxwriter drops longer texts without a word."""

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
"""What a workbook is made with: text is never taken for a formula, a link or a number."""

CREATED = datetime(2020, 1, 1)  # noqa: DTZ001
"""Fixed, because a workbook that knows when it was made is never the same twice."""


@dataclass(frozen=True)
class Money:
    """An amount in a cell: a number with two decimals in the workspace's currency."""

    ore: int


Cell = str | int | float | bool | date | Money | None


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes
    ----------
    headings : sequence of str
        The first row; none for a sheet of running text.
    rows : sequence of sequences
        Texts, numbers, dates, `Money`, True/False or None.
    """

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def formula_safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula when it opens a CSV file.

    Examples
    --------
    >>> formula_safe("=1+1"), formula_safe("-5"), formula_safe("'t Hooft BV"), formula_safe("Bolag AB")
    ("'=1+1", "'-5", "'t Hooft BV", 'Bolag AB')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def formula_plain(text: str) -> str:
    """Return the text that `formula_safe` was given.

    Examples
    --------
    >>> formula_plain("'=1+1"), formula_plain("'t Hooft BV"), formula_plain(formula_safe("'=x"))
    ('=1+1', "'t Hooft BV", "'=x")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def write_xlsx(path: Path, sheets: Sequence[Sheet], *, yes_no: tuple[str, str] = ("ja", "nej")) -> None:
    """Write a workbook, wholly or not at all; `yes_no` are the words for True and False.

    Raises
    ------
    InputError
        ``cell_too_long`` with sheet, row and column.
    """
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, PLAIN) as workbook:
        workbook.set_properties({"created": CREATED})
        formats = {
            "heading": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "money": workbook.add_format({"num_format": "#,##0.00"}),
            "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
            "text": workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
        }
        for sheet in sheets:
            _write_sheet(workbook.add_worksheet(sheet_name(sheet.name)), sheet, formats, yes_no)
    write_bytes(path, stream.getvalue())


def sheet_name(name: str) -> str:
    """Return a name that a sheet can have: 31 signs, none of those that are forbidden there."""
    return _SHEET_NAME.sub(" ", name)[:31]


def day_cell(day: date) -> datetime:
    """Return a day as a workbook wants it: an instant without a time zone."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001


def _write_sheet(worksheet: Any, sheet: Sheet, formats: dict[str, Any], yes_no: tuple[str, str]) -> None:
    for column, heading in enumerate(sheet.headings):
        worksheet.write_string(0, column, heading, formats["heading"])
        longest = max((len(str(row[column])) for row in sheet.rows if column < len(row)), default=0)
        worksheet.set_column(column, column, min(60, max(12, len(heading) + 2, longest + 2)))
    if sheet.headings:
        worksheet.freeze_panes(1, 0)
    for number, row in enumerate(sheet.rows, start=1 if sheet.headings else 0):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                raise InputError("cell_too_long", sheet=sheet.name, row=number + 1, column=column + 1, found=len(cell))
            _write_cell(worksheet, number, column, cell, formats, yes_no)


def _write_cell(
    worksheet: Any, row: int, column: int, cell: Cell, formats: dict[str, Any], yes_no: tuple[str, str]
) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, Money):
        worksheet.write_number(row, column, cell.ore / 100, formats["money"])
    elif isinstance(cell, bool):
        worksheet.write_string(row, column, yes_no[0] if cell else yes_no[1], formats["text"])
    elif isinstance(cell, (int, float)):
        worksheet.write_number(row, column, cell)
    elif isinstance(cell, date):
        worksheet.write_datetime(row, column, day_cell(cell), formats["date"])
    else:
        worksheet.write_string(row, column, cell, formats["text"])


def write_csv(
    path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]], language: str, yes_no: tuple[str, str]
) -> None:
    """Write CSV as spreadsheets of the language expect it: UTF-8 with BOM, in Swedish ``;`` and decimal comma."""
    separator, decimal_sign = (";", ",") if language == "sv" else (",", ".")
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    for row in ([*headings], *rows):
        writer.writerow([_csv_cell(cell, decimal_sign, yes_no) for cell in row])
    write_bytes(path, stream.getvalue().encode("utf-8-sig"))


def _csv_cell(cell: Cell, decimal_sign: str, yes_no: tuple[str, str]) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Money):
        return format_ore(cell.ore, decimal_sign)
    if isinstance(cell, bool):
        return yes_no[0] if cell else yes_no[1]
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (int, float)):
        return str(cell).replace(".", decimal_sign)
    return formula_safe(cell)


def format_ore(ore: int, decimal_sign: str) -> str:
    """Return öre as an amount with two decimals and no spaces, for files.

    Examples
    --------
    >>> format_ore(-5, ","), format_ore(123450, ".")
    ('-0,05', '1234.50')
    """
    whole, rest = divmod(abs(ore), 100)
    return f"{'-' if ore < 0 else ''}{whole}{decimal_sign}{rest:02d}"
