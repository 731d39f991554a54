"""Calendar files (iCalendar, ``.ics``): written so that text stays text, read in a guarded child process."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from partnership_lib.errors import InputError
from partnership_lib.files.guarded import run_guarded
from partnership_lib.units.dates import in_calendar

TIME_ZONE = "Europe/Stockholm"
LARGEST_FILE_BYTES = 10 * 2**20
MOST_EVENTS = 20_000
LONGEST_TEXT = 2_000
VERSION_PROPERTY = "X-PARTNERSHIP-VERSION"
"""Version of the record that the event was written from; calendars that keep it let a clash be seen."""

_PRODUCT = "-//Partnership workbench//Meetings//EN"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u0085\u2028\u2029]")
_HOUR = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_E_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?", re.ASCII)
_IN_TEXT_THAT_MAY_BE_SHOWN_AS_HTML = str.maketrans({"<": "‹", ">": "›"})


@dataclass(frozen=True)
class Attendee:
    """Somebody who is asked to come, with an address that an invitation can be sent to."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """A meeting as a calendar knows it.

    Attributes
    ----------
    uid : str
        The same for every version of the same meeting.
    sequence : int
        Grows with every change.
    revised : datetime
        When it was last changed (UTC).
    start_time : str
        ``HH:MM`` in Swedish time; empty makes the event last the whole day.
    record_version : int or None
        Version of the record that it was written from; None where a calendar has left it out.
    comment : str
        Why it was cancelled.
    """

    uid: str
    sequence: int
    day: date
    revised: datetime | None = None
    start_time: str = ""
    duration_minutes: int = 60
    summary: str = ""
    description: str = ""
    location: str = ""
    comment: str = ""
    is_cancelled: bool = False
    repeats: bool = False
    organiser: Attendee | None = None
    attendees: tuple[Attendee, ...] = ()
    record_version: int | None = None


def plain_text(text: str, *, one_line: bool = True) -> str:
    """Return a text that means the same in every calendar: no control characters, no lines in what has one line.

    Examples
    --------
    >>> plain_text("Möte\\r\\nATTENDEE:mailto:x@example.org\\x07")
    'Möte ATTENDEE:mailto:x@example.org'
    """
    lines = [" ".join(_CONTROLS.sub(" ", line).split()) for line in text.splitlines()]
    return (" ".join(filter(None, lines)) if one_line else "\n".join(lines))[:LONGEST_TEXT].strip()


def is_hour(text: str) -> bool:
    """Return whether a text is an hour that a calendar can begin at: ``09:00``, but not ``9.00`` or ``25:00``."""
    return _HOUR.fullmatch(text) is not None


def calendar_bytes(events: Sequence[CalendarEvent], name: str) -> bytes:
    """Return a calendar file; the same events always give the same bytes.

    Parameters
    ----------
    name : str
        What the calendar is called where it is opened.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", plain_text(name))
    for event in events:
        calendar.add_component(_component(event))
    days = [event.day for event in events if is_hour(event.start_time)]
    if days:
        calendar.add_missing_timezones(date(min(days).year, 1, 1), date(max(days).year + 1, 1, 1))
    return bytes(calendar.to_ical())


def _component(event: CalendarEvent) -> Any:
    from icalendar import Event

    component = Event()
    component.add("uid", plain_text(event.uid))
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.revised or datetime(1970, 1, 1, tzinfo=UTC))
    _add_times(component, event)
    component.add("summary", plain_text(event.summary))
    if event.location:
        component.add("location", plain_text(event.location))
    if event.description:
        # Some calendars show the description as HTML; everything else is shown as it is.
        described = plain_text(event.description, one_line=False)
        component.add("description", described.translate(_IN_TEXT_THAT_MAY_BE_SHOWN_AS_HTML))
    if event.comment:
        component.add("comment", plain_text(event.comment))
    component.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    if event.record_version is not None:
        component.add(VERSION_PROPERTY, str(event.record_version))
    _add_people(component, event)
    return component


