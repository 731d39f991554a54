"""Whether the levels connect: activities without one to be part of, or without ones that carry them out."""

from __future__ import annotations

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity
from partnership_lib.findings import Finding, Section, Signal

_COLUMNS = ("activity_id", "level", "title", "due_date")


def ladder_section(context: FollowUpContext) -> Section:
    """Return the unfinished activities that hang loose.

    Notes
    -----
    Below the top level an activity should be part of one on the level just above; above the bottom level it should
    have at least one on the level just below (finished ones count). A parent on the wrong level is no parent.
    """
    if not context.unfinished_on(context.report_date):
        return Section("ladder")
    loose, hollow = without_parent(context), without_breakdown(context)
    if not loose and not hollow:
        return Section("ladder", (context.finding("ladder_whole", 0, "count", signal=Signal.GOOD),))
    found = (_finding(context, "ladder_without_breakdown", hollow), _finding(context, "ladder_without_parent", loose))
    return Section("ladder", tuple(finding for finding in found if finding))


def without_parent(context: FollowUpContext) -> list[Activity]:
    """Return the unfinished activities below the top level that are part of nothing on the level above."""
    known = {activity.id: activity for activity in context.activities_on(context.report_date)}

    def has_parent(activity: Activity) -> bool:
        parent = known.get(activity.parent_id or "")
        return parent is not None and parent.level is activity.level.above

    unfinished = context.unfinished_on(context.report_date)
    return [activity for activity in unfinished if activity.level.above is not None and not has_parent(activity)]


def without_breakdown(context: FollowUpContext) -> list[Activity]:
    """Return the unfinished activities above the bottom level that nothing on the level below is part of."""
    children = {(activity.parent_id, activity.level) for activity in context.activities_on(context.report_date)}
    unfinished = context.unfinished_on(context.report_date)
    return [a for a in unfinished if a.level.below is not None and (a.id, a.level.below) not in children]


def _finding(context: FollowUpContext, code: str, activities: list[Activity]) -> Finding | None:
    if not activities:
        return None
    rows = ({"activity_id": a.id, "level": a.level.value, "title": a.title, "due_date": a.due_date} for a in activities)
    return context.finding(code, len(activities), "count", signal=Signal.ATTENTION, table=table(rows, _COLUMNS))
