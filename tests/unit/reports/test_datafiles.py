"""The numbers of a report as files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from partnership_lib.reports.datafiles import data_tables, table_as_csv, write_data_files
from partnership_lib.reports.pdf import Attached

COLUMNS = ["title", "level", "amount_ore", "due_date", "done"]
ROWS = [
    ['=HYPERLINK("http://x")', "strategic", -123456, "2026-09-30", True],
    ["http://example.org", "tactical", 0, None, False],
]


def _finding(code: str, table: Any = None) -> dict[str, Any]:
    return {
        "section": "s",
        "code": code,
        "number": 2,
        "unit": "count",
        "signal": "bad",
        "sentence": "=1+1",
        "table": table,
    }


ANALYSIS = {
    "complete": True,
    "kind": "follow_up",
    "values": {"agreement": "Prov"},
    "findings": [
        _finding("follow_up.late", {"columns": COLUMNS, "rows": ROWS}),
        _finding("follow_up.plain"),
        _finding("portfolio.late", {"columns": ["n"], "rows": []}),
        _finding("follow_up.LATE", {"columns": ["n"], "rows": [[1]]}),
        _finding("follow_up." + "very_" * 40, {"columns": ["n"], "rows": [[1]]}),
    ],
    "charts": [
        {
            "section": "s",
            "code": "burn_up",
            "title": "Lagt till och klart",
            "table": {"columns": ["month", "agreed"], "rows": [["2026-08-01", 3]]},
        }
    ],
}


def test_every_table_has_a_file_and_a_sheet_of_its_own() -> None:
    tables = data_tables(ANALYSIS)
    assert [table.file for table in tables][:3] == ["late.csv", "late_2.csv", "LATE_3.csv"]
    assert len({table.file.lower() for table in tables}) == len({table.sheet.lower() for table in tables}) == 5
    assert max(len(table.sheet) for table in tables) <= 31


def test_the_numbers_behind_a_figure_have_a_file_and_the_headings_of_their_figure(tmp_path: Path) -> None:
    attached = write_data_files(tmp_path, ANALYSIS, "sv")
    assert attached[-1] == Attached("figure_burn_up.csv", "Lagt till och klart", b"month,agreed\n2026-08-01,3\n")
    assert {file.name: file.content for file in attached} == {
        file.name: file.read_bytes() for file in (tmp_path / "data").iterdir()
    }
    sheet = load_workbook(tmp_path / "data.xlsx").worksheets[-1]
    assert [cell.value for cell in sheet[1]] == ["Månad", "Överenskomna"]


def test_csv_keeps_numbers_as_numbers_and_disarms_formulas() -> None:
    read = list(csv.reader(io.StringIO(table_as_csv(data_tables(ANALYSIS)[0]).decode("utf-8"))))
    assert read[0] == COLUMNS
    assert read[1] == ['\'=HYPERLINK("http://x")', "strategic", "-123456", "2026-09-30", "true"]
    assert read[2] == ["http://example.org", "tactical", "0", "", "false"]


@pytest.mark.parametrize(("language", "level", "yes"), [("sv", "strategisk", "ja"), ("en", "strategic", "yes")])
def test_the_workbook_speaks_the_language_and_holds_neither_formulas_nor_links(
    tmp_path: Path, language: str, level: str, yes: str
) -> None:
    write_data_files(tmp_path, ANALYSIS, language)
    book = load_workbook(tmp_path / "data.xlsx")
    sentences, late = book.worksheets[0], book.worksheets[1]
    assert [cell.value for cell in late[2]][:3] == ['=HYPERLINK("http://x")', level, -1234.56]
    assert (late["D2"].is_date, late["E2"].value) == (True, yes)
    assert sentences["C2"].value == "=1+1"
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f" or cell.hyperlink] == []


def test_the_files_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_data_files(tmp_path / name, ANALYSIS, "sv")
    for file in (tmp_path / "one").rglob("*.*"):
        assert file.read_bytes() == (tmp_path / "two" / file.relative_to(tmp_path / "one")).read_bytes()


def test_the_findings_are_stored_as_they_were_delivered(tmp_path: Path) -> None:
    write_data_files(tmp_path, ANALYSIS, "sv")
    assert json.loads((tmp_path / "findings.json").read_text(encoding="utf-8")) == ANALYSIS
