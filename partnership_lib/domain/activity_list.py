"""Versions of the activity lists: proposed by one party, answered by the other, agreed when both have signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partnership_lib.domain.activity import ActivityKind
from partnership_lib.domain.level import Level
from partnership_lib.domain.organisation import Party
from partnership_lib.domain.record import Record, fact


class ListState(StrEnum):
    """Where a version of an activity list stands; derived from sign-offs and other versions, never stored.

    ``proposed`` waits for a signature, ``agreed`` has both, ``withdrawn`` was taken back by its own party,
    ``countered`` was answered with another proposal, ``replaced`` was neither and a later version is agreed.
    """

    PROPOSED = "proposed"
    COUNTERED = "countered"
    AGREED = "agreed"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class ActivityListVersion(Record):
    """A version of the activity list of one level; agreed when both parties have signed it off, then frozen.

    Attributes
    ----------
    number : int
        1, 2, 3 ... among the versions of this agreement and level, agreed or not.
    based_on_id : str or None
        The agreed version that it starts from; None for the first.
    counters_id : str or None
        The other party's proposal that it answers.
    comment : str
        Why it is proposed, or why the other proposal was not accepted.
    """

    agreement_id: str = fact(shared=True, references="Agreement")
    level: Level = fact(shared=True)
    number: int = fact(shared=True)
    proposed_date: date = fact(shared=True)
    proposed_by: Party = fact(shared=True)
    proposed_by_id: str | None = fact(shared=True, references="Person", default=None)
    meeting_id: str | None = fact(shared=True, references="Meeting", default=None)
    based_on_id: str | None = fact(shared=True, references="ActivityListVersion", default=None)
    counters_id: str | None = fact(shared=True, references="ActivityListVersion", default=None)
    comment: str = fact(shared=True, default="")
    withdrawn_date: date | None = fact(shared=True, default=None)


@dataclass(frozen=True, kw_only=True)
class ActivityListItem(Record):
    """An activity as it stood in a version of the list; `own_level` differs from the list's where it has climbed."""

    list_version_id: str = fact(shared=True, references="ActivityListVersion")
    activity_id: str = fact(shared=True, references="Activity")
    title: str = fact(shared=True)
    kind: ActivityKind = fact(shared=True)
    raised_by: Party = fact(shared=True)
    own_level: Level = fact(shared=True)
    parent_id: str | None = fact(shared=True, references="Activity", default=None)
    due_date: date | None = fact(shared=True, default=None)
    done_date: date | None = fact(shared=True, default=None)
    withdrawn_date: date | None = fact(shared=True, default=None)
    buyer_responsible_id: str | None = fact(shared=True, references="Person", default=None)
    supplier_responsible_id: str | None = fact(shared=True, references="Person", default=None)


@dataclass(frozen=True, kw_only=True)
class SignOff(Record):
    """One party's approval of a version of an activity list.

    Attributes
    ----------
    list_hash : str
        `list_rules.list_hash` of what was signed: shows later that nothing in the version has changed.
    entered_by_id : str or None
        Who wrote it into the register, where that was somebody else (the supplier signs in the room).
    is_present : bool
        Whether the person who signs was in the room when it was entered.
    """

    list_version_id: str = fact(shared=True, references="ActivityListVersion")
    party: Party = fact(shared=True)
    person_id: str = fact(shared=True, references="Person")
    signed_date: date = fact(shared=True)
    meeting_id: str | None = fact(shared=True, references="Meeting", default=None)
    list_hash: str = fact(shared=True)
    entered_by_id: str | None = fact(shared=True, references="Person", default=None)
    is_present: bool = fact(shared=True, default=False)
