"""What decides which items may stand in a bundle together: who is able, how much it is worth, what is forbidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from partnership_lib.consolidation.solving.pool import Floats, Whole

Words = npt.NDArray[np.uint64]
_WORD_BITS = 64


@dataclass(frozen=True, kw_only=True)
class Market:
    """The items and what decides their bundles; places stand for items.

    Attributes
    ----------
    items : tuple of str
        Ids, ascending.
    values_sek : ndarray
        Annual value of each.
    groups : tuple of str
        Items of different groups (categories) never stand in a bundle together.
    able : tuple of frozenset of str or None
        Suppliers able to deliver each item; None where nobody has looked.
    apart : frozenset of (int, int)
        Pairs, the smaller place first, that must not be together.
    fewest_able : int
        A bundle of known items needs so many suppliers able to deliver all of it.
    largest_size : int
        Items in a bundle at most.
    largest_sizes : dict
        Group -> items at most, where it is less: from what is assumed where nobody has looked.
    largest_value_sek : float
        Annual value of a bundle at most.
    """

    items: tuple[str, ...]
    values_sek: Floats
    groups: tuple[str, ...]
    able: tuple[frozenset[str] | None, ...]
    apart: frozenset[tuple[int, int]] = frozenset()
    fewest_able: int = 1
    largest_size: int = 12
    largest_sizes: dict[str, int] | None = None
    largest_value_sek: float = float("inf")

    def may_pair(self, left: int, right: int) -> bool:
        """Return whether two items may stand in a bundle together at all."""
        if self.groups[left] != self.groups[right] or (left, right) in self.apart:
            return False
        one, other = self.able[left], self.able[right]
        return one is None or other is None or len(one & other) >= self.fewest_able


@dataclass(frozen=True)
class Cluster:
    """Items that bundles can be made of, without any that could join them from outside.

    Attributes
    ----------
    members : ndarray
        Places of the items, ascending.
    masks : ndarray, shape (members, words)
        Suppliers able to deliver each, as bits; all of them where nobody has looked.
    apart : ndarray of bool, shape (members, members)
        Which must not be together.
    """

    members: Whole
    masks: Words
    apart: npt.NDArray[np.bool_]
    largest_size: int


def clusters(market: Market) -> Iterator[Cluster]:
    """Yield the clusters of a market, by their first item; items that can join no other are left out."""
    for members in _connected(market):
        if len(members) > 1:
            sizes = market.largest_sizes or {}
            group = market.groups[members[0]]
            yield Cluster(
                np.array(members, dtype=np.int64),
                _masks(market, members),
                _apart(market, members),
                min(market.largest_size, sizes.get(group, market.largest_size), len(members)),
            )


def _connected(market: Market) -> list[list[int]]:
    """Return the items that are joined by pairs that may be together, each group of them ascending."""
    by_group: dict[str, list[int]] = {}
    for item, group in enumerate(market.groups):
        by_group.setdefault(group, []).append(item)
    found: list[list[int]] = []
    for members in by_group.values():
        left = set(members)
        while left:
            first = min(left)
            left.discard(first)
            joined, ahead = [first], [first]
            while ahead:
                item = ahead.pop()
                near = [other for other in left if market.may_pair(min(item, other), max(item, other))]
                left.difference_update(near)
                joined += near
                ahead += near
            found.append(sorted(joined))
    return sorted(found)


def _masks(market: Market, members: Sequence[int]) -> Words:
    suppliers = sorted(set().union(*(market.able[item] or () for item in members)))
    bits = {supplier: place for place, supplier in enumerate(suppliers)}
    # Where nobody has looked everybody may be able: so many that no count is too low for what is known.
    known_by_all = max(len(suppliers), market.fewest_able)
    words = (known_by_all + _WORD_BITS - 1) // _WORD_BITS
    masks = np.zeros((len(members), words), dtype=np.uint64)
    for row, item in zip(masks, members, strict=True):
        able = market.able[item]
        for bit in range(known_by_all) if able is None else sorted(bits[supplier] for supplier in able):
            row[bit // _WORD_BITS] |= np.uint64(1) << np.uint64(bit % _WORD_BITS)
    return masks


def _apart(market: Market, members: Sequence[int]) -> npt.NDArray[np.bool_]:
    apart = np.zeros((len(members), len(members)), dtype=np.bool_)
    places = {item: place for place, item in enumerate(members)}
    for left, right in market.apart:
        if left in places and right in places:
            apart[places[left], places[right]] = apart[places[right], places[left]] = True
    return apart
