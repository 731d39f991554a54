"""What agreements cost besides their invoices: procurement, transition and staff time, by stated rules."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date

from partnership_lib.analysis.outcome.costs.rules import OutcomeRules
from partnership_lib.analysis.outcome.costs.units import CostUnit
from partnership_lib.domain import (
    Agreement,
    FollowUpClass,
    Organisation,
    Party,
    Person,
    RegisterContent,
    RequirementType,
    WorkingOrder,
)
from partnership_lib.units.dates import add_months, first_of_month, months_between

MONTHS = 12


@dataclass(frozen=True)
class OwnCost:
    """What one agreement costs a month besides its invoices, in today's prices [SEK/month]."""

    agreement_id: str
    first_month: date
    end_month: date | None
    procurement_sek: float
    transition_sek: float
    staff_sek: float

    @property
    def total_sek(self) -> float:
        """Return all of it [SEK/month]."""
        return self.procurement_sek + self.transition_sek + self.staff_sek

    def holds_in(self, month: date) -> bool:
        """Return whether the agreement was in force in a month."""
        return self.first_month <= month and (self.end_month is None or month < self.end_month)


class OwnCosts:
    """What agreements cost besides their invoices, by the rules of evaluation.

    Notes
    -----
    Procurement: the authority's hours in one procedure (times the factor for dialogue where the requirements are
    functional or put on the process), the users' hours by the square root of the needs, and advertising. Transition:
    a share of the annual value, of which the part outside the ledger. Both are spread evenly over the term, so that an
    agreement of twelve years bears a twelfth of them a year. Staff: hours of the working order's meetings (those of the
    municipality) and of the follow-up class besides; the hours of the class where there is no working order; an assumed
    number where there is neither. Change orders are invoiced: they are in the ledger and are not added.
    """

    def __init__(self, content: RegisterContent, rules: OutcomeRules) -> None:
        self._content = content
        self._rules = rules
        self._values = _annual_values(content)
        self._meeting_hours = _meeting_hours(content)

    def of(self, unit: CostUnit) -> tuple[OwnCost, ...]:
        """Return what each agreement of a unit costs besides its invoices."""
        return tuple(self._of_agreement(agreement) for agreement in unit.agreements)

    def _of_agreement(self, agreement: Agreement) -> OwnCost:
        first = first_of_month(agreement.start_date)
        end = None if agreement.end_date is None else add_months(first_of_month(agreement.end_date), 1)
        value = self._rules.value
        term = value("open_ended_term_months") if end is None else float(max(1, months_between(first, end)))
        staff_sek = self._staff_hours_per_year(agreement) * value("staff_cost_sek_per_hour")
        return OwnCost(
            agreement.id,
            first,
            end,
            self._procurement_sek(agreement) / term,
            self._transition_sek(agreement) / term,
            staff_sek / MONTHS,
        )

    def _procurement_sek(self, agreement: Agreement) -> float:
        value = self._rules.value
        detailed = agreement.requirement_type is RequirementType.DETAILED
        factor = 1.0 if detailed else value("dialogue_effort_factor")
        needs = max(1, len(self._values.get(agreement.id, ())))
        authority = factor * value("authority_hours_per_procedure") * value("staff_cost_sek_per_hour")
        users = math.sqrt(needs) * value("user_hours_per_procedure") * value("user_cost_sek_per_hour")
        return authority + users + value("advertising_sek_per_procedure")

    def _transition_sek(self, agreement: Agreement) -> float:
        share = self._rules.value("transition_cost_share") * self._rules.value("transition_outside_ledger_share")
        return share * sum(self._values.get(agreement.id, ())) / 100

    def _staff_hours_per_year(self, agreement: Agreement) -> float:
        group = self._content.find(FollowUpClass, agreement.follow_up_class_id)
        meetings = self._meeting_hours.get(agreement.id, 0.0)
        if meetings:
            return meetings + (group.other_hours_per_year if group else 0.0)
        if group is None:
            return self._rules.value("management_hours_per_agreement_year")
        return group.meetings_per_year * group.hours_per_meeting + group.other_hours_per_year


def _annual_values(content: RegisterContent) -> dict[str, list[int]]:
    """Return agreement id -> what each of its parts is estimated to be worth a year [öre]; 0 where nobody has said."""
    needs = {need.id: need.annual_value_ore or 0 for need in content.needs}
    found: dict[str, list[int]] = {}
    for part in content.agreement_parts:
        found.setdefault(part.agreement_id, []).append(part.annual_value_ore or needs.get(part.need_id, 0))
    return found


def _meeting_hours(content: RegisterContent) -> dict[str, float]:
    """Return agreement id -> the municipality's hours a year in the meetings of its latest working order."""
    latest: dict[str, WorkingOrder] = {}
    for order in sorted(content.working_orders, key=lambda order: (order.valid_from, order.id)):
        latest[order.agreement_id] = order
    agreement_of = {order.id: agreement_id for agreement_id, order in latest.items()}
    people = Counter(each.cadence_id for each in content.participants if _is_ours(content, each.person_id))
    hours: dict[str, float] = {}
    for cadence in content.cadences:
        agreement_id = agreement_of.get(cadence.working_order_id)
        if agreement_id is not None:
            of_cadence = cadence.meetings_per_year * cadence.hours_per_meeting * people[cadence.id]
            hours[agreement_id] = hours.get(agreement_id, 0.0) + of_cadence
    return hours


def _is_ours(content: RegisterContent, person_id: str) -> bool:
    person = content.find(Person, person_id)
    organisation = content.find(Organisation, person.organisation_id) if person else None
    return organisation is not None and organisation.party is Party.BUYER
