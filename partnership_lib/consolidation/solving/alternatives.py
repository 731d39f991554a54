"""The next-best plans, each with bundles that none of the better ones had."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import LinearConstraint

from partnership_lib.consolidation.solving.pool import Floats, Pool, Whole
from partnership_lib.consolidation.solving.relaxation import choose
from partnership_lib.consolidation.solving.search import Answer, Plan
from partnership_lib.consolidation.solving.watching import Watch

# So many bundles are looked at, by how little they cost beyond what the optimum pays for their items.
_LOOKED_AT = 4_000
_TOLERANCE = 1e-9


def next_best(pool: Pool, answer: Answer, count: int, watch: Watch | None = None) -> tuple[tuple[Plan, bool], ...]:
    """Return the best plan and the next ones, cheapest first, each with whether its place is proven.

    A plan is another one when at least one of its bundles of several items is: when they start, and on which terms,
    does not make them another plan. Its place is proven while no bundle outside those looked at could give a
    cheaper one.

    Parameters
    ----------
    count : int
        How many, the best one included.
    """
    watch = watch or Watch()
    order = np.lexsort((np.arange(pool.size), answer.reduced_sek))[:_LOOKED_AT]
    looked_at = np.union1d(np.union1d(order, answer.generated), answer.plan.bundles)
    pool.make_exact(looked_at)
    outside = np.delete(answer.reduced_sek, looked_at)
    room_sek = float(outside.min()) if len(outside) else np.inf
    names = _names(pool, looked_at)
    found = [(answer.plan, answer.proven)]
    scale = answer.plan.cost_sek / len(pool.items) / 1_000.0 or 1.0
    while len(found) < count:
        cuts = tuple(_cut(pool, names, plan) for plan, _ in found)
        choice = choose(pool, looked_at, _scaled(pool, looked_at, scale), watch, cuts)
        if choice.bundles is None:
            break
        plan = Plan.of(pool, choice.bundles)
        reach = answer.relaxed_bound_sek + room_sek
        found.append((plan, choice.proven and plan.cost_sek <= reach * (1.0 + _TOLERANCE)))
    return tuple(found)


def _scaled(pool: Pool, bundles: Whole, unit_sek: float) -> Floats:
    singles = pool.singles()
    apart = np.where(singles >= 0, pool.costs[np.maximum(singles, 0)], 0.0)
    scaled: Floats = (pool.costs[bundles] - pool.cover[:, bundles].T @ apart) / unit_sek
    return scaled


def _names(pool: Pool, bundles: Whole) -> list[tuple[int, ...]]:
    return [pool.members(int(bundle)) for bundle in bundles]


def _cut(pool: Pool, names: Sequence[tuple[int, ...]], plan: Plan) -> LinearConstraint:
    """Return what keeps a plan from being chosen again: not all of its items may be grouped as in it."""
    groups = {pool.members(int(bundle)) for bundle in plan.bundles}
    same = np.array([name in groups for name in names], dtype=np.float64)
    return LinearConstraint(same[None, :], -np.inf, len(groups) - 1.0)
