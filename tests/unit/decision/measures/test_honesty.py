"""Rules of an honest comparison that are broken are seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.cases.scenarios import apply_changes
from partnership_lib.decision.engine.simulate import simulate
from partnership_lib.decision.measures import honesty
from partnership_lib.decision.measures.estimates import Means, draw_sample, mean_costs
from partnership_lib.decision.measures.expected import ExpectedCosts
from partnership_lib.decision.plans.plan import Plan, consolidated_plan, fragmented_plan


def _rules(case: Case) -> pd.DataFrame:
    expected = ExpectedCosts(case)
    means = _means(expected)
    staff = np.ones_like(means.components_sek)
    return honesty.honesty_checks(expected, means, staff).set_index("rule")


def _means(expected: ExpectedCosts) -> Means:
    sample = draw_sample(expected, replace(expected.case.effort, randomisations=2, points=2**4))
    return mean_costs(sample, simulate(expected.compiled, sample.values, seed=1))


def test_a_premium_that_is_missing_without_a_reason_breaks_a_rule(small_case: Case) -> None:
    terms = replace(small_case.proposed[0].terms, premium=False)
    for reason, kept in (("", False), (" ", False), ("The supplier asks for none.", True)):
        free = replace(small_case.proposed[0], terms=replace(terms, premium_reason=reason))
        rules = _rules(replace(small_case, proposed=(free,)))
        assert bool(rules.loc["premium_priced", "kept"]) is kept
        assert rules.loc["premium_priced", "detail"] == ("P-1",)


def test_a_baseline_that_is_not_neutral_is_seen(small_case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(honesty.STILL, "bidders_factor", 0.5)
    rules = _rules(small_case)
    assert not rules.loc["baseline_neutral", "kept"]
    assert rules.loc["baseline_neutral", "detail"] > 0.01


def test_optimism_that_is_left_on_is_seen(small_case: Case) -> None:
    assert _rules(small_case).loc["optimism_bias_applied", "kept"]
    assert not _rules(apply_changes(small_case, {"optimism_bias_share": 0.0})).loc["optimism_bias_applied", "kept"]


def test_staff_time_that_costs_nothing_is_seen(small_case: Case) -> None:
    expected = ExpectedCosts(small_case)
    means = _means(expected)
    rules = honesty.honesty_checks(expected, means, np.zeros_like(means.components_sek)).set_index("rule")
    assert not rules.loc["staff_time_counted", "kept"]


def test_a_procedure_begun_before_the_base_month_is_named_and_not_charged(small_case: Case) -> None:
    soon = replace(small_case.present[0], expiry=date(2026, 11, 1))
    rules = _rules(replace(small_case, present=(soon, *small_case.present[1:])))
    assert rules.loc["sunk_costs_excluded", "kept"]
    assert "A-01" in rules.loc["sunk_costs_excluded", "detail"]


def test_the_components_in_which_the_partnership_is_dearer_are_named(small_case: Case) -> None:
    assert "governance" in _rules(small_case).loc["losses_shown", "detail"]


def test_a_need_that_a_plan_leaves_out_or_covers_twice_is_seen(small_case: Case) -> None:
    whole = fragmented_plan(small_case), consolidated_plan(small_case)
    assert honesty._same_needs(small_case, whole) == ("same_needs", True, ())
    left_out = Plan(whole[1].slots[1:])
    twice = Plan((*whole[1].slots, whole[1].slots[0]))
    for plan in (left_out, twice):
        assert honesty._same_needs(small_case, (whole[0], plan)) == ("same_needs", False, ("N-01",))


def test_an_agreement_that_nothing_follows_is_seen(small_case: Case) -> None:
    whole = fragmented_plan(small_case)
    short = Plan((replace(whole.slots[0], end_month=40), *whole.slots[1:]))
    assert honesty._same_horizon(small_case, (whole, short)) == ("same_horizon", False, ("A-01",))


def test_an_engine_that_knows_the_plan_it_prices_is_seen(small_case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    class Biased:
        def __init__(self, components_sek: np.ndarray) -> None:
            self.components_sek = components_sek * np.array([1.0, 0.999])[:, np.newaxis]

    monkeypatch.setattr(honesty, "simulate", lambda *given, **named: Biased(simulate(*given, **named).components_sek))
    rules = _rules(small_case)
    assert not rules.loc["same_future", "kept"]
    assert not rules.loc["same_exit_rule", "kept"]
