"""The compiled search for weights takes the published steps: the same, written plainly, ends at the same weights."""

from __future__ import annotations

import numpy as np
import pytest

from partnership_lib.analysis.outcome.weights import simplex_weights


def plain_weights(series, target, penalty, least_decrease, *, level):
    """The steps of the published program (synthdid, sc.weight.fw): 100, then sparser, then at most 10,000."""
    if level:
        series, target = series - series.mean(axis=0), target - target.mean()
    weights = np.full(series.shape[1], 1.0 / series.shape[1])
    ridge = len(target) * penalty**2
    for most_steps in (100, 10_000):
        if most_steps == 10_000:
            weights = np.where(weights <= weights.max() / 4.0, 0.0, weights)
            weights = weights / weights.sum()
        values = []
        while len(values) < most_steps and (len(values) < 2 or values[-2] - values[-1] > least_decrease**2):
            fitted = series @ weights
            half_gradient = (fitted - target) @ series + ridge * weights
            vertex = int(half_gradient.argmin())
            direction = -weights
            direction[vertex] += 1.0
            moved = series[:, vertex] - fitted
            step = -half_gradient @ direction / (moved @ moved + ridge * direction @ direction)
            weights = weights + min(1.0, max(0.0, step)) * direction
            values.append(penalty**2 * weights @ weights + np.mean((series @ weights - target) ** 2))
    return weights


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("level", [True, False])
@pytest.mark.parametrize(("penalty", "least_decrease"), [(1.5, 1e-3), (1e-6, 1e-3), (0.3, 0.3)])
def test_the_weights_are_those_of_the_published_steps(seed: int, level: bool, penalty: float, least_decrease: float):
    random = np.random.default_rng(seed)
    series, target = random.normal(size=(12, 9)) + 5.0 * random.normal(size=9), random.normal(size=12)
    found = simplex_weights(series, target, penalty=penalty, least_decrease=least_decrease, level=level)
    assert found == pytest.approx(plain_weights(series, target, penalty, least_decrease, level=level), abs=1e-9)


def test_fewer_steps_stop_earlier() -> None:
    random = np.random.default_rng(1)
    series, target = random.normal(size=(20, 40)) + 3.0 * random.normal(size=40), random.normal(size=20)
    few, many = (
        simplex_weights(series, target, penalty=1e-6, least_decrease=1e-9, level=False, most_steps=steps)
        for steps in (3, 10_000)
    )
    misses = [float(np.mean((series @ weights - target) ** 2)) for weights in (few, many)]
    assert misses[1] < misses[0] and not np.allclose(few, many)


def test_a_series_that_is_the_target_gets_all_the_weight() -> None:
    series = np.random.default_rng(2).normal(size=(8, 4))
    found = simplex_weights(series, series[:, 2], penalty=0.0, least_decrease=1e-9, level=False)
    assert found == pytest.approx([0.0, 0.0, 1.0, 0.0], abs=1e-6)
