"""Versions of the level's activity list: what waits for a signature, what was agreed at a meeting, what has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from partnership_lib.analysis.meeting_pack.context import PackContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, ActivityListItem, ActivityListVersion, Level, ListState, Party, SignOff
from partnership_lib.domain.list_rules import ItemChange, ItemDifference, difference, items_of, latest_agreed, state_on
from partnership_lib.findings import Finding, Signal

_CHANGE_COLUMNS = ("title", "item_change", "before", "after")


def lists_item_findings(context: PackContext) -> tuple[Finding, ...]:
    """Return what the meeting is asked to agree on: a proposal that waits, or how the list has moved since.

    Nothing when the agreed list says what is the case today.
    """
    waiting = waiting_versions(context)
    if waiting:
        return tuple(_waiting(context, version) for version in waiting)
    agreed = latest_agreed(*_versions(context), context.now.agreement.id, context.level, context.day)
    if agreed is None:
        return (context.finding("lists_none", 0, "count", signal=Signal.ATTENTION),) if _any_activity(context) else ()
    changes = difference(_items(context, agreed), _items_now(context, agreed))
    if not changes:
        return ()
    rows = change_table(context, changes)
    return (context.finding("lists_moved", len(changes), "count", table=rows, version=agreed.number),)


def waiting_versions(context: PackContext) -> list[ActivityListVersion]:
    """Return the proposals for the level's list that wait for a signature on the day, the oldest first."""
    versions, sign_offs = _versions(context)
    own = [v for v in versions if v.level is context.level and v.proposed_date <= context.day]
    waiting = [v for v in own if state_on(v, versions, sign_offs, context.day) is ListState.PROPOSED]
    return sorted(waiting, key=lambda version: version.number)


def _waiting(context: PackContext, version: ActivityListVersion) -> Finding:
    signed = {s.party for s in context.content.sign_offs if s.list_version_id == version.id}
    missing = [party.value for party in Party if party not in signed]
    agreed = latest_agreed(*_versions(context), context.now.agreement.id, context.level, context.day)
    changes = difference(_items(context, agreed) if agreed else (), _items(context, version))
    return context.finding(
        "lists_waiting",
        version.number,
        "count",
        signal=Signal.ATTENTION,
        table=change_table(context, changes) if changes else None,
        proposed_by=version.proposed_by.value,
        proposed_date=version.proposed_date,
        missing=missing,
        changes=len(changes),
    )


def agreed_findings(context: PackContext) -> tuple[Finding, ...]:
    """Return the lists that were proposed or signed at the meeting: version, who signed for whom, who entered it."""
    touched = {s.list_version_id for s in context.content.sign_offs if s.meeting_id == context.meeting.id}
    versions = [v for v in context.content.activity_list_versions if v.id in touched or _is_of(context, v)]
    versions.sort(key=lambda version: (list(Level).index(version.level), version.number))
    return tuple(_signed(context, version) for version in versions)


def _is_of(context: PackContext, version: ActivityListVersion) -> bool:
    return version.meeting_id == context.meeting.id


def _signed(context: PackContext, version: ActivityListVersion) -> Finding:
    sign_offs = [s for s in context.content.sign_offs if s.list_version_id == version.id]
    sign_offs.sort(key=lambda sign_off: list(Party).index(sign_off.party))
    signed = {sign_off.party for sign_off in sign_offs}
    code = "list_agreed" if len(signed) == len(Party) else "list_signed_by_one" if signed else "list_proposed"
    return context.finding(
        code,
        version.number,
        "count",
        signal=Signal.GOOD if code == "list_agreed" else Signal.ATTENTION,
        table=table((_sign_off_row(context, s) for s in sign_offs), _SIGN_COLUMNS) if sign_offs else None,
        list_level=version.level.value,
        items=len(_items(context, version)),
        missing=[party.value for party in Party if party not in signed],
        proposed_by=version.proposed_by.value,
        agreed_date=max((s.signed_date for s in sign_offs), default=None),
    )


_SIGN_COLUMNS = ("party", "signed_by", "sign_date", "is_present", "entered_by")


def _sign_off_row(context: PackContext, sign_off: SignOff) -> dict[str, Any]:
    return {
        "party": sign_off.party.value,
        "signed_by": context.now.name_of(sign_off.person_id),
        "sign_date": sign_off.signed_date,
        "is_present": sign_off.is_present,
        "entered_by": context.now.name_of(sign_off.entered_by_id or sign_off.person_id),
    }


def change_table(context: PackContext, changes: Iterable[ItemDifference]) -> Any:
    """Return changes of a list as rows: which activity, what has changed, from what, to what."""
    return table((_change_row(context, change) for change in changes), _CHANGE_COLUMNS)


def _change_row(context: PackContext, found: ItemDifference) -> dict[str, Any]:
    return {
        "title": found.title,
        "item_change": found.change.value,
        "before": _told(context, found.change, found.before),
        "after": _told(context, found.change, found.after),
    }


def _told(context: PackContext, change: ItemChange, value: str | date | None) -> str | date | None:
    if change in (ItemChange.BUYER_RESPONSIBLE, ItemChange.SUPPLIER_RESPONSIBLE) and isinstance(value, str):
        return context.now.name_of(value)
    if change is ItemChange.PARENT and isinstance(value, str):
        parent = context.content.find(Activity, value)
        return parent.title if parent else None
    return value


def _versions(context: PackContext) -> tuple[tuple[ActivityListVersion, ...], tuple[SignOff, ...]]:
    return context.content.activity_list_versions, context.content.sign_offs


def _items(context: PackContext, version: ActivityListVersion) -> list[ActivityListItem]:
    return [item for item in context.content.activity_list_items if item.list_version_id == version.id]


def _items_now(context: PackContext, agreed: ActivityListVersion) -> list[ActivityListItem]:
    activities = context.now.activities_on(context.day)
    standing = {activity.id: context.standing_level(activity) for activity in activities}
    return items_of("now", activities, standing, agreed.proposed_date, context.level)


def _any_activity(context: PackContext) -> bool:
    return any(activity.level is context.level for activity in context.now.unfinished_on(context.day))
