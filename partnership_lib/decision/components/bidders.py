"""How many bidders a procedure draws, and the expectations of what follows from it as finite sums.

The loops run over the few possible counts, so the same lines serve one number and whole arrays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.components.quantity import Quantity


def bundle_spread(need_count: Quantity, size_elasticity: Quantity, breadth_penalty: Quantity) -> Quantity:
    """Return how many times as many bidders a bundle draws as one of its needs, where their capability is unknown.

    The bundle is `need_count` times its average need: its size draws bidders, its breadth keeps them away. One need
    gives exactly 1.
    """
    return need_count ** (size_elasticity - breadth_penalty)


def bids(effective_bidders: Quantity) -> Quantity:
    """Return how many bids there are to read: at least one, or there would be no agreement."""
    return np.maximum(effective_bidders, 1.0)


def bidder_factor(effective_bidders: Quantity, saturation: Quantity, elasticity: Quantity) -> Quantity:
    """Return the price relative to that with one bidder, ``clip(n, 1, saturation) ** -elasticity``.

    Examples
    --------
    >>> from math import log
    >>> round(float(bidder_factor(2.0, 8.0, -log(0.91) / log(2))), 12)
    0.91
    """
    return np.minimum(np.maximum(effective_bidders, 1.0), saturation) ** (-elasticity)


def expected_bids(weights: npt.NDArray[np.float64], scale: Quantity) -> Quantity:
    """Return the expected number of bids to read.

    Parameters
    ----------
    weights : ndarray of float
        Probability of 1, 2, ... bidders in procedures seen today.
    scale : Quantity
        Effective bidders per bidder seen: `bidders_factor`, times `bundle_spread` for a bundle.
    """
    total = 0.0 * scale
    for position in range(len(weights)):
        total = total + weights[position] * np.maximum((position + 1) * scale, 1.0)
    return total


def expected_bidder_factor(
    weights: npt.NDArray[np.float64], scale: Quantity, saturation: Quantity, elasticity: Quantity
) -> Quantity:
    """Return the expectation of `bidder_factor`; with `scale` 1 it is ``E0``, today's level."""
    total = 0.0 * (scale + elasticity)
    for position in range(len(weights)):
        count = np.minimum(np.maximum((position + 1) * scale, 1.0), saturation)
        total = total + weights[position] * count ** (-elasticity)
    return total


def able_bidders(uniform: Quantity, able_suppliers: int, bidder_share: Quantity) -> Quantity:
    """Return how many of the suppliers able to deliver everything bid: Binomial by inversion, at least 1."""
    count = 0.0 * (uniform + bidder_share)
    distribution = 0.0 * bidder_share
    combinations = 1.0
    for position in range(able_suppliers):
        rest = (1.0 - bidder_share) ** (able_suppliers - position)
        distribution = distribution + combinations * bidder_share**position * rest
        count = count + 1.0 * (uniform >= distribution)
        combinations = combinations * (able_suppliers - position) / (position + 1.0)
    return np.maximum(count, 1.0)


def expected_able_bids(able_suppliers: int, bidder_share: Quantity, bidders_factor: Quantity) -> Quantity:
    """Return the expected number of bids to read when each of the able suppliers bids with `bidder_share`."""
    total = 0.0 * (bidder_share + bidders_factor)
    combinations = 1.0
    for position in range(able_suppliers + 1):
        chance = combinations * bidder_share**position * (1.0 - bidder_share) ** (able_suppliers - position)
        total = total + chance * np.maximum(max(position, 1) * bidders_factor, 1.0)
        combinations = combinations * (able_suppliers - position) / (position + 1.0)
    return total


def expected_able_bidder_factor(
    able_suppliers: int,
    bidder_share: Quantity,
    bidders_factor: Quantity,
    saturation: Quantity,
    elasticity: Quantity,
) -> Quantity:
    """Return the expectation of `bidder_factor` when each of the able suppliers bids with `bidder_share`."""
    total = 0.0 * (bidder_share + bidders_factor + elasticity)
    combinations = 1.0
    for position in range(able_suppliers + 1):
        chance = combinations * bidder_share**position * (1.0 - bidder_share) ** (able_suppliers - position)
        count = np.minimum(np.maximum(max(position, 1) * bidders_factor, 1.0), saturation)
        total = total + chance * count ** (-elasticity)
        combinations = combinations * (able_suppliers - position) / (position + 1.0)
    return total
