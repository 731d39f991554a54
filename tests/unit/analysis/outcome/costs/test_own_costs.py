"""Hand-worked: what agreements cost besides their invoices."""

from __future__ import annotations

from datetime import date

import pytest

from partnership_lib.analysis.outcome.costs.own_costs import OwnCosts
from partnership_lib.domain import Cadence, FollowUpClass, Level, Participant, Person, RequirementType, WorkingOrder

FOUR_YEARS = (date(2020, 1, 1), date(2023, 12, 31))


def _own(make, *records, rules=None):
    content = make.register(*records)
    (unit,) = make.units(content)
    (cost,) = OwnCosts(content, rules or make.rules()).of(unit)
    return cost


def test_a_procedure_with_detailed_requirements_is_spread_over_the_term(make):
    agreement = make.agreement("A-1", *FOUR_YEARS)
    cost = _own(make, agreement)
    # (100 h x 600 + 50 h x 400 + 5,000) / 48 months
    assert cost.procurement_sek == pytest.approx(85_000 / 48)


def test_functional_requirements_take_the_authority_six_times_the_hours_and_users_the_root_of_the_needs(make):
    agreement = make.agreement("A-1", *FOUR_YEARS, requirement_type=RequirementType.FUNCTIONAL)
    needs = [make.need(f"N{n}") for n in range(4)]
    cost = _own(make, agreement, *needs, *(make.part(agreement, need.id) for need in needs))
    # (6 x 100 h x 600 + sqrt(4) x 50 h x 400 + 5,000) / 48 months
    assert cost.procurement_sek == pytest.approx(405_000 / 48)


def test_the_transition_that_the_ledger_does_not_show_is_spread_over_the_term(make):
    agreement = make.agreement("A-1", *FOUR_YEARS)
    cost = _own(make, agreement, make.need("N", annual_value_ore=100_000_000), make.part(agreement, "N"))
    # half of 12 per cent of a million kronor
    assert cost.transition_sek == pytest.approx(60_000 / 48)


def test_an_agreement_until_further_notice_is_spread_over_the_assumed_term(make):
    assert _own(make, make.agreement("A-1", date(2020, 1, 1), None)).procurement_sek == pytest.approx(85_000 / 48)


def test_staff_hours_are_the_assumed_ones_where_nothing_is_registered(make):
    assert _own(make, make.agreement("A-1", *FOUR_YEARS)).staff_sek == pytest.approx(60 * 600 / 12)


def test_staff_hours_are_those_of_the_follow_up_class(make):
    group = FollowUpClass(
        id="C",
        name="Grupp",
        agreement_share=1.0,
        meetings_per_year=2.0,
        hours_per_meeting=10.0,
        other_hours_per_year=4.0,
    )
    cost = _own(make, group, make.agreement("A-1", *FOUR_YEARS, follow_up_class_id="C"))
    assert cost.staff_sek == pytest.approx(24 * 600 / 12)


def test_staff_hours_are_those_of_the_municipality_s_people_in_the_promised_meetings(make):
    people = [Person(id=f"P-{of}", name=of, organisation_id=of, title="", email="") for of in ("B", "S1")]
    records = [
        make.agreement("A-1", *FOUR_YEARS),
        *people,
        WorkingOrder(id="W", agreement_id="A-1", valid_from=date(2020, 1, 1)),
        Cadence(id="C", working_order_id="W", level=Level.TACTICAL, meetings_per_year=5, hours_per_meeting=2.0),
        *(Participant(id=person.id, cadence_id="C", person_id=person.id) for person in people),
    ]
    # 5 meetings x 2 h x the one person who is ours
    assert _own(make, *records).staff_sek == pytest.approx(10 * 600 / 12)


def test_an_own_cost_holds_while_the_agreement_does(make):
    cost = _own(make, make.agreement("A-1", *FOUR_YEARS))
    held = [cost.holds_in(day) for day in (date(2019, 12, 1), date(2020, 1, 1), date(2023, 12, 1), date(2024, 1, 1))]
    assert held == [False, True, True, False]
