"""Workbooks to answer in: grey columns are locked, white ones are filled in, with lists to choose from.

The sheet is protected without a password: it stops slips, not intentions. Above the headings stands a hidden row with
the code of each column, so that columns that have been moved, renamed or hidden are known again.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from partnership_lib.errors import InputError
from partnership_lib.files.atomic import write_bytes
from partnership_lib.files.spreadsheet import CREATED, LONGEST_CELL, PLAIN, Cell, day_cell, sheet_name
from partnership_lib.palette import LIGHT

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
"""The days that a date column takes."""

LISTS_SHEET, KEPT_SHEET = "_lists", "_kept"
"""The sheets that nobody sees: what the lists hold, and what is kept for the one who gets the form back."""

_HEADING_ROW = 1
_FIRST_YEAR = 1900  # in which a workbook has a day that never was; earlier days stay text

_LINE_HEIGHT, _ROOM_BELOW, _ROOM_BESIDE, _MOST_LINES = 15.0, 5.0, 1.5, 20  # points; letters; lines
_INTRODUCTION_WIDTH = 72.0
_GREY, _INK, _EDGE, _WANTED = (LIGHT[name] for name in ("band", "ink", "rule", "attention-soft"))


class Opens(StrEnum):
    """In which rows a column can be filled in."""

    NEVER = "never"
    NEW_ROWS = "new_rows"
    ALWAYS = "always"


@dataclass(frozen=True)
class FormColumn:
    """One column of a form.

    Attributes
    ----------
    code : str
        What it is known by when the form comes back.
    choices : str
        Name of the list to choose from.
    only_choices : bool
        Whether anything else is refused; otherwise it is only questioned.
    wanted_when : str
        Spreadsheet condition under which the cell is coloured as wanted; ``{code}`` stands for a cell of the row.
    """

    code: str
    heading: str
    width: float
    opens: Opens = Opens.NEVER
    choices: str = ""
    only_choices: bool = True
    is_date: bool = False
    is_hidden: bool = False
    wanted_when: str = ""


@dataclass(frozen=True)
class Form:
    """A form to be answered.

    Attributes
    ----------
    introduction : sequence of str
        The first sheet: a heading and what to do.
    rows, new_rows : sequence of sequences
        What is to be answered, and the rows below where something new is written.
    choices : Mapping
        The lists to choose from, by name.
    kept : sequence of str
        Lines on a sheet that nobody sees, for the one who gets the form back.
    refused : tuple of str
        Heading and text when something else than a choice or a date is typed.
    """

    introduction_name: str
    introduction: Sequence[str]
    name: str
    columns: Sequence[FormColumn]
    rows: Sequence[Sequence[Cell]]
    new_rows: Sequence[Sequence[Cell]] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kept: Sequence[str] = ()
    refused: tuple[str, str] = ("", "")


def write_form(path: Path, form: Form) -> None:
    """Write a form as a workbook, wholly or not at all.

    Raises
    ------
    InputError
        ``cell_too_long`` with sheet, row and column.
    """
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, PLAIN) as workbook:
        workbook.set_properties({"created": CREATED, "title": form.introduction[0] if form.introduction else ""})
        _write_introduction(workbook, form)
        worksheet = workbook.add_worksheet(sheet_name(form.name))
        _write_rows(worksheet, form, _formats(workbook))
        _write_choices(workbook, worksheet, form)
        _colour_wanted(workbook, worksheet, form)
        _arrange(worksheet, form)
        _write_kept(workbook, form)
        worksheet.activate()
    write_bytes(path, stream.getvalue())


def _write_introduction(workbook: Any, form: Form) -> None:
    worksheet = workbook.add_worksheet(sheet_name(form.introduction_name))
    large = workbook.add_format({"bold": True, "font_size": 16, "text_wrap": True, "valign": "top"})
    body = workbook.add_format({"font_size": 12, "text_wrap": True, "valign": "top"})
    worksheet.hide_gridlines(2)
    worksheet.set_column(0, 0, _INTRODUCTION_WIDTH)
    for number, line in enumerate(form.introduction):
        worksheet.set_row(number, _lines(line, _INTRODUCTION_WIDTH) * (17.0 if number else 24.0) + _ROOM_BELOW)
        worksheet.write_string(number, 0, line, body if number else large)
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)
    worksheet.protect()


def _formats(workbook: Any) -> dict[str, Any]:
    common = {"text_wrap": True, "valign": "top", "align": "left", "indent": 1, "border": 1}
    common |= {"border_color": _EDGE, "font_color": _INK}
    locked, opened = {**common, "bg_color": _GREY}, {**common, "locked": False}
    return {
        "heading": workbook.add_format({**common, "bold": True, "bg_color": _GREY, "bottom": 2}),
        "open_heading": workbook.add_format({**common, "bold": True, "bottom": 2}),
        "locked": workbook.add_format({**locked, "num_format": "@"}),
        "open": workbook.add_format({**opened, "num_format": "@"}),
        "locked_date": workbook.add_format({**locked, "num_format": "yyyy-mm-dd"}),
        "open_date": workbook.add_format({**opened, "num_format": "yyyy-mm-dd"}),
    }


def _write_rows(worksheet: Any, form: Form, formats: dict[str, Any]) -> None:
    for position, column in enumerate(form.columns):
        worksheet.write_string(0, position, column.code)
        name = "open_heading" if column.opens is Opens.ALWAYS else "heading"
        worksheet.write_string(_HEADING_ROW, position, column.heading, formats[name])
    worksheet.set_row(_HEADING_ROW, _height(form, [column.heading for column in form.columns]))
    for number, row in enumerate([*form.rows, *form.new_rows]):
        is_new = number >= len(form.rows)
        worksheet.set_row(_HEADING_ROW + 1 + number, _height(form, row))
        for position, (column, cell) in enumerate(zip(form.columns, row, strict=True)):
            is_open = column.opens is Opens.ALWAYS or (is_new and column.opens is Opens.NEW_ROWS)
            name = ("open" if is_open else "locked") + ("_date" if column.is_date else "")
            _write_cell(worksheet, form.name, _HEADING_ROW + 1 + number, position, cell, formats[name])


def _height(form: Form, row: Sequence[Cell]) -> float:
    """Return the height of a row, because not every program makes room for texts that are folded."""
    folded = (
        _lines(str(cell), column.width)
        for column, cell in zip(form.columns, row, strict=True)
        if cell is not None and not column.is_hidden
    )
    return _LINE_HEIGHT * min(max(folded, default=1), _MOST_LINES) + _ROOM_BELOW


def _lines(written: str, width: float) -> int:
    """Return in how many lines a text is probably shown in a column."""
    return sum(1 + int(max(0, len(line) - 1) / max(1.0, width - _ROOM_BESIDE)) for line in written.split("\n"))


def _write_cell(worksheet: Any, sheet: str, row: int, position: int, cell: Cell, cell_format: Any) -> None:
    if cell is None or cell == "":
        worksheet.write_blank(row, position, None, cell_format)
    elif isinstance(cell, date) and cell.year > _FIRST_YEAR:
        worksheet.write_datetime(row, position, day_cell(cell), cell_format)
    else:
        written = str(cell)
        if len(written) > LONGEST_CELL:
            raise InputError("cell_too_long", sheet=sheet, row=row + 1, column=position + 1, found=len(written))
        worksheet.write_string(row, position, written, cell_format)


def _write_choices(workbook: Any, worksheet: Any, form: Form) -> None:
    """Write the lists to a sheet of their own (a list inside a rule cannot hold commas) and tie the columns to them."""
    from xlsxwriter.utility import xl_range_abs

    lists = workbook.add_worksheet(LISTS_SHEET)
    lists.very_hidden()
    ranges = {}
    for position, (name, words) in enumerate(form.choices.items()):
        for number, word in enumerate(words):
            lists.write_string(number, position, word)
        if words:
            ranges[name] = f"={LISTS_SHEET}!{xl_range_abs(0, position, len(words) - 1, position)}"
    title, message = form.refused
    for position, column in enumerate(form.columns):
        rule = _rule(column, ranges)
        first = _HEADING_ROW + 1 + (len(form.rows) if column.opens is Opens.NEW_ROWS else 0)
        last = _HEADING_ROW + len(form.rows) + len(form.new_rows)
        if rule and column.opens is not Opens.NEVER and first <= last:
            told = {"error_title": title[:32], "error_message": message[:255], "ignore_blank": True}
            worksheet.data_validation(first, position, last, position, rule | told)


def _rule(column: FormColumn, ranges: Mapping[str, str]) -> dict[str, Any]:
    if column.is_date:
        between = {"minimum": day_cell(FIRST_DAY), "maximum": day_cell(LAST_DAY)}
        return {"validate": "date", "criteria": "between", "error_type": "stop", **between}
    if column.choices not in ranges:
        return {}
    error_type = "stop" if column.only_choices else "warning"
    return {"validate": "list", "source": ranges[column.choices], "error_type": error_type}


def _colour_wanted(workbook: Any, worksheet: Any, form: Form) -> None:
    from xlsxwriter.utility import xl_col_to_name

    first, last = _HEADING_ROW + 1, _HEADING_ROW + len(form.rows) + len(form.new_rows)
    cells = {c.code: f"${xl_col_to_name(position)}{first + 1}" for position, c in enumerate(form.columns)}
    wanted = workbook.add_format({"bg_color": _WANTED})
    for position, column in enumerate(form.columns):
        if column.wanted_when and first <= last:
            condition = {"type": "formula", "criteria": f"={column.wanted_when.format(**cells)}", "format": wanted}
            worksheet.conditional_format(first, position, last, position, condition)


def _arrange(worksheet: Any, form: Form) -> None:
    for position, column in enumerate(form.columns):
        worksheet.set_column(position, position, column.width, None, {"hidden": column.is_hidden})
    worksheet.set_row(0, None, None, {"hidden": True})
    shown = [position for position, column in enumerate(form.columns) if not column.is_hidden]
    last = _HEADING_ROW + len(form.rows) + len(form.new_rows)
    worksheet.autofilter(_HEADING_ROW, 0, last, shown[-1])
    worksheet.freeze_panes(_HEADING_ROW + 1, 2)
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(_HEADING_ROW)
    allowed = ("format_columns", "format_rows", "autofilter", "sort")
    worksheet.protect("", dict.fromkeys(allowed, True))


def _write_kept(workbook: Any, form: Form) -> None:
    worksheet = workbook.add_worksheet(KEPT_SHEET)
    worksheet.very_hidden()
    for number, line in enumerate(form.kept):
        worksheet.write_string(number, 0, line)
