"""How a slot is expected to go: when it signs, how many retenders and defaults it meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from partnership_lib.decision.engine.expect_inputs import Expectations
from partnership_lib.decision.engine.signings import (
    Lengths,
    Signings,
    expected_signings,
    later_lengths,
    present_lengths,
)
from partnership_lib.decision.plans.arrays import CompiledPlan, Floats, Table

# What decides the course of a slot, beside the lengths of its terms.
_DECIDING = ("start_month", "end_month", "present", "taken_over", "functional", "partnership")


@dataclass(frozen=True)
class Course:
    """How a slot is expected to go: its signings and the weighted numbers of what happens at them, each (n,).

    Attributes
    ----------
    procured : ndarray
        Procedures at a start or an expiry, whenever they were begun.
    sunk : ndarray
        Those of them that had been begun before the base month.
    retendered, defaulted : ndarray
        Expiries, and defaults.
    """

    present: Lengths
    later: Lengths
    signings: Signings
    procured: Floats
    sunk: Floats
    retendered: Floats
    defaulted: Floats


def course_of(given: Expectations, plan: CompiledPlan, slot: Any) -> Course:
    """Return how a slot is expected to go."""
    extension = given.assumed["extension_probability"]
    present, later = present_lengths(plan, slot, extension), later_lengths(plan, slot, extension)
    key = ("course", *(int(slot[name]) for name in _DECIDING), present.months, later.months)
    return given.recently(key, lambda: _course(given, slot, present, later))


def _course(given: Expectations, slot: Any, present: Lengths, later: Lengths) -> Course:
    weights = given.compiled.weights
    signings = expected_signings(slot, present, later, given.default_probability(slot))
    start, end = int(slot["start_month"]), int(slot["end_month"])
    lead = given.assumed["lead_months_functional" if slot["functional"] else "lead_months_detailed"]
    sunk = np.zeros_like(lead)
    for month, probability in signings.first_expiries:
        sunk += weights[month] * probability * (lead > month)
    procured = np.einsum("t,tn->n", weights[start:end], signings.planned)
    return Course(
        present,
        later,
        signings,
        procured,
        sunk,
        retendered=procured - (0.0 if slot["present"] else weights[start]),
        defaulted=np.einsum("t,tn->n", weights[start:end], signings.all) - procured,
    )


def parts_of(plan: CompiledPlan, slot: Any) -> Table:
    """Return the parts of a slot's value by market price and price level of today."""
    parts: Table = plan.parts[slot["first_part"] : slot["first_part"] + slot["part_count"]]
    return parts


def over_months(left: Floats, right: Floats) -> Floats:
    """Return the sums over months."""
    sums: Floats = np.einsum("tn,tn->n", left, right)
    return sums
