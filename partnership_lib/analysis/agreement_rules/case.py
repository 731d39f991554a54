"""One agreement in front of the rules: its records, what was bought on it, and the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from partnership_lib.analysis.agreement_rules.law import law_on
from partnership_lib.analysis.agreement_rules.observation import RuleFinding, Severity
from partnership_lib.analysis.thresholds import Threshold, threshold_on
from partnership_lib.domain import Agreement, AgreementKind, ExtensionOption, RegisterContent
from partnership_lib.units.dates import add_months


@dataclass(frozen=True)
class RuleCase:
    """An agreement on a day.

    Attributes
    ----------
    used_ore, possible_ore : int
        What was bought on it since it began: certainly, and at the most.
    """

    content: RegisterContent
    agreement: Agreement
    day: date
    used_ore: int = 0
    possible_ore: int = 0
    currency: str = "SEK"

    @property
    def law_day(self) -> date:
        """Return the day whose law applies: when the agreement was signed, or else began."""
        return law_day(self.agreement)

    @property
    def is_framework(self) -> bool:
        """Return whether it is a framework agreement."""
        return self.agreement.kind is AgreementKind.FRAMEWORK_AGREEMENT

    @cached_property
    def unused_options(self) -> list[ExtensionOption]:
        """Return the options neither used nor declined, which still may lengthen the agreement."""
        own = [option for option in self.content.extension_options if option.agreement_id == self.agreement.id]
        return [o for o in own if not any(d and d <= self.day for d in (o.exercised_date, o.declined_date))]

    @cached_property
    def last_day(self) -> date | None:
        """Return the last day with every open option used; None until further notice."""
        if self.agreement.end_date is None:
            return None
        months = sum(option.months for option in self.unused_options)
        return add_months(self.agreement.end_date + timedelta(days=1), months) - timedelta(days=1)

    @cached_property
    def threshold(self) -> Threshold | None:
        """Return the EU threshold of its time, or None where the table has none."""
        return threshold_on(self.agreement.category, self.law_day)

    @property
    def threshold_doubt(self) -> tuple[str, ...]:
        """Return what is uncertain about the threshold, as codes of sentences."""
        if self.threshold is None:
            return ("no_threshold",)
        return () if self.threshold.verified else ("threshold_unverified",)

    def find(
        self,
        severity: Severity,
        code: str,
        rule: str,
        *,
        margin: float | None = None,
        unit: str = "",
        uncertain: tuple[str, ...] = (),
        **values: Any,
    ) -> RuleFinding:
        """Return a finding on this agreement under a rule, in the wording of the law of its time."""
        law = law_on(rule, self.law_day) or law_on(rule, self.day)
        assert law is not None
        known = {"currency": self.currency, "margin": abs(margin) if margin is not None else None}
        doubts = tuple(dict.fromkeys((*law.uncertain, *uncertain)))
        agreement = self.agreement
        return RuleFinding(
            severity, code, agreement.id, agreement.name, law.section, known | values, margin, unit, doubts
        )


def law_day(agreement: Agreement) -> date:
    """Return the day whose law applies to an agreement: when it was signed, or else began."""
    return agreement.signed_date or agreement.start_date
