"""How long a procurement takes, from the first day of work on it to a signed agreement, as a distribution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from partnership_lib.domain import Agreement, RequirementType

DAYS_PER_MONTH = 365.25 / 12
SAFE_SHARE = 0.8
"""Procurements that must be ready in time for a start to be called safe."""
FEWEST_PROCUREMENTS = 9
"""With fewer of our own, the mark of 80 per cent would be the slowest of them all."""

_ROUNDING = 1e-9


class Approach(StrEnum):
    """How a procurement is done: functional requirements take dialogue, and with it time."""

    DETAILED = "detailed"
    FUNCTIONAL = "functional"


class LeadBasis(StrEnum):
    """What a distribution of lead times rests on."""

    HISTORY = "history"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, eq=False)
class LeadTime:
    """The distribution of how long a procurement takes, standstill included.

    Attributes
    ----------
    months : numpy.ndarray
        Possible lengths, the shortest first [months of 365.25 / 12 days].
    weights : numpy.ndarray
        Their probabilities. What they lack to 1 lies beyond the longest.
    procurements : int
        Own procurements that it is made of; 0 for an assumption.
    """

    basis: LeadBasis
    months: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    procurements: int = 0

    @classmethod
    def of_history(cls, months: Iterable[float]) -> LeadTime:
        """Return what past procurements say of the next one.

        Notes
        -----
        When the next one is no different from the n past ones, it is equally likely to fall into each of the n + 1
        gaps between them: it takes no longer than the k-th shortest with probability k / (n + 1), whatever the shape
        of the distribution (Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World, ch. 2).

        Examples
        --------
        Of nine procurements the eighth shortest marks 8 / 10:

        >>> LeadTime.of_history([4, 5, 6, 7, 8, 9, 10, 12, 20]).months_for(0.8)
        12.0
        """
        known = np.sort(np.asarray(list(months), dtype=np.float64))
        weights = np.full(known.size, 1.0 / (known.size + 1.0))
        return cls(LeadBasis.HISTORY, known, weights, known.size)

    def ready_share(self, months: float, elapsed: float = 0.0) -> float:
        """Return the probability of being ready within `months` from the start, not ready after `elapsed` of them.

        Examples
        --------
        >>> lead = LeadTime.of_history([4, 5, 6, 7, 8, 9, 10, 12, 20])
        >>> round(lead.ready_share(7.0), 9), round(lead.ready_share(9.0, elapsed=7.0), 9)
        (0.4, 0.333333333)
        """
        left = 1.0 - self._share_within(elapsed) if elapsed > 0.0 else 1.0
        if left <= _ROUNDING:
            return 0.0  # it has taken longer than anything known
        return max(0.0, self._share_within(months) - (1.0 - left)) / left

    def months_for(self, share: float) -> float:
        """Return how many months are enough with this probability; infinite where nothing known is."""
        at = int(np.searchsorted(np.cumsum(self.weights), share - _ROUNDING))
        return float(self.months[at]) if at < self.months.size else float("inf")

    def _share_within(self, months: float) -> float:
        return float(self.weights[self.months <= months + _ROUNDING].sum())


def approach_of(agreement: Agreement) -> Approach:
    """Return how an agreement was procured; what comes after it is taken to be procured in the same way."""
    detailed = agreement.requirement_type is RequirementType.DETAILED
    return Approach.DETAILED if detailed else Approach.FUNCTIONAL


def past_months(agreements: Iterable[Agreement], approach: Approach, as_of: date) -> list[float]:
    """Return how many months each procurement that had led to a signed agreement by a day has taken."""
    return [
        (agreement.signed_date - agreement.procurement_started_date).days / DAYS_PER_MONTH
        for agreement in agreements
        if agreement.procurement_started_date is not None
        and agreement.signed_date is not None
        and agreement.procurement_started_date < agreement.signed_date <= as_of
        and approach_of(agreement) is approach
    ]
