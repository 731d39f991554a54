"""Column generation: the relaxed problem over the whole pool, solved over the few bundles that matter in it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from partnership_lib.consolidation.solving.blocks import lift
from partnership_lib.consolidation.solving.pool import Floats, Pool, Whole
from partnership_lib.consolidation.solving.relaxation import TOLERANCE, Relaxation, Scale, relax
from partnership_lib.consolidation.solving.watching import Watch

# New bundles in a round: so many for each item, and not more than so many altogether.
_PER_ITEM, _LEAST_A_ROUND, _A_ROUND_PER_ITEM = 3, 600, 2
_LOOKED_AT = 10
# How far prices are drawn towards the best ones so far, and the share of the value that a bound may lack at the end.
_PULL, _NEAR_SHARE = 0.5, 1e-6
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
        Reduced costs of the whole pool at `prices`, those with the best bound.
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
        """Add bundles until no other can make a mix cheaper by more than a hair; `bound` holds for the whole pool."""
        while True:
            self.make_exact(self.columns)
            current = relax(self.pool, self.columns, self.costs[self.columns], self.watch)
            self.rounds += 1
            wanted = self._priced(current)
            tell(self)
            if not len(wanted) or self._is_near(current):
                return
            self.columns = np.union1d(self.columns, wanted)

    def _priced(self, current: Relaxation) -> Whole:
        """Return bundles worth adding, looked for at prices between the current ones and the best so far.

        Prices of a few bundles jump from round to round; drawn towards those with the best bound they settle in half
        as many (dual price smoothing, Wentges 1997; Pessoa et al. 2018). Where that finds nothing, the current ones
        decide.
        """
        for pull in (_PULL, 0.0) if self.prices else (0.0,):
            wanted = self._worth_adding(current.drawn_to(self.prices, pull), current)
            if len(wanted) or self._is_near(current):
                break
        return wanted

    def _worth_adding(self, prices: Relaxation, current: Relaxation) -> Whole:
        """Return bundles that are cheap at `prices` and make the current mix cheaper by their exact costs."""
        while True:
            reduced = prices.reduced(self.pool, self.costs)
            self._note(prices, reduced)
            wanted = self._wanted(reduced)
            wanted = wanted[self._cheapens(current, wanted)]
            if not len(wanted) or not self.make_exact(wanted):
                return wanted
            still = self._cheapens(current, wanted)
            if still.any():
                return wanted[still]

    def _cheapens(self, current: Relaxation, bundles: Whole) -> npt.NDArray[np.bool_]:
        return current.reduced(self.pool, self.costs[bundles], bundles) < -TOLERANCE

    def _note(self, prices: Relaxation, reduced: Floats) -> None:
        """Keep the prices that prove the most, with what they make of the pool."""
        bound = self._bound(prices, reduced)
        if bound > self.bound or self.prices is None:
            self.prices, self.reduced = prices, reduced
            self.bound = self.relaxed_bound = bound

    def _is_near(self, current: Relaxation) -> bool:
        return current.value - self.bound <= _NEAR_SHARE * max(1.0, abs(current.value))

    def _bound(self, prices: Relaxation, reduced: Floats) -> float:
        """Return what prices prove: a plan covers every item once, and gains with it what its bundles have at most."""
        most = np.array([limit.most for limit in self.pool.limits])
        worth = float(prices.item_prices.sum() + prices.limit_prices @ most)
        below = np.flatnonzero(reduced < 0.0)
        counts = self.pool.item_counts[below]
        gains = np.zeros(len(self.pool.items))
        np.minimum.at(gains, self.pool.cover[:, below].indices, np.repeat(reduced[below] / counts, counts))
        return worth + float(gains.sum())

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
