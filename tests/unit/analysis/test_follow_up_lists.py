"""How the lists came about: proposals, answers and agreements, what each changed, and that nothing was altered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from partnership_lib.analysis.follow_up import prepare
from partnership_lib.analysis.follow_up.list_versions import latest_agreed, pending_versions, standings
from partnership_lib.domain import (
    ActivityKind,
    ActivityListItem,
    ActivityListVersion,
    ActivityMove,
    Level,
    ListState,
    Party,
    Record,
    RegisterContent,
    SignOff,
)
from partnership_lib.domain.list_rules import list_hash
from partnership_lib.findings import Signal
from partnership_lib.units.period import Period


def item(version_id: str, activity_id: str, **values: Any) -> ActivityListItem:
    usual = {
        "title": f"Aktivitet {activity_id}",
        "kind": ActivityKind.IMPROVEMENT,
        "raised_by": Party.BUYER,
        "own_level": Level.OPERATIONAL,
        "buyer_responsible_id": "P-1",
        "supplier_responsible_id": "P-2",
    }
    return ActivityListItem(
        id=f"{version_id}-{activity_id}", list_version_id=version_id, activity_id=activity_id, **(usual | values)
    )


def listed(number: int, proposed: date, *items: ActivityListItem, signed: tuple[str, ...] = (), **values: Any):
    """A version of the operational list with its items, signed by the named parties a day later."""
    usual = {"agreement_id": "A-1", "level": Level.OPERATIONAL, "proposed_by": Party.BUYER}
    version = ActivityListVersion(id=f"V-{number}", number=number, proposed_date=proposed, **(usual | values))
    sign_offs = [
        SignOff(
            id=f"V-{number}-{party}",
            list_version_id=version.id,
            party=Party(party),
            person_id="P-1" if party == "buyer" else "P-2",
            signed_date=proposed.replace(day=proposed.day + 1),
            list_hash=list_hash(version, items),
        )
        for party in signed
    ]
    return [version, *items, *sign_offs]


BOTH = ("buyer", "supplier")


@pytest.fixture
def two(make) -> list[Record]:
    """The two activities that the lists are about."""
    return [make.activity("X-1"), make.activity("X-2")]


def chain() -> list[Record]:
    """A first agreed list, a proposal, the supplier's answer, which both sign."""
    return [
        *listed(1, date(2026, 1, 10), item("V-1", "X-1", due_date=date(2026, 6, 1)), signed=BOTH),
        *listed(2, date(2026, 5, 10), item("V-2", "X-1", due_date=date(2026, 6, 1)), signed=("buyer",)),
        *listed(
            3,
            date(2026, 5, 20),
            item("V-3", "X-1", due_date=date(2026, 10, 1)),
            item("V-3", "X-2"),
            signed=BOTH,
            proposed_by=Party.SUPPLIER,
            counters_id="V-2",
            comment="Vi hinner inte före sommaren.",
        ),
    ]


def test_the_way_to_the_agreed_list_is_told_version_by_version(report):
    finding = report(*chain()).finding("follow_up.list_versions_history_answered")
    assert finding.sentence("sv") == (
        "Listorna har fått tre versioner hittills; två av dem har godkänts av båda parter. "
        "Ett förslag besvarades med ett motförslag."
    )
    assert list(finding.table["list_state"]) == ["agreed", "countered", "agreed"]
    assert list(finding.table["comment"])[-1] == "Vi hinner inte före sommaren."


def test_the_history_is_that_of_the_report_date(report):
    finding = report(*chain(), period="2026-T1").finding("follow_up.list_versions_history_one")
    assert finding.number == 1


def test_a_meeting_stands_beside_the_version_that_was_proposed_there(report, make):
    meeting = make.meeting("M-1", date(2026, 6, 1), held_date=date(2026, 6, 3))
    finding = report(meeting, *listed(1, date(2026, 6, 3), signed=BOTH, meeting_id="M-1")).finding(
        "follow_up.list_versions"
    )
    assert list(finding.table["meeting_date"]) == [date(2026, 6, 3)]
    assert list(finding.table["buyer_signed_by"]) == ["Anna Berg"]
    assert list(finding.table["supplier_signed_by"]) == ["Olle Lind"]


