"""When an agreement may be signed after the award notice: the standstill period (avtalsspärr)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

from partnership_lib.analysis.agreement_rules.law import Law, law_on
from partnership_lib.errors import UsageError


def standstill_law(sent: date, *, electronic: bool = True) -> Law:
    """Return the rule for a notice sent on a day.

    Raises
    ------
    UsageError
        ``no_standstill_rule`` for a day before the table.
    """
    law = law_on("standstill_days" if electronic else "standstill_days_not_electronic", sent)
    if law is None:
        raise UsageError("no_standstill_rule", found=sent)
    return law


def first_signing_day(sent: date, *, electronic: bool = True) -> date:
    """Return the first day on which the agreement may be signed.

    Notes
    -----
    The day of sending is day 0. A last day on a Saturday, Sunday, public holiday or one of the eves that are treated
    as holidays moves to the next working day; signing is allowed on the day after the last.

    Examples
    --------
    Sent on Thursday 10 September 2026; day 10 is Sunday 20, so the last day is Monday 21:

    >>> first_signing_day(date(2026, 9, 10))
    datetime.date(2026, 9, 22)
    """
    last = sent + timedelta(days=int(standstill_law(sent, electronic=electronic).limit))
    while last.isoweekday() > 5 or last in _holidays(last.year):
        last += timedelta(days=1)
    return last + timedelta(days=1)


@cache
def _holidays(year: int) -> frozenset[date]:
    # De facto: Midsummer Eve, Christmas Eve and New Year's Eve count as holidays when a period in law ends (1930:173).
    return frozenset(holidays.country_holidays("SE", years=year, categories=("public", "de_facto")))
