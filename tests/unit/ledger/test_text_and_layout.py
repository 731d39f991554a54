"""Encodings, separators, line ends, headers and quoting (L01-L28 of the bad-input corpus)."""

from __future__ import annotations

import codecs
from dataclasses import replace
from typing import Any

import pytest

from partnership_lib.errors import InputError
from partnership_lib.ledger.dialects import find_profile
from partnership_lib.text import describe

SWEDISH = "Åkeri & Östgöta Snöröjning – Ärligt € AB"


def refusal(bring: Any, content: str | bytes, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        bring(content, **options)
    for language in ("sv", "en"):
        assert "ledger" in describe(caught.value, language), "the sentence names the file"
    return caught.value


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF8 * 2, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF16_LE * 2, "utf-16-le"),
        (b"", "cp1252"),
    ],
)
def test_the_same_text_comes_out_of_every_encoding(bring: Any, national: Any, bom: bytes, encoding: str) -> None:
    content = national.file(national.row(supplier=SWEDISH))
    brought = bring(bom + content.encode(encoding))
    assert [line["supplier"] for line in brought.lines] == [SWEDISH]
    assert brought.lines[0]["buyer_id"] == "2120003005", "a byte order mark hides no column"


@pytest.mark.parametrize("encoding", ["cp850", "cp437"])
def test_a_dos_export_is_refused_unless_the_profile_names_it(
    bring: Any, national: Any, tmp_path: Any, encoding: str
) -> None:
    content = national.file(national.row(supplier="Främre Åkeriet i Örebro")).encode(encoding)
    assert refusal(bring, content).code == "encoding_unknown"
    named = replace(find_profile(), encoding=encoding)
    assert bring(content, profile=named).lines[0]["supplier"] == "Främre Åkeriet i Örebro"


def test_a_file_that_mixes_encodings_is_refused(bring: Any, national: Any) -> None:
    rows = [national.row(supplier="Åkeri").encode("cp1252"), national.row(supplier="Åkeri").encode("utf-8")] * 5
    content = national.header.encode() + b"\n" + b"\n".join(rows)
    assert refusal(bring, content).code == "ledger_encoding_mixed"


def test_text_garbled_at_the_source_is_quarantined_and_its_amount_still_counted(bring: Any, national: Any) -> None:
    brought = bring(national.file(national.row("10.00"), national.row("7.00", supplier="Ã…keri AB")))
    assert brought.reasons == [(3, "text_mojibake")]
    assert (brought.account.accepted_ore, brought.account.quarantined_ore) == (1000, 700)


def test_composed_and_decomposed_letters_are_one_supplier(bring: Any, national: Any) -> None:
    decomposed = "A\u030akeri AB"
    brought = bring(
        national.file(national.row(supplier="Åkeri AB", number=""), national.row(supplier=decomposed, number=""))
    )
    assert {line["supplier_key"] for line in brought.lines} == {"name:Åkeri AB"}


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_the_one_that_makes_the_header_known(bring: Any, national: Any, separator: str) -> None:
    rows = [national.row("1 234,50", separator=separator), national.row("-12,50", separator=separator)]
    assert bring(national.file(*rows, separator=separator)).amounts == [123450, -1250]


def test_a_separator_hint_is_no_data(bring: Any, national: Any) -> None:
    account = bring("sep=;\n" + national.file(national.row(separator=";"), separator=";")).account
    assert (account.records, account.header, account.non_data, account.accepted) == (3, 1, 1, 1)


def test_a_profile_with_the_wrong_separator_is_told_how_many_columns_were_expected(bring: Any, national: Any) -> None:
    error = refusal(bring, national.file(national.row()), profile=replace(find_profile(), separator=";"))
    assert error.code == "ledger_separator_wrong"
    assert error.values["expected"] == 8


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_end_will_do_and_the_last_may_be_missing(bring: Any, national: Any, end: str, last: bool) -> None:
    content = end.join([national.header, national.row("1.00"), national.row("2.00")]) + (end if last else "")
    brought = bring(content)
    assert brought.amounts == [100, 200]
    assert [line["line_number"] for line in brought.lines] == [2, 3]


def test_mixed_line_ends_count_as_one_each(bring: Any, national: Any) -> None:
    brought = bring(f"{national.header}\r\n{national.row('1.00')}\n{national.row('2.00')}\r{national.row('3.00')}")
    assert [(line["line_number"], line["amount_ore"]) for line in brought.lines] == [(2, 100), (3, 200), (4, 300)]


