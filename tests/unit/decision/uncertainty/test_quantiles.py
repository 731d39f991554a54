"""Quantiles, means and variances of the distributions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from partnership_lib.decision.cases.assumptions import Distribution, Shape
from partnership_lib.decision.uncertainty.quantiles import (
    mean,
    normal_parameters,
    pert_parameters,
    pert_quantile,
    quantile,
    share_below,
    variance,
)

DISTRIBUTIONS = [
    Distribution(Shape.PERT, (2.0, 4.0, 12.0)),
    Distribution(Shape.PERT, (0.0, 0.0, 1.0)),
    Distribution(Shape.PERT, (-0.03, 0.01, 0.01)),
    Distribution(Shape.TRIANGULAR, (2.0, 4.0, 12.0)),
    Distribution(Shape.TRIANGULAR, (0.0, 0.0, 1.0)),
    Distribution(Shape.TRIANGULAR, (0.0, 1.0, 1.0)),
    Distribution(Shape.UNIFORM, (-1.0, 3.0)),
    Distribution(Shape.LOGNORMAL, (100.0, 400.0)),
    Distribution(Shape.NORMAL, (-2.0, 5.0)),
]
# Even in probability, so that an average over them is an integral.
MIDPOINTS = (np.arange(2**16) + 0.5) / 2**16


def _name(distribution: Distribution) -> str:
    return f"{distribution.shape}{distribution.values}"


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=_name)
def test_the_quantiles_have_the_stated_mean_and_variance(distribution: Distribution) -> None:
    drawn = quantile(distribution, MIDPOINTS)
    assert drawn.mean() == pytest.approx(mean(distribution), rel=2e-4, abs=1e-5)
    assert drawn.var() == pytest.approx(variance(distribution), rel=2e-3)


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=_name)
def test_the_share_below_a_quantile_is_its_probability(distribution: Distribution) -> None:
    shares = np.array([1e-6, 0.01, 0.1, 0.37, 0.5, 0.9, 0.999])
    found = [share_below(distribution, float(value)) for value in quantile(distribution, shares)]
    assert found == pytest.approx(shares, abs=1e-6)


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=_name)
def test_quantiles_never_fall(distribution: Distribution) -> None:
    points = np.sort(np.random.default_rng(1).uniform(size=200_000))
    assert (np.diff(quantile(distribution, points)) >= 0.0).all()


@pytest.mark.parametrize("distribution", DISTRIBUTIONS[:7], ids=_name)
def test_a_bounded_distribution_never_leaves_its_range(distribution: Distribution) -> None:
    drawn = quantile(distribution, np.array([1e-300, 2.0**-53, 0.5, 1.0 - 2.0**-53]))
    assert drawn.min() >= distribution.values[0] and drawn.max() <= distribution.values[-1]


@pytest.mark.parametrize(
    "values", [(2.0, 4.0, 12.0), (0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (0.003, 0.008, 0.02), (0.0, 0.5, 1.0)]
)
def test_the_table_behind_a_pert_is_off_by_less_than_a_millionth_of_the_range(
    values: tuple[float, float, float],
) -> None:
    points = np.concatenate([np.random.default_rng(1).uniform(size=20_000), np.geomspace(1e-12, 0.01, 200)])
    alpha, beta = pert_parameters(*values)
    width = values[2] - values[0]
    exact = stats.beta.ppf(points, alpha, beta, loc=values[0], scale=width)
    assert np.abs(pert_quantile(points, *values) - exact).max() < 1e-6 * width


@pytest.mark.parametrize("shape", [Shape.PERT, Shape.TRIANGULAR, Shape.UNIFORM, Shape.LOGNORMAL, Shape.NORMAL])
def test_a_distribution_of_one_value_gives_that_value(shape: Shape) -> None:
    values = (7.0,) * (3 if shape in (Shape.PERT, Shape.TRIANGULAR) else 2)
    distribution = Distribution(shape, values)
    assert quantile(distribution, [0.01, 0.5, 0.99]) == pytest.approx([7.0, 7.0, 7.0])
    assert mean(distribution) == pytest.approx(7.0)
    assert variance(distribution) == pytest.approx(0.0)
    assert (share_below(distribution, 6.9), share_below(distribution, 7.1)) == (0.0, 1.0)


def test_a_fixed_value_has_no_spread() -> None:
    fixed = Distribution(Shape.FIXED, (0.6,))
    assert quantile(fixed, [0.1, 0.9]).tolist() == [0.6, 0.6]
    assert (mean(fixed), variance(fixed)) == (0.6, 0.0)


@pytest.mark.parametrize("shape", [Shape.NORMAL, Shape.LOGNORMAL])
def test_p10_and_p90_are_where_they_were_stated(shape: Shape) -> None:
    assert quantile(Distribution(shape, (100.0, 400.0)), [0.1, 0.9]) == pytest.approx([100.0, 400.0])


def test_a_lognormal_is_never_below_zero() -> None:
    assert share_below(Distribution(Shape.LOGNORMAL, (1.0, 2.0)), -1.0) == 0.0


def test_the_parameters_of_a_normal_are_in_its_own_unit() -> None:
    location, scale = normal_parameters(Distribution(Shape.NORMAL, (-1.2815515655446004, 1.2815515655446004)))
    assert (location, scale) == pytest.approx((0.0, 1.0))


def test_one_probability_gives_one_value() -> None:
    assert quantile(DISTRIBUTIONS[0], 0.5).shape == ()
    assert float(quantile(DISTRIBUTIONS[0], 1e-9)) == pytest.approx(2.0, abs=1e-3)


def test_the_quantile_of_a_point_does_not_depend_on_its_company() -> None:
    points = np.random.default_rng(2).uniform(size=1_000)
    together = quantile(DISTRIBUTIONS[0], points)
    assert all(float(quantile(DISTRIBUTIONS[0], point)) == value for point, value in zip(points, together, strict=True))
