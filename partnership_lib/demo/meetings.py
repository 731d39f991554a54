"""Working orders and the meetings that came of them: a calendar by rule, exceptions by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from partnership_lib.demo.shelf import record_of
from partnership_lib.demo.streams import stream
from partnership_lib.domain import (
    Attendance,
    Cadence,
    EscalationRule,
    Level,
    Meeting,
    Participant,
    Record,
    WorkingOrder,
)

AS_OF = date(2026, 9, 15)
"""The day on which the demo workspace is asked its questions."""

PLANNED_THROUGH = 2026
"""Meetings are planned to the end of this year."""

ORDINARY_MINUTES = {
    Level.STRATEGIC: "Genomgång av mål, ekonomi och kommande förändringar. Listan uppdaterades.",
    Level.TACTICAL: "Genomgång av den taktiska listan och det senaste tertialets uppföljning.",
    Level.OPERATIONAL: "Genomgång av den operativa listan.",
}


@dataclass(frozen=True)
class _Order:
    """What the meetings of one agreement are made from."""

    agreement_id: str
    facts: dict[str, Any]
    seed: int


def meeting_id(agreement_id: str, level: Level, month: str) -> str:
    """Return the id of the meeting on `level` that was planned for `month` (``2026-04``)."""
    return f"{agreement_id}-M-{level.value[0].upper()}-{month}"


def working_order_records(agreement_id: str, facts: dict[str, Any], seed: int) -> list[Record]:
    """Return the working order of an agreement with cadences, participants, meetings and attendances."""
    order = _Order(agreement_id, facts, seed)
    working_order = WorkingOrder(id=f"{agreement_id}-WO", agreement_id=agreement_id, **facts["working_order"])
    found: list[Record] = [working_order, *_escalation_rules(working_order.id, facts)]
    for row in facts["cadences"]:
        found += _cadence(working_order.id, row)
        for planned in _calendar(working_order.valid_from, row):
            found += _meeting(order, row, planned)
    return found


def _escalation_rules(order_id: str, facts: dict[str, Any]) -> list[Record]:
    rows = enumerate(facts.get("escalation_rules", ()), 1)
    return [
        record_of(EscalationRule, {"id": f"{order_id}-E{number}", "working_order_id": order_id, **row})
        for number, row in rows
    ]


def _cadence(order_id: str, row: dict[str, Any]) -> list[Record]:
    level = Level(row["level"])
    cadence = Cadence(
        id=f"{order_id}-{level.value[0].upper()}", working_order_id=order_id, level=level,
        meetings_per_year=len(row["months"]), hours_per_meeting=row.get("hours_per_meeting", 2.0),
    )  # fmt: skip
    people = [
        Participant(id=f"{cadence.id}-{person}", cadence_id=cadence.id, person_id=person)
        for person in row["participants"]
    ]
    return [cadence, *people]


def _calendar(valid_from: date, row: dict[str, Any]) -> list[date]:
    week, weekday = row["day"]
    days = [
        _day_in_month(year, month, week, weekday)
        for year in range(valid_from.year, PLANNED_THROUGH + 1)
        for month in row["months"]
    ]
    return [day for day in days if day >= valid_from]


def _day_in_month(year: int, month: int, week: int, weekday: int) -> date:
    """Return for instance the third Thursday: week 3, weekday 4."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (week - 1))


def _meeting(order: _Order, row: dict[str, Any], planned: date) -> list[Record]:
    level, month = Level(row["level"]), f"{planned:%Y-%m}"
    said = _exception(order.facts, level, month)
    held = said.get("state", "held") == "held"
    held_date = planned + timedelta(days=said.get("days_late", 0)) if held else None
    if held_date is not None and held_date > AS_OF:
        held_date = None
    meeting = Meeting(
        id=meeting_id(order.agreement_id, level, month), agreement_id=order.agreement_id, level=level,
        planned_date=planned, held_date=held_date, cancelled_reason=said.get("reason", ""),
        minutes=said.get("minutes", ORDINARY_MINUTES[level]) if held_date else "",
        internal_note=said.get("internal_note", ""),
    )  # fmt: skip
    return [meeting, *(_attendances(order.seed, meeting, row["participants"]) if held_date else [])]


def _exception(facts: dict[str, Any], level: Level, month: str) -> dict[str, Any]:
    for row in facts.get("meetings", ()):
        if row["level"] == level.value and row["month"] == month:
            return dict(row)
    return {}


def _attendances(seed: int, meeting: Meeting, participants: list[str]) -> list[Record]:
    return [
        Attendance(
            id=f"{meeting.id}-{person}", meeting_id=meeting.id, person_id=person,
            present=stream(seed, f"{meeting.id}-{person}", "present").random() < 0.88,
        )
        for person in participants
    ]  # fmt: skip
