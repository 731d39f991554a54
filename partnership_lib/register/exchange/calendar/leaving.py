"""Meetings of the register as events of a calendar, for the audience that may see them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from partnership_lib import text
from partnership_lib.domain import (
    Agreement,
    Cadence,
    Meeting,
    Organisation,
    Participant,
    Person,
    RegisterContent,
    WorkingOrder,
)
from partnership_lib.domain.audience import AUDIENCES, shared_view
from partnership_lib.errors import UsageError
from partnership_lib.files.atomic import write_bytes
from partnership_lib.files.calendars import Attendee, CalendarEvent, calendar_bytes
from partnership_lib.register.exchange.exporting import agreement_named
from partnership_lib.register.store import Register
from partnership_lib.units.organisation_number import mask_personal_numbers

DEFAULT_HOURS = 2.0
"""Length of a meeting that no working order says the length of [h]."""


def export_calendar(
    register: Register, path: Path, language: str, audience: str, as_of: date, *, agreement: str | None = None
) -> int:
    """Return the number of meetings written to a calendar file: those from the as-of date on, cancelled ones marked.

    Raises
    ------
    UsageError
        ``unknown_audience``, ``unknown_agreement`` or ``calendar_suffix``.
    """
    if path.suffix.lower() != ".ics":
        raise UsageError("calendar_suffix", found=path.name, allowed=".ics")
    content = register.load()
    if agreement is not None:
        agreement_named(content, agreement)
    meetings = coming_meetings(content, as_of, agreement)
    write_bytes(path, calendar_of(register, content, meetings, language, audience))
    return len(meetings)


def coming_meetings(content: RegisterContent, as_of: date, agreement: str | None = None) -> list[Meeting]:
    """Return the meetings from a day on, of one agreement or of all, in the order of their days."""
    chosen = [
        meeting
        for meeting in content.meetings
        if _day(meeting) >= as_of and (agreement is None or meeting.agreement_id == agreement)
    ]
    return sorted(chosen, key=lambda meeting: (_day(meeting), meeting.start_time, meeting.id))


def calendar_of(
    register: Register, content: RegisterContent, meetings: Sequence[Meeting], language: str, audience: str
) -> bytes:
    """Return meetings as a calendar file; the same register always gives the same bytes."""
    if audience not in AUDIENCES:
        raise UsageError("unknown_audience", found=audience, allowed=", ".join(AUDIENCES))
    seen = content if audience == "internal" else shared_view(content)
    revised = {meeting.id: _revised(register, meeting) for meeting in meetings}
    events = meeting_events(seen, [m.id for m in meetings], language, revised)
    names = sorted({each.name for m in meetings if (each := seen.find(Agreement, m.agreement_id)) is not None})
    calendar_name = text.sentence("calendar.name", {"agreements": names[:3] or ["–"]}, language)
    return calendar_bytes(events, mask_personal_numbers(calendar_name))


def _revised(register: Register, meeting: Meeting) -> datetime | None:
    entry = register.latest_change(Meeting, meeting.id)
    return datetime.fromisoformat(entry.at_utc) if entry is not None else None


def meeting_events(
    content: RegisterContent, meeting_ids: Iterable[str], language: str, revised: dict[str, datetime | None]
) -> list[CalendarEvent]:
    """Return meetings as events, of a content that holds only what the audience may see.

    People become attendees where the register knows their e-mail address (never for the supplier's audience); the
    description names everybody.
    """
    found = [content.find(Meeting, meeting_id) for meeting_id in meeting_ids]
    return [_event(content, meeting, language, revised.get(meeting.id)) for meeting in found if meeting is not None]


def meeting_uid(content: RegisterContent, meeting: Meeting) -> str:
    """Return the id of a meeting in every calendar of the world: it never changes, whatever becomes of the meeting."""
    agreement = content.find(Agreement, meeting.agreement_id)
    buyer = content.find(Organisation, agreement.buyer_id) if agreement else None
    owner = (buyer.organisation_number or buyer.id) if buyer else ""
    # The municipality is part of it: two of them can have meetings of the same id in one supplier's calendar.
    return f"{uuid.uuid5(uuid.NAMESPACE_URL, f'urn:partnership-workbench:{owner}:meeting:{meeting.id}')}@partnership"


def _event(content: RegisterContent, meeting: Meeting, language: str, revised: datetime | None) -> CalendarEvent:
    agreement = content.find(Agreement, meeting.agreement_id)
    cadence = _cadence(content, meeting)
    people = _people(content, cadence)
    values = {
        "agreement": agreement.name if agreement else meeting.agreement_id,
        "level": meeting.level.value,
        "people": sorted(person.name for person in people) or ["–"],
        "id": meeting.agreement_id,
    }
    owner = content.find(Person, agreement.owner_id) if agreement else None
    hours = cadence.hours_per_meeting if cadence else DEFAULT_HOURS
    return CalendarEvent(
        uid=meeting_uid(content, meeting),
        sequence=meeting.version,
        revised=revised,
        day=_day(meeting),
        start_time=meeting.start_time,
        duration_minutes=round(hours * 60),
        summary=mask_personal_numbers(text.sentence("calendar.summary", values, language)),
        description=mask_personal_numbers(text.sentence("calendar.description", values, language)),
        location=mask_personal_numbers(meeting.place),
        comment=mask_personal_numbers(meeting.cancelled_reason),
        is_cancelled=bool(meeting.cancelled_reason) and meeting.held_date is None,
        organiser=_attendee(owner) if owner is not None and owner.email else None,
        attendees=tuple(_attendee(person) for person in people if person.email),
        record_version=meeting.version,
    )


def _attendee(person: Person) -> Attendee:
    return Attendee(mask_personal_numbers(person.name), person.email)


def _day(meeting: Meeting) -> date:
    return meeting.held_date or meeting.planned_date


def _cadence(content: RegisterContent, meeting: Meeting) -> Cadence | None:
    orders = [o for o in content.working_orders if o.agreement_id == meeting.agreement_id]
    valid = [order for order in orders if order.valid_from <= _day(meeting)]
    order = max(valid, key=_by_start, default=min(orders, key=_by_start, default=None))
    same = [c for c in content.cadences if order and (c.working_order_id, c.level) == (order.id, meeting.level)]
    return same[0] if same else None


def _by_start(order: WorkingOrder) -> tuple[date, str]:
    return order.valid_from, order.id


def _people(content: RegisterContent, cadence: Cadence | None) -> list[Person]:
    named: list[Participant] = [p for p in content.participants if cadence and p.cadence_id == cadence.id]
    people = (content.find(Person, participant.person_id) for participant in named)
    return [person for person in people if person is not None]
