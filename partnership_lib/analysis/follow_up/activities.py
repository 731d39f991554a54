"""What was agreed on each level and what became of it: done, open, overdue, coming, moved, without owner."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from partnership_lib.analysis.follow_up.activity_charts import activity_timeline, burn_up
from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, ActivityStatus, Level, Party
from partnership_lib.findings import Finding, Section, Signal

COMING_DAYS = 90
"""An activity is coming when it falls due within so many days from today."""

_ACTIVITY_COLUMNS = (
    *("activity_id", "title", "status", "due_date", "overdue_days", "done_date"),
    "buyer_responsible",
    "supplier_responsible",
)


def activities_section(context: FollowUpContext) -> Section:
    """Return what became of the activities, level by level.

    Notes
    -----
    "Agreed" are the activities raised by the report date. Each of them is exactly one of: withdrawn, done before the
    period, done in the period, overdue, or open (not yet due). A level asks for attention when an activity is late, and
    is good when something was done and nothing is late; what is so late that it has climbed stands in the ladder.
    """
    findings = [_overview(context)]
    findings += [_level(context, level) for level in Level]
    findings += [_coming(context), _moved(context), _without_owner(context)]
    return Section("activities", tuple(findings), (burn_up(context), activity_timeline(context)))


def counts_per_level(context: FollowUpContext, day: date, since: date) -> pd.DataFrame:
    """Return how many activities each level had on `day`, by state; "in the period" counts from `since`.

    The states sum to ``agreed`` on every row.
    """
    rows = []
    for level in Level:
        activities = [a for a in context.activities_on(day) if a.level is level]
        states = [_state(activity, day, since) for activity in activities]
        rows.append({"level": level.value, "agreed": len(activities)} | {name: states.count(name) for name in _STATES})
    return table(rows, ("level", "agreed", *_STATES))


_STATES = ("done_before", "done_in_period", "open", "overdue", "withdrawn")


def _state(activity: Activity, day: date, since: date) -> str:
    status = activity.status_on(day)
    if status is ActivityStatus.DONE and activity.done_date is not None:
        return "done_in_period" if activity.done_date >= since else "done_before"
    return str(status.value)


def without_owner(context: FollowUpContext, day: date) -> list[tuple[Activity, list[Party]]]:
    """Return the activities unfinished on `day` where a party has named nobody, and which parties."""
    found = []
    for activity in context.unfinished_on(day):
        named = {
            Party.BUYER: context.name_of(activity.buyer_responsible_id),
            Party.SUPPLIER: context.name_of(activity.supplier_responsible_id),
        }
        missing = [party for party, name in named.items() if name is None]
        if missing:
            found.append((activity, missing))
    return found


def _overview(context: FollowUpContext) -> Finding:
    counts = counts_per_level(context, context.report_date, context.period.start)
    agreed, overdue = int(counts["agreed"].sum()), int(counts["overdue"].sum())
    unfinished = int(counts["open"].sum()) + overdue
    done = int(counts["done_in_period"].sum())
    if not agreed:
        return context.finding("activities_none", 0, "count")
    code = "activities" if overdue else "activities_on_time" if unfinished else "activities_finished"
    values: dict[str, Any] = {"agreed": agreed, "unfinished": unfinished, "overdue": overdue}
    return context.finding(code, done, "count", table=counts, **values)


def _level(context: FollowUpContext, level: Level) -> Finding:
    day = context.report_date
    activities = [a for a in context.activities_on(day) if a.level is level]
    shown = [a for a in activities if _is_current(a, context)]
    overdue = [a for a in shown if a.status_on(day) is ActivityStatus.OVERDUE]
    unfinished = [a for a in shown if a.status_on(day) in (ActivityStatus.OPEN, ActivityStatus.OVERDUE)]
    done = [a for a in shown if a.status_on(day) is ActivityStatus.DONE]
    values: dict[str, Any] = {
        "agreed": len(activities),
        "unfinished": len(unfinished),
        "done": len(done),
        "oldest_days": max((a.overdue_days_on(day) for a in overdue), default=0),
    }
    state = _level_state(activities, unfinished, overdue)
    signal = Signal.ATTENTION if overdue else Signal.GOOD if done else Signal.NONE
    rows = table((_row(context, a) for a in _in_reading_order(shown, day)), _ACTIVITY_COLUMNS)
    code = f"activities_{level.value}{state}"
    return context.finding(code, len(overdue), "count", signal=signal, table=rows, **values)


def _is_current(activity: Activity, context: FollowUpContext) -> bool:
    """Return whether an activity is unfinished or was finished or withdrawn in the period."""
    status = activity.status_on(context.report_date)
    if status is ActivityStatus.DONE:
        return context.in_period(activity.done_date)
    if status is ActivityStatus.WITHDRAWN:
        return context.in_period(activity.withdrawn_date)
    return True


def _level_state(activities: list[Activity], unfinished: list[Activity], overdue: list[Activity]) -> str:
    if not activities:
        return "_none"
    if overdue:
        return "_overdue" if len(unfinished) > 1 else "_overdue_only"
    return "" if unfinished else "_finished"


def _in_reading_order(activities: list[Activity], day: date) -> list[Activity]:
    """Return the latest first, then by due date, then what is done."""
    order = [ActivityStatus.OVERDUE, ActivityStatus.OPEN, ActivityStatus.DONE, ActivityStatus.WITHDRAWN]
    return sorted(activities, key=lambda a: (order.index(a.status_on(day)), a.due_date or date.max, a.id))


def _row(context: FollowUpContext, activity: Activity) -> dict[str, object]:
    day = context.report_date
    finished = activity.status_on(day) is ActivityStatus.DONE
    return {
        "activity_id": activity.id,
        "level": activity.level.value,
        "title": activity.title,
        "status": activity.status_on(day).value,
        "due_date": activity.due_date,
        "overdue_days": activity.overdue_days_on(day) or None,
        "done_date": activity.done_date if finished else None,
        "buyer_responsible": context.name_of(activity.buyer_responsible_id),
        "supplier_responsible": context.name_of(activity.supplier_responsible_id),
    }


def _coming(context: FollowUpContext) -> Finding:
    last = context.as_of + timedelta(days=COMING_DAYS)
    coming = [
        activity
        for activity in context.unfinished_on(context.as_of)
        if activity.due_date is not None and context.as_of <= activity.due_date <= last
    ]
    coming.sort(key=lambda a: (a.due_date or date.max, a.id))
    columns = ("activity_id", "level", "title", "due_date", "buyer_responsible", "supplier_responsible")
    rows = table((_row(context, activity) for activity in coming), columns)
    code = "activities_coming" if coming else "activities_coming_none"
    return context.finding(code, len(coming), "count", table=rows if coming else None, days=COMING_DAYS)


def _moved(context: FollowUpContext) -> Finding:
    moved = {
        activity.id: [m for m in context.moves.get(activity.id, []) if context.in_period(m.moved_date)]
        for activity in context.activities_on(context.report_date)
    }
    moved = {activity_id: moves for activity_id, moves in moved.items() if moves}
    titles = {a.id: a for a in context.content.activities}
    rows = [
        {
            "activity_id": activity_id,
            "level": titles[activity_id].level.value,
            "title": titles[activity_id].title,
            "moved_date": move.moved_date,
            "from_date": move.from_date,
            "to_date": move.to_date,
            "reason": move.reason,
        }
        for activity_id, moves in moved.items()
        for move in moves
    ]
    columns = ("activity_id", "level", "title", "moved_date", "from_date", "to_date", "reason")
    code = "activities_moved" if moved else "activities_moved_none"
    signal = Signal.ATTENTION if moved else Signal.NONE
    shown = table(rows, columns) if rows else None
    return context.finding(code, len(moved), "count", signal=signal, table=shown)


def _without_owner(context: FollowUpContext) -> Finding:
    found = without_owner(context, context.report_date)
    rows = [
        {"activity_id": a.id, "level": a.level.value, "title": a.title, "due_date": a.due_date, "party": party.value}
        for a, parties in found
        for party in parties
    ]
    code = "activities_without_owner" if found else "activities_without_owner_none"
    shown = table(rows, ("activity_id", "level", "title", "due_date", "party")) if rows else None
    return context.finding(
        code,
        len(found),
        "count",
        signal=Signal.ATTENTION if found else Signal.NONE,
        table=shown,
        buyer=sum(Party.BUYER in parties for _, parties in found),
        supplier=sum(Party.SUPPLIER in parties for _, parties in found),
    )
