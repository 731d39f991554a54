"""What slots cost by the decision engine itself: its closed form, slot by slot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from partnership_lib.consolidation.solving.pool import Floats
from partnership_lib.decision.cases.records import Case, ProposedAgreement
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.components.interfaces import interfaces_sek_per_year
from partnership_lib.decision.engine.expect_changes import (
    changes_beyond_caps,
    expected_benefit_sek,
    expected_changes_sek,
    premium_shares,
)
from partnership_lib.decision.engine.expect_inputs import Expectations
from partnership_lib.decision.engine.expect_slots import slot_costs_sek
from partnership_lib.decision.plans.arrays import CompiledCase
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.plans.interfaces import interface_pairs
from partnership_lib.decision.plans.plan import Plan, Slot, make_plan

INTERFACES = COMPONENTS.index("interfaces")
_PLACES = {name: place for place, name in enumerate(COMPONENTS)}


def compiled_slots(case: Case, slots: Sequence[Slot], weights: Floats | None = None) -> CompiledCase:
    """Return slots as the engine reads them, in the first of the plans; they need not make a plan together."""
    return compile_case(case, (Plan(tuple(slots)), Plan(())), weights)


def new_slots(case: Case, proposed: Sequence[ProposedAgreement]) -> tuple[Slot, ...]:
    """Return the slots of proposed agreements, in their order."""
    slots = {slot.id: slot for slot in make_plan(case, proposed).slots if not slot.present}
    return tuple(slots[each.id] for each in proposed)


def charged_alone(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """Return slots whose supplier is followed up for each of them, as if no supplier held two.

    Who holds what else is a matter of the whole plan; a column knows only itself.
    """
    return tuple(replace(slot, supplier_share=1.0) for slot in slots)


def slot_components_sek(case: Case, slots: Sequence[Slot], values: Floats, weights: Floats | None = None) -> Floats:
    """Return what slots are expected to cost by component, beyond all interfaces being external [SEK].

    Parameters
    ----------
    slots : sequence of Slot
        None of them empty; in any order, that of the answer.
    values : ndarray, shape (n, P)
        Assumption vectors.

    Returns
    -------
    ndarray, shape (slots, n, components)
    """
    compiled = compiled_slots(case, slots, weights)
    plan, given = compiled.plans[0], Expectations(compiled, values)
    excess = changes_beyond_caps(compiled, plan, values)
    premiums = premium_shares(compiled, plan, values, excess)
    inside = internal_weights(case, slots)
    result = np.zeros((len(slots), len(values), len(COMPONENTS)))
    for place, slot in enumerate(plan.slots):
        costs = slot_costs_sek(given, plan, slot, premiums[:, place])
        costs["changes"] = expected_changes_sek(given, plan, place, excess)
        costs["benefit"] = expected_benefit_sek(given, plan, slot)
        for name, cost in costs.items():
            result[place, :, _PLACES[name]] += cost
        years = float(compiled.cumulative[slot["end_month"]] - compiled.cumulative[slot["start_month"]]) / 12.0
        result[place, :, INTERFACES] += internal_sek(given, inside[place] * years)
    return result


def external_interfaces_sek(case: Case, values: Floats, weights: Floats | None = None) -> Floats:
    """Return what all interfaces cost to the horizon when every one of them is external [SEK], shape (n,)."""
    compiled = compiled_slots(case, (), weights)
    given = Expectations(compiled, values)
    years = float(compiled.cumulative[compiled.horizon_months]) / 12.0 * float(interface_pairs(case)[2].sum())
    assumed = given.assumed
    sek: Floats = interfaces_sek_per_year(
        assumed["interface_cost_sek_per_year"],
        years * given.interface_density(),
        0.0,
        assumed["internal_interface_share"],
    )
    return sek


def internal_weights(case: Case, slots: Sequence[Slot]) -> Floats:
    """Return the weight of the interfaces with both needs in each slot."""
    first, second, weight = interface_pairs(case)
    places = {need_id: place for place, need_id in enumerate(sorted(need.id for need in case.needs))}
    inside = np.zeros(len(places), dtype=np.bool_)
    found = np.zeros(len(slots))
    for number, slot in enumerate(slots):
        members = [places[need] for need in slot.need_ids]
        inside[members] = True
        found[number] = weight[inside[first] & inside[second]].sum()
        inside[members] = False
    return found


def internal_sek(given: Expectations, weight_years: float) -> Floats:
    """Return what interfaces cost as internal ones beyond what they cost as external ones: it is below 0."""
    years = weight_years * given.interface_density()
    sek: Floats = interfaces_sek_per_year(
        given.assumed["interface_cost_sek_per_year"], -years, years, given.assumed["internal_interface_share"]
    )
    return sek
