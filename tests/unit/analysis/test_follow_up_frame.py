"""The report as a whole: what it refuses, which day it is about, how it is put together."""

from __future__ import annotations

from datetime import date

import pytest

from partnership_lib.domain import Risk
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.findings import Signal
from partnership_lib.text import describe


def test_an_unknown_agreement_is_refused_with_the_nearest_ones(report):
    with pytest.raises(UsageError) as refused:
        report(agreement_id="A-11")
    assert refused.value.code == "unknown_agreement"
    assert "A-1" in describe(refused.value, "sv")
    assert "Did you mean A-1?" in describe(refused.value, "en")


def test_an_unknown_audience_is_refused(report):
    with pytest.raises(UsageError) as refused:
        report(audience="public")
    assert describe(refused.value, "sv") == "Versionen public finns inte. Välj en av: internal, shared."


def test_a_period_that_has_not_begun_is_refused(report):
    with pytest.raises(UsageError, match="period_not_begun"):
        report(period="2026-T3", as_of=date(2026, 8, 31))


def test_a_period_that_begins_today_is_reported(report):
    assert report(period="2026-T3", as_of=date(2026, 9, 1)).values["report_date"] == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("start", "end", "has_data"),
    [
        (date(2026, 9, 1), None, False),  # begins the day after the period
        (date(2026, 8, 31), None, True),  # begins on its last day
        (date(2020, 1, 1), date(2026, 5, 1), True),  # ends on its first day
        (date(2020, 1, 1), date(2026, 4, 30), False),  # ended the day before
    ],
)
def test_an_agreement_has_a_report_for_a_period_that_it_was_in_force_in(report, make, start, end, has_data):
    records = [make.agreement(start_date=start, end_date=end)]
    if has_data:
        assert report(*records).kind == "follow_up"
    else:
        with pytest.raises(ReportError, match="no_data_for_period") as refused:
            report(*records)
        assert "2026-T2" in describe(refused.value, "sv")


def test_the_report_date_is_the_last_day_of_a_closed_period_and_today_in_a_running_one(report):
    assert report().values["report_date"] == date(2026, 8, 31)
    assert report(period="2026-T3").values["report_date"] == date(2026, 9, 15)


def test_the_sections_come_in_reading_order_and_risks_are_internal(report):
    internal = [section.code for section in report().sections]
    assert internal[:4] == ["summary", "decisions", "changes", "activities"]
    assert internal[-1] == "risks"
    shared = [section.code for section in report(audience="shared").sections]
    assert shared == [code for code in internal if code not in ("promise", "risks")]


def test_the_masthead_names_the_agreement_its_supplier_and_its_owner(report):
    facts = dict(report().facts)
    assert facts["agreement"] == "Skoladministration (A-1)"
    assert facts["supplier"] == "Lärportalen AB"
    assert facts["owner"] == "Anna Berg"


def test_the_summary_says_nothing_needs_action_when_nothing_is_wrong(report, make):
    analysis = report(
        make.activity("X-1", due_date=date(2026, 7, 1), done_date=date(2026, 6, 30)),
        period="2026-T2",
    )
    signals = [
        finding.signal
        for section in analysis.sections
        if section.code not in ("summary", "decisions", "changes")
        for finding in section.findings
    ]
    # No working order, no ledger and no agreed list are things to watch; nothing is bad.
    assert Signal.BAD not in signals
    state = analysis["summary"].findings[0]
    assert state.code == "follow_up.summary_attention"
    assert state.values["attention"] == signals.count(Signal.ATTENTION)


def test_the_summary_puts_bad_before_attention_and_repeats_without_tables(report, make):
    risk = Risk(
        id="R-1", agreement_id="A-1", description="Brand", probability=5, consequence=4, assessed_date=date(2026, 6, 1)
    )
    analysis = report(risk, make.activity("X-1", due_date=date(2026, 8, 30)))
    picked = analysis["summary"].findings
    assert picked[0].sentence("sv").startswith("En sak kräver åtgärd och ")
    assert picked[1].code.startswith("follow_up.decisions")
    assert picked[2].code == "follow_up.risks_high"
    assert all(finding.table is None for finding in picked)
    assert len(picked) <= 7


def test_a_finding_is_looked_up_in_its_own_section_where_it_has_its_table(report, make):
    analysis = report(make.activity("X-1", due_date=date(2026, 5, 20)))
    code = "follow_up.activities_operational_overdue_only"
    assert code in [finding.code for finding in analysis["summary"].findings]
    assert list(analysis.finding(code).table["activity_id"]) == ["X-1"]
