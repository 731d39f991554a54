"""Frames as escaped HTML tables: the only way that rows reach a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from partnership_lib import text
from partnership_lib.display.safe import escape
from partnership_lib.display.values import UNIT_OF_ROW, format_value, heading, is_missing, is_number, unit_of

if TYPE_CHECKING:
    import pandas as pd

ROWS_SHOWN = 40
"""More rows than this stand in the report's data file only."""

ROWS_ON_PAPER = 20
"""More rows than this stand on the screen and in the data file only."""

KEPT_WHOLE = 5
"""A table of up to so many rows is not divided between two pages."""

_WIDE_FROM = 7
_VERY_WIDE_FROM = 10
_SHORT = 13
"""Words up to this length stay on one line, however narrow the table."""
_LONG = 60
"""Words from this length on get room, so that a row does not become a tower."""
_MARKED_STATUS = ("overdue", "missed", "not_assessed")


def safe_table(
    frame: pd.DataFrame,
    *,
    language: str,
    caption: str,
    currency: str = "SEK",
    chart: str = "",
    rows_shown: int = ROWS_SHOWN,
    file: str = "",
    background: bool = False,
) -> str:
    """Return a frame as an HTML table with everything in it escaped.

    Parameters
    ----------
    frame : pandas.DataFrame
        Column names as in the data dictionary; they decide how values are written.
    language : str
        ``sv`` or ``en``.
    caption : str
        What the table shows, read out before it.
    currency : str
        Currency of ``*_ore`` columns.
    chart : str
        Code of the chart that the rows belong to, where they belong to one; its columns can have names of their own.
    rows_shown : int
        Rows above this number are counted, not shown.
    file : str
        Name of the data file that has all rows; told on paper, where long tables are cut.
    background : bool
        Whether the whole table is for the screen only.

    Examples
    --------
    >>> import pandas as pd
    >>> html = safe_table(pd.DataFrame({"name": ["<script>"]}), language="en", caption="Names")
    >>> "<script>" in html, "&lt;script&gt;" in html
    (False, True)
    """
    if frame.empty:
        return f'<p class="no-rows">{escape(text.sentence("table.empty", {}, language))}</p>'
    columns = [str(column) for column in frame.columns]
    rows = list(frame.astype(object).itertuples(index=False, name=None))
    numeric = [_is_numeric(values) for values in zip(*rows, strict=True)]
    head = "".join(
        _head_cell(_heading(column, language, chart, currency), number)
        for column, number in zip(columns, numeric, strict=True)
    )
    body = "".join(
        _row(columns, numeric, values, language, currency, on_paper=not file or place < ROWS_ON_PAPER)
        for place, values in enumerate(rows[:rows_shown])
    )
    where = "scroll on-screen" if background else "scroll"
    table = (
        f'<div class="{where}" role="group" tabindex="0" aria-label="{escape(caption)}">'
        f'<table class="{_width_class(len(columns))}"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    rest = _rest(len(frame) - rows_shown, language)
    return table + rest + ("" if background else _cut_on_paper(len(frame) - ROWS_ON_PAPER, file, language))


def _is_numeric(column: tuple[Any, ...]) -> bool:
    values = [value for value in column if not is_missing(value)]
    return bool(values) and all(is_number(value) for value in values)


def _heading(column: str, language: str, chart: str, currency: str) -> str:
    unit = unit_of(column, language, currency)
    return f"{heading(column, language, chart)}, {unit}" if unit else heading(column, language, chart)


def _head_cell(name: str, number: bool) -> str:
    return f'<th scope="col"{_class("number" if number else "")}>{escape(name)}</th>'


def _row(
    columns: list[str], numeric: list[bool], values: tuple[Any, ...], language: str, currency: str, *, on_paper: bool
) -> str:
    cells = "".join(_cells(columns, numeric, values, language, currency))
    return f"<tr{'' if on_paper else _class('on-screen')}>{cells}</tr>"


def _cells(
    columns: list[str], numeric: list[bool], values: tuple[Any, ...], language: str, currency: str
) -> Iterator[str]:
    unit = str(dict(zip(columns, values, strict=True)).get(UNIT_OF_ROW) or "")
    for position, (column, number, value) in enumerate(zip(columns, numeric, values, strict=True)):
        shown = escape(format_value(column, value, language, currency, unit))
        classes = _class(" ".join(name for name, on in _marks(column, number, value, shown) if on))
        # The first column names the row, also for a screen reader.
        yield f"<td{classes}>{shown}</td>" if position else f'<th scope="row"{classes}>{shown}</th>'


def _marks(column: str, number: bool, value: Any, shown: str) -> tuple[tuple[str, bool], ...]:
    marked = column in ("status", "state") and value in _MARKED_STATUS
    return ("number", number), ("short", len(shown) <= _SHORT), ("long", len(shown) >= _LONG), ("marked", marked)


def _class(names: str) -> str:
    return f' class="{names}"' if names else ""


def _width_class(columns: int) -> str:
    return "very-wide" if columns >= _VERY_WIDE_FROM else "wide" if columns >= _WIDE_FROM else "plain"


def _rest(rows_left: int, language: str) -> str:
    if rows_left <= 0:
        return ""
    return f'<p class="more-rows on-screen">{escape(text.sentence("table.more_rows", {"n": rows_left}, language))}</p>'


def _cut_on_paper(rows_left: int, file: str, language: str) -> str:
    if rows_left <= 0 or not file:
        return ""
    told = text.sentence("table.more_than_on_paper", {"n": rows_left, "file": file}, language)
    return f'<p class="on-paper">{escape(told)}</p>'
