"""What must hold for the expected costs and the measures of every case (specification of the decision model, 7.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from partnership_lib.decision.cases.assumptions import Assumption, Distribution, Shape
from partnership_lib.decision.cases.defaults import read_assumptions
from partnership_lib.decision.cases.records import (
    Case,
    CaseNeed,
    Effort,
    Governance,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
    Settings,
    Terms,
)
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.measures import estimates, information, ranking
from partnership_lib.decision.measures.budget import PRICES, budget_weights, calendar_years
from partnership_lib.decision.measures.expected import ExpectedCosts
from partnership_lib.decision.measures.quantities import Quantities
from partnership_lib.decision.plans.discounting import inflation_weights
from partnership_lib.decision.plans.plan import consolidated_plan, fragmented_plan
from partnership_lib.decision.uncertainty.bidders import fallback_weights

Floats = NDArray[np.float64]
FRAGMENTED, CONSOLIDATED = 0, 1
ROWS = 64
BENEFIT, PRICE, PROCUREMENT = (COMPONENTS.index(name) for name in ("benefit", "price", "procurement"))
FEW = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="session")
def assumptions(repository: Path) -> tuple[Assumption, ...]:
    files = sorted((repository / "data" / "assumptions").glob("*.yaml"))
    return read_assumptions({file.name: file.read_text(encoding="utf-8") for file in files}).assumptions


def _case(assumptions: tuple[Assumption, ...], *, term: int = 24, new_term: int = 96, scale: float = 1.0) -> Case:
    """Three needs with an agreement each; two of them go into one functional partnership after a year and a half."""
    needs = tuple(
        CaseNeed(
            id=f"N-{number}",
            name=f"Need {number}",
            category="72" if number < 3 else "48",
            domain="school",
            annual_value_sek=scale * 500_000.0 * number,
            users=50,
            benefit_sek_per_month=scale * 3_000.0,
        )
        for number in (1, 2, 3)
    )
    present = tuple(
        PresentAgreement(
            id=f"A-{need.id}",
            name=need.name,
            need_ids=(need.id,),
            supplier=need.id,
            start=date(2025, 1, 1),
            expiry=date(2027, 3 * number, 1),
            terms=Terms(term_months=term),
        )
        for number, need in enumerate(needs, start=1)
    )
    together = Terms(
        term_months=new_term,
        requirements=Requirements.FUNCTIONAL,
        governance=Governance.PARTNERSHIP,
        indicators_verifiable=False,
    )
    proposed = ProposedAgreement(id="P-1", name="Both", need_ids=("N-1", "N-2"), start=date(2028, 3, 1), terms=together)
    return Case(
        id="small",
        name="Small",
        settings=Settings(base_month=date(2026, 9, 1), horizon_months=96),
        needs=needs,
        present=present,
        proposed=(proposed,),
        assumptions=assumptions,
        bidder_counts={"": fallback_weights()},
        effort=Effort(paths=2**9, randomisations=2, points=2**7),
    )


def _values(expected: ExpectedCosts, seed: int) -> Floats:
    uncertain = len(expected.sampler.uncertain)
    return expected.sampler.at(np.random.default_rng(seed).uniform(1e-9, 1.0, size=(ROWS, uncertain)))


def _sure(assumptions: tuple[Assumption, ...], **values: float) -> tuple[Assumption, ...]:
    return tuple(
        replace(each, distribution=Distribution(Shape.FIXED, (values[each.name],)), correlates_with=())
        if each.name in values
        else each
        for each in assumptions
    )


# --- the sample and the estimators ----------------------------------------------------------------------------------


@settings(FEW, max_examples=3)
@given(seed=st.integers(1, 1_000), new_term=st.sampled_from([48, 84, 120]))
def test_knowing_everything_is_worth_at_least_as_much_as_knowing_one_thing(
    assumptions: tuple[Assumption, ...], seed: int, new_term: int
) -> None:
    case = _case(assumptions, new_term=new_term)
    case = replace(case, effort=replace(case.effort, seed=seed, randomisations=4, points=2**8))
    expected = ExpectedCosts(case)
    sample = estimates.draw_sample(expected, case.effort)
    totals = ranking.total_shares(expected, 8)
    # At even odds the choice is hardest, and knowing is worth most.
    level = -float(sample.differences_sek.mean())
    curves = ranking.fit_curves(expected.sampler, sample, level)
    frame = ranking.rank_assumptions(expected.sampler, sample, curves, totals, level)
    frame = ranking.with_partners(frame, expected.sampler, sample, level)
    everything = information.perfect_information_sek(sample.differences_sek + level)
    assert everything > 0.0
    assert frame["evppi_sek"].between(0.0, everything * (1.0 + 1e-12)).all()
    assert frame["evppi_sek"].iloc[0] > 0.1 * everything
    first = frame.head(ranking.PARTNERS)
    distance = (first["evppi_sek"] - first["evppi_by_bins_sek"]).abs()
    assert (distance < 3.0 * first["evppi_error_sek"] + 0.1 * everything).all()
    assert (first["evppi_together_sek"] >= first["evppi_sek"] - 2.0 * first["evppi_error_sek"]).all()
    assert (first["evppi_together_sek"] <= everything * (1.0 + 1e-12)).all()
    # Correlated assumptions share what they explain, so the sum may pass 1 by their correlation.
    assert frame["first_order_share"].sum() <= 1.0 + 0.1
    assert (frame["first_order_share"] <= frame["total_order_share"] + 0.1).all()


@settings(FEW, max_examples=3)
@given(seed=st.integers(1, 1_000))
def test_knowing_all_that_is_uncertain_is_worth_as_much_as_knowing_the_difference(
    assumptions: tuple[Assumption, ...], seed: int
) -> None:
    uncertain = ("scope_saving_share", "bundle_breadth_penalty")
    case = _case(assumptions)
    fixed = {each.name: _median(each) for each in assumptions if each.varies and each.name not in uncertain}
    case = replace(case, assumptions=_sure(assumptions, **fixed))
    expected = ExpectedCosts(case)
    effort = replace(case.effort, seed=seed, randomisations=4, points=2**10)
    sample = estimates.draw_sample(expected, effort)
    first, second = (sample.values[:, expected.sampler.column(name)] for name in uncertain)
    # Around its own mean the choice is hardest, and knowing worth most.
    differences = sample.differences_sek - sample.differences_sek.mean()
    worth = information.worth_of_knowing(information.on_surface(first, second, differences), differences)
    assert worth.value_sek == pytest.approx(information.perfect_information_sek(differences), rel=0.01)
    assert worth.first_order_share == pytest.approx(1.0, abs=0.01)


def _median(assumption: Assumption) -> float:
    from partnership_lib.decision.uncertainty.quantiles import quantile

    return float(quantile(assumption.distribution, 0.5))


@FEW
@given(seed=st.integers(1, 1_000))
def test_path_values_are_the_same_however_they_are_asked_for(assumptions: tuple[Assumption, ...], seed: int) -> None:
    case = _case(assumptions)
    effort = replace(case.effort, seed=seed)
    sampler = ExpectedCosts(case).sampler
    whole = estimates.path_values(sampler, effort)(0, 512)
    ask = estimates.path_values(sampler, effort)
    pieces = np.concatenate([ask(first, count) for first, count in ((0, 100), (100, 200), (300, 212))])
    assert np.array_equal(whole, pieces)
    assert np.array_equal(whole[: 2 * effort.points], estimates.sobol_values(sampler, effort))


# --- the expected costs ---------------------------------------------------------------------------------------------

DEARER = {
    "authority_hours_per_procedure": 1.3,
    "user_hours_per_procedure": 1.3,
    "staff_cost_sek_per_hour": 1.3,
    "appeal_probability": 1.3,
    "interface_cost_sek_per_year": 1.3,
    "law_changes_per_domain_year": 1.3,
    "new_needs_per_need_year": 1.3,
    "meeting_hours_per_year": 1.3,
    "partnership_owner_fte": 1.3,
    "premium_loading": 1.3,
    "default_severity_share": 1.3,
    "switching_cost_share": 1.3,
}


@pytest.mark.parametrize("name", DEARER)
@FEW
@given(seed=st.integers(1, 1_000))
def test_neither_plan_gets_cheaper_when_a_cost_rises(assumptions: tuple[Assumption, ...], name: str, seed: int) -> None:
    expected = ExpectedCosts(_case(assumptions))
    values = _values(expected, seed)
    more = values.copy()
    more[:, expected.columns(name)] *= DEARER[name]
    rise = _without_benefits(expected, more) - _without_benefits(expected, values)
    assert (rise >= -1e-6).all()
    assert (rise[:, CONSOLIDATED] > 0.0).all()


@FEW
@given(seed=st.integers(1, 1_000))
def test_a_contract_that_drifts_upwards_costs_more(assumptions: tuple[Assumption, ...], seed: int) -> None:
    expected = ExpectedCosts(_case(assumptions))
    values = _values(expected, seed)
    still, drifting = (
        _without_benefits(expected, expected.with_values(values, {"contract_drift_share_per_year": share}))
        for share in (0.0, 0.01)
    )
    assert (drifting > still).all()


@FEW
@given(seed=st.integers(1, 1_000))
def test_more_bidders_and_more_scope_saving_never_raise_the_price(
    assumptions: tuple[Assumption, ...], seed: int
) -> None:
    expected = ExpectedCosts(_case(assumptions))
    values = _values(expected, seed)
    for name, low, high in (("bidders_factor", 0.8, 1.2), ("scope_saving_share", -0.05, 0.10)):
        before, after = (
            expected.components_sek(expected.with_values(values, {name: value}))[:, :, PRICE] for value in (low, high)
        )
        assert (after <= before + 1e-6).all()
        assert (after[:, CONSOLIDATED] < before[:, CONSOLIDATED]).all()


@FEW
@given(seed=st.integers(1, 1_000))
def test_bidders_are_irrelevant_where_the_price_does_not_depend_on_them(
    assumptions: tuple[Assumption, ...], seed: int
) -> None:
    expected = ExpectedCosts(_case(assumptions))
    values = expected.with_values(_values(expected, seed), {"bidder_price_elasticity": 0.0, "hours_per_bid": 0.0})
    few, many = (
        expected.components_sek(expected.with_values(values, {"bidders_factor": factor})) for factor in (0.3, 3.0)
    )
    assert few == pytest.approx(many, rel=1e-12, abs=1e-6)


@FEW
@given(seed=st.integers(1, 1_000), term=st.sampled_from([12, 36, 60]))
def test_where_no_price_moves_the_length_of_a_term_does_not_either(
    assumptions: tuple[Assumption, ...], seed: int, term: int
) -> None:
    still = {
        "market_trend_share_per_year": 0.0,
        "market_volatility_share": 0.0,
        "index_volatility_share": 0.0,
        "contract_drift_share_per_year": 0.0,
        "bidders_factor": 1.0,
    }
    prices = []
    for months in (24, term):
        expected = ExpectedCosts(_case(assumptions, term=months, new_term=48 + months))
        prices.append(expected.components_sek(expected.with_values(_values(expected, seed), still))[:, :, PRICE])
    assert prices[0] == pytest.approx(prices[1], rel=1e-9)


UNIT_COSTS = (
    "authority_hours_per_procedure",
    "advertising_sek_per_procedure",
    "interface_cost_sek_per_year",
    "partnership_owner_fte",
    "training_hours_per_user",
    "appeal_counsel_sek",
    "staff_cost_sek_per_hour",
)


@pytest.mark.parametrize("name", UNIT_COSTS)
@FEW
@given(seed=st.integers(1, 1_000))
def test_the_difference_is_affine_in_every_unit_cost(assumptions: tuple[Assumption, ...], name: str, seed: int) -> None:
    expected = ExpectedCosts(_case(assumptions))
    values = _values(expected, seed)
    low, middle, high = (
        expected.components_sek(expected.with_values(values, {name: value})).sum(axis=2) for value in (0.0, 0.5, 1.0)
    )
    assert middle == pytest.approx((low + high) / 2.0, rel=1e-12)


@FEW
@given(seed=st.integers(1, 1_000), factor=st.sampled_from([0.5, 1.5, 3.0, 15.0]))
def test_dearer_procedures_favour_the_plan_with_fewer_of_them_as_counted_in_the_plans(
    assumptions: tuple[Assumption, ...], seed: int, factor: float
) -> None:
    sure = {
        "default_rate_per_year": 0.0,
        "appeal_probability": 0.0,
        "cancellation_probability": 0.0,
        "dialogue_effort_factor": factor,
        "lead_months_detailed": 0.0,
        "lead_months_functional": 0.0,
    }
    expected = ExpectedCosts(_case(assumptions))
    values = expected.with_values(_values(expected, seed), sure)
    more = values.copy()
    more[:, expected.columns("authority_hours_per_procedure")] += 1.0
    slope = expected.differences_sek(more) - expected.differences_sek(values)
    hours = values[:, expected.columns("staff_cost_sek_per_hour")[0]]
    counted = _discounted_effort(expected, factor)
    assert slope == pytest.approx(hours * (counted[CONSOLIDATED] - counted[FRAGMENTED]), rel=1e-6, abs=1e-3)


def _discounted_effort(expected: ExpectedCosts, factor: float) -> list[float]:
    """The procedures of each plan, counted from the plan itself: discounted, functional ones `factor` times."""
    weights, found = expected.compiled.weights, []
    for plan in (fragmented_plan(expected.case), consolidated_plan(expected.case)):
        total = 0.0
        for slot in plan.slots:
            effort = factor if slot.terms.requirements is Requirements.FUNCTIONAL else 1.0
            taken_over = slot.present and slot.end_month < expected.case.settings.horizon_months
            month = slot.expiry_month if slot.present else slot.start_month
            while month < slot.end_month and not taken_over:
                total += effort * weights[month]
                month += slot.terms.term_months
        found.append(total)
    return found


@FEW
@given(seed=st.integers(1, 1_000), split=st.integers(1, 95))
def test_the_costs_of_two_spans_of_months_are_the_costs_of_both(
    assumptions: tuple[Assumption, ...], seed: int, split: int
) -> None:
    case = _case(assumptions)
    whole = ExpectedCosts(case)
    values = _values(whole, seed)
    before = whole.compiled.weights * (np.arange(97) < split)
    parts = [ExpectedCosts(case, whole.sampler, weights) for weights in (before, whole.compiled.weights - before)]
    together = sum(part.components_sek(values) for part in parts)
    assert whole.components_sek(values) == pytest.approx(together, rel=1e-9, abs=1e-4)


@pytest.mark.parametrize("prices", PRICES)
def test_the_years_of_a_budget_sum_to_the_undiscounted_total(assumptions: tuple[Assumption, ...], prices: str) -> None:
    case = _case(assumptions)
    values = _values(ExpectedCosts(case), 1)
    years = np.unique(calendar_years(case))
    summed = sum(
        ExpectedCosts(case, weights=budget_weights(case, int(year), prices)).components_sek(values) for year in years
    )
    inflation = inflation_weights(96, 0.02 if prices == "nominal" else 0.0)
    assert ExpectedCosts(case, weights=inflation).components_sek(values) == pytest.approx(summed, rel=1e-9, abs=1e-4)


MONEY = ("sek", "SEK")


@settings(FEW, max_examples=2)
@given(seed=st.integers(1, 1_000))
def test_another_currency_changes_amounts_and_nothing_else(assumptions: tuple[Assumption, ...], seed: int) -> None:
    scale = 0.25
    ours, theirs = (ExpectedCosts(_case(assumptions, scale=each)) for each in (1.0, scale))
    values = _values(ours, seed)
    money = [column for column, each in enumerate(ours.sampler.assumptions) if each.unit.startswith(MONEY)]
    converted = values.copy()
    converted[:, money] *= scale
    costs = ours.components_sek(values)
    assert theirs.components_sek(converted) == pytest.approx(scale * costs, rel=1e-9, abs=1e-6)
    place = ours.sampler.column("scope_saving_share")
    curve, other = (
        information.on_curve(rows[:, place], expected.differences_sek(rows)).expected
        for expected, rows in ((ours, values), (theirs, converted))
    )
    assert other == pytest.approx(scale * curve, rel=1e-6)
    rates = [
        Quantities(expected, rows, float(expected.mean_difference_sek(rows))).discount_rate().difference_sek(0.08)
        for expected, rows in ((ours, values), (theirs, converted))
    ]
    assert rates[1] == pytest.approx(scale * rates[0], rel=1e-9)


def _without_benefits(expected: ExpectedCosts, values: Floats) -> Floats:
    return np.delete(expected.components_sek(values), BENEFIT, axis=2).sum(axis=2)


def test_a_negative_control_a_benefit_makes_a_plan_cheaper_when_it_grows(
    assumptions: tuple[Assumption, ...],
) -> None:
    expected = ExpectedCosts(_case(assumptions))
    values = _values(expected, 1)
    more = values.copy()
    more[:, expected.columns("new_needs_per_need_year")] *= 2.0
    earned: Callable[[Floats], Floats] = lambda rows: expected.components_sek(rows)[:, :, BENEFIT]  # noqa: E731
    assert (earned(more) < earned(values)).all()
