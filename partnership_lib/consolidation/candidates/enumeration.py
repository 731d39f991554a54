"""All bundles that the rules allow, cluster by cluster; where they are too many, how far they were looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from partnership_lib.consolidation.candidates.itemsets import as_rows, count_itemsets, list_itemsets
from partnership_lib.consolidation.candidates.market import Cluster, Market, clusters
from partnership_lib.consolidation.solving.pool import Floats, Whole

MOST_OF_A_CLUSTER, MOST_OF_ALL = 2_000_000, 10_000_000
"""Bundles that are kept; about 100 bytes each."""


@dataclass(frozen=True)
class Cut:
    """A cluster whose larger bundles were left out, because there are too many of them.

    Attributes
    ----------
    items : tuple of str
        Its items.
    size : int
        Bundles of at most so many items were looked at.
    allowed : int
        The rules would allow so many items in a bundle.
    """

    items: tuple[str, ...]
    size: int
    allowed: int


@dataclass(frozen=True)
class Candidates:
    """The bundles of a market: first every item alone, then all others cluster by cluster.

    Attributes
    ----------
    cover : sparse array, shape (items, bundles)
    cuts : tuple of Cut
        Where bundles are missing.
    """

    items: tuple[str, ...]
    cover: sparse.csc_array
    cuts: tuple[Cut, ...]

    @property
    def complete(self) -> bool:
        """Return whether no bundle that the rules allow is missing."""
        return not self.cuts


def candidates(
    market: Market,
    most_of_a_cluster: int = MOST_OF_A_CLUSTER,
    most_of_all: int = MOST_OF_ALL,
    tell: Callable[[int, int], None] | None = None,
) -> Candidates:
    """Return the bundles of a market.

    Parameters
    ----------
    tell : callable or None
        Called with how many clusters are done, and of how many.
    """
    alone = len(market.items)
    found = list(clusters(market))
    fitting = []
    for done, cluster in enumerate(found):
        if tell is not None:
            tell(done, len(found))
        fitting.append(_size_that_fits(market, cluster, most_of_a_cluster))
    fitting = _within(market, found, fitting, most_of_all - alone)
    sizes: list[Whole] = [np.ones(alone, dtype=np.int64)]
    rows: list[Whole] = [np.arange(alone, dtype=np.int64)]
    for cluster, (size, count) in zip(found, fitting, strict=True):
        if count:
            sets = list_itemsets(*_sets(market, cluster), size, _value(market), count)
            own_sizes, own_rows = as_rows(sets, cluster.members)
            sizes.append(own_sizes)
            rows.append(own_rows)
    cuts = tuple(
        Cut(tuple(market.items[item] for item in cluster.members), size, cluster.largest_size)
        for cluster, (size, _) in zip(found, fitting, strict=True)
        if size < cluster.largest_size
    )
    return Candidates(market.items, _cover(alone, np.concatenate(sizes), np.concatenate(rows)), cuts)


def _within(market: Market, found: list[Cluster], fitting: list[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """Return the sizes and counts, cut to one size for all clusters where they are too many: the largest that fits."""
    largest = max((size for size, _ in fitting), default=1)
    while largest > 1 and sum(count for _, count in fitting) > most:
        largest -= 1
        fitting = [
            (size, count) if size <= largest else _at_size(market, cluster, largest, count)
            for cluster, (size, count) in zip(found, fitting, strict=True)
        ]
    return fitting


def _at_size(market: Market, cluster: Cluster, size: int, most: int) -> tuple[int, int]:
    counted = count_itemsets(*_sets(market, cluster), size, _value(market), most) if size > 1 else 0
    return size, counted


def _size_that_fits(market: Market, cluster: Cluster, most: int) -> tuple[int, int]:
    """Return the largest size of which all bundles may be kept (1: none), and how many they are up to it.

    The size that the rules allow is tried first: it nearly always fits.
    """
    count = count_itemsets(*_sets(market, cluster), cluster.largest_size, _value(market), most)
    if count <= most:
        return cluster.largest_size, count
    fitting = (1, 0)
    for size in range(2, cluster.largest_size):
        count = count_itemsets(*_sets(market, cluster), size, _value(market), most)
        if count > most:
            break
        fitting = (size, count)
    return fitting


def _sets(market: Market, cluster: Cluster) -> tuple[np.ndarray, np.ndarray, Floats, int]:
    return cluster.masks, cluster.apart, market.values_sek[cluster.members], market.fewest_able


def _value(market: Market) -> float:
    return float(market.largest_value_sek)


def _cover(items: int, sizes: Whole, rows: Whole) -> sparse.csc_array:
    begins = np.concatenate(([0], np.cumsum(sizes)))
    indices = rows.astype(np.int32)
    return sparse.csc_array((np.ones(len(indices)), indices, begins), shape=(items, len(sizes)))
