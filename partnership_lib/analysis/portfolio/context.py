"""What every section of the portfolio report is computed from: the register, all spend, one period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import ClassVar

import pandas as pd

from partnership_lib.analysis.context import AnalysisContext
from partnership_lib.analysis.renewal_radar.planning import ProcurementPlanning
from partnership_lib.domain import Agreement, AgreementStatus, Organisation, Target
from partnership_lib.units.dates import add_months

WINDOW_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class PortfolioContext(AnalysisContext):
    """All agreements in one period.

    Attributes
    ----------
    spend : pandas.DataFrame
        ``month`` (date), ``supplier_key``, ``supplier``, ``supplier_is_person``, ``account``, ``account_text``,
        ``agreement_id`` (None outside agreements or where it cannot be told), ``candidates``, ``amount_ore`` and
        ``lines``.
    planning : ProcurementPlanning or None
        What is assumed about procurements; None: the radar cannot tell.
    """

    kind: ClassVar[str] = "portfolio"

    planning: ProcurementPlanning | None = None

    def in_force_on(self, day: date) -> list[Agreement]:
        """Return the agreements in force on a day."""
        return [a for a in self.content.agreements if a.status_on(day) is AgreementStatus.IN_FORCE]

    @cached_property
    def in_force(self) -> list[Agreement]:
        """Return the agreements in force on the report date."""
        return self.in_force_on(self.report_date)

    def supplier_name(self, agreement: Agreement) -> str:
        """Return the name of an agreement's supplier."""
        supplier = self.content.find(Organisation, agreement.supplier_id)
        return supplier.name if supplier else agreement.supplier_id

    @cached_property
    def last_month(self) -> date | None:
        """Return the last whole month up to the report date that the ledger covers."""
        months = [m for m in set(self.spend["month"]) if add_months(m, 1) - timedelta(days=1) <= self.report_date]
        return max(months, default=None)

    @cached_property
    def year(self) -> pd.DataFrame:
        """Return the spend of the last twelve months that the ledger covers."""
        if self.last_month is None:
            return self.spend.iloc[0:0]
        first = add_months(self.last_month, 1 - WINDOW_MONTHS)
        return self.spend[(self.spend["month"] >= first) & (self.spend["month"] <= self.last_month)]

    def target(self, measure: str) -> Target | None:
        """Return the target of a measure with the nearest end that lies ahead, else the latest one."""
        targets = [target for target in self.content.targets if target.measure == measure]
        ahead = [target for target in targets if target.by_date >= self.report_date]
        if ahead:
            return min(ahead, key=lambda target: (target.by_date, target.id))
        return max(targets, key=lambda target: (target.by_date, target.id), default=None)


def path_value(target: Target, day: date) -> float | None:
    """Return where a measure should be on a day: on the straight line from start to target.

    None before the start; the target itself after its last day, or on every day when it has no start.

    Examples
    --------
    Halfway (365 of 730 days) from 60 to 40:

    >>> target = Target(
    ...     id="T-1", measure="agreements_in_force", value=40.0, by_date=date(2026, 12, 31),
    ...     start_value=60.0, start_date=date(2024, 12, 31),
    ... )
    >>> path_value(target, date(2025, 12, 31))
    50.0
    """
    if target.start_value is None or target.start_date is None or day >= target.by_date:
        return target.value
    if day < target.start_date:
        return None
    share = (day - target.start_date).days / (target.by_date - target.start_date).days
    return target.start_value + share * (target.value - target.start_value)
