"""What the meeting does to activities: each act returns the records to save, or says why it cannot be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from partnership_lib.domain import Activity, ActivityComment, ActivityKind, ActivityMove, Level, Party
from partnership_lib.errors import InputError
from partnership_lib.review.meeting.commands import check_length, day, title, told
from partnership_lib.review.meeting.desk import Act, Desk
from partnership_lib.review.meeting.masking import as_it_stands

Values = Mapping[str, Any]
Word = TypeVar("Word", bound=StrEnum)

CHANGEABLE = (
    *("title", "kind", "raised_by", "level", "parent_id"),
    *("buyer_responsible_id", "supplier_responsible_id", "evidence", "internal_note"),
)
"""What `change` may change; due, done and withdrawn dates have their own acts, which leave a trace."""

_TEXTS = frozenset({"title", "evidence", "internal_note"})


def add(desk: Desk, values: Values) -> Act:
    """Return a new activity, raised today."""
    activity = Activity(
        id=desk.new_id("A", desk.content.activities),
        agreement_id=desk.agreement.id,
        level=one_of(Level, values["level"], "level"),
        title=title(values["title"]),
        kind=one_of(ActivityKind, values["kind"], "kind"),
        raised_by=one_of(Party, values["raised_by"], "raised_by"),
        raised_date=desk.today,
        due_date=day(values["due_date"]) if values.get("due_date") else None,
        buyer_responsible_id=desk.person_of(Party.BUYER, values.get("buyer_responsible_id")),
        supplier_responsible_id=desk.person_of(Party.SUPPLIER, values.get("supplier_responsible_id")),
        parent_id=values.get("parent_id") or None,
    )
    if activity.due_date is not None and activity.due_date < activity.raised_date:
        raise InputError("due_before_raised", found=activity.due_date, allowed=activity.raised_date)
    _check_parent(desk, activity)
    return Act((activity,), "added", {"title": activity.title})


def change(desk: Desk, values: Values) -> Act:
    """Return the activity with other values in the fields named."""
    activity = _read(desk, values)
    fields = {name: _field(desk, name, value) for name, value in values["fields"].items()}
    for name in _TEXTS & fields.keys():
        fields[name] = as_it_stands(fields[name], getattr(activity, name))
    changed = replace(activity, **fields)
    if (changed.level, changed.parent_id) != (activity.level, activity.parent_id):
        _check_parent(desk, changed)
    if changed.level is not activity.level:
        _check_parts(desk, changed)
    return Act((changed,), "changed", {"title": changed.title})


def move(desk: Desk, values: Values) -> Act:
    """Return the activity with its new due date, and the move with its reason."""
    activity, due_date = _unfinished(desk, values), day(values["due_date"])
    if due_date == activity.due_date:
        raise InputError("due_date_same", activity=activity.title, found=due_date)
    if due_date < activity.raised_date:
        raise InputError("due_before_raised", found=due_date, allowed=activity.raised_date)
    moved = ActivityMove(
        id=desk.new_id("AM", desk.content.activity_moves),
        activity_id=activity.id,
        moved_date=desk.today,
        from_date=activity.due_date,
        to_date=due_date,
        reason=told(values["reason"], "reason"),
    )
    return Act((replace(activity, due_date=due_date), moved), "moved", {"title": activity.title, "day": due_date})


def complete(desk: Desk, values: Values) -> Act:
    """Return the activity as done on a day, with what shows it."""
    activity, done_date = _unfinished(desk, values), day(values["done_date"])
    if not activity.raised_date <= done_date <= desk.today:
        raise InputError(
            "done_date_wrong",
            activity=activity.title,
            found=done_date,
            earliest=activity.raised_date,
            latest=desk.today,
        )
    done = replace(activity, done_date=done_date, evidence=values["evidence"].strip())
    return Act((done,), "completed", {"title": activity.title})


def reopen(desk: Desk, values: Values) -> Act:
    """Return a finished activity as open again, with a comment that says why; its evidence is kept."""
    activity, stored = _read(desk, values), desk.find(Activity, values["activity"])
    if stored.version == activity.version and ended_date(stored) is None:
        raise InputError("activity_is_open", activity=activity.title)
    opened = replace(activity, done_date=None, withdrawn_date=None)
    return Act((opened, _why(desk, activity, values)), "reopened", {"title": activity.title})


def withdraw(desk: Desk, values: Values) -> Act:
    """Return the activity as taken off the list today, with a comment that says why."""
    activity = _unfinished(desk, values)
    off = replace(activity, withdrawn_date=desk.today)
    return Act((off, _why(desk, activity, values)), "withdrawn", {"title": activity.title})


def comment(desk: Desk, values: Values) -> Act:
    """Return what somebody says about an activity, for a party; never in the way of anybody else."""
    activity = desk.find(Activity, values["activity"])
    party = one_of(Party, values["party"], "party")
    return Act((_comment(desk, activity, party, values["text"]),), "commented", {"title": activity.title})


def one_of(kind: type[Word], found: Any, name: str) -> Word:
    """Return the code that a value names, or raise ``value_not_a_choice`` with those there are."""
    try:
        return kind(found)
    except ValueError as error:
        raise InputError("value_not_a_choice", name=name, found=str(found)[:60], allowed=", ".join(kind)) from error


def _read(desk: Desk, values: Values) -> Activity:
    """Return the activity with the version that the page had read: an older one meets a conflict when saved."""
    return replace(desk.find(Activity, values["activity"]), version=values["version"])


def _unfinished(desk: Desk, values: Values) -> Activity:
    stored = desk.find(Activity, values["activity"])
    if stored.version == values["version"]:
        # With an older version the conflict is what has to be told, not what the other one did.
        if stored.done_date is not None:
            raise InputError("activity_is_done", activity=stored.title, found=stored.done_date)
        if stored.withdrawn_date is not None:
            raise InputError("activity_is_withdrawn", activity=stored.title, found=stored.withdrawn_date)
    return replace(stored, version=values["version"])


def _why(desk: Desk, activity: Activity, values: Values) -> ActivityComment:
    return _comment(desk, activity, Party.BUYER, values["comment"])


def _comment(desk: Desk, activity: Activity, party: Party, written: str) -> ActivityComment:
    return ActivityComment(
        id=desk.new_id("AC", desk.content.activity_comments),
        activity_id=activity.id,
        written_date=desk.today,
        party=party,
        # What the supplier says in the room is entered by the municipality, but not said by it.
        author_id=desk.editor_id if party is Party.BUYER else None,
        text=told(written, "comment"),
        meeting_id=desk.meeting_id,
    )


def _field(desk: Desk, name: Any, value: Any) -> Any:
    if name not in CHANGEABLE or (name == "internal_note" and desk.audience != "internal"):
        raise InputError("field_not_changeable", found=str(name)[:60], allowed=", ".join(CHANGEABLE[:-1]))
    if value is not None and type(value) is not str:
        raise InputError("command_value_type", command="change", name=name, found=repr(value)[:60])
    if name in ("parent_id", "buyer_responsible_id", "supplier_responsible_id"):
        party = Party.BUYER if name == "buyer_responsible_id" else Party.SUPPLIER
        return (value or None) if name == "parent_id" else desk.person_of(party, value)
    check_length(value or "")
    kinds: dict[str, type[StrEnum]] = {"level": Level, "kind": ActivityKind, "raised_by": Party}
    if name in kinds:
        return one_of(kinds[name], value, name)
    return title(value or "") if name == "title" else (value or "").strip()


def _check_parent(desk: Desk, activity: Activity) -> None:
    """Raise unless the activity is part of nothing, or of an activity on the level just above it."""
    if activity.parent_id is None:
        return
    parent = desk.find(Activity, activity.parent_id)
    if parent.level is not activity.level.above:
        raise InputError(
            "parent_wrong_level", parent=parent.title, found=parent.level.value, activity_level=activity.level.value
        )


def _check_parts(desk: Desk, activity: Activity) -> None:
    """Raise when the activities that are part of this one would lose their place below it."""
    parts = [each for each in desk.activities if each.parent_id == activity.id]
    if parts:
        raise InputError("level_has_parts", activity=activity.title, parts=len(parts), first=parts[0].title)


def ended_date(activity: Activity) -> date | None:
    """Return the day on which an activity was done or taken off, or None while it is unfinished."""
    return activity.done_date or activity.withdrawn_date
