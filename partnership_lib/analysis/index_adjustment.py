"""How an index clause changes the price: dead band carried forward, share of the price, cap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from partnership_lib.domain import IndexClause
from partnership_lib.units.dates import add_months


@dataclass(frozen=True)
class IndexAdjustment:
    """One adjustment under an index clause.

    Attributes
    ----------
    index_month : date
        Month whose value is read; for a value not yet published, the latest month that is.
    reference_value : float
        The index that the change is counted from: the base, or the value last applied.
    change_share : float
        Change of the index, ``(value - reference) / reference``.
    price_share : float
        Change of the price; 0 inside the dead band.
    price_factor : float
        Price from this day on, in units of the price at the start.
    published : bool
        Whether the value of the right month was known.
    """

    adjustment_date: date
    index_month: date
    index_value: float
    reference_value: float
    change_share: float
    price_share: float
    price_factor: float
    published: bool

    @property
    def applied(self) -> bool:
        """Return whether the price changes."""
        return self.price_share != 0.0


def index_adjustments(
    clause: IndexClause, values: Mapping[date, float], start: date, until: date
) -> list[IndexAdjustment]:
    """Return the adjustments that the clause gives from `start` up to and including `until`, oldest first.

    Stops where a value is missing, except that the last one may be read from the latest value published.

    Notes
    -----
    A change smaller than the dead band leaves the price and the reference as they are, so it counts in the next one.
    Computed from the clause alone: whether the parties did apply it is not in the register.

    Examples
    --------
    Base 100, dead band 2 per cent, three fourths of the price follows the index. 101 is not applied but carried
    forward, so 104 counts as 4 per cent and the price rises 3 per cent:

    >>> clause = IndexClause(
    ...     id="I-1", agreement_id="A-1", series="LCI", publisher="SCB", base_month=date(2024, 1, 1), base_value=100.0,
    ...     share=0.75, dead_band_share=0.02, adjustment_month=7, lag_months=6,
    ... )
    >>> values = {date(2025, 1, 1): 101.0, date(2026, 1, 1): 104.0}
    >>> steps = index_adjustments(clause, values, date(2024, 7, 1), date(2026, 7, 1))
    >>> [round(step.price_share, 6) for step in steps]
    [0.0, 0.03]
    """
    reference, factor = clause.base_value, 1.0
    steps: list[IndexAdjustment] = []
    for day, month in _adjustment_days(clause, start, until):
        published = month in values
        read = month if published else max((m for m in values if m < month), default=None)
        if read is None or (not published and day != _last_day(clause, until)):
            return steps
        change = (values[read] - reference) / reference
        share = _price_share(clause, change)
        factor *= 1 + share
        steps.append(IndexAdjustment(day, read, values[read], reference, change, share, factor, published))
        if share:
            reference = values[read]
    return steps


def next_adjustment_date(clause: IndexClause, as_of: date) -> date:
    """Return the first day of the next adjustment, today or later."""
    day = date(as_of.year, clause.adjustment_month, 1)
    return day if day >= as_of else date(as_of.year + 1, clause.adjustment_month, 1)


def _adjustment_days(clause: IndexClause, start: date, until: date) -> list[tuple[date, date]]:
    """Return each day of adjustment and the month that is read, from the first whose month lies after the base."""
    days = [date(year, clause.adjustment_month, 1) for year in range(start.year, until.year + 1)]
    read = [(day, add_months(day, -clause.lag_months)) for day in days if start < day <= until]
    return [(day, month) for day, month in read if month > clause.base_month]


def _last_day(clause: IndexClause, until: date) -> date:
    day = date(until.year, clause.adjustment_month, 1)
    return day if day <= until else date(until.year - 1, clause.adjustment_month, 1)


def _price_share(clause: IndexClause, change_share: float) -> float:
    # Half a ten-thousandth of a per cent keeps 2 % from being less than 2 % in binary.
    if abs(change_share) < clause.dead_band_share - 5e-7:
        return 0.0
    share = clause.share * change_share
    if clause.cap_share is not None:
        share = max(-clause.cap_share, min(clause.cap_share, share))
    return share
