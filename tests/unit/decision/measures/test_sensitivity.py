"""Sobol indices of functions whose indices are obvious."""

from __future__ import annotations

import numpy as np
import pytest

from partnership_lib.decision.measures.sensitivity import sobol_indices


def test_an_additive_function_has_no_interactions() -> None:
    found = sobol_indices(lambda points: points[:, 0] + 2.0 * points[:, 1], 2, 12, seed=1)
    assert found.first_order == pytest.approx([0.2, 0.8], abs=0.01)
    assert found.total_order == pytest.approx(found.first_order, abs=0.01)


def test_an_input_that_nothing_depends_on_has_an_index_of_exactly_zero() -> None:
    found = sobol_indices(lambda points: points[:, 0] ** 2, 3, 8, seed=1)
    assert found.total_order[1:].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("inputs", [0, 1, 3])
def test_a_constant_has_no_indices(inputs: int) -> None:
    found = sobol_indices(lambda points: np.ones(points.shape[0]), inputs, 6, seed=1)
    assert found.total_order.tolist() == [0.0] * inputs


def test_a_single_input_brings_all_the_variance() -> None:
    found = sobol_indices(lambda points: points[:, 0], 1, 6, seed=1)
    assert (found.first_order.tolist(), found.total_order.tolist()) == ([1.0], [1.0])


def test_noise_that_belongs_to_the_row_is_no_interaction() -> None:
    noise = np.random.default_rng(1).normal(size=2**12)
    kept = sobol_indices(lambda points: points[:, 0] + noise, 2, 12, seed=1)
    fresh = np.random.default_rng(2)
    redrawn = sobol_indices(lambda points: points[:, 0] + fresh.normal(size=points.shape[0]), 2, 12, seed=1)
    assert kept.total_order[1] == 0.0
    assert redrawn.total_order[1] > 0.5


def test_several_blocks_at_once_give_the_same_indices() -> None:
    def outcomes(points: np.ndarray) -> np.ndarray:
        return points[:, 0] * (1.0 + points[:, 1]) + points[:, 2] ** 2

    one, two = (sobol_indices(outcomes, 3, 8, seed=1, blocks_at_once=count) for count in (1, 2))
    assert one.total_order.tolist() == two.total_order.tolist()
