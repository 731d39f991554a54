"""One partnership evaluated: enough data or not, what could be seen, the estimates, and what they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from partnership_lib.analysis.outcome.checks import Check, checks
from partnership_lib.analysis.outcome.costs.evidence import (
    FEWEST_QUARTERS_FOR_SEASONS,
    QUARTERS_PER_YEAR,
    Evidence,
    relative_to_before,
)
from partnership_lib.analysis.outcome.costs.rules import OutcomeRules
from partnership_lib.analysis.outcome.estimators import EstimatorName
from partnership_lib.analysis.outcome.inference import Estimate, estimate, estimates
from partnership_lib.analysis.outcome.minimum_data import MinimumData, minimum_data
from partnership_lib.analysis.outcome.panel import Panel
from partnership_lib.analysis.outcome.plan import ESTIMATOR
from partnership_lib.analysis.outcome.pooling import placebo_standard_error
from partnership_lib.analysis.outcome.power import SAVINGS, Power, Preparation, power
from partnership_lib.analysis.outcome.specification import specification_curve
from partnership_lib.domain import Agreement

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str, int, int], None]

STEPS: Mapping[str, float] = MappingProxyType({"power": 0.4, "estimates": 0.1, "curve": 0.45, "checks": 0.05})
"""The steps in the order in which a report asks for them, and what share of the time each took on the demo."""


class Conclusion(StrEnum):
    """What an evaluation leads to."""

    BETTER = "better"
    WORSE = "worse"
    INDISTINGUISHABLE = "indistinguishable"
    CANNOT_TELL = "cannot_tell"


def _silent(step: str, done: int, of: int) -> None:
    """Hear nothing."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The evaluation of one partnership; everything is computed when it is first asked for.

    Attributes
    ----------
    tell : callable
        Hears ``(step, done, of)`` while estimates, power, checks and specifications are computed.
    """

    evidence: Evidence
    rules: OutcomeRules
    tell: Progress = field(default=_silent)

    @property
    def agreement(self) -> Agreement:
        """Return the partnership."""
        return self.evidence.agreement

    @cached_property
    def minimum(self) -> MinimumData:
        """Return whether there is enough data for an estimate to be told, by the working rule."""
        seen = self.evidence
        return minimum_data(
            pre_months=seen.window.pre_months,
            post_months=seen.window.post_months,
            donors=len(seen.donors),
            has_volume_driver=bool(seen.series.driver),
            has_category_index=seen.series.index is not None,
            start=self.agreement.start_date,
        )

    @property
    def is_told(self) -> bool:
        """Return whether an estimate is told: the working rule is kept, and every quarter has a value."""
        return self.minimum.enough and self.evidence.is_whole and self.panel.post_periods > 0

    @cached_property
    def panel(self) -> Panel:
        """Return the panel that the answer stands on."""
        return self._panel_of(self.evidence.panel())

    def _panel_of(self, panel: Panel) -> Panel:
        count = self._left_out(panel)
        return panel.without_transition(count) if count else panel

    def _left_out(self, panel: Panel) -> int:
        return min(self.rules.transition_quarters, panel.post_periods - 1)

    @cached_property
    def estimates(self) -> dict[EstimatorName, Estimate]:
        """Return the estimate of every estimator."""
        return estimates(self.panel, lambda done, of, _: self.tell("estimates", done, of))

    @property
    def main(self) -> Estimate:
        """Return the estimate that the answer stands on."""
        return self.estimates[ESTIMATOR]

    @cached_property
    def without_own_costs(self) -> Estimate:
        """Return the same estimate of the invoices alone: how much the assumed costs decide."""
        return estimate(self._panel_of(self.evidence.panel(own_costs=False)), ESTIMATOR)

    @cached_property
    def power(self) -> Power | None:
        """Return with what probability savings would be seen, from the quarters before the start alone."""
        savings = tuple(sorted({*SAVINGS, self.rules.asked_saving_share}))
        return power(
            self.panel,
            ESTIMATOR,
            savings,
            prepare=self._preparation(),
            tell=lambda done, of, _: self.tell("power", done, of),
        )

    def _preparation(self) -> Preparation:
        """Return what was done to the series: level and seasons off; noise that the seasons took is put back."""
        before, left_out = self.panel.pre_periods, self._left_out(self.evidence.panel())
        seasons = QUARTERS_PER_YEAR - 1 if before >= FEWEST_QUARTERS_FOR_SEASONS else 0
        return Preparation(lambda outcome: relative_to_before(outcome, before, left_out=left_out), seasons)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Return the checks of the main estimate."""
        return checks(self.main, lambda done, of, _: self.tell("checks", done, of))

    @cached_property
    def curve(self) -> pd.DataFrame:
        """Return the same question under every reasonable choice."""
        return specification_curve(self._outcomes(), tell=lambda done, of, _: self.tell("curve", done, of))

    def _outcomes(self) -> dict[str, Panel]:
        seen = self.evidence
        found = {
            "own_index": seen.panel(),
            "with_seasons": seen.panel(seasons=False),
            "invoices_only": seen.panel(own_costs=False),
        }
        if self.has_general_index:
            found["general_index"] = seen.panel(general_index=True)
        return found

    @property
    def has_general_index(self) -> bool:
        """Return whether the general index is another than the partnership's own."""
        general, own = self.evidence.general_series, self.evidence.series
        return (
            general is not None
            and general.index is not None
            and general.index.shares != (own.index.shares if own.index else {})
        )

    @cached_property
    def conclusion(self) -> Conclusion:
        """Return what the evaluation leads to."""
        return Conclusion(self.main.verdict) if self.is_told else Conclusion.CANNOT_TELL

    @property
    def standard_error(self) -> float:
        """Return the standard error of the main effect, from its placebos [logarithm]."""
        return placebo_standard_error([placebo.effect for placebo in self.main.placebos])

    @property
    def yearly_cost_sek(self) -> float:
        """Return what the needs cost in the latest four quarters, in prices of the base month [SEK]."""
        return sum(
            quarter.invoices_ore / 100 * (quarter.index_factor or 1.0) + quarter.own_sek
            for quarter in self.evidence.series.quarters[-QUARTERS_PER_YEAR:]
        )

    def yearly_effect_sek(self, effect: float) -> float:
        """Return an effect [logarithm] as kronor a year: the latest year against what it had cost without it [SEK]."""
        return self.yearly_cost_sek * (1.0 - float(np.exp(-effect)))
