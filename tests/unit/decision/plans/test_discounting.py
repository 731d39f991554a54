"""Weights of the months."""

from __future__ import annotations

import numpy as np
import pytest

from partnership_lib.decision.plans.discounting import (
    annuity,
    discount_weights,
    equivalent_annual_cost_sek,
    inflation_weights,
    year_weights,
)


def test_there_is_a_weight_for_every_month_and_for_the_horizon() -> None:
    assert discount_weights(144, 0.035).shape == inflation_weights(144, 0.02).shape == (145,)


def test_without_a_rate_every_month_counts_alike() -> None:
    assert (discount_weights(24, 0.0) == 1.0).all()
    assert annuity(0.0, 12) == 12.0
    assert equivalent_annual_cost_sek(1_200.0, 0.0, 12) == 100.0


def test_cash_falls_in_the_middle_of_its_month() -> None:
    assert discount_weights(12, 0.1)[5] == pytest.approx(1.1 ** (-5.5 / 12))


def test_the_years_share_the_months_and_the_horizon_is_the_last_ones() -> None:
    years = np.repeat([2026, 2027, 2028], [4, 12, 8])
    weights = {year: year_weights(years, year) for year in (2026, 2027, 2028)}
    assert (sum(weights.values()) == np.ones(25)).all()
    assert [each.sum() for each in weights.values()] == [4.0, 12.0, 9.0]
    assert weights[2028][-1] == 1.0
    assert year_weights(years, 2031).sum() == 0.0
