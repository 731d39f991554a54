"""When a list will be done: its own pace of the last months, drawn again many times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb

import numpy as np
import numpy.typing as npt

HORIZON_MONTHS = 60
FUTURES = 4_000
LIKELY, ALMOST_SURE = 0.50, 0.85
_SEED = 20260915


@dataclass(frozen=True)
class ListForecast:
    """How a list may shrink month by month, as many possible futures.

    Attributes
    ----------
    remaining : ndarray
        What is left on the list in each future [row] at the end of each month [column]; column 0 is now. A list that
        has come to zero stays there.
    """

    remaining: npt.NDArray[np.int64]

    @cached_property
    def done_by(self) -> npt.NDArray[np.float64]:
        """Return the share of futures in which the list was done by the end of each month."""
        return np.asarray((self.remaining == 0).mean(axis=0), dtype=np.float64)

    def months_until(self, probability: float) -> int | None:
        """Return the first month by which the list is done with this probability; None beyond the horizon."""
        reached = np.flatnonzero(self.done_by >= probability)
        return int(reached[0]) if len(reached) else None

    def left_after(self, months: int, probability: float) -> float:
        """Return how much is left after some months, or less, with this probability."""
        return float(np.quantile(self.remaining[:, months], probability, method="inverted_cdf"))


def list_forecast(
    remaining: int, net_finished: Sequence[int], horizon_months: int = HORIZON_MONTHS, futures: int = FUTURES
) -> ListForecast:
    """Return how a list may shrink, from what left it (less what came in) in each month of its history.

    Parameters
    ----------
    remaining : int
        Activities on the list now.
    net_finished : sequence of int
        One number for each month of history; negative where more came in than left.

    Notes
    -----
    Bayesian bootstrap (Rubin 1981): each future first weighs the months of history anew (flat Dirichlet weights) and
    then draws its months with those weights. So the spread holds both how much months differ and how little a few
    months tell about the pace. Drawing months with equal weights, as is usual, promises too much: with twelve months of
    history and 10-20 activities left, its 85 per cent held in 66 to 83 per cent of the tried cases, this one's in 85 to
    89 (Poisson and bursty arrivals at 0.6-1 a month). Every run draws the same futures.

    Examples
    --------
    Two a month, every month: seven are done in four months, for certain.

    >>> list_forecast(7, [2, 2, 2, 2, 2, 2]).months_until(0.85)
    4
    """
    history = np.asarray(net_finished, dtype=np.int64)
    numbers = np.random.Generator(np.random.PCG64(_SEED))
    weights = -np.log1p(-numbers.random((futures, len(history))))
    reached = np.cumsum(weights, axis=1)
    reached /= reached[:, -1:]
    left = np.full(futures, remaining, dtype=np.int64)
    columns = [left]
    for _ in range(horizon_months):
        drawn = (numbers.random((futures, 1)) > reached).sum(axis=1)
        left = np.where(left > 0, np.maximum(left - history[np.minimum(drawn, len(history) - 1)], 0), 0)
        columns.append(left)
    return ListForecast(np.stack(columns, axis=1))


def chance_of_so_many_new(came_in: int, finished: int) -> float:
    """Return how often so many would be new ones, or more, by chance: if as many came in as left in the long run.

    The upper tail of the binomial distribution with even odds: small where a list grows beyond what chance explains.

    Examples
    --------
    Seven new and six finished say nothing; fourteen and four do:

    >>> round(chance_of_so_many_new(7, 6), 3), round(chance_of_so_many_new(14, 4), 3)
    (0.5, 0.015)
    """
    both = came_in + finished
    return sum(comb(both, new) for new in range(came_in, both + 1)) / 2**both
