"""Reports of meetings: what identifies them, the calendar file that goes with them, when they are made anew."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from partnership_lib import text
from partnership_lib.domain import (
    Activity,
    ActivityKind,
    Cadence,
    Decision,
    Level,
    Meeting,
    Participant,
    Party,
    Person,
    WorkingOrder,
)
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.reports import choose_requests, meeting_pack, one_request, run_reports, verify_report
from partnership_lib.reports.bundle import CALENDAR
from partnership_lib.reports.catalogue import KINDS
from partnership_lib.reports.publish import all_published
from partnership_lib.reports.request import ReportRequest, request_of
from partnership_lib.workspace import Workspace

Maker = Callable[..., Path]
HOSTILE = "<script>alert(1)</script> =HYPERLINK(1)\r\nBEGIN:VALARM"


def _meeting(meeting_id: str, day: date, **values: Any) -> Meeting:
    usual = {"agreement_id": "A-1", "level": Level.TACTICAL, "planned_date": day}
    return Meeting(id=meeting_id, **(usual | values))


@pytest.fixture
def place(workspace: Workspace) -> Workspace:
    """The workspace with a working order for A-1, a meeting held, one ahead and one after that."""
    workspace.register.save(
        [
            Person(id="P-1", name="Anna Berg", organisation_id="O-1", email="anna@provkommunen.example"),
            Person(id="P-2", name="Olle Lind", organisation_id="O-2"),
            WorkingOrder(id="WO", agreement_id="A-1", valid_from=date(2025, 9, 1)),
            Cadence(id="C", working_order_id="WO", level=Level.TACTICAL, meetings_per_year=4, hours_per_meeting=1.5),
            Participant(id="C-1", cadence_id="C", person_id="P-1"),
            Participant(id="C-2", cadence_id="C", person_id="P-2"),
            _meeting("M-1", date(2026, 9, 8), held_date=date(2026, 9, 8), minutes="Vi gick igenom listan."),
            _meeting("M-2", date(2026, 10, 6), start_time="09:00", internal_note="HEMLIGT"),
            _meeting("M-3", date(2026, 12, 1)),
            _meeting("M-0", date(2026, 10, 1), agreement_id="A-2", level=Level.STRATEGIC),
        ],
        actor="system:test",
    )
    return workspace


@pytest.fixture
def write_all(write_bundle: Maker) -> Maker:
    """A stand-in for a worker that writes the calendar file as a worker does."""

    def write(work: Path, job: dict[str, Any], **values: object) -> Path:
        bundle = write_bundle(work, job, **values)
        if job["presentation"]["calendar"]:
            (bundle / CALENDAR).write_bytes(job["presentation"]["calendar"].encode())
        return bundle

    return write


def _publish(place: Workspace, write_all: Maker, kind: str, **asked: str) -> Any:
    request = one_request(place, kind, agreement="A-1", **asked)
    return run_reports(place, [request], make_bundle=write_all)


def _save(place: Workspace, *records: Any) -> None:
    place.register.save(records, actor="system:test")


def _stored(place: Workspace, meeting_id: str) -> Meeting:
    found = place.content().find(Meeting, meeting_id)
    assert found is not None
    return found


def test_the_agenda_is_of_the_next_meeting_and_the_minutes_are_of_the_latest(place: Workspace) -> None:
    assert one_request(place, "agenda", agreement="A-1").key == "agenda/A-1/M-2/internal/sv"
    assert one_request(place, "minutes", agreement="A-1").key == "minutes/A-1/M-1/internal/sv"
    asked = one_request(place, "agenda", agreement="A-1", meeting="M-3", audience="shared", language="en")
    assert asked.key == "agenda/A-1/M-3/shared/en"
    assert request_of(asked.key) == asked


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_key_says_all_that_was_asked_for_whatever_the_meeting_is_called(agreement: str, meeting: str) -> None:
    request = ReportRequest("minutes", agreement, None, "shared", "en", meeting=meeting)
    assert request_of(request.key) == request


@pytest.mark.parametrize(
    ("code", "kind", "asked"),
    [
        ("report_needs_agreement", "agenda", {}),
        ("unknown_agreement", "agenda", {"agreement": "A-9"}),
        ("unknown_meeting", "agenda", {"agreement": "A-1", "meeting": "M-9"}),
        ("meeting_of_other_agreement", "agenda", {"agreement": "A-1", "meeting": "M-0"}),
        ("meeting_held", "agenda", {"agreement": "A-1", "meeting": "M-1"}),
        ("meeting_not_held", "minutes", {"agreement": "A-1", "meeting": "M-2"}),
        ("no_meeting_held", "minutes", {"agreement": "A-2"}),
        ("no_meeting_planned_no_order", "agenda", {"agreement": "A-3"}),
        ("report_of_meeting_takes_no_period", "agenda", {"agreement": "A-1", "period": "2026-T2"}),
        ("report_takes_no_case", "minutes", {"agreement": "A-1", "case": "skola"}),
        ("report_takes_no_meeting", "follow_up", {"agreement": "A-1", "meeting": "M-1"}),
        ("report_takes_no_meeting", "portfolio", {"meeting": "M-1"}),
        ("unknown_audience", "agenda", {"agreement": "A-1", "audience": "public"}),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_to_do(
    place: Workspace, code: str, kind: str, asked: dict[str, str]
) -> None:
    with pytest.raises(UsageError) as refused:
        one_request(place, kind, **asked)
    assert (refused.value.code, refused.value.exit_code) == (code, 2)
    for language in text.LANGUAGES:
        assert code not in text.describe(refused.value, language)


def test_the_same_data_are_identical_and_a_moved_meeting_makes_a_new_version(
    place: Workspace, write_all: Maker
) -> None:
    first, second = (_publish(place, write_all, "agenda") for _ in range(2))
    _save(place, replace(_stored(place, "M-2"), planned_date=date(2026, 10, 8)))
    third = _publish(place, write_all, "agenda")
    assert [len(outcome.published) for outcome in (first, second, third)] == [1, 0, 1]
    assert {report.manifest.body["key"] for report in all_published(place.reports_folder)} == {
        "agenda/A-1/M-2/internal/sv"
    }


def test_a_meeting_moved_and_moved_back_makes_a_new_version_because_its_calendar_has_moved_on(
    place: Workspace, write_all: Maker
) -> None:
    _publish(place, write_all, "agenda")
    _save(place, replace(_stored(place, "M-2"), planned_date=date(2026, 10, 8)))
    _save(place, replace(_stored(place, "M-2"), planned_date=date(2026, 10, 6)))
    assert len(_publish(place, write_all, "agenda").published) == 1


def test_a_proposal_that_moves_because_of_another_agreement_makes_a_new_version(
    place: Workspace, write_all: Maker
) -> None:
    cancelled = replace(_stored(place, "M-3"), cancelled_reason="Sjukdom")
    _save(place, cancelled)
    _publish(place, write_all, "agenda")
    proposed = place.proposed_meetings("A-1")[0].day
    elsewhere = [
        WorkingOrder(id="WO-2", agreement_id="A-2", valid_from=date(2026, 5, 1)),
        Cadence(id="C-9", working_order_id="WO-2", level=Level.STRATEGIC, meetings_per_year=1),
        Participant(id="C-9-1", cadence_id="C-9", person_id="P-1"),
    ]
    _save(place, *elsewhere, replace(_stored(place, "M-0"), planned_date=proposed))
    assert place.proposed_meetings("A-1")[0].day != proposed
    assert len(_publish(place, write_all, "agenda").published) == 1


def test_minutes_do_not_depend_on_the_ledger(place: Workspace) -> None:
    assert "ledger" not in KINDS["minutes"].inputs
    assert "ledger" in KINDS["agenda"].inputs


def test_the_calendar_of_an_agenda_is_its_meeting_and_that_of_minutes_what_comes_next(
    place: Workspace, write_all: Maker
) -> None:
    _publish(place, write_all, "agenda")
    _publish(place, write_all, "minutes")
    found = {
        report.manifest.body["kind"]: _events(report.folder / CALENDAR)
        for report in all_published(place.reports_folder)
    }
    assert found["agenda"] == [("2026-10-06", "CONFIRMED")]
    assert found["minutes"] == [("2026-10-06", "CONFIRMED"), ("2026-12-01", "CONFIRMED")]


def _events(file: Path) -> list[tuple[str, str]]:
    found = icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    return [(str(event.start)[:10], str(event["status"])) for event in found]


def test_the_suppliers_calendar_has_no_addresses(place: Workspace, write_all: Maker) -> None:
    for audience in ("internal", "shared"):
        _publish(place, write_all, "agenda", audience=audience)
    told = {r.manifest.body["audience"]: (r.folder / CALENDAR).read_text() for r in all_published(place.reports_folder)}
    assert "anna@provkommunen.example" in told["internal"]
    assert "@provkommunen" not in told["shared"]
    assert "HEMLIGT" not in told["internal"] + told["shared"]


def test_where_nothing_comes_next_there_is_no_calendar_file(place: Workspace, write_all: Maker) -> None:
    for meeting_id in ("M-2", "M-3"):
        _save(place, replace(_stored(place, meeting_id), cancelled_reason="Sjukdom"))
    _publish(place, write_all, "minutes")
    (report,) = all_published(place.reports_folder)
    assert not (report.folder / CALENDAR).exists()


def test_a_report_of_a_meeting_is_verified_and_an_altered_calendar_is_seen(place: Workspace, write_all: Maker) -> None:
    _publish(place, write_all, "agenda")
    (report,) = all_published(place.reports_folder)
    assert report.manifest.body["meeting"] == "M-2"
    assert report.manifest.body["period"] is None
    assert {finding["severity"] for finding in verify_report(place, report.folder)} == {"info"}
    (report.folder / CALENDAR).write_bytes((report.folder / CALENDAR).read_bytes() + b"\r\n")
    assert "error" in {finding["severity"] for finding in verify_report(place, report.folder)}


def test_verify_says_that_the_calendar_has_moved_since(place: Workspace, write_all: Maker) -> None:
    _publish(place, write_all, "agenda")
    _save(place, replace(_stored(place, "M-2"), place="Rådhuset"))
    (finding,) = verify_report(place, "agenda/A-1/M-2/internal/sv")
    assert "kalendern och registret" in finding["what"]


def test_the_papers_of_meetings_are_never_due_but_tried_again_when_they_failed(place: Workspace) -> None:
    assert not [r for r in choose_requests(place, "all") if r.kind in ("agenda", "minutes")]

    def fail(work: Path, job: dict[str, Any], **_: object) -> Path:
        raise ReportError("report_stopped")

    assert _publish(place, fail, "agenda").failed
    assert [request.key for request in choose_requests(place, "failed")] == ["agenda/A-1/M-2/internal/sv"]


def test_the_list_of_reports_names_the_meeting_and_links_to_its_calendar(place: Workspace, write_all: Maker) -> None:
    for meeting in ("M-2", "M-3"):
        _publish(place, write_all, "agenda", meeting=meeting)
    page = (place.reports_folder / "index.html").read_text(encoding="utf-8")
    assert page.index("Taktiskt möte 2026-12-01") < page.index("Taktiskt möte 2026-10-06")
    assert "Dagordning: Avtal A-1 (A-1)" in re.sub("<[^>]+>", "", page)
    assert page.count(CALENDAR) == 2


def test_the_papers_of_a_meeting_are_published_in_one_call(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "partnership_lib.reports.papers.run_reports",
        lambda _, requests, workers: asked.extend(request.key for request in requests),
    )
    meeting_pack(place, "A-1")
    assert asked == [
        f"{key}/{audience}/sv" for key in ("minutes/A-1/M-1", "agenda/A-1/M-2") for audience in ("internal", "shared")
    ]
    asked.clear()
    meeting_pack(place, "A-1", "M-1")
    meeting_pack(place, "A-1", "M-3", language="en")
    assert asked == [
        "minutes/A-1/M-1/internal/sv",
        "minutes/A-1/M-1/shared/sv",
        "agenda/A-1/M-3/internal/en",
        "agenda/A-1/M-3/shared/en",
    ]
    with pytest.raises(UsageError, match="no_meeting_planned_no_order"):
        meeting_pack(place, "A-3")
    with pytest.raises(UsageError, match="unknown_meeting"):
        meeting_pack(place, "A-1", "M-9")


def test_hostile_titles_reach_page_pdf_tables_and_calendar_as_text_only(place: Workspace) -> None:
    activity = Activity(
        id="K-1",
        agreement_id="A-1",
        level=Level.TACTICAL,
        title=HOSTILE,
        kind=ActivityKind.CHALLENGE,
        raised_by=Party.BUYER,
        raised_date=date(2026, 9, 8),
        due_date=date(2026, 9, 10),
    )
    decided = {"agreement_id": "A-1", "meeting_id": "M-1", "decided_date": date(2026, 9, 8)}
    decision = Decision(id="D-1", text=HOSTILE, figure_sentence=HOSTILE, **decided)
    _save(place, activity, decision, replace(_stored(place, "M-2"), place=HOSTILE))
    outcome = meeting_pack(place, "A-1", language="sv")
    assert outcome.failed == []
    assert len(outcome.published) == 4
    for _, report in outcome.published:
        page = report.html.read_text(encoding="utf-8")
        assert "<script" not in page
        assert "alert(1)" in page
        assert "alert(1)" in "".join(sheet.extract_text() for sheet in PdfReader(report.folder / "report.pdf").pages)
        for table in (report.folder / "data").glob("*.csv"):
            assert not [line for line in table.read_text(encoding="utf-8").splitlines() if line.startswith("=")]
        lines = (report.folder / CALENDAR).read_bytes().split(b"\r\n")
        assert b"BEGIN:VALARM" not in lines
    again = meeting_pack(place, "A-1", language="sv")
    assert (len(again.published), len(again.identical)) == (0, 4)
    shutil.rmtree(place.reports_folder)
