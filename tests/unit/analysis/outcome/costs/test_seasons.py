"""Seasons are taken off by the same rule whether or not the first quarters of the partnership are there."""

from __future__ import annotations

import numpy as np
import pytest

from partnership_lib.analysis.outcome.costs.evidence import relative_to_before


def test_each_series_is_without_its_own_level_and_its_usual_season() -> None:
    season = np.tile([0.3, -0.1, 0.0, -0.2], 4)
    outcome = np.array([5.0 + season, 2.0 - season])
    outcome[0, 12:] -= 0.5
    adjusted = relative_to_before(outcome, 12)
    assert adjusted[0] == pytest.approx(np.r_[np.zeros(12), np.full(4, -0.5)])
    assert adjusted[1] == pytest.approx(np.zeros(16))


def test_quarters_that_were_left_out_do_not_shift_the_seasons() -> None:
    outcome = np.random.default_rng(1).normal(size=(3, 18))
    whole = relative_to_before(outcome, 10)
    kept = [*range(10), *range(13, 18)]
    assert relative_to_before(outcome[:, kept], 10, left_out=3) == pytest.approx(whole[:, kept])
    assert relative_to_before(outcome[:, kept], 10) != pytest.approx(whole[:, kept])


def test_seven_quarters_have_a_level_but_no_seasons() -> None:
    outcome = np.random.default_rng(1).normal(size=(3, 9))
    assert relative_to_before(outcome, 7) == pytest.approx(outcome - outcome[:, :7].mean(axis=1, keepdims=True))
