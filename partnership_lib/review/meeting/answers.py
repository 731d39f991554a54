"""What the kernel answers: saved and when, or not saved, why, and what to do about it."""

from __future__ import annotations

from partnership_lib import text
from partnership_lib.errors import PartnershipError
from partnership_lib.review.meeting.desk import Act
from partnership_lib.review.meeting.protocol import Answer, Conflict
from partnership_lib.review.meeting.said import Said, clock_time


def done(command_id: str, words: str) -> Answer:
    """Return that a command has been carried out."""
    return _answer(command_id, said=words, ok=True)


def saved(command_id: str, act: Act, said: Said, now_utc: str) -> Answer:
    """Return that an act has been saved, when, and what it was."""
    what = said.say(f"done.{act.code}", **act.values)
    return done(command_id, said.say("saved", time=clock_time(now_utc, said, now_utc), what=what))


def saved_before(command_id: str, at_utc: str, said: Said, now_utc: str) -> Answer:
    """Return that a command had been saved already when it was sent again."""
    time = clock_time(at_utc, said, now_utc)
    return done(command_id, said.say("saved", time=time, what=said.say("saved_before")))


def met(command_id: str, conflict: Conflict, code: str, said: Said) -> Answer:
    """Return that somebody else was first, with both texts; that all is well when both wrote the same."""
    if not conflict["fields"]:
        return done(command_id, said.say("same_already", person=conflict["by"]))
    words = said.say("conflict", person=conflict["by"], time=conflict["at"])
    return {**_answer(command_id, said=words, code=code), "conflict": conflict}


def refused(command_id: str, error: PartnershipError, said: Said, *, saving: bool) -> Answer:
    """Return why a command was not carried out; where something was to be saved, that it was not comes first."""
    if saving and "outcome" in error.values:
        # It could not even be read; to the one who wants to save, that is how it was not saved.
        error = type(error)(error.code, **{**error.values, "outcome": "not_saved"})
    why = text.describe(error, said.language)
    if saving and not why.startswith((said.say("mark_not_saved"), said.say("mark_unclear"))):
        why = said.say("not_saved", why=why)
    return _answer(command_id, said=why, code=error.code)


def failed(command_id: str, said: Said) -> Answer:
    """Return that something went wrong that nobody thought of."""
    return _answer(command_id, said=said.say("failed"), code="unexpected")


def _answer(command_id: str, *, said: str, ok: bool = False, code: str = "") -> Answer:
    return {"type": "answer", "id": command_id[:36], "ok": ok, "said": said, "code": code}
