"""The numbers of a report as files: findings as JSON, every table as CSV, all of them as one workbook."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.display.delivery import table_name
from partnership_lib.display.values import heading, word_of
from partnership_lib.files.spreadsheet import LONGEST_CELL, Cell, Money, Sheet, formula_safe, write_xlsx
from partnership_lib.reports.names import safe_name
from partnership_lib.reports.pdf import Attached

_SUMMARY_COLUMNS = ("section", "code", "sentence", "number", "unit", "signal")


@dataclass(frozen=True)
class DataTable:
    """The table of one finding or figure, the names it goes under, and what it is the numbers of, in words."""

    file: str
    sheet: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    about: str = ""
    chart: str = ""


def data_tables(analysis: Mapping[str, Any]) -> list[DataTable]:
    """Return the tables of a delivered analysis; every one has a file name and a sheet name of its own."""
    named = [
        *((table_name(each["code"]), each["sentence"], "", each["table"]) for each in analysis["findings"]),
        *((f"figure_{each['code']}", each["title"], each["code"], each["table"]) for each in analysis["charts"]),
    ]
    return list(_tables(named))


def _tables(named: Iterable[tuple[str, str, str, Mapping[str, Any] | None]]) -> Iterator[DataTable]:
    used: set[str] = set()
    for name, about, chart, table in named:
        if table is None:
            continue
        file = name if name.isidentifier() and name.isascii() and len(name) <= 80 else safe_name(name)
        number = 1
        while (unique := file if number == 1 else f"{file}_{number}").lower() in used:
            number += 1
        used.add(unique.lower())
        yield DataTable(f"{unique}.csv", f"{len(used)} {unique}"[:31], table["columns"], table["rows"], about, chart)


def write_data_files(folder: Path, analysis: Mapping[str, Any], language: str) -> list[Attached]:
    """Write ``findings.json``, ``data/*.csv`` and ``data.xlsx`` into a folder; return the CSV files for its PDF."""
    findings = json.dumps(analysis, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
    (folder / "findings.json").write_text(findings, encoding="utf-8", newline="\n")
    tables = data_tables(analysis)
    (folder / "data").mkdir()
    attached = [Attached(table.file, table.about, table_as_csv(table)) for table in tables]
    for file in attached:
        (folder / "data" / file.name).write_bytes(file.content)
    yes_no = (text.word("yes_no", True, language), text.word("yes_no", False, language))
    write_xlsx(folder / "data.xlsx", workbook_sheets(analysis, tables, language), yes_no=yes_no)
    return attached


def table_as_csv(table: DataTable) -> bytes:
    """Return a table as CSV for machines: UTF-8, commas, ISO dates, money in öre, names of columns as in the code."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_csv_cell(value) for value in row] for row in table.rows)
    return stream.getvalue().encode("utf-8")


def _csv_cell(value: Any) -> Any:
    if isinstance(value, str):
        return formula_safe(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def workbook_sheets(analysis: Mapping[str, Any], tables: Sequence[DataTable], language: str) -> list[Sheet]:
    """Return sheets for people: one of sentences, then one per table, with headings and words in the language."""
    sentences = [[finding.get(column) for column in _SUMMARY_COLUMNS] for finding in analysis["findings"]]
    first = text.sentence("report.data.findings", {}, language)
    summary = DataTable("", first, _SUMMARY_COLUMNS, sentences)
    return [_sheet(table, language) for table in (summary, *tables)]


def _sheet(table: DataTable, language: str) -> Sheet:
    return Sheet(
        table.sheet,
        [heading(column, language, table.chart) for column in table.columns],
        [[_cell(name, value, language) for name, value in zip(table.columns, row, strict=True)] for row in table.rows],
    )


def _cell(column: str, value: Any, language: str) -> Cell:
    if column.endswith("_ore") and type(value) is int:
        return Money(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)[:LONGEST_CELL]
    return _as_day(column, value) or word_of(column, value, language) or value[:LONGEST_CELL]


def _as_day(column: str, value: str) -> date | None:
    if column == "month" or column.endswith(("_date", "_by", "_month")):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None
