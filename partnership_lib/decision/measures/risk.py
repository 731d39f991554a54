"""Risk: quantiles, tails, probabilities and regret of simulated totals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.components import PLANS
from partnership_lib.decision.measures.comparison import Choice, Spread

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

QUANTILES = (0.025, 0.10, 0.50, 0.90, 0.975)
COIN_TOSS_LIMIT = 2 / 3
DENSITY_BINS = 48


def tail_mean(values: Floats, share: float = 0.05) -> float:
    """Return the mean of the largest `share` of the values (CVaR of a cost).

    The value at the border counts with the fraction of it that belongs to the tail, so that the result does not jump
    with the number of values.

    Parameters
    ----------
    values : numpy.ndarray
        Simulated costs, any order, at least one.
    share : float
        Part of the values that is the tail, above 0 and at most 1.

    Examples
    --------
    >>> tail_mean(np.arange(1.0, 41.0)), tail_mean(np.arange(1.0, 31.0))
    (39.5, 29.666666666666668)
    """
    weight = share * values.size
    # A whole number of values must not become one less through the rounding of the product.
    whole = min(math.floor(weight + 1e-9), values.size)
    fraction = max(weight - whole, 0.0)
    border = max(values.size - whole - 1, 0)
    ordered = np.partition(values, border)
    if whole == 0:
        return float(ordered[border])
    inside = np.sort(ordered[values.size - whole :]).sum()
    return float((inside + fraction * ordered[border]) / (whole + fraction))


def probability(happened: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the share of the paths where something happened, and its standard error.

    Examples
    --------
    >>> probability(np.array([True, False, False, False]))
    (0.25, 0.21650635094610965)
    """
    share = float(np.mean(happened))
    return share, math.sqrt(share * (1.0 - share) / happened.size)


def regrets(difference_sek: Floats) -> tuple[Floats, Floats]:
    """Return what choosing fragmented and choosing consolidated costs too much on every path [SEK].

    Parameters
    ----------
    difference_sek : numpy.ndarray
        Consolidated minus fragmented, a path each.
    """
    return np.maximum(-difference_sek, 0.0), np.maximum(difference_sek, 0.0)


def moved_to(values: Floats, mean: float) -> Floats:
    """Return the values moved so that their mean is `mean`.

    The closed form knows the mean much better than the paths do, and a mean and a median from two samples could
    contradict each other.
    """
    return values + (mean - float(np.mean(values)))


def spread(values: Floats, mean: float, standard_error: float) -> Spread:
    """Return a distribution in short: quantiles and spread of the values around the better known mean."""
    at = np.quantile(moved_to(values, mean), QUANTILES)
    return Spread(mean, standard_error, float(np.std(values)), *(float(quantile) for quantile in at))


def choices(totals_sek: Floats, means: tuple[float, float], standard_errors: tuple[float, float]) -> tuple[Choice, ...]:
    """Return what each plan costs and can be regretted with, fragmented first.

    Parameters
    ----------
    totals_sek : numpy.ndarray
        Simulated totals, shape (paths, 2).
    means, standard_errors : tuple of float
        Of the totals of the two plans.
    """
    moved = totals_sek + (np.asarray(means) - totals_sek.mean(axis=0))
    both = regrets(moved[:, 1] - moved[:, 0])
    return tuple(
        Choice(
            plan=name,
            total_cost=spread(totals_sek[:, plan], means[plan], standard_errors[plan]),
            total_cost_cvar95_sek=tail_mean(moved[:, plan]),
            expected_regret_sek=float(np.mean(both[plan])),
            regret_cvar95_sek=tail_mean(both[plan]),
        )
        for plan, name in enumerate(PLANS)
    )


def is_coin_toss(difference_sek: Floats) -> bool:
    """Return whether neither plan is cheaper on at least two thirds of the paths.

    Examples
    --------
    >>> is_coin_toss(np.array([-1.0, -2.0, 3.0, 1.0])), is_coin_toss(np.array([-1.0, -2.0, 3.0]))
    (True, False)
    """
    cheaper = max(float(np.mean(difference_sek < 0.0)), float(np.mean(difference_sek > 0.0)))
    return cheaper < COIN_TOSS_LIMIT


def density(difference_sek: Floats, bins: int = DENSITY_BINS) -> pd.DataFrame:
    """Return a histogram of the difference: the left edge of every bin and its share of the paths.

    Zero is an edge, so that the bins on each side of it hold exactly the paths where that plan is cheaper. The bins
    cover all but one path in a hundred; those beyond count in the outermost bins.
    """
    import pandas as pd

    low, high = np.quantile(difference_sek, (0.005, 0.995))
    width = _round_width(float(high - low) / bins)
    first, last = math.floor(low / width), math.floor(high / width)
    place = np.clip(np.floor(difference_sek / width), first, last).astype(np.int64) - first
    counts = np.bincount(place, minlength=last - first + 1)
    edges = np.arange(first, last + 1) * width
    return pd.DataFrame({"difference_sek": edges, "share": counts / difference_sek.size})


def _round_width(width: float) -> float:
    """Return the width 1, 2 or 5 times a power of ten that is nearest above; 1 SEK where nothing varies."""
    if width < 1.0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(width))
    return next(step * unit for step in (1.0, 2.0, 5.0, 10.0) if step * unit >= width)
