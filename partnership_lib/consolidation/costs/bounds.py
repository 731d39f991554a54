"""What new slots cost at least, without inverting the volume of their changes: fast, for all bundles of a pool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from partnership_lib.consolidation.costs.engine import compiled_slots, internal_sek, internal_weights
from partnership_lib.consolidation.solving.pool import Floats
from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.components.changes import included_cap_sek
from partnership_lib.decision.components.premium import premium_share
from partnership_lib.decision.components.stop_loss import expected_volume
from partnership_lib.decision.engine.expect_changes import (
    expected_benefit_sek,
    expected_changes_sek,
    slot_changes,
)
from partnership_lib.decision.engine.expect_inputs import Expectations
from partnership_lib.decision.engine.expect_slots import slot_costs_sek
from partnership_lib.decision.plans.arrays import CompiledPlan
from partnership_lib.decision.plans.plan import Slot

_YEAR = 12
# The engine's stop-loss is interpolated: it may lie this share of a year's volume beside the truth.
_INTERPOLATED_SHARE = 3e-4


def least_costs_sek(case: Case, slots: Sequence[Slot], values: Floats) -> Floats:
    """Return what slots are expected to cost at least by draw of the assumptions [SEK], shape (slots, n).

    Exact but for the changes of slots with functional requirements: how much of a year's volume lies beyond what is
    included is between what the means leave (Jensen) and all of it; the cheaper of the two is taken.
    """
    compiled = compiled_slots(case, slots)
    plan, given = compiled.plans[0], Expectations(compiled, values)
    inside = internal_weights(case, slots)
    found = np.zeros((len(slots), len(values)))
    for place, slot in enumerate(plan.slots):
        years = float(compiled.cumulative[slot["end_month"]] - compiled.cumulative[slot["start_month"]]) / 12.0
        found[place] = _least_sek(given, plan, place) + internal_sek(given, inside[place] * years)
    return found


def _least_sek(given: Expectations, plan: CompiledPlan, place: int) -> Floats:
    slot = plan.slots[place]
    costs = slot_costs_sek(given, plan, slot, np.ones(len(given.values)))
    signed = costs.pop("premium")
    rest: Floats = np.zeros(len(given.values))
    for cost in (*costs.values(), expected_benefit_sek(given, plan, slot)):
        rest += cost
    if not slot["functional"]:
        return rest + expected_changes_sek(given, plan, place, {})
    volume, least = _volume(given, plan, slot)
    last_months = int(slot["end_month"] - slot["start_month"]) % _YEAR
    of_rest = {(place, last_months): least(last_months)} if last_months else {}
    ends = []
    for of_year in (least(_YEAR), volume * (1.0 + _INTERPOLATED_SHARE)):
        excess = {**of_rest, (place, _YEAR): of_year}
        share = premium_share(
            volume, of_year, float(slot["annual_value_sek"]), given.of(slot["premium_loading_column"])
        )
        premium = share * signed if slot["premium"] else 0.0
        ends.append(premium + expected_changes_sek(given, plan, place, excess))
    return rest + np.minimum(*ends)


def _volume(given: Expectations, plan: CompiledPlan, slot: Any) -> tuple[Floats, Callable[[int], Floats]]:
    """Return a year's volume of changes, and what of so many months is beyond the cap at least."""
    changes = slot_changes(given.compiled, plan, slot, given.fixed)
    saved = given.of(slot["adaptability_saving_column"])
    sizes = given.values[:, changes.size_columns] * (1.0 - saved)[:, None]
    cap_share, value = given.of(slot["included_change_cap_column"]), float(slot["annual_value_sek"])
    volume = expected_volume(changes.sources, changes.rates(given.values), sizes)

    def least(months: int) -> Floats:
        cap = included_cap_sek(cap_share, value, float(months))
        return np.maximum(volume * (months / _YEAR - _INTERPOLATED_SHARE) - cap, 0.0)

    return volume, least
