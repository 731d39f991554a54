from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest

from partnership_lib.domain import (
    RECORD_TYPES,
    Activity,
    ActivityKind,
    IndexValue,
    Level,
    Party,
    SpendPlan,
    internal_fields,
)
from partnership_lib.errors import InputError
from partnership_lib.register.values import columns_of, from_row, to_row

PLAN = SpendPlan(id="S-1", agreement_id="A-1", year=2026, amount_ore=100)


def test_a_numpy_integer_becomes_a_plain_integer() -> None:
    row = to_row(replace(PLAN, amount_ore=np.int64(12)))
    assert type(row["amount_ore"]) is int
    assert row["amount_ore"] == 12


@pytest.mark.parametrize("amount", [True, 1.0, Decimal(1), "1", None, 2**63, np.float64(1)])
def test_what_is_no_integer_is_refused_with_field_and_type(amount: object) -> None:
    with pytest.raises(InputError) as refused:
        to_row(replace(PLAN, amount_ore=amount))
    assert refused.value.code == "value_not_storable"
    assert refused.value.values["column"] == "amount_ore"
    assert type(amount).__name__ in refused.value.values["found"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1", True])
def test_what_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="value_not_storable"):
        to_row(IndexValue(id="I", series="AKI", month=date(2026, 1, 1), value=value))


def test_an_instant_is_no_date() -> None:
    with pytest.raises(InputError, match="value_not_storable"):
        to_row(IndexValue(id="I", series="AKI", month=datetime(2026, 1, 1), value=1.0))  # noqa: DTZ001


@pytest.mark.parametrize("day", [date(1799, 12, 31), date(3000, 1, 1), date.max])
def test_a_day_that_no_term_can_be_added_to_is_refused_and_the_years_are_told(day: date) -> None:
    with pytest.raises(InputError, match="value_not_storable") as refused:
        to_row(IndexValue(id="I", series="AKI", month=day, value=1.0))
    assert refused.value.values["allowed"] == "YYYY-MM-DD, 1800–2999"


@pytest.mark.parametrize("day", [date(1800, 1, 1), date(2999, 12, 31)])
def test_the_first_and_the_last_day_of_those_years_are_taken(day: date) -> None:
    assert to_row(IndexValue(id="I", series="AKI", month=day, value=1.0))["month"] == day.isoformat()


@pytest.mark.parametrize("name", ["a\0b", "half \ud83d pair"])
def test_text_that_no_database_can_hold_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="value_not_storable"):
        to_row(IndexValue(id="I", series=name, month=date(2026, 1, 1), value=1.0))


def test_a_record_without_id_is_refused() -> None:
    with pytest.raises(InputError, match="record_without_id"):
        to_row(replace(PLAN, id=""))


def test_a_word_outside_the_enumeration_is_refused_with_the_words_allowed() -> None:
    activity = Activity(
        id="T", agreement_id="A", level="middle", title="x", kind=ActivityKind.CHALLENGE,
        raised_by=Party.BUYER, raised_date=date(2026, 1, 1),
    )  # fmt: skip
    with pytest.raises(InputError) as refused:
        to_row(activity)
    assert refused.value.values["allowed"] == "strategic, tactical, operational"
    assert from_row(Activity, to_row(replace(activity, level="tactical"))).level is Level.TACTICAL


def test_every_reference_leads_to_a_table_that_is_written_before_or_is_the_same() -> None:
    order = list(RECORD_TYPES)
    for name, kind in RECORD_TYPES.items():
        for column in columns_of(kind):
            if column.references:
                assert order.index(column.references) <= order.index(name), (name, column.name)


def test_columns_know_what_is_internal() -> None:
    for kind in RECORD_TYPES.values():
        internal = {column.name for column in columns_of(kind) if not column.shared}
        assert internal == set(internal_fields(kind))
