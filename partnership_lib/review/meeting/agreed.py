"""Where the lists stand: what both parties have agreed on, what is proposed, and how that differs from now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from partnership_lib.domain import Activity, ActivityListItem, ActivityListVersion, Level, ListState, Meeting, SignOff
from partnership_lib.domain.list_rules import agreed_date, difference, items_of, latest_agreed, list_hash, state_on
from partnership_lib.review.meeting.protocol import ListStatus
from partnership_lib.review.meeting.since import told_differences, told_differences_now
from partnership_lib.review.meeting.view import MeetingView

_SHORT_HASH = 12


def list_statuses(view: MeetingView) -> list[ListStatus]:
    """Return where the list of each level stands, highest level first."""
    return [_status(view, level) for level in Level]


def _status(view: MeetingView, level: Level) -> ListStatus:
    versions = [v for v in view.content.activity_list_versions if v.level is level]
    versions.sort(key=lambda version: version.number, reverse=True)
    sign_offs = view.content.sign_offs
    states = {v.id: state_on(v, versions, sign_offs, view.today) for v in versions}
    agreed = latest_agreed(versions, sign_offs, view.agreement.id, level, view.today)
    proposal = next((v for v in versions if states[v.id] is ListState.PROPOSED), None)
    since = agreed.proposed_date if agreed else None
    now = items_of("now", view.content.activities, view.standing, since, level)
    return {
        "level": level.value,
        "agreed": _agreed(view, agreed) if agreed else None,
        "proposal": _proposal(view, proposal, agreed) if proposal else None,
        "changes_since_agreed": told_differences_now(view, difference(items_in(view, agreed), now)) if agreed else [],
        "proposal_differs": told_differences_now(view, difference(items_in(view, proposal), now)) if proposal else [],
        "history": [_history(view, version, states[version.id]) for version in versions],
    }


def items_in(view: MeetingView, version: ActivityListVersion | None) -> list[ActivityListItem]:
    """Return the items of a version; none for None."""
    return [i for i in view.content.activity_list_items if version and i.list_version_id == version.id]


def _agreed(view: MeetingView, version: ActivityListVersion) -> dict[str, Any]:
    day = agreed_date(version, view.content.sign_offs, view.today)
    meeting = view.content.find(Meeting, version.meeting_id)
    items = items_in(view, version)
    return {
        "id": version.id,
        "number": version.number,
        "day": day.isoformat() if day else None,
        "meeting": meeting_name(view, meeting) if meeting else "",
        "signatures": [_signature(view, s) for s in _signatures(view, version)],
        "hash": list_hash(version, items)[:_SHORT_HASH],
        "items": _items(view, items, {}),
    }


def _proposal(view: MeetingView, version: ActivityListVersion, agreed: ActivityListVersion | None) -> dict[str, Any]:
    """Return a proposal with everything that a signature would agree to."""
    items = items_in(view, version)
    changes = difference(items_in(view, agreed), items)
    by_activity: dict[str, list[str]] = {}
    for found in changes:
        by_activity.setdefault(found.activity_id, []).append(found.change.value)
    return {
        "id": version.id,
        "version": version.version,
        "number": version.number,
        "day": version.proposed_date.isoformat(),
        "by": view.said.word("party", version.proposed_by),
        "party": version.proposed_by.value,
        "comment": version.comment,
        "hash": list_hash(version, items),
        "items": _items(view, items, by_activity),
        "changes": told_differences(view, changes) if agreed else [],
        "signed": {s.party.value: _signature(view, s) for s in _signatures(view, version)},
    }


def _in_reading_order(items: list[ActivityListItem]) -> list[ActivityListItem]:
    return sorted(items, key=lambda i: (i.done_date or i.withdrawn_date or date.min, i.due_date or date.max, i.id))


def _items(view: MeetingView, items: list[ActivityListItem], changes: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """Return the items of a list in words; what they are part of has the title that it had on the same list."""
    titles = {item.activity_id: item.title for item in items}
    return [_item(view, item, changes.get(item.activity_id, []), titles) for item in _in_reading_order(items)]


def _item(view: MeetingView, item: ActivityListItem, changes: list[str], titles: Mapping[str, str]) -> dict[str, Any]:
    """Return an item of a list in words: every field that is signed is there to be read."""
    said, parent = view.said, view.content.find(Activity, item.parent_id)
    ended = item.done_date or item.withdrawn_date
    return {
        "activity": item.activity_id,
        "title": item.title,
        "kind": said.word("activity_kind", item.kind),
        "raised_by": said.word("party", item.raised_by),
        "level": said.word("level", item.own_level),
        "climbed": item.own_level is not _level_of(view, item),
        "parent": titles.get(item.parent_id or "") or (parent.title if parent else ""),
        "due": said.day(item.due_date),
        "ended": ""
        if ended is None
        else said.say("done_on" if item.done_date else "withdrawn_on", day=said.day(ended)),
        "buyer_responsible": view.name_of(item.buyer_responsible_id),
        "supplier_responsible": view.name_of(item.supplier_responsible_id),
        "changes": changes,
    }


def _level_of(view: MeetingView, item: ActivityListItem) -> Level:
    version = view.content.find(ActivityListVersion, item.list_version_id)
    return version.level if version else item.own_level


def _signatures(view: MeetingView, version: ActivityListVersion) -> list[SignOff]:
    signed = [s for s in view.content.sign_offs if s.list_version_id == version.id and s.signed_date <= view.today]
    return sorted(signed, key=lambda sign_off: (sign_off.signed_date, sign_off.party))


def _signature(view: MeetingView, sign_off: SignOff) -> str:
    """Return who signed for whom and when, and who entered it where that was somebody else."""
    said = view.said
    values = {
        "person": view.name_of(sign_off.person_id),
        "party": sign_off.party.value,
        "day": said.day(sign_off.signed_date),
    }
    if sign_off.entered_by_id is None:
        return said.say("signature", **values)
    code = "signature_in_room" if sign_off.is_present else "signature_entered"
    return said.say(code, entered_by=view.name_of(sign_off.entered_by_id), **values)


def _history(view: MeetingView, version: ActivityListVersion, state: ListState) -> dict[str, Any]:
    said = view.said
    agreed = agreed_date(version, view.content.sign_offs, view.today)
    day = agreed or (version.withdrawn_date if state is ListState.WITHDRAWN else None) or version.proposed_date
    return {
        "id": version.id,
        "number": version.number,
        "state": state.value,
        "day": day.isoformat(),
        "by": said.word("party", version.proposed_by),
        "comment": version.comment,
        "words": said.say(
            "history",
            number=version.number,
            state=state.value,
            day=said.day(day),
            party=version.proposed_by.value,
        ),
    }


def meeting_name(view: MeetingView, meeting: Meeting) -> str:
    """Return a meeting as it is called in a list: its level, its day, and whether it is planned, held or cancelled."""
    said = view.said
    if meeting.held_date is not None:
        code = "meeting_held"
    elif meeting.cancelled_reason:
        code = "meeting_cancelled"
    else:
        code = "meeting_planned" if meeting.planned_date >= view.today else "meeting_missed"
    name = said.say(code, level=meeting.level.value, day=said.day(meeting.held_date or meeting.planned_date))
    return name[:1].upper() + name[1:]
