"""The ladder between the levels: what has climbed and why, what hangs loose, and by which rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, Decision, Level, Meeting
from partnership_lib.domain.ladder import breakdown_due, has_breakdown, has_parent
from partnership_lib.findings import Finding, Section, Signal

_COLUMNS = ("activity_id", "level", "title", "due_date")
_CLIMB_COLUMNS = (
    *("activity_id", "title", "level", "climbed_to", "climbed_date", "climb_reason"),
    *("overdue_days", "times_moved"),
)
_BREAKDOWN_COLUMNS = ("activity_id", "level", "title", "raised_date", "breakdown_date")
_DECISION_COLUMNS = ("decided_date", "text", "breakdown_date")
_RULE_COLUMNS = ("level", "climbed_to", "activity_kind", "overdue_days_limit", "moved_times_limit")


def ladder_section(context: FollowUpContext) -> Section:
    """Return what has climbed, what is broken down too late, what is part of nothing, and the rules.

    Notes
    -----
    The rules and the days for breaking down are those of the working order that applied on the report date; what is
    not ruled does not climb. Below the top level an activity should be part of one on the level just above; above the
    bottom level it should have at least one on the level just below (finished ones count). A parent on the wrong level
    is no parent. A strategic decision that no activity carries out is a dead end too. A climb is bad, since the
    parties have agreed that it must be settled higher up; what hangs loose asks for attention.
    """
    whole = _whole(context)
    found = (
        _climbed(context),
        _dead_ends(context),
        _dead_decisions(context),
        _without_parent(context),
        *whole,
        _rules(context),
    )
    return Section("ladder", tuple(finding for finding in found if finding))


def climbed_on(context: FollowUpContext, day: date) -> list[Activity]:
    """Return the unfinished activities that had climbed a level by `day`, the latest first."""
    climbed = [activity for activity in context.unfinished_on(day) if context.climbs_on(activity, day)]
    return sorted(climbed, key=lambda a: (-a.overdue_days_on(day), a.id))


def without_parent(context: FollowUpContext) -> list[Activity]:
    """Return the unfinished activities below the top level that are part of nothing on the level above."""
    known = {activity.id: activity for activity in context.activities_on(context.report_date)}
    return [activity for activity in context.unfinished_on(context.report_date) if not has_parent(activity, known)]


def dead_ends(context: FollowUpContext, day: date) -> list[Activity]:
    """Return the unfinished activities that should have been broken down before `day` and are not."""
    order, others = context.working_order_on(day), context.activities_on(day)
    return [
        activity
        for activity in context.unfinished_on(day)
        if not has_breakdown(activity, others) and breakdown_due(activity.raised_date, order) < day
    ]


def dead_decisions(context: FollowUpContext, day: date) -> list[Decision]:
    """Return the strategic decisions that by `day` should have led to an activity and have not."""
    order = context.working_order_on(day)
    return [
        decision
        for decision in context.content.decisions
        if decision.activity_id is None
        and not decision.taken_back
        and breakdown_due(decision.decided_date, order) < day
        and _level_of(context, decision) is Level.STRATEGIC
    ]


def _level_of(context: FollowUpContext, decision: Decision) -> Level | None:
    meeting = context.content.find(Meeting, decision.meeting_id)
    return meeting.level if meeting else None


def _climbed(context: FollowUpContext) -> Finding | None:
    day = context.report_date
    climbed = climbed_on(context, day)
    if not climbed:
        return context.finding("ladder_climbed_none", 0, "count") if context.rules_on(day) else None
    rows = [_climb_row(context, activity) for activity in climbed]
    reasons = {row["climb_reason"] for row in rows}
    ending = f"_{reasons.pop()}" if len(reasons) == 1 else ""
    return context.finding(
        f"ladder_climbed{ending}",
        len(rows),
        "count",
        signal=Signal.BAD,
        table=table(rows, _CLIMB_COLUMNS),
        in_period=sum(context.in_period(row["climbed_date"]) for row in rows),
        overdue=sum(row["climb_reason"] == "overdue" for row in rows),
        moved=sum(row["climb_reason"] == "moved" for row in rows),
    )


def _climb_row(context: FollowUpContext, activity: Activity) -> dict[str, Any]:
    day = context.report_date
    last = context.climbs_on(activity, day)[-1]
    return {
        "activity_id": activity.id,
        "title": activity.title,
        "level": activity.level.value,
        "climbed_to": last.to_level.value,
        "climbed_date": last.day,
        "climb_reason": last.reason.value,
        "overdue_days": activity.overdue_days_on(day) or None,
        "times_moved": sum(m.moved_date <= day and not m.taken_back for m in context.moves.get(activity.id, [])),
    }


def _dead_ends(context: FollowUpContext) -> Finding | None:
    found = dead_ends(context, context.report_date)
    if not found:
        return None
    order = context.working_order_on(context.report_date)
    rows = (
        {
            "activity_id": activity.id,
            "level": activity.level.value,
            "title": activity.title,
            "raised_date": activity.raised_date,
            "breakdown_date": breakdown_due(activity.raised_date, order),
        }
        for activity in found
    )
    within_days = order.breakdown_within_days if order else None
    return context.finding(
        "ladder_without_breakdown" if within_days is None else "ladder_dead_ends",
        len(found),
        "count",
        signal=Signal.ATTENTION,
        table=table(rows, _BREAKDOWN_COLUMNS if within_days is not None else _BREAKDOWN_COLUMNS[:-1]),
        days=within_days,
    )


def _dead_decisions(context: FollowUpContext) -> Finding | None:
    found = dead_decisions(context, context.report_date)
    if not found:
        return None
    order = context.working_order_on(context.report_date)
    rows = (
        {"decided_date": d.decided_date, "text": d.text, "breakdown_date": breakdown_due(d.decided_date, order)}
        for d in found
    )
    shown = table(rows, _DECISION_COLUMNS)
    return context.finding("ladder_dead_decisions", len(found), "count", signal=Signal.ATTENTION, table=shown)


def _without_parent(context: FollowUpContext) -> Finding | None:
    found = without_parent(context)
    if not found:
        return None
    rows = ({"activity_id": a.id, "level": a.level.value, "title": a.title, "due_date": a.due_date} for a in found)
    shown = table(rows, _COLUMNS)
    return context.finding("ladder_without_parent", len(found), "count", signal=Signal.ATTENTION, table=shown)


def _whole(context: FollowUpContext) -> Iterator[Finding]:
    """Yield that everything hangs together, where there is something that could hang loose and nothing does."""
    day = context.report_date
    if context.unfinished_on(day) and not (without_parent(context) or dead_ends(context, day)):
        yield context.finding("ladder_whole", 0, "count", signal=Signal.GOOD)


def _rules(context: FollowUpContext) -> Finding:
    rules = context.rules_on(context.report_date)
    if not rules:
        return context.finding("ladder_rules_none", 0, "count")
    rows = (
        {
            "level": rule.level.value,
            "climbed_to": rule.level.above.value if rule.level.above else None,
            "activity_kind": rule.kind.value if rule.kind else None,
            "overdue_days_limit": rule.overdue_days,
            "moved_times_limit": rule.moved_times,
        }
        for rule in rules
    )
    return context.finding("ladder_rules", len(rules), "count", table=table(rows, _RULE_COLUMNS))