def test_a_form_feed_in_a_name_ends_no_line(bring: Any, national: Any) -> None:
    assert bring(national.file(national.row(supplier="Bolag\x0cSyd\u2028AB"))).account.accepted == 1


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "file_empty"), (b"\n \r\n\t\n", "file_blank"), (b"\0" * 100, "file_not_text")]
)
def test_three_kinds_of_nothing_have_three_messages(bring: Any, content: bytes, code: str) -> None:
    assert refusal(bring, content).code == code


def test_a_header_without_rows_is_taken_with_a_note(bring: Any, national: Any) -> None:
    brought = bring(national.file())
    assert (brought.account.records, brought.account.accepted) == (1, 0)
    assert "ledger_without_rows" in brought.notes
    assert brought.warehouse.lines().count().execute() == 0


def test_data_without_a_header_is_refused_with_the_headings_that_are_taken(bring: Any, national: Any) -> None:
    error = refusal(bring, f"{national.row()}\n{national.row()}\n")
    assert error.code == "ledger_header_missing"
    assert "leverantor_id" in error.values["allowed"]


def test_title_rows_before_the_header_are_no_data(bring: Any, national: Any) -> None:
    brought = bring("Leverantörsreskontra 2026\nUppsala kommun\n\n" + national.file(national.row()))
    assert (brought.account.non_data, brought.account.header, brought.account.accepted) == (3, 1, 1)
    assert brought.lines[0]["line_number"] == 5


def test_a_header_that_comes_again_is_no_data(bring: Any, national: Any) -> None:
    brought = bring(national.file(national.row("1.00"), national.header, national.row("2.00")))
    assert brought.account.non_data == 1
    assert brought.amounts == [100, 200]


def test_totals_are_no_data_and_are_checked_to_the_ore(bring: Any, national: Any) -> None:
    def total(text: str, amount: str) -> str:
        return f"2120003005,Uppsala kommun,,,,,{text},{amount},,,,,,,"

    rows = [national.row("10.00"), national.row("x"), total("Delsumma", "10.00"), national.row("5.50")]
    agrees = bring(national.file(*rows, total("Summa", "15.50")))
    assert agrees.account.non_data == 2
    assert [code for code, _ in agrees.account.notes if code.startswith("control")] == ["control_total_agrees"] * 2
    differs = bring(national.file(*rows, total("Totalt", "15.51")), name="ledger-2.csv")
    assert differs.notes["control_total_differs"]["difference_ore"] == 1


@pytest.mark.parametrize("name", ["Summa Bygg AB", "Total Access (UK) Ltd", "Totalt"])
@pytest.mark.parametrize("number", ["5560360793", ""])
def test_a_supplier_called_summa_is_a_supplier(bring: Any, national: Any, name: str, number: str) -> None:
    assert bring(national.file(national.row(supplier=name, number=number))).account.accepted == 1


def test_a_row_with_one_field_too_many_or_too_few_is_quarantined_with_its_raw_text(bring: Any, national: Any) -> None:
    long, short = national.row() + ",extra", national.row().rsplit(",", 1)[0]
    brought = bring(national.file(long, national.row("3.00"), short))
    assert [(r.line, r.reason, r.raw) for r in brought.refused] == [
        (2, "row_too_long", long),
        (4, "row_too_short", short),
    ]
    assert brought.amounts == [300]
    assert brought.account.unparseable_amounts == 2


def test_the_specifications_own_broken_example_is_quarantined(bring: Any, national: Any) -> None:
    first = (
        "2120001355,3921217387,Jordbruksverket distriktsveterinärerna,2021004151,7459,övriga konsulttjänster,2022.31,"
        "2020-01-01,392 - Park- och Naturnämnden,,,,,"
    )
    second = (
        "2120001355,8001020462,Folkhälsomyndigheten,7499,Övriga främmande tjänster,444.75,2020-01-01,2021006545,"
        "800 - Miljö- och klimatnämnden,,,,,"
    )
    assert bring(national.file(first, second)).reasons == [(2, "row_too_short"), (3, "row_too_short")]


