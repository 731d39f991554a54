"""Which units may stand for what would have happened without the partnership, and why others may not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partnership_lib.analysis.outcome.costs.series import Missing, UnitSeries
from partnership_lib.analysis.outcome.costs.units import CostUnit
from partnership_lib.analysis.outcome.costs.window import Window
from partnership_lib.domain import Predecessor
from partnership_lib.units.dates import add_months

CONSOLIDATED_FROM = 2
"""An agreement that replaced so many is a consolidation, whatever it is called."""


class NotADonor(StrEnum):
    """Why a unit cannot be a donor."""

    PARTNERSHIP = "partnership"
    CONSOLIDATED = "consolidated"
    SHARES_SUPPLIER = "shares_supplier"
    NO_INDEX = "no_index"
    NO_VOLUME = "no_volume"
    NOT_WHOLE = "not_whole"


_OF_MISSING = {
    Missing.INDEX: NotADonor.NO_INDEX,
    Missing.VOLUME: NotADonor.NO_VOLUME,
    Missing.COST: NotADonor.NOT_WHOLE,
}


@dataclass(frozen=True)
class Candidate:
    """A unit beside the partnership: its series, and why it is no donor where it is none."""

    series: UnitSeries
    refused: NotADonor | None
    quarter: date | None = None

    @property
    def unit(self) -> CostUnit:
        """Return the unit."""
        return self.series.unit


def candidates(
    treated: CostUnit, others: Iterable[UnitSeries], window: Window, predecessors: Sequence[Predecessor]
) -> tuple[Candidate, ...]:
    """Return every other unit as a donor or with the reason why it is none, by id.

    Notes
    -----
    A donor is not a partnership, was not consolidated in the window, shares no supplier with the partnership (its
    prices may have moved with it), and has a cost in every quarter.
    """
    return tuple(_candidate(treated, series, window, predecessors) for series in others)


def _candidate(treated: CostUnit, series: UnitSeries, window: Window, predecessors: Sequence[Predecessor]) -> Candidate:
    if series.unit.has_partnership:
        return Candidate(series, NotADonor.PARTNERSHIP)
    if _consolidated(series.unit, window, predecessors):
        return Candidate(series, NotADonor.CONSOLIDATED)
    if series.unit.supplier_ids & treated.supplier_ids:
        return Candidate(series, NotADonor.SHARES_SUPPLIER)
    missing = series.missing()
    return Candidate(series, None) if missing is None else Candidate(series, _OF_MISSING[missing[0]], missing[1])


def _consolidated(unit: CostUnit, window: Window, predecessors: Sequence[Predecessor]) -> bool:
    if not window.quarters:
        return False
    end = add_months(window.quarters[-1], 3)
    return any(
        sum(link.agreement_id == agreement.id for link in predecessors) >= CONSOLIDATED_FROM
        and window.quarters[0] <= agreement.start_date < end
        for agreement in unit.agreements
    )
