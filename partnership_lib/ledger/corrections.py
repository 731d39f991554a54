"""Quarantined rows go out in a workbook, are corrected there, and come back as lines of the same file.

A corrected line keeps the number that the row has in its first file; its `file_sha256` is that of the workbook. What is
not corrected, or left out of the workbook, stays in quarantine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from partnership_lib import text
from partnership_lib.errors import InputError, UsageError
from partnership_lib.files.delimited import Record, joined_fields, split_fields
from partnership_lib.files.forms import Form, FormColumn, Opens, write_form
from partnership_lib.files.profiles import LedgerProfile, make_profile
from partnership_lib.files.quarantine import QuarantinedRow, read_quarantine
from partnership_lib.files.sheets import Workbook
from partnership_lib.files.sources import Source
from partnership_lib.ledger.dates import EARLIEST, LATEST
from partnership_lib.ledger.dialects import make_layout
from partnership_lib.ledger.manifest import ImportedFile
from partnership_lib.ledger.parts import numbers_in
from partnership_lib.ledger.rows_of_files import RAW_SEPARATOR, Rows
from partnership_lib.ledger.warehouse import Warehouse

MOST_ROWS = 20_000
_MARK = "partnership ledger corrections 1"
_KEPT = "_kept"
_LINE, _REASON, _CELL = "line", "reason", "cell"
_IS_CELL = re.compile(f"{_CELL}[0-9]{{1,5}}", re.ASCII)


@dataclass(frozen=True)
class Waiting:
    """A file of the warehouse with quarantined rows, and the corrections of it that count.

    Attributes
    ----------
    folder : pathlib.Path
        The root of the warehouse.
    """

    file: ImportedFile
    folder: Path
    corrections: tuple[ImportedFile, ...] = ()

    def rows(self) -> list[QuarantinedRow]:
        """Return all rows that were quarantined."""
        return read_quarantine(self.folder / self.file.quarantine)

    def mended(self) -> dict[int, str]:
        """Return the lines that have been corrected, each with the hash of the workbook that did it."""
        return {
            number: correction.sha256
            for correction in self.corrections
            for part in correction.parts
            for number in numbers_in(self.folder / part.path)
        }

    def left(self) -> list[QuarantinedRow]:
        """Return the rows that still wait."""
        mended = self.mended()
        return [row for row in self.rows() if row.line not in mended]


@dataclass(frozen=True)
class Corrections:
    """A workbook that came back.

    Attributes
    ----------
    replaces : tuple of str
        Hashes of the workbooks before it whose every line it holds.
    amounts_ore : Mapping
        What each row had been counted as in quarantine.
    """

    waiting: Waiting
    profile: LedgerProfile
    rows: Rows
    replaces: tuple[str, ...] = ()
    amounts_ore: Mapping[int, int] = field(default_factory=dict)


def waiting_files(files: Sequence[ImportedFile], folder: Path) -> dict[str, Waiting]:
    """Return by its hash every file that has rows in quarantine, also those that a newer version has replaced."""
    current = [file for file in files if file.corrects and not file.replaced_by]
    return {
        file.sha256: Waiting(file, folder, tuple(each for each in current if each.corrects == file.sha256))
        for file in files
        if file.quarantine and not file.corrects
    }


# --- out ------------------------------------------------------------------------------------------------------------


def write_corrections(warehouse: Warehouse, path: Path, language: str, file: str = "") -> int:
    """Return how many quarantined rows of a ledger file were written to a workbook to be corrected in.

    Parameters
    ----------
    file : str
        Name of the ledger file; needed where several have rows in quarantine.

    Raises
    ------
    UsageError
        ``quarantine_empty``, or ``quarantine_of_which`` with the files there are.
    """
    files = warehouse.files()
    waiting = [each for each in waiting_files(files, warehouse.root).values() if not each.file.replaced_by]
    left = {each.file.sha256: (each, rows) for each in waiting if (rows := each.left())}
    chosen = [found for found in left.values() if not file or found[0].file.name == file]
    if not left:
        raise UsageError("quarantine_empty")
    if len(chosen) != 1:
        names = ", ".join(each.file.name for each, _ in left.values())
        raise UsageError("quarantine_of_which", found=file or "–", allowed=names)
    each, rows = chosen[0]
    write_form(path, _form(each.file, rows[:MOST_ROWS], len(rows), language))
    return min(len(rows), MOST_ROWS)


def _form(file: ImportedFile, rows: Sequence[QuarantinedRow], left: int, language: str) -> Form:
    cells = [_cells(row, file) for row in rows]
    width = max(len(file.headings), *map(len, cells))
    headings = [*file.headings, *[""] * (width - len(file.headings))]
    words = {name: text.sentence(f"corrections.{name}", {}, language) for name in ("line", "reason", "sheet", "about")}
    values = {"file": file.name, "rows": len(rows), "left": left}
    steps = [text.sentence(f"corrections.step_{number}", values, language) for number in (1, 2, 3, 4)]
    columns = [
        FormColumn(_LINE, words["line"], 9),
        FormColumn(_REASON, words["reason"], 44),
        *(FormColumn(f"{_CELL}{n}", heading, _width(heading), Opens.ALWAYS) for n, heading in enumerate(headings)),
    ]
    return Form(
        introduction_name=words["about"],
        introduction=[text.sentence("corrections.title", values, language), *steps],
        name=words["sheet"],
        columns=columns,
        rows=[
            [str(row.line), _sentence(row, language), *found, *[""] * (width - len(found))]
            for row, found in zip(rows, cells, strict=True)
        ],
        kept=(_MARK, file.sha256),
    )


def _width(heading: str) -> float:
    return min(30.0, max(13.0, len(heading) + 2.0))


def _cells(row: QuarantinedRow, file: ImportedFile) -> list[str]:
    if file.separator:
        return split_fields(row.raw, file.separator)
    try:
        found = json.loads(row.raw, parse_float=str, parse_int=str)
    except ValueError:
        return [row.raw]
    if not isinstance(found, dict):
        return [row.raw]
    values = {name.replace("\ufeff", "").strip(): value for name, value in found.items()}
    return ["" if values.get(name) is None else str(values[name]) for name in file.headings]


def _sentence(row: QuarantinedRow, language: str) -> str:
    """Return why a row was refused as a sentence; numbers of cells are counts, everything else is as it was written."""
    counted = row.reason in ("row_too_long", "row_too_short")
    found, allowed = (int(value) if counted else value for value in (row.found, row.allowed))
    error = InputError(row.reason, found=found, allowed=allowed, earliest=EARLIEST, latest=LATEST)
    return text.describe(error, language)


# --- back -----------------------------------------------------------------------------------------------------------


def corrections_in(source: Source, waiting: Mapping[str, Waiting]) -> Corrections | None:
    """Return the corrections in a workbook; None where it is no workbook of ours but a ledger.

    Raises
    ------
    InputError
        ``corrections_unknown``: the file that it corrects is not in the warehouse; ``corrections_outdated``: a newer
        version has replaced that file; ``corrections_damaged``.
    """
    workbook = Workbook(source)
    if _KEPT not in workbook.sheet_names:
        return None
    kept = [row[0] for row in workbook.rows(_KEPT, ".", "%Y-%m-%d") if row]
    if len(kept) < 2 or kept[0] != _MARK:
        return None
    each = waiting.get(kept[1])
    if each is None:
        raise InputError("corrections_unknown", file=source.name)
    if each.file.replaced_by:
        raise InputError("corrections_outdated", file=source.name, earlier=each.file.name)
    content = {name: value for name, value in each.file.profile_content.items() if value is not None}
    profile = make_profile(content, each.file.profile)
    return _corrections(workbook, source, each, profile)


def _corrections(workbook: Workbook, source: Source, waiting: Waiting, profile: LedgerProfile) -> Corrections:
    sheet = next((name for name in workbook.sheet_names if _codes(workbook, name, profile)), None)
    if sheet is None:
        raise InputError("corrections_damaged", file=source.name)
    amounts = {row.line: row.ore or 0 for row in waiting.rows()}
    mended = waiting.mended()
    records = list(_records(workbook, sheet, profile))
    present = {record.line for record in records}
    whole = {each.sha256: {line for line, by in mended.items() if by == each.sha256} for each in waiting.corrections}
    replaced = tuple(sha256 for sha256, lines in whole.items() if lines <= present)
    taken = {line for line, by in mended.items() if by not in replaced}
    rows = Rows(
        make_layout(waiting.file.headings, profile, source.name),
        (_judged(record, amounts, taken) for record in records),
        1,
        raw_separator=RAW_SEPARATOR,
        non_data=((1, "codes"),),
    )
    return Corrections(waiting, profile, rows, replaced, amounts)


def _judged(record: Record, amounts: Mapping[int, int], taken: set[int]) -> Record:
    """Return the record, or one that cannot be taken: nobody knows its line, or another workbook has corrected it."""
    if record.fields is not None and not "".join(record.fields).strip():
        return record
    if record.line not in amounts:
        return Record(record.line, None, record.raw, "corrections_line_unknown")
    if record.line in taken:
        return Record(record.line, None, record.raw, "corrections_line_taken")
    return record


def _codes(workbook: Workbook, sheet: str, profile: LedgerProfile) -> dict[str, int]:
    first: list[str] = next(workbook.rows(sheet, ".", profile.date_formats[0]), [])
    codes = {code: place for place, code in enumerate(first)}
    return codes if _LINE in codes and f"{_CELL}0" in codes else {}


def _records(workbook: Workbook, sheet: str, profile: LedgerProfile) -> Iterator[Record]:
    codes = _codes(workbook, sheet, profile)
    places = [
        codes[code] for code in sorted(filter(_IS_CELL.fullmatch, codes), key=lambda code: int(code[len(_CELL) :]))
    ]
    sign = "." if profile.decimal_sign == "auto" else profile.decimal_sign
    rows = workbook.rows(sheet, sign, profile.date_formats[0])
    for row in islice(rows, 2, None):
        cells = [row[place] for place in places]
        number = row[codes[_LINE]].strip()
        yield Record(
            int(number) if number.isascii() and number.isdigit() else 0, cells, joined_fields(cells, RAW_SEPARATOR)
        )
