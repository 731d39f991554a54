"""The sheets of a workbook, row by row as texts; to be called through `guarded`: a hostile one can kill its reader.

Nothing in a workbook is run and no link is followed: a formula is read as the value that was kept with it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any

from partnership_lib.errors import InputError
from partnership_lib.files.sources import Source
from partnership_lib.files.workbooks import checked_workbook, damage_told, overlapping

_HIDDEN_ROW = re.compile(rb'<row [^>]*hidden="(?:1|true)"')
_FORMULA = re.compile(rb"<f[ >/]")


@dataclass(frozen=True)
class SheetFacts:
    """What a reader of a sheet does not see on the screen.

    Attributes
    ----------
    is_hidden : bool
        Whether the whole sheet is.
    hidden_rows, formulas : int
        Rows that are hidden or filtered away, and cells whose value a formula made.
    """

    is_hidden: bool
    hidden_rows: int
    formulas: int


class Workbook:
    """An open workbook; cells become texts in a way that their amounts and dates can be read again."""

    def __init__(self, source: Source) -> None:
        self._file = source.name
        content = checked_workbook(source)
        with damage_told(self._file):
            self._open(content)

    def _open(self, content: Any) -> None:
        from python_calamine import CalamineWorkbook, SheetVisibleEnum

        self._archive = zipfile.ZipFile(content)
        self._parts = _parts_of_sheets(self._archive)
        self.counts_from_1904 = b'date1904="1"' in _part(self._archive, "xl/workbook.xml")
        content.seek(0)
        self._workbook = CalamineWorkbook.from_filelike(content)
        self._opened: dict[str, Any] = {}
        shown = SheetVisibleEnum.Visible
        self._hidden = {sheet.name for sheet in self._workbook.sheets_metadata if sheet.visible != shown}

    @property
    def sheet_names(self) -> list[str]:
        """Return the names of all sheets, those first that can be seen."""
        return sorted(self._workbook.sheet_names, key=lambda name: name in self._hidden)

    def facts(self, sheet: str) -> SheetFacts:
        """Return what a reader of the sheet does not see."""
        hidden_rows = formulas = 0
        if self._parts.get(sheet) not in self._archive.namelist():
            raise InputError("workbook_damaged", file=self._file, reason=sheet)
        with damage_told(self._file), self._archive.open(self._parts[sheet]) as handle:
            for text in overlapping(handle):
                hidden_rows += len(_HIDDEN_ROW.findall(text))
                formulas += len(_FORMULA.findall(text))
        return SheetFacts(sheet in self._hidden, hidden_rows, formulas)

    def rows(self, sheet: str, decimal_sign: str, date_format: str) -> Iterator[list[str]]:
        """Yield the rows from the sheet's first on, as texts; numbers and dates written as asked for."""
        if sheet not in self._opened:  # a sheet is parsed whole as it is opened
            with damage_told(self._file):
                self._opened = {sheet: self._workbook.get_sheet_by_name(sheet)}
        for cells in self._opened[sheet].iter_rows():
            yield [cell if type(cell) is str else cell_text(cell, decimal_sign, date_format) for cell in cells]


def cell_text(cell: Any, decimal_sign: str = ".", date_format: str = "%Y-%m-%d") -> str:
    """Return what is in a cell as text.

    A number that is within a millionth of a hundredth is that hundredth: workbooks hold 12.4999999 for 12.50.

    Examples
    --------
    >>> cell_text(5560360793.0), cell_text(0.1 + 0.2), cell_text(12.345), cell_text(date(2026, 1, 31)), cell_text(None)
    ('5560360793', '0.30', '12.345', '2026-01-31', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, (int, float)):
        return _number_text(cell).replace(".", decimal_sign)
    if isinstance(cell, datetime):
        cell = cell.date()
    return cell.strftime(date_format) if isinstance(cell, date) else str(cell)


def _number_text(number: float) -> str:
    if float(number).is_integer() and abs(number) < 2**53:
        return str(int(number))
    hundredths = number * 100
    if abs(hundredths) < 2**53 and abs(hundredths - round(hundredths)) < 1e-4:
        return f"{round(hundredths) / 100:.2f}"
    return repr(number)


def _parts_of_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return for each sheet the part of the archive that it is in."""
    relations = _tags(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    targets = {each.get("Id", ""): each.get("Target", "") for each in relations}
    sheets = _tags(archive, "xl/workbook.xml", "sheet")
    places = {unescape(sheet.get("name", "")): targets.get(sheet.get("id", ""), "") for sheet in sheets}
    return {name: place.lstrip("/") if place.startswith("/") else f"xl/{place}" for name, place in places.items()}


def _tags(archive: zipfile.ZipFile, part: str, tag: str) -> list[dict[str, str]]:
    """Return the attributes of a part's tags, without their namespaces; nothing in an XML text is expanded."""
    text = _part(archive, part).decode("utf-8", "replace")
    found = re.findall(rf"<(?:\w+:)?{tag}\s([^>]*)>", text)
    return [dict(re.findall(r'(?:\w+:)?(\w+)="([^"]*)"', attributes)) for attributes in found]


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a part of a workbook; empty where it is missing, which the reader of the whole says in its own words."""
    return archive.read(name) if name in archive.namelist() else b""
