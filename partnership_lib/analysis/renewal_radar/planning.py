"""What the radar rests on beside the register: lead times and hours that were assumed, and the office's own hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from partnership_lib.analysis.renewal_radar.lead_time import (
    FEWEST_PROCUREMENTS,
    Approach,
    LeadBasis,
    LeadTime,
    past_months,
)
from partnership_lib.domain import Agreement

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ProcurementPlanning:
    """What is assumed about procurements.

    Attributes
    ----------
    lead_times : Mapping
        Approach -> how long a procurement takes.
    office_hours : Mapping
        Approach -> hours of the procurement office in one procurement.
    office_hours_per_year : float or None
        Hours that the procurement office has for procurements; None: nobody has said.
    lead_assumptions : Mapping
        Approach -> the assumptions behind its lead time, as rows: ``assumption, low_end, middle, high_end,
        assumption_unit, basis, grade, source, source_sv, confirmed_by``.
    hour_assumptions : tuple of Mapping
        Those behind the hours.
    """

    lead_times: Mapping[Approach, LeadTime]
    office_hours: Mapping[Approach, float]
    office_hours_per_year: float | None = None
    lead_assumptions: Mapping[Approach, tuple[Row, ...]] = field(default_factory=dict)
    hour_assumptions: tuple[Row, ...] = ()

    def assumptions(self, approaches: Iterable[Approach]) -> list[Row]:
        """Return the assumptions that procurements of these approaches rest on, each once."""
        assumed = [each for each in approaches if self.lead_times[each].basis is LeadBasis.ASSUMPTION]
        rows = [row for each in assumed for row in self.lead_assumptions.get(each, ())]
        return list({row["assumption"]: row for row in (*rows, *self.hour_assumptions)}.values())

    def with_history(self, agreements: Iterable[Agreement], as_of: date) -> ProcurementPlanning:
        """Return the planning with our own lead times where there are enough of them, nine of an approach."""
        known = tuple(agreements)
        lead_times = dict(self.lead_times)
        for approach in Approach:
            months = past_months(known, approach, as_of)
            if len(months) >= FEWEST_PROCUREMENTS:
                lead_times[approach] = LeadTime.of_history(months)
        return replace(self, lead_times=lead_times)
