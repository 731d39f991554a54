"""What changed in the level's list from the meeting before to this one, told from the dates of the activities."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from partnership_lib.analysis.meeting_pack.context import PackContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity
from partnership_lib.domain.list_rules import ItemChange
from partnership_lib.findings import Section

_COLUMNS = ("date", "title", "level", "item_change", "before", "after", "reason")


def since_section(context: PackContext) -> Section:
    """Return what was added, moved, finished and taken off after the meeting before, up to and including this one.

    Nothing before the first meeting of the level. What climbed here was added on the day that it climbed.
    """
    if context.previous is None or context.previous.held_date is None:
        return Section("since")
    since = context.previous.held_date
    rows = [row for activity in context.content.activities for row in _changes(context, activity, since)]
    rows.sort(key=lambda row: (row["date"], row["title"], row["item_change"]))
    if not rows:
        return Section("since", (context.finding("since_none", 0, "count", since=since),))
    kinds = [row["item_change"] for row in rows]
    finding = context.finding(
        "since",
        len(rows),
        "count",
        table=table(rows, _COLUMNS),
        since=since,
        added=kinds.count("added"),
        done=kinds.count("done"),
        moved=kinds.count("due_later") + kinds.count("due_earlier") + kinds.count("due_set"),
    )
    return Section("since", (finding,))


def _changes(context: PackContext, activity: Activity, since: date) -> Iterator[dict[str, Any]]:
    def row(day: date, change: str, **values: Any) -> dict[str, Any]:
        own = {"title": activity.title, "level": activity.level.value}
        return {"date": day, **own, "item_change": change, **values}

    def is_new(day: date | None) -> bool:
        return day is not None and since < day <= context.date

    if activity.level is not context.level:
        for step in context.now.climbs_on(activity, context.day):
            if step.to_level is context.level and is_new(step.day):
                yield row(step.day, ItemChange.ADDED.value, after=activity.due_date)
        return
    if is_new(activity.raised_date):
        yield row(activity.raised_date, ItemChange.ADDED.value, after=activity.due_date)
    for move in context.now.moves.get(activity.id, []):
        if is_new(move.moved_date) and not move.taken_back:
            change = _moved(move.from_date, move.to_date)
            values = {"before": move.from_date, "after": move.to_date, "reason": move.reason or None}
            yield row(move.moved_date, change.value, **values)
    if is_new(activity.done_date) and activity.done_date is not None:
        yield row(activity.done_date, ItemChange.DONE.value)
    if is_new(activity.withdrawn_date) and activity.withdrawn_date is not None:
        yield row(activity.withdrawn_date, ItemChange.WITHDRAWN.value)


def _moved(before: date | None, after: date | None) -> ItemChange:
    if before is None or after is None:
        return ItemChange.DUE_SET if before is None else ItemChange.DUE_REMOVED
    return ItemChange.DUE_LATER if after > before else ItemChange.DUE_EARLIER
