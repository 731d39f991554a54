"""Expectations beside the formulas, against direct draws from them."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import binom

from partnership_lib.decision.components import bidders, gap, overrun

POINTS = (np.arange(200_000) + 0.5) / 200_000
WEIGHTS = np.array([0.25, 0.2, 0.15, 0.0, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05])


def _counts() -> np.ndarray:
    return 1.0 + np.searchsorted(np.cumsum(WEIGHTS), POINTS)


# --- bidders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.3, 1.0, 1.7])
def test_expected_bids_and_price_factors_are_means_over_the_counts(scale: float) -> None:
    counts = _counts() * scale
    assert bidders.expected_bids(WEIGHTS, scale) == pytest.approx(bidders.bids(counts).mean(), rel=1e-5)
    factor = bidders.bidder_factor(counts, 8.0, 0.136).mean()
    assert bidders.expected_bidder_factor(WEIGHTS, scale, 8.0, 0.136) == pytest.approx(factor, rel=1e-5)


@pytest.mark.parametrize(("suppliers", "share"), [(1, 0.6), (5, 0.6), (12, 0.35), (4, 1.0), (4, 0.0)])
def test_able_bidders_are_binomial_but_at_least_one(suppliers: int, share: float) -> None:
    drawn = bidders.able_bidders(POINTS, suppliers, share)
    exact = np.maximum(binom.ppf(POINTS, suppliers, share), 1.0)
    assert (drawn == exact).mean() > 0.9999
    assert (drawn.min(), drawn.max()) >= (1.0, 1.0) and drawn.max() <= suppliers


@pytest.mark.parametrize(
    ("suppliers", "share", "factor"), [(5, 0.6, 1.0), (5, 0.6, 0.4), (12, 0.35, 1.2), (3, 1.0, 1.0)]
)
def test_expectations_over_able_suppliers_are_means_over_the_draws(suppliers: int, share: float, factor: float) -> None:
    counts = bidders.able_bidders(POINTS, suppliers, share) * factor
    found = bidders.expected_able_bids(suppliers, share, factor)
    assert found == pytest.approx(bidders.bids(counts).mean(), rel=1e-4)
    found = bidders.expected_able_bidder_factor(suppliers, share, factor, 8.0, 0.136)
    assert found == pytest.approx(bidders.bidder_factor(counts, 8.0, 0.136).mean(), rel=1e-4)


def test_bidders_beyond_the_saturation_lower_no_price_but_are_read() -> None:
    assert bidders.bidder_factor(8.0, 8.0, 0.136) == bidders.bidder_factor(25.0, 8.0, 0.136)
    assert bidders.bids(25.0) == 25.0
    assert bidders.bids(0.2) == 1.0


def test_without_elasticity_bidders_do_not_matter() -> None:
    assert bidders.expected_bidder_factor(WEIGHTS, 0.4, 8.0, 0.0) == pytest.approx(1.0)
    assert bidders.bidder_factor(np.array([1.0, 3.0, 20.0]), 8.0, 0.0).tolist() == [1.0, 1.0, 1.0]


def test_a_bundle_of_one_need_draws_its_own_bidders() -> None:
    assert bidders.bundle_spread(1.0, 0.089, 0.6) == 1.0


def test_size_draws_bidders_and_breadth_keeps_them_away() -> None:
    assert bidders.bundle_spread(8.0, 0.089, 0.0) == pytest.approx(8.0**0.089)
    assert bidders.bundle_spread(8.0, 0.0, 0.25) == pytest.approx(8.0**-0.25)
    assert bidders.bundle_spread(8.0, 0.089, 0.089) == 1.0


# --- gap --------------------------------------------------------------------------------------------------------------


def _appeal_months(mean: float, sigma: float, second_probability: float, second_mean: float, count: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    first = np.exp(log(mean) - sigma**2 / 2 + sigma * rng.standard_normal(count))
    return first + (rng.uniform(size=count) < second_probability) * rng.exponential(second_mean, count)


@pytest.mark.parametrize(
    "values",
    [(1.8, 0.7, 0.25, 5.3, 2.0), (1.8, 0.7, 0.25, 5.3, 0.0), (1.8, 0.7, 0.0, 5.3, 2.0), (4.2, 0.4, 1.0, 0.8, 9.0)],
)
def test_the_expected_gap_is_the_mean_of_simulated_gaps(values: tuple[float, ...]) -> None:
    *appeal, slack = values
    gaps = gap.gap_months(_appeal_months(*appeal, 400_000), slack)
    assert abs(gaps.mean() - gap.expected_gap_months(*values)) < 3 * gaps.std() / np.sqrt(len(gaps))


def test_the_expected_gap_is_the_same_by_integrating_over_the_second_instance() -> None:
    """The first instance's part in closed form for every length of the second, instead of the other way round."""
    mean, sigma, second_probability, second_mean, slack = 1.8, 0.7, 0.25, 5.3, 2.0

    def first_beyond(left: float) -> float:
        if left <= 0.0:
            return mean - left
        border = (log(left) - log(mean) + sigma**2 / 2) / sigma
        return mean * ndtr(sigma - border) - left * ndtr(-border)

    with_second = quad(
        lambda months: first_beyond(slack - months) * exp(-months / second_mean) / second_mean, 0, 400, points=[slack]
    )[0]
    expected = (1 - second_probability) * first_beyond(slack) + second_probability * with_second
    assert gap.expected_gap_months(mean, sigma, second_probability, second_mean, slack) == pytest.approx(
        expected, rel=1e-9
    )


