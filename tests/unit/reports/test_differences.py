"""From one report to another: which numbers moved, which matter, and what differs in what they were made from."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from partnership_lib.reports.differences import causes_of, compare, identity
from partnership_lib.reports.numbers import Number
from partnership_lib.reports.since_last import SHOWN, changes_since, differences_csv, section_of, written

BODY: dict[str, Any] = {
    "key": "follow_up/A-1/2026-T1/internal/sv",
    "version": 1,
    "period": {"label": "2026-T1", "start": "2026-01-01", "end": "2026-05-01"},
    "as_of": "2026-09-15",
    "inputs": {"register": {"sha256": "r", "records": 3}, "ledger": {"sha256": "l"}},
    "template": {"name": "follow_up.ipynb", "sha256": "t"},
    "code": {"version": "1", "sha256": "c"},
    "assumptions": [],
    "parameters": {"workspace": ".", "as_of": "2026-09-15", "period": "2026-T1", "agreement": "A-1"},
    "python": "3.11",
    "libraries": {"numpy": "2"},
}
ANALYSIS: dict[str, Any] = {"kind": "follow_up", "values": {}, "headings": {}, "findings": []}


def number(code: str, value: float, name: str = "number", *, row: str = "", signal: str = "none") -> Number:
    return Number(f"s/{code}[{row}].{name}", "s", code, row, name, "count", value, signal=signal)


def test_the_same_numbers_differ_in_nothing() -> None:
    numbers = [number("a", 1), number("b", 0.1 + 0.2)]
    found = compare(BODY, numbers, BODY, [number("a", 1), number("b", 0.3)])
    assert (found.any, found.same, found.causes) == (False, 2, ())


def test_what_matters_stands_first_and_the_largest_relative_change_before_the_smaller() -> None:
    before = [number("row", 1, row="x"), number("calm", 100), number("judged", 10), number("judged_too", 10)]
    now = [number("row", 9, row="x"), number("calm", 900), number("judged", 11, signal="bad"),
           number("judged_too", 20, signal="good"), number("new", 1)]  # fmt: skip
    found = compare(BODY, before, BODY, now)
    assert [each.now.code for each in found.moved] == ["judged_too", "judged", "calm", "row"]
    assert [each.relative for each in found.moved[:2]] == [0.5, pytest.approx(1 / 11)]
    assert [each.code for each in found.came] == ["new"]


def test_a_number_is_found_again_when_its_sentence_is_a_variant_of_the_other() -> None:
    before = [number("spend_against_plan", 0.01), number("meetings_kept", 3)]
    now = [number("spend_against_plan_above", 0.15), number("meetings_lost", 1)]
    found = compare(BODY, before, BODY, now)
    assert [(each.before.code, each.now.value) for each in found.moved] == [("spend_against_plan", 0.15)]
    assert ([each.code for each in found.came], [each.code for each in found.gone]) == (
        ["meetings_lost"], ["meetings_kept"],
    )  # fmt: skip


def test_where_two_variants_fit_none_is_guessed() -> None:
    before = [number("spend_plan_a", 1)]
    found = compare(BODY, before, BODY, [number("spend_plan_b", 2), number("spend_plan_c", 3)])
    assert (len(found.moved), len(found.came), len(found.gone)) == (0, 2, 1)


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({}, ()),
        ({"period": {"label": "2026-T2"}, "as_of": "2027-01-01"}, ("period",)),
        ({"as_of": "2026-09-16"}, ("day",)),
        ({"inputs": BODY["inputs"] | {"ledger": {"sha256": "other"}}}, ("ledger",)),
        ({"inputs": {"ledger": {"sha256": "l"}}}, ("register",)),
        ({"assumptions": [{"key": "x", "values": [1]}]}, ("assumptions",)),
        ({"code": {"version": "2", "sha256": "other"}}, ("definition",)),
        ({"template": {"name": "n", "sha256": "other"}}, ("definition",)),
        ({"libraries": {"numpy": "3"}}, ("libraries",)),
        ({"parameters": BODY["parameters"] | {"max_agreements": 5}}, ("choices",)),
        ({"parameters": BODY["parameters"] | {"period": "2026-T2", "as_of": "2027-01-01"}}, ()),
    ],
)
def test_the_cause_is_what_differs_in_the_manifests(changed: dict[str, Any], cause: tuple[str, ...]) -> None:
    assert causes_of(BODY, BODY | changed) == cause


def compared(numbers: list[Number], why: str = "period") -> list[dict[str, Any]]:
    return [{"why": why, "body": identity(BODY), "numbers": [vars(each) for each in numbers]}]


def test_a_report_begins_with_the_few_that_matter_and_says_how_many_more_there_are() -> None:
    before = [number(f"n{place}", 10) for place in range(SHOWN + 3)]
    now = [replace(each, value=10 + place) for place, each in enumerate(before)]
    body = BODY | {"period": {"label": "2026-T2"}}
    html = section_of(changes_since(compared(before), body, now), ANALYSIS, "sv", "SEK")
    assert html.count("<tr>") == 1 + SHOWN
    assert (
        "Sju siffror har ändrats sedan rapporten för tertial 1 2026; inga har tillkommit och inga har utgått." in html
    )
    assert "Ytterligare två ändrade siffror står i filen differences.csv." in html


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_report_says_that_nothing_has_changed_and_that_it_is_the_first(language: str) -> None:
    same = section_of(changes_since(compared([number("a", 1)]), BODY, [number("a", 1)]), ANALYSIS, language, "SEK")
    first = section_of([], ANALYSIS, language, "SEK")
    assert {"sv": "Ingen siffra har ändrats", "en": "No number has changed"}[language] in same
    assert {"sv": "Det finns ingen tidigare rapport", "en": "There is no earlier report"}[language] in first


def test_a_change_that_no_manifest_explains_is_said_to_be_unexplained() -> None:
    html = section_of(
        changes_since(compared([number("a", 1)], "version"), BODY, [number("a", 2)]), ANALYSIS, "sv", "SEK"
    )
    assert "sedan version 1 av den här rapporten" in html
    assert "inget som kvittot visar" in html


def test_every_difference_is_in_the_file_with_its_causes() -> None:
    before, now = [number("a", 1), number("gone", 5)], [number("a", 3), number("new", 7)]
    body = BODY | {"inputs": BODY["inputs"] | {"ledger": {"sha256": "x"}}, "as_of": "2026-10-01"}
    rows = list(csv.DictReader(io.StringIO(differences_csv(changes_since(compared(before), body, now)).decode())))
    assert [(row["state"], row["before"], row["now"], row["causes"]) for row in rows] == [
        ("moved", "1", "3", "day ledger"), ("new", "", "7", "day ledger"), ("gone", "5", "", "day ledger"),
    ]  # fmt: skip


def test_numbers_are_written_as_people_write_them() -> None:
    values = ((509_744_138, "ore"), (1_500_000.0, "sek"), (0.042, "share"), (1, "days"), (7, "count"), (-3, "count"))
    said = [written(value, unit, "sv", "SEK").replace("\xa0", " ") for value, unit in values]
    assert said == ["5,1 mnkr", "1,5 mnkr", "4,2 %", "1 dag", "7", "−3"]
