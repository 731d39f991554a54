"""Challenges that each party has raised, and what became of them."""

from __future__ import annotations

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, ActivityKind, ActivityStatus, Party
from partnership_lib.findings import Section, Signal

_COLUMNS = ("activity_id", "raised_by", "raised_date", "level", "title", "status", "due_date", "done_date")


def challenges_section(context: FollowUpContext) -> Section:
    """Return the challenges each party has raised so far.

    Notes
    -----
    When one party has raised at least three and the other none, the exchange is one-sided and asks for attention.
    """
    day = context.report_date
    challenges = [a for a in context.activities_on(day) if a.kind is ActivityKind.CHALLENGE]
    if not challenges:
        return Section("challenges", (context.finding("challenges_none", 0, "count"),))
    raised = {party: sum(a.raised_by is party for a in challenges) for party in Party}
    solved = sum(a.status_on(day) is ActivityStatus.DONE for a in challenges)
    one_sided = len(challenges) >= 3 and 0 in raised.values()
    rows = table((_row(context, a) for a in challenges), _COLUMNS)
    finding = context.finding(
        "challenges_one_sided" if one_sided else "challenges",
        len(challenges),
        "count",
        signal=Signal.ATTENTION if one_sided else Signal.NONE,
        table=rows,
        buyer=raised[Party.BUYER],
        supplier=raised[Party.SUPPLIER],
        party=max(raised, key=lambda party: raised[party]).value,
        solved=solved,
        raised_in_period=sum(context.in_period(a.raised_date) for a in challenges),
    )
    return Section("challenges", (finding,))


def _row(context: FollowUpContext, activity: Activity) -> dict[str, object]:
    status = activity.status_on(context.report_date)
    return {
        "activity_id": activity.id,
        "raised_by": activity.raised_by.value,
        "raised_date": activity.raised_date,
        "level": activity.level.value,
        "title": activity.title,
        "status": status.value,
        "due_date": activity.due_date,
        "done_date": activity.done_date if status is ActivityStatus.DONE else None,
    }
