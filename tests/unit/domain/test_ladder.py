"""The ladder: when an activity climbs, by which rule; what it is part of and what carries it out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.domain import Activity, ActivityKind, ActivityMove, EscalationRule, Level, Party, WorkingOrder
from partnership_lib.domain.ladder import (
    ClimbReason,
    breakdown_due,
    climbs,
    has_breakdown,
    has_parent,
    rule_for,
    standing_level,
)

DUE = date(2026, 6, 1)


def activity(activity_id: str = "O-1", level: Level = Level.OPERATIONAL, **values: Any) -> Activity:
    usual = {
        "agreement_id": "A-1",
        "title": "Aktivitet",
        "kind": ActivityKind.OBLIGATION,
        "raised_by": Party.BUYER,
        "raised_date": date(2026, 1, 1),
        "due_date": DUE,
    }
    return Activity(id=activity_id, level=level, **(usual | values))


def rule(level: Level = Level.OPERATIONAL, **values: Any) -> EscalationRule:
    return EscalationRule(id=f"E-{level.value}-{values.get('kind')}", working_order_id="W-1", level=level, **values)


def move(day: date, **values: Any) -> ActivityMove:
    return ActivityMove(id=f"M-{day}", activity_id="O-1", moved_date=day, **values)


BOTH = [rule(overdue_days=30), rule(Level.TACTICAL, overdue_days=60)]


@pytest.mark.parametrize(
    ("days_late", "level"),
    [
        (0, Level.OPERATIONAL),
        (30, Level.OPERATIONAL),
        (31, Level.TACTICAL),
        (90, Level.TACTICAL),
        (91, Level.STRATEGIC),
        (900, Level.STRATEGIC),
    ],
)
def test_days_overdue_add_up_from_level_to_level(days_late, level):
    assert standing_level(activity(), BOTH, [], DUE + timedelta(days=days_late)) is level


def test_a_climb_says_from_where_to_where_on_which_day_and_why():
    (first, second) = climbs(activity(), BOTH, [], DUE + timedelta(days=100))
    assert (first.from_level, first.to_level, first.day) == (Level.OPERATIONAL, Level.TACTICAL, date(2026, 7, 2))
    assert (second.from_level, second.to_level, second.day) == (Level.TACTICAL, Level.STRATEGIC, date(2026, 8, 31))
    assert {first.reason, second.reason} == {ClimbReason.OVERDUE}


def test_what_is_not_ruled_does_not_climb():
    late = DUE + timedelta(days=900)
    assert climbs(activity(), [], [], late) == []
    assert standing_level(activity(), BOTH[:1], [], late) is Level.TACTICAL
    assert climbs(activity(level=Level.STRATEGIC), BOTH, [], late) == []


@pytest.mark.parametrize("ended", [{"done_date": DUE}, {"withdrawn_date": DUE}])
def test_what_is_finished_is_back_on_its_own_level(ended):
    assert climbs(activity(**ended), BOTH, [], DUE + timedelta(days=100)) == []


def test_what_has_no_due_date_is_never_late():
    assert climbs(activity(due_date=None), BOTH, [], date(2030, 1, 1)) == []


def test_it_climbs_on_the_day_of_the_move_too_many_and_moves_taken_back_do_not_count():
    rules = [rule(moved_times=2)]
    moves = [move(date(2026, 3, 1)), move(date(2026, 4, 1), taken_back=True), move(date(2026, 5, 1))]
    assert climbs(activity(), rules, moves, date(2026, 4, 30)) == []
    (climb,) = climbs(activity(), rules, moves, date(2026, 5, 1))
    assert (climb.day, climb.reason) == (date(2026, 5, 1), ClimbReason.MOVED)
    others = [replace(each, activity_id="O-2") for each in moves]
    assert climbs(activity(), rules, others, DUE) == []


def test_the_rule_that_lets_it_climb_first_is_the_reason():
    rules = [rule(overdue_days=30, moved_times=1)]
    moved_later = climbs(activity(), rules, [move(date(2026, 8, 1))], date(2026, 9, 1))
    moved_first = climbs(activity(), rules, [move(date(2026, 5, 1))], date(2026, 9, 1))
    assert (moved_later[0].reason, moved_first[0].reason) == (ClimbReason.OVERDUE, ClimbReason.MOVED)


def test_the_rule_for_its_kind_replaces_the_rule_for_all_kinds():
    law = rule(kind=ActivityKind.LAW_CHANGE, overdue_days=5)
    change = activity(kind=ActivityKind.LAW_CHANGE)
    assert rule_for([*BOTH, law], Level.OPERATIONAL, change) is law
    assert rule_for([*BOTH, law], Level.OPERATIONAL, activity()) is BOTH[0]
    assert standing_level(change, [*BOTH, law], [], DUE + timedelta(days=6)) is Level.TACTICAL


@given(st.integers(0, 400), st.integers(0, 200), st.integers(0, 200))
def test_nothing_climbs_down_again_while_it_stays_late(days_late, operational, tactical):
    rules = [rule(overdue_days=operational), rule(Level.TACTICAL, overdue_days=tactical)]
    order = list(Level)
    now = standing_level(activity(), rules, [], DUE + timedelta(days=days_late))
    later = standing_level(activity(), rules, [], DUE + timedelta(days=days_late + 1))
    assert order.index(later) <= order.index(now)
    for step in climbs(activity(), rules, [], DUE + timedelta(days=days_late)):
        assert DUE < step.day <= DUE + timedelta(days=days_late)


def test_a_parent_stands_on_the_level_just_above():
    known = {"S-1": activity("S-1", Level.STRATEGIC), "T-1": activity("T-1", Level.TACTICAL)}
    assert has_parent(activity(parent_id="T-1"), known)
    assert not has_parent(activity(parent_id="S-1"), known)
    assert not has_parent(activity(parent_id="missing"), known)
    assert not has_parent(activity(), known)
    assert has_parent(known["S-1"], known)


def test_a_breakdown_stands_on_the_level_just_below_finished_or_not():
    top = activity("S-1", Level.STRATEGIC)
    part = activity("T-1", Level.TACTICAL, parent_id="S-1", done_date=DUE)
    assert has_breakdown(top, [part])
    assert not has_breakdown(top, [activity(parent_id="S-1")])
    assert has_breakdown(activity(), [])


def test_the_day_for_breaking_down_comes_from_the_working_order():
    order = WorkingOrder(id="W-1", agreement_id="A-1", valid_from=date(2026, 1, 1), breakdown_within_days=60)
    assert breakdown_due(date(2026, 1, 1), order) == date(2026, 3, 2)
    assert breakdown_due(date(2026, 1, 1), replace(order, breakdown_within_days=None)) == date(2026, 1, 1)
    assert breakdown_due(date(2026, 1, 1), None) == date(2026, 1, 1)
