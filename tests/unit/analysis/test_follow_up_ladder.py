"""What has climbed and why, what hangs loose, what is not broken down in time, and by which rules."""

from __future__ import annotations

from datetime import date

from partnership_lib.domain import ActivityKind, ActivityMove, Decision, EscalationRule, Level
from partnership_lib.findings import Signal


def test_what_is_late_enough_by_the_rules_has_climbed_and_is_bad(report, make, codes):
    activities = [make.activity("X-1", due_date=date(2026, 7, 31)), make.activity("X-2", due_date=date(2026, 12, 1))]
    # 31 days late on 31 August: not yet with 31 days allowed.
    assert "ladder_climbed_none" in codes(report(*activities, *make.working_order(31)), "ladder")
    analysis = report(*activities, *make.working_order(30))
    finding = analysis.finding("follow_up.ladder_climbed_overdue")
    assert finding.signal is Signal.BAD
    assert finding.sentence("sv") == (
        "En aktivitet är så försenad att den har lyfts till en högre nivå enligt arbetsordningen. "
        "En lyftes under perioden."
    )
    row = finding.table.iloc[0]
    assert (row["activity_id"], row["level"], row["climbed_to"]) == ("X-1", "operational", "tactical")
    assert (row["climbed_date"], row["climb_reason"], row["overdue_days"]) == (date(2026, 8, 31), "overdue", 31)
    # Being late is one matter, having climbed another: each is told once.
    assert analysis.finding("follow_up.activities_operational_overdue").signal is Signal.ATTENTION


def test_what_was_moved_too_many_times_has_climbed_without_being_late(report, make):
    order = make.working_order(30)
    rule = EscalationRule(
        id="E-law", working_order_id="W-1", level=Level.OPERATIONAL, kind=ActivityKind.LAW_CHANGE, moved_times=2
    )
    activity = make.activity("X-1", kind=ActivityKind.LAW_CHANGE, due_date=date(2026, 12, 1))
    moves = [ActivityMove(id=f"M-{n}", activity_id="X-1", moved_date=date(2026, 5 + n, 1)) for n in range(2)]
    finding = report(activity, *moves, *order, rule).finding("follow_up.ladder_climbed_moved")
    row = finding.table.iloc[0]
    assert (row["climbed_date"], row["times_moved"], row["overdue_days"]) == (date(2026, 6, 1), 2, None)
    late = make.activity("X-2", due_date=date(2026, 5, 1))
    both = report(activity, late, *moves, *order, rule).finding("follow_up.ladder_climbed")
    assert both.sentence("sv") == (
        "Två aktiviteter har lyfts till en högre nivå enligt arbetsordningen: en som är för sen och en vars slutdatum "
        "har flyttats för många gånger. Två lyftes under perioden."
    )


def test_where_nothing_is_ruled_nothing_climbs_and_it_is_said(report, make, codes):
    analysis = report(make.activity("X-1", due_date=date(2025, 1, 1)))
    assert codes(analysis, "ladder") == ["ladder_without_parent", "ladder_rules_none"]


def test_the_rules_of_the_working_order_are_shown(report, make):
    finding = report(*make.working_order(45)).finding("follow_up.ladder_rules")
    assert list(finding.table["level"]) == ["operational", "tactical"]
    assert list(finding.table["climbed_to"]) == ["tactical", "strategic"]
    assert list(finding.table["overdue_days_limit"]) == [45, 45]


def test_a_dead_end_is_one_that_the_working_order_gave_time_to_break_down(report, make, codes):
    order = make.working_order(30, breakdown_within_days=60)
    # Raised on 1 July: 60 days are 30 August. On 31 August it is a dead end; raised a day later it is not yet.
    late = make.activity("S-1", level=Level.STRATEGIC, raised_date=date(2026, 7, 1))
    young = make.activity("S-2", level=Level.STRATEGIC, raised_date=date(2026, 7, 2))
    finding = report(late, young, *order).finding("follow_up.ladder_dead_ends")
    assert list(finding.table["activity_id"]) == ["S-1"]
    assert list(finding.table["breakdown_date"]) == [date(2026, 8, 30)]
    assert finding.sentence("sv") == (
        "En aktivitet är inte nedbruten på nivån under, trots att arbetsordningens 60 dagar har gått."
    )
    assert codes(report(young, *order), "ladder")[1] == "ladder_whole"


def test_a_strategic_decision_that_leads_nowhere_is_a_dead_end(report, make, codes):
    meetings = [
        make.meeting("M-S", date(2026, 5, 1), level=Level.STRATEGIC, held_date=date(2026, 5, 1)),
        make.meeting("M-O", date(2026, 5, 1), held_date=date(2026, 5, 1)),
    ]
    base = {"agreement_id": "A-1", "decided_date": date(2026, 5, 1)}
    decisions = [
        Decision(id="D-1", meeting_id="M-S", text="Utan aktivitet", **base),
        Decision(id="D-2", meeting_id="M-S", text="Med aktivitet", activity_id="S-1", **base),
        Decision(id="D-3", meeting_id="M-S", text="Återtaget", taken_back=True, **base),
        Decision(id="D-4", meeting_id="M-O", text="Operativt", **base),
    ]
    order = make.working_order(30, breakdown_within_days=60)
    records = [*meetings, *decisions, make.activity("S-1", level=Level.STRATEGIC), *order]
    finding = report(*records).finding("follow_up.ladder_dead_decisions")
    assert list(finding.table["text"]) == ["Utan aktivitet"]
    patient = make.working_order(30, breakdown_within_days=365)
    assert "ladder_dead_decisions" not in codes(report(*meetings, *decisions, *patient), "ladder")


def test_decisions_stand_with_the_figure_that_was_shown_and_the_activity_that_carries_them_out(report, make):
    meeting = make.meeting("M-1", date(2026, 6, 1), held_date=date(2026, 6, 1))
    decision = Decision(
        id="D-1",
        agreement_id="A-1",
        meeting_id="M-1",
        decided_date=date(2026, 6, 1),
        text="Mer personal i supporten",
        figure_sentence="Svarstiden är fyra timmar.",
        activity_id="X-1",
    )
    before = Decision(id="D-0", agreement_id="A-1", meeting_id="M-1", decided_date=date(2026, 4, 30), text="Förra")
    finding = report(meeting, decision, before, make.activity("X-1", done_date=date(2026, 9, 1))).finding(
        "follow_up.decisions_taken"
    )
    assert finding.number == 1
    row = finding.table.iloc[0]
    assert (row["text"], row["figure_sentence"]) == ("Mer personal i supporten", "Svarstiden är fyra timmar.")
    assert (row["activity"], row["status"]) == ("Aktivitet X-1", "done")  # as things stand today
