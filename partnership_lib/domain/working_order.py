"""The working order (arbetsordning): how often the parties meet, who takes part, when a matter climbs a level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partnership_lib.domain.record import Record, fact


class Level(StrEnum):
    """The three levels of an agreement, highest first."""

    STRATEGIC = "strategic"
    TACTICAL = "tactical"
    OPERATIONAL = "operational"

    @property
    def above(self) -> Level | None:
        """Return the level that a matter climbs to, or None at the top."""
        return {Level.OPERATIONAL: Level.TACTICAL, Level.TACTICAL: Level.STRATEGIC}.get(self)

    @property
    def below(self) -> Level | None:
        """Return the level that a matter is broken down to, or None at the bottom."""
        return {Level.STRATEGIC: Level.TACTICAL, Level.TACTICAL: Level.OPERATIONAL}.get(self)


@dataclass(frozen=True, kw_only=True)
class WorkingOrder(Record):
    """What the parties have agreed on how they work.

    Attributes
    ----------
    operational_climbs_after_days : int
        An operational activity overdue by more than this climbs to the tactical list.
    tactical_climbs_after_days : int
        A tactical activity overdue by more than this climbs to the strategic list.
    """

    agreement_id: str = fact(shared=True, references="Agreement")
    valid_from: date = fact(shared=True)
    operational_climbs_after_days: int = fact(shared=True)
    tactical_climbs_after_days: int = fact(shared=True)
    agreed_date: date | None = fact(shared=True, default=None)


@dataclass(frozen=True, kw_only=True)
class Cadence(Record):
    """How often the parties promise to meet on a level."""

    working_order_id: str = fact(shared=True, references="WorkingOrder")
    level: Level = fact(shared=True)
    meetings_per_year: int = fact(shared=True)
    hours_per_meeting: float = fact(shared=True, default=2.0)


@dataclass(frozen=True, kw_only=True)
class Participant(Record):
    """A person who takes part in the meetings of a level."""

    cadence_id: str = fact(shared=True, references="Cadence")
    person_id: str = fact(shared=True, references="Person")


@dataclass(frozen=True, kw_only=True)
class Meeting(Record):
    """A planned meeting; held when `held_date` is set, missed when the day has passed without it."""

    agreement_id: str = fact(shared=True, references="Agreement")
    level: Level = fact(shared=True)
    planned_date: date = fact(shared=True)
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
