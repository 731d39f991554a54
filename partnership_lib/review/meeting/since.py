"""What happened to each activity since the last meeting, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from partnership_lib.domain import Activity, ActivityListItem, ActivityMove, Level, Person
from partnership_lib.domain.list_rules import ItemChange, ItemDifference, difference, items_of, latest_agreed
from partnership_lib.review.meeting.view import MeetingView

_FROM_LISTS = (
    *(ItemChange.RENAMED, ItemChange.BUYER_RESPONSIBLE, ItemChange.SUPPLIER_RESPONSIBLE),
    *(ItemChange.KIND, ItemChange.REOPENED, ItemChange.RAISED_BY),
)
"""Changes that leave no date of their own, so that only the agreed list of that day knows how it was."""


def happened_since(view: MeetingView) -> dict[str, list[str]]:
    """Return what happened to each activity after the meeting before this one; nothing when there was none.

    What was said and done at that meeting itself belongs to it.
    """
    if view.since is None:
        return {}
    against_list = _against_list(view, view.since)
    found = {a.id: [*_own(view, a, view.since), *against_list.get(a.id, [])] for a in view.content.activities}
    return {activity_id: words for activity_id, words in found.items() if words}


def _own(view: MeetingView, activity: Activity, since: date) -> Iterator[str]:
    """Yield what the activity's own dates, moves, comments and climbs tell."""
    said = view.said
    if activity.raised_date > since:
        yield said.say("since_raised", day=said.day(activity.raised_date), party=activity.raised_by.value)
    for move in view.moves.get(activity.id, []):
        if move.moved_date > since:
            yield moved(view, move)
    if activity.done_date is not None and since < activity.done_date <= view.today:
        yield said.say("since_done", day=said.day(activity.done_date))
    if activity.withdrawn_date is not None and activity.withdrawn_date > since:
        yield said.say("since_withdrawn", day=said.day(activity.withdrawn_date))
    for step in view.climbs[activity.id]:
        if step.day > since:
            yield said.say("since_climbed", level=step.to_level.value, day=said.day(step.day))
    new = sum(comment.written_date > since for comment in view.comments.get(activity.id, []))
    if new:
        yield said.say("since_comments", number=new)


def moved(view: MeetingView, move: ActivityMove) -> str:
    """Return a move in words: from when, till when, and why."""
    said = view.said
    code = "since_moved" if move.from_date else "since_due_set"
    return said.say(code, before=said.day(move.from_date), after=said.day(move.to_date), reason=move.reason or "–")


def _against_list(view: MeetingView, since: date) -> dict[str, list[str]]:
    """Return how activities differ from the list that was agreed when the last meeting was held."""
    words: dict[str, list[str]] = defaultdict(list)
    versions, sign_offs = view.content.activity_list_versions, view.content.sign_offs
    for level in Level:
        agreed = latest_agreed(versions, sign_offs, view.agreement.id, level, since)
        if agreed is None:
            continue
        before = [item for item in view.content.activity_list_items if item.list_version_id == agreed.id]
        known = {item.activity_id for item in before}
        now = [item for item in everything_now(view) if item.activity_id in known]
        for found in difference(before, now):
            if found.change in _FROM_LISTS:
                words[found.activity_id].append(told_difference(view, found, with_title=False))
    return dict(words)


def everything_now(view: MeetingView) -> list[ActivityListItem]:
    """Return every activity as an item, whatever list it stands on and whenever it was finished."""
    same = dict.fromkeys((a.id for a in view.content.activities), Level.STRATEGIC)
    return items_of("now", view.content.activities, same, date.min, Level.STRATEGIC)


def told_difference(view: MeetingView, found: ItemDifference, *, with_title: bool = True) -> str:
    """Return a change of an item in words, with the activity's title before it unless it is known."""
    said = view.said
    words = said.say(
        f"item_{found.change.value}", before=_told(view, found, found.before), after=_told(view, found, found.after)
    )
    return said.say("item", title=found.title, change=words) if with_title else words[:1].upper() + words[1:]


def told_differences(view: MeetingView, found: Iterable[ItemDifference]) -> list[str]:
    """Return changes of items in words."""
    return [told_difference(view, each) for each in found]


def told_differences_now(view: MeetingView, found: Iterable[ItemDifference]) -> list[str]:
    """Return how things stand now against a version, in words: what climbed on or off the list is said to have."""
    return [_told_climb(view, each) or told_difference(view, each) for each in found]


def _told_climb(view: MeetingView, found: ItemDifference) -> str:
    steps, own = view.climbs.get(found.activity_id), view.content.find(Activity, found.activity_id)
    if own is None or not steps or found.change not in (ItemChange.ADDED, ItemChange.LEFT):
        return ""
    if found.change is ItemChange.ADDED:
        change = view.said.say("item_climbed_here", level=own.level.value)
    else:
        change = view.said.say("item_climbed_away", level=steps[-1].to_level.value)
    return view.said.say("item", title=found.title, change=change)


def _told(view: MeetingView, found: ItemDifference, value: str | date | None) -> str:
    if isinstance(value, date):
        return view.said.day(value)
    if found.change is ItemChange.KIND and value:
        return view.said.plain_word("activity_kind", value)
    if found.change is ItemChange.RAISED_BY and value:
        return view.said.plain_word("party", value)
    if found.change is ItemChange.OWN_LEVEL and value:
        return view.said.plain_word("level", value)
    if found.change in (ItemChange.BUYER_RESPONSIBLE, ItemChange.SUPPLIER_RESPONSIBLE):
        person = view.content.find(Person, value)
        return person.name if person else view.said.say("nobody")
    if found.change is ItemChange.PARENT:
        parent = view.content.find(Activity, value)
        return parent.title if parent else view.said.say("nothing")
    return view.said.say("no_day") if value is None else str(value)
