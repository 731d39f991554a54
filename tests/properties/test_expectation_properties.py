"""What must hold for the closed form whatever the case and the assumptions are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnership_lib.decision.cases.assumptions import Assumption
from partnership_lib.decision.cases.records import (
    Case,
    CaseNeed,
    ExtensionRule,
    Governance,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
    Settings,
    Terms,
)
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine.expect import expect
from partnership_lib.decision.plans.arrays import CompiledCase
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.plans.discounting import discount_weights
from partnership_lib.decision.uncertainty.sampling import Sampler
from partnership_lib.errors import UsageError
from partnership_lib.workspace.case_files import default_assumptions

BASE = date(2027, 1, 1)
PLACES = {name: place for place, name in enumerate(COMPONENTS)}


@pytest.fixture(scope="module")
def defaults(repository: Any) -> tuple[Assumption, ...]:
    return tuple(default_assumptions(repository))


def month(number: int) -> date:
    return date(BASE.year + number // 12, 1 + number % 12, 1)


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    options = draw(st.lists(st.integers(6, 24), max_size=2))
    return Terms(
        term_months=draw(st.integers(12, 72)),
        option_months=tuple(options),
        requirements=draw(st.sampled_from(Requirements)),
        governance=draw(st.sampled_from(Governance)),
        index_pass_through_share=draw(st.sampled_from([0.0, 0.5, 1.0])),
        indicators_verifiable=draw(st.booleans()),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a case without its assumptions."""
    count = draw(st.integers(1, 4))
    needs = tuple(
        CaseNeed(
            id=f"N-{number}",
            name="",
            category=draw(st.sampled_from(["48", "72"])),
            domain=draw(st.sampled_from(["", "law", "care"])),
            annual_value_sek=draw(st.integers(1, 50)) * 1e5,
            users=draw(st.integers(0, 50)),
            benefit_sek_per_month=draw(st.integers(0, 3)) * 100.0,
        )
        for number in range(count)
    )
    together = draw(st.integers(1, count))
    held = [tuple(need.id for need in needs[:together]), *((need.id,) for need in needs[together:])]
    present = tuple(
        PresentAgreement(
            id=f"A-{number}",
            name="",
            need_ids=ids,
            supplier="S",
            expiry=month(draw(st.integers(0, 60))),
            remaining_option_months=tuple(draw(st.lists(st.integers(6, 24), max_size=1))),
            terms=draw(terms()),
        )
        for number, ids in enumerate(held)
    )
    bundle = tuple(need.id for need in needs[: draw(st.integers(1, count))])
    proposed = (
        ProposedAgreement(id="P", name="", need_ids=bundle, start=month(draw(st.integers(0, 50))), terms=draw(terms())),
    )
    return Case(
        id="C",
        name="",
        settings=Settings(base_month=BASE, horizon_months=draw(st.integers(30, 150))),
        needs=needs,
        present=present,
        proposed=proposed,
        assumptions=(),
        bidder_counts={"": (0.2, 0.3, 0.3, 0.2), "72": (0.0, 0.5, 0.0, 0.0, 0.5)},
    )


def values_of(case: Case, changes: Mapping[str, float] | None = None, count: int = 4) -> np.ndarray:
    """Return assumption vectors over their whole range, some of them changed."""
    sampler = Sampler(case)
    values = sampler.at(np.random.default_rng(1).random((count, len(sampler.uncertain))))
    for key, value in (changes or {}).items():
        values[:, sampler.column(key)] = value
    return values


QUIET = {
    "contract_drift_share_per_year": 0.0,
    "market_trend_share_per_year": 0.0,
    "market_volatility_share": 0.0,
    "index_volatility_share": 0.0,
    "bidders_factor": 1.0,
}


@settings(max_examples=15)
@given(case=cases())
def test_without_drift_every_agreement_of_today_is_renewed_at_todays_price(
    defaults: tuple[Assumption, ...], case: Case
) -> None:
    case = replace(case, assumptions=defaults)
    compiled = compile_case(case)
    price = expect(compiled, values_of(case, QUIET))[:, 0, PLACES["price"]]
    today = sum(need.annual_value_sek for need in case.needs) * compiled.weights[:-1].sum() / 12.0
    assert price == pytest.approx(np.full(len(price), today), rel=1e-11)


