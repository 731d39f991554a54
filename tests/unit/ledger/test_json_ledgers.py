"""Ledgers as JSON (L61 of the bad-input corpus)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from partnership_lib.errors import InputError

ROW = {
    "\ufeffkopare_id": "2120002080",
    "kopare": "Västerås stad",
    "verifikationsnummer": "V1",
    "leverantor": "Bolag AB",
    "leverantor_id": "5560360793",
    "konto_nr": "6010",
    "konto_text": "Hyra",
    "belopp": "-1302,03",
    "datum": "2026-01-31",
}


def changed(**values: Any) -> dict[str, Any]:
    return ROW | values


@pytest.mark.parametrize("wrapped", [True, False])
def test_rows_are_read_from_a_list_at_the_top_or_under_results(bring: Any, wrapped: bool) -> None:
    rows = [ROW, changed(belopp=19.99), changed(belopp=7)]
    brought = bring(json.dumps({"next": None, "results": rows} if wrapped else rows), name="ledger.json")
    assert brought.amounts == [-130203, 1999, 700]
    assert (brought.account.header, brought.account.records) == (0, 3)
    assert [line["line_number"] for line in brought.lines] == [1, 2, 3]


def test_a_number_keeps_the_digits_it_was_written_with(bring: Any) -> None:
    text = json.dumps([changed(belopp="AMOUNT")]).replace('"AMOUNT"', "9007199254740.93")
    assert bring(text, name="ledger.json").amounts == [900719925474093]


@pytest.mark.parametrize("written", ["1e999", "1" * 400, '"x"', "null", "{}", "[]"])
def test_an_amount_that_cannot_be_is_quarantined(bring: Any, written: str) -> None:
    text = json.dumps([changed(belopp="AMOUNT"), ROW]).replace('"AMOUNT"', written)
    brought = bring(text, name="ledger.json")
    assert [line for line, _ in brought.reasons] == [1]
    assert brought.amounts == [-130203]


def test_a_row_that_is_no_object_is_quarantined_and_a_missing_key_reads_as_blank(bring: Any) -> None:
    without_name = {key: value for key, value in ROW.items() if key != "leverantor"}
    brought = bring(json.dumps([ROW, 17, without_name]), name="ledger.json")
    assert brought.reasons == [(2, "json_not_an_object")]
    assert [line["supplier"] for line in brought.lines] == ["Bolag AB", ""]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[{"belopp": NaN}]', "json_not_a_number"),
        ('[{"belopp": -Infinity}]', "json_not_a_number"),
        ('[{"belopp": 1, "belopp": 2}]', "json_key_twice"),
        ('[{"belopp": 1, "\ufeffbelopp": 2}]', "json_key_twice"),
        ("[" * 100_000, "json_too_deep"),
        ('{"belopp": 1}\n{"belopp": 2}\n', "ledger_column_missing"),
        ('{"rows": []}', "json_no_rows"),
        ('[{"belopp": 1', "json_unreadable"),
        ('[{"belopp": "1"}]', "ledger_column_missing"),
    ],
)
def test_json_that_leaves_a_doubt_is_refused(bring: Any, text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        bring(text, name="ledger.json")
    assert caught.value.code == code
