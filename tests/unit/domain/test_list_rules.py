"""What makes a list agreed: its state, the hash that is signed, what it holds, and how two versions differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.domain import (
    Activity,
    ActivityKind,
    ActivityListItem,
    ActivityListVersion,
    Level,
    ListState,
    Party,
    SignOff,
)
from partnership_lib.domain.list_rules import (
    ItemChange,
    agreed_date,
    agreed_versions,
    difference,
    items_of,
    latest_agreed,
    list_hash,
    signed_dates,
    state_on,
)

DAY = date(2026, 9, 1)


def version(number: int, proposed: date = date(2026, 1, 1), **values: Any) -> ActivityListVersion:
    usual = {"agreement_id": "A-1", "level": Level.TACTICAL, "proposed_by": Party.BUYER}
    return ActivityListVersion(id=f"V-{number}", number=number, proposed_date=proposed, **(usual | values))


def item(activity_id: str = "T-1", version_id: str = "V-1", **values: Any) -> ActivityListItem:
    usual = {
        "title": "Aktivitet",
        "kind": ActivityKind.IMPROVEMENT,
        "raised_by": Party.BUYER,
        "own_level": Level.TACTICAL,
        "due_date": date(2026, 6, 1),
    }
    return ActivityListItem(
        id=f"{version_id}-{activity_id}", list_version_id=version_id, activity_id=activity_id, **(usual | values)
    )


def activity(activity_id: str = "T-1", **values: Any) -> Activity:
    usual = {
        "agreement_id": "A-1",
        "level": Level.TACTICAL,
        "title": "Aktivitet",
        "kind": ActivityKind.IMPROVEMENT,
        "raised_by": Party.BUYER,
        "raised_date": date(2025, 1, 1),
    }
    return Activity(id=activity_id, **(usual | values))


def signed(version_id: str, **days: date) -> list[SignOff]:
    return [
        SignOff(
            id=f"{version_id}-{party}",
            list_version_id=version_id,
            party=Party(party),
            person_id="P",
            signed_date=day,
            list_hash="",
        )
        for party, day in days.items()
    ]


def test_a_version_is_agreed_on_the_day_of_the_second_signature_and_not_before():
    first = version(1)
    both = signed("V-1", buyer=date(2026, 2, 1), supplier=date(2026, 2, 9))
    assert agreed_date(first, both) == date(2026, 2, 9)
    assert agreed_date(first, both, date(2026, 2, 8)) is None
    assert signed_dates(first, both, date(2026, 2, 8)) == {Party.BUYER: date(2026, 2, 1)}
    assert state_on(first, [first], both, date(2026, 2, 8)) is ListState.PROPOSED
    assert state_on(first, [first], both, date(2026, 2, 9)) is ListState.AGREED


def test_two_signatures_of_one_party_do_not_make_a_list_agreed():
    twice = signed("V-1", buyer=date(2026, 2, 1)) + [
        replace(each, id="again") for each in signed("V-1", buyer=date(2026, 2, 2))
    ]
    assert agreed_date(version(1), twice) is None


def test_a_proposal_is_countered_from_the_day_it_is_answered_and_stays_so():
    first, answer = version(1), version(2, date(2026, 2, 1), counters_id="V-1", proposed_by=Party.SUPPLIER)
    both = signed("V-2", buyer=date(2026, 3, 1), supplier=date(2026, 3, 1))
    assert state_on(first, [first, answer], both, date(2026, 1, 31)) is ListState.PROPOSED
    assert state_on(first, [first, answer], both, date(2026, 2, 1)) is ListState.COUNTERED
    assert state_on(first, [first, answer], both, date(2026, 3, 2)) is ListState.COUNTERED
    assert state_on(answer, [first, answer], both, date(2026, 2, 1)) is ListState.PROPOSED
    assert state_on(answer, [first, answer], both, date(2026, 3, 1)) is ListState.AGREED


def test_what_its_own_party_took_back_is_withdrawn_whatever_comes_later():
    first, later = version(1, withdrawn_date=date(2026, 1, 20)), version(2, date(2026, 2, 1))
    both = signed("V-2", buyer=date(2026, 3, 1), supplier=date(2026, 3, 1))
    assert state_on(first, [first, later], both, date(2026, 1, 19)) is ListState.PROPOSED
    assert state_on(first, [first, later], both, DAY) is ListState.WITHDRAWN


def test_what_was_neither_answered_nor_taken_back_is_replaced_by_a_later_agreed_version_of_the_same_list():
    first, later = version(1), version(2, date(2026, 2, 1))
    elsewhere = replace(later, id="V-9", level=Level.OPERATIONAL)
    both = signed("V-2", buyer=date(2026, 3, 1), supplier=date(2026, 3, 1))
    other = signed("V-9", buyer=date(2026, 3, 1), supplier=date(2026, 3, 1))
    assert state_on(first, [first, later], both, DAY) is ListState.REPLACED
    assert state_on(first, [first, elsewhere], other, DAY) is ListState.PROPOSED


def test_the_agreed_versions_of_a_list_stand_in_the_order_of_their_numbers():
    versions = [version(3, date(2026, 5, 1)), version(1), version(2, date(2026, 2, 1))]
    signatures = [
        *signed("V-1", buyer=date(2026, 1, 2), supplier=date(2026, 1, 2)),
        *signed("V-3", buyer=date(2026, 5, 2), supplier=date(2026, 5, 9)),
    ]
    assert [v.number for v in agreed_versions(versions, signatures, "A-1", Level.TACTICAL)] == [1, 3]
    assert [v.number for v in agreed_versions(versions, signatures, "A-1", Level.TACTICAL, date(2026, 5, 8))] == [1]
    assert latest_agreed(versions, signatures, "A-1", Level.OPERATIONAL) is None


def test_the_hash_knows_every_word_that_is_signed_and_nothing_else():
    one, items = version(1), [item("T-1"), item("T-2")]
    said = list_hash(one, items)
    assert list_hash(one, reversed(items)) == said
    assert list_hash(replace(one, comment="annat", version=7), [*items, item("T-3", "V-2")]) == said
    assert list_hash(replace(one, number=2), items) != said


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Annan"},
        {"kind": ActivityKind.OBLIGATION},
        {"raised_by": Party.SUPPLIER},
        {"own_level": Level.OPERATIONAL},
        {"parent_id": "S-1"},
        {"due_date": None},
        {"done_date": DAY},
        {"withdrawn_date": DAY},
        {"buyer_responsible_id": "P-1"},
        {"supplier_responsible_id": "P-1"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_hash_changes_with_each_field_of_an_item(change):
    assert list_hash(version(1), [replace(item(), **change)]) != list_hash(version(1), [item()])


def test_a_version_lists_what_stands_on_its_level_and_what_was_finished_since_the_last():
    activities = [
        activity("open"),
        activity("done-since", done_date=date(2026, 3, 1)),
        activity("done-before", done_date=date(2026, 2, 28)),
        activity("taken-off", withdrawn_date=date(2026, 3, 2)),
        activity("by-mistake", raised_date=date(2026, 4, 1), withdrawn_date=date(2026, 4, 1)),
        activity("climbed", level=Level.OPERATIONAL),
        activity("climbed-away"),
    ]
    standing = {a.id: Level.TACTICAL for a in activities} | {"climbed-away": Level.STRATEGIC}
    held = items_of("V-2", activities, standing, date(2026, 3, 1), Level.TACTICAL)
    assert [each.activity_id for each in held] == ["climbed", "done-since", "open", "taken-off"]
    assert held[0].own_level is Level.OPERATIONAL
    first = items_of("V-1", activities, standing, None, Level.TACTICAL)
    assert [each.activity_id for each in first] == ["climbed", "open"]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({}, {}, []),
        ({}, {"title": "Ny"}, [ItemChange.RENAMED]),
        ({}, {"due_date": date(2026, 7, 1)}, [ItemChange.DUE_LATER]),
        ({}, {"due_date": date(2026, 5, 1)}, [ItemChange.DUE_EARLIER]),
        ({"due_date": None}, {}, [ItemChange.DUE_SET]),
        ({}, {"due_date": None}, [ItemChange.DUE_REMOVED]),
        ({}, {"buyer_responsible_id": "P-2"}, [ItemChange.BUYER_RESPONSIBLE]),
        ({}, {"supplier_responsible_id": "P-2"}, [ItemChange.SUPPLIER_RESPONSIBLE]),
        ({}, {"kind": ActivityKind.CHALLENGE}, [ItemChange.KIND]),
        ({}, {"parent_id": "S-1"}, [ItemChange.PARENT]),
        ({}, {"done_date": DAY}, [ItemChange.DONE]),
        ({}, {"withdrawn_date": DAY}, [ItemChange.WITHDRAWN]),
        ({"done_date": DAY}, {}, [ItemChange.REOPENED]),
        ({"done_date": DAY}, {"done_date": DAY}, []),
        ({"done_date": DAY}, {"done_date": date(2026, 8, 1)}, [ItemChange.DONE]),
        ({"done_date": DAY}, {"withdrawn_date": DAY}, [ItemChange.WITHDRAWN]),
        ({}, {"raised_by": Party.SUPPLIER}, [ItemChange.RAISED_BY]),
        ({}, {"own_level": Level.OPERATIONAL}, [ItemChange.OWN_LEVEL]),
        ({}, {"due_date": None, "title": "Ny"}, [ItemChange.RENAMED, ItemChange.DUE_REMOVED]),
    ],
)
def test_every_change_of_an_item_is_told(before, after, changes):
    found = difference([item(**before)], [item(version_id="V-2", **after)])
    assert [each.change for each in found] == changes


def test_what_is_new_is_added_what_is_gone_has_left_and_what_was_finished_before_is_no_difference():
    before = [item("gone"), item("was-done", done_date=DAY), item("kept")]
    after = [item("kept"), item("new"), item("new-and-done", done_date=DAY)]
    assert [(each.activity_id, each.change) for each in difference(before, after)] == [
        ("gone", ItemChange.LEFT),
        ("new", ItemChange.ADDED),
        ("new-and-done", ItemChange.ADDED),
        ("new-and-done", ItemChange.DONE),
    ]


DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))
PEOPLE = st.none() | st.sampled_from(["P-1", "P-2"])
ITEMS = st.builds(
    item,
    title=st.sampled_from(["Ett", "Två"]),
    kind=st.sampled_from(ActivityKind),
    raised_by=st.sampled_from(Party),
    own_level=st.sampled_from(Level),
    parent_id=PEOPLE,
    due_date=DAYS,
    done_date=DAYS,
    withdrawn_date=DAYS,
    buyer_responsible_id=PEOPLE,
    supplier_responsible_id=PEOPLE,
)


@given(ITEMS, ITEMS)
def test_two_versions_have_another_hash_exactly_when_a_difference_is_told(one, other):
    same = list_hash(version(1), [one]) == list_hash(version(1), [other])
    assert same == (difference([one], [other]) == [])
