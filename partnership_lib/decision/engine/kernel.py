"""The event kernel: both plans on the same random future, path by path, compiled with numba."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.compiling import compilable, compiled
from partnership_lib.decision.engine.changes import run_changes
from partnership_lib.decision.engine.events import NO_ROOM, fill_events
from partnership_lib.decision.engine.inputs import Here, OnPath, PlanArrays, World
from partnership_lib.decision.engine.ledger import separate_procedure_sek
from partnership_lib.decision.engine.paths import fill_prices
from partnership_lib.decision.engine.running import run_follow_up, run_interfaces, run_slot
from partnership_lib.decision.engine.scratch import Scratch
from partnership_lib.decision.engine.signing import draw_luck_of, move, sign
from partnership_lib.decision.engine.terms import run_terms
from partnership_lib.decision.future.streams import entity_state, path_state
from partnership_lib.decision.plans.arrays import Floats, Table, Whole

# A function cannot return a record: each of these makes the slot that it is about by itself.


@compilable
def list_signings(on: OnPath) -> Any:
    """Write down the signings of all slots, add what they cost every month, their first terms and their ends.

    Return how many there are, or -1 without room for all.
    """
    signings, count = on.scratch.signings, 0
    for place in range(len(on.plan.slots)):
        signings.states[place] = entity_state(on.state, on.plan.slots[place].entity)
    for place in range(len(on.plan.slots)):
        signings.first[place] = count
        here = Here(
            on.world, on.plan, on.plan.slots[place], place, on.first_number + place, on.assumed, on.row,
            signings.states[place], on.premiums[place], on.density, on.separate_sek, on.scratch, on.costs,
        )  # fmt: skip
        run_slot(here.slot, on.world.cumulative, on.assumed, on.row, on.costs)
        count = run_terms(here, count)
        if count == NO_ROOM:
            return NO_ROOM
    signings.first[len(on.plan.slots)] = count
    return count


@compilable
def run_signings(on: OnPath, count: Any) -> Any:
    """Add what so many signings cost and their terms; return how many of them change the supplier."""
    signings, moves = on.scratch.signings, 0
    draw_luck_of(signings, count)
    for at in range(count):
        place = np.int64(signings.slot[at])
        here = Here(
            on.world, on.plan, on.plan.slots[place], place, on.first_number + place, on.assumed, on.row,
            signings.states[place], on.premiums[place], on.density, on.separate_sek, on.scratch, on.costs,
        )  # fmt: skip
        # What is no move is written over: to jump past it would cost more than to write it.
        signings.moves[moves] = at
        moves += sign(here, at)
    return moves


@compilable
def run_moves(on: OnPath, count: Any) -> None:
    """Add what so many changes of supplier cost."""
    signings = on.scratch.signings
    for number in range(count):
        at = signings.moves[number]
        place = np.int64(signings.slot[at])
        here = Here(
            on.world, on.plan, on.plan.slots[place], place, on.first_number + place, on.assumed, on.row,
            signings.states[place], on.premiums[place], on.density, on.separate_sek, on.scratch, on.costs,
        )  # fmt: skip
        move(here, np.int64(signings.month[at]), signings.occurrence[at])
    on.scratch.hashes[0] += count


@compilable
def run_all_changes(on: OnPath, first_hits: Any) -> None:
    """Add what follows from the changes of all slots, and count the first legal hits."""
    signings, hits, count = on.scratch.signings, on.scratch.hits, 0
    for place in range(len(on.plan.slots)):
        here = Here(
            on.world, on.plan, on.plan.slots[place], place, on.first_number + place, on.assumed, on.row,
            signings.states[place], on.premiums[place], on.density, on.separate_sek, on.scratch, on.costs,
        )  # fmt: skip
        hit_month = run_changes(here)
        hits.slot[count], hits.month[count] = place, hit_month
        count += hit_month >= 0
    # Counted at the end: the counts of all slots and months do not fit a cache, and so only one is waited for.
    for number in range(count):
        first_hits[hits.slot[number], hits.month[number]] += np.uint32(1)


@compilable
def run_plan(on: OnPath, first_hits: Any) -> bool:
    """Add what a plan costs on a path, and count the first legal hits; return whether there was room."""
    run_interfaces(on.plan, on.assumed, on.density, on.costs)
    run_follow_up(on.plan, on.assumed, on.costs)
    count = list_signings(on)
    if count == NO_ROOM:
        return False
    run_moves(on, run_signings(on, count))
    run_all_changes(on, first_hits)
    return True


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
    scratch.hashes[0] = 0
    for path in range(len(values)):
        row, by_name = values[path], assumed[path]
        state = path_state(seed, first_path + np.uint64(path))
        fill_prices(world, by_name, row, state, scratch)
        if not fill_events(world, by_name, row, state, scratch):
            return NO_ROOM
        density = by_name.interface_density if world.settings[0].no_graph else 1.0
        separate_sek = separate_procedure_sek(by_name, world.settings[0].society)
        first_number = 0
        for number in range(2):
            plan, premium, cost = plans[number], premiums[number][path], costs[path, number]
            on = OnPath(world, plan, first_number, premium, by_name, row, state, density, separate_sek, scratch, cost)
            if not run_plan(on, first_hits[number]):
                return NO_ROOM
            first_number += len(plan.slots)
    return scratch.hashes[0]
