"""Taking back the last thing that somebody did in the meeting; nothing is deleted, and it works after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from partnership_lib.domain import (
    Activity,
    ActivityComment,
    ActivityListVersion,
    ActivityMove,
    Decision,
    KnowledgeNote,
    Meeting,
    Record,
    SignOff,
)
from partnership_lib.errors import InputError
from partnership_lib.register.store import Register
from partnership_lib.register.undo_trail import ChangeNote, SaveNote, restored, saves_of
from partnership_lib.review.meeting.desk import Act, Desk
from partnership_lib.review.meeting.said import Said
from partnership_lib.review.meeting.view import MeetingView

PREFIX = "undo-"
"""The save that takes another back has its id with this before it: it is done once, and is not itself taken back."""

_LOOKED_BACK = 30
_HOURS = 24
"""What was done before the day of the meeting is changed, not undone."""


def undoable(register: Register, view: MeetingView, editor_id: str, now_utc: str) -> dict[str, str] | None:
    """Return the id and the words of the newest save of an editor in this agreement that can be taken back, or None.

    A click that is taken back by another click (present, a score) is passed over; a signature stops the search.
    """
    notes = saves_of(register, editor_id, _LOOKED_BACK) if editor_id else []
    undone = {note.save_id.removeprefix(PREFIX) for note in notes if note.save_id.startswith(PREFIX)}
    for note in notes:
        if note.save_id.startswith(PREFIX) or note.save_id in undone or not _concerns(note, view):
            continue
        if any(change.kind is SignOff for change in note.changes) or note.at_utc < _earliest(now_utc):
            return None
        words = next(_words(note, view), "")
        if words:
            return {"save_id": note.save_id, "words": words}
    return None


def undo(desk: Desk, register: Register, view: MeetingView, save_id: str, now_utc: str) -> Act:
    """Return what takes a save back.

    Raises
    ------
    InputError
        ``undo_not_yours`` when it is not the newest save of this editor in this agreement.
    UsageError
        ``undo_changed_since`` or ``undo_signed``.
    """
    offered = undoable(register, view, desk.editor_id, now_utc)
    if offered is None or offered["save_id"] != save_id:
        raise InputError("undo_not_yours")
    found = restored(register, save_id)
    back = [record for record in found.before if not isinstance(record, ActivityListVersion)]
    back += [taken for record in found.created for taken in _taken_back(record, desk)]
    return Act(tuple(back), "undone", {"what": offered["words"]})


def _taken_back(record: Record, desk: Desk) -> Iterator[Record]:
    """Yield a record that was created by mistake as one that says so; it stays in the register."""
    if isinstance(record, Activity):
        yield replace(record, withdrawn_date=record.raised_date)
    elif isinstance(record, (ActivityMove, Decision)):
        yield replace(record, taken_back=True)
    elif isinstance(record, ActivityComment):
        yield replace(record, text="")
    elif isinstance(record, KnowledgeNote):
        yield replace(record, title="", text="")
    elif isinstance(record, ActivityListVersion):
        yield replace(record, withdrawn_date=desk.today)
    elif isinstance(record, Meeting):
        yield replace(record, cancelled_reason=Said(desk.language, desk.today).say("added_by_mistake"))


def _concerns(note: SaveNote, view: MeetingView) -> bool:
    """Return whether a save changed something of this agreement."""
    return any(view.content.find(change.kind, change.id) is not None for change in note.changes)


def _earliest(now_utc: str) -> str:
    now = datetime.fromisoformat(now_utc.replace("Z", "+00:00")).astimezone(UTC)
    return (now - timedelta(hours=_HOURS)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _words(note: SaveNote, view: MeetingView) -> Iterator[str]:
    """Yield what a save did, in words, what matters most first; nothing for what is not offered to be taken back."""
    # Of two records of a kind the new one says what was done: a proposal that replaced an earlier one.
    ordered = sorted(note.changes, key=lambda change: change.before is None)
    changes = {change.kind: change for change in ordered}
    kinds = (Activity, ActivityComment, Decision, KnowledgeNote, Meeting, ActivityListVersion)
    for kind in kinds:
        change = changes.get(kind)
        code = _code(change, changes) if change else ""
        if change and code:
            yield view.said.say(f"undo.{code}", **_values(change, view))


def _code(change: ChangeNote, changes: dict[type[Record], ChangeNote]) -> str:
    before, after = change.before, change.after
    if change.kind is Activity:
        return _activity_code(change, moved=ActivityMove in changes)
    if change.kind is Meeting and before is not None:
        return "held" if before["held_date"] != after["held_date"] else "minuted"
    if change.kind is Meeting:
        return "met"
    if change.kind is Decision:
        return "decided" if before is None else "decision_taken_back"
    if change.kind is ActivityListVersion:
        return "proposed" if before is None else ""  # a withdrawn proposal stays withdrawn: propose again
    created = {ActivityComment: "commented", KnowledgeNote: "knowledge_shared"}
    return created.get(change.kind, "") if before is None else ""


def _activity_code(change: ChangeNote, *, moved: bool) -> str:
    before, after = change.before, change.after
    if before is None:
        return "added"
    if moved:
        return "moved"
    ended_before = before["done_date"] or before["withdrawn_date"]
    ended_after = after["done_date"] or after["withdrawn_date"]
    if ended_before and not ended_after:
        return "reopened"
    if ended_after and not ended_before:
        return "completed" if after["done_date"] else "withdrawn"
    return "changed"


def _values(change: ChangeNote, view: MeetingView) -> dict[str, Any]:
    """Return what the words name; texts are those that the audience may see."""
    after = change.after
    if change.kind is ActivityComment:
        activity = view.content.find(Activity, str(after["activity_id"]))
        return {"title": activity.title if activity else ""}
    if change.kind is Decision:
        return {"title": _shortened(str(after["text"]))}
    if change.kind is ActivityListVersion:
        return {"level": after["level"], "number": after["number"]}
    return {"title": after.get("title", "")}


def _shortened(written: str, length: int = 60) -> str:
    return written if len(written) <= length else written[: length - 1].rstrip() + "…"