def test_a_signed_list_whose_items_have_changed_is_bad(report, codes, two):
    whole = [*two, *chain()]
    assert "list_versions_altered" not in codes(report(*whole), "list_versions")
    altered = [
        replace(each, title="Något annat") if isinstance(each, ActivityListItem) and each.id == "V-1-X-1" else each
        for each in whole
    ]
    finding = report(*altered).finding("follow_up.list_versions_altered")
    assert finding.signal is Signal.BAD
    assert list(finding.table["number"]) == [1]
    added = [*whole, replace(item("V-3", "X-1"), id="V-3-again")]
    assert list(report(*added).finding("follow_up.list_versions_altered").table["number"]) == [3]


def test_the_newest_agreed_list_is_told_against_the_agreed_one_before(report, two):
    finding = report(*chain(), *two).finding("follow_up.list_changes_operational")
    assert finding.sentence("sv") == (
        "Den operativa listan, version 3, godkändes den 21 maj 2026. Jämfört med version 1 har den en ny aktivitet, "
        "inga som blivit klara, ett ändrat slutdatum, inga borttagna eller lyfta och inga andra ändringar."
    )
    assert list(finding.table["item_change"]) == ["due_later", "added"]
    assert list(finding.table["before"]) == [date(2026, 6, 1), None]
    assert list(finding.table["after"]) == [date(2026, 10, 1), None]


def test_people_are_named_and_not_numbered(report, two):
    records = [
        *listed(1, date(2026, 1, 10), item("V-1", "X-1"), signed=BOTH),
        *listed(2, date(2026, 5, 10), item("V-2", "X-1", buyer_responsible_id=None), signed=BOTH),
    ]
    finding = report(*records, *two).finding("follow_up.list_changes_operational")
    assert list(finding.table["before"]) == ["Anna Berg"]
    assert finding.values["other"] == 1


def test_a_version_without_changes_says_so(report, codes, two):
    records = [
        *listed(1, date(2026, 1, 10), item("V-1", "X-1"), signed=BOTH),
        *listed(2, date(2026, 5, 10), item("V-2", "X-1"), signed=BOTH),
    ]
    assert "list_changes_operational_none" in codes(report(*records, *two), "list_changes")


def test_how_things_stand_is_that_of_the_report_date(report, make):
    # Done on 10 September and moved on 5 September: on 31 August neither had happened.
    records = [
        *listed(1, date(2026, 5, 10), item("V-1", "X-1", due_date=date(2026, 10, 1)), signed=BOTH),
        make.activity("X-1", due_date=date(2026, 12, 1), done_date=date(2026, 9, 10)),
        ActivityMove(
            id="M",
            activity_id="X-1",
            moved_date=date(2026, 9, 5),
            from_date=date(2026, 10, 1),
            to_date=date(2026, 12, 1),
        ),
    ]
    assert report(*records).finding("follow_up.list_differences_none").number == 0
    later = report(*records, period="2026-T3").finding("follow_up.list_differences")
    assert list(later.table["item_change"]) == ["due_later", "done"]


def test_what_climbed_has_left_its_list_and_come_to_the_one_above(report, make):
    tactical = listed(9, date(2026, 5, 10), signed=BOTH, level=Level.TACTICAL)
    records = [
        *listed(1, date(2026, 5, 10), item("V-1", "X-1", due_date=date(2026, 6, 1)), signed=BOTH),
        *tactical,
        make.activity("X-1", due_date=date(2026, 6, 1)),
        *make.working_order(60),
    ]
    finding = report(*records).finding("follow_up.list_differences")
    assert list(zip(finding.table["level"], finding.table["item_change"], strict=True)) == [
        ("tactical", "added"),
        ("operational", "left"),
    ]


def test_analysis_and_domain_see_the_same_states(parties, make):
    content = RegisterContent.of([*parties, *chain()])
    context = prepare(content, make.spend({}), "A-1", Period.parse("2026-T2"), date(2026, 9, 15))
    assert [each.state for each in standings(context, date(2026, 5, 15))] == [ListState.AGREED, ListState.PROPOSED]
    assert [each.version.number for each in pending_versions(context, date(2026, 5, 15))] == [2]
    assert pending_versions(context, date(2026, 9, 15)) == []
    assert latest_agreed(context, date(2026, 5, 20))[Level.OPERATIONAL].version.number == 1
    assert latest_agreed(context, date(2026, 5, 21))[Level.OPERATIONAL].version.number == 3
