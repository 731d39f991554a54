"""The simulation on cases of any shape: both kernels, any chunks, any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnership_lib.decision.cases.assumptions import Assumption
from partnership_lib.decision.cases.defaults import read_assumptions
from partnership_lib.decision.cases.records import (
    Case,
    CaseNeed,
    ExtensionRule,
    Governance,
    LegalConsequence,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
    Settings,
    Terms,
)
from partnership_lib.decision.compiling import HAS_NUMBA
from partnership_lib.decision.engine.simulate import simulate
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.plans.plan import consolidated_plan
from partnership_lib.decision.uncertainty.bidders import fallback_weights
from partnership_lib.decision.uncertainty.sampling import Sampler

PATHS = 24
TERMS = st.builds(
    Terms,
    term_months=st.integers(1, 150),
    option_months=st.lists(st.integers(1, 36), max_size=3).map(tuple),
    requirements=st.sampled_from(Requirements),
    governance=st.sampled_from(Governance),
    index_pass_through_share=st.sampled_from([0.0, 0.5, 1.0]),
    changes_described=st.booleans(),
    indicators_verifiable=st.booleans(),
    bridging_allowed=st.booleans(),
    exit_plan_sek=st.sampled_from([0.0, 1e5]),
)
RULES = st.builds(
    Settings,
    base_month=st.just(date(2026, 1, 1)),
    horizon_months=st.integers(13, 170),
    extension_rule=st.sampled_from(ExtensionRule),
    legal_consequence=st.sampled_from(LegalConsequence),
    legal_minor_share=st.sampled_from([0.001, 0.1]),
)


@pytest.fixture(scope="module")
def assumptions(repository: Path) -> tuple[Assumption, ...]:
    files = sorted((repository / "data" / "assumptions").glob("*.yaml"))
    return read_assumptions({file.name: file.read_text(encoding="utf-8") for file in files}).assumptions


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Three to five needs, the first agreement of today with two of them, a bundle of some that starts some time."""
    count = draw(st.integers(3, 5))
    able = st.none() | st.sets(st.sampled_from("STUV")).map(lambda found: tuple(sorted(found)))
    needs = tuple(
        CaseNeed(
            id=f"N-{number}", name="", category=draw(st.sampled_from(["48", "72"])),
            domain=draw(st.sampled_from(["", "school", "care"])), annual_value_sek=draw(st.floats(1e4, 1e7)),
            users=draw(st.integers(0, 500)), benefit_sek_per_month=draw(st.sampled_from([0.0, 2e3])),
            capable_suppliers=draw(able),
        )
        for number in range(count)
    )  # fmt: skip
    held = [("N-0", "N-1"), *((need.id,) for need in needs[2:])]
    present = tuple(
        PresentAgreement(
            id=f"A-{number}", name="", need_ids=ids, supplier="S", terms=draw(TERMS),
            expiry=draw(st.none() | st.dates(date(2026, 1, 1), date(2032, 1, 1))),
            remaining_option_months=draw(st.lists(st.integers(1, 24), max_size=2).map(tuple)),
        )
        for number, ids in enumerate(held)
    )  # fmt: skip
    bundle = draw(st.sets(st.sampled_from([need.id for need in needs]), min_size=1))
    start = draw(st.dates(date(2026, 1, 1), date(2034, 1, 1)))
    proposed = ProposedAgreement(id="P", name="", need_ids=tuple(bundle), start=start, terms=draw(TERMS))
    return Case(
        id="case", name="", settings=draw(RULES), needs=needs, present=present, proposed=(proposed,), assumptions=(),
        bidder_counts={"": fallback_weights()},
    )  # fmt: skip


def _costs(case: Case, **options: object) -> np.ndarray:
    sampler = Sampler(case)
    values = sampler.at(np.random.default_rng(1).random((PATHS, len(sampler.uncertain))))
    costs = simulate(compile_case(case), values, seed=3, keep_components=True, **options).components_sek
    assert costs is not None
    return costs


@pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed")
@settings(max_examples=25)
@given(case=cases())
def test_both_kernels_agree_on_every_component_of_every_path(assumptions: tuple[Assumption, ...], case: Case) -> None:
    case = replace(case, assumptions=assumptions)
    fast, plain = (_costs(case, kernel=kernel) for kernel in ("numba", "numpy"))
    assert np.isfinite(fast).all()
    assert np.allclose(fast, plain, rtol=1e-9, atol=1e-5)


@given(case=cases())
def test_the_order_of_everything_in_a_case_changes_no_bit(assumptions: tuple[Assumption, ...], case: Case) -> None:
    case = replace(case, assumptions=assumptions)
    turned = replace(
        case,
        needs=case.needs[::-1],
        assumptions=assumptions[::-1],
        present=tuple(replace(each, need_ids=each.need_ids[::-1]) for each in case.present[::-1]),
        proposed=tuple(replace(each, need_ids=each.need_ids[::-1]) for each in case.proposed),
    )
    assert np.array_equal(_costs(case), _costs(turned))


@given(case=cases())
def test_a_plan_compared_with_itself_differs_by_nothing(assumptions: tuple[Assumption, ...], case: Case) -> None:
    case = replace(case, assumptions=assumptions)
    plan = consolidated_plan(case)
    sampler = Sampler(case)
    values = np.tile(sampler.median(), (PATHS, 1))
    costs = simulate(compile_case(case, (plan, plan)), values, seed=3, keep_components=True).components_sek
    assert costs is not None and np.array_equal(costs[:, 0], costs[:, 1])
