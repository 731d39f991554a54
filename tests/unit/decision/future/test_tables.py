"""Other distributions from uniform numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from partnership_lib.decision.compiling import HAS_NUMBA, compiled
from partnership_lib.decision.future import tables

UNIFORMS = (np.arange(1_000_000) + 0.5) / 1_000_000
EXTREMES = np.array([2.0**-53, 1e-12, 1e-6, 1.0 - 1e-6, 1.0 - 2.0**-53])


def test_normal_numbers_are_exact_in_the_tails_and_within_a_hundred_thousandth_elsewhere() -> None:
    normals = tables.normals_at(UNIFORMS, tables.normal_table())
    assert np.abs(normals - ndtri(UNIFORMS)).max() < 1.1e-5
    assert np.allclose(tables.normals_at(EXTREMES, tables.normal_table()), ndtri(EXTREMES), rtol=1e-14)
    assert abs(normals.mean()) < 1e-9 and abs(normals.var() - ndtri(UNIFORMS).var()) < 2e-6


def test_the_tail_is_that_of_the_normal_distribution_to_the_last_digits() -> None:
    probabilities = np.exp(-np.linspace(np.log(14), 36.7, 20_000))
    assert np.allclose(tables.tail_distances(probabilities), -ndtri(probabilities), rtol=2e-15)


@pytest.mark.parametrize("sigma", [0.0, 0.3, 0.8, 2.0])
def test_lognormal_numbers_have_mean_1_and_their_quantiles(sigma: float) -> None:
    numbers = tables.lognormals_at(UNIFORMS, sigma)
    exact = np.exp(sigma * (ndtri(UNIFORMS) - sigma / 2.0))
    assert np.allclose(numbers, exact, rtol=1e-4)
    assert abs(numbers.mean() - exact.mean()) < 5e-6


def test_waiting_times_are_exponential() -> None:
    times = tables.exponentials_at(UNIFORMS)
    assert np.abs(times + np.log(UNIFORMS)).max() < 4e-5
    assert abs(times.mean() - 1.0) < 1e-5
    assert np.array_equal(tables.exponentials_at(EXTREMES[:3]), -np.log(EXTREMES[:3]))


@pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed")
def test_one_by_one_in_compiled_code_they_are_the_same() -> None:
    @compiled
    def fill(uniforms: np.ndarray, normal: np.ndarray, size: np.ndarray, wait: np.ndarray, into: np.ndarray) -> None:
        for place in range(len(uniforms)):
            into[0, place] = tables.normal_at(uniforms[place], normal)
            into[1, place] = tables.lognormal_at(uniforms[place], size, 0.8)
            into[2, place] = tables.exponential_at(uniforms[place], wait)

    uniforms = np.concatenate([EXTREMES, UNIFORMS[::97]])
    normal = tables.normal_table()
    into = np.empty((3, len(uniforms)))
    fill(uniforms, normal, tables.lognormal_table(0.8), tables.exponential_table(), into)
    expected = (
        tables.normals_at(uniforms, normal),
        tables.lognormals_at(uniforms, 0.8),
        tables.exponentials_at(uniforms),
    )
    assert np.allclose(into, expected, rtol=1e-12, atol=1e-15)