def test_a_file_whose_every_row_has_one_field_too_many_is_refused(bring: Any, national: Any) -> None:
    assert refusal(bring, national.file(*[f"{national.row()},extra"] * 3)).code == "ledger_rows_too_long"


def test_a_trailing_separator_on_every_row_does_no_harm(bring: Any, national: Any) -> None:
    with_header = "\n".join(f"{line}," for line in national.file(national.row("1.00")).splitlines())
    assert bring(with_header).amounts == [100]
    without = national.file(f"{national.row('2.00')},")
    assert sorted(bring(without, name="ledger-2.csv").amounts) == [100, 200]


def test_an_unclosed_quote_refuses_the_file_and_names_its_line(bring: Any, national: Any) -> None:
    broken = national.row(supplier="Bolag AB").replace("Bolag AB", '"Bolag AB')
    error = refusal(bring, national.file(national.row(), broken))
    assert (error.code, error.values["line"]) == ("quote_never_closed", 3)


def test_a_quote_that_swallows_rows_refuses_the_file(bring: Any, national: Any) -> None:
    broken = national.row().replace("Bolag AB", '"Bolag AB')
    closing = national.row().replace("Bolag AB", 'Bolag" AB')
    error = refusal(bring, national.file(national.row(), broken, national.row(), closing, national.row()))
    assert (error.code, error.values["line"]) == ("quote_swallows_rows", 3)


def test_bare_quotes_inside_a_quoted_name_are_quarantined(bring: Any, national: Any) -> None:
    broken = national.row().replace("Bolag AB", '"Bolag "Syd" AB"')
    brought = bring(national.file(broken, national.row("2.00"), national.row("3.00", supplier='Bolag "Syd" AB')))
    assert brought.reasons == [(2, "quote_misplaced")]
    assert brought.amounts == [200, 300]
    assert brought.lines[1]["supplier"] == 'Bolag "Syd" AB'


def test_control_characters_go_and_a_nul_is_quarantined(bring: Any, national: Any) -> None:
    rows = [
        national.row(supplier="Bolag\x1b[31m\x07 AB"),
        national.row(supplier="Bolag\0AB"),
        national.row(supplier='"Bolag\nSyd"'),
    ]
    brought = bring(national.file(*rows))
    assert brought.reasons == [(3, "text_nul")]
    assert [line["supplier"] for line in brought.lines] == ["Bolag AB", "Bolag Syd"]
    assert brought.refused[0].raw == rows[1]


def test_a_field_longer_than_any_ledger_has_refuses_the_file(bring: Any, national: Any) -> None:
    assert refusal(bring, national.file(national.row(supplier="x" * 200_000))).code == "field_too_long"


def test_a_column_that_stands_twice_refuses_the_file(bring: Any, national: Any) -> None:
    content = national.file(national.row()).replace("s_kod_nr", "nettobelopp")
    assert refusal(bring, content).code == "ledger_column_twice"


def test_columns_are_found_by_name_in_any_order_and_extra_ones_are_told(bring: Any) -> None:
    header = "Datum;Nettobelopp;Projektkod;Lev.namn;Leverantör_ID;Konto_nr;konto text;Köpare;Faktura_nr"
    brought = bring(f"{header}\n2026-01-31;12,50;P1;Bolag AB;556036-0793;6010;Hyra;2120003005;F9\n")
    [line] = brought.lines
    assert (line["amount_ore"], line["supplier"], line["invoice_id"]) == (1250, "Bolag AB", "F9")
    assert line["buyer_id"] == "2120003005", "in version 1.0 kopare holds the number: decided by value"
    assert brought.notes["ledger_columns_unknown"]["columns"] == "Projektkod"


@pytest.mark.parametrize("column", ["leverantor_id", "belopp", "datum", "konto_text", "leverantor"])
def test_a_missing_required_column_is_named(bring: Any, national: Any, column: str) -> None:
    error = refusal(bring, national.file(national.row()).replace(f",{column},", ",x,"))
    assert (error.code, error.values["missing"]) == ("ledger_column_missing", column)


def test_a_workbook_called_csv_is_refused_by_what_it_is(bring: Any, tmp_path: Any) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        book.add_worksheet().write(0, 0, "kopare_id")
    error = refusal(bring, (tmp_path / "book.xlsx").read_bytes())
    assert (error.code, error.values["found"]) == ("ledger_kind_unknown", "XLSX")
