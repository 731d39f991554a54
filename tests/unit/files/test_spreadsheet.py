from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as some

from partnership_lib.errors import InputError
from partnership_lib.files.spreadsheet import Money, Sheet, formula_plain, formula_safe, write_csv, write_xlsx

HOSTILE = ["=1+1", "{=SUM(A1)}", "+46 18", "-5", "@SUM(1)", "http://example.org", "mailto:x@example.org",
           "internal:A!A1", "file:///etc/passwd", "\t=1", "=HYPERLINK(\"x\")", "12,50"]  # fmt: skip


def test_text_stays_text_in_a_workbook_and_amounts_stay_numbers(tmp_path: Path) -> None:
    rows = [[text, Money(-1250), date(2026, 9, 15)] for text in HOSTILE]
    write_xlsx(tmp_path / "a.xlsx", [Sheet("A", HOSTILE[:3], rows)])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    for number, text in enumerate(HOSTILE, start=2):
        cell = sheet.cell(number, 1)
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
        assert (sheet.cell(number, 2).value, sheet.cell(number, 2).data_type) == (-12.5, "n")
        assert sheet.cell(number, 3).value.date() == date(2026, 9, 15)
    assert [cell.data_type for cell in sheet[1]] == ["s", "s", "s"]


def test_the_control_the_same_text_written_carelessly_becomes_formulas_and_links(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as workbook:
        sheet = workbook.add_worksheet()
        for number, text in enumerate(HOSTILE):
            sheet.write(number, 0, text)
    cells = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]["A"]
    assert any(cell.data_type == "f" for cell in cells)
    assert any(cell.hyperlink for cell in cells)


def test_no_text_in_a_csv_file_begins_as_a_formula_and_numbers_do_not_change(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ["=x", "n"], [[text, Money(-1250)] for text in HOSTILE], "sv", ("ja", "nej"))
    content = (tmp_path / "a.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=";", strict=True))
    assert not [row for row in rows if row[0][:1] in set("=+-@\t\r")]
    assert [row[1] for row in rows[1:]] == ["-12,50"] * len(HOSTILE)
    assert [formula_plain(row[0]) for row in rows[1:]] == HOSTILE


@given(some.text())
def test_safe_text_can_be_read_back(text: str) -> None:
    assert formula_plain(formula_safe(text)) == text
    assert not formula_safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_text_that_a_cell_cannot_hold_is_refused_and_the_old_file_stands(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", [Sheet("A", ["h"], [["x"]])])
    before = (tmp_path / "a.xlsx").read_bytes()
    with pytest.raises(InputError, match="cell_too_long"):
        write_xlsx(tmp_path / "a.xlsx", [Sheet("A", ["h"], [["x" * 40_000]])])
    assert (tmp_path / "a.xlsx").read_bytes() == before


def test_the_same_sheets_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_xlsx(tmp_path / f"{name}.xlsx", [Sheet("A/B:C", ["h"], [["x", 1, 2.5, True, None]])])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]["D2"].value == "ja"
