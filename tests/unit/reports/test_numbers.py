"""Every number that a report shows is stored beside it, and only those."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from partnership_lib.analysis.tables import table
from partnership_lib.display.view import View
from partnership_lib.findings import Analysis, Finding, Section, Signal
from partnership_lib.reports.numbers import NUMBERS, Number, as_csv, numbers_of, read_numbers


def finding(code: str = "spend_in_period_bounds", number: float = 100, **values: Any) -> Finding:
    known = {"number": number, "possible_ore": 120, "ledger_month": date(2026, 8, 1), "internal_ore": 777}
    rows = table(
        [{"month": date(2026, 8, 1), "actual_ore": 100, "plan_ore": None}], ("month", "actual_ore", "plan_ore")
    )
    return Finding(f"follow_up.{code}", number, "ore", {**known, **values}, rows, Signal.BAD)


def delivered(*sections: Section) -> dict[str, Any]:
    return dict(View("sv").deliver(Analysis("follow_up", sections)).payload)


def test_the_numbers_of_a_sentence_and_its_table_are_stored_with_unit_and_bounds() -> None:
    numbers = numbers_of(delivered(Section("spend", (finding(),))))
    assert numbers[0] == Number(
        "spend/spend_in_period_bounds.number",
        "spend",
        "spend_in_period_bounds",
        "",
        "number",
        "ore",
        100,
        100,
        120,
        "bad",
    )
    assert [(n.name, n.row, n.value, n.unit) for n in numbers[1:]] == [
        ("possible_ore", "", 120, "ore"),
        ("actual_ore", "2026-08-01", 100, "ore"),
    ]


def test_what_a_sentence_knows_but_does_not_say_is_not_stored() -> None:
    payload = delivered(Section("spend", (finding(),)))
    assert "777" not in str(payload), "nor is it delivered"
    assert 777 not in {number.value for number in numbers_of(payload)}


def test_what_the_summary_repeats_is_stored_once() -> None:
    numbers = numbers_of(delivered(Section("summary", (finding(),)), Section("spend", (finding(),))))
    assert {number.section for number in numbers} == {"spend"}


def test_rows_and_sentences_that_look_alike_get_keys_of_their_own() -> None:
    rows = table(
        [{"name": "a", "level": "x", "value": 1}, {"name": "a", "level": "y", "value": 2}, {"name": "=b", "value": 3}],
        ("name", "level", "value"),
    )
    twice = [
        Finding("follow_up.risks_high", 2, "count", {"number": 2, "high": 1, "largest": 3}, rows) for _ in range(2)
    ]
    keys = [number.key for number in numbers_of(delivered(Section("risks", tuple(twice))))]
    assert len(set(keys)) == len(keys)
    assert "risks/risks_high[a x].value" in keys
    assert "risks/risks_high[a x].value#2" in keys


def test_numbers_are_read_back_as_they_were_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    rows = table(
        [{"name": '=HYPERLINK("x")', "value": 0.1, "low": -1e-7, "high": 2e22}], ("name", "value", "low", "high")
    )
    alone = Finding("follow_up.risks_high", 2, "count", {"number": 2, "high": 1, "largest": 3}, rows)
    numbers = numbers_of(delivered(Section("risks", (alone,))))
    written = as_csv(numbers, kind="follow_up")
    (tmp_path / NUMBERS).write_bytes(written)
    assert read_numbers(tmp_path / NUMBERS) == numbers
    assert type(read_numbers(tmp_path / NUMBERS)[0].value) is int
    assert not any(cell.startswith("=") for line in written.decode().splitlines() for cell in line.split(","))
    assert as_csv(numbers, kind="follow_up") == written
    assert read_numbers(tmp_path / "missing.csv") == []
