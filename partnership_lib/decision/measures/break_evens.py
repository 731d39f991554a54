"""Where the plans cost the same: break-evens by bisection on the mean difference, always on the same Sobol points."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

if TYPE_CHECKING:
    import pandas as pd

SCAN_POINTS = 6
# Of the range: finer than anybody can read, coarser than the sums round.
TOLERANCE_SHARE = 1e-8
COLUMNS = ("quantity", "unit", "today", "low", "high", "break_even", "cheaper_above")


@dataclass(frozen=True)
class Quantity:
    """Something that could be otherwise than today, and what the plans then differ by.

    Attributes
    ----------
    today : float
        Its value, or its mean where it is uncertain.
    low, high : float
        The range in which a break-even is looked for.
    difference_sek : callable
        The mean difference with the quantity at a value, consolidated minus fragmented.
    """

    name: str
    unit: str
    today: float
    low: float
    high: float
    difference_sek: Callable[[float], float]


def break_even(quantity: Quantity) -> tuple[float, bool]:
    """Return where the difference is zero, and whether the consolidated plan is cheaper above it.

    Of several break-evens the one nearest to today counts. Without one the first is NaN, and the second tells whether
    the consolidated plan is cheaper in the whole range.

    Examples
    --------
    >>> break_even(Quantity("hours", "h/year", 646.0, 0.0, 1_000.0, lambda hours: 10.0 * hours - 4_000.0))
    (400.0, False)
    >>> break_even(Quantity("hours", "h/year", 646.0, 0.0, 1_000.0, lambda hours: hours + 1.0))
    (nan, False)
    """
    places = np.linspace(quantity.low, quantity.high, SCAN_POINTS)
    differences = [quantity.difference_sek(float(place)) for place in places]
    pairs = zip(places[:-1], places[1:], differences[:-1], differences[1:], strict=True)
    brackets = [(low, high, right) for low, high, left, right in pairs if (left < 0.0) != (right < 0.0)]
    if not brackets:
        return math.nan, differences[0] < 0.0
    low, high, right = min(brackets, key=lambda each: _distance(each[0], each[1], quantity.today))
    tolerance = TOLERANCE_SHARE * (quantity.high - quantity.low)
    return float(brentq(quantity.difference_sek, low, high, xtol=tolerance)), right < 0.0


def break_evens(quantities: list[Quantity]) -> pd.DataFrame:
    """Return a row per quantity (`Comparison.break_evens`)."""
    import pandas as pd

    rows = [(each.name, each.unit, each.today, each.low, each.high, *break_even(each)) for each in quantities]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _distance(low: float, high: float, today: float) -> float:
    """Return how far a range is from today."""
    return max(low - today, today - high, 0.0)
