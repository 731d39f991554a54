"""Blocks of a pool that only limits join: each solved exactly by itself, which lifts the bound of the relaxed problem.

Given what the limits are worth, the cheapest plan of a block is a small problem of its own. By how much it is dearer
than the relaxed block is lost in every plan; a bundle that is to stand in a plan as cheap as the best may exceed its
prices by no more than what its block loses anyway and what is left between the lifted bound and that plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from partnership_lib.consolidation.solving.pool import Floats, Pool, Whole
from partnership_lib.consolidation.solving.relaxation import choose
from partnership_lib.consolidation.solving.watching import Watch

# The bundles of a block that are tried first, beside those generated.
_FIRST, _GROWTH = 150, 4


@dataclass(frozen=True)
class Lift:
    """What solving the blocks by themselves adds to the bound.

    Attributes
    ----------
    of_bundle : ndarray, shape (bundles,)
        Scaled; what the block of each bundle adds.
    total : float
    plan : ndarray
        The cheapest plans of all blocks together; it may go over limits.
    """

    of_bundle: Floats
    total: float
    plan: Whole


def lift(pool: Pool, reduced: Floats, generated: Whole, watch: Watch) -> Lift | None:
    """Return what the blocks add to the bound; None where the pool is a single block.

    Parameters
    ----------
    reduced : ndarray
        Reduced costs of the whole pool, none below 0.
    generated : ndarray
        Bundles that are looked at in any case.
    """
    count, of_item = blocks(pool)
    if count < 2:
        return None
    of_bundle = of_item[pool.cover.indices[pool.cover.indptr[:-1]]]
    order = np.argsort(of_bundle, kind="stable")
    begins = np.searchsorted(of_bundle[order], np.arange(count + 1))
    kept = np.zeros(pool.size, dtype=np.bool_)
    kept[generated] = True
    free = pool.with_limits(())
    added, plan = np.zeros(count), []
    for block in range(count):
        members = order[begins[block] : begins[block + 1]]
        added[block], chosen = _solved(free, np.flatnonzero(of_item == block), members, reduced, kept, watch)
        plan.append(chosen)
    return Lift(added[of_bundle], float(added.sum()), np.sort(np.concatenate(plan)))


def blocks(pool: Pool) -> tuple[int, Whole]:
    """Return how many blocks there are, and the block of every item."""
    items = len(pool.items)
    joined = sparse.coo_array(pool.cover)
    graph = sparse.csr_array((joined.data, (joined.row, joined.col + items)), shape=(items + pool.size,) * 2)
    count, labels = connected_components(graph, directed=False)
    return int(count), labels[:items].astype(np.int64)


def _solved(
    pool: Pool, items: Whole, members: Whole, reduced: Floats, kept: np.ndarray, watch: Watch
) -> tuple[float, Whole]:
    """Return the least sum of reduced costs that covers the items of a block, and the bundles that do it."""
    ordered = members[np.argsort(reduced[members], kind="stable")]
    count = _FIRST
    while True:
        looked_at = np.union1d(ordered[:count], members[kept[members]])
        own = Pool(tuple(pool.items[item] for item in items), pool.cover[items][:, looked_at], reduced[looked_at])
        choice = choose(own, np.arange(len(looked_at)), reduced[looked_at], watch)
        if choice.bundles is not None:
            value = float(reduced[looked_at[choice.bundles]].sum())
            if count >= len(members) or reduced[ordered[count]] >= value:
                return (value if choice.proven else choice.bound), looked_at[choice.bundles]
        elif count >= len(members):
            return 0.0, looked_at[:0]
        count *= _GROWTH
