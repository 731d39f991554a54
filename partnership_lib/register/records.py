"""The register as a folder of CSV files, one per record type: how the demo data is shipped and a register is moved."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from partnership_lib.domain import RECORD_TYPES, Record, RegisterContent
from partnership_lib.errors import InputError
from partnership_lib.files.atomic import write_text
from partnership_lib.files.small_tables import cells_up_to
from partnership_lib.register.issues import RowIssue
from partnership_lib.register.values import CellError, Column, columns_of, from_text, to_row, to_text

_QUOTED = frozenset(',"\r\n')
_LONGEST_CELL = 16_000_000
"""Characters; a frozen document is longer than the 131,072 that `csv` reads unless it is told."""


def write_records(content: RegisterContent, folder: Path) -> None:
    """Write one ``<record type>.csv`` per record type that has records; the same content gives the same bytes.

    UTF-8, comma, LF; headings are the field names without `version`; ISO dates, ``true``/``false``, empty for None.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in RECORD_TYPES.items():
        path = folder / f"{name}.csv"
        records = getattr(content, name)
        if records:
            write_text(path, "".join(_lines(kind, records)))
        else:
            path.unlink(missing_ok=True)


def _lines(kind: type[Record], records: Iterable[Record]) -> Iterator[str]:
    columns = columns_of(kind)
    yield _line(column.name for column in columns)
    for record in sorted(records, key=lambda record: record.id):
        to_row(record)  # refuses what could not be read back
        yield _line(to_text(column, getattr(record, column.name)) for column in columns)


def _line(cells: Iterable[str]) -> str:
    # Not csv.writer: before Python 3.13 it leaves a lone carriage return bare, which its reader takes for a new row.
    return ",".join('"' + cell.replace('"', '""') + '"' if _QUOTED & set(cell) else cell for cell in cells) + "\n"


def read_records(folder: Path) -> tuple[RegisterContent, list[RowIssue]]:
    """Return the records of a folder that `write_records` wrote, and what could not be taken.

    Raises
    ------
    InputError
        ``records_folder_missing`` when there is no such folder.
    """
    if not folder.is_dir():
        raise InputError("records_folder_missing", found=str(folder))
    records: list[tuple[Record, int]] = []
    issues: list[RowIssue] = []
    for name, kind in RECORD_TYPES.items():
        path = folder / f"{name}.csv"
        if path.exists():
            _read_file(path, kind, records, issues)
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in RECORD_TYPES:
            issues.append(RowIssue(path.name, 0, "", path.stem, ", ".join(RECORD_TYPES), "records_file_unknown"))
    return RegisterContent.of(_with_known_references(records, issues)), issues


def _read_file(path: Path, kind: type[Record], records: list[tuple[Record, int]], issues: list[RowIssue]) -> None:
    headings, *rows = _csv_rows(path) or [[]]
    columns = {column.name: column for column in columns_of(kind)}
    missing = [name for name, column in columns.items() if column.required and name not in headings]
    unknown = [name for name in headings if name not in columns]
    if missing or unknown:
        for name in missing:
            issues.append(RowIssue(path.name, 1, name, ", ".join(headings), name, "column_missing"))
        for name in unknown:
            issues.append(RowIssue(path.name, 1, name, name, ", ".join(columns), "column_unknown"))
        return
    ids: set[str] = set()
    for number, cells in enumerate(rows, start=2):
        record = _read_row(path.name, number, kind, [columns[name] for name in headings], cells, issues)
        if record is not None and record.id in ids:
            issues.append(RowIssue(path.name, number, "id", record.id, "", "id_repeated"))
        elif record is not None:
            ids.add(record.id)
            records.append((record, number))


def _csv_rows(path: Path) -> list[list[str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        with cells_up_to(_LONGEST_CELL):
            return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError("records_file_unreadable", file=path.name, reason=str(error)) from error


def _read_row(
    file: str, number: int, kind: type[Record], columns: list[Column], cells: list[str], issues: list[RowIssue]
) -> Record | None:
    if len(cells) != len(columns):
        issues.append(RowIssue(file, number, "", str(len(cells)), str(len(columns)), "row_width"))
        return None
    values = {}
    wrong = []
    for column, cell in zip(columns, cells, strict=True):
        try:
            values[column.name] = from_text(column, cell)
        except CellError as error:
            wrong.append(RowIssue(file, number, column.name, cell[:80], column.allowed, error.code))
    if not wrong and not values.get("id"):
        wrong.append(RowIssue(file, number, "id", "", "text", "cell_missing"))
    issues.extend(wrong)
    return None if wrong else kind(**values)


def _with_known_references(records: list[tuple[Record, int]], issues: list[RowIssue]) -> list[Record]:
    """Return the records whose references exist; leaving one out can make another one point nowhere, so until still."""
    names = {kind: name for name, kind in RECORD_TYPES.items()}
    kept = records
    while True:
        known = {(names[type(record)], record.id) for record, _ in kept}
        good = []
        for record, number in kept:
            broken = _broken_reference(record, known)
            if broken is None:
                good.append((record, number))
            else:
                found = str(getattr(record, broken.name))
                allowed = str(broken.references)
                issues.append(
                    RowIssue(f"{names[type(record)]}.csv", number, broken.name, found, allowed, "reference_unknown")
                )
        if len(good) == len(kept):
            return [record for record, _ in good]
        kept = good


def _broken_reference(record: Record, known: set[tuple[str, str]]) -> Column | None:
    for column in columns_of(type(record)):
        target = getattr(record, column.name) if column.references else None
        if column.references and target is not None and (column.references, target) not in known:
            return column
    return None
