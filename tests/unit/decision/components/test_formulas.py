"""What an agreement costs, formula by formula."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from partnership_lib.decision.components import (
    COMPONENTS,
    benefit,
    changes,
    compiled,
    default,
    governance,
    interfaces,
    legal,
    management,
    premium,
    price,
    procurement,
    quality_shading,
    switching,
    training,
)
from partnership_lib.decision.components.exit import exit_sek

FORMULAS = sorted(name for name, value in vars(compiled).items() if callable(value) and name != "compilable")

# --- procurement ------------------------------------------------------------------------------------------------------


def _procedure(**changed: float) -> float:
    values = {
        "staff_cost_sek_per_hour": 100.0,
        "authority_hours": 10.0,
        "effort_factor": 1.0,
        "user_hours": 20.0,
        "need_count": 1.0,
        "hours_per_bid": 3.0,
        "bids": 2.0,
        "advertising_sek": 7.0,
        "bidder_cost_sek_per_bid": 0.0,
    }
    return float(procurement.procedure_sek(**{**values, **changed}))


def test_a_procedure_costs_its_hours_and_its_advertising() -> None:
    assert _procedure() == 100.0 * (10 + 20 + 6) + 7


def test_dialogue_multiplies_the_authoritys_hours_only() -> None:
    assert _procedure(effort_factor=6.0) - _procedure() == 100.0 * 10 * 5


def test_four_needs_take_twice_the_users_hours_of_one() -> None:
    assert _procedure(need_count=4.0) - _procedure() == 100.0 * 20


def test_the_bidders_own_cost_counts_per_bid_for_society() -> None:
    assert _procedure(bidder_cost_sek_per_bid=45_000.0) - _procedure() == 2 * 45_000.0


def test_mishaps_cost_what_they_cost() -> None:
    def cost(cancelled: float, appealed: float, repeated: float) -> float:
        return float(procurement.with_mishaps_sek(1_000.0, cancelled, 0.6, appealed, repeated, 100.0, 3.0, 50.0))

    assert cost(0, 0, 0) == 1_000.0
    assert cost(1, 0, 0) == 1_600.0
    assert cost(0, 1, 0) == 1_000.0 + 300.0 + 50.0
    assert cost(0, 1, 1) == 2_000.0 + 300.0 + 50.0
    assert cost(0, 0, 1) == 1_000.0, "nothing is done again without an appeal"


def test_mishaps_at_their_probabilities_are_the_expectation() -> None:
    cancelled, appealed, repeated = 0.13, 0.065, 0.09
    expected = sum(
        (cancelled if c else 1 - cancelled)
        * (appealed if a else 1 - appealed)
        * (repeated if r else 1 - repeated)
        * procurement.with_mishaps_sek(1_000.0, c, 0.6, a, r, 100.0, 3.0, 50.0)
        for c in (0, 1)
        for a in (0, 1)
        for r in (0, 1)
    )
    found = procurement.with_mishaps_sek(1_000.0, cancelled, 0.6, appealed, repeated, 100.0, 3.0, 50.0)
    assert found == pytest.approx(expected, rel=1e-14)


# --- price ------------------------------------------------------------------------------------------------------------


def test_one_need_has_exactly_its_own_price() -> None:
    assert price.scale_and_scope_factor(1.0, 0.015, 0.04) == 1.0
    assert price.scale_and_scope_factor(1.0, 0.05, -0.05) == 1.0


def test_a_claimed_saving_is_cut_by_the_optimism_bias_and_a_claimed_loss_is_not() -> None:
    assert price.credible_scope_saving(0.10, 0.2) == pytest.approx(0.08)
    assert price.credible_scope_saving(-0.05, 0.2) == -0.05


def test_four_needs_get_three_quarters_of_the_scope_saving() -> None:
    assert price.scale_and_scope_factor(4.0, 0.0, 0.08) == pytest.approx(1 - 0.06)


def test_expected_levels_without_spread_or_trend_stay_at_one() -> None:
    assert price.expected_market_level(0.0, 0.0, 144.0) == 1.0
    assert price.expected_index_growth(1.0, 0.0, 144.0) == 1.0
    assert price.drift_factor(0.0, 144.0) == 1.0


def test_the_index_has_the_stated_mean() -> None:
    steps = price.index_step(0.5, 0.4, np.random.default_rng(1).standard_normal((100_000, 12)))
    levels = steps.prod(axis=1)
    assert abs(levels.mean() - price.expected_index_growth(0.5, 0.4, 12.0)) < 3 * levels.std() / np.sqrt(len(levels))


def test_a_price_that_drifts_two_percent_a_year_has_drifted_so_after_a_year() -> None:
    assert price.drift_factor(0.02, 12.0) == pytest.approx(1.02)


def test_an_option_is_worth_using_as_long_as_leaving_costs_more_than_it_saves() -> None:
    def worth(contract_sek: float, option_months: float = 24.0) -> bool:
        return bool(price.option_is_worth_using(contract_sek, 1_000.0, 0.2, 1_000.0, 0.5, option_months))

    # A change costs 100 by chance, 50 a year over two years.
    assert worth(1_050.0) and not worth(1_051.0)
    assert worth(1_100.0, option_months=12.0)


# --- running costs ----------------------------------------------------------------------------------------------------


def test_a_supplier_of_four_agreements_is_followed_up_once() -> None:
    each = management.management_sek_per_year(100.0, 60.0, 20.0, 0.25, 1.0)
    assert 4 * each == 100.0 * (4 * 60 + 20)


def test_half_an_agreement_bears_half_of_its_follow_up() -> None:
    whole = management.management_sek_per_year(100.0, 60.0, 20.0, 1.0, 1.0)
    assert management.management_sek_per_year(100.0, 60.0, 20.0, 1.0, 0.5) == whole / 2


def test_an_interface_within_an_agreement_costs_a_share() -> None:
    assert interfaces.interfaces_sek_per_year(40_000.0, 1.0, 0.0, 0.3) == 40_000.0
    assert interfaces.interfaces_sek_per_year(40_000.0, 0.0, 1.0, 0.3) == 12_000.0
    assert interfaces.reintegration_sek(60_000.0, 2.5) == 150_000.0


def test_governance_training_and_shading_are_products() -> None:
    assert governance.governance_sek_per_year(650.0, 646.0, 0.5) == 650.0 * 323
    assert training.training_sek(100.0, 3.0, 450.0) == 135_000.0
    assert quality_shading.quality_shading_sek_per_year(0.005, 1e6, 1.0) == 5_000.0
    assert quality_shading.quality_shading_sek_per_year(0.005, 1e6, 0.0) == 0.0


def test_a_benefit_is_a_cost_below_zero() -> None:
    assert benefit.benefit_sek(1_000.0, 12.5) == -12_500.0


# --- changes and premium ----------------------------------------------------------------------------------------------


def test_sizes_of_changes_have_the_stated_mean() -> None:
    sizes = changes.change_size_share(0.05, 0.8, np.random.default_rng(1).standard_normal(400_000))
    assert abs(sizes.mean() - 0.05) < 3 * sizes.std() / np.sqrt(len(sizes))
    assert np.log(sizes).std() == pytest.approx(0.8, rel=0.01)


def test_changes_up_to_the_cap_are_included() -> None:
    cap = changes.included_cap_sek(0.08, 1e6, 12.0)
    assert cap == 80_000.0
    assert changes.excess_sek(80_000.0, 0.0, cap) == 0.0
    assert changes.excess_sek(100_000.0, 0.0, cap) == 20_000.0
    assert changes.excess_sek(100_000.0, 0.15, cap) == pytest.approx(5_000.0)


def test_a_year_cut_short_has_its_part_of_the_cap() -> None:
    assert changes.included_cap_sek(0.08, 1e6, 3.0) == 20_000.0


def test_a_paid_change_carries_the_mark_up_and_the_municipalitys_own_work() -> None:
    assert changes.paid_change_sek(10_000.0, 0.35) == 13_500.0
    assert changes.handling_sek(650.0, 24.0) == 15_600.0


def test_no_law_change_hits_no_needs() -> None:
    assert changes.probability_of_any_hit(0.4, 0.0) == 0.0
    assert changes.probability_of_any_hit(0.4, 1.0) == pytest.approx(0.4)


def test_a_fair_premium_is_what_is_included() -> None:
    assert premium.premium_share(60_000.0, 10_000.0, 1e6, 0.0) == 0.05
    assert premium.premium_share(60_000.0, 10_000.0, 1e6, 0.2) == pytest.approx(0.06)


# --- switching, default, exit -----------------------------------------------------------------------------------------


def test_a_change_of_supplier_costs_the_move_and_the_time_of_double_running() -> None:
    assert switching.supplier_change_sek(0.15, 0.5, 0.0, 1e6, 0.0) == 150_000.0
    assert switching.supplier_change_sek(0.15, 0.5, 6.0, 1e6, 0.0) == 400_000.0
    assert switching.supplier_change_sek(0.15, 0.5, 6.0, 1e6, 1.0) == 800_000.0
    assert switching.transition_sek(0.12, 1e6, 0.1) == pytest.approx(132_000.0)


def test_leaving_early_costs_a_share_of_at_most_a_year() -> None:
    assert switching.early_termination_sek(0.2, 6.0, 1e6, 0.0) == 100_000.0
    assert switching.early_termination_sek(0.2, 40.0, 1e6, 0.0) == 200_000.0
    assert switching.early_termination_sek(0.2, 6.0, 1e6, 1.0) == 0.0
    assert switching.early_termination_sek(0.2, -3.0, 1e6, 0.0) == 0.0


def test_a_partner_fails_less_often_and_costs_more() -> None:
    assert default.holder_rate_per_year(0.01, 0.0, 0.6) == 0.01
    assert default.holder_rate_per_year(0.01, 1.0, 0.6) == pytest.approx(0.006)
    assert default.severity_sek(0.5, 1e6, 0.0, 1.3) == 500_000.0
    assert default.severity_sek(0.5, 1e6, 1.0, 1.3) == 650_000.0
    assert default.default_sek(500_000.0, 250_000.0, 150_000.0) == 900_000.0


def test_the_months_to_a_default_have_the_stated_probabilities() -> None:
    rate, uniforms = 0.3, (np.arange(200_000) + 0.5) / 200_000
    months = default.months_to_default(uniforms, rate)
    for month in (0, 1, 7, 40):
        stated = np.exp(-rate * month / 12) - np.exp(-rate * (month + 1) / 12)
        assert (months == month).mean() == pytest.approx(stated, abs=1e-5)
    assert default.probability_of_default_in_a_month(rate) == pytest.approx((months == 0).mean(), abs=1e-5)


def test_a_holder_without_risk_never_defaults() -> None:
    assert default.months_to_default(2.0**-53, 0.0) > 1e12
    assert default.survival_probability(0.0, 144.0) == 1.0


def test_the_exit_counts_the_part_of_the_term_that_has_passed() -> None:
    assert exit_sek(0.45, 0.15, 1e6, 24.0, 48.0, 0.0) == pytest.approx(33_750.0)
    assert exit_sek(0.45, 0.15, 1e6, 96.0, 48.0, 0.0) == pytest.approx(67_500.0)
    assert exit_sek(0.0, 0.15, 1e6, 24.0, 48.0, 20_000.0) == 20_000.0


def test_minor_changes_must_stay_below_the_room_and_qualified_ones_may_reach_half() -> None:
    def outside(sek: float, *, qualified: bool, before: float = 0.0) -> bool:
        return bool(legal.is_outside_the_room(sek, qualified, before, 1_000.0, 100.0))

    assert [outside(sek, qualified=False) for sek in (99.0, 100.0)] == [False, True]
    assert [outside(50.0, qualified=False, before=before) for before in (49.0, 50.0)] == [False, True]
    assert [outside(sek, qualified=True, before=99.0) for sek in (500.0, 501.0)] == [False, True]


# --- compiled ---------------------------------------------------------------------------------------------------------


def _arguments(formula: Any, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    special: dict[str, Any] = {"weights": np.array([0.2, 0.3, 0.5]), "able_suppliers": 5, "qualified": seed % 2 == 0}
    return {name: special.get(name, float(rng.uniform(0.05, 0.95))) for name in inspect.signature(formula).parameters}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_gives_arrays_what_it_gives_single_numbers(name: str) -> None:
    # That it gives compiled loops the same is shown where both kernels run the same paths.
    formula = getattr(compiled, name)
    for seed in range(6):
        arguments = _arguments(formula, seed)
        whole = {
            key: value if key in {"weights", "able_suppliers"} else np.full(3, value)
            for key, value in arguments.items()
        }
        assert np.asarray(formula(**whole)) == pytest.approx([formula(**arguments)] * 3, rel=1e-14)


def test_every_component_has_a_module_of_formulas(repository: Path) -> None:
    modules = {file.stem for file in (repository / "partnership_lib" / "decision" / "components").glob("*.py")}
    assert set(COMPONENTS) <= modules
