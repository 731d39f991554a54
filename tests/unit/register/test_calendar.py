"""Meetings in the calendar: sent out for the audience that may see them, brought back where somebody moved them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import icalendar
import pytest

from partnership_lib import text
from partnership_lib.domain import (
    Agreement,
    AgreementKind,
    Cadence,
    Level,
    Meeting,
    Organisation,
    Participant,
    Party,
    Person,
    RequirementType,
    WorkingOrder,
)
from partnership_lib.errors import UsageError
from partnership_lib.register.exchange.calendar import (
    CalendarAccount,
    export_calendar,
    import_calendar,
    meeting_uid,
)
from partnership_lib.register.store import Register

AS_OF = date(2026, 9, 15)
DAY = date(2026, 10, 6)
Send = Callable[..., Any]


def _agreement(agreement_id: str, name: str) -> Agreement:
    return Agreement(
        id=agreement_id,
        name=name,
        buyer_id="O-1",
        supplier_id="O-2",
        kind=AgreementKind.CONTRACT,
        requirement_type=RequirementType.FUNCTIONAL,
        category="48000000",
        start_date=date(2024, 3, 1),
        end_date=date(2030, 12, 31),
        owner_id="P-1",
    )


def _meeting(meeting_id: str, day: date, **values: Any) -> Meeting:
    usual = {"agreement_id": "A-1", "level": Level.TACTICAL, "planned_date": day}
    return Meeting(id=meeting_id, **(usual | values))


def _fill(url: str) -> None:
    Register.open(url, clock=_clock).save(
        [
            Organisation(id="O-1", name="Lindvalla kommun", party=Party.BUYER, organisation_number="2120000001"),
            Organisation(id="O-2", name="Lärportalen AB", party=Party.SUPPLIER),
            Person(id="P-1", name="Anna Berg", organisation_id="O-1", email="anna@lindvalla.example"),
            Person(id="P-2", name="Olle Lind", organisation_id="O-2"),
            _agreement("A-1", "Skoladministration"),
            _agreement("A-2", "Måltider"),
            WorkingOrder(id="WO", agreement_id="A-1", valid_from=date(2024, 3, 1)),
            Cadence(id="C", working_order_id="WO", level=Level.TACTICAL, meetings_per_year=4, hours_per_meeting=1.5),
            Participant(id="C-1", cadence_id="C", person_id="P-1"),
            Participant(id="C-2", cadence_id="C", person_id="P-2"),
            _meeting("M-1", date(2026, 9, 8), held_date=date(2026, 9, 8)),
            _meeting("M-2", DAY, start_time="09:00", place="Rådhuset", internal_note="HEMLIGT"),
            _meeting("M-3", date(2026, 11, 3), cancelled_reason="Sjukdom"),
            _meeting("X-1", date(2026, 10, 7), agreement_id="A-2"),
        ],
        actor="system:test",
    )


def _clock() -> str:
    return "2026-09-01T10:00:00Z"


@pytest.fixture
def register(database: Any) -> Register:
    """An agreement with a working order, a meeting held, one ahead, one cancelled; and another agreement's meeting."""
    database.fill(_fill)
    return Register.open(database.url, clock=_clock)


@pytest.fixture
def send(register: Register, tmp_path: Path) -> Send:
    """Sends out the meetings of A-1, lets somebody edit the file as text, and brings it back."""

    def sent(*edits: tuple[str, str], meanwhile: Callable[[], None] | None = None, **values: Any) -> CalendarAccount:
        file = tmp_path / "m.ics"
        export_calendar(register, file, "sv", "internal", AS_OF, agreement="A-1")
        written = file.read_bytes().decode()
        for old, new in edits:
            assert old in written
            written = written.replace(old, new)
        file.write_bytes(written.encode())
        if meanwhile is not None:
            meanwhile()
        return import_calendar(file, register, actor="system:test", as_of=AS_OF, **values)

    return sent


