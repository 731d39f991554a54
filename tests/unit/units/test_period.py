"""Periods are half-open and cover every day exactly once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.errors import UsageError
from partnership_lib.units.dates import add_months, months_between
from partnership_lib.units.period import Period, PeriodKind

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_every_day_of_twenty_years_lies_in_exactly_one_period_of_each_kind(kind):
    day = date(2015, 1, 1)
    period = Period.containing(kind, day)
    while day < date(2036, 1, 1):
        if day == period.end:
            period = period.next()
        assert day in period
        assert day not in period.next()
        assert Period.containing(kind, day) == period
        day += timedelta(days=1)


@given(DAYS, st.sampled_from(list(PeriodKind)))
def test_a_label_reads_back_as_the_same_period(day, kind):
    period = Period.containing(kind, day)
    assert Period.parse(period.label) == period
    assert period.previous().next() == period
    assert period.previous().end == period.start


@given(DAYS, st.sampled_from(list(PeriodKind)))
def test_the_last_closed_period_has_ended_and_the_next_has_not(day, kind):
    closed = Period.last_closed(kind, day)
    assert closed.end <= day < closed.next().end


@pytest.mark.parametrize(
    "label", ["2026-13", "2026-00", "2026-Q5", "2026-T4", "26-T2", "2026-t2", "", "2026-T2 ", "１２３４"]
)
def test_a_period_that_does_not_exist_is_refused(label):
    with pytest.raises(UsageError, match="unknown_period"):
        Period.parse(label)


@given(DAYS, st.integers(-200, 200))
def test_months_added_are_months_between(day, months):
    assert months_between(day, add_months(day, months)) == months or day.day > 28