def _add_times(component: Any, event: CalendarEvent) -> None:
    if not is_hour(event.start_time):
        component.add("dtstart", event.day)
        component.add("dtend", event.day + timedelta(days=1))
        component.add("transp", "TRANSPARENT")  # a day without a known hour must not block the whole of it
        return
    start = datetime.combine(event.day, time.fromisoformat(event.start_time), ZoneInfo(TIME_ZONE))
    component.add("dtstart", start)
    component.add("dtend", start + timedelta(minutes=event.duration_minutes))


def _add_people(component: Any, event: CalendarEvent) -> None:
    if event.organiser is not None and _E_MAIL.fullmatch(event.organiser.email):
        component.add("organizer", _address(event.organiser), encode=False)
    for attendee in event.attendees:
        if _E_MAIL.fullmatch(attendee.email):
            component.add("attendee", _address(attendee), encode=False)


def _address(attendee: Attendee) -> Any:
    from icalendar import vCalAddress, vText

    address = vCalAddress(f"mailto:{attendee.email}")
    address.params["CN"] = vText(plain_text(attendee.name))
    return address


def read_calendar(path: Path) -> list[CalendarEvent]:
    """Return the events of a calendar file from outside, read in a guarded child process.

    Raises
    ------
    InputError
        ``calendar_too_large``, ``calendar_unreadable``, ``calendar_too_many_events`` or what stopped the reader.
    """
    return run_guarded(_read, path, seconds=30.0)


def _read(path: Path) -> list[CalendarEvent]:
    size = path.stat().st_size
    if size > LARGEST_FILE_BYTES:
        raise InputError("calendar_too_large", file=path.name, found=size, allowed=LARGEST_FILE_BYTES)
    return _events(path.read_bytes(), path.name)


def _events(content: bytes, file: str) -> list[CalendarEvent]:
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(content, multiple=True)
        components = [component for calendar in calendars for component in calendar.walk("VEVENT")]
        found = [event for event in map(_event, components[: MOST_EVENTS + 1]) if event is not None]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("calendar_unreadable", file=file, reason=plain_text(str(error))[:200]) from error
    if not any(calendar.name == "VCALENDAR" for calendar in calendars):
        raise InputError("calendar_unreadable", file=file, reason="VCALENDAR")
    if len(components) > MOST_EVENTS:
        raise InputError("calendar_too_many_events", file=file, found=len(components), allowed=MOST_EVENTS)
    return found


def _event(component: Any) -> CalendarEvent | None:
    """Return an event, or None where it has no id or no start that can be understood: it is none of ours."""
    uid, begins = component.get("uid"), _start(component)
    if uid is None or begins is None:
        return None
    day, start_time = _swedish(begins)
    return CalendarEvent(
        uid=plain_text(str(uid)),
        sequence=_whole(component.get("sequence")) or 0,
        day=day,
        start_time=start_time,
        summary=plain_text(str(component.get("summary", ""))),
        location=plain_text(str(component.get("location", ""))),
        comment=plain_text(_first(component.get("comment", ""))),
        is_cancelled=str(component.get("status", "")).upper() == "CANCELLED",
        repeats=any(name in component for name in ("RRULE", "RDATE", "RECURRENCE-ID")),
        record_version=_whole(component.get(VERSION_PROPERTY)),
    )


def _start(component: Any) -> date | None:
    try:
        begins = component["dtstart"].dt
    except (KeyError, AttributeError, ValueError):  # none, twice, or not a day
        return None
    return begins if isinstance(begins, date) and in_calendar(begins) else None


def _swedish(begins: date) -> tuple[date, str]:
    """Return day and hour in Swedish time; an hour without a time zone is taken as Swedish."""
    if not isinstance(begins, datetime):
        return begins, ""
    local = begins if begins.tzinfo is None else begins.astimezone(ZoneInfo(TIME_ZONE))
    return local.date(), f"{local:%H:%M}"


def _first(value: Any) -> str:
    return str(value[0]) if isinstance(value, list) and value else str(value)


def _whole(value: Any) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
