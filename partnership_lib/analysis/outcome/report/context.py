"""What every section of an outcome report is computed from: one evaluation, and the whole ledger divided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import pandas as pd

from partnership_lib.analysis.context import AnalysisContext
from partnership_lib.analysis.outcome.costs.invoices import Invoices
from partnership_lib.analysis.outcome.costs.units import CostUnit
from partnership_lib.analysis.outcome.evaluation import Evaluation
from partnership_lib.domain import Agreement
from partnership_lib.findings import Finding


@dataclass(frozen=True, kw_only=True)
class OutcomeContext(AnalysisContext):
    """One partnership's evaluation, as its report tells it.

    Attributes
    ----------
    invoices : Invoices
        The whole ledger, divided between the cost units and the rest.
    """

    kind: ClassVar[str] = "outcome"

    evaluation: Evaluation
    invoices: Invoices

    @property
    def agreement(self) -> Agreement:
        """Return the partnership."""
        return self.evaluation.agreement

    @property
    def driver(self) -> str:
        """Return the volume that the cost is divided by; empty where none is followed."""
        return self.evaluation.evidence.series.driver

    @cached_property
    def unit_names(self) -> dict[str, str]:
        """Return unit id -> what a reader calls it."""
        seen = self.evaluation.evidence
        units: list[CostUnit] = [seen.unit, *(each.unit for each in seen.candidates)]
        return {unit.id: f"{unit.name} ({unit.id})" for unit in units}

    def named(self, finding: Finding, *columns: str) -> Finding:
        """Return a finding whose table calls units by their names."""
        if finding.table is None:
            return finding
        table: pd.DataFrame = finding.table.copy()
        for column in columns:
            if column in table.columns:
                table[column] = [self.unit_names.get(str(each), each) for each in table[column]]
        return replace(finding, table=table)


def told(finding: Finding) -> Finding:
    """Return a finding without its table: the sentence alone."""
    return replace(finding, table=None)
