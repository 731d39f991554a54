"""Column generation: the relaxed problem over the whole pool, solved over the few bundles that matter in it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from partnership_lib.consolidation.solving.blocks import lift
from partnership_lib.consolidation.solving.pool import Floats, Pool, Whole
from partnership_lib.consolidation.solving.relaxation import TOLERANCE, Relaxation, Scale, relax
from partnership_lib.consolidation.solving.watching import Watch

# New bundles in a round: so many for each item, and not more than so many altogether.
_PER_ITEM, _LEAST_A_ROUND, _A_ROUND_PER_ITEM = 3, 600, 2
_LOOKED_AT = 10
_FAILING = 1e-6


class Generation:
    """Solves the relaxed problem over a pool.

    Attributes
    ----------
    columns : ndarray
        Bundles that the solver works with, ascending.
    costs : ndarray, shape (bundles,)
        Scaled costs of the whole pool.
    reduced : ndarray, shape (bundles,)
        Reduced costs of the whole pool in the last round.
    bound : float
        Scaled; no plan is cheaper. Minus infinity until it is known.
    relaxed_bound : float
        The same before it was lifted.
    spare : ndarray or float
        By how much a bundle may exceed its prices without a loss beyond the bound: what its block loses anyway.
    """

    def __init__(self, pool: Pool, watch: Watch, start: Whole) -> None:
        self.pool, self.watch = pool, watch
        singles = pool.singles()
        self.columns: Whole = np.union1d(singles[singles >= 0], start)
        pool.make_exact(self.columns)
        self.scale = Scale.of(pool)
        self.costs = self.scale.costs(pool)
        self.reduced: Floats = np.zeros(pool.size)
        self.bound = self.relaxed_bound = -np.inf
        self.spare: Floats | float = 0.0
        self.rounds = 0
        self.prices: Relaxation | None = None

    def scaled(self, cost_sek: float) -> float:
        """Return the scaled cost of a plan."""
        return (cost_sek - self.scale.total_sek(0.0)) / self.scale.unit_sek

    def make_exact(self, bundles: Whole) -> bool:
        """Bring the costs of bundles to what they are; return whether any has changed."""
        changed = self.pool.make_exact(bundles)
        if changed:
            self.costs[bundles] = self.scale.costs(self.pool, bundles)
        return changed

    def feasible(self) -> bool:
        """Return whether a mix of bundles keeps within the limits; the first phase, which adds the bundles for it."""
        if not self.pool.limits and (self.pool.singles() >= 0).all():
            return True
        return self.failing().value <= _FAILING

    def failing(self) -> Relaxation:
        """Return the mix that fails least: leaves as little as possible uncovered, and goes over limits least."""
        nothing = np.zeros(self.pool.size)
        while True:
            found = relax(self.pool, self.columns, nothing[self.columns], self.watch, failing=True)
            wanted = self._wanted(found.reduced(self.pool, nothing)) if found.value > _FAILING else self.columns[:0]
            if not len(wanted):
                return found
            self.columns = np.union1d(self.columns, wanted)

    def run(self, tell: Callable[[Generation], None]) -> None:
        """Add bundles until no other can make a mix cheaper; then `bound` holds for the whole pool."""
        while True:
            self.make_exact(self.columns)
            prices = relax(self.pool, self.columns, self.costs[self.columns], self.watch)
            self.prices, self.rounds = prices, self.rounds + 1
            wanted = self._priced(prices)
            self.bound = self.relaxed_bound = max(self.bound, self._bound(prices))
            tell(self)
            if not len(wanted):
                return
            self.columns = np.union1d(self.columns, wanted)

    def _priced(self, prices: Relaxation) -> Whole:
        """Return bundles worth adding by their exact costs, and note all reduced costs."""
        while True:
            self.reduced = prices.reduced(self.pool, self.costs)
            wanted = self._wanted(self.reduced)
            if not len(wanted) or not self.make_exact(wanted):
                return wanted
            exact = prices.reduced(self.pool, self.costs[wanted], wanted)
            self.reduced[wanted] = exact
            if (exact < -TOLERANCE).any():
                return wanted[exact < -TOLERANCE]

    def _bound(self, prices: Relaxation) -> float:
        """Return what the prices prove: a plan takes at most as many bundles as there are items."""
        most = np.array([limit.most for limit in self.pool.limits])
        worth = float(prices.item_prices.sum() + prices.limit_prices @ most)
        return worth + len(self.pool.items) * min(0.0, float(self.reduced.min(initial=0.0)))

    def _wanted(self, reduced: Floats) -> Whole:
        """Return the bundles with the lowest reduced costs: a few for every item."""
        items = len(self.pool.items)
        most = max(_LEAST_A_ROUND, _A_ROUND_PER_ITEM * items)
        below = np.flatnonzero(reduced < -TOLERANCE)
        below = below[~np.isin(below, self.columns, assume_unique=True)]
        if len(below) > _LOOKED_AT * most:
            below = below[np.argpartition(reduced[below], _LOOKED_AT * most)[: _LOOKED_AT * most]]
        taken = np.zeros(items, dtype=np.int64)
        wanted: list[int] = []
        for bundle in below[np.lexsort((below, reduced[below]))]:
            members = self.pool.cover.indices[self.pool.cover.indptr[bundle] : self.pool.cover.indptr[bundle + 1]]
            if taken[members].min() < _PER_ITEM:
                taken[members] += 1
                wanted.append(int(bundle))
                if len(wanted) == most:
                    break
        return np.array(wanted, dtype=np.int64)

    def lift(self) -> Whole:
        """Lift the bound by solving blocks exactly; return the bundles of the plan that this gives."""
        lifted = lift(self.pool, np.maximum(self.reduced, 0.0), self.columns, self.watch)
        if lifted is None:
            return self.columns[:0]
        self.bound, self.spare = self.bound + lifted.total, lifted.of_bundle
        return lifted.plan

    def within(self, cost: float) -> Whole:
        """Return the bundles that can stand in a plan with at most this scaled cost, the nearest first."""
        assert self.prices is not None
        room = max(cost - self.bound, 0.0) + TOLERANCE * max(1.0, abs(cost))
        while True:
            found = np.flatnonzero(self.reduced <= room + self.spare)
            if not self.make_exact(found):
                return found[np.lexsort((found, self.reduced[found]))]
            self.reduced[found] = self.prices.reduced(self.pool, self.costs[found], found)

    def nearest(self, count: int) -> Whole:
        """Return the generated bundles and others with the lowest reduced costs, so many in all."""
        order = np.lexsort((np.arange(self.pool.size), self.reduced))
        return np.union1d(self.columns, order[:count])
