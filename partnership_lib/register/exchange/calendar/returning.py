"""Meetings that come back from somebody's calendar: moved ones become changes, clashes are listed, the rest is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.domain import Agreement, Meeting, RegisterContent
from partnership_lib.files.calendars import CalendarEvent, is_hour, plain_text, read_calendar
from partnership_lib.register.exchange.calendar.leaving import meeting_uid
from partnership_lib.register.store import Register
from partnership_lib.units.organisation_number import mask_personal_numbers


@dataclass(frozen=True)
class MeetingChange:
    """What a calendar says otherwise than the register about one meeting: field, before, after.

    Attributes
    ----------
    conflict : str
        Code of the reason why it was not taken (``calendar_conflict.<code>`` in `text`); empty when it was.
    """

    meeting: Meeting
    fields: tuple[tuple[str, Any, Any], ...]
    conflict: str = ""

    def as_json(self, language: str) -> dict[str, Any]:
        """Return the change for ``--json``; `what` is a sentence."""
        return {
            "meeting": self.meeting.id,
            "agreement": self.meeting.agreement_id,
            "fields": [{"field": name, "before": before, "after": after} for name, before, after in self.fields],
            "conflict": self.conflict or None,
            "what": self.sentence(language),
        }

    def sentence(self, language: str) -> str:
        """Return what became of the meeting, in words."""
        told = [
            text.sentence(
                "calendar.field",
                {
                    "field": text.sentence(f"column.{name}", {}, language),
                    "before": str(before or "–"),
                    "after": str(after or "–"),
                },
                language,
            )
            for name, before, after in self.fields
        ]
        values = {"meeting": self.meeting.id, "changes": told or ["–"]}
        code = f"calendar_conflict.{self.conflict}" if self.conflict else "calendar.changed"
        return text.sentence(code, values, language)


@dataclass
class CalendarAccount:
    """What became of every event of a calendar file: ``events = changed + unchanged + conflicts + unknown``.

    Attributes
    ----------
    unknown : int
        Events that are no meetings of the register; nothing of them is kept or shown.
    saved : bool
        Whether the changes were saved, or only looked at.
    """

    file: str
    events: int = 0
    changed: list[MeetingChange] = field(default_factory=list)
    unchanged: int = 0
    conflicts: list[MeetingChange] = field(default_factory=list)
    unknown: int = 0
    saved: bool = False

    def as_json(self, language: str) -> dict[str, Any]:
        """Return the account for ``--json``."""
        return {
            "file": self.file,
            "events": self.events,
            "changed": [change.as_json(language) for change in self.changed],
            "unchanged": self.unchanged,
            "conflicts": [change.as_json(language) for change in self.conflicts],
            "unknown": self.unknown,
            "saved": self.saved,
        }


def import_calendar(
    path: Path, register: Register, *, actor: str, as_of: date, language: str = "sv", dry_run: bool = False
) -> CalendarAccount:
    """Return the account of bringing a calendar file back; all changes that can be taken are saved together.

    Parameters
    ----------
    actor : str
        Id of the person who imports, or ``system:<name>``.
    as_of : date
        Today: no meeting is moved to a day before it.
    language : str
        Language of the reason that a meeting cancelled in the calendar gets when the calendar names none.
    dry_run : bool
        Whether to look only, and save nothing.

    Notes
    -----
    A meeting is known again by its UID. Day, hour, place and cancelling are taken; titles and participants are not.
    Nothing is taken when the register has changed the meeting since the file was written (the version that the event
    carries, or its sequence number where the calendar has dropped that, is older), when the meeting has been held or
    cancelled, or when the event repeats, stands there twice, or lies in the past.
    """
    events = read_calendar(path)
    content = register.load()
    known = {meeting_uid(content, meeting): meeting for meeting in content.meetings}
    account = CalendarAccount(path.name, events=len(events))
    times = Counter(event.uid for event in events)
    for event in events:
        meeting = known.get(event.uid)
        if meeting is None:
            account.unknown += 1
            continue
        _sort_in(account, _change(content, meeting, event, language, as_of, is_alone=times[event.uid] == 1))
    if account.changed and not dry_run:
        register.save([_moved(change) for change in account.changed], actor=actor)
        account.saved = True
    return account


def _sort_in(account: CalendarAccount, change: MeetingChange) -> None:
    if change.conflict:
        account.conflicts.append(change)
    elif change.fields:
        account.changed.append(change)
    else:
        account.unchanged += 1


def _change(
    content: RegisterContent, meeting: Meeting, event: CalendarEvent, language: str, as_of: date, *, is_alone: bool
) -> MeetingChange:
    fields = tuple(_differing(meeting, event, language))
    if not is_alone:
        return MeetingChange(meeting, fields, "twice")
    if event.repeats:
        return MeetingChange(meeting, fields, "repeats")
    if not fields:
        return MeetingChange(meeting, ())
    return MeetingChange(meeting, fields, next(_obstacles(content, meeting, event, as_of), ""))


def _obstacles(content: RegisterContent, meeting: Meeting, event: CalendarEvent, as_of: date) -> Iterator[str]:
    """Yield every reason why what the calendar says cannot be taken, the weightiest first."""
    written_from = event.record_version if event.record_version is not None else event.sequence
    if meeting.held_date is not None:
        yield "held"
    if meeting.cancelled_reason:
        yield "cancelled"
    if written_from < meeting.version:
        yield "changed_since"
    if event.record_version is not None and event.record_version > meeting.version:
        yield "not_from_here"
    if event.day < as_of and not event.is_cancelled:
        yield "in_the_past"
    agreement = content.find(Agreement, meeting.agreement_id)
    if agreement and (event.day < agreement.start_date or (agreement.end_date and event.day > agreement.end_date)):
        yield "outside_agreement"


def _differing(meeting: Meeting, event: CalendarEvent, language: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield the fields that the calendar says otherwise; of a meeting cancelled there only that it is."""
    if event.is_cancelled:
        if not meeting.cancelled_reason:
            yield "cancelled_reason", "", event.comment or text.sentence("calendar.cancelled_there", {}, language)
        return
    if meeting.cancelled_reason and meeting.held_date is None:
        yield "cancelled_reason", meeting.cancelled_reason, ""
    shown = {
        "planned_date": meeting.held_date or meeting.planned_date,
        "start_time": meeting.start_time if is_hour(meeting.start_time) else "",
        "place": plain_text(mask_personal_numbers(meeting.place)),
    }
    told = {"planned_date": event.day, "start_time": event.start_time, "place": event.location}
    for name, before in shown.items():
        if before != told[name]:
            yield name, before, told[name]


def _moved(change: MeetingChange) -> Meeting:
    values: dict[str, Any] = {name: after for name, _, after in change.fields}
    return replace(change.meeting, **values)
