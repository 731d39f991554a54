"""A panel out of the text of a CSV file, as a spreadsheet of either language writes it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from partnership_lib.analysis.outcome.panel import Panel, panel_from_frame
from partnership_lib.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

_SEPARATORS = (";", "\t", "|", ",")
_SPACES = str.maketrans("", "", " \u00a0\u202f")


def panel_from_text(content: str, file: str, *, unit: str, period: str, value: str, treated: str, start: str) -> Panel:
    """Return the panel in a tidy CSV file, on its raw values.

    Parameters
    ----------
    content : str
        The file's text: a row of headings, then a row per unit and period.
    file : str
        Name that errors give.

    Raises
    ------
    InputError
        ``panel_row_width`` and ``table_unreadable`` with the line, ``panel_column_twice``, and what `panel_from_frame`
        refuses.

    Notes
    -----
    The separator is the one that the heading row has most of. Where it is not the comma, a comma in a value is a
    decimal comma. An empty value is a gap, and a gap is refused.
    """
    frame, separator = _frame(content, file)
    if value in frame.columns:
        frame[value] = [_number_text(text, separator) for text in frame[value]]
    if period in frame.columns:
        frame[period] = _labels(frame[period].tolist())
    return panel_from_frame(frame, unit=unit, period=period, value=value, treated=treated, start=start, where=file)


def _frame(content: str, file: str) -> tuple[pd.DataFrame, str]:
    import pandas as pd

    heading = content.lstrip("\ufeff").partition("\n")[0]
    separator = max(_SEPARATORS, key=heading.count)
    rows = _rows(content.lstrip("\ufeff"), file, separator)
    columns = [name.strip() for name in rows[0]] if rows else []
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise InputError("panel_column_twice", file=file, found=twice)
    filled = []
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            raise InputError("panel_row_width", file=file, line=line, found=len(row), allowed=len(columns))
        filled.append([cell.strip() for cell in row])
    return pd.DataFrame(filled, columns=columns, dtype=object), separator


def _rows(content: str, file: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(content), delimiter=separator)
    try:
        return list(reader)
    except csv.Error as error:
        raise InputError("table_unreadable", file=file, line=max(reader.line_num, 1), reason=str(error)) from error


def _number_text(text: str, separator: str) -> str | None:
    bare = text.translate(_SPACES).replace("\u2212", "-")
    return (bare.replace(",", ".") if separator != "," else bare) or None


def _labels(texts: list[str]) -> list[str] | list[int] | list[float]:
    """Return labels in the order of time: as numbers where all are, else as text."""
    for kind in (int, float):
        try:
            return [kind(text) for text in texts]
        except ValueError:
            continue
    return texts
