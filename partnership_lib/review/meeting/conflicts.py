"""Two people changed the same thing: both texts, field by field, so that people can choose."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from partnership_lib.domain import Activity, Meeting, Person, Record, RegisterContent
from partnership_lib.errors import ConflictError
from partnership_lib.review.meeting.protocol import Conflict
from partnership_lib.review.meeting.said import Said, clock_time

_COMPARED: dict[type[Record], tuple[str, ...]] = {
    Activity: (
        *("title", "kind", "raised_by", "level", "parent_id", "due_date", "done_date", "withdrawn_date"),
        *("buyer_responsible_id", "supplier_responsible_id", "evidence", "internal_note"),
    ),
    Meeting: ("held_date", "minutes"),
}
_WORDS = {"kind": "activity_kind", "raised_by": "party", "level": "level"}


def conflict_of(
    error: ConflictError,
    meant: tuple[Record, ...],
    before: RegisterContent,
    now: RegisterContent,
    said: Said,
    audience: str,
    now_utc: str,
) -> Conflict | None:
    """Return both texts of a record that somebody else saved first, or None when it is not about such a record.

    Parameters
    ----------
    meant : tuple of Record
        What was to be saved.
    before, now : RegisterContent
        The register as the act saw it, and as it is.
    audience : str
        In the shared view no internal field is shown, whoever changed it.

    Notes
    -----
    Shown are the fields that the two texts have differently. An act carries the fields that it did not touch as it
    found them in the register, so those differ only when the other save came in between.
    """
    mine = next((record for record in meant if record.id == error.values.get("id")), None)
    theirs = now.find(type(mine), mine.id) if isinstance(mine, (Activity, Meeting)) else None
    if mine is None or theirs is None:
        return None
    base = before.find(type(mine), mine.id)
    names = [name for name in _COMPARED[type(mine)] if audience == "internal" or name != "internal_note"]
    differing = [n for n in names if getattr(mine, n) != getattr(theirs, n) and _is_mine(n, mine, base)]
    actor = now.find(Person, str(error.values.get("actor")))
    return {
        "activity": mine.id if isinstance(mine, Activity) else "",
        "meeting": mine.id if isinstance(mine, Meeting) else "",
        "version": theirs.version,
        "by": actor.name if actor else said.say("another_program"),
        "at": clock_time(str(error.values.get("at_utc")), said, now_utc),
        "fields": [_field(name, mine, theirs, now, said) for name in differing],
    }


def _is_mine(name: str, mine: Record, base: Record | None) -> bool:
    """Return whether the act itself gave the field its value: it differs from what the act had before it."""
    return base is None or getattr(mine, name) != getattr(base, name)


def _field(name: str, mine: Record, theirs: Record, content: RegisterContent, said: Said) -> dict[str, str]:
    yours_value, theirs_value = getattr(mine, name), getattr(theirs, name)
    return {
        "field": name,
        "label": said.say(f"field_{name}"),
        "yours": _in_words(name, yours_value, content, said),
        "theirs": _in_words(name, theirs_value, content, said),
        "yours_value": _raw(yours_value),
        "theirs_value": _raw(theirs_value),
    }


def _in_words(name: str, value: Any, content: RegisterContent, said: Said) -> str:
    if isinstance(value, StrEnum):
        return said.word(_WORDS[name], value.value)
    if isinstance(value, date):
        return said.day(value)
    if name.endswith("_responsible_id"):
        person = content.find(Person, value)
        return person.name if person else said.say("nobody")
    if name == "parent_id":
        parent = content.find(Activity, value)
        return parent.title if parent else said.say("nothing")
    return said.say("no_day") if value is None else str(value) or said.say("nothing")


def _raw(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
