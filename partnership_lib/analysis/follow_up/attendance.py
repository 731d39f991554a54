"""Who was expected at the meetings and who came, party by party."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Attendance, Level, Meeting, Organisation, Party, Person
from partnership_lib.findings import Finding, Signal
from partnership_lib.units.dates import add_months

_MONTHS = 12
_COLUMNS = ("level", "party", "meetings", "expected", "came", "attendance_share")
_LATEST_COLUMNS = ("level", "held_date", "party", "present", "absent")


def attendance_findings(context: FollowUpContext) -> list[Finding]:
    """Return how many of those expected came during a year, who came last, and meetings that a party stayed away from.

    Notes
    -----
    Expected are those whom the meeting's own attendance names, present or not. A held meeting without attendance is not
    counted as empty; it is counted as not noted. A party whose people all stayed away asks for attention.
    """
    first = add_months(context.report_date + timedelta(days=1), -_MONTHS)
    held = [m for m in context.content.meetings if m.held_date and first <= m.held_date <= context.report_date]
    held.sort(key=lambda meeting: (meeting.held_date, meeting.id))
    noted = [meeting for meeting in held if _noted(context, meeting)]
    if not held:
        return []
    if not noted:
        return [context.finding("attendance_none", None, held=len(held), months=_MONTHS)]
    found = [_overview(context, noted, len(held)), _one_sided(context, noted), _latest(context, noted)]
    return [finding for finding in found if finding]


def party_of(context: FollowUpContext, person_id: str) -> Party | None:
    """Return the party that a person belongs to, or None where the register does not say."""
    person = context.content.find(Person, person_id)
    organisation = context.content.find(Organisation, person.organisation_id) if person else None
    return organisation.party if organisation else None


def _noted(context: FollowUpContext, meeting: Meeting, party: Party | None = None) -> list[Attendance]:
    own = [attendance for attendance in context.content.attendances if attendance.meeting_id == meeting.id]
    return [a for a in own if party is None or party_of(context, a.person_id) is party]


def _overview(context: FollowUpContext, noted: Sequence[Meeting], held: int) -> Finding:
    rows = [
        _row(context, level, party, [meeting for meeting in noted if meeting.level is level])
        for level in Level
        for party in Party
        if any(meeting.level is level for meeting in noted)
    ]
    expected, came = sum(row["expected"] for row in rows), sum(row["came"] for row in rows)
    share = {party: _party_share(rows, party) for party in Party}
    code = "attendance" if None not in share.values() else "attendance_one_party"
    values: dict[str, Any] = {"came": came, "expected": expected, "months": _MONTHS, "meetings": len(noted)}
    values |= {f"{party.value}_share": part for party, part in share.items()} | {"not_noted": held - len(noted)}
    return context.finding(code, _share(came, expected), "share", table=table(rows, _COLUMNS), **values)


def _row(context: FollowUpContext, level: Level, party: Party, meetings: Sequence[Meeting]) -> dict[str, Any]:
    people = [attendance for meeting in meetings for attendance in _noted(context, meeting, party)]
    came = sum(attendance.present for attendance in people)
    return {
        "level": level.value,
        "party": party.value,
        "meetings": len(meetings),
        "expected": len(people),
        "came": came,
        "attendance_share": _share(came, len(people)),
    }


def _party_share(rows: Sequence[dict[str, Any]], party: Party) -> float | None:
    own = [row for row in rows if row["party"] == party.value]
    return _share(sum(row["came"] for row in own), sum(row["expected"] for row in own))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _one_sided(context: FollowUpContext, noted: Sequence[Meeting]) -> Finding | None:
    """Return the meetings where a party was expected and nobody of it came."""
    rows = [
        {"level": meeting.level.value, "held_date": meeting.held_date, "party": party.value}
        for meeting in noted
        for party in Party
        if (people := _noted(context, meeting, party)) and not any(a.present for a in people)
    ]
    if not rows:
        return None
    shown = table(rows, ("level", "held_date", "party"))
    return context.finding(
        "attendance_one_sided", len(rows), "count", signal=Signal.ATTENTION, table=shown, months=_MONTHS
    )


def _latest(context: FollowUpContext, noted: Sequence[Meeting]) -> Finding:
    latest = {meeting.level: meeting for meeting in noted}  # noted is in the order of the days
    rows = [
        {
            "level": level.value,
            "held_date": latest[level].held_date,
            "party": party.value,
            "present": _names(context, latest[level], party, present=True),
            "absent": _names(context, latest[level], party, present=False),
        }
        for level in Level
        if level in latest
        for party in Party
    ]
    last = max(latest.values(), key=lambda meeting: (meeting.held_date, meeting.id))
    people = _noted(context, last)
    came = sum(attendance.present for attendance in people)
    values: dict[str, Any] = {"held_date": last.held_date, "expected": len(people), "level": last.level.value}
    return context.finding("attendance_latest", came, "count", table=table(rows, _LATEST_COLUMNS), **values)


def _names(context: FollowUpContext, meeting: Meeting, party: Party, *, present: bool) -> tuple[str, ...]:
    people = [a for a in _noted(context, meeting, party) if a.present is present]
    return tuple(sorted(name for a in people if (name := context.name_of(a.person_id))))
