"""What became of the activities: states, ages, moved dates, owners, and how the levels connect."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.analysis.follow_up import prepare
from partnership_lib.analysis.follow_up.activities import counts_per_level
from partnership_lib.domain import (
    Activity,
    ActivityKind,
    ActivityMove,
    Agreement,
    AgreementKind,
    Level,
    Party,
    RegisterContent,
    RequirementType,
)
from partnership_lib.findings import Signal
from partnership_lib.units.period import Period


def test_a_level_says_how_many_are_late_and_by_how_much(report, make):
    # 2026-08-31 minus 2026-07-15 is 16 + 31 = 47 days; minus 2026-08-21 is 10.
    late = [make.activity("X-1", due_date=date(2026, 7, 15)), make.activity("X-2", due_date=date(2026, 8, 21))]
    open_ones = [make.activity(f"X-{n}", due_date=date(2026, 12, 1)) for n in range(3, 10)]
    finding = report(*late, *open_ones, *make.working_order(60)).finding("follow_up.activities_operational_overdue")
    assert finding.number == 2
    assert finding.sentence("sv") == (
        "Två av nio återstående operativa aktiviteter är försenade, den äldsta med 47 dagar. "
        "Inga blev klara under perioden."
    )
    assert finding.sentence("en") == (
        "Two of nine remaining operational activities are overdue, the oldest by 47 days. "
        "None were finished in the period."
    )
    assert list(finding.table["overdue_days"])[:3] == [47, 10, None]
    assert finding.signal is Signal.ATTENTION


def test_the_only_remaining_activity_gets_a_sentence_of_its_own(report, make):
    finding = report(make.activity("X-1", due_date=date(2026, 8, 30))).finding(
        "follow_up.activities_operational_overdue_only"
    )
    assert finding.sentence("sv").startswith("Den enda återstående operativa aktiviteten är försenad med 1 dag.")


def test_an_activity_due_on_the_report_date_is_not_late(report, make, codes):
    assert "activities_operational" in codes(report(make.activity("X-1", due_date=date(2026, 8, 31))), "activities")


def test_done_counts_only_within_the_period(report, make):
    analysis = report(
        make.activity("X-1", done_date=date(2026, 4, 30)),
        make.activity("X-2", done_date=date(2026, 5, 1)),
        make.activity("X-3", done_date=date(2026, 8, 31)),
        make.activity("X-4", done_date=date(2026, 9, 1)),
    )
    overview = analysis.finding("follow_up.activities_on_time")
    assert overview.number == 2
    assert overview.sentence("sv") == (
        "Två av fyra överenskomna aktiviteter blev klara under perioden. En återstår och inget är försenat."
    )
    row = overview.table.set_index("level").loc["operational"]
    assert dict(row) == {"agreed": 4, "done_before": 1, "done_in_period": 2, "open": 1, "overdue": 0, "withdrawn": 0}


def test_a_due_date_is_the_one_known_on_the_report_date(report, make):
    # Due 1 July; moved on 10 September, after the period, to 1 December. On 31 August it was 61 days late.
    move = ActivityMove(
        id="M-1",
        activity_id="X-1",
        moved_date=date(2026, 9, 10),
        from_date=date(2026, 7, 1),
        to_date=date(2026, 12, 1),
    )
    activity = make.activity("X-1", due_date=date(2026, 12, 1))
    late = report(activity, move).finding("follow_up.activities_operational_overdue_only")
    assert late.values["oldest_days"] == 61
    running = report(activity, move, period="2026-T3")
    assert running.finding("follow_up.activities_operational").number == 0


def test_moved_due_dates_are_listed_with_reason(report, make):
    moves = [
        ActivityMove(id="M-1", activity_id="X-1", moved_date=date(2026, 4, 30), from_date=date(2026, 5, 1)),
        ActivityMove(
            id="M-2",
            activity_id="X-1",
            moved_date=date(2026, 5, 1),
            from_date=date(2026, 6, 1),
            to_date=date(2026, 12, 1),
            reason="Resursbrist",
        ),
    ]
    finding = report(make.activity("X-1", due_date=date(2026, 12, 1)), *moves).finding("follow_up.activities_moved")
    assert finding.sentence("sv") == "En aktivitet fick ett nytt slutdatum under perioden."
    assert finding.sentence("en") == "One activity had its due date moved in the period."
    assert list(finding.table["reason"]) == ["Resursbrist"]


def test_activities_without_owner_say_which_party_lacks_one(report, make):
    finding = report(
        make.activity("X-1", buyer_responsible_id=None, supplier_responsible_id=None),
        make.activity("X-2", supplier_responsible_id=None),
        make.activity("X-3", supplier_responsible_id=None, done_date=date(2026, 6, 1)),
    ).finding("follow_up.activities_without_owner")
    assert finding.number == 2
    assert finding.sentence("sv") == (
        "Två aktiviteter saknar en ansvarig person: en hos kommunen och två hos leverantören."
    )
    assert finding.sentence("en") == (
        "Two activities lack a responsible person: one on the municipality's side and two on the supplier's."
    )


def test_coming_is_counted_from_today_not_from_the_report_date(report, make):
    analysis = report(
        make.activity("X-1", due_date=date(2026, 9, 14)),  # yesterday
        make.activity("X-2", due_date=date(2026, 9, 15)),
        make.activity("X-3", due_date=date(2026, 12, 14)),  # 90 days ahead
        make.activity("X-4", due_date=date(2026, 12, 15)),
    )
    assert list(analysis.finding("follow_up.activities_coming").table["activity_id"]) == ["X-2", "X-3"]


def test_no_activities_is_said_and_gives_no_number_of_late_ones(report, codes):
    analysis = report()
    assert codes(analysis, "activities")[:2] == ["activities_none", "activities_strategic_none"]
    assert codes(analysis, "ladder") == ["ladder_rules_none"]
    assert codes(analysis, "pace") == ["pace_no_activity"]


def test_the_burn_up_counts_agreed_and_done_at_the_end_of_each_month(report, make):
    analysis = report(
        make.activity("X-1", raised_date=date(2026, 6, 30), done_date=date(2026, 8, 1)),
        make.activity("X-2", raised_date=date(2026, 7, 1), withdrawn_date=date(2026, 8, 2)),
    )
    frame = analysis["activities"].chart("burn_up").frame
    rows = frame[frame["level"] == "operational"].set_index("month")
    assert [list(rows.loc[date(2026, month, 1)][["agreed", "done"]]) for month in (5, 6, 7, 8)] == [
        [0, 0],
        [1, 0],
        [2, 0],
        [1, 1],
    ]


def test_the_timeline_leaves_out_what_was_withdrawn(report, make):
    chart = report(
        make.activity("X-1", due_date=date(2026, 6, 1)),
        make.activity("X-2", withdrawn_date=date(2026, 6, 1)),
    )["activities"].chart("activity_timeline")
    assert list(chart.frame["activity_id"]) == ["X-1"]
    assert list(chart.frame["status"]) == ["overdue"]
    assert chart.values["period_end"] == date(2026, 8, 31)


def test_the_ladder_finds_what_hangs_loose_and_what_is_not_broken_down(report, make):
    analysis = report(
        make.activity("S-1", level=Level.STRATEGIC),
        make.activity("S-2", level=Level.STRATEGIC),
        make.activity("T-1", level=Level.TACTICAL, parent_id="S-1"),
        make.activity("O-1", parent_id="T-1"),
        make.activity("O-2", parent_id="S-2"),  # a parent two levels up is no parent
    )
    assert list(analysis.finding("follow_up.ladder_without_breakdown").table["activity_id"]) == ["S-2"]
    assert list(analysis.finding("follow_up.ladder_without_parent").table["activity_id"]) == ["O-2"]


def test_a_whole_ladder_is_good(report, make):
    analysis = report(
        make.activity("S-1", level=Level.STRATEGIC),
        make.activity("T-1", level=Level.TACTICAL, parent_id="S-1"),
        make.activity("O-1", parent_id="T-1", done_date=date(2026, 6, 1)),  # done, and still T-1's breakdown
    )
    assert analysis.finding("follow_up.ladder_whole").signal is Signal.GOOD


def test_challenges_are_counted_by_party(report, make):
    raised = {"kind": ActivityKind.CHALLENGE}
    finding = report(
        make.activity("X-1", **raised),
        make.activity("X-2", raised_by=Party.SUPPLIER, done_date=date(2026, 6, 1), **raised),
        make.activity("X-3"),
    ).finding("follow_up.challenges")
    assert finding.sentence("sv") == "Kommunen har tagit upp en utmaning och leverantören en; hittills är en löst."
    assert finding.sentence("en") == (
        "The municipality has raised one challenge and the supplier one; so far one is solved."
    )


def test_an_exchange_where_only_one_party_raises_challenges_asks_for_attention(report, make):
    challenges = [make.activity(f"X-{n}", kind=ActivityKind.CHALLENGE) for n in range(3)]
    finding = report(*challenges).finding("follow_up.challenges_one_sided")
    assert finding.sentence("sv") == "Bara kommunen har tagit upp utmaningar, tre stycken; hittills är inga lösta."
    assert finding.signal is Signal.ATTENTION


DAYS = st.dates(min_value=date(2025, 6, 1), max_value=date(2027, 3, 1))


@st.composite
def activities(draw: st.DrawFn) -> list[Activity]:
    """Activities with any days in any order."""
    made = []
    for number in range(draw(st.integers(0, 8))):
        finished = draw(st.sampled_from(["done_date", "withdrawn_date", None]))
        made.append(
            Activity(
                id=f"X-{number}",
                agreement_id="A-1",
                level=draw(st.sampled_from(Level)),
                title="t",
                kind=ActivityKind.OBLIGATION,
                raised_by=Party.BUYER,
                raised_date=draw(DAYS),
                due_date=draw(st.none() | DAYS),
                **({finished: draw(DAYS)} if finished else {}),
            )
        )
    return made


@given(activities(), st.integers(0, 500))
def test_every_activity_is_in_exactly_one_state(listed, days):
    agreement = Agreement(
        id="A-1",
        name="n",
        buyer_id="O-1",
        supplier_id="O-2",
        kind=AgreementKind.CONTRACT,
        requirement_type=RequirementType.FUNCTIONAL,
        category="48000000",
        start_date=date(2024, 3, 1),
    )
    content = RegisterContent.of([agreement, *listed])
    as_of = date(2026, 5, 1) + timedelta(days=days)
    context = prepare(content, None, "A-1", Period.parse("2026-T2"), as_of)  # type: ignore[arg-type]
    counts = counts_per_level(context, context.report_date, context.period.start)
    states = counts.drop(columns=["level", "agreed"]).sum(axis=1)
    assert list(states) == list(counts["agreed"])
    assert counts["agreed"].sum() == sum(a.raised_date <= context.report_date for a in listed)


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 31)])
def test_time_alone_never_makes_fewer_activities_late(report, make, day):
    listed = [make.activity(f"X-{n}", due_date=date(2026, 5, 10) + timedelta(days=20 * n)) for n in range(5)]
    late = [
        int(report(*listed, as_of=at).finding("follow_up.changes_more_overdue").values["now"])
        for at in (day, day + timedelta(days=10))
    ]
    assert late[0] <= late[1]
