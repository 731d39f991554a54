"""What makes an activity list agreed: its state, the hash that is signed, and how two versions differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from partnership_lib.domain.activity import Activity
from partnership_lib.domain.activity_list import ActivityListItem, ActivityListVersion, ListState, SignOff
from partnership_lib.domain.level import Level
from partnership_lib.domain.organisation import Party


class ItemChange(StrEnum):
    """How an item of a list differs from the earlier version."""

    ADDED = "added"
    DONE = "done"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    LEFT = "left"  # no longer on this list: finished before it, or back on its own level
    DUE_LATER = "due_later"
    DUE_EARLIER = "due_earlier"
    DUE_SET = "due_set"
    DUE_REMOVED = "due_removed"
    RENAMED = "renamed"
    BUYER_RESPONSIBLE = "buyer_responsible"
    SUPPLIER_RESPONSIBLE = "supplier_responsible"
    KIND = "kind"
    PARENT = "parent"
    RAISED_BY = "raised_by"
    OWN_LEVEL = "own_level"


@dataclass(frozen=True)
class ItemDifference:
    """One change of one activity between two versions; `before` and `after` are what changed, as stored."""

    change: ItemChange
    activity_id: str
    title: str
    before: str | date | None = None
    after: str | date | None = None


def list_hash(version: ActivityListVersion, items: Iterable[ActivityListItem]) -> str:
    """Return the SHA-256 of what a version says: agreement, level, number and every item, in any order of items.

    Row versions, comments and who proposed it are not part of what is agreed.
    """
    said = [
        version.agreement_id,
        version.level.value,
        version.number,
        sorted(_plain(item) for item in items if item.list_version_id == version.id),
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _plain(item: ActivityListItem) -> list[str]:
    left_out = ("id", "version", "list_version_id")
    values = [getattr(item, field.name) for field in fields(item) if field.name not in left_out]
    return ["" if value is None else str(value) for value in values]


def state_on(
    version: ActivityListVersion, versions: Sequence[ActivityListVersion], sign_offs: Sequence[SignOff], day: date
) -> ListState:
    """Return where a version stands at the end of `day`.

    Parameters
    ----------
    versions, sign_offs : sequence
        Those of the same agreement; other ones do no harm.
    """
    if agreed_date(version, sign_offs, day) is not None:
        return ListState.AGREED
    if version.withdrawn_date is not None and version.withdrawn_date <= day:
        return ListState.WITHDRAWN
    others = [v for v in versions if _same_list(v, version) and v.proposed_date <= day and v.id != version.id]
    if any(v.counters_id == version.id for v in others):
        return ListState.COUNTERED
    if any(v.number > version.number and agreed_date(v, sign_offs, day) is not None for v in others):
        return ListState.REPLACED
    return ListState.PROPOSED


def signed_dates(version: ActivityListVersion, sign_offs: Iterable[SignOff], day: date = date.max) -> dict[Party, date]:
    """Return when each party signed a version, for those that had by the end of `day`."""
    return {s.party: s.signed_date for s in sign_offs if s.list_version_id == version.id and s.signed_date <= day}


def agreed_date(version: ActivityListVersion, sign_offs: Iterable[SignOff], day: date = date.max) -> date | None:
    """Return the day on which the second party signed, if that was not after `day`."""
    signed = signed_dates(version, sign_offs, day)
    return max(signed.values()) if len(signed) == len(Party) else None


def latest_agreed(
    versions: Iterable[ActivityListVersion],
    sign_offs: Sequence[SignOff],
    agreement_id: str,
    level: Level,
    day: date = date.max,
) -> ActivityListVersion | None:
    """Return the newest version of a list that both parties had signed at the end of `day`."""
    agreed = agreed_versions(versions, sign_offs, agreement_id, level, day)
    return agreed[-1] if agreed else None


def agreed_versions(
    versions: Iterable[ActivityListVersion],
    sign_offs: Sequence[SignOff],
    agreement_id: str,
    level: Level,
    day: date = date.max,
) -> list[ActivityListVersion]:
    """Return the versions of a list that both parties had signed at the end of `day`, oldest first."""
    agreed = [
        version
        for version in versions
        if version.agreement_id == agreement_id
        and version.level is level
        and agreed_date(version, sign_offs, day) is not None
    ]
    return sorted(agreed, key=lambda version: version.number)


def _same_list(one: ActivityListVersion, other: ActivityListVersion) -> bool:
    return (one.agreement_id, one.level) == (other.agreement_id, other.level)


def items_of(
    version_id: str, activities: Iterable[Activity], level_of: dict[str, Level], since: date | None, level: Level
) -> list[ActivityListItem]:
    """Return what a new version of a level's list holds.

    Parameters
    ----------
    activities : iterable of Activity
        Those of the agreement, as they stand now.
    level_of : dict
        The level that each activity stands on (`ladder.standing_level`), by id.
    since : date or None
        When the latest agreed version was proposed. What was finished on that day or later is listed too: that it
        is done is agreed with the rest.
    """
    listed = [a for a in activities if level_of[a.id] is level and _is_listed(a, since)]
    return [_item(version_id, activity) for activity in sorted(listed, key=lambda a: a.id)]


def _is_listed(activity: Activity, since: date | None) -> bool:
    if activity.withdrawn_date is not None and activity.withdrawn_date <= activity.raised_date:
        return False  # raised by mistake and taken back
    ended = activity.done_date or activity.withdrawn_date
    return ended is None or (since is not None and ended >= since)


def _item(version_id: str, activity: Activity) -> ActivityListItem:
    return ActivityListItem(
        id=f"{version_id}-{activity.id}",
        list_version_id=version_id,
        activity_id=activity.id,
        title=activity.title,
        kind=activity.kind,
        raised_by=activity.raised_by,
        own_level=activity.level,
        parent_id=activity.parent_id,
        due_date=activity.due_date,
        done_date=activity.done_date,
        withdrawn_date=activity.withdrawn_date,
        buyer_responsible_id=activity.buyer_responsible_id,
        supplier_responsible_id=activity.supplier_responsible_id,
    )


def difference(before: Iterable[ActivityListItem], after: Iterable[ActivityListItem]) -> list[ItemDifference]:
    """Return how the items of one version differ from those of an earlier one, by activity.

    An item that was finished in the earlier version already and is gone in the later one is no difference. Everything
    else that `list_hash` knows of an item is: nothing can be signed that is not told.
    """
    earlier = {item.activity_id: item for item in before}
    later = {item.activity_id: item for item in after}
    found: list[ItemDifference] = []
    for activity_id in sorted(earlier.keys() | later.keys()):
        old, new = earlier.get(activity_id), later.get(activity_id)
        if old is None and new is not None:
            found += _first_seen(new)
        elif old is not None and new is None:
            if old.done_date is None and old.withdrawn_date is None:
                found.append(ItemDifference(ItemChange.LEFT, activity_id, old.title))
        elif old is not None and new is not None:
            found += _changed(old, new)
    return found


def _first_seen(item: ActivityListItem) -> list[ItemDifference]:
    found = [ItemDifference(ItemChange.ADDED, item.activity_id, item.title, after=item.due_date)]
    return found + _ending(None, None, item)


def _changed(old: ActivityListItem, new: ActivityListItem) -> list[ItemDifference]:
    def one(change: ItemChange, before: str | date | None, after: str | date | None) -> ItemDifference:
        return ItemDifference(change, new.activity_id, new.title, before, after)

    found = []
    if old.title != new.title:
        found.append(one(ItemChange.RENAMED, old.title, new.title))
    if old.due_date != new.due_date:
        found.append(one(_due_change(old.due_date, new.due_date), old.due_date, new.due_date))
    if old.buyer_responsible_id != new.buyer_responsible_id:
        found.append(one(ItemChange.BUYER_RESPONSIBLE, old.buyer_responsible_id, new.buyer_responsible_id))
    if old.supplier_responsible_id != new.supplier_responsible_id:
        found.append(one(ItemChange.SUPPLIER_RESPONSIBLE, old.supplier_responsible_id, new.supplier_responsible_id))
    if old.kind != new.kind:
        found.append(one(ItemChange.KIND, old.kind, new.kind))
    if old.parent_id != new.parent_id:
        found.append(one(ItemChange.PARENT, old.parent_id, new.parent_id))
    if old.raised_by != new.raised_by:
        found.append(one(ItemChange.RAISED_BY, old.raised_by, new.raised_by))
    if old.own_level != new.own_level:
        found.append(one(ItemChange.OWN_LEVEL, old.own_level, new.own_level))
    return found + _ending(old.done_date, old.withdrawn_date, new)


def _due_change(before: date | None, after: date | None) -> ItemChange:
    if before is None:
        return ItemChange.DUE_SET
    if after is None:
        return ItemChange.DUE_REMOVED
    return ItemChange.DUE_LATER if after > before else ItemChange.DUE_EARLIER


def _ending(done: date | None, withdrawn: date | None, new: ActivityListItem) -> list[ItemDifference]:
    """Return that an item was finished, taken off or opened again since, or finished on another day."""

    def one(change: ItemChange, before: date | None, after: date | None) -> list[ItemDifference]:
        return [ItemDifference(change, new.activity_id, new.title, before, after)]

    if (done, withdrawn) == (new.done_date, new.withdrawn_date):
        return []
    if new.done_date is not None:
        return one(ItemChange.DONE, done, new.done_date)
    if new.withdrawn_date is not None:
        return one(ItemChange.WITHDRAWN, withdrawn, new.withdrawn_date)
    return one(ItemChange.REOPENED, done or withdrawn, None)
