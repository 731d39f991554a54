"""Risk of simulated totals."""

from __future__ import annotations

import numpy as np
import pytest

from partnership_lib.decision.measures import risk


def test_the_tail_counts_the_value_at_its_border_by_a_fraction() -> None:
    # 5 % of 30 values are one and a half: the largest and half of the next.
    assert risk.tail_mean(np.arange(1.0, 31.0)) == pytest.approx((30 + 0.5 * 29) / 1.5)


def test_the_tail_of_few_values_is_their_largest() -> None:
    assert risk.tail_mean(np.array([3.0])) == 3.0
    assert risk.tail_mean(np.array([1.0, 9.0, 2.0])) == 9.0


def test_the_whole_tail_is_the_mean() -> None:
    values = np.array([5.0, 1.0, 3.0, 2.0])
    assert risk.tail_mean(values, 1.0) == pytest.approx(values.mean())


def test_the_tail_does_not_depend_on_the_order() -> None:
    values = np.random.default_rng(1).normal(size=1_000)
    assert risk.tail_mean(values) == risk.tail_mean(values[::-1].copy())
    assert risk.tail_mean(values) == pytest.approx(np.sort(values)[-50:].mean())


def test_regret_is_what_the_other_plan_would_have_saved() -> None:
    fragmented, consolidated = risk.regrets(np.array([-4.0, 2.0]))
    assert fragmented.tolist() == [4.0, 0.0]
    assert consolidated.tolist() == [0.0, 2.0]


def test_the_expected_regrets_differ_by_the_mean_difference() -> None:
    totals = np.random.default_rng(2).normal(100.0, 10.0, size=(4_096, 2))
    means = (100.0, 98.5)
    fragmented, consolidated = risk.choices(totals, means, (0.1, 0.1))
    assert fragmented.plan == "fragmented"
    assert consolidated.expected_regret_sek - fragmented.expected_regret_sek == pytest.approx(-1.5)
    assert consolidated.regret_cvar95_sek > consolidated.expected_regret_sek


def test_a_spread_has_the_mean_that_the_closed_form_knows() -> None:
    values = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    spread = risk.spread(values, 12.0, 0.01)
    assert (spread.mean, spread.p50, spread.standard_error) == (12.0, 12.0, 0.01)
    assert spread.p2_5 < spread.p10 < spread.p90 < spread.p97_5


def test_zero_is_an_edge_of_the_density_and_its_shares_sum_to_one() -> None:
    difference = np.random.default_rng(3).normal(-3e6, 5e6, size=8_192)
    frame = risk.density(difference)
    assert frame["share"].sum() == pytest.approx(1.0, abs=1e-12)
    below = frame.loc[frame["difference_sek"] < 0.0, "share"].sum()
    assert below == pytest.approx(np.mean(difference < 0.0), abs=1e-12)
    assert np.allclose(np.diff(frame["difference_sek"]), frame["difference_sek"].diff().iloc[1])
    assert 20 <= len(frame) <= 60


def test_a_density_of_nothing_but_zeros_is_one_bin() -> None:
    frame = risk.density(np.zeros(16))
    assert frame["share"].tolist() == [1.0]


@pytest.mark.parametrize(("cheaper", "toss"), [(50, True), (65, True), (34, True), (70, False), (30, False)])
def test_a_coin_toss_is_when_neither_plan_has_two_thirds(cheaper: int, toss: bool) -> None:
    assert risk.is_coin_toss(np.repeat([-1.0, 1.0], [cheaper, 100 - cheaper])) is toss


def test_plans_that_never_differ_are_a_coin_toss() -> None:
    assert risk.is_coin_toss(np.zeros(64))
