"""Random numbers by key."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from partnership_lib.decision.compiling import HAS_NUMBA, compiled
from partnership_lib.decision.future import streams

PATHS = np.arange(200_000, dtype=np.uint64)
SEED = np.array([1], dtype=np.uint64)


def _uniforms(entity: str, factor: np.uint64, occurrence: int = 0, seed: int = 1) -> np.ndarray:
    key = np.uint64(streams.entity_key(entity))
    with np.errstate(over="ignore"):
        return streams.uniform(np.array([seed], dtype=np.uint64), PATHS, key, factor, np.uint64(occurrence))


@pytest.mark.parametrize("factor", [streams.BIDDERS, streams.LAW_TIME])
@pytest.mark.parametrize("occurrence", [0, 1, 143])
def test_the_numbers_of_a_key_are_uniform_over_the_paths(factor: np.uint64, occurrence: int) -> None:
    uniforms = _uniforms("need:N-01", factor, occurrence)
    assert uniforms.min() > 0.0 and uniforms.max() < 1.0
    assert stats.kstest(uniforms, "uniform").pvalue > 1e-3
    assert stats.chisquare(np.bincount((uniforms * 1000).astype(int), minlength=1000)).pvalue > 1e-3


def test_numbers_over_occurrences_on_one_path_are_uniform_too() -> None:
    with np.errstate(over="ignore"):
        state = streams.entity_state(streams.path_state(SEED, PATHS[:1]), np.uint64(streams.entity_key("need:N-01")))
        uniforms = streams.draw(state, streams.NEW_NEED, PATHS)
    assert stats.kstest(uniforms, "uniform").pvalue > 1e-3


def test_keys_that_differ_in_one_part_give_independent_numbers() -> None:
    columns = [
        _uniforms("need:N-01", streams.BIDDERS),
        _uniforms("need:N-02", streams.BIDDERS),
        _uniforms("need:N-01", streams.CANCELLED),
        _uniforms("need:N-01", streams.BIDDERS, occurrence=1),
        _uniforms("need:N-01", streams.BIDDERS, seed=2),
    ]
    for one, other in combinations(columns, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < 4.5 / np.sqrt(len(PATHS))
        counts = np.histogram2d(one, other, bins=20, range=[[0, 1], [0, 1]])[0]
        assert stats.chisquare(counts.ravel()).pvalue > 1e-4


def test_the_two_halves_of_a_draw_are_uniform_and_independent() -> None:
    with np.errstate(over="ignore"):
        state = streams.entity_state(streams.path_state(SEED, PATHS), np.uint64(streams.entity_key("need:N-01")))
        bits = streams.drawn_bits(state, streams.NEW_NEED, np.uint64(3))
    high, low = streams.high_uniform(bits), streams.low_uniform(bits)
    assert stats.kstest(high, "uniform").pvalue > 1e-3 and stats.kstest(low, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(high, low)[0, 1]) < 4.5 / np.sqrt(len(PATHS))


def test_the_three_parts_of_a_draw_are_uniform_and_independent() -> None:
    with np.errstate(over="ignore"):
        state = streams.entity_state(streams.path_state(SEED, PATHS), np.uint64(streams.entity_key("need:N-01")))
        bits = streams.drawn_bits(state, streams.NEW_NEED, np.uint64(3))
    parts = [streams.first_of_three(bits), streams.second_of_three(bits), streams.third_of_three(bits)]
    for part in parts:
        assert part.min() > 0.0 and part.max() < 1.0
        assert stats.chisquare(np.bincount((part * 256).astype(int), minlength=256)).pvalue > 1e-3
    for one, other in combinations(parts, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < 4.5 / np.sqrt(len(PATHS))


def test_no_factor_has_the_number_of_another() -> None:
    factors = [value for name, value in vars(streams).items() if name.isupper() and not name.startswith("_")]
    assert len(set(factors)) == len(factors) >= 17


@pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed")
def test_compiled_code_draws_the_same_bits_as_numpy() -> None:
    @compiled
    def fill(key: np.uint64, into: np.ndarray) -> None:
        for path in range(len(into)):
            into[path] = streams.uniform(np.uint64(1), np.uint64(path), key, streams.DEFAULT, np.uint64(5))

    drawn = np.empty(10_000)
    fill(np.uint64(streams.entity_key("need:Å-1")), drawn)
    assert np.array_equal(drawn, _uniforms("need:Å-1", streams.DEFAULT, occurrence=5)[:10_000])
