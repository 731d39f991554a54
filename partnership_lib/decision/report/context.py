"""What every section of a comparison report is made from: the comparison, for one audience, on one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from partnership_lib.decision.cases.records import Case, PresentAgreement, ProposedAgreement
from partnership_lib.decision.measures.comparison import Comparison, Spread
from partnership_lib.findings import Finding, Signal


@dataclass(frozen=True, kw_only=True)
class ReportContext:
    """A comparison as one audience may see it.

    Attributes
    ----------
    audience : str
        ``internal``, or ``shared`` with the suppliers: then nothing that a bidder could bargain with is told.
    as_of : datetime.date
        Today.
    """

    comparison: Comparison
    audience: str = "internal"
    currency: str = "SEK"
    as_of: date

    @property
    def case(self) -> Case:
        """Return the case that is compared."""
        return self.comparison.case

    @property
    def is_shared(self) -> bool:
        """Return whether suppliers read the report."""
        return self.audience == "shared"

    @property
    def years(self) -> float:
        """Return the horizon [years]."""
        return self.case.settings.horizon_months / 12

    @cached_property
    def replaced(self) -> tuple[PresentAgreement, ...]:
        """Return today's agreements that a proposed one takes needs over from."""
        moved = {need for agreement in self.case.proposed for need in agreement.need_ids}
        return tuple(agreement for agreement in self.case.present if moved & set(agreement.need_ids))

    def agreement_name(self, agreement_id: str) -> str:
        """Return the name of a present or proposed agreement; its id where the case does not know it."""
        return next((each.name for each in self.case.agreements() if each.id == agreement_id), agreement_id)

    def scope_name(self, scope: str) -> str:
        """Return what an assumption is about, as a person calls it; empty for one that holds everywhere."""
        kind, _, found = scope.partition(":")
        if kind == "need":
            return next((need.name for need in self.case.needs if need.id == found), found)
        return self.agreement_name(found) if kind == "agreement" else found

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
        """Return a finding of the report; its sentence knows the number, the horizon and the interval of the answer."""
        known = {"number": number, "years": self.years, "currency": self.currency, **self.interval}
        return Finding(f"comparison.{code}", number, unit, {**known, **values}, table, signal)

    @cached_property
    def interval(self) -> dict[str, Any]:
        """Return the answer with its uncertainty: no saving is told without it."""
        comparison = self.comparison
        return {
            **directed("mean", comparison.difference.mean),
            **spread_values(comparison.difference),
            "p": comparison.p_consolidated_cheaper,
        }


def directed(name: str, difference_sek: float) -> dict[str, Any]:
    """Return an amount without its sign, and the sign as a code that becomes a word.

    Examples
    --------
    >>> directed("mean", -120_000.0)
    {'mean': 120000.0, 'mean_direction': 'cheaper'}
    """
    return {name: abs(difference_sek), f"{name}_direction": "dearer" if difference_sek > 0 else "cheaper"}


def spread_values(spread: Spread) -> dict[str, Any]:
    """Return the ends of the 95 per cent interval of a difference."""
    return {**directed("low", spread.p2_5), **directed("high", spread.p97_5)}


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame of plain Python values, modelled amounts in whole öre, what is missing None."""
    listed = [{column: _plain(column, row.get(column)) for column in columns} for row in rows]
    return pd.DataFrame(listed, columns=list(columns), dtype=object)


def without_empty(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return a table without those of the named columns that nothing stands in: the others need the width."""
    return frame.drop(columns=[column for column in columns if column in frame and frame[column].isna().all()])


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, each by its column names."""
    return [{str(column): value for column, value in row.items()} for row in frame.to_dict("records")]


def _plain(column: str, value: Any) -> Any:
    if hasattr(value, "item") and not isinstance(value, str):  # NumPy's own numbers
        value = value.item()
    if isinstance(value, float) and value != value:
        return None
    # The last bits of a sum depend on the machine; a report says the same on all of them.
    return round(value, 2) if column.endswith("_sek") and isinstance(value, float) else value


def plan_of(agreement: PresentAgreement | ProposedAgreement) -> str:
    """Return the plan that an agreement belongs to."""
    return "consolidated" if isinstance(agreement, ProposedAgreement) else "fragmented"
