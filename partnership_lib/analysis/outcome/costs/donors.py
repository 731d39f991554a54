"""Which units may stand for what would have happened without the partnership, and why others may not."""

from __future__ import annotations

from collections import Counter
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
    SMALLER = "smaller"


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
    treated: CostUnit, others: Iterable[UnitSeries], window: Window, predecessors: Sequence[Predecessor], most: int
) -> tuple[Candidate, ...]:
    """Return every other unit as a donor or with the reason why it is none, by id.

    Notes
    -----
    A donor is not a partnership, was not consolidated in the window, shares no supplier with the partnership (its
    prices may have moved with it), and has a cost in every quarter. Of more than `most`, those with the largest costs
    before the start.
    """
    consolidated = _consolidating(predecessors)
    found = tuple(_candidate(treated, series, window, consolidated) for series in others)
    fitting = [each for each in found if each.refused is None]
    before = len(window.before)
    largest = sorted(fitting, key=lambda each: (-_cost_ore(each.series, before), each.unit.id))[:most]
    kept = {each.unit.id for each in largest}
    return tuple(
        each if each.refused is not None or each.unit.id in kept else Candidate(each.series, NotADonor.SMALLER)
        for each in found
    )


def _cost_ore(series: UnitSeries, before: int) -> int:
    return sum(quarter.invoices_ore for quarter in series.quarters[:before])


def _consolidating(predecessors: Sequence[Predecessor]) -> frozenset[str]:
    """Return the agreements that replaced several others."""
    replaced = Counter(link.agreement_id for link in predecessors)
    return frozenset(agreement for agreement, count in replaced.items() if count >= CONSOLIDATED_FROM)


def _candidate(treated: CostUnit, series: UnitSeries, window: Window, consolidating: frozenset[str]) -> Candidate:
    if series.unit.has_partnership:
        return Candidate(series, NotADonor.PARTNERSHIP)
    if _consolidated(series.unit, window, consolidating):
        return Candidate(series, NotADonor.CONSOLIDATED)
    if series.unit.supplier_ids & treated.supplier_ids:
        return Candidate(series, NotADonor.SHARES_SUPPLIER)
    missing = series.missing()
    return Candidate(series, None) if missing is None else Candidate(series, _OF_MISSING[missing[0]], missing[1])


def _consolidated(unit: CostUnit, window: Window, consolidating: frozenset[str]) -> bool:
    if not window.quarters:
        return False
    end = add_months(window.quarters[-1], 3)
    return any(
        agreement.id in consolidating and window.quarters[0] <= agreement.start_date < end
        for agreement in unit.agreements
    )
