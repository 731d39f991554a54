"""Estimates on panels whose effect is known, and how sure they claim to be."""

from __future__ import annotations

import math

import numpy as np
import pytest

from partnership_lib.analysis.outcome.estimators import ESTIMATORS, fit
from partnership_lib.analysis.outcome.inference import estimate, estimates, half_width_of
from partnership_lib.analysis.outcome.panel import Panel
from partnership_lib.errors import UsageError


@pytest.mark.parametrize("estimator", ["sdid", "did"])
def test_a_known_effect_is_found_and_its_interval_holds_it(invented, estimator) -> None:
    found = estimate(invented(-0.15), estimator)
    assert found.fit.effect_share == pytest.approx(-0.15, abs=0.03)
    assert found.interval_share[0] < -0.15 < found.interval_share[1] < 0.0
    assert (found.p_placebo, found.interval_level, found.verdict) == (0.05, 0.95, "better")


def test_a_cost_that_rose_is_worse_and_none_is_not_distinguished_from_zero(invented) -> None:
    assert estimate(invented(0.15)).verdict == "worse"
    assert estimate(invented(0.0)).verdict == "indistinguishable"


def test_an_interval_leaves_zero_out_exactly_when_the_placebos_do(invented) -> None:
    for share in np.linspace(-0.08, 0.08, 9):
        found = estimate(invented(share, seed=5))
        assert (found.p_placebo <= 0.05) == (not found.interval[0] <= 0.0 <= found.interval[1])


def test_eighteen_donors_never_reach_five_per_cent_and_say_at_which_level_they_speak(invented) -> None:
    found = estimate(invented(-0.5, donors=18))
    assert found.p_placebo == pytest.approx(1 / 19) and found.verdict == "indistinguishable"
    assert found.interval_level == pytest.approx(18 / 19)


def test_forty_donors_set_their_two_most_extreme_aside() -> None:
    half_width, level = half_width_of([float(size) for size in range(1, 40)])
    assert (half_width, level) == (38.0, 0.95)


def test_one_donor_gives_an_estimate_without_an_interval(invented) -> None:
    found = estimate(invented(-0.15, donors=1))
    assert (found.p_placebo, found.interval, found.interval_level) == (1.0, (-math.inf, math.inf), 0.0)


def test_every_estimator_tells_what_the_outcome_would_have_been(invented) -> None:
    panel = invented(-0.1)
    for name, found in estimates(panel).items():
        assert found.estimator == name
        assert found.fit.path[panel.pre_periods :].mean() == pytest.approx(found.effect)
        assert len(found.fit.counterfactual) == len(panel.periods)
    assert list(ESTIMATORS) == ["sdid", "sc", "did", "its"]


def test_the_textbook_interval_of_the_time_series_lies_around_its_estimate(invented) -> None:
    found = estimate(invented(-0.1), "its")
    assert found.interval_method == "hac"
    assert sum(found.interval) / 2 == pytest.approx(found.effect)


def test_the_time_series_interval_can_be_told_of_a_single_treated_period(invented) -> None:
    found = estimate(invented(-0.1, after=1), "its")
    assert sum(found.interval) / 2 == pytest.approx(found.effect)


def test_series_that_never_move_have_even_weights_and_no_effect() -> None:
    panel = Panel(tuple("abcd"), (1, 2, 3, 4), np.ones((4, 4)), 3)
    for name in ESTIMATORS:
        assert fit(panel, name).effect == pytest.approx(0.0)


def test_an_unknown_estimator_is_refused_with_those_there_are(invented) -> None:
    with pytest.raises(UsageError) as refused:
        fit(invented(), "rdd")
    assert refused.value.values == {"found": "rdd", "allowed": ["sdid", "sc", "did", "its"]}
