"""A promise scored: what each year was to cost and what it did, and what the difference consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from partnership_lib.analysis.bridge import LINE_COLUMNS, Bridge, bridge
from partnership_lib.analysis.promise.document import Promise, PromisedYear

_ITEM = "agreement"


class PromiseState(StrEnum):
    """Where a year's cost lies: in the interval of the promise (P10 to P90), above or below it, or not yet known."""

    INSIDE = "inside"
    ABOVE = "above"
    BELOW = "below"
    RUNNING = "running"


@dataclass(frozen=True)
class ScoredYear:
    """A year's promise and cost over the months that the ledger covers [öre].

    Attributes
    ----------
    months : int
        Months covered; the promise of the year is divided evenly over its months.
    actual_ore, possible_ore : int
        What certainly, and what at the most, was bought under the agreement.
    """

    year: int
    months: int
    promised_ore: int
    low_ore: int
    high_ore: int
    actual_ore: int
    possible_ore: int
    state: PromiseState

    @property
    def difference_ore(self) -> int:
        """Return what the year cost beyond the promise; negative when it was cheaper."""
        return self.actual_ore - self.promised_ore


def score(promise: Promise, certain_ore: Mapping[date, int], possible_ore: Mapping[date, int]) -> list[ScoredYear]:
    """Return the promise held against each year that the ledger covers any of, oldest first.

    Parameters
    ----------
    certain_ore, possible_ore : Mapping
        Month to öre, the months covered without a gap.

    Notes
    -----
    A year is judged when all its months are covered: above when what was certainly bought is more than P90, below when
    what may have been bought is less than P10. While the year runs its interval is that of the whole year, divided
    like the promise, and nothing is judged.
    """
    months = covered_months(promise, certain_ore)
    scored = []
    for promised in promise.years:
        known = [month for month in months if month.year == promised.year]
        if known:
            actual = sum(certain_ore[month] for month in known)
            possible = sum(possible_ore.get(month, certain_ore[month]) for month in known)
            scored.append(_scored(promised, len(known), actual, possible))
    return scored


def covered_months(promise: Promise, certain_ore: Mapping[date, int]) -> list[date]:
    """Return the months from the agreement's first on that the ledger covers."""
    return sorted(month for month in certain_ore if month >= promise.start_month)


def _scored(promised: PromisedYear, months: int, actual_ore: int, possible_ore: int) -> ScoredYear:
    share = months / promised.months
    mean, low, high = (round(ore * share) for ore in (promised.mean_ore, promised.low_ore, promised.high_ore))
    state = PromiseState.INSIDE
    if months < promised.months:
        state = PromiseState.RUNNING
    elif actual_ore > high:
        state = PromiseState.ABOVE
    elif possible_ore < low:
        state = PromiseState.BELOW
    return ScoredYear(promised.year, months, mean, low, high, actual_ore, possible_ore, state)


def bridge_to_actual(
    promise: Promise,
    years: Sequence[ScoredYear],
    months: Sequence[date],
    beside_ore: int,
    volumes: Mapping[date, float],
    price_factors: Mapping[date, float],
) -> Bridge:
    """Return what the difference between promise and cost consists of, from the first month to the last covered.

    Parameters
    ----------
    months : sequence of datetime.date
        The months covered.
    beside_ore : int
        What was bought of the same needs under other agreements in those months: the promise had none.
    volumes : Mapping
        Month to the volume that the needs follow.
    price_factors : Mapping
        Month to what the index clauses have made of the price at the agreement's start.

    Notes
    -----
    Price, index and volume need the volume of every month and the one that the promise was made at; otherwise the
    change is ``unsplit``. Index: how much more or less the clauses have given than the general inflation that the
    promise assumed. There is one item, so no mix.
    """
    promised, actual = (sum(getattr(year, f"{name}_ore") for year in years) for name in ("promised", "actual"))
    known = promise.volume is not None and all(month in volumes for month in months)
    planned = promise.volume * len(months) if known and promise.volume is not None else None
    used = sum(volumes[month] for month in months) if known else None
    before = [(_ITEM, promise.driver, planned, promised, True)]
    now = [(_ITEM, promise.driver, used, actual, True), (_ITEM, promise.driver, None, beside_ore, False)]
    then, since = (pd.DataFrame(rows, columns=list(LINE_COLUMNS)) for rows in (before, now))
    return bridge(then, since, {_ITEM: _index_factor(promise, months, price_factors)})


def _index_factor(promise: Promise, months: Sequence[date], price_factors: Mapping[date, float]) -> float:
    """Return the price after the index clauses as a factor of what the promise assumed, over all the months."""
    assumed = sum(promise.price_level(month) for month in months)
    return sum(price_factors.get(month, 1.0) for month in months) / assumed if assumed else 1.0
