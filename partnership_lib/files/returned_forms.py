"""Reading a form that somebody has answered: every sheet by name, the hidden ones too; to be called through `guarded`.

A formula is not an answer: what it shows depends on the program that opened it last. It is told apart, never run.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from partnership_lib.errors import InputError
from partnership_lib.files.workbooks import NumberedRow, damage_told

_LARGEST_UNPACKED_BYTES = 128 * 2**20  # a form is small; what unpacks to more is none
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class FormulaCell:
    """A cell that holds a formula instead of an answer."""

    written: str

    def __str__(self) -> str:
        return self.written


@dataclass(frozen=True)
class ReturnedSheet:
    """A sheet with all its rows, numbered as a spreadsheet program shows them."""

    name: str
    rows: Sequence[NumberedRow]


def returned_sheets(path: Path, maximum_rows: int, maximum_columns: int) -> list[ReturnedSheet]:
    """Return every sheet of a workbook; cells are text, numbers, dates, True/False, ``""`` or `FormulaCell`.

    Raises
    ------
    InputError
        ``archive_too_large``, ``table_too_long``, ``table_too_wide`` or ``workbook_damaged``.
    """
    with damage_told(path.name):
        return _sheets(path, maximum_rows, maximum_columns)


def _sheets(path: Path, maximum_rows: int, maximum_columns: int) -> list[ReturnedSheet]:
    from python_calamine import CalamineWorkbook

    _check_unpacked(path)
    formulas = _formulas(path, maximum_rows)
    sheets = []
    with CalamineWorkbook.from_path(str(path)) as workbook:
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            for code, found, limit in (
                ("table_too_long", sheet.total_height, maximum_rows),
                ("table_too_wide", sheet.total_width, maximum_columns),
            ):
                if found > limit:
                    raise InputError(code, file=f"{path.name}, {name}", found=found, allowed=limit)
            rows = [list(cells) for cells in sheet.to_python(skip_empty_area=False)]
            _mark(rows, formulas.get(name, {}))
            sheets.append(ReturnedSheet(name, [(number, cells) for number, cells in enumerate(rows, start=1)]))
    return sheets


def _check_unpacked(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if unpacked > _LARGEST_UNPACKED_BYTES:
        raise InputError("archive_too_large", file=path.name, members=len(members), size_mb=unpacked // 2**20)


def _mark(rows: list[list[Any]], formulas: dict[tuple[int, int], str]) -> None:
    for (row, column), written in formulas.items():
        while len(rows) <= row:  # a formula whose value was never kept lies outside what the reader sees
            rows.append([])
        rows[row].extend([""] * (column + 1 - len(rows[row])))
        rows[row][column] = FormulaCell(written)


def _formulas(path: Path, maximum_rows: int) -> dict[str, dict[tuple[int, int], str]]:
    """Return the formulas of each sheet by row and column, counted from 0."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name, member in _members_of_sheets(archive):
            content = archive.read(member)
            rows = content.count(b"<row ")
            if rows > maximum_rows:  # counted in a moment, where reading them would take many
                raise InputError("table_too_long", file=f"{path.name}, {name}", found=rows, allowed=maximum_rows)
            if b"<f" in content:
                found[name] = dict(_formulas_of(io.BytesIO(content)))
    return found


def _members_of_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return
    relations, workbook = (_tree(archive, f"xl/{name}") for name in ("_rels/workbook.xml.rels", "workbook.xml"))
    targets = {each.get("Id", ""): each.get("Target", "") for each in relations}
    for sheet in workbook.iter():
        if sheet.tag.endswith("}sheet"):
            target = next((targets.get(value, "") for key, value in sheet.items() if key.endswith("}id")), "")
            member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if member in names:
                yield sheet.get("name", ""), member


def _tree(archive: zipfile.ZipFile, member: str) -> ET.Element:
    return ET.fromstring(archive.read(member))  # noqa: S314 - in a guarded child, by a parser that refuses entity bombs


def _formulas_of(handle: Any) -> Iterator[tuple[tuple[int, int], str]]:
    for _, cell in ET.iterparse(handle):  # noqa: S314 - see `_tree`
        if not cell.tag.endswith("}c"):
            continue
        formula = next((part for part in cell if part.tag.endswith("}f")), None)
        place = _REFERENCE.fullmatch(cell.get("r", ""))
        if formula is not None and place is not None:
            yield (int(place[2]) - 1, _column(place[1])), f"={formula.text or ''}"
        cell.clear()


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
