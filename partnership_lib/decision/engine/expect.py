"""The closed form: what both plans are expected to cost given the assumptions, without drawing anything."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.components.interfaces import interfaces_sek_per_year
from partnership_lib.decision.engine.expect_changes import (
    Excess,
    changes_beyond_caps,
    expected_benefit_sek,
    expected_changes_sek,
    premium_shares,
)
from partnership_lib.decision.engine.expect_inputs import Expectations
from partnership_lib.decision.engine.expect_slots import Costs, slot_costs_sek
from partnership_lib.decision.plans.arrays import CompiledCase, CompiledPlan, Floats
from partnership_lib.errors import UsageError

# Vectors at a time: their tables of months stay in the processor's cache.
_BLOCK = 512
_PLACES = {name: place for place, name in enumerate(COMPONENTS)}


def expect(compiled: CompiledCase, values: Floats) -> Floats:
    """Return the expected cost of both plans by component, given the assumptions [SEK, weighted], shape (n, 2, 15).

    The mean of `simulate` over the random future. Only ``legal`` has no closed form: it is 0.

    Parameters
    ----------
    values : ndarray, shape (n, P)
        Assumption vectors, columns as in `CompiledCase.keys`.

    Raises
    ------
    UsageError
        ``no_closed_form``: whether options are used depends on prices.
    """
    if compiled.settings["price_rule"][0]:
        raise UsageError("no_closed_form")
    result = np.zeros((len(values), len(compiled.plans), len(COMPONENTS)))
    excess = [changes_beyond_caps(compiled, plan, values) for plan in compiled.plans]
    premiums = [
        premium_shares(compiled, plan, values, known) for plan, known in zip(compiled.plans, excess, strict=True)
    ]

    def fill(first: int) -> None:
        block = slice(first, first + _BLOCK)
        given = Expectations(compiled, values[block])
        for place, plan in enumerate(compiled.plans):
            known = {key: beyond[block] for key, beyond in excess[place].items()}
            _fill_plan(given, plan, premiums[place][block], known, result[block, place])

    with ThreadPoolExecutor(os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()) as pool:
        for _ in pool.map(fill, range(0, len(values), _BLOCK)):
            pass
    return result


def _fill_plan(given: Expectations, plan: CompiledPlan, premiums: Floats, excess: Excess, result: Floats) -> None:
    for place, slot in enumerate(plan.slots):
        _add(slot_costs_sek(given, plan, slot, premiums[:, place]), result)
        changes_sek = expected_changes_sek(given, plan, place, excess)
        _add({"changes": changes_sek, "benefit": expected_benefit_sek(given, plan, slot)}, result)
    density = given.interface_density()
    interfaces = interfaces_sek_per_year(
        given.assumed["interface_cost_sek_per_year"],
        plan.external_weight_years * density,
        plan.internal_weight_years * density,
        given.assumed["internal_interface_share"],
    )
    _add({"interfaces": interfaces}, result)


def _add(costs: Costs, result: Floats) -> None:
    for name, cost in costs.items():
        result[:, _PLACES[name]] += cost
