"""What a break-even is looked for in, and how the difference depends on each: the six quantities of a case."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.cases.records import Case, Governance, ProposedAgreement, Settings
from partnership_lib.decision.measures.bidders import bidders_expected, with_bidders
from partnership_lib.decision.measures.break_evens import Quantity
from partnership_lib.decision.measures.expected import ExpectedCosts
from partnership_lib.decision.plans.plan import consolidated_plan

Floats = NDArray[np.float64]

LONGEST_HORIZON_YEARS = 20.0
HIGHEST_RATE_SHARE = 0.15
MOST_CHANGES_FACTOR = 4.0
MOST_BIDDERS = 8.0
SCOPE_RANGE_SHARE = (-0.20, 0.40)
MOST_GOVERNANCE_HOURS = 4_000.0
CHANGE_RATES = ("law_changes_per_domain_year", "new_needs_per_need_year")


class Quantities:
    """The quantities of a case, all on the same values of the assumptions.

    Parameters
    ----------
    expected : ExpectedCosts
        Of the case.
    values : numpy.ndarray
        Values of the assumptions.
    mean_difference_sek : float
        The mean difference of the whole comparison. What the values give with everything as today is moved to it, and
        everything else with it: fewer points serve for the slope than for the level.
    """

    def __init__(self, expected: ExpectedCosts, values: Floats, mean_difference_sek: float) -> None:
        self.expected, self.values = expected, values
        self.case, self.sampler = expected.case, expected.sampler
        self.correction_sek = mean_difference_sek - expected.mean_difference_sek(values)

    def all(self) -> list[Quantity]:
        """Return the quantities that mean something for the case."""
        found = [self.horizon(), self.discount_rate(), self.changes()]
        if any(len(each.need_ids) > 1 for each in self.case.proposed):
            found += [self.bidders(), self.scope_saving()]
        if self._partnerships():
            found.append(self.governance())
        return found

    def horizon(self) -> Quantity:
        """Return the horizon in years; whole months are computed, between them it is a straight line."""
        settings = self.case.settings
        last_start = max((slot.start_month for slot in consolidated_plan(self.case).slots), default=0)
        difference = lru_cache(lambda months: self._with_settings(replace(settings, horizon_months=months)))

        def at(years: float) -> float:
            below = math.floor(12.0 * years + 1e-9)
            part = max(12.0 * years - below, 0.0)
            first = difference(below)
            return first if part < 1e-6 else (1.0 - part) * first + part * difference(below + 1)

        low = math.ceil(last_start / 12.0) + 1.0
        high = max(LONGEST_HORIZON_YEARS, settings.horizon_months / 12.0)
        return Quantity("horizon_years", "year", settings.horizon_months / 12.0, low, high, at)

    def discount_rate(self) -> Quantity:
        """Return the real discount rate."""
        settings = self.case.settings

        def at(rate: float) -> float:
            return self._with_settings(replace(settings, discount_rate_share=rate))

        high = max(HIGHEST_RATE_SHARE, settings.discount_rate_share)
        return Quantity("discount_rate_share", "share/year", settings.discount_rate_share, 0.0, high, at)

    def changes(self) -> Quantity:
        """Return how many changes all needs together see a year, law changes and new needs in today's proportion."""
        rates = [column for name in CHANGE_RATES for column in self.expected.columns(name)]
        means, today = self.values[:, rates].mean(axis=0), self._changes_per_year()

        def at(changes: float) -> float:
            values = self.values.copy()
            values[:, rates] = means * (changes / today if today else 0.0)
            return self._difference(self.expected, values)

        return Quantity("changes_per_year", "1/year", today, 0.0, MOST_CHANGES_FACTOR * today, at)

    def bidders(self) -> Quantity:
        """Return how many bidders turn up in every procedure of a proposed agreement."""

        def at(bidders: float) -> float:
            return self._difference(*with_bidders(self.expected, self.values, bidders))

        today = bidders_expected(self.expected.compiled, self.values)
        return Quantity("bundle_bidders", "count", today, 1.0, MOST_BIDDERS, at)

    def scope_saving(self) -> Quantity:
        """Return the scope saving as claimed, before optimism bias is taken off."""
        columns = self.expected.columns("scope_saving_share")

        def at(saving: float) -> float:
            values = self.expected.with_values(self.values, {"scope_saving_share": saving})
            return self._difference(self.expected, values)

        low, high = SCOPE_RANGE_SHARE
        return Quantity("scope_saving_share", "share", float(self.values[:, columns].mean()), low, high, at)

    def governance(self) -> Quantity:
        """Return the staff hours of governance a year in each partnership, meetings and owner together."""
        today = [self._owner_hours(each.id) + self._meeting_hours(each) for each in self._partnerships()]

        def at(hours: float) -> float:
            # Costs are proportional to the hours: what the owner does not take on average is meetings.
            proposed = tuple(
                replace(each, terms=replace(each.terms, meeting_hours_per_year=hours - self._owner_hours(each.id)))
                if each.terms.governance is Governance.PARTNERSHIP
                else each
                for each in self.case.proposed
            )
            return self._of(replace(self.case, proposed=proposed))

        high = max(MOST_GOVERNANCE_HOURS, 2.0 * max(today))
        return Quantity("governance_hours_per_year", "h/year", float(np.mean(today)), 0.0, high, at)

    def _partnerships(self) -> list[ProposedAgreement]:
        return [each for each in self.case.proposed if each.terms.governance is Governance.PARTNERSHIP]

    def _owner_hours(self, agreement_id: str) -> float:
        key = self.case.assumption("partnership_owner_fte", f"agreement:{agreement_id}").key
        hours = self.values[:, self.sampler.column("hours_per_fte_year")]
        return float(np.mean(self.values[:, self.sampler.column(key)] * hours))

    def _meeting_hours(self, agreement: ProposedAgreement) -> float:
        given = agreement.terms.meeting_hours_per_year
        return float(np.mean(self.values[:, self.sampler.column("meeting_hours_per_year")])) if given is None else given

    def _changes_per_year(self) -> float:
        """Return the expected number of changes a year: new needs, and law changes counted once per need they hit."""
        compiled, values = self.expected.compiled, self.values
        new_needs = values[:, compiled.needs["new_needs_column"]].mean(axis=0).sum()
        domains = compiled.needs["domain"][compiled.needs["domain"] >= 0]
        rates = values[:, compiled.domains["rate_column"][domains]].mean(axis=0).sum() if domains.size else 0.0
        hits = float(np.mean(values[:, self.sampler.column("law_change_hit_probability")]))
        return float(new_needs + hits * rates)

    def _difference(self, expected: ExpectedCosts, values: Floats) -> float:
        return expected.mean_difference_sek(values) + self.correction_sek

    def _of(self, case: Case) -> float:
        return self._difference(ExpectedCosts(case, self.sampler), self.values)

    def _with_settings(self, settings: Settings) -> float:
        return self._of(replace(self.case, settings=settings))