@settings(max_examples=15)
@given(case=cases())
def test_a_fair_premium_without_a_cap_costs_what_the_changes_cost(defaults: tuple[Assumption, ...], case: Case) -> None:
    """One need, detailed or functional from month 0, prices that stand still: changes + premium cost the same."""
    bare = Terms(term_months=36)
    need = case.needs[0]
    case = replace(
        case,
        assumptions=defaults,
        needs=(need,),
        present=(PresentAgreement(id="A", name="", need_ids=(need.id,), supplier="S", expiry=BASE, terms=bare),),
        proposed=(
            ProposedAgreement(
                id="P",
                name="",
                need_ids=(need.id,),
                start=BASE,
                terms=replace(bare, requirements=Requirements.FUNCTIONAL),
            ),
        ),
    )
    fair = {
        **QUIET,
        "premium_loading": 0.0,
        "adaptability_saving_share": 0.0,
        "change_markup_share": 0.0,
        "included_change_cap_share": 1_000.0,
    }
    costs = expect(compile_case(case), values_of(case, fair))
    both = costs[..., PLACES["changes"]] + costs[..., PLACES["premium"]]
    assert both[:, 1] == pytest.approx(both[:, 0], rel=1e-4)
    assert np.all(costs[:, 1, PLACES["premium"]] > 0.0)


@settings(max_examples=15)
@given(case=cases(), factor=st.sampled_from([0.5, 3.0]))
def test_money_times_a_factor_makes_every_component_so_many_times_as_large(
    defaults: tuple[Assumption, ...], case: Case, factor: float
) -> None:
    case = replace(case, assumptions=defaults)
    larger = replace(
        case,
        needs=tuple(
            replace(
                need,
                annual_value_sek=need.annual_value_sek * factor,
                benefit_sek_per_month=need.benefit_sek_per_month * factor,
            )
            for need in case.needs
        ),
    )
    money = [place for place, assumption in enumerate(Sampler(case).assumptions) if assumption.unit.startswith("SEK")]
    values = values_of(case)
    scaled = values.copy()
    scaled[:, money] *= factor
    usual, all_larger = expect(compile_case(case), values), expect(compile_case(larger), scaled)
    assert all_larger == pytest.approx(factor * usual, rel=1e-11, abs=1e-6)


def recompiled(case: Case, weights: np.ndarray) -> CompiledCase:
    return compile_case(case, weights=weights)


@settings(max_examples=15)
@given(case=cases(), share=st.floats(0.1, 0.9))
def test_costs_until_a_month_and_from_it_sum_to_all_costs(
    defaults: tuple[Assumption, ...], case: Case, share: float
) -> None:
    case = replace(case, assumptions=defaults)
    horizon = case.settings.horizon_months
    weights = discount_weights(horizon, 0.035)
    early = np.where(np.arange(horizon + 1) < int(share * horizon), weights, 0.0)
    values = values_of(case)
    parts = expect(recompiled(case, early), values) + expect(recompiled(case, weights - early), values)
    assert parts == pytest.approx(expect(recompiled(case, weights), values), rel=1e-10, abs=1e-4)


@settings(max_examples=10)
@given(case=cases())
def test_an_answer_does_not_depend_on_the_vectors_beside_it(defaults: tuple[Assumption, ...], case: Case) -> None:
    case = replace(case, assumptions=defaults)
    compiled, values = compile_case(case), values_of(case, count=3)
    together = expect(compiled, values)
    alone = np.concatenate([expect(compiled, values[[row]]) for row in range(3)])
    assert together == pytest.approx(alone, rel=1e-12, abs=1e-9)


@settings(max_examples=10)
@given(case=cases())
def test_identical_plans_are_expected_to_cost_exactly_the_same(defaults: tuple[Assumption, ...], case: Case) -> None:
    case = replace(case, assumptions=defaults, proposed=())
    costs = expect(compile_case(case), values_of(case))
    assert np.array_equal(costs[:, 0], costs[:, 1])


def test_options_that_are_used_by_price_have_no_closed_form(defaults: tuple[Assumption, ...]) -> None:
    case = Case(
        id="C",
        name="",
        settings=Settings(base_month=BASE, extension_rule=ExtensionRule.PRICE),
        needs=(CaseNeed(id="N", name="", category="48", annual_value_sek=1e6),),
        present=(
            PresentAgreement(id="A", name="", need_ids=("N",), supplier="S", expiry=BASE, terms=Terms(term_months=24)),
        ),
        proposed=(),
        assumptions=defaults,
        bidder_counts={"": (1.0,)},
    )
    with pytest.raises(UsageError, match="no_closed_form"):
        expect(compile_case(case), values_of(case))
