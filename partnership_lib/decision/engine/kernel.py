"""The event kernel: both plans on the same random future, path by path, compiled with numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.compiling import compilable, compiled
from partnership_lib.decision.engine.changes import run_changes
from partnership_lib.decision.engine.events import NO_ROOM, fill_events
from partnership_lib.decision.engine.inputs import Here, PlanArrays, Scratch, World
from partnership_lib.decision.engine.ledger import separate_procedure_sek
from partnership_lib.decision.engine.paths import fill_prices
from partnership_lib.decision.engine.running import run_interfaces, run_slot
from partnership_lib.decision.engine.terms import run_terms
from partnership_lib.decision.future.streams import entity_state, path_state
from partnership_lib.decision.plans.arrays import Floats, Table, Whole


@compilable
def run_plan(
    world: World,
    plan: PlanArrays,
    first_number: Any,
    premiums: Any,
    assumed: Any,
    row: Any,
    state: Any,
    scratch: Scratch,
    costs: Any,
    first_hits: Any,
) -> None:
    """Add what a plan costs on a path, slot by slot, and count the first legal hits."""
    density = assumed.interface_density if world.settings[0].no_graph else 1.0
    separate_sek = separate_procedure_sek(assumed, world.settings[0].society)
    run_interfaces(plan, assumed, density, costs)
    for place in range(len(plan.slots)):
        slot = plan.slots[place]
        slot_state = entity_state(state, slot.entity)
        number = first_number + place
        premium = premiums[place]
        here = Here(world, plan, slot, number, assumed, row, slot_state, premium, density, separate_sek, scratch, costs)
        run_slot(slot, world.cumulative, assumed, row, costs)
        run_terms(here)
        hit_month = run_changes(here)
        if hit_month >= 0:
            first_hits[place, hit_month] += 1


@compiled
def run_paths(
    world: World,
    plans: tuple[PlanArrays, PlanArrays],
    values: Floats,
    assumed: Table,
    premiums: tuple[Floats, Floats],
    seed: np.uint64,
    first_path: np.uint64,
    scratch: Scratch,
    costs: Floats,
    first_hits: tuple[Whole, Whole],
) -> int:
    """Fill in the costs of paths; return the number of hashes drawn, or -1 when there was no room for all changes.

    Parameters
    ----------
    values : ndarray, shape (n, P)
        The assumption vector of each path, and `assumed` the same by name.
    premiums : tuple of ndarray, shape (n, K)
        Premium of every slot of each plan, as a share of the price.
    costs : ndarray of 0, shape (n, 2, 15)
        Filled in: the weighted cost of each component [SEK].
    first_hits : tuple of ndarray, shape (K, T)
        Added to: paths on which a slot first met its legal limit in a month.
    """
    scratch.counter[0].hashes = 0
    for path in range(len(values)):
        row, by_name = values[path], assumed[path]
        state = path_state(seed, first_path + np.uint64(path))
        fill_prices(world, by_name, row, state, scratch)
        if not fill_events(world, by_name, row, state, scratch):
            return NO_ROOM
        first_number = 0
        for number in range(2):
            plan, premium = plans[number], premiums[number][path]
            run_plan(
                world,
                plan,
                first_number,
                premium,
                by_name,
                row,
                state,
                scratch,
                costs[path, number],
                first_hits[number],
            )
            first_number += len(plan.slots)
    return scratch.counter[0].hashes
