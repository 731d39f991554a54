"""When a list will be done: exact where it can be worked out by hand, honest about what it does not know."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.analysis.list_forecast import chance_of_so_many_new, list_forecast

HISTORIES = st.lists(st.integers(-3, 5), min_size=1, max_size=12)


@pytest.mark.parametrize(("remaining", "months"), [(0, 0), (1, 1), (3, 1), (4, 2), (10, 4)])
def test_a_steady_pace_gives_one_certain_answer(remaining, months):
    forecast = list_forecast(remaining, [3, 3, 3, 3, 3, 3])
    assert forecast.months_until(0.5) == forecast.months_until(0.85) == forecast.months_until(1.0) == months


def test_a_list_on_which_nothing_ever_gets_done_is_not_done_within_the_horizon():
    assert list_forecast(1, [0, 0, 0, 0, 0, 0]).months_until(0.01) is None
    assert list_forecast(1, [-1, -2, 0]).months_until(0.01) is None


def test_a_list_that_has_come_to_zero_stays_there():
    forecast = list_forecast(1, [1, -5])
    done = forecast.remaining == 0
    assert (done[:, 1:] >= done[:, :-1]).all()


def test_the_same_list_has_the_same_forecast_every_time():
    first, again = list_forecast(9, [0, 1, 4, 0, 2, 1]), list_forecast(9, [0, 1, 4, 0, 2, 1])
    assert np.array_equal(first.remaining, again.remaining)


@given(HISTORIES, st.integers(0, 15))
def test_more_certainty_takes_longer_and_less_is_left_later_on(history, remaining):
    forecast = list_forecast(remaining, history, horizon_months=12, futures=200)
    likely, sure = forecast.months_until(0.5), forecast.months_until(0.85)
    assert sure is None or (likely is not None and likely <= sure)
    assert (forecast.done_by[1:] >= forecast.done_by[:-1]).all()
    assert forecast.left_after(6, 0.15) <= forecast.left_after(6, 0.5) <= forecast.left_after(6, 0.85)
    assert (forecast.remaining >= 0).all()


@given(HISTORIES, st.integers(1, 10))
def test_a_longer_list_takes_at_least_as_long(history, remaining):
    shorter, longer = (list_forecast(n, history, horizon_months=12, futures=200) for n in (remaining, remaining + 1))
    assert (longer.done_by <= shorter.done_by).all()


def test_whether_a_list_grows_beyond_chance_is_an_even_coin():
    # 8 of 8 heads: 1 in 256. 2 or 3 heads of 3: 4 of 8.
    assert chance_of_so_many_new(8, 0) == 1 / 256
    assert chance_of_so_many_new(2, 1) == 0.5
    assert chance_of_so_many_new(0, 0) == 1.0
