"""Meetings: when, who came, what was decided on which figure, what was shared, how the cooperation felt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partnership_lib.domain.level import Level
from partnership_lib.domain.organisation import Party
from partnership_lib.domain.record import Record, fact


class PulseQuestion(StrEnum):
    """What both parties score after a meeting, from 1 (not at all) to 5 (fully)."""

    THINGS_GET_DONE = "things_get_done"
    OPENNESS = "openness"
    VALUE = "value"


@dataclass(frozen=True, kw_only=True)
class Meeting(Record):
    """A planned meeting; held when `held_date` is set, missed when the day has passed without it.

    Attributes
    ----------
    start_time : str
        ``HH:MM`` in Swedish time; empty where only the day is known.
    """

    agreement_id: str = fact(shared=True, references="Agreement")
    level: Level = fact(shared=True)
    planned_date: date = fact(shared=True)
    start_time: str = fact(shared=True, default="")
    place: str = fact(shared=True, default="")
    held_date: date | None = fact(shared=True, default=None)
    cancelled_reason: str = fact(shared=True, default="")
    minutes: str = fact(shared=True, default="")
    internal_note: str = fact(default="")


@dataclass(frozen=True, kw_only=True)
class Attendance(Record):
    """Whether a person was present at a meeting."""

    meeting_id: str = fact(shared=True, references="Meeting")
    person_id: str = fact(shared=True, references="Person")
    present: bool = fact(shared=True)


@dataclass(frozen=True, kw_only=True)
class Decision(Record):
    """What a meeting decided, with the figure that was on the screen when it did.

    Attributes
    ----------
    figure_code : str
        Code of the finding that was shown, such as ``follow_up.spend``; empty when none was.
    figure_number, figure_unit : float or None, str
        Its headline number and unit, as a `Finding` has them.
    figure_sentence : str
        Its sentence, as it stood.
    figure_date : date or None
        The day it was computed for.
    activity_id : str or None
        The activity that carries the decision out.
    """

    agreement_id: str = fact(shared=True, references="Agreement")
    meeting_id: str = fact(shared=True, references="Meeting")
    decided_date: date = fact(shared=True)
    text: str = fact(shared=True)
    figure_code: str = fact(shared=True, default="")
    figure_number: float | None = fact(shared=True, default=None)
    figure_unit: str = fact(shared=True, default="")
    figure_sentence: str = fact(shared=True, default="")
    figure_date: date | None = fact(shared=True, default=None)
    activity_id: str | None = fact(shared=True, references="Activity", default=None)
    taken_back: bool = fact(shared=True, default=False)


@dataclass(frozen=True, kw_only=True)
class PulseAnswer(Record):
    """How one party scored the cooperation on one question at a meeting, from 1 to 5."""

    meeting_id: str = fact(shared=True, references="Meeting")
    party: Party = fact(shared=True)
    question: PulseQuestion = fact(shared=True)
    score: int = fact(shared=True)


@dataclass(frozen=True, kw_only=True)
class KnowledgeNote(Record):
    """Something that one party has learned and shares with the other; `meeting_id` is where it was taken up."""

    agreement_id: str = fact(shared=True, references="Agreement")
    shared_by: Party = fact(shared=True)
    shared_date: date = fact(shared=True)
    title: str = fact(shared=True)
    text: str = fact(shared=True, default="")
    meeting_id: str | None = fact(shared=True, references="Meeting", default=None)
