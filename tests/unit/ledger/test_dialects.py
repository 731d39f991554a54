"""Ledgers as Swedish publishers have written them, remade from what is known of their layouts."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from partnership_lib.errors import InputError
from partnership_lib.ledger.importing import ImportAccount, import_ledger
from partnership_lib.ledger.warehouse import Warehouse

pytestmark = pytest.mark.usefixtures("unguarded")

Take = Callable[..., ImportAccount]


@pytest.fixture
def take(tmp_path: Path, warehouse: Warehouse) -> Take:
    def bring_in(name: str, content: bytes, **options: Any) -> ImportAccount:
        (tmp_path / name).write_bytes(content)
        [account] = import_ledger([tmp_path / name], warehouse, **options)
        return account

    return bring_in


def lines(warehouse: Warehouse) -> list[dict[str, Any]]:
    return sorted(warehouse.lines().to_pyarrow().to_pylist(), key=lambda line: line["line_number"])


def workbook(path: Path, *rows: list[Any], sheet: str = "Blad1", **others: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    for name, content in others.items():
        added = book.create_sheet(name)
        for row in content:
            added.append(row)
    book.save(path / "made.xlsx")
    return (path / "made.xlsx").read_bytes()


GOTEBORG = (
    "forvaltning;leverantor;leverantor_id;faktura_nr;konto_nr;konto_text;belopp\n"
    "Parknämnden;Åkeri AB;556036-0793;F1;7459;Tjänster;1 234,50\n"
    "Parknämnden;Åkeri AB;556036-0793;F2;7459;Tjänster;-2,00\n"
).encode("utf-16")


def test_goteborg_2020_takes_the_month_from_the_name(take: Take, warehouse: Warehouse) -> None:
    account = take("goteborg_2020-05.csv", GOTEBORG, profile="goteborg-2020")
    assert [line["amount_ore"] for line in lines(warehouse)] == [123450, -200]
    assert {(line["booked_date"], line["buyer_id"]) for line in lines(warehouse)} == {(date(2020, 5, 1), "2120001355")}
    assert dict(account.imported.notes)["ledger_period_told"] == {"period": "2020-05"}


def test_goteborg_2020_under_another_name_asks_for_the_period(take: Take, warehouse: Warehouse) -> None:
    with pytest.raises(InputError, match="ledger_period_not_in_name"):
        take("reskontra.csv", GOTEBORG, profile="goteborg-2020")
    take("reskontra.csv", GOTEBORG, profile="goteborg-2020", period="2020-06")
    assert {line["booked_date"] for line in lines(warehouse)} == {date(2020, 6, 1)}


def test_goteborg_today_is_utf_16_with_quoted_decimal_commas(take: Take, warehouse: Warehouse, national: Any) -> None:
    take("maj.csv", national.file(national.row("3270,50")).encode("utf-16"))
    assert lines(warehouse)[0]["amount_ore"] == 327050


def test_umea_dates_by_month_and_masks_persons_with_an_asterisk(take: Take, warehouse: Warehouse) -> None:
    content = (
        "datum(YYYYMM);forvaltning;leverantor;leverantor_id;konto_nr;konto_text;belopp;faktura_nr\n"
        "202005;Tekniska;Åkeri AB;556036-0793;6010;Hyra;1,50;F1\n202012;Tekniska;*;*;6010;Hyra;2,00;F2\n"
    )
    account = take("umea.csv", content.encode("cp1252"), profile="umea")
    assert [line["booked_date"] for line in lines(warehouse)] == [date(2020, 5, 1), date(2020, 12, 1)]
    assert [line["supplier_is_person"] for line in lines(warehouse)] == [False, True]
    assert dict(account.imported.notes)["ledger_dates_by_month"] == {"lines": 2}


OREBRO = ["Förvaltning", "Leverantör", "Org.nr", "Fakturanr", "Konto", "Belopp exkl. moms"]
PURCHASE = ["Kommunstyrelsen", "Åkeri AB", "556036-0793", "F1", "60150 Lokalhyra", 100.5]


def test_orebro_has_no_dates_and_one_field_for_the_account(tmp_path: Path, take: Take, warehouse: Warehouse) -> None:
    content = workbook(tmp_path, ["Örebro kommun"], OREBRO, PURCHASE, ["Summa", None, None, None, None, 100.5])
    with pytest.raises(InputError, match="ledger_period_missing"):
        take("orebro.xlsx", content, profile="orebro")
    account = take("orebro.xlsx", content, profile="orebro", period="2019")
    [line] = lines(warehouse)
    assert (line["account"], line["account_text"], line["amount_ore"]) == ("60150", "Lokalhyra", 10050)
    assert (line["booked_date"], line["line_number"]) == (date(2019, 1, 1), 3)
    assert "control_total_agrees" in dict(account.imported.notes)


def test_orebro_2020_has_a_date_first_and_an_empty_column_last(
    tmp_path: Path, take: Take, warehouse: Warehouse
) -> None:
    content = workbook(tmp_path, ["Datum", *OREBRO, None], [date(2020, 2, 3), *PURCHASE, None])
    take("orebro.xlsx", content, profile="orebro")
    assert lines(warehouse)[0]["booked_date"] == date(2020, 2, 3)


def test_version_1_0_has_an_invoice_where_1_1_has_a_voucher_and_the_number_as_buyer(
    take: Take, warehouse: Warehouse
) -> None:
    content = (
        "kopare,faktura_nr,leverantor,leverantor_id,forvaltning,konto_nr,konto_text,belopp,valuta,datum,grund,avtal\n"
        "212000-3005,F1,Åkeri AB,5560360793,KS,6010,Hyra,1.50,,2020-01-31,,\n"
    )
    take("old.csv", content.encode())
    [line] = lines(warehouse)
    assert (line["buyer_id"], line["buyer"], line["invoice_id"]) == ("2120003005", "", "F1")


# --- ways of packing ------------------------------------------------------------------------------------------------


def test_gzip_is_read_as_what_is_in_it(take: Take, warehouse: Warehouse, national: Any) -> None:
    take("2026.csv.gz", gzip.compress(national.file(national.row("1.00"), national.row("2.00")).encode()))
    assert warehouse.totals()["ore"] == 300
    with pytest.raises(InputError, match="archive_broken"):
        take("cut.csv.gz", gzip.compress(national.file(*[national.row()] * 500).encode())[:-30])


def test_a_workbook_in_an_archive_is_read(tmp_path: Path, take: Take, warehouse: Warehouse) -> None:
    import zipfile

    content = workbook(tmp_path, OREBRO, PURCHASE)
    with zipfile.ZipFile(tmp_path / "year.zip", "w") as archive:
        archive.writestr("maj.xlsx", content)
    take("year.zip", (tmp_path / "year.zip").read_bytes(), profile="orebro", period="2020-05")
    assert warehouse.totals()["ore"] == 10050


def test_json_lines_are_rows_and_a_broken_one_is_quarantined(take: Take, warehouse: Warehouse) -> None:
    row = {
        "kopare_id": "2120002080", "kopare": "Västerås stad", "verifikationsnummer": "V1", "leverantor": "Bolag AB",
        "leverantor_id": "5560360793", "konto_nr": "6010", "konto_text": "Hyra", "belopp": 1.5, "datum": "2026-01-31",
    }  # fmt: skip
    rows = [json.dumps(row), json.dumps(row | {"belopp": "2,00"}), '{"belopp": 1', json.dumps([1]), ""]
    account = take("rows.jsonl", "\n".join(rows).encode())
    assert warehouse.totals()["ore"] == 350
    assert dict(account.imported.reasons) == {"json_line_unreadable": 1, "json_not_an_object": 1}


# --- workbooks ------------------------------------------------------------------------------------------------------

NATIONAL = ["kopare_id", "kopare", "verifikationsnummer", "leverantor", "leverantor_id", "konto_nr", "konto_text"]
HEAD = [*NATIONAL, "belopp", "datum"]


def row(amount: Any, day: Any = date(2026, 1, 31)) -> list[Any]:
    return [2120003005, "Uppsala kommun", "V1", "Bolag AB", 5560360793, 6010, "Hyra", amount, day]


@pytest.mark.parametrize(
    ("cell", "ore"),
    [
        (12.5, 1250), (12.4999999, 1250), (0.1 + 0.2, 30), ("12,50", 1250), (7, 700), ("1 234,50", 123450),
        (12.345, None), ("x", None), (None, None), (1e17, None),
    ],
)  # fmt: skip
def test_numbers_and_texts_in_a_sheet_become_ore(
    tmp_path: Path, take: Take, warehouse: Warehouse, cell: Any, ore: int | None
) -> None:
    take("book.xlsx", workbook(tmp_path, HEAD, row(cell), row(1)))
    assert [line["amount_ore"] for line in lines(warehouse)] == ([100] if ore is None else [ore, 100])


@pytest.mark.parametrize(
    ("cell", "day"),
    [(46053, date(2026, 1, 31)), ("2026-01-31", date(2026, 1, 31)), (60, None), ("31/1", None), (None, None)],
)
def test_days_in_a_sheet_may_be_dates_texts_or_serial_numbers(
    tmp_path: Path, take: Take, warehouse: Warehouse, cell: Any, day: date | None
) -> None:
    take("book.xlsx", workbook(tmp_path, HEAD, row(1, cell)))
    assert [line["booked_date"] for line in lines(warehouse)] == ([day] if day else [])


def test_a_workbook_that_counts_from_1904_is_read_by_its_own_epoch(
    tmp_path: Path, take: Take, warehouse: Warehouse
) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for cells in (HEAD, row(1), row(2, 44591)):
        book.active.append(cells)
    book.save(tmp_path / "mac.xlsx")
    take("mac.xlsx", (tmp_path / "mac.xlsx").read_bytes())
    assert {line["booked_date"] for line in lines(warehouse)} == {date(2026, 1, 31)}


def test_the_sheet_is_the_one_with_the_columns_and_two_such_are_a_question(
    tmp_path: Path, take: Take, warehouse: Warehouse
) -> None:
    account = take("a.xlsx", workbook(tmp_path, ["Om filen"], ["Läs detta"], Data=[HEAD, row(1)]))
    assert dict(account.imported.notes)["workbook_sheet"] == {"sheet": "Data", "sheets": 2}
    with pytest.raises(InputError, match="workbook_two_sheets") as caught:
        take("b.xlsx", workbook(tmp_path, HEAD, row(1), Data=[HEAD, row(2)]))
    assert caught.value.values["found"] == "Blad1, Data"


def test_hidden_rows_are_read_and_told_and_formulas_count_by_their_kept_value(
    tmp_path: Path, take: Take, warehouse: Warehouse
) -> None:
    book = openpyxl.Workbook()
    for cells in (HEAD, row(1), row(2), row("=1+1")):
        book.active.append(cells)
    book.active.row_dimensions[3].hidden = True
    book.save(tmp_path / "hidden.xlsx")
    account = take("hidden.xlsx", (tmp_path / "hidden.xlsx").read_bytes())
    notes = dict(account.imported.notes)
    assert notes["workbook_hidden"] == {"sheet": "Sheet", "rows": 1}
    assert notes["workbook_formulas"] == {"cells": 1}
    assert (warehouse.totals()["ore"], account.imported.quarantined) == (300, 1), "no value was kept with the formula"


def test_a_row_of_a_sheet_is_quarantined_with_its_number_and_cells(
    tmp_path: Path, take: Take, warehouse: Warehouse
) -> None:
    from partnership_lib.files.quarantine import read_quarantine

    account = take("book.xlsx", workbook(tmp_path, ["Titel"], [], HEAD, row(1), row("x")))
    [refused] = read_quarantine(warehouse.root / account.imported.quarantine)
    assert (refused.line, refused.raw.split("\t")[7]) == (5, "x")
