"""Meetings go out to people's calendars, and come back where somebody has moved them."""

from partnership_lib.register.exchange.calendar.leaving import (
    calendar_of,
    coming_meetings,
    export_calendar,
    meeting_events,
    meeting_uid,
)
from partnership_lib.register.exchange.calendar.returning import CalendarAccount, import_calendar

__all__ = [
    "CalendarAccount",
    "calendar_of",
    "coming_meetings",
    "export_calendar",
    "import_calendar",
    "meeting_events",
    "meeting_uid",
]