def events(file: Path) -> dict[str, Any]:
    """The events of a file by the day that they begin."""
    return {str(found.start)[:10]: found for found in icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")}


def stands(register: Register, meeting_id: str = "M-2") -> Meeting:
    """A meeting as it stands in the register."""
    found = register.load().find(Meeting, meeting_id)
    assert found is not None
    return found


# --- out ------------------------------------------------------------------------------------------------------------


def test_the_meetings_from_the_as_of_date_on_are_sent_out(register: Register, tmp_path: Path) -> None:
    assert export_calendar(register, tmp_path / "a.ics", "sv", "internal", AS_OF, agreement="A-1") == 2
    assert export_calendar(register, tmp_path / "b.ics", "sv", "internal", AS_OF) == 3
    found = events(tmp_path / "a.ics")
    assert set(found) == {"2026-10-06", "2026-11-03"}
    assert (found["2026-10-06"]["status"], found["2026-11-03"]["status"]) == ("CONFIRMED", "CANCELLED")
    assert str(found["2026-11-03"]["comment"]) == "Sjukdom"
    assert found["2026-10-06"].duration.total_seconds() == 1.5 * 3600


def test_who_has_an_address_is_asked_and_everybody_is_named(register: Register, tmp_path: Path) -> None:
    export_calendar(register, tmp_path / "a.ics", "sv", "internal", AS_OF, agreement="A-1")
    meeting = events(tmp_path / "a.ics")["2026-10-06"]
    assert str(meeting["attendee"]) == "mailto:anna@lindvalla.example"
    assert "Anna Berg och Olle Lind" in str(meeting["description"])


def test_the_supplier_gets_no_address_and_no_note(register: Register, tmp_path: Path) -> None:
    export_calendar(register, tmp_path / "s.ics", "sv", "shared", AS_OF, agreement="A-1")
    export_calendar(register, tmp_path / "i.ics", "sv", "internal", AS_OF, agreement="A-1")
    shared, internal = (tmp_path / "s.ics").read_text(), (tmp_path / "i.ics").read_text()
    assert "@lindvalla" not in shared
    assert "@lindvalla" in internal
    assert "HEMLIGT" not in shared + internal
    assert "Olle Lind" in shared.replace("\n ", "")  # long lines are folded


def test_the_id_of_a_meeting_never_changes_and_the_sequence_grows(register: Register, tmp_path: Path) -> None:
    export_calendar(register, tmp_path / "a.ics", "sv", "internal", AS_OF, agreement="A-1")
    register.save([replace(stands(register), planned_date=date(2026, 10, 8))], actor="system:test")
    export_calendar(register, tmp_path / "b.ics", "sv", "internal", AS_OF, agreement="A-1")
    before, after = events(tmp_path / "a.ics")["2026-10-06"], events(tmp_path / "b.ics")["2026-10-08"]
    assert before["uid"] == after["uid"]
    assert int(after["sequence"]) == int(before["sequence"]) + 1


def test_two_municipalities_have_different_ids_for_meetings_of_the_same_name(register: Register) -> None:
    content = register.load()
    other = replace(
        content, organisations=tuple(replace(o, organisation_number="2120000002") for o in content.organisations)
    )
    assert meeting_uid(content, stands(register)) == meeting_uid(register.load(), stands(register))
    other = type(content).of(other)
    assert meeting_uid(content, stands(register)) != meeting_uid(other, stands(register))


@pytest.mark.parametrize(
    ("code", "name", "values"),
    [
        ("calendar_suffix", "a.csv", {}),
        ("unknown_agreement", "a.ics", {"agreement": "A-9"}),
        ("unknown_audience", "a.ics", {"audience": "public"}),
    ],
)
def test_what_cannot_be_sent_out_is_refused(
    register: Register, tmp_path: Path, code: str, name: str, values: dict[str, str]
) -> None:
    with pytest.raises(UsageError) as refused:
        export_calendar(
            register,
            tmp_path / name,
            "sv",
            values.get("audience", "internal"),
            AS_OF,
            agreement=values.get("agreement"),
        )
    assert refused.value.code == code
    assert not (tmp_path / name).exists()


# --- and back -------------------------------------------------------------------------------------------------------


def test_a_file_that_comes_back_as_it_was_changes_nothing(register: Register, send: Send) -> None:
    head = register.audit_head()
    account = send()
    assert (account.events, account.unchanged, account.changed, account.conflicts) == (2, 2, [], [])
    assert register.audit_head() == head


@pytest.mark.parametrize("hour", ["9.00", "eftermiddag"])
def test_an_hour_that_no_calendar_understands_is_kept(register: Register, send: Send, hour: str) -> None:
    register.save([replace(stands(register), start_time=hour)], actor="system:test")
    assert send().unchanged == 2
    assert stands(register).start_time == hour


def test_a_moved_meeting_comes_back_as_a_change(register: Register, send: Send) -> None:
    account = send(("20261006T090000", "20261013T130000"), ("Rådhuset", "Skolan"))
    assert account.saved
    assert [change.meeting.id for change in account.changed] == ["M-2"]
    now = stands(register)
    assert (now.planned_date, now.start_time, now.place) == (date(2026, 10, 13), "13:00", "Skolan")
    assert now.internal_note == "HEMLIGT"
    assert "2026-10-06 → 2026-10-13" in account.changed[0].sentence("sv")


def test_brought_back_twice_it_changes_nothing_the_second_time(register: Register, tmp_path: Path, send: Send) -> None:
    send(("20261006T090000", "20261013T130000"))
    again = import_calendar(tmp_path / "m.ics", register, actor="system:test", as_of=AS_OF)
    assert (again.changed, again.conflicts, again.unchanged) == ([], [], 2)


def test_looking_only_saves_nothing(register: Register, send: Send) -> None:
    account = send(("20261006T090000", "20261013T130000"), dry_run=True)
    assert (len(account.changed), account.saved) == (1, False)
    assert stands(register).planned_date == DAY


def test_a_meeting_cancelled_in_the_calendar_is_cancelled_with_a_reason(register: Register, send: Send) -> None:
    account = send(("STATUS:CONFIRMED", "STATUS:CANCELLED"))
    assert len(account.changed) == 1
    assert stands(register).cancelled_reason == "Inställt i en deltagares kalender."


def _later(register: Register, **values: Any) -> Callable[[], None]:
    return lambda: register.save([replace(stands(register), **values)], actor="system:test") and None


def test_what_the_register_has_changed_meanwhile_is_not_overwritten(register: Register, send: Send) -> None:
    account = send(("20261006T090000", "20261013T130000"), meanwhile=_later(register, planned_date=date(2026, 10, 20)))
    assert [change.conflict for change in account.conflicts] == ["changed_since"]
    assert stands(register).planned_date == date(2026, 10, 20)
    assert not account.saved


def test_a_clash_is_seen_by_the_sequence_where_a_calendar_drops_our_version(register: Register, send: Send) -> None:
    dropped = ("X-PARTNERSHIP-VERSION:1\r\n", "")
    account = send(
        dropped, ("20261006T090000", "20261013T130000"), meanwhile=_later(register, planned_date=date(2026, 10, 20))
    )
    assert [change.conflict for change in account.conflicts] == ["changed_since"]
    assert len(send(dropped, ("20261020T090000", "20261013T130000"), ("SEQUENCE:1", "SEQUENCE:2")).changed) == 1


def test_both_moved_to_the_same_day_is_no_clash(register: Register, send: Send) -> None:
    moved = {"planned_date": date(2026, 10, 13), "start_time": "13:00"}
    account = send(("20261006T090000", "20261013T130000"), meanwhile=_later(register, **moved))
    assert (account.conflicts, account.unchanged) == ([], 2)


@pytest.mark.parametrize(
    ("conflict", "edits"),
    [
        ("in_the_past", (("20261006T090000", "20260901T090000"),)),
        ("outside_agreement", (("20261006T090000", "20311006T090000"),)),
        (
            "not_from_here",
            (("X-PARTNERSHIP-VERSION:1", "X-PARTNERSHIP-VERSION:7"), ("20261006T090000", "20261013T090000")),
        ),
        ("repeats", (("SEQUENCE:1\r\n", "SEQUENCE:1\r\nRRULE:FREQ=DAILY\r\n"),)),
        ("cancelled", (("STATUS:CANCELLED", "STATUS:CONFIRMED"),)),
    ],
)
def test_what_makes_no_sense_is_listed_and_left(
    register: Register, send: Send, conflict: str, edits: tuple[tuple[str, str], ...]
) -> None:
    content = register.load()
    account = send(*edits)
    assert conflict in [change.conflict for change in account.conflicts]
    assert not account.changed
    assert register.load() == content
    for language in text.LANGUAGES:
        assert "M-" in account.conflicts[0].sentence(language)
        assert account.conflicts[0].as_json(language)["conflict"]


def test_a_meeting_that_was_held_meanwhile_is_not_moved(register: Register, send: Send) -> None:
    account = send(("20261006T090000", "20261013T130000"), meanwhile=_later(register, held_date=date(2026, 9, 14)))
    assert [change.conflict for change in account.conflicts] == ["held"]


def test_a_meeting_that_stands_twice_is_not_guessed_at(register: Register, send: Send) -> None:
    first = str(meeting_uid(register.load(), stands(register, "M-2")))
    second = str(meeting_uid(register.load(), stands(register, "M-3")))
    account = send((second, first))
    assert {change.conflict for change in account.conflicts} == {"twice"}


def test_other_peoples_events_are_counted_and_not_told(register: Register, send: Send) -> None:
    private = "BEGIN:VEVENT\r\nUID:private\r\nDTSTART:20261006T090000\r\nSUMMARY:Tandläkare\r\nEND:VEVENT\r\n"
    account = send(("BEGIN:VTIMEZONE", private + "BEGIN:VTIMEZONE"))
    assert (account.events, account.unknown, account.unchanged) == (3, 1, 2)
    assert "Tandläkare" not in str(account.as_json("sv"))


def test_events_are_changed_unchanged_in_conflict_or_unknown(send: Send) -> None:
    account = send(("20261006T090000", "20261013T130000"), ("STATUS:CANCELLED", "STATUS:CONFIRMED"))
    assert account.events == len(account.changed) + account.unchanged + len(account.conflicts) + account.unknown


def test_who_may_not_save_imports_nothing(register: Register, tmp_path: Path, send: Send) -> None:
    send(("20261006T090000", "20261013T130000"), dry_run=True)
    with pytest.raises(UsageError, match="not_allowed"):
        import_calendar(tmp_path / "m.ics", register, actor="P-1", as_of=AS_OF)
    assert stands(register).planned_date == DAY
