"""Quarantined rows go out in a workbook, are corrected by somebody, and come back as lines of their file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from partnership_lib.errors import InputError, UsageError
from partnership_lib.ledger.corrections import write_corrections
from partnership_lib.ledger.importing import ImportAccount, import_ledger
from partnership_lib.ledger.warehouse import Warehouse

pytestmark = pytest.mark.usefixtures("unguarded")

SHEET = "Rätta raderna"
Change = Callable[[dict[int, dict[str, Any]]], None]


@pytest.fixture
def ledger(tmp_path: Path, warehouse: Warehouse, national: Any) -> Path:
    """A ledger of five rows, three of them refused: an amount, a date, a row that is too short."""
    rows = [
        national.row("10.00", voucher="V1"),
        national.row("12.x", voucher="V2"),
        national.row("2.50", voucher="V3", day="2026-02-30"),
        "2120003005,Uppsala kommun,V4,Bolag AB,5560360793,6010,Lokalhyra,4.00",
        national.row("1.00", voucher="V5"),
    ]
    path = tmp_path / "ledger.csv"
    path.write_text(national.file(*rows), encoding="utf-8")
    import_ledger([path], warehouse)
    assert warehouse.totals() == {"files": 1, "lines": 2, "ore": 1100, "quarantined": 3, "quarantined_ore": 250}
    return path


def corrected(source: Path, target: Path, changes: dict[int, dict[str, Any]], without: tuple[int, ...] = ()) -> Path:
    """Do what a person does in a spreadsheet: change cells by line number and heading, remove rows, save."""
    book = openpyxl.load_workbook(source)
    sheet = book[SHEET]
    headings = {cell.value: cell.column for cell in sheet[2]}
    for row in range(sheet.max_row, 2, -1):
        line = int(sheet.cell(row, 1).value)
        for heading, value in changes.get(line, {}).items():
            sheet.cell(row, headings[heading]).value = value
        if line in without:
            sheet.delete_rows(row)
    book.save(target)
    return target


def bring_back(path: Path, warehouse: Warehouse) -> ImportAccount:
    [account] = import_ledger([path], warehouse)
    return account


RIGHT = {3: {"belopp": "12.00"}, 4: {"datum": "2026-02-28"}, 5: {"datum": "2026-01-31"}}


def test_a_corrected_row_becomes_a_line_of_its_file_and_the_rest_waits(
    tmp_path: Path, warehouse: Warehouse, ledger: Path
) -> None:
    out = tmp_path / "karantän.xlsx"
    assert write_corrections(warehouse, out, "sv") == 3
    account = bring_back(corrected(out, tmp_path / "rättad.xlsx", {3: RIGHT[3]}), warehouse)
    assert (account.imported.accepted, account.imported.accepted_ore, account.imported.quarantined) == (1, 1200, 2)
    assert dict(account.imported.notes)["ledger_corrections"] == {"earlier": "ledger.csv", "lines": 1, "left": 2}
    assert warehouse.totals() == {"files": 2, "lines": 3, "ore": 2300, "quarantined": 2, "quarantined_ore": 250}
    [line] = [line for line in warehouse.lines().to_pyarrow().to_pylist() if line["voucher_id"] == "V2"]
    assert (line["line_number"], line["file_sha256"]) == (3, account.imported.sha256)
    for language in ("sv", "en"):
        assert any("ledger.csv" in sentence for sentence in account.sentences(language))
    assert write_corrections(warehouse, tmp_path / "left.xlsx", "en") == 2


def test_the_workbook_says_why_and_shows_the_cells_under_their_headings(
    tmp_path: Path, warehouse: Warehouse, ledger: Path
) -> None:
    out = tmp_path / "out.xlsx"
    write_corrections(warehouse, out, "sv")
    sheet = openpyxl.load_workbook(out)[SHEET]
    headings = [cell.value for cell in sheet[2]]
    rows = {row[0]: dict(zip(headings, row, strict=True)) for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert (rows["3"]["belopp"], rows["4"]["datum"], rows["5"]["verifikationsnummer"]) == ("12.x", "2026-02-30", "V4")
    assert "12.x" in rows["3"]["Varför raden inte togs emot"]
    assert "8 fält" in rows["5"]["Varför raden inte togs emot"]


def test_numbers_and_dates_typed_in_a_spreadsheet_are_read(tmp_path: Path, warehouse: Warehouse, ledger: Path) -> None:
    out = tmp_path / "out.xlsx"
    write_corrections(warehouse, out, "sv")
    typed = {3: {"belopp": 12.345}, 4: {"datum": date(2026, 2, 28)}, 5: {"belopp": 4.1, "datum": "2026-01-31"}}
    account = bring_back(corrected(out, tmp_path / "typed.xlsx", typed), warehouse)
    assert (account.imported.accepted_ore, account.imported.quarantined) == (250 + 410, 1), "12.345 stays out"


def test_a_workbook_that_is_corrected_further_replaces_its_earlier_self(
    tmp_path: Path, warehouse: Warehouse, ledger: Path
) -> None:
    out = tmp_path / "out.xlsx"
    write_corrections(warehouse, out, "sv")
    bring_back(corrected(out, tmp_path / "one.xlsx", {3: {"belopp": "99.00"}}), warehouse)
    account = bring_back(corrected(out, tmp_path / "two.xlsx", RIGHT), warehouse)
    assert account.imported.accepted == 3
    assert warehouse.totals() == {"files": 2, "lines": 5, "ore": 2950, "quarantined": 0, "quarantined_ore": 0}
    with pytest.raises(UsageError, match="quarantine_empty"):
        write_corrections(warehouse, tmp_path / "none.xlsx", "sv")


def test_two_people_correct_different_rows_and_no_row_counts_twice(
    tmp_path: Path, warehouse: Warehouse, ledger: Path
) -> None:
    out = tmp_path / "out.xlsx"
    write_corrections(warehouse, out, "sv")
    bring_back(corrected(out, tmp_path / "a.xlsx", RIGHT, without=(5,)), warehouse)
    account = bring_back(corrected(out, tmp_path / "b.xlsx", RIGHT, without=(3,)), warehouse)
    assert (account.imported.accepted, dict(account.imported.reasons)) == (1, {"corrections_line_taken": 1})
    assert warehouse.totals()["ore"] == 2950


def test_a_workbook_brought_back_twice_adds_nothing(tmp_path: Path, warehouse: Warehouse, ledger: Path) -> None:
    out = tmp_path / "out.xlsx"
    write_corrections(warehouse, out, "sv")
    path = corrected(out, tmp_path / "a.xlsx", RIGHT)
    bring_back(path, warehouse)
    assert bring_back(path, warehouse).already_imported
    assert warehouse.totals()["lines"] == 5


def test_moved_columns_and_an_invented_line_are_seen(tmp_path: Path, warehouse: Warehouse, ledger: Path) -> None:
    out = tmp_path / "out.xlsx"
    write_corrections(warehouse, out, "sv")
    book = openpyxl.load_workbook(corrected(out, tmp_path / "a.xlsx", RIGHT))
    sheet = book[SHEET]
    sheet.move_range(f"D1:D{sheet.max_row}", cols=20)  # somebody moves the buyer's name far to the right
    sheet.cell(3, 1).value = "77"
    book.save(tmp_path / "b.xlsx")
    account = bring_back(tmp_path / "b.xlsx", warehouse)
    assert (account.imported.accepted, dict(account.imported.reasons)) == (2, {"corrections_line_unknown": 1})
    assert {line["buyer"] for line in warehouse.lines().to_pyarrow().to_pylist()} == {"Uppsala kommun"}


def test_corrections_to_a_file_that_is_not_here_or_has_been_replaced_are_refused(
    tmp_path: Path, warehouse: Warehouse, ledger: Path, national: Any
) -> None:
    out = tmp_path / "out.xlsx"
    write_corrections(warehouse, out, "sv")
    with pytest.raises(InputError, match="corrections_unknown"):
        import_ledger([out], Warehouse(tmp_path / "another"))
    newer = tmp_path / "newer.csv"
    newer.write_text(ledger.read_text("utf-8").replace("12.x", "12.00"), "utf-8")
    import_ledger([newer], warehouse)
    with pytest.raises(InputError, match="corrections_outdated"):
        import_ledger([out], warehouse)


def test_corrections_of_a_file_that_a_newer_version_replaces_go_with_it(
    tmp_path: Path, warehouse: Warehouse, ledger: Path
) -> None:
    out = tmp_path / "out.xlsx"
    write_corrections(warehouse, out, "sv")
    bring_back(corrected(out, tmp_path / "a.xlsx", RIGHT), warehouse)
    newer = tmp_path / "newer.csv"
    newer.write_text(ledger.read_text("utf-8").replace("12.x", "12.00"), "utf-8")
    account = bring_back(newer, warehouse)
    assert dict(account.imported.notes)["ledger_corrections_gone"] == {"lines": 3}
    assert warehouse.totals() == {"files": 1, "lines": 3, "ore": 2300, "quarantined": 2, "quarantined_ore": 250}


def test_rows_of_json_can_be_corrected_too(tmp_path: Path, warehouse: Warehouse) -> None:
    row = {
        "kopare_id": "2120002080", "kopare": "Västerås stad", "verifikationsnummer": "V1", "leverantor": "Bolag AB",
        "leverantor_id": "5560360793", "konto_nr": "6010", "konto_text": "Hyra", "belopp": "x", "datum": "2026-01-31",
    }  # fmt: skip
    (tmp_path / "rows.json").write_text(json.dumps([row, row | {"belopp": 5}]), "utf-8")
    import_ledger([tmp_path / "rows.json"], warehouse)
    out = tmp_path / "out.xlsx"
    write_corrections(warehouse, out, "sv")
    bring_back(corrected(out, tmp_path / "a.xlsx", {1: {"belopp": "7,50"}}), warehouse)
    assert warehouse.totals() == {"files": 2, "lines": 2, "ore": 1250, "quarantined": 0, "quarantined_ore": 0}


def test_it_is_asked_which_files_rows_are_wanted_when_there_are_two(
    tmp_path: Path, warehouse: Warehouse, ledger: Path, national: Any
) -> None:
    other = tmp_path / "other.csv"
    other.write_text(national.file(national.row("y", day="2026-03-31"), national.row("1.00", day="2026-03-31")))
    import_ledger([other], warehouse)
    with pytest.raises(UsageError, match="quarantine_of_which") as caught:
        write_corrections(warehouse, tmp_path / "out.xlsx", "sv")
    assert caught.value.values["allowed"] == "ledger.csv, other.csv"
    assert write_corrections(warehouse, tmp_path / "out.xlsx", "sv", file="other.csv") == 1
