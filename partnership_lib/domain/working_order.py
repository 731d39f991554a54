"""The working order (arbetsordning): how often the parties meet, who takes part, when a matter climbs a level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from partnership_lib.domain.activity import ActivityKind
from partnership_lib.domain.level import Level
from partnership_lib.domain.record import Record, fact


@dataclass(frozen=True, kw_only=True)
class WorkingOrder(Record):
    """What the parties have agreed on how they work.

    Attributes
    ----------
    breakdown_within_days : int or None
        A strategic or tactical activity must have been broken down to the level below within so many days of being
        raised; None where the parties have no such rule.
    """

    agreement_id: str = fact(shared=True, references="Agreement")
    valid_from: date = fact(shared=True)
    breakdown_within_days: int | None = fact(shared=True, default=None)
    agreed_date: date | None = fact(shared=True, default=None)


@dataclass(frozen=True, kw_only=True)
class EscalationRule(Record):
    """When an activity climbs from a level to the one above; what is not ruled does not climb.

    Attributes
    ----------
    level : Level
        The level that it climbs from; nothing climbs from the top.
    kind : str or None
        Kind of activity (`ActivityKind`) that the rule is for; it then replaces the rule without a kind.
    overdue_days : int or None
        It climbs when it is overdue by more than this.
    moved_times : int or None
        It climbs when its due date has been moved this many times.
    """

    working_order_id: str = fact(shared=True, references="WorkingOrder")
    level: Level = fact(shared=True)
    kind: ActivityKind | None = fact(shared=True, default=None)
    overdue_days: int | None = fact(shared=True, default=None)
    moved_times: int | None = fact(shared=True, default=None)


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
