"""The quick answers of the what-if room agree with the full comparison."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from partnership_lib.decision.cases.records import Case, Effort
from partnership_lib.decision.cases.scenarios import Change, apply_changes
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine.simulate import simulate
from partnership_lib.decision.measures.estimates import Means, draw_sample, mean_costs, path_values
from partnership_lib.decision.measures.expected import ExpectedCosts
from partnership_lib.decision.measures.quick import PATHS, QuickRoom
from partnership_lib.errors import UsageError

CHANGES: tuple[Mapping[str, Change], ...] = (
    {},
    {"scope_saving_share": 0.12},
    {"settings.horizon_months": 60, "new_needs_per_need_year": 2.5},
    {"proposed.P-1.term_months": 60, "market_trend_share_per_year@category:72": -0.03},
    {"settings.discount_rate_share": 0.0, "partnership_owner_fte@agreement:P-1": 0.0},
)


@pytest.fixture(scope="module")
def room(small_case: Case) -> QuickRoom:
    return QuickRoom(small_case)


def _full(case: Case) -> tuple[Means, float]:
    """The means of a full comparison, and the share of its paths on which the consolidated plan is cheaper."""
    expected = ExpectedCosts(case)
    effort = Effort(paths=2**13, randomisations=8, points=2**9, seed=21)
    values = path_values(expected.sampler, effort)
    simulation = simulate(expected.compiled, values, paths=effort.paths, seed=effort.seed)
    difference = simulation.totals_sek[:, 1] - simulation.totals_sek[:, 0]
    return mean_costs(draw_sample(expected, effort), simulation), float((difference < 0.0).mean())


@pytest.mark.parametrize("changes", CHANGES)
def test_quick_and_full_answers_agree_within_their_errors(
    room: QuickRoom, small_case: Case, changes: Mapping[str, Change]
) -> None:
    answer = room.answer(changes)
    means, cheaper = _full(apply_changes(small_case, changes))
    error = math.hypot(answer.difference.standard_error, means.difference_error_sek)
    # The error itself is estimated, from a few randomisations: somewhat more than three of it is possible.
    assert abs(answer.difference.mean - means.difference_sek) < 5.0 * error
    assert error < 0.005 * means.totals_sek[0]
    assert abs(answer.p_consolidated_cheaper - cheaper) < 4.0 * math.sqrt(0.25 / PATHS + 0.25 / 2**13)


def test_the_same_changes_give_the_same_answer(room: QuickRoom) -> None:
    first, second = room.answer(CHANGES[1]), room.answer(CHANGES[1])
    assert replace(first, components=None, density=None, seconds=0.0) == replace(
        second, components=None, density=None, seconds=0.0
    )
    assert first.density.equals(second.density)
    assert first.components.equals(second.components)


def test_going_back_gives_the_first_answer_again(room: QuickRoom) -> None:
    before = room.answer({}).difference
    room.answer(CHANGES[3])
    assert room.answer({}).difference == before


def test_a_better_bundle_moves_every_part_of_the_answer(room: QuickRoom) -> None:
    before, after = (room.answer({"scope_saving_share": share}) for share in (-0.05, 0.12))
    assert after.difference.mean < before.difference.mean
    assert after.difference.p97_5 < before.difference.p97_5
    assert after.p_consolidated_cheaper > before.p_consolidated_cheaper
    price = COMPONENTS.index("price")
    moved = after.components["difference_sek"] - before.components["difference_sek"]
    assert moved.abs().idxmax() == price


def test_the_components_of_a_quick_answer_sum_to_its_mean(room: QuickRoom) -> None:
    answer = room.answer(CHANGES[2])
    assert answer.components["difference_sek"].sum() == pytest.approx(answer.difference.mean, rel=1e-9)
    assert answer.density["share"].sum() == pytest.approx(1.0)


def test_the_order_is_that_of_worth_and_holds_every_uncertain_assumption(room: QuickRoom, small_case: Case) -> None:
    uncertain = {each.key for each in small_case.assumptions if each.varies}
    assert set(room.order) == uncertain
    assert len(room.order) == len(uncertain)


def test_a_change_that_is_refused_leaves_the_room_as_it_was(room: QuickRoom) -> None:
    before = room.answer({}).difference
    for wrong in ({"scope_savings_share": 0.1}, {"scope_saving_share": 7.0}, {"proposed.P-9.term_months": 60}):
        with pytest.raises(UsageError):
            room.answer(wrong)
    assert room.answer({}).difference == before
