"""The activities as the meeting sees them: where each stands, what happened to it, what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from partnership_lib.domain import Activity, ActivityComment, ActivityStatus, Level, Party
from partnership_lib.domain.ladder import breakdown_due, has_breakdown, has_parent
from partnership_lib.review.meeting.activity_acts import ended_date
from partnership_lib.review.meeting.protocol import ActivityRow, Comment
from partnership_lib.review.meeting.since import happened_since
from partnership_lib.review.meeting.view import MeetingView


def activity_rows(view: MeetingView) -> list[ActivityRow]:
    """Return the rows of all three lists: by the level they stand on, unfinished first, then by due date.

    What was raised by mistake and taken back at once is on no list.
    """
    since = happened_since(view)
    listed = [a for a in view.content.activities if not _never_was(a)]
    order = {level: place for place, level in enumerate(Level)}
    listed.sort(key=lambda a: (order[view.standing[a.id]], *_reading_order(a)))
    return [_row(view, activity, since.get(activity.id, [])) for activity in listed]


def _never_was(activity: Activity) -> bool:
    return activity.withdrawn_date is not None and activity.withdrawn_date <= activity.raised_date


def _reading_order(activity: Activity) -> tuple[bool, date, str]:
    ended = ended_date(activity)
    if ended is not None:
        return True, date.max - (ended - date.min), activity.id  # what was finished last comes first
    return False, activity.due_date or date.max, activity.id


def _row(view: MeetingView, activity: Activity, since: list[str]) -> ActivityRow:
    row: ActivityRow = {
        "id": activity.id,
        "version": activity.version,
        "level": activity.level.value,
        "stands_on": view.standing[activity.id].value,
        "climb": _climb(view, activity),
        "title": activity.title,
        "kind": activity.kind.value,
        "raised_by": activity.raised_by.value,
        "raised_date": activity.raised_date.isoformat(),
        "due_date": _iso(activity.due_date),
        "done_date": _iso(activity.done_date),
        "withdrawn_date": _iso(activity.withdrawn_date),
        "status": activity.status_on(view.today).value,
        "overdue_days": activity.overdue_days_on(view.today),
        "moved_times": len(view.moves.get(activity.id, [])),
        "buyer_responsible_id": activity.buyer_responsible_id,
        "supplier_responsible_id": activity.supplier_responsible_id,
        "parent_id": activity.parent_id,
        "children": sorted(child.id for child in view.children.get(activity.id, []) if not _never_was(child)),
        "evidence": activity.evidence,
        "comments": [_comment(view, comment) for comment in view.comments.get(activity.id, [])],
        "is_new": view.since is not None and activity.raised_date > view.since,
        "since_last": since,
        "lacks": list(_lacks(view, activity)),
        "this_period": _this_period(view, activity),
    }
    if view.audience == "internal":
        row["internal_note"] = activity.internal_note
    return row


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _climb(view: MeetingView, activity: Activity) -> str:
    """Return why and when an activity climbed to where it stands, in words."""
    steps = view.climbs[activity.id]
    if not steps:
        return ""
    last, said = steps[-1], view.said
    return said.say(
        f"climbed_{last.reason.value}",
        from_level=activity.level.value,
        day=said.day(last.day),
        overdue_days=activity.overdue_days_on(view.today),
        moved_times=len(view.moves.get(activity.id, [])),
    )


def _comment(view: MeetingView, comment: ActivityComment) -> Comment:
    party = view.said.word("party", comment.party)
    return {
        "day": comment.written_date.isoformat(),
        "author": view.name_of(comment.author_id) if comment.author_id else party,
        "party": comment.party.value,
        "text": comment.text,
    }


def _lacks(view: MeetingView, activity: Activity) -> Iterator[str]:
    """Yield what an unfinished activity needs before it can be counted on, in words."""
    if activity.status_on(view.today) not in (ActivityStatus.OPEN, ActivityStatus.OVERDUE):
        return
    for party, person in (
        (Party.BUYER, activity.buyer_responsible_id),
        (Party.SUPPLIER, activity.supplier_responsible_id),
    ):
        if person is None:
            yield view.said.say(f"lacks_responsible_{party}")
    if activity.due_date is None:
        yield view.said.say("lacks_due_date")
    above, below = activity.level.above, activity.level.below
    if above is not None and not has_parent(activity, view.by_id):
        yield view.said.say("lacks_parent", level=above.value)
    parts = (part for part in view.children.get(activity.id, []) if not _never_was(part))
    if below is not None and _breakdown_is_late(view, activity) and not has_breakdown(activity, parts):
        yield view.said.say("lacks_breakdown", level=below.value)


def _breakdown_is_late(view: MeetingView, activity: Activity) -> bool:
    return breakdown_due(activity.raised_date, view.working_order) < view.today


def _this_period(view: MeetingView, activity: Activity) -> bool:
    """Return whether the activity was raised or finished, or falls due, after the meeting before and by this one."""
    start, end = view.since or view.agreement.start_date, max(view.meeting_day, view.today)
    days = (activity.raised_date, activity.due_date, activity.done_date)
    return any(day is not None and start < day <= end for day in days)
