"""A pool of bundles: what each of them covers, costs and uses of what is limited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

MAX_AGREEMENTS = "max_agreements"
"""Code of the limit on the number of agreements: every bundle uses one."""


@dataclass(frozen=True)
class Limit:
    """At most so much of something that bundles use.

    Attributes
    ----------
    code : str
        What kind of limit it is, such as ``max_agreements`` or ``capacity``.
    name : str
        Which one of its kind, such as a year; empty where there is only one.
    most : float
    uses : ndarray, shape (bundles,)
        What each bundle of the pool uses of it.
    """

    code: str
    name: str
    most: float
    uses: Floats


@dataclass
class Pool:
    """Bundles to choose among, so that every item stands in exactly one of those chosen.

    Attributes
    ----------
    items : tuple of str
        Ids of what is to be covered (needs, or agreements of today), ascending.
    cover : sparse array, shape (items, bundles)
        1 where a bundle covers an item; bundles in the order of their items' ids.
    costs : ndarray, shape (bundles,)
        What each bundle costs [SEK]; where `refine` is given, at most what it costs until it has been refined.
    limits : tuple of Limit
    complete : bool
        No bundle that the rules allow is missing: a bound over the pool is a bound over all of them.
    refine : callable or None
        Takes bundles (places in the pool) and returns what exactly they cost.
    """

    items: tuple[str, ...]
    cover: sparse.csc_array
    costs: Floats
    limits: tuple[Limit, ...] = ()
    complete: bool = True
    refine: Callable[[Whole], Floats] | None = None
    _exact: npt.NDArray[np.bool_] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._exact = np.full(self.size, self.refine is None)

    @property
    def size(self) -> int:
        """Return the number of bundles."""
        return int(self.cover.shape[1])

    @property
    def item_counts(self) -> Whole:
        """Return how many items each bundle covers."""
        return np.diff(self.cover.indptr).astype(np.int64)

    def members(self, bundle: int) -> tuple[int, ...]:
        """Return the places of the items of a bundle, ascending."""
        begin, end = self.cover.indptr[bundle], self.cover.indptr[bundle + 1]
        return tuple(int(item) for item in self.cover.indices[begin:end])

    def ids(self, bundle: int) -> tuple[str, ...]:
        """Return the ids of the items of a bundle."""
        return tuple(self.items[item] for item in self.members(bundle))

    def singles(self) -> Whole:
        """Return, for every item, the cheapest bundle with nothing but it; -1 where there is none."""
        alone = np.flatnonzero(self.item_counts == 1)
        found = np.full(len(self.items), -1, dtype=np.int64)
        # The cheapest is written last; of equal ones the first in the pool.
        ordered = alone[np.lexsort((alone, self.costs[alone]))[::-1]]
        found[self.cover.indices[self.cover.indptr[ordered]]] = ordered
        return found

    def make_exact(self, bundles: Whole) -> bool:
        """Bring the costs of these bundles to what they are; return whether any of them has changed."""
        if self.refine is None:
            return False
        unknown = bundles[~self._exact[bundles]]
        if not len(unknown):
            return False
        before = self.costs[unknown].copy()
        self.costs[unknown] = self.refine(unknown)
        self._exact[unknown] = True
        return bool((self.costs[unknown] != before).any())

    def total_sek(self, bundles: Whole) -> float:
        """Return what these bundles cost together."""
        return float(np.sort(self.costs[bundles]).sum())

    def within(self, bundles: Whole, tolerance: float = 1e-6) -> bool:
        """Return whether these bundles keep within all limits."""
        return all(
            float(limit.uses[bundles].sum()) <= limit.most + tolerance * max(1.0, abs(limit.most))
            for limit in self.limits
        )

    def with_limits(self, limits: Iterable[Limit]) -> Pool:
        """Return the pool with these limits instead of its own; what is known of the costs is shared."""
        other = Pool(self.items, self.cover, self.costs, tuple(limits), self.complete, self.refine)
        other._exact = self._exact
        return other

    def only(self, kept: npt.NDArray[np.bool_], complete: bool | None = None) -> Pool:
        """Return the pool with only some of its bundles; what is exact stays so."""
        places = np.flatnonzero(kept)
        limits = tuple(Limit(each.code, each.name, each.most, each.uses[places]) for each in self.limits)
        refine = self.refine
        narrowed = None if refine is None else (lambda bundles: refine(places[bundles]))
        whole = self.complete if complete is None else complete
        other = Pool(self.items, self.cover[:, places], self.costs[places], limits, whole, narrowed)
        other._exact = self._exact[places]
        return other


def make_cover(item_count: int, bundles: Sequence[Sequence[int]]) -> sparse.csc_array:
    """Return the cover of bundles given as the places of their items, ascending.

    Examples
    --------
    >>> make_cover(3, [(0,), (0, 2)]).toarray().tolist()
    [[1.0, 1.0], [0.0, 0.0], [0.0, 1.0]]
    """
    counts = np.fromiter((len(bundle) for bundle in bundles), dtype=np.int64, count=len(bundles))
    indices = np.fromiter((item for bundle in bundles for item in bundle), dtype=np.int32, count=int(counts.sum()))
    begins = np.concatenate(([0], np.cumsum(counts)))
    return sparse.csc_array((np.ones(len(indices)), indices, begins), shape=(item_count, len(bundles)))


def max_agreements(most: int, bundles: int) -> Limit:
    """Return the limit on the number of agreements for a pool of so many bundles."""
    return Limit(MAX_AGREEMENTS, "", float(most), np.ones(bundles))
