"""Calendar files: text stays text, the same events give the same bytes, hostile files end in a sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from partnership_lib import text
from partnership_lib.errors import InputError
from partnership_lib.files import calendars
from partnership_lib.files.calendars import Attendee, CalendarEvent, calendar_bytes, plain_text, read_calendar


def event(**values: Any) -> CalendarEvent:
    """A meeting on 23 September 2026."""
    return CalendarEvent(**({"uid": "u@partnership", "sequence": 3, "day": date(2026, 9, 23)} | values))


def read_back(written: bytes) -> list[Any]:
    """The events as the library reads them."""
    return list(icalendar.Calendar.from_ical(written).walk("VEVENT"))


def from_file(folder: Path, content: bytes) -> list[CalendarEvent]:
    """The events as we read them."""
    file = folder / "in.ics"
    file.write_bytes(content)
    return read_calendar(file)


def test_a_meeting_with_a_known_hour_is_written_in_swedish_time() -> None:
    (found,) = read_back(calendar_bytes([event(start_time="09:00", duration_minutes=90)], "Möten"))
    assert found.start == datetime(2026, 9, 23, 9, tzinfo=ZoneInfo("Europe/Stockholm"))
    assert found.end - found.start == found.duration
    assert found.duration.total_seconds() == 90 * 60
    assert b"TZID:Europe/Stockholm" in calendar_bytes([event(start_time="09:00")], "Möten")


@pytest.mark.parametrize("hour", ["", "9", "25:00", "09:00\r\nX:1"])
def test_a_meeting_without_a_known_hour_takes_a_day_and_blocks_nothing(hour: str) -> None:
    (found,) = read_back(calendar_bytes([event(start_time=hour)], "Möten"))
    assert (found.start, found["transp"]) == (date(2026, 9, 23), "TRANSPARENT")


def test_sequence_status_and_version_are_carried() -> None:
    (found,) = read_back(calendar_bytes([event(is_cancelled=True, comment="Sjukdom", record_version=3)], "Möten"))
    assert (int(found["sequence"]), found["status"], found["x-partnership-version"]) == (3, "CANCELLED", "3")
    assert found["comment"] == "Sjukdom"


def test_the_same_events_give_the_same_bytes() -> None:
    events = [event(start_time="09:00", revised=datetime(2026, 9, 1, tzinfo=UTC)), event(uid="v")]
    assert calendar_bytes(events, "Möten") == calendar_bytes(events, "Möten")


@pytest.mark.parametrize(
    "hostile",
    [
        "Möte\r\nATTENDEE:mailto:x@example.org\r\nBEGIN:VALARM",
        "Möte\nEND:VEVENT\nEND:VCALENDAR",
        "a;b,c\\n\\;d",
        '=HYPERLINK("http://x")',
        "\x00\x07\x1b[31m\u2028\u0085",
        '"quoted": ^n ^^ value',
    ],
)
def test_hostile_text_stays_text_wherever_it_stands(hostile: str) -> None:
    written = calendar_bytes(
        [
            event(
                summary=hostile,
                description=hostile,
                location=hostile,
                comment=hostile,
                attendees=(Attendee(hostile, "a@example.org"),),
            )
        ],
        hostile,
    )
    (found,) = read_back(written)
    assert str(found["summary"]) == str(found["location"]) == plain_text(hostile)
    names = {
        line.partition(b":")[0].partition(b";")[0] for line in written.split(b"\r\n") if line[:1] not in (b" ", b"")
    }
    assert names <= {
        *(b"BEGIN", b"END", b"VERSION", b"PRODID", b"X-WR-CALNAME", b"SUMMARY", b"DTSTART", b"DTEND", b"DTSTAMP"),
        *(b"UID", b"SEQUENCE", b"ATTENDEE", b"COMMENT", b"DESCRIPTION", b"LOCATION", b"STATUS", b"TRANSP"),
    }
    assert sum(line.startswith(b"BEGIN:") for line in written.split(b"\r\n")) == 2
    assert str(found["attendee"]) == "mailto:a@example.org"


def test_a_line_break_written_without_care_would_have_become_a_property() -> None:
    # The control: what the test above looks for is found where text is put into a file as it is.
    careless = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\nSUMMARY:%b\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    (found,) = read_back(careless % b"M\r\nATTENDEE:mailto:x@example.org")
    assert "attendee" in found


def test_tags_in_a_description_are_not_shown_as_html() -> None:
    (found,) = read_back(calendar_bytes([event(description="<img src=x>")], "Möten"))
    assert str(found["description"]) == "‹img src=x›"


@pytest.mark.parametrize("address", ["x", "a@b@c", "a@b.se\r\nX:1", "mailto:a@b.se", "a b@c.se", ""])
def test_what_is_no_address_is_left_out(address: str) -> None:
    written = calendar_bytes([event(attendees=(Attendee("A", address),), organiser=Attendee("A", address))], "Möten")
    assert b"ATTENDEE" not in written
    assert b"ORGANIZER" not in written


@settings(max_examples=60)
@given(some.text(max_size=200), some.text(max_size=80), some.text(max_size=40))
def test_whatever_the_text_the_file_is_read_back_as_one_event(summary: str, place: str, name: str) -> None:
    written = calendar_bytes([event(summary=summary, location=place, attendees=(Attendee(name, "a@b.se"),))], name)
    (found,) = read_back(written)
    assert str(found["summary"]) == plain_text(summary)
    assert not found.errors


# --- reading --------------------------------------------------------------------------------------------------------


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    sent = event(start_time="09:00", summary="Möte", location="Sal 1", record_version=3)
    (found,) = from_file(tmp_path, calendar_bytes([sent], "Möten"))
    assert (found.uid, found.day, found.start_time, found.location) == (sent.uid, sent.day, "09:00", "Sal 1")
    assert (found.sequence, found.record_version, found.is_cancelled, found.repeats) == (3, 3, False, False)


@pytest.mark.parametrize(
    ("start", "day", "hour"),
    [
        (b"DTSTART:20260923T070000Z", date(2026, 9, 23), "09:00"),
        (b"DTSTART;TZID=America/New_York:20260923T180000", date(2026, 9, 24), "00:00"),
        (b"DTSTART:20260923T090000", date(2026, 9, 23), "09:00"),
        (b"DTSTART;VALUE=DATE:20260923", date(2026, 9, 23), ""),
    ],
    ids=["UTC", "another zone", "no zone", "a day"],
)
def test_hours_of_any_zone_become_swedish(tmp_path: Path, start: bytes, day: date, hour: str) -> None:
    (found,) = from_file(tmp_path, _calendar(start))
    assert (found.day, found.start_time) == (day, hour)


def _calendar(*lines: bytes) -> bytes:
    return b"\r\n".join(
        [b"BEGIN:VCALENDAR", b"VERSION:2.0", b"BEGIN:VEVENT", b"UID:u", *lines, b"END:VEVENT", b"END:VCALENDAR", b""]
    )


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ((b"DTSTART:nonsense",), "no start"),
        ((b"SUMMARY:x",), "no start"),
        ((b"DTSTART;VALUE=DATE:99999999",), "no day"),
    ],
)
def test_an_event_that_cannot_be_understood_is_none_of_ours(
    tmp_path: Path, lines: tuple[bytes, ...], what: str
) -> None:
    assert from_file(tmp_path, _calendar(*lines)) == [], what


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"hello", b"BEGIN:VCALENDAR\r\n", b"\xff\xfe\x00", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"],
)
def test_a_file_that_is_no_calendar_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as refused:
        from_file(tmp_path, content)
    for language in text.LANGUAGES:
        assert refused.value.code not in text.describe(refused.value, language)


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="calendar_too_large"):
        from_file(tmp_path, b"BEGIN:VCALENDAR\r\n" + b"X" * calendars.LARGEST_FILE_BYTES)


def test_a_missing_file_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file_unreadable"):
        read_calendar(tmp_path / "none.ics")


@settings(max_examples=25, deadline=None)
@given(some.lists(some.sampled_from([
    b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"BEGIN:VEVENT", b"END:VEVENT", b"UID:u", b"DTSTART:20260923T070000Z",
    b"RRULE:FREQ=SECONDLY", b"SEQUENCE:-1", b"SEQUENCE:x", b"DTSTART;TZID=Nowhere/Land:20260923T090000",
    b"BEGIN:VTIMEZONE", b"ATTENDEE;CN=\"", b"STATUS:CANCELLED", b" folded", b"X-PARTNERSHIP-VERSION:9999999999999",
]), max_size=14))  # fmt: skip
def test_whatever_the_lines_reading_ends_in_events_or_in_our_own_error(lines: list[bytes]) -> None:
    try:
        found = calendars._events(b"\r\n".join(lines), "x.ics")
    except InputError:
        return
    assert all(isinstance(each.day, date) and each.sequence >= 0 for each in found)
