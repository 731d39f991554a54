"""The plan frozen at award, and what was done differently."""

from __future__ import annotations

from datetime import date

from partnership_lib.analysis.outcome.plan import PlanDeviation, frozen_late_days, plan_deviations

PLAN = {
    "estimator": "sdid",
    "index": {"LCI": 1.0},
    "donors": ["A-1", "A-2"],
    "minimum": {"pre_months": 24},
    "assumptions": {"staff_cost_sek_per_hour": {"value": 650.0, "unit": "SEK/h", "basis": "assumed"}},
}


def test_a_plan_that_was_kept_has_no_deviations():
    assert plan_deviations(PLAN, {**PLAN}) == ()


def test_a_donor_that_fell_out_and_one_that_was_added_are_told_apart():
    found = plan_deviations(PLAN, {**PLAN, "donors": ["A-2", "A-3"]})
    assert found == (PlanDeviation("donors_lost", "A-1", ""), PlanDeviation("donors_added", "", "A-3"))


def test_another_index_and_another_assumption_are_told_with_both_values():
    done = {
        **PLAN,
        "index": {"KPI": 1.0},
        "assumptions": {"staff_cost_sek_per_hour": {"value": 700.0, "unit": "SEK/h", "basis": "measured"}},
    }
    assert plan_deviations(PLAN, done) == (
        PlanDeviation("index.LCI", 1.0, None),
        PlanDeviation("index.KPI", None, 1.0),
        PlanDeviation("assumptions.staff_cost_sek_per_hour.value", 650.0, 700.0),
        PlanDeviation("assumptions.staff_cost_sek_per_hour.basis", "assumed", "measured"),
    )


def test_a_plan_frozen_after_the_start_is_late_by_its_days():
    assert frozen_late_days(date(2024, 3, 11), date(2024, 3, 1)) == 10
    assert frozen_late_days(date(2023, 11, 27), date(2024, 3, 1)) == 0
