"""What the review meeting does to activities, as plain functions; a widget only calls them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

from partnership_lib.domain import Activity, ActivityMove, RegisterContent
from partnership_lib.errors import UsageError
from partnership_lib.register.store import Register


def complete_activity(register: Register, activity: Activity, done_date: date, evidence: str, actor: str) -> Activity:
    """Return the activity as saved, done on `done_date` with what shows it.

    Raises
    ------
    UsageError
        ``done_before_raised`` when the day lies before the activity was raised.
    ConflictError
        ``row_changed`` when somebody else has saved the activity since it was read.
    """
    if done_date < activity.raised_date:
        raise UsageError("done_before_raised", activity=activity.title, found=done_date, allowed=activity.raised_date)
    return _save(register, replace(activity, done_date=done_date, evidence=evidence.strip()), actor)


def reopen_activity(register: Register, activity: Activity, actor: str) -> Activity:
    """Return the activity as saved, open again; its evidence is kept."""
    return _save(register, replace(activity, done_date=None), actor)


def move_activity(
    register: Register, activity: Activity, due_date: date, reason: str, actor: str, moved_date: date
) -> Activity:
    """Return the activity as saved with its new due date; the move is recorded with its reason.

    Raises
    ------
    UsageError
        ``move_without_reason``: a due date is not moved silently.
    """
    if not reason.strip():
        raise UsageError("move_without_reason", activity=activity.title)
    move = ActivityMove(
        id=f"move-{uuid.uuid4()}",
        activity_id=activity.id,
        moved_date=moved_date,
        from_date=activity.due_date,
        to_date=due_date,
        reason=reason.strip(),
    )
    return _save(register, replace(activity, due_date=due_date), actor, move)


def _save(register: Register, activity: Activity, actor: str, *also: ActivityMove) -> Activity:
    saved = register.save([activity, *also], actor=actor, save_id=str(uuid.uuid4()))
    return replace(activity, version=saved.versions[(Activity, activity.id)])


def activities_by_level(content: RegisterContent, agreement_id: str) -> dict[str, list[Activity]]:
    """Return the agreement's activities by level, unfinished first, then by due date."""
    lists: dict[str, list[Activity]] = {"strategic": [], "tactical": [], "operational": []}
    for activity in content.for_agreement(agreement_id).activities:
        lists[activity.level].append(activity)
    for activities in lists.values():
        activities.sort(key=_reading_order)
    return lists


def _reading_order(activity: Activity) -> tuple[bool, date, str]:
    ended = activity.done_date is not None or activity.withdrawn_date is not None
    return ended, activity.due_date or date.max, activity.id
