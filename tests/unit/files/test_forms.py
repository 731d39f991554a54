"""Workbooks to answer in: what is locked, what can be chosen, and that they are read back as they were written."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from partnership_lib.errors import InputError
from partnership_lib.files.forms import KEPT_SHEET, LISTS_SHEET, Form, FormColumn, Opens, write_form
from partnership_lib.files.returned_forms import FormulaCell, returned_sheets

COLUMNS = [
    FormColumn("id", "Id", 10),
    FormColumn("word", "Ord, med komma", 12, opens=Opens.ALWAYS, choices="words"),
    FormColumn("day", "Dag", 12, opens=Opens.ALWAYS, is_date=True, wanted_when='{word}="ja, tack"'),
    FormColumn("kind", "Slag", 12, opens=Opens.NEW_ROWS, choices="words"),
    FormColumn("key", "Nyckel", 8, is_hidden=True),
]
FORM = Form(
    introduction_name="Läs först",
    introduction=["Rubrik", "Gör så här"],
    name="Svar",
    columns=COLUMNS,
    rows=[["A", "ja, tack", date(2026, 9, 15), "=1+1", "k1"], ["B", None, None, "nej", "k2"]],
    new_rows=[["C", None, None, None, "k3"]],
    choices={"words": ["ja, tack", "nej"]},
    kept=["first", "second"],
    refused=("Nej", "Välj i listan"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_form(tmp_path / "form.xlsx", FORM)
    return tmp_path / "form.xlsx"


def test_the_same_form_gives_the_same_bytes(path: Path) -> None:
    first = path.read_bytes()
    write_form(path, FORM)
    assert path.read_bytes() == first


def test_only_what_is_to_be_answered_is_open(path: Path) -> None:
    sheet = openpyxl.load_workbook(path)["Svar"]
    assert sheet.protection.sheet
    opened = {cell.coordinate for row in sheet.iter_rows(min_row=3) for cell in row if not cell.protection.locked}
    assert opened == {"B3", "C3", "B4", "C4", "B5", "C5", "D5"}


def test_the_lists_to_choose_from_take_words_with_commas(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    rules = {str(rule.sqref): rule for rule in book["Svar"].data_validations.dataValidation}
    assert set(rules) == {"B3:B5", "C3:C5", "D5"}
    assert rules["B3:B5"].formula1 == f"{LISTS_SHEET}!$A$1:$A$2"
    assert [cell.value for cell in book[LISTS_SHEET]["A"]] == ["ja, tack", "nej"]
    assert rules["C3:C5"].type == "date"


def test_what_nobody_shall_see_is_not_seen(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    assert {name: book[name].sheet_state for name in (LISTS_SHEET, KEPT_SHEET)} == {
        LISTS_SHEET: "veryHidden",
        KEPT_SHEET: "veryHidden",
    }
    assert book["Svar"].row_dimensions[1].hidden
    assert book["Svar"].column_dimensions["E"].hidden


def test_text_that_looks_like_a_formula_stays_text(path: Path) -> None:
    assert openpyxl.load_workbook(path)["Svar"]["D3"].data_type == "s"


def test_a_text_that_no_cell_holds_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    form = Form("a", [], "Svar", [FormColumn("id", "Id", 9)], [["x" * 40_000]])
    with pytest.raises(InputError, match="cell_too_long"):
        write_form(tmp_path / "form.xlsx", form)
    assert not list(tmp_path.iterdir())


def test_a_form_is_read_back_as_it_was_written(path: Path) -> None:
    sheets = {sheet.name: sheet.rows for sheet in returned_sheets(path, 100, 20)}
    assert sheets["Svar"][0] == (1, ["id", "word", "day", "kind", "key"])
    assert sheets["Svar"][2] == (3, ["A", "ja, tack", date(2026, 9, 15), "=1+1", "k1"])
    assert [cells[0] for _, cells in sheets[KEPT_SHEET]] == ["first", "second"]


def test_a_formula_is_told_apart_from_an_answer_wherever_it_stands(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["Svar"]["B4"] = "=A4"
    book["Svar"]["G9"] = "=1/0"
    book.save(path)
    rows = {sheet.name: dict(sheet.rows) for sheet in returned_sheets(path, 100, 20)}["Svar"]
    assert rows[4][1] == FormulaCell("=A4")
    assert rows[9][6] == FormulaCell("=1/0")
    assert not any(isinstance(cell, FormulaCell) for cell in rows[3])


@pytest.mark.parametrize(("rows", "columns", "code"), [(3, 20, "table_too_long"), (100, 3, "table_too_wide")])
def test_a_form_larger_than_any_that_was_sent_is_refused(path: Path, rows: int, columns: int, code: str) -> None:
    with pytest.raises(InputError, match=code):
        returned_sheets(path, rows, columns)


def test_what_unpacks_to_more_than_a_form_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", b"\0" * (130 * 2**20))
    with pytest.raises(InputError, match="archive_too_large"):
        returned_sheets(path, 100, 20)
