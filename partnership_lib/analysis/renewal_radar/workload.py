"""Hours of the procurement office in each quarter ahead, against those it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from partnership_lib.analysis.renewal_radar.lead_time import approach_of
from partnership_lib.analysis.renewal_radar.planning import ProcurementPlanning
from partnership_lib.analysis.renewal_radar.renewals import Renewal, RenewalState
from partnership_lib.units.period import Period, PeriodKind

QUARTERS = 8
_QUARTERS_PER_YEAR = 4


@dataclass(frozen=True)
class QuarterLoad:
    """What the procurements that must run in a quarter take, and the hours there are for them."""

    quarter: Period
    procurements: int
    hours_needed: float
    hours_available: float | None

    @property
    def hours_missing(self) -> float:
        """Return the hours that are missing; 0 where there are enough, or where nobody has said how many there are."""
        return 0.0 if self.hours_available is None else max(0.0, self.hours_needed - self.hours_available)


def workload(found: Sequence[Renewal], planning: ProcurementPlanning, as_of: date) -> list[QuarterLoad]:
    """Return the load of the current quarter and the seven after it.

    Notes
    -----
    Each agreement is procured by itself, as today. Its hours are spread evenly from the day the work began, or from
    the last safe day to begin, to the day its agreement ends; where that day has passed, from today. Where it has
    passed and an option can still be used, the option is taken to be used, and the procurement comes later.
    """
    counted = [each for each in found if each.state is not RenewalState.LATE or each.option_until is None]
    yearly = planning.office_hours_per_year
    available = None if yearly is None else yearly / _QUARTERS_PER_YEAR
    quarter = Period.containing(PeriodKind.QUARTER, as_of)
    loads = []
    for _ in range(QUARTERS):
        shares = [_share_in(each, quarter) for each in counted]
        hours = sum(
            share * planning.office_hours[approach_of(each.agreement)]
            for share, each in zip(shares, counted, strict=True)
        )
        loads.append(QuarterLoad(quarter, sum(share > 0.0 for share in shares), hours, available))
        quarter = quarter.next()
    return loads


def _share_in(renewal: Renewal, quarter: Period) -> float:
    """Return the part of a procurement's time that falls in a quarter."""
    begins, ends = renewal.begins, renewal.takes_over
    days = (min(ends, quarter.end) - max(begins, quarter.start)).days
    return max(0, days) / (ends - begins).days
