"""Frequent itemsets: suppliers are the transactions, items what they are able to deliver; compiled where numba is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from partnership_lib.consolidation.solving.pool import Floats, Whole
from partnership_lib.decision.compiling import HAS_NUMBA

Function = TypeVar("Function", bound=Callable[..., Any])


def _compiled(function: Function) -> Function:
    """Return the function compiled and kept on disk; without numba the function itself."""
    if not HAS_NUMBA:
        return function
    import numba

    make: Any = numba.njit
    dispatcher: Any
    try:
        dispatcher = make(cache=True, nogil=True)(function)
    except RuntimeError:  # Nowhere to keep it: compiled anew in every process.
        dispatcher = make(nogil=True)(function)
    return dispatcher


@_compiled
def _bits(word: Any) -> int:
    """Return how many bits of a word are set."""
    count = 0
    while word:
        word &= word - np.uint64(1)
        count += 1
    return count


@_compiled
def _is_torn(apart: npt.NDArray[np.bool_], path: Whole, depth: int, item: int) -> bool:
    """Return whether an item must not be together with one before it."""
    torn = False
    for before in range(depth):
        torn = torn or apart[path[before], item]
    return torn


@_compiled
def itemsets(
    masks: npt.NDArray[np.uint64],
    apart: npt.NDArray[np.bool_],
    values: Floats,
    fewest: int,
    largest_size: int,
    largest_value: float,
    most: int,
    sets: npt.NDArray[np.int16],
) -> int:
    """Return how many sets of two and more items have enough suppliers in common; stops one beyond `most`.

    Depth first, smaller sets before those they begin: a set with too few suppliers is not looked beyond.

    Parameters
    ----------
    fewest : int
        Suppliers that a set must have in common.
    sets : ndarray, shape (0, anything) or (most, largest_size)
        Where the sets are written, filled with -1 beforehand; with no rows they are only counted.
    """
    items, words = masks.shape
    common = np.zeros((largest_size + 1, words), dtype=np.uint64)
    common[0, :] = ~np.uint64(0)
    worth = np.zeros(largest_size + 1)
    path = np.zeros(largest_size + 1, dtype=np.int64)
    depth, found, path[0] = 0, 0, -1
    while depth >= 0:
        path[depth] += 1
        item = path[depth]
        if item >= items:
            depth -= 1
            continue
        able: int = 0
        for word in range(words):
            common[depth + 1, word] = common[depth, word] & masks[item, word]
            able += _bits(common[depth + 1, word])
        worth[depth + 1] = worth[depth] + values[item]
        allowed = able >= fewest and (depth == 0 or worth[depth + 1] <= largest_value)
        if not allowed or _is_torn(apart, path, depth, item):
            continue
        if depth >= 1:
            if found == most:
                return found + 1
            if len(sets):
                sets[found, : depth + 1] = path[: depth + 1]
            found += 1
        if depth + 1 < largest_size:
            depth += 1
            path[depth] = item
    return found


def count_itemsets(
    masks: npt.NDArray[np.uint64],
    apart: npt.NDArray[np.bool_],
    values: Floats,
    fewest: int,
    largest_size: int,
    largest_value: float,
    most: int,
) -> int:
    """Return how many sets there are; one beyond `most` where there are more."""
    none = np.zeros((0, max(largest_size, 1)), dtype=np.int16)
    return int(itemsets(masks, apart, values, fewest, largest_size, largest_value, most, none))


def list_itemsets(
    masks: npt.NDArray[np.uint64],
    apart: npt.NDArray[np.bool_],
    values: Floats,
    fewest: int,
    largest_size: int,
    largest_value: float,
    count: int,
) -> npt.NDArray[np.int16]:
    """Return the sets, a row each, filled up with -1, in the order of their items."""
    sets = np.full((count, largest_size), -1, dtype=np.int16)
    itemsets(masks, apart, values, fewest, largest_size, largest_value, count, sets)
    return sets


def as_rows(sets: npt.NDArray[np.int16], members: Whole) -> tuple[Whole, Whole]:
    """Return the sizes of sets, and the places of their items one after another."""
    inside = sets >= 0
    return inside.sum(axis=1), members[sets[inside]]
