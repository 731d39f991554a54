"""The renewal radar against values worked out by hand: lead times, last safe starts, hours by quarter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from partnership_lib.analysis.renewal_radar.lead_time import (
    DAYS_PER_MONTH,
    FEWEST_PROCUREMENTS,
    Approach,
    LeadBasis,
    LeadTime,
    past_months,
)
from partnership_lib.analysis.renewal_radar.planning import ProcurementPlanning
from partnership_lib.analysis.renewal_radar.renewals import Renewal, RenewalState, renewals
from partnership_lib.analysis.renewal_radar.workload import workload
from partnership_lib.decision.cases.assumptions import Assumption, Distribution, Shape
from partnership_lib.domain import (
    Agreement,
    AgreementKind,
    ExtensionOption,
    Predecessor,
    RegisterContent,
    RequirementType,
)
from partnership_lib.workspace.case_files import default_assumptions
from partnership_lib.workspace.procurement_planning import assumed_lead_time

AS_OF = date(2026, 9, 15)
END = date(2027, 6, 30)

NINE_DAYS = (100, 150, 180, 200, 220, 250, 300, 365, 500)
"""Lengths of nine procurements. Of ten gaps the eighth shortest marks eight: 80 per cent within 365 days."""


def agreement(agreement_id: str = "A-1", **values: Any) -> Agreement:
    usual = {
        "id": agreement_id, "name": f"Avtal {agreement_id}", "buyer_id": "O-1", "supplier_id": "O-2",
        "kind": AgreementKind.CONTRACT, "requirement_type": RequirementType.DETAILED, "category": "79000000",
        "start_date": date(2023, 7, 1), "end_date": END, "preparation_months": 9,
    }  # fmt: skip
    return Agreement(**(usual | values))


def procured(number: int, days: int, **values: Any) -> Agreement:
    """An old agreement whose procurement took so many days."""
    signed = date(2020, 1, 1)
    ended = {"start_date": date(2020, 2, 1), "end_date": date(2022, 1, 31), "signed_date": signed}
    return agreement(f"H-{number}", procurement_started_date=signed - timedelta(days=days), **(ended | values))


HISTORY = [procured(number, days) for number, days in enumerate(NINE_DAYS)]
FIXED = LeadTime(LeadBasis.ASSUMPTION, np.array([12.0]), np.array([1.0]))
PLANNING = ProcurementPlanning(
    lead_times={Approach.DETAILED: FIXED, Approach.FUNCTIONAL: FIXED},
    office_hours={Approach.DETAILED: 100.0, Approach.FUNCTIONAL: 600.0},
    office_hours_per_year=400.0,
)


def radar(*records: Any, as_of: date = AS_OF) -> list[Renewal]:
    content = RegisterContent.of([*HISTORY, *records])
    return renewals(content, PLANNING.with_history(content.agreements, as_of), as_of)


def test_of_nine_procurements_the_eighth_shortest_is_safe_with_80_per_cent() -> None:
    (found,) = radar(agreement())
    assert found.lead.basis is LeadBasis.HISTORY
    assert found.lead.procurements == 9
    # What comes after begins on 1 July 2027; 365 days before that is 1 July 2026.
    assert found.last_safe_start == date(2026, 7, 1)


def test_begun_today_it_is_ready_with_as_many_gaps_as_there_is_time_for() -> None:
    (found,) = radar(agreement())
    # From 15 September 2026 to 1 July 2027 there are 289 days: six of the nine took no longer; 6 / 10.
    assert (found.takes_over - AS_OF).days == 289
    assert found.ready_share == pytest.approx(0.6)
    assert found.state is RenewalState.LATE


def test_work_that_has_run_is_judged_by_those_that_took_longer_than_it_has() -> None:
    (found,) = radar(agreement(replacement_started_date=AS_OF - timedelta(days=185)))
    # After 185 days 3 of 9 would have been ready. Of the 7 gaps left, those up to 185 + 289 = 474 days are five.
    assert found.state is RenewalState.RUNNING
    assert found.ready_share == pytest.approx(5 / 7)


def test_work_that_has_taken_longer_than_any_before_is_not_called_likely() -> None:
    (found,) = radar(agreement(replacement_started_date=AS_OF - timedelta(days=600)))
    assert found.ready_share == 0.0


def test_eight_procurements_are_too_few_and_the_assumption_holds() -> None:
    assert FEWEST_PROCUREMENTS == 9
    content = RegisterContent.of([*HISTORY[1:], agreement()])
    (found,) = renewals(content, PLANNING.with_history(content.agreements, AS_OF), AS_OF)
    assert found.lead is FIXED
    assert found.last_safe_start == date(2027, 7, 1) - timedelta(days=366)  # 12 months of 30.4375 days, rounded up


def test_only_signed_procurements_of_the_same_approach_count() -> None:
    functional = procured(20, 400, requirement_type=RequirementType.PROCESS)
    unsigned = procured(21, 90, signed_date=None)
    later = procured(22, 90, signed_date=AS_OF + timedelta(days=1))
    backwards = procured(23, -5)
    months = past_months([*HISTORY, functional, unsigned, later, backwards], Approach.DETAILED, AS_OF)
    assert [round(each * DAYS_PER_MONTH) for each in months] == list(NINE_DAYS)
    assert len(past_months([functional], Approach.FUNCTIONAL, AS_OF)) == 1


def test_who_is_followed_ended_endless_or_far_away_is_not_on_the_radar() -> None:
    followed, successor = agreement("A-2"), agreement("A-3", start_date=date(2027, 7, 1), end_date=date(2031, 6, 30))
    link = Predecessor(id="PR-1", agreement_id="A-3", predecessor_id="A-2")
    endless = agreement("A-4", end_date=None)
    far = agreement("A-5", end_date=date(2030, 1, 1))
    assert [each.agreement.id for each in radar(agreement(), followed, successor, link, endless, far)] == ["A-1"]


def test_the_award_notice_leaves_ten_days_of_standstill_before_the_new_agreement_is_signed() -> None:
    (found,) = radar(agreement())
    # 20 kap. LOU: sent 20 June 2027, day 10 is Wednesday 30 June, signing from 1 July, when the old one has ended.
    assert found.award_notice_by == date(2027, 6, 20)
    (weekend,) = radar(agreement(end_date=date(2027, 5, 2)))
    # Must be signed by Monday 3 May 2027. Sent 19 April, day 10 is Thursday 29 April: signing on Friday 30 April. Sent
    # 20 April, day 10 is Friday 30 April: signing on Saturday 1 May. Sent 21 April, day 10 is 1 May, moves to Monday.
    assert weekend.award_notice_by == date(2027, 4, 20)


def test_hours_are_spread_over_the_days_from_the_safe_start_to_the_end() -> None:
    # 181 days: the safe start of an agreement that ends on 30 June 2027 is 1 January 2027.
    half_year = LeadTime(LeadBasis.ASSUMPTION, np.array([181 / DAYS_PER_MONTH]), np.array([1.0]))
    planning = replace(PLANNING, lead_times={Approach.DETAILED: half_year, Approach.FUNCTIONAL: half_year})
    content = RegisterContent.of([agreement()])
    loads = workload(renewals(content, planning, AS_OF), planning, AS_OF)
    assert [load.quarter.label for load in loads][:4] == ["2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2"]
    # 90 days in the first quarter of 2027 and 91 in the second, of 100 hours; 400 hours a year are 100 a quarter.
    assert [load.hours_needed for load in loads][:4] == pytest.approx([0.0, 0.0, 100 * 90 / 181, 100 * 91 / 181])
    assert [load.procurements for load in loads][:5] == [0, 0, 1, 1, 0]
    assert {load.hours_available for load in loads} == {100.0}


def test_late_work_is_squeezed_into_the_days_left_unless_an_option_can_be_used() -> None:
    functional = {"requirement_type": RequirementType.FUNCTIONAL, "end_date": date(2026, 12, 31)}
    content = RegisterContent.of([agreement(**functional)])
    found = renewals(content, PLANNING, AS_OF)
    loads = workload(found, PLANNING, AS_OF)
    # 108 days left: 16 in the third quarter and 92 in the fourth, of 600 hours.
    assert [load.hours_needed for load in loads][:2] == pytest.approx([600 * 16 / 108, 600 * 92 / 108])
    assert loads[1].hours_missing == pytest.approx(600 * 92 / 108 - 100)
    option = ExtensionOption(id="EO-1", agreement_id="A-1", months=24, decide_by=date(2026, 10, 1))
    found = renewals(RegisterContent.of([agreement(**functional), option]), PLANNING, AS_OF)
    assert found[0].option_until == date(2028, 12, 31)
    assert sum(load.hours_needed for load in workload(found, PLANNING, AS_OF)) == 0.0
    used = replace(option, exercised_date=date(2026, 9, 1))
    found = renewals(RegisterContent.of([agreement(**functional), used]), PLANNING, AS_OF)
    assert found[0].option_until is None


DEFAULTS = tuple(default_assumptions(Path("no workspace: the shipped ones")))


def fixed(name: str, value: float) -> Assumption:
    known = {each.name: each for each in DEFAULTS}
    return replace(known[name], distribution=Distribution(Shape.FIXED, (value,)))


NOTHING_GOES_WRONG = {"cancellation_probability": 0.0, "appeal_probability": 0.0, "lead_months_detailed": 9.0}


def assumed(**values: float) -> LeadTime:
    known = {each.name: each for each in DEFAULTS}
    known |= {name: fixed(name, value) for name, value in (NOTHING_GOES_WRONG | values).items()}
    return assumed_lead_time(known, "lead_months_detailed")


def test_an_assumed_lead_time_is_itself_where_nothing_goes_wrong() -> None:
    lead = assumed()
    assert (lead.months_for(0.01), lead.months_for(0.99)) == pytest.approx((9.0, 9.0))
    assert lead.weights.sum() == pytest.approx(1.0)


def test_a_cancelled_procurement_takes_its_share_again() -> None:
    lead = assumed(cancellation_probability=0.3, cancellation_redo_share=0.5)
    assert (lead.months_for(0.69), lead.months_for(0.8)) == pytest.approx((9.0, 13.5))


def test_an_appeal_delays_by_what_it_takes_beyond_the_slack() -> None:
    court = {"appeal_months_mean": 5.0, "appeal_months_sigma_ln": 0.01, "slack_months": 2.0}
    lead = assumed(appeal_probability=0.3, second_instance_probability=0.0, **court)
    assert (lead.months_for(0.69), lead.months_for(0.85)) == pytest.approx((9.0, 12.0), abs=0.05)


def test_the_points_of_an_assumed_lead_time_agree_with_drawn_futures() -> None:
    known = {each.name: each for each in DEFAULTS}
    lead = assumed_lead_time(known, "lead_months_functional")
    random, count = np.random.default_rng(1), 400_000
    # Means of PERT(0.08, 0.13, 0.20) and PERT(0.045, 0.065, 0.10): (min + 4 mode + max) / 6.
    cancelled, appealed = (0.08 + 4 * 0.13 + 0.20) / 6, (0.045 + 4 * 0.065 + 0.10) / 6
    # PERT(9, 14, 24) is 9 + 15 beta(1 + 4 * 5 / 15, 1 + 4 * 10 / 15).
    drawn = 9 + 15 * random.beta(1 + 20 / 15, 1 + 40 / 15, count)
    drawn *= np.where(random.random(count) < cancelled, 1.6, 1.0)
    court = 1.8 * np.exp(0.7 * (random.standard_normal(count) - 0.35))
    court += (random.random(count) < 0.25) * random.exponential(5.3, count)
    drawn += (random.random(count) < appealed) * np.maximum(court - 2.0, 0.0)
    for share in (0.5, 0.8, 0.95):
        assert lead.months_for(share) == pytest.approx(np.quantile(drawn, share), abs=0.06)
