"""What the activity figures are drawn from: the timeline, and the burn-up per level."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, ActivityStatus, Level
from partnership_lib.findings import Chart
from partnership_lib.units.dates import add_months, first_of_month

_TIMELINE_COLUMNS = ("activity_id", "title", "level", "raised_date", "due_date", "done_date", "status")


def activity_timeline(context: FollowUpContext) -> Chart:
    """Return every activity that was not withdrawn with its days and its status on the report date."""
    day = context.report_date
    activities = [a for a in context.activities_on(day) if a.status_on(day) is not ActivityStatus.WITHDRAWN]
    levels = list(Level)
    activities.sort(key=lambda a: (levels.index(a.level), a.due_date or date.max, a.id))
    statuses = [activity.status_on(day) for activity in activities]
    values = {
        "agreement": context.agreement.name,
        "period_start": context.period.start,
        "period_end": context.period.end - timedelta(days=1),
        "report_date": day,
        "activities": len(activities),
        "overdue": statuses.count(ActivityStatus.OVERDUE),
        "open": statuses.count(ActivityStatus.OPEN),
        "done": statuses.count(ActivityStatus.DONE),
    }
    return Chart("activity_timeline", table((_row(a, day) for a in activities), _TIMELINE_COLUMNS), values)


def _row(activity: Activity, day: date) -> dict[str, object]:
    status = activity.status_on(day)
    return {
        "activity_id": activity.id,
        "title": activity.title,
        "level": activity.level.value,
        "raised_date": activity.raised_date,
        "due_date": activity.due_date,
        "done_date": activity.done_date if status is ActivityStatus.DONE else None,
        "status": status.value,
    }


def burn_up(context: FollowUpContext) -> Chart:
    """Return how many activities each level had agreed on (withdrawn ones not counted) and done, month by month."""
    rows = []
    for month in _months(context.agreement.start_date, context.report_date):
        last = min(add_months(month, 1) - timedelta(days=1), context.report_date)
        for level in Level:
            statuses = [
                a.status_on(last) for a in context.content.activities if a.level is level and a.raised_date <= last
            ]
            agreed = len(statuses) - statuses.count(ActivityStatus.WITHDRAWN)
            done = statuses.count(ActivityStatus.DONE)
            rows.append({"month": month, "level": level.value, "agreed": agreed, "done": done})
    frame = table(rows, ("month", "level", "agreed", "done"))
    latest = frame.tail(len(Level))
    values = {
        "agreement": context.agreement.name,
        "agreed": int(latest["agreed"].sum()),
        "done": int(latest["done"].sum()),
        "report_date": context.report_date,
    }
    return Chart("burn_up", frame, values)


def _months(first: date, last: date) -> Iterator[date]:
    month = first_of_month(first)
    while month <= last:
        yield month
        month = add_months(month, 1)
