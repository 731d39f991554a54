"""What the next index adjustment will do to the price."""

from __future__ import annotations

from datetime import date, timedelta

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.index_adjustment import IndexAdjustment, index_adjustments, next_adjustment_date
from partnership_lib.analysis.tables import table
from partnership_lib.domain import IndexClause
from partnership_lib.findings import Finding, Signal

SOON_DAYS = 180

_STEP_COLUMNS = ("adjustment_date", "index_month", "index_value", "reference_value", "change_share", "price_share")
_COLUMNS = ("series", *_STEP_COLUMNS)


def index_finding(context: FollowUpContext) -> Finding | None:
    """Return the next adjustment and the ones before it; None where the price follows no index.

    Notes
    -----
    Clauses that adjust on the same day (a mixed clause such as 80 per cent AKI and 20 per cent KPI) are added.
    Values published after today are not used.
    """
    clauses = context.content.index_clauses
    if not clauses:
        return None
    day = min(next_adjustment_date(clause, context.as_of) for clause in clauses)
    due = [clause for clause in clauses if next_adjustment_date(clause, context.as_of) == day]
    steps = {clause.series: _steps(context, clause, day) for clause in due}
    series = list(steps)
    last = [found[-1] for found in steps.values() if found and found[-1].adjustment_date == day]
    if len(last) < len(due):
        return context.finding("index_cannot_tell", series=series, adjustment_date=day)
    rows = (
        {"series": name} | {column: getattr(step, column) for column in _STEP_COLUMNS}
        for name, found in steps.items()
        for step in found
    )
    price_share = sum(step.price_share for step in last)
    soon = price_share != 0 and day - context.as_of <= timedelta(days=SOON_DAYS)
    return context.finding(
        _code(last, price_share),
        price_share,
        "share",
        signal=Signal.ATTENTION if soon else Signal.NONE,
        table=table(rows, _COLUMNS),
        series=series,
        adjustment_date=day,
        change_share=last[0].change_share,
        dead_band_share=due[0].dead_band_share,
        index_month=min(step.index_month for step in last),
    )


def _steps(context: FollowUpContext, clause: IndexClause, until: date) -> list[IndexAdjustment]:
    values = {value.month: value.value for value in context.content.index_values if value.series == clause.series}
    known = {month: value for month, value in values.items() if month <= context.as_of}
    return index_adjustments(clause, known, context.agreement.start_date, until)


def _code(last: list[IndexAdjustment], price_share: float) -> str:
    if price_share == 0:
        code = "index_within_band"
    else:
        code = "index_adjustment" if len(last) == 1 else "index_adjustment_mixed"
    return code if all(step.published for step in last) else f"{code}_provisional"
