"""From a case to arrays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from partnership_lib.decision.cases.assumptions import Assumption
from partnership_lib.decision.cases.defaults import read_assumptions
from partnership_lib.decision.cases.records import (
    Case,
    CaseNeed,
    Interface,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
    Settings,
    Terms,
)
from partnership_lib.decision.future.streams import entity_key
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.plans.holders import able_suppliers, main_category
from partnership_lib.decision.uncertainty.bidders import fallback_weights
from partnership_lib.decision.uncertainty.sampling import Sampler

TERMS = Terms(term_months=48, option_months=(12,))


def _need(number: str, category: str = "72", value: float = 1e6, able: tuple[str, ...] | None = None) -> CaseNeed:
    return CaseNeed(
        id=number, name=number, category=category, domain="school", annual_value_sek=value, capable_suppliers=able
    )


@pytest.fixture(scope="module")
def assumptions(repository: Path) -> tuple[Assumption, ...]:
    files = sorted((repository / "data" / "assumptions").glob("*.yaml"))
    return read_assumptions({file.name: file.read_text(encoding="utf-8") for file in files}).assumptions


@pytest.fixture
def case(assumptions: tuple[Assumption, ...]) -> Case:
    """Three needs, two in one agreement of today; b and c are to be held together from month 6."""
    return Case(
        id="case",
        name="Case",
        settings=Settings(base_month=date(2026, 1, 1), horizon_months=24, discount_rate_share=0.0),
        needs=(_need("a"), _need("b", value=3e6), _need("c", "48")),
        present=(
            PresentAgreement(
                id="A-1", name="", need_ids=("a", "b"), supplier="S-1", terms=TERMS, value_estimate_sek=20e6,
                modifications_to_date_sek=1e6,
            ),
            PresentAgreement(id="A-2", name="", need_ids=("c",), supplier="S-2", terms=TERMS),
        ),
        proposed=(ProposedAgreement(id="P-1", name="", need_ids=("c", "b"), start=date(2026, 7, 1), terms=TERMS),),
        assumptions=assumptions,
        bidder_counts={"": fallback_weights(), "72": (1.0, 3.0)},
    )  # fmt: skip


def test_an_assumption_vector_has_the_columns_of_the_sampler(case: Case) -> None:
    compiled, sampler = compile_case(case), Sampler(case)
    assert compiled.keys == sampler.keys
    assumed = compiled.assumed(sampler.median()[None, :])[0]
    for name in assumed.dtype.names:
        assert assumed[name] == sampler.median()[sampler.column(name)], name


def test_an_assumption_with_a_scope_holds_there_and_the_general_one_elsewhere(case: Case) -> None:
    own = replace(case.assumption("scope_saving_share"), scope="agreement:P-1")
    of_need = replace(case.assumption("change_size_share"), scope="need:b")
    scoped = compile_case(replace(case, assumptions=(*case.assumptions, own, of_need)))
    bundle = scoped.plans[1].agreements.index("P-1")
    columns = scoped.plans[1].slots["scope_saving_column"]
    assert scoped.keys[columns[bundle]] == "scope_saving_share@agreement:P-1"
    assert {scoped.keys[column] for place, column in enumerate(columns) if place != bundle} == {"scope_saving_share"}
    assert [scoped.keys[column] for column in scoped.needs["change_size_column"]] == [
        "change_size_share", "change_size_share@need:b", "change_size_share",
    ]  # fmt: skip


def test_draws_are_keyed_on_ids_never_on_places(case: Case) -> None:
    compiled = compile_case(case)
    assert compiled.needs["entity"].tolist() == [entity_key(f"need:{name}") for name in "abc"]
    assert compiled.categories["entity"].tolist() == [entity_key("category:48"), entity_key("category:72")]
    bundle = compiled.plans[1].slots[compiled.plans[1].agreements.index("P-1")]
    assert bundle["entity"] == entity_key("need:b")


def test_the_slots_of_a_split_agreement_have_their_part_of_its_value_and_its_modifications(case: Case) -> None:
    plan = compile_case(case).plans[1]
    parts = [slot for slot, name in zip(plan.slots, plan.agreements, strict=True) if name == "A-1"]
    assert [slot["present_value_sek"] for slot in parts] == [5e6, 15e6]
    assert [slot["modifications_to_date_sek"] for slot in parts] == [0.25e6, 0.75e6]
    assert [slot["taken_over"] for slot in parts] == [False, True]


def test_without_a_stated_value_the_legal_room_counts_on_term_and_options(case: Case) -> None:
    plan = compile_case(case).plans[0]
    slot = plan.slots[plan.agreements.index("A-2")]
    assert slot["present_value_sek"] == slot["contract_value_sek"] == 1e6 * 60 / 12


def test_interfaces_are_external_until_the_bundle_starts_and_internal_from_then_on(case: Case) -> None:
    linked = replace(case, interfaces=(Interface(needs=("b", "c"), weight=2.0), Interface(needs=("a", "b"))))
    fragmented, consolidated = compile_case(linked).plans
    assert (fragmented.internal_weight_years, fragmented.external_weight_years) == pytest.approx((2.0, 4.0))
    # Half a year a-b inside and b-c across, then a year and a half the other way round.
    assert consolidated.internal_weight_years == pytest.approx(0.5 * 1.0 + 1.5 * 2.0)
    assert consolidated.external_weight_years == pytest.approx(0.5 * 2.0 + 1.5 * 1.0)
    bundle = consolidated.slots[consolidated.agreements.index("P-1")]
    assert bundle["external_weight"] == 1.0
    assert fragmented.slots["external_weight"].tolist() == [2.0, 2.0]


def test_without_a_graph_every_pair_of_needs_within_a_domain_is_an_interface(case: Case) -> None:
    other = replace(case, needs=(*case.needs[:2], replace(case.needs[2], domain="")))
    assert compile_case(case).plans[0].slots["external_weight"].tolist() == [2.0, 2.0]
    assert compile_case(other).plans[0].slots["external_weight"].tolist() == [0.0, 0.0]
    assert compile_case(case).settings["no_graph"][0]


def test_the_bidders_of_an_unknown_category_are_the_general_ones(case: Case) -> None:
    weights = compile_case(case).bidder_weights
    assert weights[1, :3].tolist() == [0.25, 0.75, 0.0]
    assert weights[0].tolist() == pytest.approx(list(fallback_weights()))
    assert weights.sum(axis=1).tolist() == pytest.approx([1.0, 1.0])


def test_the_main_category_is_that_of_the_largest_part_and_on_a_tie_the_first_by_name() -> None:
    assert main_category([_need("a", "90", 2.0), _need("b", "48", 1.0), _need("c", "48", 1.5)]) == "48"
    assert main_category([_need("a", "90", 2.0), _need("b", "48", 2.0)]) == "48"


def test_able_suppliers_are_counted_only_for_several_needs_that_are_all_known() -> None:
    assert able_suppliers([_need("a", able=("S", "T"))]) == -1
    assert able_suppliers([_need("a", able=("S", "T")), _need("b")]) == -1
    assert able_suppliers([_need("a", able=("S", "T")), _need("b", able=("T", "U"))]) == 1
    assert able_suppliers([_need("a", able=("S",)), _need("b", able=())]) == 0


def test_agreements_of_today_that_cannot_differ_in_their_price_level_are_one_holder(case: Case) -> None:
    alone = replace(
        case,
        needs=tuple(replace(need, category="72") for need in case.needs),
        present=tuple(replace(case.present[1], id=f"A-{name}", need_ids=(name,)) for name in "abc"),
    )
    compiled = compile_case(alone)
    assert len(compiled.holders) == 1 and compiled.needs["holder"].tolist() == [0, 0, 0]
    assert len(compile_case(case).holders) == 2


def test_the_parts_of_a_slot_add_up_to_its_value(case: Case) -> None:
    for plan in compile_case(case).plans:
        for slot in plan.slots:
            parts = plan.parts[slot["first_part"] : slot["first_part"] + slot["part_count"]]
            assert parts["annual_value_sek"].sum() == slot["annual_value_sek"]


def test_an_agreement_that_starts_after_the_horizon_is_no_slot(case: Case) -> None:
    late = replace(case, proposed=(replace(case.proposed[0], start=date(2040, 1, 1)),))
    assert compile_case(late).plans[1].agreements == compile_case(case).plans[0].agreements


def test_given_weights_stand_in_for_discounting(case: Case) -> None:
    weights = np.arange(25.0)
    compiled = compile_case(case, weights=weights)
    assert compiled.weights.tolist() == weights.tolist()
    assert compiled.cumulative.tolist() == [sum(range(month)) for month in range(25)]


def test_functional_terms_without_verifiable_indicators_expose_the_quality(case: Case) -> None:
    exposed = {
        (requirements, verifiable): bool(
            compile_case(_with_terms(case, requirements=requirements, indicators_verifiable=verifiable))
            .plans[1].slots["exposed_quality"].any()
        )
        for requirements in Requirements
        for verifiable in (True, False)
    }  # fmt: skip
    assert [key for key, value in exposed.items() if value] == [(Requirements.FUNCTIONAL, False)]


def _with_terms(case: Case, **changes: object) -> Case:
    terms = replace(TERMS, **changes)  # type: ignore[arg-type]
    return replace(case, proposed=(replace(case.proposed[0], terms=terms),))
