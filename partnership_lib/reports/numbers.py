"""Every number that a report shows, as data beside it: what it is, its unit, its value, and how uncertain it is."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from partnership_lib.display.named_numbers import unit_of_name
from partnership_lib.errors import InputError, ReportError
from partnership_lib.files.small_tables import read_rows, read_utf8
from partnership_lib.files.spreadsheet import formula_safe

NUMBERS = "numbers.csv"
HEADLINE = "number"
"""Name of the number that a finding is about."""

_REPEATING = "summary"
"""The section that tells again what the others tell."""
_BOUNDS = (("low", "high"), ("p2_5", "p97_5"), ("p10", "p90"), ("low_end", "high_end"), ("lower_ore", "upper_ore"))
_CENTRES = ("value", "middle", "mean_sek", "p50_sek", "likely_ore")
_AT_MOST = "possible_ore"
_ORDINALS = ("year", "month", "number", "calendar_month", "row_number")
"""Columns of numbers that count nothing: they say which row it is."""


@dataclass(frozen=True)
class Number:
    """A number in a report.

    Attributes
    ----------
    key : str
        What tells it from every other number in the report, and finds it again in another: section, sentence, row of
        a table, and name.
    code : str
        Name of the sentence, without the kind of report.
    row : str
        What names the row of the table; empty for a number in a sentence.
    name : str
        Column of the table, name in the sentence, or ``number``: what the sentence is about.
    unit : str
        ``count``, ``ore``, ``sek``, ``share``, ``days``, ``months`` ...; empty where it has none.
    value : int or float
    low, high : float or None
        Its interval or its bounds, where the report shows any.
    signal : str
        What its sentence asks of the reader: ``good``, ``attention``, ``bad``; ``none`` where nothing is judged.
    """

    key: str
    section: str
    code: str
    row: str
    name: str
    unit: str
    value: float
    low: float | None = None
    high: float | None = None
    signal: str = "none"

    @property
    def is_headline(self) -> bool:
        """Return whether it is what a sentence is about."""
        return self.name == HEADLINE and not self.row


def numbers_of(analysis: Mapping[str, Any]) -> list[Number]:
    """Return the numbers of a delivered analysis in reading order; what the summary repeats is there once."""
    findings = analysis["findings"]
    told = {finding["code"] for finding in findings if finding["section"] != _REPEATING}
    kept = [f for f in findings if f["section"] != _REPEATING or f["code"] not in told]
    labels = _labels(kept)
    return _unique([number for f, label in zip(kept, labels, strict=True) for number in _of_finding(f, label)])


def _labels(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what tells each finding from others with the same code in its section."""
    codes = Counter((finding["section"], finding["code"]) for finding in findings)
    return [" ".join(f["about"]) if codes[f["section"], f["code"]] > 1 else "" for f in findings]


def _of_finding(finding: Mapping[str, Any], label: str) -> Iterator[Number]:
    section, code = finding["section"], finding["code"].partition(".")[2]
    place = f"{section}/{code}" + (f"({label})" if label else "")
    named = finding["named"]
    if finding["number"] is not None:
        low, high = _bounds({name: facts["value"] for name, facts in named.items()}, finding["number"])
        key = f"{place}.{HEADLINE}"
        said = (finding["unit"], finding["number"], low, high, finding["signal"])
        yield Number(key, section, code, "", HEADLINE, *said)
    for name, facts in named.items():
        yield Number(f"{place}.{name}", section, code, "", name, facts["unit"], facts["value"])
    if finding["table"] is not None:
        yield from _of_table(finding["table"], section, code, place)


def _bounds(values: Mapping[str, Any], middle: float) -> tuple[float | None, float | None]:
    for low, high in _BOUNDS:
        if _is_number(values.get(low)) and _is_number(values.get(high)):
            return values[low], values[high]
    most = values.get(_AT_MOST)
    return (middle, most) if _is_number(most) else (None, None)


def _of_table(table: Mapping[str, Any], section: str, code: str, place: str) -> Iterator[Number]:
    columns = table["columns"]
    for cells, row in zip(table["rows"], _row_names(table), strict=True):
        values = dict(zip(columns, cells, strict=True))
        for column, value in values.items():
            if _is_number(value) and column != columns[0] and column not in _ORDINALS:
                low, high = _bounds(values, value) if column in _CENTRES else (None, None)
                unit = unit_of_name(column) or ("share" if column == "share" else "")
                key = f"{place}[{row}].{column}"
                yield Number(key, section, code, formula_safe(row), column, unit, value, low, high)


def _row_names(table: Mapping[str, Any]) -> list[str]:
    """Return what names each row: its first cell, with its other words where several rows begin alike."""
    rows = table["rows"]
    first = [_plain(row[0]) if row else "" for row in rows]
    alike = Counter(first)
    return [
        name if alike[name] == 1 else " ".join(_plain(cell) for cell in row if isinstance(cell, str))
        for name, row in zip(first, rows, strict=True)
    ]


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _unique(numbers: Iterable[Number]) -> list[Number]:
    """Return the numbers with a count added to the keys that come again."""
    seen: Counter[str] = Counter()
    found = []
    for number in numbers:
        seen[number.key] += 1
        again = seen[number.key]
        found.append(number if again == 1 else replace(number, key=f"{number.key}#{again}"))
    return found


_COLUMNS = tuple(field.name for field in fields(Number))


def as_csv(numbers: Iterable[Number], **of_all: str) -> bytes:
    """Return numbers as CSV: UTF-8, commas, LF, the same bytes for the same numbers; `of_all` are columns beside."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*_COLUMNS, *of_all])
    for number in numbers:
        writer.writerow([*("" if value is None else value for value in asdict(number).values()), *of_all.values()])
    return stream.getvalue().encode("utf-8")


def read_numbers(file: Path) -> list[Number]:
    """Return the numbers that `as_csv` wrote; none where there is no such file.

    Raises
    ------
    ReportError
        ``numbers_unreadable``: somebody or something has changed the file.
    """
    if not file.is_file():
        return []
    try:
        headings, rows = read_rows(read_utf8(file), file.name)
        return [_read(row) for _, row in rows] if set(_COLUMNS) <= set(headings) else [_read({})]
    except (InputError, KeyError, ValueError) as error:
        raise ReportError("numbers_unreadable", file=str(file), reason=str(error)[:200]) from error


def _read(row: Mapping[str, str]) -> Number:
    words = {name: row[name] for name in ("key", "section", "code", "row", "name", "unit", "signal")}
    low, high = (_number(row[name]) if row[name] else None for name in ("low", "high"))
    return Number(**words, value=_number(row["value"]), low=low, high=high)


def _number(written: str) -> float:
    return float(written) if any(letter in written for letter in ".en") else int(written)
