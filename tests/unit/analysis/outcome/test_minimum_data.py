"""The rule that guards the door, its date, and what no waiting mends."""

from __future__ import annotations

from datetime import date

import pytest

from partnership_lib import text
from partnership_lib.analysis.outcome.minimum_data import minimum_data, minimum_data_of

ENOUGH = {
    "pre_months": 24,
    "post_months": 24,
    "donors": 19,
    "has_volume_driver": True,
    "has_category_index": True,
    "start": date(2024, 3, 1),
}


def test_the_least_data_are_enough() -> None:
    found = minimum_data(**ENOUGH)
    assert found.enough and found.earliest is None and found.finding().code == "outcome_minimum.enough"


@pytest.mark.parametrize(
    ("change", "lacking", "code"),
    [
        ({"post_months": 23}, ("post_months",), "not_yet"),
        ({"pre_months": 23}, ("pre_months",), "lacking"),
        ({"donors": 18}, ("donors",), "lacking"),
        ({"has_volume_driver": False}, ("volume_driver",), "lacking"),
        ({"has_category_index": False}, ("category_index",), "lacking"),
        ({"post_months": 3, "donors": 4}, ("post_months", "donors"), "not_yet_lacking"),
        ({"post_months": None, "start": None}, ("post_months",), "lacking"),
    ],
)
def test_one_thing_less_is_not_enough_and_named(change, lacking, code) -> None:
    found = minimum_data(**{**ENOUGH, **change})
    assert (found.enough, found.lacking) == (False, lacking)
    assert found.finding().code == f"outcome_minimum.{code}"
    assert all(found.finding().sentence(language) for language in text.LANGUAGES)


def test_the_earliest_day_is_when_24_months_have_passed() -> None:
    found = minimum_data(**{**ENOUGH, "post_months": 3})
    assert found.earliest == date(2026, 3, 1)
    assert "mars 2026" in found.finding().sentence("sv") and "March 2026" in found.finding().sentence("en")


def test_months_are_counted_from_the_length_of_a_period(invented) -> None:
    found = minimum_data_of(invented(before=8, after=7), has_volume_driver=True, has_category_index=True)
    assert found.lacking == ("post_months",)
    assert found.table().set_index("requirement")["found"].to_dict()["post_months"] == 21
    assert found.earliest == date(2024, 1, 1)
