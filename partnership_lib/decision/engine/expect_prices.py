"""What the terms of a slot are expected to cost in price, and what the gaps between them cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.components.gap import gap_sek
from partnership_lib.decision.engine.expect_course import Course, over_months, parts_of
from partnership_lib.decision.engine.expect_inputs import Expectations
from partnership_lib.decision.plans.arrays import CompiledPlan, Floats


def expected_gap_sek(given: Expectations, plan: CompiledPlan, slot: Any, course: Course) -> Floats:
    """Return the cost of delays after appeals, and of bridging until another slot takes over."""
    assumed, planned = given.assumed, course.signings.planned
    months = slice(int(slot["start_month"]), int(slot["end_month"]))
    market_sek = np.zeros_like(course.procured)
    for part in parts_of(plan, slot):
        weighted = given.weighted_market(int(part["category"]))[months]
        market_sek += part["annual_value_sek"] * over_months(planned, weighted)
    delay_months = assumed["appeal_probability"] * given.delay_months
    markup = assumed["bridging_markup_share"]
    manual_sek = course.procured * assumed["manual_work_sek_per_month"]
    total: Floats = gap_sek(delay_months, float(slot["bridging_allowed"]), markup, market_sek, manual_sek)
    bridge = int(slot["bridge_month"])
    if slot["taken_over"] and bridge < slot["end_month"]:
        bridged = given.growth(slot) ** bridge * given.holding(slot)[bridge]
        total = total + markup * slot["annual_value_sek"] * bridged
    return total


def signed_terms_sek(given: Expectations, plan: CompiledPlan, slot: Any, course: Course) -> Floats:
    """Return the price of all signed terms, before the premium."""
    months = slice(int(slot["start_month"]), int(slot["end_month"]))
    at_todays_level = np.zeros_like(course.procured)
    for part in parts_of(plan, slot):
        cost = given.renewal_cost(int(part["category"]), slot, course.later)[months]
        today = given.level(given.compiled.holders[part["holder"]], today=True)
        at_todays_level += part["annual_value_sek"] / today * over_months(course.signings.all, cost)
    return at_todays_level * given.level(slot)


def present_term_sek(given: Expectations, slot: Any, course: Course) -> Floats:
    """Return the price of the agreement of today until it ends."""
    if not slot["present"]:
        return np.zeros_like(course.procured)
    holding, growth = given.holding(slot), given.growth(slot)
    cost = holding[0].copy()
    if not slot["taken_over"]:
        for months, share in zip(course.present.months, course.present.shares, strict=True):
            if months < len(holding):
                cost -= share * growth**months * holding[months]
    return cost * slot["annual_value_sek"]
