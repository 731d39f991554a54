"""Break-evens of known functions."""

from __future__ import annotations

import math

import pytest

from partnership_lib.decision.measures.break_evens import COLUMNS, Quantity, break_even, break_evens


def _quantity(difference, *, today: float = 5.0, low: float = 0.0, high: float = 10.0) -> Quantity:
    return Quantity("bundle_bidders", "count", today, low, high, difference)


def test_a_falling_difference_is_cheaper_above_its_break_even() -> None:
    assert break_even(_quantity(lambda x: math.exp(-x) - math.exp(-3.0))) == (pytest.approx(3.0, abs=1e-6), True)


def test_a_rising_difference_is_cheaper_below_its_break_even() -> None:
    assert break_even(_quantity(lambda x: x - 7.25)) == (pytest.approx(7.25), False)


def test_of_two_break_evens_the_one_nearest_today_counts() -> None:
    def difference(x: float) -> float:
        return (x - 1.0) * (x - 8.0)

    assert break_even(_quantity(difference, today=7.0)) == (pytest.approx(8.0), False)
    assert break_even(_quantity(difference, today=2.0)) == (pytest.approx(1.0), True)


@pytest.mark.parametrize(("sign", "cheaper"), [(1.0, False), (-1.0, True)])
def test_without_a_break_even_the_sign_holds_in_the_whole_range(sign: float, cheaper: bool) -> None:
    found, above = break_even(_quantity(lambda x: sign * (1.0 + x)))
    assert math.isnan(found)
    assert above is cheaper


def test_a_break_even_at_the_end_of_the_range_is_found() -> None:
    assert break_even(_quantity(lambda x: x - 10.0))[0] == pytest.approx(10.0)


def test_plans_that_never_differ_have_no_break_even() -> None:
    found, cheaper = break_even(_quantity(lambda _: 0.0))
    assert math.isnan(found)
    assert cheaper is False


def test_the_frame_has_a_row_per_quantity() -> None:
    frame = break_evens([_quantity(lambda x: x - 1.0), _quantity(lambda x: 1.0 + x)])
    assert tuple(frame.columns) == COLUMNS
    assert frame["break_even"].isna().tolist() == [False, True]
