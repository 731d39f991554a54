"""The next meetings, proposed from the working order: as many as promised, on days when people can come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from partnership_lib.analysis.meeting_pack import ProposedMeeting, planned_records, proposed_meetings
from partnership_lib.analysis.meeting_pack.working_days import add_open_days, is_meeting_day
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
    Record,
    RegisterContent,
    RequirementType,
    WorkingOrder,
)
from partnership_lib.errors import UsageError

AS_OF = date(2026, 9, 15)
Propose = Callable[..., list[ProposedMeeting]]


def working_order(per_year: int = 4, level: Level = Level.TACTICAL, agreement: str = "A-1") -> list[Record]:
    """A working order that names one level and both persons."""
    order, cadence = f"{agreement}-WO", f"{agreement}-WO-{level.value}"
    return [
        WorkingOrder(id=order, agreement_id=agreement, valid_from=date(2024, 3, 1)),
        Cadence(id=cadence, working_order_id=order, level=level, meetings_per_year=per_year),
        Participant(id=f"{cadence}-1", cadence_id=cadence, person_id="P-1"),
        Participant(id=f"{cadence}-2", cadence_id=cadence, person_id="P-2"),
    ]


@pytest.fixture
def propose(parties: list[Record]) -> Propose:
    """Proposes the meetings of A-1 with the given records added to the parties."""

    def proposed(*records: Record, as_of: date = AS_OF, months: int = 12) -> list[ProposedMeeting]:
        return proposed_meetings(RegisterContent.of([*parties, *records]), "A-1", as_of, months=months)

    return proposed


def test_as_many_are_proposed_as_the_working_order_promises(make: SimpleNamespace, propose: Propose) -> None:
    held = make.meeting("M-1", date(2026, 9, 8), level=Level.TACTICAL, held_date=date(2026, 9, 8))
    found = propose(*working_order(4), held)
    assert len(found) == 4
    assert [proposed.after for proposed in found] == [date(2026, 9, 8), *(proposed.day for proposed in found[:-1])]
    assert all(proposed.reasons[0] == "cadence" for proposed in found)


def test_what_is_planned_already_is_not_proposed_again(make: SimpleNamespace, propose: Propose) -> None:
    held = make.meeting("M-1", date(2026, 9, 8), level=Level.TACTICAL, held_date=date(2026, 9, 8))
    planned = make.meeting("M-2", date(2026, 12, 1), level=Level.TACTICAL)
    found = propose(*working_order(4), held, planned)
    assert len(found) == 3
    assert found[0].after == date(2026, 12, 1)


def test_when_all_are_planned_nothing_is_proposed(propose: Propose) -> None:
    first = propose(*working_order(4))
    assert first
    assert propose(*working_order(4), *planned_records(first, RegisterContent())) == []


def test_an_extra_meeting_starts_the_count_anew(make: SimpleNamespace, propose: Propose) -> None:
    held = make.meeting("M-1", date(2026, 9, 8), level=Level.TACTICAL, held_date=date(2026, 9, 8))
    extra = make.meeting("M-2", date(2026, 9, 22), level=Level.TACTICAL)
    first = propose(*working_order(4), held, extra)[0]
    assert (first.after, first.day) == (date(2026, 9, 22), date(2026, 12, 15))


def test_a_cancelled_meeting_leaves_its_place_open(make: SimpleNamespace, propose: Propose) -> None:
    cancelled = make.meeting("M-2", date(2026, 12, 1), level=Level.TACTICAL, cancelled_reason="Sjukdom")
    assert len(propose(*working_order(4), cancelled)) == len(propose(*working_order(4)))


def test_the_usual_weekday_and_hour_are_kept(make: SimpleNamespace, propose: Propose) -> None:
    held = [
        make.meeting(f"M-{day}", day, level=Level.TACTICAL, held_date=day, start_time="13:00")
        for day in (date(2026, 3, 10), date(2026, 6, 9), date(2026, 9, 8))
    ]
    found = propose(*working_order(4), *held)
    assert {proposed.day.isoweekday() for proposed in found} == {2}
    assert {proposed.start_time for proposed in found} == {"13:00"}
    assert all("usual_day" in proposed.reasons for proposed in found)


def test_a_level_that_has_fallen_behind_is_asked_to_meet_soon_but_not_tomorrow(
    make: SimpleNamespace, propose: Propose
) -> None:
    held = make.meeting("M-1", date(2025, 9, 9), level=Level.TACTICAL, held_date=date(2025, 9, 9))
    first = propose(*working_order(4), held)[0]
    assert first.reasons[0] == "late"
    assert AS_OF + timedelta(days=14) <= first.day <= AS_OF + timedelta(days=28)


def test_a_day_off_is_moved_from_and_said_to_be(make: SimpleNamespace, propose: Propose) -> None:
    held = make.meeting("M-1", date(2026, 3, 19), level=Level.TACTICAL, held_date=date(2026, 3, 19))
    first = propose(*working_order(6), held, as_of=date(2026, 3, 20))[0]
    assert add_open_days(date(2026, 3, 19), 334 / 6) == date(2026, 5, 14)  # Ascension Day, a Thursday
    assert first.day != date(2026, 5, 14)
    assert "not_a_working_day" in first.reasons


def test_a_day_when_a_participant_is_at_another_meeting_is_left_out(make: SimpleNamespace, propose: Propose) -> None:
    held = make.meeting("M-1", date(2026, 9, 8), level=Level.TACTICAL, held_date=date(2026, 9, 8))
    free = propose(*working_order(4), held)[0]
    other = [make.agreement(id="A-2"), *working_order(1, Level.STRATEGIC, "A-2")]
    engaged = make.meeting("M-9", free.day, level=Level.STRATEGIC, agreement_id="A-2")
    moved = propose(*working_order(4), held, *other, engaged)[0]
    assert moved.day != free.day
    assert "busy" in moved.reasons
    nobody_of_ours = [record for record in other if not isinstance(record, Participant)]
    assert propose(*working_order(4), held, *nobody_of_ours, engaged)[0].day == free.day


def test_two_levels_do_not_meet_on_the_same_day(propose: Propose) -> None:
    both = [*working_order(4), *working_order(4, Level.OPERATIONAL)]
    unique = {(type(record), record.id): record for record in both}
    days = [proposed.day for proposed in propose(*unique.values())]
    assert len(days) == len(set(days)) == 8


def test_nothing_is_proposed_after_the_agreement_has_ended(make: SimpleNamespace, parties: list[Record]) -> None:
    ending = [make.agreement(end_date=date(2026, 12, 31)) if record.id == "A-1" else record for record in parties]
    content = RegisterContent.of([*ending, *working_order(11)])
    found = proposed_meetings(content, "A-1", AS_OF)
    assert found
    assert max(proposed.day for proposed in found) <= date(2026, 12, 31)


def test_without_a_working_order_nothing_can_be_proposed(propose: Propose) -> None:
    with pytest.raises(UsageError) as refused:
        propose()
    assert refused.value.code == "no_working_order"


def test_an_unknown_agreement_is_refused_with_the_nearest(parties: list[Record]) -> None:
    with pytest.raises(UsageError) as refused:
        proposed_meetings(RegisterContent.of(parties), "A-2", AS_OF)
    assert (refused.value.code, refused.value.values["allowed"]) == ("unknown_agreement", "A-1")


def test_the_same_proposal_becomes_the_same_record(propose: Propose) -> None:
    found = propose(*working_order(4))
    assert planned_records(found, RegisterContent()) == planned_records(found, RegisterContent())
    assert len({record.id for record in planned_records(found, RegisterContent())}) == len(found)
    assert [record.planned_date for record in planned_records(found, RegisterContent())] == [
        proposed.day for proposed in found
    ]
    assert all(record.held_date is None for record in planned_records(found, RegisterContent()))


def test_a_day_on_which_a_meeting_was_cancelled_can_be_planned_again(make: SimpleNamespace, propose: Propose) -> None:
    found = propose(*working_order(4))
    first = planned_records(found, RegisterContent())[0]
    content = RegisterContent.of([replace(first, cancelled_reason="Sjukdom")])
    again = planned_records(found, content)[0]
    assert (again.id, again.planned_date) == (f"{first.id}-2", first.planned_date)


def test_a_cadence_of_no_meetings_a_year_asks_for_none(propose: Propose) -> None:
    assert propose(*working_order(0)) == []


PARTIES = [
    Organisation(id="O-1", name="Lindvalla kommun", party=Party.BUYER),
    Organisation(id="O-2", name="Lärportalen AB", party=Party.SUPPLIER),
    Person(id="P-1", name="Anna Berg", organisation_id="O-1"),
    Person(id="P-2", name="Olle Lind", organisation_id="O-2"),
]


AGREEMENT = Agreement(
    id="A-1",
    name="Skoladministration",
    buyer_id="O-1",
    supplier_id="O-2",
    kind=AgreementKind.CONTRACT,
    requirement_type=RequirementType.FUNCTIONAL,
    category="48000000",
    start_date=date(2020, 1, 1),
)


def _meeting(meeting_id: str, day: date, held_date: date | None = None) -> Meeting:
    return Meeting(id=meeting_id, agreement_id="A-1", level=Level.TACTICAL, planned_date=day, held_date=held_date)


@settings(max_examples=60, deadline=None)
@given(
    as_of=some.dates(date(2025, 1, 1), date(2031, 12, 31)),
    per_year=some.integers(1, 12),
    before=some.integers(0, 500),
    ahead=some.sets(some.integers(0, 380), max_size=6),
)
def test_every_proposal_is_a_free_working_day_in_good_time_and_planned_they_leave_nothing_to_propose(
    as_of: date, per_year: int, before: int, ahead: set[int]
) -> None:
    held = as_of - timedelta(days=before)
    planned = [as_of + timedelta(days=days) for days in sorted(ahead)]
    meetings = [
        _meeting("M-0", held, held_date=held),
        *(_meeting(f"M-{day}", day) for day in planned),
    ]
    records = [*PARTIES, AGREEMENT, *working_order(per_year), *meetings]
    found = proposed_meetings(RegisterContent.of(records), "A-1", as_of)
    days = [proposed.day for proposed in found]
    assert all(is_meeting_day(day) and day >= as_of + timedelta(days=14) for day in days)
    assert not set(days) & set(planned)
    assert len(set(days)) == len(days)
    now_planned = RegisterContent.of([*records, *planned_records(found, RegisterContent())])
    assert proposed_meetings(now_planned, "A-1", as_of) == []


@given(some.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_no_meeting_day_is_a_weekend_in_july_or_a_holiday(day: date) -> None:
    if is_meeting_day(day):
        assert day.isoweekday() <= 5
        assert day.month != 7
        assert (day.month, day.day) not in {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}


@pytest.mark.parametrize(
    "day",
    [date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 15), date(2026, 6, 19), date(2027, 3, 26)],
    ids=["Good Friday", "Easter Monday", "Ascension Day", "the day after", "Midsummer Eve", "Good Friday 2027"],
)
def test_moving_holidays_and_their_eves_are_no_meeting_days(day: date) -> None:
    assert not is_meeting_day(day)
    assert is_meeting_day(date(2026, 9, 15))
