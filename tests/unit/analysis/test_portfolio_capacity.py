"""Hours that the follow-up of all agreements takes, by class and by owner, against the hours there are; by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from partnership_lib.analysis.portfolio import portfolio
from partnership_lib.domain import Cadence, FollowUpClass, Level, Participant, Person, Record, RegisterContent
from partnership_lib.findings import Analysis, Signal
from partnership_lib.units.period import Period

COLUMNS = ["month", "supplier_key", "supplier", "supplier_is_person", "account", "account_text", "agreement_id"]
COLUMNS += ["candidates", "amount_ore", "lines"]

# Twelve hours in meetings and eight beside them: 20 hours an agreement and year.
CLOSE = FollowUpClass(
    id="C-1",
    name="Grupp 1",
    agreement_share=0.25,
    meetings_per_year=3,
    hours_per_meeting=4,
    other_hours_per_year=8,
    confirmed_by="Upphandlingschefen",
)
# Half a meeting of four hours: two hours.
SELDOM = FollowUpClass(id="C-2", name="Grupp 2", agreement_share=0.75, meetings_per_year=0.5, hours_per_meeting=4)


@pytest.fixture
def made(parties: list[Record], make) -> Callable[..., Analysis]:
    """The portfolio of a close agreement and two others, with the given records added or replaced."""

    def of(*records: Record) -> Analysis:
        own = [
            make.agreement(follow_up_class_id="C-1"),
            make.agreement(id="A-2", name="Två", is_partnership=False, follow_up_class_id="C-2"),
            make.agreement(id="A-3", name="Tre", is_partnership=False, follow_up_class_id="C-2"),
        ]
        by_id = {(type(r), r.id): r for r in [*parties, CLOSE, SELDOM, *own, *records]}
        spend = pd.DataFrame([], columns=COLUMNS)
        return portfolio(RegisterContent.of(by_id.values()), spend, Period.parse("2026-T2"), date(2026, 9, 15))

    return of


def hours(of: float | None) -> Person:
    """Anna, who answers for all three agreements, with so many hours."""
    return Person(id="P-1", name="Anna Berg", organisation_id="O-1", follow_up_hours_per_year=of)


def test_the_classes_say_what_the_follow_up_takes(made):
    finding = made(hours(30)).finding("portfolio.capacity_enough")
    rows = finding.table.set_index("follow_up_class")
    assert list(rows["agreements"]) == [1, 2]
    assert list(rows["hours_needed"]) == [20, 4]
    assert list(rows["hours_per_agreement"]) == [20.0, 2.0]
    assert list(rows["agreements_share"]) == pytest.approx([1 / 3, 2 / 3])
    assert finding.number == pytest.approx(30 / 24)
    assert finding.signal is Signal.GOOD


@pytest.mark.parametrize(
    ("available", "signal"), [(24, Signal.GOOD), (23.9, Signal.ATTENTION), (19.3, Signal.ATTENTION), (19.1, Signal.BAD)]
)
def test_hours_below_the_need_ask_for_attention_and_far_below_are_bad(made, available, signal):
    finding = made(hours(available))["capacity"].findings[0]
    assert finding.signal is signal


def test_the_hours_that_are_missing_are_told(made):
    finding = made(hours(20)).finding("portfolio.capacity_short")
    assert finding.sentence("sv") == (
        "Uppföljningen av 3 avtal kräver 24 timmar om året, men de ansvariga har bara 20: 4 timmar saknas."
    )
    owners = made(hours(20)).finding("portfolio.capacity_owners")
    assert dict(owners.table.iloc[0]) == {
        "owner": "Anna Berg",
        "agreements": 3,
        "hours_needed": 24,
        "hours_available": 20,
        "hours_missing": 4,
    }


def test_the_suppliers_hours_are_not_ours(made):
    theirs = Person(id="P-2", name="Olle Lind", organisation_id="O-2", follow_up_hours_per_year=1000)
    assert made(hours(None), theirs).finding("portfolio.capacity_cannot_tell").number is None


def test_a_working_order_that_promises_more_than_the_class_is_what_it_takes(made, make):
    # Ten meetings of two hours with one of ours (and the supplier's, who does not count): 20 hours in place of 12.
    order = make.working_order(30)
    cadence = Cadence(
        id="K-1", working_order_id="W-1", level=Level.OPERATIONAL, meetings_per_year=10, hours_per_meeting=2.0
    )
    people = [Participant(id=f"K-1-{person}", cadence_id="K-1", person_id=person) for person in ("P-1", "P-2")]
    finding = made(hours(40), *order, cadence, *people).finding("portfolio.capacity_enough")
    assert list(finding.table["hours_needed"]) == [28, 4]


def test_follow_up_meetings_are_told_against_what_the_classes_are_meant_for(made):
    # By class: 3 + 0.5 + 0.5 = 4. As meant: 3 * (0.25 * 3 + 0.75 * 0.5) = 3.375.
    finding = made(hours(30)).finding("portfolio.capacity_follow_ups")
    assert finding.number == 4
    assert finding.values["meant"] == 3


def test_an_agreement_without_class_asks_for_attention(made, make):
    stray = make.agreement(id="A-4", name="Fyra", is_partnership=False)
    finding = made(hours(30), stray).finding("portfolio.capacity_unclassified")
    assert list(finding.table["agreement_id"]) == ["A-4"]
    assert finding.signal is Signal.ATTENTION


def test_what_rests_on_unconfirmed_classes_is_said(made):
    finding = made(hours(30)).finding("portfolio.capacity_unconfirmed")
    assert finding.number == pytest.approx(4 / 24)
    assert list(finding.table["follow_up_class"]) == ["Grupp 2"]


def test_without_classes_nothing_is_guessed(parties, make, codes):
    spend = pd.DataFrame([], columns=COLUMNS)
    analysis = portfolio(RegisterContent.of(parties), spend, Period.parse("2026-T2"), date(2026, 9, 15))
    assert codes(analysis, "capacity") == ["capacity_no_classes"]
