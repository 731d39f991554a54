"""The meetings that should be planned next, so that the parties meet as often as their working order promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count
from typing import TypeVar

from partnership_lib.analysis.meeting_pack.known import is_coming, known_agreement, working_order_on
from partnership_lib.analysis.meeting_pack.working_days import OPEN_DAYS_PER_YEAR, add_open_days, is_meeting_day
from partnership_lib.domain import Cadence, Level, Meeting, RegisterContent
from partnership_lib.errors import UsageError
from partnership_lib.units.dates import add_months

Value = TypeVar("Value")

LEAD_DAYS = 14
"""Nobody is called to a meeting with less notice than this."""
_SEARCHED_DAYS = 45
"""So far from the ideal day a possible one is looked for; longer than July."""
_OTHER_WEEKDAY_DAYS = 4
"""The usual weekday is kept when it lies this much further from the ideal day than another one."""
_HABIT = 6
"""The usual weekday and hour are those of so many latest meetings."""


class ProposalReason(StrEnum):
    """Why a meeting is proposed, and why on that very day."""

    CADENCE = "cadence"
    LATE = "late"
    FIRST = "first"
    USUAL_DAY = "usual_day"
    NOT_A_WORKING_DAY = "not_a_working_day"
    BUSY = "busy"


@dataclass(frozen=True)
class ProposedMeeting:
    """A meeting that nobody has planned yet.

    Attributes
    ----------
    day : date
        A working day on which none of the participants has another meeting in the register.
    start_time : str
        The hour that the level usually meets at; empty where the register knows none.
    reasons : tuple of ProposalReason
        In the order that they are told.
    after : date or None
        The meeting before it, held, planned or proposed; None when it is the first.
    """

    agreement_id: str
    level: Level
    day: date
    start_time: str
    reasons: tuple[ProposalReason, ...]
    after: date | None
    meetings_per_year: int


def proposed_meetings(
    content: RegisterContent, agreement_id: str, as_of: date, *, months: int = 12
) -> list[ProposedMeeting]:
    """Return the meetings that are missing in the coming months, the nearest first.

    Parameters
    ----------
    content : RegisterContent
        The whole register: what the participants have planned in other agreements counts too.
    months : int
        How far ahead to look from `as_of`.

    Raises
    ------
    UsageError
        ``unknown_agreement``, or ``no_working_order`` when nothing says how often the parties meet.

    Notes
    -----
    The year's meetings are spread evenly over its days outside July, counted from the latest meeting held. A meeting
    that is planned already takes the place of the one that it stands near. Of the working days near the ideal
    one, the usual weekday is preferred, and days on which a participant has another meeting are left out.
    """
    agreement = known_agreement(content, agreement_id)
    order = working_order_on(content, agreement_id, as_of)
    if order is None:
        raise UsageError("no_working_order", agreement=agreement_id)
    horizon = min(add_months(as_of, months), agreement.end_date or date.max)
    cadences = [cadence for cadence in content.cadences if cadence.working_order_id == order.id]
    found: list[ProposedMeeting] = []
    for cadence in sorted(cadences, key=lambda cadence: list(Level).index(cadence.level)):
        taken = _taken_days(content, agreement_id, cadence, as_of) | {proposed.day for proposed in found}
        found += _of_level(_LevelPlan.of(content, agreement_id, cadence, as_of, taken), horizon)
    return sorted(found, key=lambda proposed: (proposed.day, list(Level).index(proposed.level)))


def planned_records(proposals: Iterable[ProposedMeeting], content: RegisterContent) -> list[Meeting]:
    """Return proposals as meetings to save.

    Two people who plan the same proposal give it the same id, so that it cannot be planned twice. A meeting that was
    cancelled on the proposed day keeps its own.
    """
    taken = {meeting.id for meeting in content.meetings}
    return [
        Meeting(
            id=_free_id(proposed, taken),
            agreement_id=proposed.agreement_id,
            level=proposed.level,
            planned_date=proposed.day,
            start_time=proposed.start_time,
        )
        for proposed in proposals
    ]


def _free_id(proposed: ProposedMeeting, taken: set[str]) -> str:
    wanted = f"{proposed.agreement_id}-M-{proposed.level.value[0].upper()}-{proposed.day.isoformat()}"
    numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(each for each in numbered if each not in taken)


@dataclass(frozen=True)
class _LevelPlan:
    """What the meetings of one level are proposed from."""

    agreement_id: str
    cadence: Cadence
    earliest: date
    held: tuple[date, ...]
    coming: tuple[date, ...]
    weekday: int | None
    start_time: str
    taken: frozenset[date]

    @classmethod
    def of(
        cls, content: RegisterContent, agreement_id: str, cadence: Cadence, as_of: date, taken: set[date]
    ) -> _LevelPlan:
        meetings = [m for m in content.meetings if (m.agreement_id, m.level) == (agreement_id, cadence.level)]
        habit = sorted((m for m in meetings if not m.cancelled_reason), key=lambda m: m.planned_date)[-_HABIT:]
        return cls(
            agreement_id,
            cadence,
            earliest=as_of + timedelta(days=LEAD_DAYS),
            held=tuple(sorted(m.held_date for m in meetings if m.held_date is not None and m.held_date <= as_of)),
            coming=tuple(sorted(m.planned_date for m in meetings if is_coming(m, as_of))),
            weekday=_most_common([meeting.planned_date.isoweekday() for meeting in habit]),
            start_time=_most_common([meeting.start_time for meeting in habit if meeting.start_time]) or "",
            taken=frozenset(taken),
        )


def _of_level(plan: _LevelPlan, horizon: date) -> Iterator[ProposedMeeting]:
    if plan.cadence.meetings_per_year <= 0:
        return
    step = OPEN_DAYS_PER_YEAR / plan.cadence.meetings_per_year
    coming = plan.coming
    # The ideal day is counted from the ideal day before, not from the day found: small moves must not add up.
    ideal = after = plan.held[-1] if plan.held else None
    while True:
        wanted = plan.earliest if ideal is None else add_open_days(ideal, step)
        target = max(wanted, plan.earliest)
        found = _possible_day(plan, target, horizon) if target <= horizon else None
        early = [day for day in coming if add_open_days(day, step / 2) < target]
        near = [day for day in coming if day <= max(add_open_days(target, step / 2), found or target)]
        if early:  # a meeting of its own, long before the ideal day: the count begins anew from it
            ideal = after = early[-1]
            coming = coming[len(early) :]
            continue
        if near:
            ideal, after, coming = target, near[-1], coming[len(near) :]
            continue
        if found is None:
            return
        yield _proposal(plan, target, found, after, _first_reason(ideal, wanted, plan.earliest))
        ideal, after = target, found


def _first_reason(ideal: date | None, wanted: date, earliest: date) -> ProposalReason:
    if ideal is None:
        return ProposalReason.FIRST
    return ProposalReason.LATE if wanted < earliest else ProposalReason.CADENCE


def _possible_day(plan: _LevelPlan, target: date, horizon: date) -> date | None:
    """Return the day that fits best near the ideal one, or None when there is none for weeks around."""
    near = (target + timedelta(days=number) for number in range(-_SEARCHED_DAYS, _SEARCHED_DAYS + 1))
    possible = [d for d in near if plan.earliest <= d <= horizon and is_meeting_day(d) and d not in plan.taken]
    return min(possible, key=lambda day: (_distance(plan, target, day), day), default=None)


def _distance(plan: _LevelPlan, target: date, day: date) -> int:
    other_weekday = plan.weekday is not None and day.isoweekday() != plan.weekday
    return abs((day - target).days) + _OTHER_WEEKDAY_DAYS * other_weekday


def _proposal(
    plan: _LevelPlan, target: date, found: date, after: date | None, first: ProposalReason
) -> ProposedMeeting:
    reasons = [first]
    around = (target + timedelta(days=number) for number in range(-_SEARCHED_DAYS, _SEARCHED_DAYS + 1))
    best = min((d for d in around if d >= plan.earliest), key=lambda day: (_distance(plan, target, day), day))
    if found != best and best in plan.taken:
        reasons.append(ProposalReason.BUSY)
    elif found != best and best.isoweekday() <= 5:
        reasons.append(ProposalReason.NOT_A_WORKING_DAY)
    if found.isoweekday() == plan.weekday:
        reasons.append(ProposalReason.USUAL_DAY)
    cadence = plan.cadence
    return ProposedMeeting(
        plan.agreement_id, cadence.level, found, plan.start_time, tuple(reasons), after, cadence.meetings_per_year
    )


def _taken_days(content: RegisterContent, agreement_id: str, cadence: Cadence, as_of: date) -> set[date]:
    """Return the days on which the agreement meets already, or one of the participants is at another meeting."""
    people = _participants(content, {cadence.id})
    meets = {
        (order.agreement_id, each.level)
        for each in content.cadences
        for order in content.working_orders
        if each.working_order_id == order.id and people & _participants(content, {each.id})
    }
    return {
        meeting.planned_date
        for meeting in content.meetings
        if is_coming(meeting, as_of)
        and (meeting.agreement_id == agreement_id or (meeting.agreement_id, meeting.level) in meets)
    }


def _participants(content: RegisterContent, cadence_ids: set[str]) -> set[str]:
    return {each.person_id for each in content.participants if each.cadence_id in cadence_ids}


def _most_common(values: Sequence[Value]) -> Value | None:
    """Return the value that is there most often, of several the latest one."""
    counts = Counter(values)
    return max(reversed(values), key=lambda value: counts[value], default=None)
