"""Amounts, dates, suppliers and currencies (L33-L58 of the bad-input corpus)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.errors import InputError
from partnership_lib.ledger.dialects import find_profile, make_layout
from partnership_lib.ledger.lines import LineParser

NBSP, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("written", "ore"),
    [
        ("1 234,50", 123450),
        (f"1{NBSP}234,50", 123450),
        (f"1{NARROW}234,50", 123450),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1'234.50", 123450),
        ("1.234.567,8", 123456780),
        ("1,234,567", 123456700),
        ("\u22125,25", -525),
        ("\u20135,25", -525),
        ("12,50-", -1250),
        ("(12,50)", -1250),
        ("12,50 kr", 1250),
        ("SEK 12.50", 1250),
        ("12,3450", None),
        ("12,5000", 1250),
        ("0", 0),
        ("19.99", 1999),
    ],
)
def test_an_amount_is_read_the_way_it_was_meant(bring: Any, national: Any, written: str, ore: int | None) -> None:
    brought = bring(national.file(national.row(written)))
    assert brought.amounts == ([] if ore is None else [ore])
    assert brought.account.quarantined == (ore is None)


@pytest.mark.parametrize("written", ["1,234", "1.234", "-1,234"])
def test_three_digits_after_a_single_sign_are_quarantined_unless_the_profile_tells(
    bring: Any, national: Any, written: str
) -> None:
    content = national.file(national.row(written))
    assert bring(content).reasons == [(2, "amount_ambiguous")]
    sign = "." if "," in written else ","
    told = bring(content, name="told.csv", profile=replace(find_profile(), decimal_sign=sign))
    assert [abs(ore) for ore in told.amounts] == [123400]


@pytest.mark.parametrize(
    "written",
    [
        "--5",
        "1,2,3",
        "12,345",
        "1e3",
        "0x1F",
        "1_000",
        "١٢",
        "１２",
        "NaN",
        "inf",
        "#N/A",
        "#REF!",
        "-",
        "",
        " ",
        "12:50",
    ],
)
def test_what_is_no_amount_is_quarantined_and_never_zero(bring: Any, national: Any, written: str) -> None:
    brought = bring(national.file(national.row(written), national.row("1.00")))
    assert [line for line, _ in brought.reasons] == [2]
    assert brought.account.unparseable_amounts == 1
    assert brought.amounts == [100]


@pytest.mark.parametrize("written", [str(10**15), "92233720368547758.08", "9" * 400])
def test_an_amount_out_of_range_is_quarantined(bring: Any, national: Any, written: str) -> None:
    assert bring(national.file(national.row(written))).reasons == [(2, "amount_out_of_range")]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2), st.sampled_from([".", ","]))
def test_any_amount_with_two_decimals_comes_through_to_the_ore(amount: Decimal, sign: str) -> None:
    profile = find_profile()
    parser = LineParser(profile, make_layout([names[0] for names in profile.columns.values()], profile, "x"))
    cells = [f"{amount:.2f}".replace(".", sign) if name == "amount" else "" for name in profile.columns]
    assert parser.amount(parser.values(cells)) == int(amount * 100)


def test_credit_notes_are_negative_by_sign_or_by_type(bring: Any, national: Any) -> None:
    content = national.file(national.row("100.00"), national.row("-40.00"))
    assert sum(bring(content).amounts) == 6000
    profile = find_profile()
    by_type = replace(profile, columns={**profile.columns, "line_type": ("s_kod_nr",)}, credit_types=("K",))
    typed = national.file(f"{national.row('100.00')}D", f"{national.row('40.00')}K")
    assert bring(typed, name="typed.csv", profile=by_type).account.accepted_ore == 10000 - 4000


def test_equal_rows_in_a_file_are_legal_and_kept(bring: Any, national: Any) -> None:
    assert bring(national.file(national.row(), national.row())).amounts == [10000, 10000]


def test_another_currency_is_never_added(bring: Any, national: Any) -> None:
    content = national.file(f"{national.row('1.00')}SEK", f"{national.row('2.00')}EUR", national.row("4.00"))
    brought = bring(content.replace("s_kod_nr", "valuta"))
    assert brought.amounts == [100, 400]
    assert brought.reasons == [(3, "currency_other")]
    assert brought.account.quarantined_ore == 200


@pytest.mark.parametrize(
    "written",
    ["5560360793", "556036-0793", "165560360793", "SE556036079301", " 556036 - 0793 ", "5560360793.0", "16556036-0793"],
)
def test_all_ways_of_writing_a_number_are_one_supplier(bring: Any, national: Any, written: str) -> None:
    assert bring(national.file(national.row(number=written))).lines[0]["supplier_key"] == "5560360793"


@pytest.mark.parametrize(
    ("number", "key", "is_person"),
    [
        ("5560360794", "id:5560360794", False),  # wrong check digit: kept, with a note
        ("10004007", "id:10004007", False),
        ("DE123456789", "id:DE123456789", False),
        ("0000000000", "name:Bolag AB", False),
        ("999999-9999", "name:Bolag AB", False),
        ("-", "name:Bolag AB", False),
        ("saknas", "name:Bolag AB", False),
        ("", "name:Bolag AB", False),
        ("900101-0017", "9001010017", True),
        ("199001010017", "9001010017", True),
        ("900101+0017", "9001010017", True),
        ("9001610014", "9001610014", True),  # co-ordination number: day + 60
        ("900101-0018", "id:900101-0018", True),  # a mistyped personal number is still personal
        ("1010002", "id:1010002", False),
        ("001010016", "0001010016", True),  # a spreadsheet dropped the zero in front
    ],
)
def test_every_number_gets_a_key_and_none_is_dropped(
    bring: Any, national: Any, number: str, key: str, is_person: bool
) -> None:
    [line] = bring(national.file(national.row(number=number))).lines
    assert (line["supplier_key"], line["supplier_is_person"]) == (key, is_person)


def test_a_personal_number_in_the_name_makes_a_person(bring: Any, national: Any) -> None:
    [line] = bring(national.file(national.row(supplier="Firma 811218-9876", number=""))).lines
    assert line["supplier_is_person"] is True


def test_odd_numbers_are_counted_in_the_notes(bring: Any, national: Any) -> None:
    rows = [national.row(number="5560360794"), national.row(number="0000000000"), national.row(number="0000000000")]
    notes = bring(national.file(*rows)).notes
    assert notes["supplier_check_digit"] == {"lines": 1}
    assert notes["supplier_placeholder"] == {"lines": 2}


def test_a_number_with_its_digits_rounded_away_is_quarantined(bring: Any, national: Any) -> None:
    assert bring(national.file(national.row(number="5,56E+09"))).reasons == [(2, "supplier_number_damaged")]


def test_a_person_masked_by_the_publisher_is_a_person(bring: Any, national: Any) -> None:
    masked = national.row(supplier="[innehåller personuppgifter]", number="[innehåller personuppgifter]")
    brought = bring(national.file(masked))
    assert brought.lines[0]["supplier_is_person"] is True
    assert brought.notes["supplier_masked"] == {"lines": 1}


@pytest.mark.parametrize("name", ["NA", "NULL", "None", "nan", "True", "inf", "12E5", "#1 Bygg", "=1+1", "@Bygg"])
def test_a_supplier_may_be_called_anything(bring: Any, national: Any, name: str) -> None:
    assert bring(national.file(national.row(supplier=name))).lines[0]["supplier"] == name


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2026-02-30", "date_unreadable"),
        ("0000-00-00", "date_unreadable"),
        ("9999-12-31", "date_out_of_range"),
        ("1899-12-30", "date_out_of_range"),
        ("24:00", "date_unreadable"),
        ("260131", "date_unreadable"),
        ("01/02/2026", "date_unreadable"),
        ("46053", "date_unreadable"),
        ("", "date_unreadable"),
    ],
)
def test_a_date_is_never_guessed(bring: Any, national: Any, written: str, reason: str) -> None:
    brought = bring(national.file(national.row(day=written)))
    assert brought.reasons == [(2, reason)]
    assert brought.account.quarantined_ore == 10000


@pytest.mark.parametrize(
    ("written", "declared"),
    [("20260131", "%Y%m%d"), ("31.1.2026", "%d.%m.%Y"), ("31.01.2026", "%d.%m.%Y"), ("31/1 2026", "%d/%m %Y")],
)
def test_a_declared_format_is_read(bring: Any, national: Any, written: str, declared: str) -> None:
    profile = replace(find_profile(), date_formats=("%Y-%m-%d", declared))
    brought = bring(national.file(national.row(day=written), national.row(day="2026-01-31")), profile=profile)
    assert {line["booked_date"] for line in brought.lines} == {date(2026, 1, 31)}


def test_a_declared_format_does_not_stretch() -> None:
    profile = replace(find_profile(), date_formats=("%Y%m%d",))
    parser = LineParser(profile, make_layout([names[0] for names in profile.columns.values()], profile, "x"))
    with pytest.raises(InputError, match="date_unreadable"):
        parser.parse_date("2026131")


def test_a_row_without_buyer_or_supplier_is_quarantined(bring: Any, national: Any) -> None:
    rows = [national.row(buyer="", name=""), national.row(supplier="", number="")]
    assert bring(national.file(*rows)).reasons == [(2, "buyer_missing"), (3, "supplier_missing")]


def test_refused_text_cannot_become_a_formula_and_comes_back_as_it_was(bring: Any, national: Any) -> None:
    raw = national.row("x", buyer='=HYPERLINK("http://x")')
    brought = bring(national.file(raw))
    stored = (brought.warehouse.root / brought.warehouse.files()[0].quarantine).read_text(encoding="utf-8")
    assert ",\"'=HYPERLINK" in stored
    assert brought.refused[0].raw == raw
