"""Edits in the review meeting: saved with their reason, refused when wrong, never silently overwritten."""

from dataclasses import replace
from datetime import date

import pytest

from partnership_lib.domain import (
    AccessRole,
    Activity,
    ActivityKind,
    ActivityMove,
    Agreement,
    AgreementKind,
    Level,
    Organisation,
    Party,
    Person,
    RequirementType,
)
from partnership_lib.errors import ConflictError, UsageError
from partnership_lib.register.store import Register
from partnership_lib.review.edits import activities_by_level, complete_activity, move_activity, reopen_activity

OWNER = "person-1"


@pytest.fixture
def register(tmp_path):
    register = Register.open(tmp_path / "register.sqlite")
    register.save(
        [
            Organisation(id="kommunen", name="Kommunen", party=Party.BUYER),
            Organisation(id="bolaget", name="Bolaget AB", party=Party.SUPPLIER),
            Person(id=OWNER, name="Anna Ek", organisation_id="kommunen", access_role=AccessRole.PARTNERSHIP_OWNER),
            Person(id="person-2", name="Bo Al", organisation_id="kommunen", access_role=AccessRole.READER),
            Agreement(
                id="A-1",
                name="Skola",
                buyer_id="kommunen",
                supplier_id="bolaget",
                kind=AgreementKind.CONTRACT,
                is_partnership=True,
                requirement_type=RequirementType.FUNCTIONAL,
                category="48000000",
                start_date=date(2024, 1, 1),
            ),
            Activity(
                id="akt-1",
                agreement_id="A-1",
                level=Level.OPERATIONAL,
                title="Manual för vikarier",
                kind=ActivityKind.IMPROVEMENT,
                raised_by=Party.BUYER,
                raised_date=date(2026, 1, 10),
                due_date=date(2026, 5, 1),
            ),
        ],
        actor="system:test",
    )
    return register


def _activity(register):
    return register.load().find(Activity, "akt-1")


def test_a_completed_activity_is_saved_with_its_day_and_evidence(register):
    complete_activity(register, _activity(register), date(2026, 4, 2), " Manualen finns på intranätet ", OWNER)
    saved = _activity(register)
    assert (saved.done_date, saved.evidence) == (date(2026, 4, 2), "Manualen finns på intranätet")


def test_an_activity_cannot_be_done_before_it_was_raised(register):
    with pytest.raises(UsageError, match="done_before_raised"):
        complete_activity(register, _activity(register), date(2025, 12, 31), "", OWNER)
    assert _activity(register).done_date is None


def test_a_moved_due_date_leaves_a_trace_with_its_reason(register):
    move_activity(register, _activity(register), date(2026, 6, 1), "Väntar på underlag", OWNER, date(2026, 4, 20))
    (move,) = register.load().activity_moves
    assert (move.from_date, move.to_date, move.reason) == (date(2026, 5, 1), date(2026, 6, 1), "Väntar på underlag")
    assert isinstance(move, ActivityMove)
    assert _activity(register).due_date == date(2026, 6, 1)


def test_a_due_date_is_not_moved_without_a_reason(register):
    with pytest.raises(UsageError, match="move_without_reason"):
        move_activity(register, _activity(register), date(2026, 6, 1), "  ", OWNER, date(2026, 4, 20))
    assert _activity(register).due_date == date(2026, 5, 1)


def test_a_reopened_activity_keeps_its_evidence(register):
    done = complete_activity(register, _activity(register), date(2026, 4, 2), "Klar", OWNER)
    reopen_activity(register, done, OWNER)
    assert (_activity(register).done_date, _activity(register).evidence) == (None, "Klar")


def test_the_second_of_two_who_read_the_same_row_gets_a_conflict_and_overwrites_nothing(register):
    seen_by_both = _activity(register)
    complete_activity(register, seen_by_both, date(2026, 4, 2), "Först", OWNER)
    with pytest.raises(ConflictError):
        complete_activity(register, seen_by_both, date(2026, 4, 3), "Sedan", OWNER)
    assert _activity(register).evidence == "Först"


def test_a_reader_cannot_save(register):
    with pytest.raises(UsageError):
        complete_activity(register, _activity(register), date(2026, 4, 2), "", "person-2")
    assert _activity(register).done_date is None


def test_lists_come_with_the_unfinished_first_in_order_of_their_due_dates(register):
    first = _activity(register)
    register.save(
        [
            replace(first, id="akt-2", version=0, due_date=date(2026, 3, 1)),
            replace(first, id="akt-3", version=0, done_date=date(2026, 2, 1)),
            replace(first, id="akt-4", version=0, due_date=None),
        ],
        actor=OWNER,
    )
    lists = activities_by_level(register.load(), "A-1")
    assert [each.id for each in lists["operational"]] == ["akt-2", "akt-1", "akt-4", "akt-3"]
    assert lists["strategic"] == []
