"""We and we: the pulse of both parties, who raised what, what was shared, and who came to the meetings."""

from __future__ import annotations

from datetime import date

import pytest

from partnership_lib.domain import (
    ActivityKind,
    Attendance,
    KnowledgeNote,
    Level,
    Party,
    PulseAnswer,
    PulseQuestion,
)
from partnership_lib.findings import Signal


@pytest.fixture
def scored(make):
    """Makes a meeting held on a day, with what each party answered to the three questions."""

    def made(day: date, buyer: tuple[int, ...], supplier: tuple[int, ...]):
        meeting = make.meeting(f"M-{day}", day, held_date=day)
        answers = [
            PulseAnswer(id=f"{day}-{party}-{question}", meeting_id=meeting.id, party=party, question=question, score=s)
            for party, scores in ((Party.BUYER, buyer), (Party.SUPPLIER, supplier))
            for question, s in zip(PulseQuestion, scores, strict=False)
        ]
        return [meeting, *answers]

    return made


def test_the_pulse_shows_both_parties_and_the_gap(report, scored):
    finding = report(*scored(date(2026, 6, 1), (2, 3, 4), (4, 4, 4))).finding("follow_up.pulse")
    # |2-4|, |3-4|, |4-4|: 3 points over three questions.
    assert finding.number == 1.0
    assert finding.sentence("sv") == (
        "Efter mötet den 1 juni 2026 gav kommunen samarbetet 3,0 och leverantören 4,0 på en skala från 1 till 5. "
        "Svaren skiljer sig i genomsnitt 1,0."
    )
    assert list(finding.table["score_gap"]) == [2, 1, 0]
    assert finding.signal is Signal.NONE  # once is not a pattern


def test_differences_in_both_directions_do_not_cancel(report, scored):
    finding = report(*scored(date(2026, 6, 1), (5, 1, 3), (1, 5, 3))).finding("follow_up.pulse")
    assert finding.number == pytest.approx(8 / 3)


def test_a_wide_gap_twice_in_a_row_asks_for_attention(report, scored):
    first, second = scored(date(2026, 3, 1), (3, 3, 3), (4, 4, 4)), scored(date(2026, 6, 1), (3, 3, 3), (4, 4, 4))
    assert report(*first, *second).finding("follow_up.pulse").signal is Signal.ATTENTION
    alike = scored(date(2026, 3, 1), (4, 4, 4), (4, 4, 4))
    assert report(*alike, *second).finding("follow_up.pulse").signal is Signal.NONE


@pytest.mark.parametrize(
    ("buyer", "code"),
    [((2, 2, 2), "pulse_gap_wider"), ((4, 4, 4), "pulse_gap_narrower"), ((3, 3, 3), "pulse_gap_same")],
)
def test_the_gap_is_told_against_the_meetings_before(report, scored, codes, buyer, code):
    before = scored(date(2026, 3, 1), (3, 3, 3), (4, 4, 4))
    assert code in codes(report(*before, *scored(date(2026, 6, 1), buyer, (4, 4, 4))), "cooperation")


def test_a_period_without_a_scored_meeting_gets_no_score(report, scored, codes):
    assert codes(report(), "cooperation")[0] == "pulse_never"
    before = report(*scored(date(2026, 3, 1), (3, 3, 3), (4, 4, 4)))
    finding = before.finding("follow_up.pulse_none")
    assert (finding.number, finding.signal) == (None, Signal.NONE)
    assert len(before["cooperation"].charts[0].frame) == 3  # the development is still shown


def test_where_one_party_answered_alone_there_is_nothing_to_compare(report, scored, codes):
    finding = report(*scored(date(2026, 6, 1), (), (4, 4, 4))).finding("follow_up.pulse_one_sided")
    assert finding.sentence("sv") == (
        "Efter mötet den 1 juni 2026 svarade bara leverantören på pulsen, så det går inte att jämföra."
    )


def test_the_question_they_see_most_differently_is_named(report, scored, codes):
    finding = report(*scored(date(2026, 6, 1), (4, 2, 4), (4, 4, 5))).finding("follow_up.pulse_furthest")
    assert finding.values["question"] == "openness"
    assert "pulse_agrees" in codes(report(*scored(date(2026, 6, 1), (4, 4, 4), (4, 4, 4))), "cooperation")


def test_answers_after_the_report_date_are_not_there_yet(report, scored, codes):
    assert codes(report(*scored(date(2026, 9, 1), (3, 3, 3), (4, 4, 4))), "cooperation")[0] == "pulse_never"