def test_more_slack_never_lengthens_the_gap_and_meets_the_case_without_slack() -> None:
    gaps = [gap.expected_gap_months(1.8, 0.7, 0.25, 5.3, slack) for slack in (0.0, 1e-9, 0.5, 2.0, 8.0, 40.0)]
    assert gaps[0] == pytest.approx(gaps[1], abs=1e-8)
    assert gaps == sorted(gaps, reverse=True)


def test_appeals_of_a_fixed_length_have_an_exact_gap() -> None:
    assert gap.expected_gap_months(3.0, 0.0, 0.0, 5.3, 2.0) == 1.0
    assert gap.expected_gap_months(1.0, 0.0, 0.25, 5.3, 2.0) == pytest.approx(0.25 * 5.3 * exp(-1 / 5.3))
    assert gap.expected_gap_months(3.0, 1e-6, 0.25, 5.3, 2.0) == pytest.approx(1.0 + 0.25 * 5.3, abs=1e-5)
    assert gap.expected_gap_months(3.0, 0.0, 0.25, 5.3, 2.0) == 1.0 + 0.25 * 5.3


def test_a_gap_costs_the_mark_up_or_the_manual_work() -> None:
    assert gap.gap_sek(2.0, 1.0, 0.1, 1.2e6, 30_000.0) == pytest.approx(20_000.0)
    assert gap.gap_sek(2.0, 0.0, 0.1, 1.2e6, 30_000.0) == 60_000.0


# --- overrun ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tail_probability", "exponent", "cap"),
    [(0.18, 1.126, 20.0), (0.0, 1.126, 20.0), (1.0, 2.5, 50.0), (0.3, 1.0, 20.0), (0.3, 1.126, 0.4)],
)
def test_the_expected_overrun_is_the_mean_of_the_drawn_ones(
    tail_probability: float, exponent: float, cap: float
) -> None:
    drawn = overrun.overrun_at(POINTS, overrun.ordinary_overruns(-0.1, 0.1, 0.5), tail_probability, 0.5, exponent, cap)
    expected = overrun.expected_overrun(-0.1, 0.1, 0.5, tail_probability, 0.5, exponent, cap)
    assert drawn.mean() == pytest.approx(expected, rel=2e-4)
    assert drawn.max() <= max(cap, 0.5)
    assert drawn.min() >= -0.1


def test_overruns_grow_with_their_uniform_number() -> None:
    drawn = overrun.overrun_at(POINTS, overrun.ordinary_overruns(-0.1, 0.1, 0.5), 0.18, 0.5, 1.126, 20.0)
    assert (np.diff(drawn) >= 0.0).all()


def test_a_plan_without_overruns_has_none() -> None:
    assert overrun.expected_overrun(0.0, 0.0, 0.0, 0.0, 0.5, 1.126, 20.0) == 0.0
    assert (overrun.overrun_at(POINTS, overrun.ordinary_overruns(0.0, 0.0, 0.0), 0.0, 0.5, 1.126, 20.0) == 0.0).all()


def test_a_first_instance_far_shorter_than_the_slack_leaves_the_second() -> None:
    """The mass of a narrow first instance lies far from the slack; a careless quadrature steps over it."""
    months = gap.expected_gap_months(0.1, 0.06, 1.0, 1.0, 1.0)
    assert months == pytest.approx(exp(-0.9), rel=1e-4)
