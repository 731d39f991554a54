"""What was not as agreed: new, open, closed, and whether the supplier was told."""

from __future__ import annotations

from datetime import date

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Deviation
from partnership_lib.findings import Finding, Section, Signal

OPEN_ATTENTION_DAYS = 90
UNTOLD_BAD_DAYS = 14

_COLUMNS = ("noticed_date", "description", "supplier_told_date", "remedy", "closed_date", "days_open")


def deviations_section(context: FollowUpContext) -> Section:
    """Return deviations noticed, open and closed.

    Notes
    -----
    A deviation open for more than 90 days asks for attention. One that the supplier has not been told of asks for
    attention too, and is bad after 14 days: without notice the municipality may lose its right to a remedy.
    """
    known = [d for d in context.content.deviations if d.noticed_date <= context.report_date]
    open_now = open_deviations(context, context.report_date)
    shown = [d for d in known if d in open_now or context.in_period(d.noticed_date) or context.in_period(d.closed_date)]
    if not shown:
        return Section("deviations", (context.finding("deviations_none", 0, "count"),))
    findings = [_overview(context, shown, open_now), _untold(context)]
    return Section("deviations", tuple(finding for finding in findings if finding))


def open_deviations(context: FollowUpContext, day: date) -> list[Deviation]:
    """Return the deviations open at the end of `day`, the oldest first."""
    found = [
        d
        for d in context.content.deviations
        if d.noticed_date <= day and (d.closed_date is None or d.closed_date > day)
    ]
    return sorted(found, key=lambda d: (d.noticed_date, d.id))


def untold_deviations(context: FollowUpContext, day: date) -> list[Deviation]:
    """Return the open deviations that the supplier had not been told of on `day`."""
    return [d for d in open_deviations(context, day) if d.supplier_told_date is None or d.supplier_told_date > day]


def _days_open(context: FollowUpContext, deviation: Deviation) -> int:
    day = context.report_date
    closed = deviation.closed_date
    return ((closed if closed and closed <= day else day) - deviation.noticed_date).days


def _overview(context: FollowUpContext, shown: list[Deviation], open_now: list[Deviation]) -> Finding:
    oldest = max((_days_open(context, d) for d in open_now), default=0)
    rows = table((_row(context, d) for d in sorted(shown, key=lambda d: (d.noticed_date, d.id))), _COLUMNS)
    return context.finding(
        "deviations" if open_now else "deviations_closed",
        len(open_now),
        "count",
        signal=Signal.ATTENTION if oldest > OPEN_ATTENTION_DAYS else Signal.NONE,
        table=rows,
        noticed=sum(context.in_period(d.noticed_date) for d in shown),
        closed=sum(context.in_period(d.closed_date) for d in shown),
        oldest_days=oldest,
    )


def _row(context: FollowUpContext, deviation: Deviation) -> dict[str, object]:
    day = context.report_date
    told, closed = deviation.supplier_told_date, deviation.closed_date
    return {
        "noticed_date": deviation.noticed_date,
        "description": deviation.description,
        "supplier_told_date": told if told and told <= day else None,
        "remedy": deviation.remedy or None,
        "closed_date": closed if closed and closed <= day else None,
        "days_open": _days_open(context, deviation),
    }


def _untold(context: FollowUpContext) -> Finding | None:
    untold = untold_deviations(context, context.report_date)
    if not untold:
        return None
    oldest = _days_open(context, untold[0])
    return context.finding(
        "deviations_untold",
        len(untold),
        "count",
        signal=Signal.BAD if oldest > UNTOLD_BAD_DAYS else Signal.ATTENTION,
        oldest_days=oldest,
    )
