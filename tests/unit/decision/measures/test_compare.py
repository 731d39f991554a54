"""The comparison of a small case: its parts agree with one another."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from partnership_lib.decision.cases.records import Case, Effort, ExtensionRule
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.measures.answer_json import as_json
from partnership_lib.decision.measures.budget import calendar_years
from partnership_lib.decision.measures.compare import STEPS, compare
from partnership_lib.decision.measures.comparison import Comparison
from partnership_lib.decision.measures.honesty import RULES
from partnership_lib.decision.measures.quality import unmeasured
from partnership_lib.decision.measures.ranking import PARTNERS, unconfirmed_share
from partnership_lib.decision.measures.reference_checks import LIMITS

FEW = Effort(paths=2**9, randomisations=2, points=2**7, seed=3)
CONTRACT = {
    "difference_sek",
    "total_cost_sek",
    "p_consolidated_cheaper",
    "components_sek",
    "evpi_sek",
    "evppi_sek",
    "break_even",
}


@pytest.fixture(scope="module")
def comparison(small_case: Case) -> Comparison:
    return compare(small_case)


def test_the_waterfall_closes(comparison: Comparison) -> None:
    frame = comparison.components
    assert tuple(frame["component"]) == COMPONENTS
    assert frame["difference_sek"].sum() == pytest.approx(comparison.difference.mean, rel=1e-9)
    assert (frame["consolidated_sek"] - frame["fragmented_sek"]).tolist() == frame["difference_sek"].tolist()
    fragmented, consolidated = comparison.choices
    assert frame["fragmented_sek"].sum() == pytest.approx(fragmented.total_cost.mean, rel=1e-12)
    assert frame["consolidated_sek"].sum() == pytest.approx(consolidated.total_cost.mean, rel=1e-12)


def test_benefits_stand_apart(comparison: Comparison) -> None:
    benefit = comparison.components.set_index("component").loc["benefit", "difference_sek"]
    without = comparison.difference_without_benefits.mean
    assert without + benefit == pytest.approx(comparison.difference.mean, rel=1e-9)


def test_staff_time_is_part_of_every_component_that_takes_it(comparison: Comparison) -> None:
    frame = comparison.components.set_index("component")
    assert frame.loc["governance", "consolidated_staff_sek"] == pytest.approx(
        frame.loc["governance", "consolidated_sek"], rel=0.01
    )
    assert frame.loc["price", ["fragmented_staff_sek", "consolidated_staff_sek"]].abs().max() < 1.0
    assert 0.0 < frame.loc["changes", "fragmented_staff_sek"] < frame.loc["changes", "fragmented_sek"]
    assert not frame.loc["management", "cashable"]
    assert frame.loc["price", "cashable"]


def test_the_quantiles_are_in_order_and_the_shares_are_shares(comparison: Comparison) -> None:
    spread = comparison.difference
    assert spread.p2_5 < spread.p10 < spread.p50 < spread.p90 < spread.p97_5
    assert 0.0 < comparison.p_saving_over_tenth <= comparison.p_consolidated_cheaper <= 1.0
    assert comparison.density["share"].sum() == pytest.approx(1.0)
    cheaper = comparison.density.loc[comparison.density["difference_sek"] < 0.0, "share"].sum()
    assert cheaper == pytest.approx(comparison.p_consolidated_cheaper, abs=1e-12)


def test_the_assumptions_most_worth_knowing_come_first(comparison: Comparison) -> None:
    frame = comparison.information
    assert frame["evppi_sek"].is_monotonic_decreasing
    assert frame["evppi_sek"].between(0.0, comparison.evpi_sek).all()
    assert (frame["p10"] < frame["p90"]).all()
    assert comparison.unconfirmed_share == pytest.approx(min(frame["first_order_share"].sum(), 1.0))


def test_two_estimators_of_a_worth_agree(comparison: Comparison) -> None:
    frame = comparison.information
    distance = (frame["evppi_sek"] - frame["evppi_by_bins_sek"]).abs()
    assert (distance <= 3.0 * frame["evppi_error_sek"] + 0.05 * comparison.evpi_sek).all()


def test_two_assumptions_are_worth_at_least_as_much_as_each_of_them(comparison: Comparison) -> None:
    first = comparison.information.head(PARTNERS)
    noise = 2.0 * first["evppi_error_sek"] + 1e-6
    assert (first["evppi_together_sek"] >= first["evppi_sek"] - noise).all()
    assert (first["evppi_together_sek"] <= comparison.evpi_sek * (1.0 + 1e-12)).all()
    assert set(first["together_with"]) <= set(first["assumption"])
    assert comparison.information["evppi_together_sek"].iloc[PARTNERS:].isna().all()


def test_only_unconfirmed_assumptions_count_as_unconfirmed(comparison: Comparison) -> None:
    confirmed = comparison.information.assign(confirmed=True)
    assert unconfirmed_share(confirmed) == 0.0
    confirmed.loc[0, "confirmed"] = False
    assert unconfirmed_share(confirmed) == pytest.approx(confirmed.loc[0, "first_order_share"])


def test_the_longest_bar_of_the_tornado_comes_first(comparison: Comparison) -> None:
    bars = comparison.tornado
    lengths = (bars["difference_at_p90_sek"] - bars["difference_at_p10_sek"]).abs()
    assert lengths.is_monotonic_decreasing
    assert set(bars["assumption"]) == set(comparison.information["assumption"])


def test_the_worst_is_worse_than_the_base_and_the_base_worse_than_the_best(comparison: Comparison) -> None:
    found = comparison.stress.set_index("scenario")["difference_sek"]
    assert found["worst"] > comparison.difference.p97_5
    assert found["worst"] > found["base"] > found["best"]


def test_every_break_even_is_where_the_difference_is_zero(comparison: Comparison) -> None:
    frame = comparison.break_evens.set_index("quantity")
    assert list(frame.index) == [
        "horizon_years",
        "discount_rate_share",
        "changes_per_year",
        "bundle_bidders",
        "scope_saving_share",
        "governance_hours_per_year",
    ]
    known = frame[frame["break_even"].notna()]
    assert known["break_even"].between(known["low"], known["high"]).all()
    assert not math.isnan(frame.loc["scope_saving_share", "break_even"])
    # More scope saving can only favour the bundle, more governance only today's agreements.
    assert frame.loc["scope_saving_share", "cheaper_above"]
    assert not frame.loc["governance_hours_per_year", "cheaper_above"]


def test_the_years_of_the_budget_are_those_of_the_horizon(comparison: Comparison, small_case: Case) -> None:
    budget = comparison.budget
    assert sorted(budget["year"].unique()) == list(range(2026, 2031))
    assert calendar_years(small_case)[[0, 3, 4, 47]].tolist() == [2026, 2026, 2027, 2030]
    assert set(budget["account"]) == {*COMPONENTS, "total"}
    totals = budget[budget["account"] == "total"]
    assert (totals["p10_sek"] <= totals["p50_sek"]).all()
    assert (totals["p50_sek"] <= totals["p90_sek"]).all()
    parts = budget[budget["account"] != "total"].groupby(["plan", "year", "prices"])["mean_sek"].sum()
    whole = totals.set_index(["plan", "year", "prices"])["mean_sek"]
    assert parts.sub(whole).abs().max() < 1e-3


def test_nominal_budgets_grow_with_inflation(comparison: Comparison) -> None:
    price = comparison.budget[comparison.budget["account"] == "price"]
    wide = price.pivot(index=["plan", "year"], columns="prices", values="mean_sek").reset_index()
    grown = wide["nominal"] / wide["real"]
    # The middle of a whole calendar year lies so many years after the base month.
    years = wide["year"] - 2026 + 0.5 - 8 / 12
    whole = wide["year"].between(2027, 2029)
    assert grown[whole].to_numpy() == pytest.approx(1.02 ** years[whole].to_numpy(), rel=1e-3)


def test_every_term_has_a_difference_and_its_error(comparison: Comparison) -> None:
    assert comparison.term_values["term_years"].tolist() == [4, 6, 8, 10, 12]
    assert (comparison.term_values["standard_error_sek"] > 0.0).all()


def test_the_legal_room_is_told_for_every_agreement(comparison: Comparison) -> None:
    assert set(comparison.legal["agreement"]) == {"A-01", "A-02", "A-03", "P-1"}
    assert comparison.legal["p_hit"].between(0.0, 1.0).all()
    months = comparison.legal_months
    assert set(months["agreement"]) == {"P-1"}
    assert months["p_hit_by"].is_monotonic_increasing
    bundle = comparison.legal.set_index("agreement").loc["P-1", "p_hit"]
    assert months["p_hit_by"].iloc[-1] == pytest.approx(bundle)


def test_all_rules_of_an_honest_comparison_are_kept(comparison: Comparison) -> None:
    assert tuple(comparison.honesty["rule"]) == RULES
    assert comparison.honesty["kept"].all()


def test_what_is_at_stake_where_quality_cannot_be_measured_is_shown_though_the_case_counts_nothing(
    small_case: Case, comparison: Comparison
) -> None:
    mean, low, high = comparison.unmeasured_quality_sek
    assert 0.0 < low < mean < high
    counted = compare(unmeasured(small_case))
    assert counted.unmeasured_quality_sek == (0.0, 0.0, 0.0)
    (row,) = counted.components[counted.components["component"] == "quality_shading"].itertuples()
    assert row.difference_sek == pytest.approx(mean, rel=0.2)


def test_every_reference_class_is_held_against_the_case(comparison: Comparison) -> None:
    frame = comparison.reference_checks
    assert set(frame["check"]) == set(LIMITS)
    outside = (frame["value"] < frame["low"]) | (frame["value"] > frame["high"])
    assert frame["ok"].tolist() == (~outside).tolist()


def test_the_answer_in_json_holds_to_its_contract(comparison: Comparison) -> None:
    answer = json.loads(json.dumps(as_json(comparison), allow_nan=False))
    assert set(answer) >= CONTRACT
    assert set(answer["difference_sek"]) >= {"mean", "standard_error", "p2_5", "p50", "p97_5"}
    assert list(answer["total_cost_sek"]) == ["fragmented", "consolidated"]
    assert list(answer["components_sek"]) == list(COMPONENTS)
    differences = [costs["consolidated"] - costs["fragmented"] for costs in answer["components_sek"].values()]
    assert sum(differences) == pytest.approx(answer["difference_sek"]["mean"], rel=1e-9)
    assert set(answer["evppi_sek"]) == set(comparison.information["assumption"])


def test_the_same_case_gives_the_same_answer_in_the_same_steps(small_case: Case, comparison: Comparison) -> None:
    told: list[str] = []
    assert as_json(compare(small_case, told.append)) == as_json(comparison)
    assert told == list(STEPS)


def test_a_bundle_of_one_need_with_todays_terms_is_todays_agreement(small_case: Case) -> None:
    same = replace(small_case.proposed[0], need_ids=("N-01",), terms=small_case.present[0].terms)
    found = compare(replace(small_case, proposed=(same,), effort=FEW))
    assert (found.difference.mean, found.difference.sd, found.evpi_sek) == (0.0, 0.0, 0.0)
    assert (found.components["difference_sek"] == 0.0).all()
    assert found.coin_toss
    assert found.honesty["kept"].all()


def test_options_used_by_price_are_simulated_and_that_is_said(small_case: Case, comparison: Comparison) -> None:
    settings = replace(small_case.settings, extension_rule=ExtensionRule.PRICE)
    found = compare(replace(small_case, settings=settings, effort=FEW))
    assert comparison.closed_form
    assert not found.closed_form
    assert found.components["difference_sek"].sum() == pytest.approx(found.difference.mean, rel=1e-9)
    distance = abs(found.difference.mean - comparison.difference.mean)
    assert distance < 4.0 * found.difference.standard_error + 0.05 * abs(comparison.difference.mean)
