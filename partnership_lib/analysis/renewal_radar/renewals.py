"""Agreements that end without anything after them: when the work must begin, and how likely it is ready in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil, isfinite

from partnership_lib.analysis.agreement_rules.standstill import first_signing_day
from partnership_lib.analysis.renewal_radar.lead_time import DAYS_PER_MONTH, SAFE_SHARE, LeadTime, approach_of
from partnership_lib.analysis.renewal_radar.planning import ProcurementPlanning
from partnership_lib.domain import Agreement, AgreementStatus, RegisterContent
from partnership_lib.units.dates import add_months

AHEAD_MONTHS = 24
SOON_MONTHS = 3


class RenewalState(StrEnum):
    """Where the procurement of what comes after an agreement stands."""

    LATE = "late"
    RUNNING = "running"
    SOON = "soon"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Renewal:
    """An agreement with a last day that nothing follows, and how long the procurement of what follows takes.

    Attributes
    ----------
    option_until : date or None
        Last day in force when every option that can still be used is used.
    """

    agreement: Agreement
    end_date: date
    lead: LeadTime
    as_of: date
    option_until: date | None = None

    @property
    def takes_over(self) -> date:
        """Return the first day on which what comes after must be in force."""
        return self.end_date + timedelta(days=1)

    @property
    def last_safe_start(self) -> date:
        """Return the last day to begin and still be ready in time with a probability of 80 per cent."""
        months = self.lead.months_for(SAFE_SHARE)
        if not isfinite(months):
            return date.min
        return self.takes_over - timedelta(days=ceil(months * DAYS_PER_MONTH - 1e-6))

    @property
    def started(self) -> date | None:
        """Return the day on which the work began, if it has."""
        day = self.agreement.replacement_started_date
        return day if day is not None and day <= self.as_of else None

    @property
    def begins(self) -> date:
        """Return when the work began, or must begin: today where that day has passed."""
        return self.started or max(self.last_safe_start, self.as_of)

    @property
    def ready_share(self) -> float:
        """Return the probability of being ready in time: as the work runs, or if it begins today."""
        begun = self.started or self.as_of
        elapsed = (self.as_of - begun).days / DAYS_PER_MONTH
        return self.lead.ready_share((self.takes_over - begun).days / DAYS_PER_MONTH, elapsed)

    @property
    def state(self) -> RenewalState:
        """Return where the procurement stands."""
        if self.started is not None:
            return RenewalState.RUNNING
        if self.last_safe_start < self.as_of:
            return RenewalState.LATE
        soon = self.last_safe_start <= add_months(self.as_of, SOON_MONTHS)
        return RenewalState.SOON if soon else RenewalState.AHEAD

    @property
    def can_wait(self) -> bool:
        """Return whether the agreement can go on: by an option, or by itself where nobody gives notice."""
        return self.option_until is not None or self.agreement.renews_automatically

    @property
    def award_notice_by(self) -> date:
        """Return the last day to send the award notice and still sign when the agreement has ended (20 kap. LOU)."""
        day = self.takes_over
        while first_signing_day(day) > self.takes_over:
            day -= timedelta(days=1)
        return day


def renewals(content: RegisterContent, planning: ProcurementPlanning, as_of: date) -> list[Renewal]:
    """Return the agreements in force whose successor must be worked on within two years, the first start first.

    Agreements that a later one names as its predecessor are followed already. Those that go on until further notice
    have no end to be ready for.
    """
    followed = {link.predecessor_id for link in content.predecessors}
    found = [
        Renewal(agreement, agreement.end_date, planning.lead_times[approach_of(agreement)], as_of, until)
        for agreement in content.agreements
        if agreement.end_date is not None
        and agreement.status_on(as_of) is AgreementStatus.IN_FORCE
        and agreement.id not in followed
        for until in [_option_until(content, agreement, as_of)]
    ]
    last = add_months(as_of, AHEAD_MONTHS)
    near = (each for each in found if each.begins <= last)
    return sorted(near, key=lambda each: (each.begins, each.end_date, each.agreement.id))


def _option_until(content: RegisterContent, agreement: Agreement, as_of: date) -> date | None:
    months = sum(
        option.months
        for option in content.extension_options
        if option.agreement_id == agreement.id
        and option.exercised_date is None
        and option.declined_date is None
        and option.decide_by >= as_of
    )
    if not months or agreement.end_date is None:
        return None
    return add_months(agreement.end_date + timedelta(days=1), months) - timedelta(days=1)


def late(found: Iterable[Renewal]) -> list[Renewal]:
    """Return those whose work should have begun already."""
    return [each for each in found if each.state is RenewalState.LATE]


def running_late(found: Iterable[Renewal]) -> list[Renewal]:
    """Return those whose work runs, and is ready in time with less than 80 per cent."""
    return [each for each in found if each.state is RenewalState.RUNNING and each.ready_share < SAFE_SHARE - 1e-9]
