"""Activities on the three levels: what is to get done, when it was moved, and what was said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partnership_lib.domain.level import Level
from partnership_lib.domain.organisation import Party
from partnership_lib.domain.record import Record, fact


class ActivityKind(StrEnum):
    """Why an activity is on the list."""

    OBLIGATION = "obligation"
    IMPROVEMENT = "improvement"
    CHALLENGE = "challenge"
    LAW_CHANGE = "law_change"
    DEVIATION = "deviation"


class ActivityStatus(StrEnum):
    """Where an activity stands on a given day; derived from its dates, never stored."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Activity(Record):
    """Something that the parties have agreed to get done.

    Attributes
    ----------
    parent_id : str or None
        Activity on the level above that this one is part of.
    due_date : date or None
        Day it must be done by, as it stands today; earlier due dates are in `ActivityMove`.
    evidence : str
        What shows that it is done.
    """

    agreement_id: str = fact(shared=True, references="Agreement")
    level: Level = fact(shared=True)
    title: str = fact(shared=True)
    kind: ActivityKind = fact(shared=True)
    raised_by: Party = fact(shared=True)
    raised_date: date = fact(shared=True)
    due_date: date | None = fact(shared=True, default=None)
    done_date: date | None = fact(shared=True, default=None)
    withdrawn_date: date | None = fact(shared=True, default=None)
    buyer_responsible_id: str | None = fact(shared=True, references="Person", default=None)
    supplier_responsible_id: str | None = fact(shared=True, references="Person", default=None)
    parent_id: str | None = fact(shared=True, references="Activity", default=None)
    need_id: str | None = fact(shared=True, references="Need", default=None)
    evidence: str = fact(shared=True, default="")
    internal_note: str = fact(default="")

    def status_on(self, day: date) -> ActivityStatus:
        """Return whether the activity was open, overdue, done or withdrawn at the end of `day`."""
        if self.done_date is not None and self.done_date <= day:
            return ActivityStatus.DONE
        if self.withdrawn_date is not None and self.withdrawn_date <= day:
            return ActivityStatus.WITHDRAWN
        if self.due_date is not None and self.due_date < day:
            return ActivityStatus.OVERDUE
        return ActivityStatus.OPEN

    def overdue_days_on(self, day: date) -> int:
        """Return how many days past its due date an unfinished activity is on `day`; 0 when it is not."""
        if self.status_on(day) is not ActivityStatus.OVERDUE or self.due_date is None:
            return 0
        return (day - self.due_date).days


@dataclass(frozen=True, kw_only=True)
class ActivityMove(Record):
    """A due date that was moved, when, from when to when, and why; `taken_back` when the move was undone."""

    activity_id: str = fact(shared=True, references="Activity")
    moved_date: date = fact(shared=True)
    from_date: date | None = fact(shared=True, default=None)
    to_date: date | None = fact(shared=True, default=None)
    reason: str = fact(shared=True, default="")
    taken_back: bool = fact(shared=True, default=False)


@dataclass(frozen=True, kw_only=True)
class ActivityComment(Record):
    """What somebody said about an activity, on which day and for which party; the supplier may read it."""

    activity_id: str = fact(shared=True, references="Activity")
    written_date: date = fact(shared=True)
    party: Party = fact(shared=True)
    author_id: str | None = fact(shared=True, references="Person", default=None)
    text: str = fact(shared=True)
    meeting_id: str | None = fact(shared=True, references="Meeting", default=None)
