"""What is looked at beside the plan: waterfalls that close, who could have joined, other plans, other draws."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from partnership_lib.consolidation.planning.advice import (
    ALTERNATIVES,
    DEPENDENCE_SHARES,
    Alternative,
    advise,
    alternatives,
    dependence,
)
from partnership_lib.consolidation.planning.answer_json import answer_json
from partnership_lib.consolidation.planning.beside import Beside, look_beside
from partnership_lib.consolidation.planning.consolidating import Consolidation, consolidate
from partnership_lib.consolidation.planning.contest import contest
from partnership_lib.consolidation.planning.rules import MERGED, Form, Rules
from partnership_lib.consolidation.planning.stability import stability
from partnership_lib.consolidation.solving.alternatives import next_best
from partnership_lib.consolidation.solving.pool import Whole
from partnership_lib.consolidation.solving.watching import Watch
from tests.unit.consolidation.cases import make_case

# The first simulation compiles the engine's kernel, which a busy machine takes minutes for.
pytestmark = pytest.mark.timeout(900)

MERGING = Rules(draws=4, forms=(Form("merged", MERGED),), stability_draws=6)


@cache
def consolidated() -> Consolidation:
    return consolidate(make_case(), MERGING)


@cache
def beside() -> Beside:
    return look_beside(consolidated(), Watch(), front=True, advice=True)


def test_the_waterfall_of_every_bundle_closes_and_all_of_them_make_the_saving() -> None:
    found, advice = consolidated(), advise(consolidated())
    assert advice
    for each in advice:
        assert sum(each.components_sek.values()) == pytest.approx(each.difference_sek, rel=1e-9)
    assert sum(each.difference_sek for each in advice) == pytest.approx(found.cost_sek - found.apart_sek, rel=1e-9)


def test_the_agreement_that_comes_closest_to_joining_is_the_cheapest_that_may() -> None:
    found = consolidated()
    pool = found.pool
    pool.make_exact(np.arange(pool.size))
    for each in advise(found):
        own = set(each.agreements)
        column = next(int(c) for c in found.answer.plan.bundles if set(pool.ids(int(c))) == own)
        joining = [
            pool.costs[c] - pool.costs[column] - found.columns.before_sek[pool.items.index(next(iter(ids - own))), -1]
            for c in range(pool.size)
            if len(ids := set(pool.ids(c))) == len(own) + 1 and own < ids
        ]
        assert (each.excluded is None) == (not joining)
        if each.excluded is not None:
            assert each.excluded.difference_sek == pytest.approx(min(joining))


def test_the_reasons_for_the_file_stand_in_both_languages_and_ask_for_what_is_missing() -> None:
    for each in advise(consolidated()):
        assert "4 kap. 14 § LOU" in each.reasons["sv"]
        assert "Att komplettera" in each.reasons["sv"]
        assert "To be added" in each.reasons["en"]
        assert "suppliers have said or shown" in each.reasons["en"]
    unknown = advise(consolidate(make_case(known=False), MERGING))
    assert all("has not been looked into" in each.reasons["en"] for each in unknown)


def test_the_next_best_plans_get_dearer_and_differ_in_their_bundles() -> None:
    plans = alternatives(consolidated())
    assert plans[0].cost_sek == consolidated().cost_sek
    assert [each.cost_sek for each in plans] == sorted(each.cost_sek for each in plans)
    assert len({each.bundles for each in plans}) == len(plans) > 2


def test_the_best_plan_against_itself_differs_by_nothing_in_any_future() -> None:
    found = consolidated()
    itself = contest(found, found.answer.plan.bundles)
    assert (itself.difference_sek, itself.low_sek, itself.high_sek, itself.best_cheaper_share) == (0.0, 0.0, 0.0, 0.0)
    assert not itself.is_told_apart


def test_other_plans_meet_the_best_one_on_the_same_futures() -> None:
    found = consolidated()
    best, *others = alternatives(found)
    assert best.contest is None
    for each in others:
        told = each.contest
        assert told is not None
        assert told == contest(found, _columns_of(found, each))
        assert told.low_sek < told.difference_sek < told.high_sek
        # The same futures for both: far less spread than two plans that each meet their own.
        assert 0.5 < told.best_cheaper_share < 1.0 or told.difference_sek < 2 * told.standard_error_sek
    apart = contest(found, found.pool.singles())
    # Against today's agreements the simulation agrees with the closed form, which knows all but the legal consequences.
    saving = float(
        (
            found.engine_sek(found.pool.singles(), alone=False)
            - found.engine_sek(found.answer.plan.bundles, alone=False)
        ).mean()
    )
    assert apart.difference_sek == pytest.approx(saving, abs=4 * apart.standard_error_sek + 0.05 * abs(saving))


def _columns_of(found: Consolidation, plan: Alternative) -> Whole:
    """The columns of one of the best plans, found again by the search."""
    for each, _ in next_best(found.pool, found.answer, ALTERNATIVES):
        if found.total_sek(each.bundles) == plan.cost_sek:
            return each.bundles
    raise AssertionError("no plan costs this")


def test_less_dependence_costs_more_and_is_kept() -> None:
    points = dependence(consolidated())
    assert len(points) > 1
    assert [point.cost_sek for point in points] == sorted(point.cost_sek for point in points)
    for point in points[1:]:
        assert point.most_share in DEPENDENCE_SHARES
        assert point.largest_bundle_share <= point.most_share


def test_the_same_draws_give_the_same_stability_and_shares_lie_between_none_and_all() -> None:
    first, second = stability(consolidated()), stability(consolidated())
    assert first is not None
    assert first == second
    assert first.draws == 6
    assert all(0.0 < share <= 1.0 for share in first.pairs.values())
    assert set(first.bundles) == {each.agreements for each in advise(consolidated())}
    for bundle, share in first.bundles.items():
        assert first.together_share(bundle) >= share


def test_without_draws_nothing_is_said_of_stability() -> None:
    found = consolidate(make_case(), replace(MERGING, stability_draws=0))
    assert stability(found) is None


def test_the_front_starts_with_the_plan_and_ends_with_the_fewest_agreements() -> None:
    front = beside().front
    assert front[0].answer.plan.cost_sek == consolidated().answer.plan.cost_sek
    assert [point.answer.plan.cost_sek for point in front] == sorted(point.answer.plan.cost_sek for point in front)


def test_agreements_that_are_kept_go_on_as_they_are() -> None:
    free = {name for each in advise(consolidated()) for name in each.agreements}
    kept = consolidate(make_case(), replace(MERGING, kept=tuple(sorted(free)[:2])))
    together = {name for each in advise(kept) for name in each.agreements}
    assert not together & set(sorted(free)[:2])


def test_the_answer_for_machines_holds_what_was_looked_at_beside() -> None:
    answer = answer_json(consolidated(), beside())
    assert answer["front"][0]["agreements"] == answer["agreements"]
    assert len(answer["advice"]) == len(answer["proposed"])
    assert answer["stability"]["draws"] == 6
