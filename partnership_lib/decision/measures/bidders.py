"""How many bidders the proposed agreements draw, and what if it were another number."""

from __future__ import annotations

import math
from copy import copy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.components.bidders import bundle_spread, expected_able_bids, expected_bids
from partnership_lib.decision.measures.expected import ExpectedCosts
from partnership_lib.decision.plans.arrays import CompiledCase

Floats = NDArray[np.float64]

CONSOLIDATED = 1
# A procedure's bidders come from the counts of its category, not from the suppliers known to be able.
BY_CATEGORY = -1


def bidders_expected(compiled: CompiledCase, values: Floats) -> float:
    """Return the mean number of bidders in a procedure of the proposed agreements, weighted by their value."""
    assumed = compiled.assumed(values)
    slots = compiled.plans[CONSOLIDATED].slots
    new = slots[~slots["present"]]
    means = [float(np.mean(_bids(compiled, assumed, values, slot))) for slot in new]
    weights = new["annual_value_sek"]
    return float(np.average(means, weights=weights if weights.sum() > 0.0 else None))


def with_bidders(expected: ExpectedCosts, values: Floats, bidders: float) -> tuple[ExpectedCosts, Floats]:
    """Return the case, and the values, as if so many bidders turned up in every procedure of a proposed bundle.

    A fraction is the share of procedures with one bidder more: 3.25 are three bidders, and every fourth time four. The
    bundles get a category of bidders of their own, and a breadth penalty of their own that undoes everything which
    makes more or fewer of them; today's agreements and the price level of today stay as they are.
    """
    compiled = expected.compiled
    plan = compiled.plans[CONSOLIDATED]
    slots = plan.slots.copy()
    bundles = np.flatnonzero(~slots["present"] & (slots["need_count"] > 1))
    slots["category"][bundles] = len(compiled.categories)
    slots["able_suppliers"][bundles] = BY_CATEGORY
    slots["breadth_penalty_column"][bundles] = values.shape[1] + np.arange(bundles.size)
    known = compiled.bidder_weights
    width = max(known.shape[1], math.ceil(bidders))
    known = np.pad(known, ((0, 0), (0, width - known.shape[1])))
    changed = replace(
        compiled,
        categories=np.concatenate([compiled.categories, compiled.categories[:1]]),
        bidder_weights=np.vstack([known, _exactly(bidders, width)]),
        plans=(compiled.plans[0], replace(plan, slots=slots)),
    )
    assumed = compiled.assumed(values)
    size = slots["need_count"][bundles].astype(np.float64)
    undoing = assumed["bundle_size_elasticity"][:, np.newaxis] + (
        np.log(assumed["bidders_factor"])[:, np.newaxis] / np.log(size)
    )
    other = copy(expected)
    other.compiled = changed
    return other, np.ascontiguousarray(np.hstack([values, undoing]))


def _bids(compiled: CompiledCase, assumed: NDArray[np.void], values: Floats, slot: np.void) -> Floats:
    factor, count = assumed["bidders_factor"], int(slot["need_count"])
    if count > 1 and slot["able_suppliers"] != BY_CATEGORY:
        return np.asarray(expected_able_bids(int(slot["able_suppliers"]), assumed["bundle_bidder_share"], factor))
    if count > 1:
        penalty = values[:, slot["breadth_penalty_column"]]
        factor = factor * bundle_spread(float(count), assumed["bundle_size_elasticity"], penalty)
    return np.asarray(expected_bids(compiled.bidder_weights[slot["category"]], factor))


def _exactly(bidders: float, width: int) -> Floats:
    """Return the weights of 1, 2, ... bidders that have this mean and lie as close to it as whole bidders can."""
    weights = np.zeros(width)
    below = math.floor(bidders)
    weights[below - 1] = 1.0 - (bidders - below)
    if bidders > below:
        weights[below] = bidders - below
    return weights
