"""Meetings held against what the working order promises, level by level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from partnership_lib.analysis.follow_up.attendance import attendance_findings
from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Cadence, Level, Meeting
from partnership_lib.findings import Chart, Finding, Section, Signal
from partnership_lib.units.dates import add_months, first_of_month, months_between

_ROLLING_MONTHS = 12
_COLUMNS = (
    *("level", "meetings_per_year", "promised_in_period", "planned", "held", "missed", "cancelled"),
    "promised_12_months",
    "held_12_months",
)


@dataclass(frozen=True)
class MeetingCount:
    """Meetings of one level: promised by the working order, planned in the period, held."""

    level: Level
    meetings_per_year: int
    promised_in_period: float
    planned: int
    held: int
    missed: int
    cancelled: int
    promised_12_months: int
    held_12_months: int

    @property
    def signal(self) -> Signal:
        """Return good when the promise of twelve months is kept, bad when less than half of it is, else attention."""
        if self.promised_12_months == 0:
            return Signal.NONE
        if self.held_12_months >= self.promised_12_months:
            return Signal.GOOD
        return Signal.BAD if 2 * self.held_12_months < self.promised_12_months else Signal.ATTENTION


def meetings_section(context: FollowUpContext) -> Section:
    """Return meetings held against the working order, and who came.

    Notes
    -----
    The promise is counted in whole months that the working order has been in force, and over twelve months in whole
    meetings (rounded down): two meetings a year promise nothing for a single month. In the period the planned meetings
    are counted, so that a missed one shows at once.
    """
    counts = meeting_counts(context)
    if not counts:
        findings = [context.finding("meetings_no_working_order", signal=Signal.ATTENTION)]
    else:
        findings = [_overview(context, counts)] + [_level(context, count) for count in counts]
    return Section("meetings", (*findings, *attendance_findings(context)), (_cadence_strip(context),))


def meeting_state(meeting: Meeting, day: date) -> str:
    """Return whether a meeting was held, cancelled, missed or coming at the end of `day`."""
    if meeting.held_date is not None and meeting.held_date <= day:
        return "held"
    if meeting.held_date is None and meeting.cancelled_reason:
        return "cancelled"
    return "missed" if meeting.planned_date < day else "coming"


def meeting_counts(context: FollowUpContext) -> list[MeetingCount]:
    """Return the meetings of each level that the working order names, highest level first."""
    order = context.working_order_on(context.report_date)
    if order is None:
        return []
    cadences = {cadence.level: cadence for cadence in context.content.cadences if cadence.working_order_id == order.id}
    # Cadences may change with the working order; the promise counts from the agreement's first one.
    first = min(order.valid_from for order in context.content.working_orders)
    since = max(first, context.agreement.start_date)
    return [_count(context, cadences[level], since) for level in Level if level in cadences]


def _count(context: FollowUpContext, cadence: Cadence, since: date) -> MeetingCount:
    day = context.report_date
    meetings = [meeting for meeting in context.content.meetings if meeting.level is cadence.level]
    states = [meeting_state(meeting, day) for meeting in meetings if context.in_period(meeting.planned_date)]
    rolling_start = add_months(day + timedelta(days=1), -_ROLLING_MONTHS)
    held_12_months = [m for m in meetings if m.held_date is not None and rolling_start <= m.held_date <= day]
    return MeetingCount(
        level=cadence.level,
        meetings_per_year=cadence.meetings_per_year,
        promised_in_period=round(
            cadence.meetings_per_year * _whole_months(max(since, context.period.start), day) / 12, 1
        ),
        planned=len(states),
        held=states.count("held"),
        missed=states.count("missed"),
        cancelled=states.count("cancelled"),
        promised_12_months=cadence.meetings_per_year * _whole_months(max(since, rolling_start), day) // 12,
        held_12_months=len(held_12_months),
    )


def _whole_months(start: date, last: date) -> int:
    return max(0, months_between(start, last + timedelta(days=1)))


def _overview(context: FollowUpContext, counts: list[MeetingCount]) -> Finding:
    promised = sum(count.promised_12_months for count in counts)
    held = sum(count.held_12_months for count in counts)
    rows = table(({**vars(count), "level": count.level.value} for count in counts), _COLUMNS)
    if promised == 0:
        return context.finding("meetings_too_early", None, table=rows, held=held)
    # A level that met more often than promised does not make up for one that met too seldom.
    kept = sum(min(count.held_12_months, count.promised_12_months) for count in counts)
    code = "meetings_kept" if kept == promised else "meetings"
    # The levels carry the signals: the same lapse must not be told twice.
    return context.finding(code, kept / promised, "share", table=rows, held=held, promised=promised, kept=kept)


def _level(context: FollowUpContext, count: MeetingCount) -> Finding:
    lost = "_lost" if count.missed or count.cancelled else ""
    code = f"meetings_{count.level.value}{lost if count.planned else '_none'}"
    return context.finding(code, count.held, "count", signal=count.signal, **_without_level(count))


def _without_level(count: MeetingCount) -> dict[str, Any]:
    return {name: value for name, value in vars(count).items() if name != "level"}


def _cadence_strip(context: FollowUpContext) -> Chart:
    first = max(context.agreement.start_date, add_months(first_of_month(context.report_date), -24))
    last = add_months(context.as_of, 6)
    rows = [
        {
            "level": meeting.level.value,
            "planned_date": meeting.planned_date,
            "held_date": meeting.held_date if state == "held" else None,
            "state": state,
        }
        for meeting in sorted(context.content.meetings, key=lambda meeting: (meeting.planned_date, meeting.id))
        for state in [meeting_state(meeting, context.report_date)]
        if first <= meeting.planned_date <= last
    ]
    states = [str(row["state"]) for row in rows]
    values = {name: states.count(name) for name in ("held", "missed", "cancelled", "coming")}
    frame = table(rows, ("level", "planned_date", "held_date", "state"))
    return Chart("cadence_strip", frame, {**values, "report_date": context.report_date, "first": first})
