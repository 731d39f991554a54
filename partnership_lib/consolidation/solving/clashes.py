"""Why there is no plan: the constraints that cannot hold together, found by leaving them out one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from partnership_lib.consolidation.solving.generation import Generation
from partnership_lib.consolidation.solving.pool import MAX_AGREEMENTS, Pool, max_agreements
from partnership_lib.consolidation.solving.relaxation import choose
from partnership_lib.consolidation.solving.search import Impossible, Search
from partnership_lib.consolidation.solving.watching import Watch

NONE = np.zeros(0, dtype=np.int64)
_LEFT = 1e-6


@dataclass(frozen=True)
class Constraint:
    """A constraint as it was asked for: a limit, or two needs that must or must not be together.

    Attributes
    ----------
    code : str
        ``max_agreements``, ``must_link``, ``cannot_link``, ``capacity`` and so on.
    name : str
        Which of its kind, as its reader knows it.
    most : float or None
        What it allows.
    """

    code: str
    name: str = ""
    most: float | None = None


Make = Callable[[Sequence[Constraint]], Pool]
"""Returns the pool under some of the constraints."""


@dataclass(frozen=True)
class Clash:
    """What cannot hold together.

    Attributes
    ----------
    constraints : tuple of Constraint
        Together they allow no plan; without any one of them the rest of these do.
    uncovered : tuple of str
        Items that no plan covers exactly once, whatever the constraints.
    fewest : int or None
        The smallest number of agreements that the other constraints allow, where too few were asked for.
    """

    constraints: tuple[Constraint, ...] = ()
    uncovered: tuple[str, ...] = ()
    fewest: int | None = None


def find_clash(make: Make, constraints: Sequence[Constraint], watch: Watch | None = None) -> Clash:
    """Return a smallest set of constraints that cannot hold together.

    Parameters
    ----------
    constraints : sequence of Constraint
        All of them; there is no plan under these.
    """
    watch = watch or Watch()
    bare = make(())
    if not is_possible(bare, watch):
        return Clash(uncovered=_uncovered(bare, watch))
    kept = list(constraints)
    for constraint in constraints:
        rest = [each for each in kept if each is not constraint]
        if not is_possible(make(rest), watch):
            kept = rest
    return Clash(tuple(kept), fewest=_fewest(make, kept, watch))


def is_possible(pool: Pool, watch: Watch) -> bool:
    """Return whether there is any plan."""
    generation = Generation(pool, watch, NONE)
    if not generation.feasible():
        return False
    nothing = np.zeros(pool.size)
    if choose(pool, generation.columns, nothing[generation.columns], watch).bundles is not None:
        return True
    everything = np.arange(pool.size)
    return choose(pool, everything, nothing, watch).bundles is not None


def fewest_agreements(pool: Pool, watch: Watch | None = None) -> int | None:
    """Return the smallest number of agreements in a plan; None where there is no plan."""
    limits = [limit for limit in pool.limits if limit.code != MAX_AGREEMENTS]
    counted = Pool(pool.items, pool.cover, np.ones(pool.size), tuple(limits), pool.complete)
    try:
        return len(Search(counted, watch or Watch()).run().plan.bundles)
    except Impossible:
        return None


def _fewest(make: Make, kept: Sequence[Constraint], watch: Watch) -> int | None:
    others = [each for each in kept if each.code != MAX_AGREEMENTS]
    return fewest_agreements(make(others), watch) if len(others) < len(kept) else None


def _uncovered(pool: Pool, watch: Watch) -> tuple[str, ...]:
    """Return the items that no bundle covers; where all are covered, those that no plan covers exactly once."""
    alone = np.diff(pool.cover.tocsr().indptr) == 0
    if not alone.any():
        alone = Generation(pool, watch, NONE).failing().failing_items > _LEFT
    return tuple(item for item, left in zip(pool.items, alone, strict=True) if left)


def limited(pool: Pool, most: int) -> Pool:
    """Return the pool with at most so many agreements, whatever it allowed before."""
    others = [limit for limit in pool.limits if limit.code != MAX_AGREEMENTS]
    return pool.with_limits((max_agreements(most, pool.size), *others))