def test_what_each_party_has_raised_is_counted_kind_by_kind(report, make):
    activities = [
        make.activity("X-1"),
        make.activity("X-2", kind=ActivityKind.DEVIATION, raised_date=date(2026, 6, 1)),
        make.activity("X-3", raised_by=Party.SUPPLIER, kind=ActivityKind.LAW_CHANGE, done_date=date(2026, 6, 1)),
        make.activity("X-4", raised_date=date(2026, 9, 1)),
    ]
    finding = report(*activities).finding("follow_up.raised")
    assert finding.sentence("sv") == "Parterna har tagit upp tre aktiviteter: kommunen två och leverantören en."
    rows = finding.table.set_index("raised_by")
    assert dict(rows.loc["buyer"])["raised_deviation"] == 1
    assert (rows.loc["buyer"]["raised_in_period"], rows.loc["supplier"]["done"]) == (1, 1)


def test_knowledge_shared_in_the_period_is_listed_with_the_meeting(report, make):
    meeting = make.meeting("M-1", date(2026, 6, 1), held_date=date(2026, 6, 1), level=Level.TACTICAL)
    notes = [
        KnowledgeNote(
            id=f"K-{n}", agreement_id="A-1", shared_by=party, shared_date=day, title=f"Lärdom {n}", meeting_id="M-1"
        )
        for n, (party, day) in enumerate([(Party.SUPPLIER, date(2026, 6, 1)), (Party.BUYER, date(2026, 4, 30))])
    ]
    finding = report(meeting, *notes).finding("follow_up.knowledge")
    assert finding.sentence("sv") == "Under perioden delade kommunen inga erfarenheter och leverantören en."
    assert list(finding.table["meeting_level"]) == ["tactical"]


def attended(meeting_id: str, **present: bool) -> list[Attendance]:
    """Whether the municipality's Anna (P_1) and the supplier's Olle (P_2) came."""
    return [
        Attendance(id=f"{meeting_id}-{person}", meeting_id=meeting_id, person_id=person.replace("_", "-"), present=came)
        for person, came in present.items()
    ]


def test_attendance_is_counted_party_by_party_over_twelve_months(report, make):
    meetings = [
        make.meeting("M-0", date(2025, 8, 31), held_date=date(2025, 8, 31)),  # before the twelve months
        make.meeting("M-1", date(2025, 9, 1), held_date=date(2025, 9, 1)),
        make.meeting("M-2", date(2026, 6, 1), held_date=date(2026, 6, 1)),
        make.meeting("M-3", date(2026, 7, 1), held_date=date(2026, 7, 1)),  # nobody has noted who came
    ]
    noted = [
        *attended("M-0", P_1=False, P_2=False),
        *attended("M-1", P_1=True, P_2=True),
        *attended("M-2", P_1=True, P_2=False),
    ]
    analysis = report(*meetings, *noted)
    finding = analysis.finding("follow_up.attendance")
    assert finding.number == 0.75
    assert finding.sentence("sv") == (
        "Vid två möten under de senaste tolv månaderna kom 75\xa0procent av dem som väntades: "
        "100\xa0procent från kommunen och 50\xa0procent från leverantören."
    )
    assert finding.values["not_noted"] == 1
    latest = analysis.finding("follow_up.attendance_latest")
    assert list(latest.table["present"]) == [("Anna Berg",), ()]
    assert list(latest.table["absent"]) == [(), ("Olle Lind",)]


def test_a_meeting_that_a_whole_party_stayed_away_from_asks_for_attention(report, make, codes):
    meeting = make.meeting("M-1", date(2026, 6, 1), held_date=date(2026, 6, 1))
    finding = report(meeting, *attended("M-1", P_1=True, P_2=False)).finding("follow_up.attendance_one_sided")
    assert finding.signal is Signal.ATTENTION
    assert list(finding.table["party"]) == ["supplier"]
    both = report(meeting, *attended("M-1", P_1=True, P_2=True))
    assert "attendance_one_sided" not in codes(both, "meetings")
    one_party = report(meeting, *attended("M-1", P_1=True))
    assert "attendance_one_party" in codes(one_party, "meetings")


def test_meetings_without_attendance_are_not_counted_as_empty(report, make):
    finding = report(make.meeting("M-1", date(2026, 6, 1), held_date=date(2026, 6, 1))).finding(
        "follow_up.attendance_none"
    )
    assert finding.number is None
    assert finding.values["held"] == 1
