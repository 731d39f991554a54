"""Days on which people in Sweden can be asked to meet."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

CLOSED_MONTH = 7
"""Nobody is asked to meet in July; the year's meetings are spread over the rest of it."""
OPEN_DAYS_PER_YEAR = 365 - 31

_CATEGORIES = ("public", "de_facto", "optional")  # optional: half-days before holidays, and the day after Ascension Day


@cache
def _free_days(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year, categories=_CATEGORIES))


def is_meeting_day(day: date) -> bool:
    """Return whether a meeting can be proposed on `day`.

    Left out are Saturdays and Sundays, Swedish holidays with their eves and half-days, July, and the days between
    Christmas and Epiphany.

    Examples
    --------
    >>> [is_meeting_day(date(2026, 5, number)) for number in (13, 14, 15, 18)]
    [True, False, False, True]
    >>> is_meeting_day(date(2026, 7, 1)), is_meeting_day(date(2026, 12, 28)), is_meeting_day(date(2026, 6, 19))
    (False, False, False)
    """
    between_years = (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 6)
    closed = day.month == CLOSED_MONTH or between_years
    return not closed and day.isoweekday() <= 5 and day not in _free_days(day.year)


def add_open_days(day: date, days: float) -> date:
    """Return the day so many days after `day`, the days of July not counted.

    Examples
    --------
    >>> add_open_days(date(2026, 6, 24), 30), add_open_days(date(2026, 9, 23), 30)
    (datetime.date(2026, 8, 24), datetime.date(2026, 10, 23))
    """
    left = round(days)
    while left > 0:
        day += timedelta(days=1)
        left -= day.month != CLOSED_MONTH
    return day
