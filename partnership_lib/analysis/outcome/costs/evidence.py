"""Evidence: everything that is known of one partnership's costs before and after, and of its donors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from partnership_lib.analysis.outcome.costs.donors import Candidate
from partnership_lib.analysis.outcome.costs.series import UnitSeries
from partnership_lib.analysis.outcome.costs.units import CostUnit
from partnership_lib.analysis.outcome.costs.window import MONTHS_PER_QUARTER, Window
from partnership_lib.analysis.outcome.panel import FEWEST_DONORS, FEWEST_PRE_PERIODS, Panel
from partnership_lib.domain import Agreement, Need

QUARTERS_PER_YEAR = 4
FEWEST_QUARTERS_FOR_SEASONS = 2 * QUARTERS_PER_YEAR
"""Every season must have been seen twice before the start for its usual level to mean something."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What an evaluation of one partnership can see.

    Attributes
    ----------
    unit : CostUnit
        The partnership and what it replaced.
    window : Window
        The quarters in which all its needs were bought, and the ledger reaches.
    series, general_series : UnitSeries
        Its costs by its own index; by the general index, where there is one.
    candidates : tuple of Candidate
        All other units.
    general_donors : tuple of UnitSeries
        The donors by the general index, in the order of `donors`.
    new_needs : tuple of Need
        Needs that nothing in the register covered before the partnership.
    comparable_from : datetime.date
        The day from which all its needs were covered.
    base_month : datetime.date
        The month whose prices everything is in; also the last month of the ledger that is used.
    shared_ore : int
        What it may have cost besides, on lines that agreements of other units explain too [öre].
    """

    agreement: Agreement
    unit: CostUnit
    window: Window
    series: UnitSeries
    candidates: tuple[Candidate, ...]
    general_series: UnitSeries | None
    general_donors: tuple[UnitSeries, ...]
    new_needs: tuple[Need, ...]
    comparable_from: date
    base_month: date
    shared_ore: int

    @cached_property
    def donors(self) -> tuple[UnitSeries, ...]:
        """Return the series of the donors, by unit."""
        return tuple(each.series for each in self.candidates if each.refused is None)

    @property
    def is_whole(self) -> bool:
        """Return whether the partnership's own series has a value in every quarter, and donors beside it."""
        enough = len(self.donors) >= FEWEST_DONORS and len(self.window.before) >= FEWEST_PRE_PERIODS
        return enough and bool(self.window.after) and self.series.missing() is None

    def panel(self, *, own_costs: bool = True, seasons: bool = True, general_index: bool = False) -> Panel:
        """Return the panel of the natural logarithm of unit costs, every unit relative to its own level before.

        Parameters
        ----------
        own_costs : bool
            Whether what no invoice shows is in the cost.
        seasons : bool
            Whether each unit's usual season is taken off: its mean of the same quarter before the start. Done only
            where every season was seen twice.
        general_index : bool
            Deflate everything by the general index in place of each category's own.

        Raises
        ------
        InputError
            From `Panel` where there are too few donors or quarters: see `is_whole`.
        """
        treated, donors = self.series, self.donors
        if general_index and self.general_series is not None:
            treated, donors = self.general_series, self.general_donors
        outcome = np.log(_matrix([treated, *donors], own_costs=own_costs))
        before = len(self.window.before)
        return Panel(
            units=(self.unit.id, *(donor.unit.id for donor in donors)),
            periods=self.window.quarters,
            outcome=relative_to_before(outcome, before, seasons=seasons),
            pre_periods=before,
            scale="log",
            months_per_period=MONTHS_PER_QUARTER,
        )


def _matrix(series: Sequence[UnitSeries], *, own_costs: bool) -> npt.NDArray[np.float64]:
    return np.array([each.unit_costs(own_costs=own_costs) for each in series], dtype=np.float64)


def relative_to_before(
    outcome: npt.NDArray[np.float64], before: int, *, seasons: bool = True, left_out: int = 0
) -> npt.NDArray[np.float64]:
    """Return every series less its own level before the start, and less its mean of the same quarter of the year there.

    Parameters
    ----------
    before : int
        How many quarters come before the start.
    seasons : bool
        Whether seasons are taken off; done only where every season was seen twice.
    left_out : int
        Quarters from the start that `outcome` does not hold.
    """
    relative = outcome - outcome[:, :before].mean(axis=1, keepdims=True)
    if not seasons or before < FEWEST_QUARTERS_FOR_SEASONS:
        return relative
    quarters = np.arange(outcome.shape[1])
    places = (quarters - before + np.where(quarters >= before, left_out, 0)) % QUARTERS_PER_YEAR
    adjusted = relative.copy()
    for place in range(QUARTERS_PER_YEAR):
        seen = places == place
        adjusted[:, seen] -= relative[:, :before][:, seen[:before]].mean(axis=1, keepdims=True)
    return adjusted
