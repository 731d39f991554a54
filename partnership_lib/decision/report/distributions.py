"""A distribution as three numbers that a reader can judge."""

from __future__ import annotations

import math

from partnership_lib.decision.cases.assumptions import Distribution, Shape


def three_points(distribution: Distribution) -> tuple[float | None, float, float | None]:
    """Return low end, most likely value and high end; a fixed one has no ends.

    Notes
    -----
    The ends are the least and the most of bounded shapes, P10 and P90 of lognormal and normal ones. Where a shape has
    no most likely value of its own, the median stands in.

    Examples
    --------
    >>> three_points(Distribution(Shape.PERT, (2.0, 4.0, 12.0))), three_points(Distribution(Shape.FIXED, (0.6,)))
    ((2.0, 4.0, 12.0), (None, 0.6, None))
    >>> three_points(Distribution(Shape.LOGNORMAL, (100.0, 400.0)))
    (100.0, 200.0, 400.0)
    """
    values = distribution.values
    if distribution.shape is Shape.FIXED:
        return None, values[0], None
    if len(values) == 3:
        return values[0], values[1], values[2]
    low, high = values
    middle = math.sqrt(low * high) if distribution.shape is Shape.LOGNORMAL else (low + high) / 2
    return low, middle, high


def most_likely(distribution: Distribution) -> float:
    """Return the value in the middle of a distribution."""
    return three_points(distribution)[1]
