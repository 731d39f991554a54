"""Calendar arithmetic on dates: months from a start date, strict reading of ISO dates."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from partnership_lib.errors import InputError

EARLIEST_YEAR, LATEST_YEAR = 1800, 2999
"""Years that a date or a period can be in: months are added to them, and the calendar ends with year 9999."""

DATES_ALLOWED = f"YYYY-MM-DD, {EARLIEST_YEAR}\u2013{LATEST_YEAR}"

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

SWEDISH_TIME = ZoneInfo("Europe/Stockholm")


def day_in_sweden() -> date:
    """Return the day it is in Sweden, wherever the server's clock is set to be.

    A server that keeps UTC would have yesterday's date for the first hours of every Swedish day, and last year's on
    the first of January.
    """
    return now().astimezone(SWEDISH_TIME).date()


def now() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC)


def add_months(start: date, months: int) -> date:
    """Return the day `months` after `start`, moved to the last day of the month where it is missing.

    Always count from the start date: two steps of one month are not one step of two.

    Examples
    --------
    >>> add_months(date(2026, 1, 31), 1), add_months(date(2026, 1, 31), 2), add_months(date(2024, 2, 29), 12)
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31), datetime.date(2025, 2, 28))
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def first_of_month(day: date) -> date:
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def months_between(start: date, end: date) -> int:
    """Return the number of whole months from `start` to `end` (negative when `end` is before).

    Examples
    --------
    >>> months_between(date(2024, 3, 1), date(2026, 9, 15)), months_between(date(2026, 1, 31), date(2026, 2, 28))
    (30, 1)
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    if months >= 0:
        return months if add_months(start, months) <= end else months - 1
    return -months_between(end, start)


def parse_date(text: str) -> date:
    """Return the date written as ``YYYY-MM-DD``; nothing else is taken, and no year that terms could not be added to.

    Raises
    ------
    InputError
        ``date_unreadable`` with what was found.
    """
    found = iso_date(text)
    if found is None or not in_calendar(found):
        raise InputError("date_unreadable", found=text[:40], allowed=DATES_ALLOWED)
    return found


def in_calendar(day: date) -> bool:
    """Return whether a day is in a year that terms can be added to.

    Examples
    --------
    >>> in_calendar(date(2026, 9, 15)), in_calendar(date(9999, 12, 31))
    (True, False)
    """
    return EARLIEST_YEAR <= day.year <= LATEST_YEAR


def iso_date(text: str) -> date | None:
    """Return the date written as ``YYYY-MM-DD``, in any year; None where it is none.

    Examples
    --------
    >>> iso_date("9999-12-31"), iso_date("2026-02-30"), iso_date("2026-2-3")
    (datetime.date(9999, 12, 31), None, None)
    """
    if not _ISO.fullmatch(text.strip()):
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
