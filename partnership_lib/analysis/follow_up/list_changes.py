"""What each agreed list changed from the one before it, and what has happened since; in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, ActivityListItem, ActivityListVersion, Level
from partnership_lib.domain.list_rules import (
    ItemChange,
    ItemDifference,
    agreed_date,
    agreed_versions,
    difference,
    items_of,
)
from partnership_lib.findings import Finding, Section

_COLUMNS = ("title", "item_change", "before", "after")
_COUNTED = {
    "new": (ItemChange.ADDED,),
    "done": (ItemChange.DONE,),
    "moved": (ItemChange.DUE_LATER, ItemChange.DUE_EARLIER, ItemChange.DUE_SET, ItemChange.DUE_REMOVED),
    "gone": (ItemChange.WITHDRAWN, ItemChange.LEFT),
}
"""What the sentences count, each activity once for each; whatever else has changed is ``other``."""
_PEOPLE = (ItemChange.BUYER_RESPONSIBLE, ItemChange.SUPPLIER_RESPONSIBLE)


def list_changes_section(context: FollowUpContext) -> Section:
    """Return how the newest agreed list of each level differs from the one before, and from how things stand.

    Notes
    -----
    What stands on a level's list today includes what has climbed to it. What was finished after the agreed version
    was proposed is a change; that an activity finished before is no longer listed is none.
    """
    compared = [level for level in Level if len(_agreed(context, level)) > 1]
    findings = [*(_between_versions(context, level) for level in compared), _since_agreed(context)]
    return Section("list_changes", tuple(finding for finding in findings if finding))


def _agreed(context: FollowUpContext, level: Level) -> list[ActivityListVersion]:
    content = context.content
    return agreed_versions(
        content.activity_list_versions, content.sign_offs, context.agreement.id, level, context.report_date
    )


def _items(context: FollowUpContext, version: ActivityListVersion) -> list[ActivityListItem]:
    return [item for item in context.content.activity_list_items if item.list_version_id == version.id]


def _between_versions(context: FollowUpContext, level: Level) -> Finding:
    before, after = _agreed(context, level)[-2:]
    found = difference(_items(context, before), _items(context, after))
    rows = [_row(context, level, each) for each in found]
    values: dict[str, Any] = {
        "level": level.value,
        "version": after.number,
        "previous_version": before.number,
        "agreed_date": agreed_date(after, context.content.sign_offs),
        **_counts(found),
    }
    code = f"list_changes_{level.value}" if found else f"list_changes_{level.value}_none"
    return context.finding(code, len(found), "count", table=table(rows, _COLUMNS) if found else None, **values)


def _since_agreed(context: FollowUpContext) -> Finding | None:
    """Return how things stand on the report date against the agreed lists; None where no list is agreed."""
    rows, everything = [], []
    agreed = {level: versions[-1] for level in Level if (versions := _agreed(context, level))}
    if not agreed:
        return None
    for level, version in agreed.items():
        found = difference(_items(context, version), items_now(context, version, context.report_date))
        rows += [_row(context, level, each) for each in found]
        everything += found
    code = "list_differences" if everything else "list_differences_none"
    values: dict[str, Any] = {"table": table(rows, ("level", *_COLUMNS)) if rows else None, **_counts(everything)}
    return context.finding(code, len(everything), "count", **values)


def items_now(context: FollowUpContext, version: ActivityListVersion, day: date) -> list[ActivityListItem]:
    """Return what the list of a version's level would hold if it were proposed on `day`."""
    activities = context.activities_on(day)
    standing = {activity.id: context.standing_on(activity, day) for activity in activities}
    return items_of("now", activities, standing, version.proposed_date, version.level)


def _counts(found: Sequence[ItemDifference]) -> dict[str, int]:
    counts = {name: len({d.activity_id for d in found if d.change in changes}) for name, changes in _COUNTED.items()}
    counted = {change for changes in _COUNTED.values() for change in changes}
    return counts | {"other": len({d.activity_id for d in found if d.change not in counted})}


def _row(context: FollowUpContext, level: Level, found: ItemDifference) -> dict[str, Any]:
    return {
        "level": level.value,
        "title": found.title,
        "item_change": found.change.value,
        "before": _told(context, found, found.before),
        "after": _told(context, found, found.after),
    }


def _told(context: FollowUpContext, found: ItemDifference, value: str | date | None) -> str | date | None:
    """Return a value as a reader knows it: the name of a person, the title of an activity."""
    if isinstance(value, date) or value is None:
        return value
    if found.change in _PEOPLE:
        return context.name_of(value)
    if found.change is ItemChange.PARENT:
        parent = context.content.find(Activity, value)
        return parent.title if parent else None
    return str(value)
