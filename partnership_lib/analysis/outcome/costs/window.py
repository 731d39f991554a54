"""Quarters counted from the day a partnership began, so that none is half before and half after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from partnership_lib.units.dates import add_months, first_of_month, months_between

MONTHS_PER_QUARTER = 3


@dataclass(frozen=True)
class Window:
    """The quarters before and after the start that an evaluation can see.

    Attributes
    ----------
    before, after : tuple of datetime.date
        First month of each quarter, oldest first.
    """

    before: tuple[date, ...]
    after: tuple[date, ...]

    @property
    def quarters(self) -> tuple[date, ...]:
        """Return all quarters, oldest first."""
        return self.before + self.after

    @property
    def pre_months(self) -> int:
        """Return how many months before the start are seen."""
        return len(self.before) * MONTHS_PER_QUARTER

    @property
    def post_months(self) -> int:
        """Return how many months after the start are seen."""
        return len(self.after) * MONTHS_PER_QUARTER


def months_of(quarter: date) -> tuple[date, ...]:
    """Return the three months of a quarter.

    Examples
    --------
    >>> [f"{month:%Y-%m}" for month in months_of(date(2025, 12, 1))]
    ['2025-12', '2026-01', '2026-02']
    """
    return tuple(add_months(quarter, step) for step in range(MONTHS_PER_QUARTER))


def window_of(start: date, first_month: date, last_month: date) -> Window:
    """Return the whole quarters between two months, counted from the start of a partnership.

    A start in the middle of a month leaves that month out: it is neither before nor after. A start that lies ahead has
    quarters before it only as far as the ledger reaches.

    Examples
    --------
    >>> window = window_of(date(2024, 3, 1), date(2020, 9, 1), date(2026, 8, 1))
    >>> len(window.before), len(window.after), window.before[0].isoformat()
    (14, 10, '2020-09-01')
    >>> window_of(date(2024, 3, 15), date(2023, 11, 1), date(2024, 6, 1)).quarters
    (datetime.date(2023, 12, 1), datetime.date(2024, 4, 1))
    >>> window_of(date(2024, 3, 1), date(2023, 3, 1), date(2023, 9, 1)).quarters
    (datetime.date(2023, 3, 1), datetime.date(2023, 6, 1))
    """
    border = first_of_month(start)
    begin = border if start.day == 1 else add_months(border, 1)
    before = months_between(first_month, border) // MONTHS_PER_QUARTER if first_month < border else 0
    ahead = max(0, -(-months_between(add_months(last_month, 1), border) // MONTHS_PER_QUARTER))
    after = months_between(begin, add_months(last_month, 1)) // MONTHS_PER_QUARTER if begin <= last_month else 0
    return Window(
        tuple(add_months(border, -MONTHS_PER_QUARTER * step) for step in range(before, ahead, -1)),
        tuple(add_months(begin, MONTHS_PER_QUARTER * step) for step in range(after)),
    )
