"""Meetings against the working order: what is promised, planned, held, missed and cancelled."""

from __future__ import annotations

from datetime import date

import pytest

from partnership_lib.domain import Cadence, Level, Record, WorkingOrder
from partnership_lib.findings import Signal


@pytest.fixture
def twelve_a_year() -> list[Record]:
    """A working order since March 2024 with twelve operational meetings a year."""
    return order("W-1", date(2024, 3, 1), 12)


def order(order_id: str, valid_from: date, meetings: int, level: Level = Level.OPERATIONAL) -> list[Record]:
    """A working order with one cadence."""
    return [
        WorkingOrder(
            id=order_id,
            agreement_id="A-1",
            valid_from=valid_from,
        ),
        Cadence(id=f"C-{order_id}", working_order_id=order_id, level=level, meetings_per_year=meetings),
    ]


def held(make, *months: tuple[int, int]):
    """Meetings planned and held on the tenth of each month."""
    days = [date(year, month, 10) for year, month in months]
    return [make.meeting(f"G-{day}", day, held_date=day) for day in days]


def test_the_promise_is_prorated_to_the_period_and_whole_over_twelve_months(report, make, twelve_a_year):
    # Four months of twelve a year: 12 * 4 / 12 = 4 in the period, 12 in twelve months.
    meetings = held(make, *((2026, month) for month in range(1, 9)))
    analysis = report(*twelve_a_year, *meetings)
    row = analysis.finding("follow_up.meetings").table.iloc[0]
    assert (row["promised_in_period"], row["held"], row["promised_12_months"], row["held_12_months"]) == (4.0, 4, 12, 8)
    assert analysis.finding("follow_up.meetings").sentence("sv") == (
        "Åtta av tolv utlovade möten hölls under de senaste tolv månaderna (67\xa0procent)."
    )
    assert analysis.finding("follow_up.meetings_operational").signal is Signal.ATTENTION


def test_missed_and_cancelled_meetings_are_told_apart(report, make, twelve_a_year):
    meetings = [
        *held(make, (2026, 5)),
        make.meeting("G-1", date(2026, 6, 10)),
        make.meeting("G-2", date(2026, 7, 10), cancelled_reason="Semester"),
        make.meeting("G-3", date(2026, 8, 31)),  # on the report date: may still be held that day
    ]
    finding = report(*twelve_a_year, *meetings).finding("follow_up.meetings_operational_lost")
    assert finding.sentence("sv") == (
        "Operativ nivå: fyra möten var planerade under perioden; ett hölls, ett uteblev och ett ställdes in. "
        "De senaste tolv månaderna har ett möte hållits; arbetsordningen lovar tolv."
    )
    assert finding.sentence("en") == (
        "Operational level: four meetings were planned in the period; one was held, one missed and one cancelled. "
        "In the last twelve months one meeting was held; the working order promises twelve."
    )
    assert finding.signal is Signal.BAD  # 1 of 12 is less than half


def test_a_meeting_held_after_the_report_date_was_missed_on_it(report, make, twelve_a_year):
    late = make.meeting("G-1", date(2026, 8, 20), held_date=date(2026, 9, 3))
    assert report(*twelve_a_year, late).finding("follow_up.meetings_operational_lost").values["missed"] == 1


def test_two_meetings_a_year_promise_nothing_for_a_single_month(report):
    analysis = report(*order("W-1", date(2026, 7, 1), 2, Level.STRATEGIC), period="2026-07")
    finding = analysis.finding("follow_up.meetings_too_early")
    assert finding.number is None
    assert finding.signal is Signal.NONE


def test_the_promise_counts_from_the_start_of_the_first_working_order(report, make):
    # From 2026-03-01 to 2026-08-31 is six whole months: 12 * 6 / 12 = 6 promised.
    analysis = report(*order("W-1", date(2026, 3, 1), 12), *held(make, *((2026, month) for month in range(3, 9))))
    assert analysis.finding("follow_up.meetings_kept").sentence("en") == (
        "The working order was kept: all six promised meetings of the last twelve months took place."
    )


def test_the_working_order_of_the_report_date_applies(report):
    orders = [*order("W-1", date(2024, 3, 1), 12), *order("W-2", date(2026, 9, 1), 6)]
    assert report(*orders).finding("follow_up.meetings").values["promised"] == 12
    assert report(*orders, period="2026-T3").finding("follow_up.meetings").values["promised"] == 6


def test_extra_meetings_on_one_level_do_not_make_up_for_another(report, make):
    orders = [*order("W-1", date(2024, 3, 1), 2)]
    orders.append(Cadence(id="C-2", working_order_id="W-1", level=Level.STRATEGIC, meetings_per_year=2))
    finding = report(*orders, *held(make, (2026, 1), (2026, 2), (2026, 3), (2026, 4))).finding("follow_up.meetings")
    assert finding.number == 0.5  # two of the four count against the promise of two, none of the other two


def test_without_a_working_order_nothing_is_promised(report, codes):
    assert codes(report(), "meetings") == ["meetings_no_working_order"]


def test_the_cadence_strip_holds_every_state(report, make, twelve_a_year):
    meetings = [
        *held(make, (2026, 5)),
        make.meeting("G-1", date(2026, 6, 10)),
        make.meeting("G-2", date(2026, 7, 10), cancelled_reason="Semester"),
        make.meeting("G-3", date(2026, 10, 10)),
    ]
    frame = report(*twelve_a_year, *meetings)["meetings"].charts[0].frame
    assert list(frame["state"]) == ["held", "missed", "cancelled", "coming"]
    assert list(frame.columns) == ["level", "planned_date", "held_date", "state"]
