"""Other distributions from uniform numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from partnership_lib.decision.compiling import HAS_NUMBA, compiled
from partnership_lib.decision.future import tables

UNIFORMS = (np.arange(1_000_000) + 0.5) / 1_000_000
EXTREMES = np.array([2.0**-53, 1e-12, 1e-6, 1.0 - 1e-6, 1.0 - 2.0**-53])


def test_normal_numbers_are_within_a_few_millionths_of_their_quantiles_everywhere() -> None:
    table = tables.normal_table()
    normals = tables.normal_at(UNIFORMS, table)
    assert np.abs(normals - ndtri(UNIFORMS)).max() < 4e-6
    assert np.abs(tables.normal_at(EXTREMES, table) - ndtri(EXTREMES)).max() < 4e-6
    assert abs(normals.mean()) < 1e-9 and abs(normals.var() - ndtri(UNIFORMS).var()) < 2e-6


def test_both_tails_of_the_normal_numbers_are_the_same() -> None:
    table = tables.normal_table()
    dyadic = np.ldexp(1.0, -np.arange(2, 50))
    assert np.array_equal(tables.normal_at(dyadic, table), -tables.normal_at(1.0 - dyadic, table))
    assert np.allclose(tables.normal_at(dyadic, table), ndtri(dyadic), rtol=1e-14), "the lines between cells are exact"


@pytest.mark.parametrize("sigma", [0.0, 0.3, 0.8, 2.0])
def test_lognormal_numbers_have_mean_1_and_their_quantiles(sigma: float) -> None:
    numbers = tables.lognormal_at(UNIFORMS, tables.lognormal_table(sigma))
    exact = np.exp(sigma * (ndtri(UNIFORMS) - sigma / 2.0))
    assert np.allclose(numbers, exact, rtol=3e-5)
    assert abs(numbers.mean() - exact.mean()) < 5e-6


def test_waiting_times_are_exponential_to_the_last_digits() -> None:
    for uniforms in (UNIFORMS, EXTREMES):
        assert np.allclose(tables.exponential_at(uniforms), -np.log(uniforms), rtol=4e-15, atol=1e-16)


def test_powers_of_e_are_exact_to_the_last_digits() -> None:
    numbers = np.linspace(-30.0, 30.0, 100_001)
    assert np.allclose(tables.exponential_of(numbers), np.exp(numbers), rtol=2e-15)


@pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed")
def test_one_by_one_in_compiled_code_they_are_the_same() -> None:
    @compiled
    def fill(uniforms: np.ndarray, normal: np.ndarray, size: np.ndarray, into: np.ndarray) -> None:
        for place in range(len(uniforms)):
            into[0, place] = tables.normal_at(uniforms[place], normal)
            into[1, place] = tables.lognormal_at(uniforms[place], size)
            into[2, place] = tables.exponential_at(uniforms[place])
            into[3, place] = tables.exponential_of(uniforms[place])

    uniforms = np.concatenate([EXTREMES, UNIFORMS[::97]])
    normal, size = tables.normal_table(), tables.lognormal_table(0.8)
    into = np.empty((4, len(uniforms)))
    fill(uniforms, normal, size, into)
    expected = (
        tables.normal_at(uniforms, normal),
        tables.lognormal_at(uniforms, size),
        tables.exponential_at(uniforms),
        tables.exponential_of(uniforms),
    )
    assert np.allclose(into, expected, rtol=1e-13, atol=1e-15)
