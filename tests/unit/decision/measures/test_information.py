"""Regression of the difference on the assumptions."""

from __future__ import annotations

import numpy as np
import pytest

from partnership_lib.decision.measures import information


def _uniforms(count: int = 4_096, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(size=(count, 2))


def test_a_cubic_polynomial_is_found_exactly() -> None:
    x = _uniforms()[:, 0]
    curve = information.Curve(x, x**3 - 2 * x)
    assert curve.at(np.array([0.3, 0.5])) == pytest.approx([0.027 - 0.6, 0.125 - 1.0], abs=1e-9)


def test_beyond_the_sample_the_curve_keeps_its_end() -> None:
    x = _uniforms()[:, 0]
    curve = information.Curve(x, x)
    assert curve.at(np.array([9.0]))[0] == pytest.approx(x.max(), abs=1e-9)


def test_the_mean_of_the_fit_is_the_mean_of_the_outcomes() -> None:
    x, y = _uniforms().T
    outcomes = np.sin(9 * x) + y
    for fit in (
        information.on_curve(x, outcomes),
        information.on_bins(x, outcomes),
        information.on_surface(x, y, outcomes),
    ):
        assert fit.expected.mean() == pytest.approx(outcomes.mean(), rel=1e-9)


def test_a_constant_assumption_is_worth_nothing() -> None:
    outcomes = _uniforms()[:, 0] - 0.5
    worth = information.worth_of_knowing(information.on_curve(np.ones(outcomes.size), outcomes), outcomes)
    assert (worth.value_sek, worth.first_order_share) == (0.0, 0.0)


def test_an_assumption_with_two_values_is_no_hindrance() -> None:
    x = np.repeat([0.0, 1.0], 500)
    outcomes = np.where(x > 0, -3.0, 1.0)
    worth = information.worth_of_knowing(information.on_curve(x, outcomes), outcomes)
    assert worth.value_sek == pytest.approx(0.5)
    assert worth.first_order_share == pytest.approx(1.0)


def test_outcomes_that_never_vary_are_worth_nothing() -> None:
    x = _uniforms()[:, 0]
    outcomes = np.full(x.size, -7.0)
    assert information.worth_of_knowing(information.on_curve(x, outcomes), outcomes).value_sek == 0.0


def test_nothing_is_worth_more_than_everything() -> None:
    x, y = _uniforms(256).T
    outcomes = x - 0.5 + 0.01 * y
    worth = information.worth_of_knowing(information.on_curve(x, outcomes), outcomes)
    assert 0.0 <= worth.value_sek <= information.perfect_information_sek(outcomes)


def test_when_one_plan_is_always_cheaper_knowing_is_worth_nothing() -> None:
    x, y = _uniforms().T
    outcomes = -10.0 + x + y
    assert information.perfect_information_sek(outcomes) == pytest.approx(0.0, abs=1e-12)
    assert information.worth_of_knowing(information.on_curve(x, outcomes), outcomes).value_sek == pytest.approx(0.0)


def test_bins_and_curve_agree() -> None:
    x, y = _uniforms(32_768).T
    outcomes = np.exp(2 * x) - 3.0 + y
    curve, bins = (fit(x, outcomes).expected for fit in (information.on_curve, information.on_bins))
    assert np.sqrt(np.mean((curve - bins) ** 2)) < 0.05 * outcomes.std()
