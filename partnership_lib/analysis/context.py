"""What every analysis of a period is computed from: records, spend, a period and today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

import pandas as pd

from partnership_lib.domain import Person, RegisterContent
from partnership_lib.findings import Finding, Signal
from partnership_lib.units.period import Period


@dataclass(frozen=True, kw_only=True)
class AnalysisContext:
    """Records and spend, the period they are reported for, and today.

    Attributes
    ----------
    as_of : date
        Today: what lies ahead is counted from here.
    """

    kind: ClassVar[str]

    content: RegisterContent
    period: Period
    as_of: date
    spend: pd.DataFrame
    currency: str = "SEK"

    @property
    def report_date(self) -> date:
        """Return the day whose state is reported: the last of the period, or today while it still runs."""
        return min(self.period.end - timedelta(days=1), self.as_of)

    def in_period(self, day: date | None) -> bool:
        """Return whether something happened in the period, up to the report date."""
        return day is not None and self.period.start <= day <= self.report_date

    def name_of(self, person_id: str | None) -> str | None:
        """Return the name of a person, or None where nobody is named."""
        person = self.content.find(Person, person_id)
        return person.name if person else None

    def finding(
        self,
        code: str,
        number: float | None = None,
        unit: str = "",
        *,
        signal: Signal = Signal.NONE,
        table: pd.DataFrame | None = None,
        **values: Any,
    ) -> Finding:
        """Return a finding of this analysis; its sentence knows the number, the period and the currency."""
        known = {"number": number, "period": self.period, "report_date": self.report_date, "currency": self.currency}
        return Finding(f"{self.kind}.{code}", number, unit, {**known, **values}, table, signal)
