"""The event kernel in NumPy: the same paths as the compiled one, all at once, slot by slot and term by term."""

from __future__ import annotations

import numpy as np

from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine.ledger import NO_HIT
from partnership_lib.decision.engine.numpy_changes import run_changes
from partnership_lib.decision.engine.numpy_events import Events, draw_events
from partnership_lib.decision.engine.numpy_paths import Paths, Slots, open_paths
from partnership_lib.decision.engine.numpy_terms import run_terms
from partnership_lib.decision.engine.running import run_follow_up, run_interfaces, run_slot
from partnership_lib.decision.future.streams import entity_state
from partnership_lib.decision.plans.arrays import CompiledCase, Floats, Whole


def run_paths(
    compiled: CompiledCase, values: Floats, premiums: tuple[Floats, Floats], seed: int, first_path: int
) -> tuple[Floats, tuple[Whole, Whole], int]:
    """Return costs (n, 2, 15) [SEK], first legal hits per plan (K, T), and the random numbers drawn."""
    # Unsigned numbers wrap round on purpose; a rate of 0 puts its first event infinitely far away.
    with np.errstate(over="ignore", divide="ignore"):
        paths = open_paths(compiled, values, seed, first_path)
        events = draw_events(paths)
        costs = np.zeros((paths.count, 2, len(COMPONENTS)))
        hits = tuple(_run_plan(paths, events, plan, premiums[plan], costs[:, plan]) for plan in range(2))
    return costs, (hits[0], hits[1]), paths.hashes


def _run_plan(paths: Paths, events: list[Events], plan: int, premiums: Floats, costs: Floats) -> Whole:
    arrays = paths.plans[plan]
    hits = np.zeros((len(arrays.slots), paths.horizon_months), dtype=np.int64)
    run_interfaces(arrays, paths.assumed, paths.density, costs.T)
    run_follow_up(arrays, paths.assumed, costs.T)
    at = np.arange(paths.count)
    for place, slot in enumerate(arrays.slots):
        states = entity_state(paths.states, slot.entity)
        here = Slots(paths, arrays, slot, at, states, premiums[:, place], costs)
        run_slot(slot, paths.world.cumulative, paths.assumed, paths.values.T, costs.T)
        first_hit = run_changes(here, events, run_terms(here))
        hits[place] = np.bincount(first_hit[first_hit != NO_HIT], minlength=paths.horizon_months)
    return hits
