"""What a slot is expected to cost, component by component, given the assumptions."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.components.default import default_sek, severity_sek
from partnership_lib.decision.components.exit import exit_sek
from partnership_lib.decision.components.governance import governance_hours_per_year, governance_sek_per_year
from partnership_lib.decision.components.interfaces import reintegration_sek
from partnership_lib.decision.components.management import management_sek_per_year
from partnership_lib.decision.components.procurement import procedure_sek, with_mishaps_sek
from partnership_lib.decision.components.quality_shading import quality_shading_sek_per_year
from partnership_lib.decision.components.switching import early_termination_sek, supplier_change_sek, transition_sek
from partnership_lib.decision.components.training import training_sek
from partnership_lib.decision.engine.expect_course import Course, course_of, over_months
from partnership_lib.decision.engine.expect_inputs import Expectations
from partnership_lib.decision.engine.expect_prices import expected_gap_sek, present_term_sek, signed_terms_sek
from partnership_lib.decision.plans.arrays import CompiledPlan, Floats

Costs = dict[str, Floats | float]


def slot_costs_sek(given: Expectations, plan: CompiledPlan, slot: Any, premium_share: Floats) -> Costs:
    """Return the expected cost of a slot by component, weighted [SEK]; those that are not in it have none.

    Changes and benefit are not in it: see `expect_changes`.

    Parameters
    ----------
    premium_share : ndarray, shape (n,)
        From `premium_shares`.
    """
    course = course_of(given, plan, slot)
    procedure = _procedure_sek(given, slot)
    moving = _moving_sek(given, slot)
    signed = signed_terms_sek(given, plan, slot, course)
    return {
        "procurement": (course.procured - course.sunk) * procedure,
        "gap": expected_gap_sek(given, plan, slot, course),
        "price": signed + present_term_sek(given, slot, course),
        "premium": premium_share * signed,
        "interfaces": _supplier_changes(given, slot, course) * _reintegration_sek(given, slot),
        "switching": course.retendered * given.of(slot["supplier_change_column"]) * moving
        + _start_sek(given, slot)
        + _early_termination_sek(given, slot),
        "default": course.defaulted * default_sek(_severity_sek(given, slot), procedure, moving),
        "training": (_starts(given, slot) + _supplier_changes(given, slot, course)) * _training_sek(given, slot),
        "exit": _exit_sek(given, slot, course),
        **_running_costs_sek(given, slot),
    }


def _procedure_sek(given: Expectations, slot: Any) -> Floats:
    """Return the expected cost of a procedure, C1."""
    assumed = given.assumed
    society = bool(given.compiled.settings["society"][0])
    base = procedure_sek(
        assumed["staff_cost_sek_per_hour"],
        assumed["authority_hours_per_procedure"],
        assumed["dialogue_effort_factor"] if slot["functional"] else 1.0,
        assumed["user_hours_per_procedure"],
        float(slot["need_count"]),
        assumed["hours_per_bid"],
        given.bids(slot),
        assumed["advertising_sek_per_procedure"],
        assumed["bidder_cost_sek_per_bid"] if society else 0.0,
    )
    whole: Floats = with_mishaps_sek(
        base,
        assumed["cancellation_probability"],
        assumed["cancellation_redo_share"],
        assumed["appeal_probability"],
        assumed["appeal_repeat_probability"],
        assumed["staff_cost_sek_per_hour"],
        assumed["appeal_hours"],
        assumed["appeal_counsel_sek"],
    )
    return whole


def _moving_sek(given: Expectations, slot: Any) -> Floats:
    assumed = given.assumed
    moving: Floats = supplier_change_sek(
        assumed["switching_cost_share"],
        assumed["dual_running_cost_share"],
        assumed["dual_running_months"],
        float(slot["annual_value_sek"]),
        given.overrun,
    )
    return moving


def _starts(given: Expectations, slot: Any) -> float:
    """Return the weight of the start of a slot that is new."""
    return 0.0 if slot["present"] else float(given.compiled.weights[slot["start_month"]])


def _start_sek(given: Expectations, slot: Any) -> Floats:
    share, value = given.of(slot["transition_cost_column"]), float(slot["annual_value_sek"])
    start: Floats = _starts(given, slot) * transition_sek(share, value, given.overrun)
    return start


def _early_termination_sek(given: Expectations, slot: Any) -> Floats | float:
    """Return the cost of taking over from an agreement of today that has not ended by itself."""
    if not slot["taken_over"]:
        return 0.0
    end = int(slot["end_month"])
    alive = (1.0 - given.default_probability(slot)) ** end
    fee_sek: Floats = early_termination_sek(
        given.assumed["early_termination_share"],
        float(slot["expiry_month"] - end),
        float(slot["annual_value_sek"]),
        float(slot["ends_by_notice"]),
    )
    return float(given.compiled.weights[end]) * alive * fee_sek


def _supplier_changes(given: Expectations, slot: Any, course: Course) -> Floats:
    return course.retendered * given.of(slot["supplier_change_column"]) + course.defaulted


def _reintegration_sek(given: Expectations, slot: Any) -> Floats:
    weight = float(slot["external_weight"]) * given.interface_density()
    cost: Floats = reintegration_sek(given.assumed["reintegration_cost_sek"], weight)
    return cost


def _severity_sek(given: Expectations, slot: Any) -> Floats:
    assumed = given.assumed
    lost: Floats = severity_sek(
        assumed["default_severity_share"],
        float(slot["annual_value_sek"]),
        float(slot["partnership"]),
        assumed["partner_severity_factor"],
    )
    return lost


def _training_sek(given: Expectations, slot: Any) -> Floats:
    assumed = given.assumed
    cost: Floats = training_sek(
        float(slot["users"]), assumed["training_hours_per_user"], assumed["user_cost_sek_per_hour"]
    )
    return cost


def _exit_sek(given: Expectations, slot: Any, course: Course) -> Floats | float:
    """Return the settlement of the agreement alive at the horizon, by when it was signed."""
    horizon, start, end = given.compiled.horizon_months, int(slot["start_month"]), int(slot["end_month"])
    if end < horizon:
        return 0.0
    survival = 1.0 - given.default_probability(slot)
    term = float(slot["term_months"])
    used = np.zeros_like(survival)
    for months, share in zip(course.later.months, course.later.shares, strict=True):
        first = max(start, horizon - months)
        ages = np.arange(horizon - first, 0, -1.0)
        alive = survival ** ages[:, None]
        used += share * over_months(course.signings.all[first - start :], np.minimum(ages / term, 1.0)[:, None] * alive)
    if slot["present"]:
        age = min((horizon - int(slot["signed_month"])) / term, 1.0)
        for months, share in zip(course.present.months, course.present.shares, strict=True):
            if months >= horizon:
                used += share * survival**horizon * age
    share = given.assumed["switching_cost_share"]
    value, exit_plan = float(slot["annual_value_sek"]), float(slot["exit_plan_sek"])
    cost: Floats = exit_sek(given.of(slot["supplier_change_column"]), share, value, used * term, term, exit_plan)
    return float(given.compiled.weights[horizon]) * cost


def _running_costs_sek(given: Expectations, slot: Any) -> Costs:
    """Return what a slot costs every month whatever happens."""
    assumed, cumulative = given.assumed, given.compiled.cumulative
    years = float(cumulative[slot["end_month"]] - cumulative[slot["start_month"]]) / 12.0
    overhead = float(slot["overhead_share"])
    costs: Costs = {
        "management": years
        * management_sek_per_year(
            assumed["staff_cost_sek_per_hour"],
            assumed["management_hours_per_agreement_year"],
            assumed["management_hours_per_supplier_year"],
            float(slot["supplier_share"]),
            overhead,
        )
    }
    if slot["partnership"]:
        stated = float(slot["meeting_hours_per_year"])
        meetings = assumed["meeting_hours_per_year"] if np.isnan(stated) else stated
        owner_fte = given.of(slot["partnership_owner_column"])
        hours = governance_hours_per_year(meetings, owner_fte, assumed["hours_per_fte_year"])
        costs["governance"] = years * governance_sek_per_year(assumed["staff_cost_sek_per_hour"], hours, overhead)
    if slot["exposed_quality"]:
        shading = given.of(slot["quality_shading_column"])
        costs["quality_shading"] = years * quality_shading_sek_per_year(shading, float(slot["annual_value_sek"]), 1.0)
    return costs
