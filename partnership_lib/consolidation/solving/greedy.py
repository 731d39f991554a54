"""What one would do by hand: start with everything apart, and merge the pair that saves most, again and again."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from partnership_lib.consolidation.solving.pool import MAX_AGREEMENTS, Pool, Whole
from partnership_lib.consolidation.solving.search import Plan

Keys = npt.NDArray[np.uint64]
_SEED = 20_260_915


def greedy(pool: Pool) -> Plan | None:
    """Return the plan that merging the best pair first ends with; None where some item cannot stand alone.

    Bundles are merged while that saves something, and further at the least cost while there are more agreements than
    allowed. Other limits are not looked at, as one would not by hand: `Pool.within` tells whether they hold.
    """
    singles = pool.singles()
    if (singles < 0).any():
        return None
    pool.make_exact(singles)
    merging = _Merging(pool, singles)
    most = next((int(limit.most) for limit in pool.limits if limit.code == MAX_AGREEMENTS), len(singles))
    while merging.step(forced=len(merging.chosen) > most):
        pass
    return Plan.of(pool, np.array(sorted(merging.chosen.values()), dtype=np.int64))


class _Merging:
    """The bundles as they stand, and the merges that are possible, the best first."""

    def __init__(self, pool: Pool, singles: Whole) -> None:
        self._pool = pool
        words = np.random.default_rng(_SEED).integers(1, 2**63, size=len(pool.items), dtype=np.uint64)
        self._order, self._keys = _keyed(pool, words)
        self._words = {number: int(words[number]) for number in range(len(words))}
        self.chosen = {number: int(bundle) for number, bundle in enumerate(singles)}
        self._next = len(singles)
        self._heap: list[tuple[float, int, int, int]] = []
        for bundle in np.flatnonzero(pool.item_counts == 2):
            left, right = pool.members(int(bundle))
            self._offer(left, right, int(bundle))

    def _offer(self, left: int, right: int, bundle: int) -> None:
        change = float(self._pool.costs[bundle] - self._pool.costs[[self.chosen[left], self.chosen[right]]].sum())
        heapq.heappush(self._heap, (change, left, right, bundle))

    def step(self, forced: bool) -> bool:
        """Make the best merge; return whether there was one that saves something, or any where one is forced."""
        while self._heap:
            change, left, right, bundle = heapq.heappop(self._heap)
            if left not in self.chosen or right not in self.chosen:
                continue
            if self._pool.make_exact(np.array([bundle])):
                self._offer(left, right, bundle)
                continue
            if change >= 0.0 and not forced:
                heapq.heappush(self._heap, (change, left, right, bundle))
                return False
            self._merge(left, right, bundle)
            return True
        return False

    def _merge(self, left: int, right: int, bundle: int) -> None:
        del self.chosen[left], self.chosen[right]
        number, self._next = self._next, self._next + 1
        self._words[number] = (self._words.pop(left) + self._words.pop(right)) % 2**64
        self.chosen[number] = bundle
        for other, union in self._unions(number):
            self._offer(other, number, union)

    def _unions(self, number: int) -> Iterator[tuple[int, int]]:
        """Yield the bundles that the newest one could be merged with, and the cheapest bundle of both."""
        others = [other for other in self.chosen if other != number]
        words = np.array([self._words[other] for other in others], dtype=np.uint64)
        wanted = words + np.uint64(self._words[number])
        places = np.searchsorted(self._keys, wanted)
        inside = places < len(self._keys)
        found = np.flatnonzero(inside)[self._keys[places[inside]] == wanted[inside]]
        for place in found:
            yield others[int(place)], int(self._order[places[place]])


def _keyed(pool: Pool, words: Keys) -> tuple[Whole, Keys]:
    """Return the bundles ordered by the sum of their items' words, which tells them apart; the cheapest first.

    The word of a union is the sum of the words of what it is made of, so that a merge is looked up and not computed.
    """
    sums = np.add.reduceat(words[pool.cover.indices], pool.cover.indptr[:-1]) if pool.size else words[:0]
    order = np.lexsort((np.arange(pool.size), pool.costs, sums))
    return order, sums[order]
