"""What each party has raised, the challenges among it, and what became of them."""

from __future__ import annotations

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, ActivityKind, ActivityStatus, Party
from partnership_lib.findings import Finding, Signal

_COLUMNS = ("activity_id", "raised_by", "raised_date", "level", "title", "status", "due_date", "done_date")
_RAISED_COLUMNS = (
    "raised_by",
    *(f"raised_{kind.value}" for kind in ActivityKind),
    "raised",
    "raised_in_period",
    "done",
)


def raised_finding(context: FollowUpContext) -> Finding | None:
    """Return how many activities each party has raised, kind by kind; None where nobody has raised any.

    Notes
    -----
    All that was raised by the report date counts, also what has been withdrawn.
    """
    activities = context.activities_on(context.report_date)
    if not activities:
        return None
    rows = [_raised_row(context, party, [a for a in activities if a.raised_by is party]) for party in Party]
    buyer, supplier = (row["raised"] for row in rows)
    shown = table(rows, _RAISED_COLUMNS)
    return context.finding("raised", len(activities), "count", table=shown, buyer=buyer, supplier=supplier)


def _raised_row(context: FollowUpContext, party: Party, own: list[Activity]) -> dict[str, object]:
    return {
        "raised_by": party.value,
        **{f"raised_{kind.value}": sum(activity.kind is kind for activity in own) for kind in ActivityKind},
        "raised": len(own),
        "raised_in_period": sum(context.in_period(activity.raised_date) for activity in own),
        "done": sum(activity.status_on(context.report_date) is ActivityStatus.DONE for activity in own),
    }


def challenges_finding(context: FollowUpContext) -> Finding:
    """Return the challenges each party has raised so far.

    Notes
    -----
    When one party has raised at least three and the other none, the exchange is one-sided and asks for attention.
    """
    day = context.report_date
    challenges = [a for a in context.activities_on(day) if a.kind is ActivityKind.CHALLENGE]
    if not challenges:
        return context.finding("challenges_none", 0, "count")
    raised = {party: sum(a.raised_by is party for a in challenges) for party in Party}
    one_sided = len(challenges) >= 3 and 0 in raised.values()
    return context.finding(
        "challenges_one_sided" if one_sided else "challenges",
        len(challenges),
        "count",
        signal=Signal.ATTENTION if one_sided else Signal.NONE,
        table=table((_row(context, a) for a in challenges), _COLUMNS),
        buyer=raised[Party.BUYER],
        supplier=raised[Party.SUPPLIER],
        party=max(raised, key=lambda party: raised[party]).value,
        solved=sum(a.status_on(day) is ActivityStatus.DONE for a in challenges),
        raised_in_period=sum(context.in_period(a.raised_date) for a in challenges),
    )


def _row(context: FollowUpContext, activity: Activity) -> dict[str, object]:
    return {
        "activity_id": activity.id,
        "raised_by": activity.raised_by.value,
        "raised_date": activity.raised_date,
        "level": activity.level.value,
        "title": activity.title,
        "status": activity.status_on(context.report_date).value,
        "due_date": activity.due_date,
        "done_date": activity.done_date,
    }
