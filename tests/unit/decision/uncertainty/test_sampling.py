"""Draws of all assumptions together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from partnership_lib.decision.cases.assumptions import Assumption, Shape
from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.uncertainty.quantiles import quantile
from partnership_lib.decision.uncertainty.sampling import Sampler
from partnership_lib.errors import InputError

Assume = Callable[..., Assumption]
CaseOf = Callable[..., Case]


def test_every_assumption_is_a_column_in_the_order_of_its_key(assume: Assume, case_of: CaseOf) -> None:
    sampler = Sampler(
        case_of(assume("b", 1.0), assume("a", 0.0, 1.0, 2.0), assume("a", 1.0, 2.0, 3.0, scope="need:N-1"))
    )
    assert sampler.keys == ("a", "a@need:N-1", "b")
    assert sampler.uncertain == (0, 1)
    assert (sampler.column("b"), sampler.assumption("a@need:N-1").scope) == (2, "need:N-1")


def test_the_order_of_the_assumptions_in_the_case_does_not_matter(assume: Assume, case_of: CaseOf) -> None:
    all_of_them = (assume("c", 5.0), assume("a", 0.0, 1.0, 2.0), assume("b", 1.0, 2.0, 3.0))
    one, other = Sampler(case_of(*all_of_them)), Sampler(case_of(*reversed(all_of_them)))
    assert (one.at(one.sobol(6, 1, 0)) == other.at(other.sobol(6, 1, 0))).all()


def test_each_column_has_the_quantiles_of_its_assumption(assume: Assume, case_of: CaseOf) -> None:
    sampler = Sampler(case_of(assume("a", 0.0, 1.0, 2.0), assume("b", 7.0), assume("c", 1.0, 9.0, shape=Shape.UNIFORM)))
    uniforms = np.random.default_rng(1).uniform(size=(100, 2))
    values = sampler.at(uniforms)
    assert values.shape == (100, 3) and values.flags.c_contiguous
    assert (values[:, 0] == quantile(sampler.assumptions[0].distribution, uniforms[:, 0])).all()
    assert (values[:, 1] == 7.0).all()
    assert values[:, 2] == pytest.approx(1.0 + 8.0 * uniforms[:, 1])


def test_a_row_of_values_does_not_depend_on_the_other_rows(assume: Assume, case_of: CaseOf) -> None:
    sampler = Sampler(case_of(assume("a", 0.0, 1.0, 2.0), assume("b", 0.0, 1.0, 3.0, correlates_with=(("a", 0.5),))))
    uniforms = np.random.default_rng(1).uniform(size=(100, 2))
    whole = sampler.at(uniforms)
    assert whole[40:60] == pytest.approx(sampler.at(uniforms[40:60]), rel=1e-13)


def test_the_same_numbers_give_the_same_points_and_others_do_not(assume: Assume, case_of: CaseOf) -> None:
    sampler = Sampler(case_of(assume("a", 0.0, 1.0, 2.0), assume("b", 0.0, 1.0, 2.0)))
    points = sampler.sobol(8, seed=1, randomisation=3)
    assert points.shape == (256, 2)
    assert (points == sampler.sobol(8, seed=1, randomisation=3)).all()
    assert not (points == sampler.sobol(8, seed=1, randomisation=4)).any()
    assert not (points == sampler.sobol(8, seed=2, randomisation=3)).any()


def test_the_points_are_balanced_and_never_0_or_1(assume: Assume, case_of: CaseOf) -> None:
    sampler = Sampler(case_of(*(assume(f"a{number}", 0.0, 1.0, 2.0) for number in range(40))))
    points = sampler.sobol(10, 1, 0)
    assert points.min() > 0.0 and points.max() < 1.0
    # Every dimension has exactly one point in each of 1,024 equal cells.
    assert (np.sort((points * 1024).astype(int), axis=0) == np.arange(1024)[:, None]).all()


def test_randomisations_are_independent_estimates(assume: Assume, case_of: CaseOf) -> None:
    sampler = Sampler(case_of(*(assume(f"a{number}", 0.0, 1.0, 5.0) for number in range(8))))
    means = [sampler.at(sampler.sobol(6, 1, each)).prod(axis=1).mean() for each in range(64)]
    exact = 1.5**8
    error = np.std(means, ddof=1) / np.sqrt(len(means))
    assert abs(np.mean(means) - exact) < 3 * error


def test_fixing_an_assumption_leaves_the_points_of_the_others(assume: Assume, case_of: CaseOf) -> None:
    """A slider that is moved must not shake the rest."""
    before = Sampler(case_of(assume("a", 0.0, 1.0, 2.0), assume("b", 0.0, 1.0, 2.0), assume("c", 0.0, 1.0, 2.0)))
    after = Sampler(case_of(assume("a", 0.0, 1.0, 2.0), assume("b", 1.0), assume("c", 0.0, 1.0, 2.0)))
    assert (before.at(before.sobol(8, 1, 0))[:, [0, 2]] == after.at(after.sobol(8, 1, 0))[:, [0, 2]]).all()


def test_structural_assumptions_take_no_dimension(assume: Assume, case_of: CaseOf) -> None:
    alone = Sampler(case_of(assume("b", 0.0, 1.0, 2.0)))
    beside = Sampler(case_of(assume("b", 0.0, 1.0, 2.0), assume("appeal_months_mean", 1.8)))
    assert (alone.sobol(8, 1, 0) == beside.sobol(8, 1, 0)).all()


def test_a_case_without_uncertainty_has_points_without_coordinates(assume: Assume, case_of: CaseOf) -> None:
    sampler = Sampler(case_of(assume("a", 3.0)))
    assert sampler.sobol(4, 1, 0).shape == (16, 0)
    assert (sampler.at(sampler.sobol(4, 1, 0)) == 3.0).all()


def test_medians_and_quantiles_are_those_of_the_distributions(assume: Assume, case_of: CaseOf) -> None:
    sampler = Sampler(
        case_of(assume("a", 2.0, 4.0, 12.0), assume("b", 9.0), assume("c", 1.0, 3.0, shape=Shape.UNIFORM))
    )
    assert sampler.median() == pytest.approx([4.766722594, 9.0, 2.0])
    assert sampler.quantile_of("a", 0.95) == pytest.approx(8.212767240)


@pytest.mark.parametrize("rank", [-0.6, -0.3, 0.3, 0.8])
def test_drawn_values_have_the_rank_correlation_that_was_stated(assume: Assume, case_of: CaseOf, rank: float) -> None:
    sampler = Sampler(
        case_of(
            assume("a", 0.0, 0.1, 5.0), assume("b", 1.0, 9.0, shape=Shape.LOGNORMAL, correlates_with=(("a", rank),))
        )
    )
    values = sampler.at(sampler.sobol(14, 1, 0))
    assert stats.spearmanr(values[:, 0], values[:, 1]).statistic == pytest.approx(rank, abs=0.01)


def test_correlations_leave_the_distribution_of_each_assumption(assume: Assume, case_of: CaseOf) -> None:
    sampler = Sampler(
        case_of(
            assume("a", 0.0, 1.0, 5.0),
            assume("b", 0.0, 1.0, 5.0, correlates_with=(("a", 0.3), ("c", -0.3))),
            assume("c", 0.0, 1.0, 5.0),
        )
    )
    values = sampler.at(sampler.sobol(14, 1, 0))
    for column in range(3):
        shares = stats.beta(1.8, 4.2).cdf(values[:, column] / 5.0)
        assert stats.kstest(shares, "uniform").statistic < 0.005
    ranks = stats.spearmanr(values).statistic
    assert (ranks[0, 1], ranks[1, 2], ranks[0, 2]) == pytest.approx((0.3, -0.3, 0.0), abs=0.01)


def test_a_correlation_with_a_fixed_assumption_has_no_effect(assume: Assume, case_of: CaseOf) -> None:
    sampler = Sampler(case_of(assume("a", 1.0), assume("b", 0.0, 1.0, 2.0, correlates_with=(("a", 0.9),))))
    uniforms = np.full((1, 1), 0.25)
    assert sampler.at(uniforms)[0, 1] == quantile(sampler.assumptions[1].distribution, 0.25)


@pytest.mark.parametrize(
    ("correlates_with", "code"),
    [
        ((("z", 0.3),), "correlation_unknown"),
        ((("a", 0.3),), "correlation_unknown"),
        ((("b", 1.0),), "correlation_out_of_range"),
        ((("b", float("nan")),), "correlation_out_of_range"),
        ((("b", 0.3), ("b", 0.4)), "correlation_differs"),
        ((("b", 0.9), ("c", -0.9)), "correlations_contradict"),
    ],
)
def test_impossible_correlations_are_refused_by_name(
    assume: Assume, case_of: CaseOf, correlates_with: tuple[tuple[str, float], ...], code: str
) -> None:
    case = case_of(
        assume("a", 0.0, 1.0, 2.0, correlates_with=correlates_with),
        assume("b", 0.0, 1.0, 2.0, correlates_with=(("c", 0.9),)),
        assume("c", 0.0, 1.0, 2.0),
    )
    with pytest.raises(InputError) as refused:
        Sampler(case)
    assert refused.value.code == code
    assert "a" in str(refused.value.values)


def test_the_same_correlation_may_be_stated_from_both_sides(assume: Assume, case_of: CaseOf) -> None:
    case = case_of(
        assume("a", 0.0, 1.0, 2.0, correlates_with=(("b", 0.3),)),
        assume("b", 0.0, 1.0, 2.0, correlates_with=(("a", 0.3),)),
    )
    ranks = stats.spearmanr(Sampler(case).at(Sampler(case).sobol(12, 1, 0)))
    assert ranks.statistic == pytest.approx(0.3, abs=0.02)
