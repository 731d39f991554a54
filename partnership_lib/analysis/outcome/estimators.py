"""Four estimates of what a treatment did: each says what the outcome would have been without it.

``sdid`` synthetic difference-in-differences (Arkhangelsky et al., American Economic Review 111(12), 2021) leads. ``sc``
synthetic control, ``did`` difference-in-differences and ``its`` interrupted time series stand beside it. The first
three are one formula with other weights: the treated unit's distance to its weighted donors, after the start, less the
weighted distance before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from partnership_lib.analysis.outcome.panel import Floats, Panel
from partnership_lib.analysis.outcome.weights import MOST_STEPS, simplex_weights
from partnership_lib.errors import UsageError

EstimatorName = Literal["sdid", "sc", "did", "its"]

# Both from the paper's program: next to no penalty, and a step that is small beside the noise of the donors.
_NEXT_TO_NOTHING = 1e-6
_LEAST_DECREASE = 1e-5


@dataclass(frozen=True, eq=False)
class Fit:
    """What one estimator says of one panel.

    Attributes
    ----------
    effect : float
        Mean over the treated periods of treated less counterfactual [unit of the outcome]; negative = lower.
    counterfactual : numpy.ndarray
        What the outcome would have been without the treatment, in every period.
    unit_weights : numpy.ndarray
        One per donor, in the panel's order; empty for ``its``, which uses none.
    time_weights : numpy.ndarray
        One per period before the start; zeros for ``sc``, empty for ``its``.
    pre_fit_rmse : float
        Root mean square before the start of treated less counterfactual [unit of the outcome]; for ``sdid`` and
        ``did`` around its mean, since a constant distance is free there.
    """

    estimator: EstimatorName
    panel: Panel
    effect: float
    counterfactual: Floats
    unit_weights: Floats
    time_weights: Floats
    pre_fit_rmse: float

    @property
    def path(self) -> Floats:
        """Return treated less counterfactual, in every period."""
        return self.panel.treated_outcome - self.counterfactual

    @property
    def effect_share(self) -> float:
        """Return the effect as a share of the counterfactual; -0.1 = a tenth lower."""
        return self.panel.as_share(self.effect, float(self.counterfactual[self.panel.pre_periods :].mean()))

    @property
    def donor_weights(self) -> dict[str, float]:
        """Return the weight of each donor by name, largest first."""
        pairs = zip(self.panel.donors, self.unit_weights.tolist(), strict=False)
        return dict(sorted(pairs, key=lambda pair: -pair[1]))

    @property
    def period_weights(self) -> dict[str, float]:
        """Return the weight of each period before the start by label."""
        pairs = zip(self.panel.periods, self.time_weights.tolist(), strict=False)
        return {str(label): weight for label, weight in pairs}


def synthetic_difference_in_differences(panel: Panel, most_steps: int = MOST_STEPS) -> Fit:
    """Return the estimate with weights for donors and for periods, a constant distance being free.

    Notes
    -----
    The donors' penalty is ``(treated periods)^(1/4)`` times the standard deviation of their first differences.
    """
    donors, treated, before, noise = _parts(panel)
    units = simplex_weights(
        donors[:, :before].T,
        treated[:before],
        penalty=panel.post_periods**0.25 * noise,
        least_decrease=_LEAST_DECREASE * noise,
        level=True,
        most_steps=most_steps,
    )
    times = simplex_weights(
        donors[:, :before],
        donors[:, before:].mean(axis=1),
        penalty=_NEXT_TO_NOTHING * noise,
        least_decrease=_LEAST_DECREASE * noise,
        level=True,
        most_steps=most_steps,
    )
    return _contrast("sdid", panel, units, times)


def synthetic_control(panel: Panel, most_steps: int = MOST_STEPS) -> Fit:
    """Return the estimate beside the weighted donors that were closest to the treated unit before the start.

    Notes
    -----
    On the outcome alone, as the paper compares it; with predictors see `predictor_weights`.
    """
    donors, treated, before, noise = _parts(panel)
    units = simplex_weights(
        donors[:, :before].T,
        treated[:before],
        penalty=_NEXT_TO_NOTHING * noise,
        least_decrease=_LEAST_DECREASE * noise,
        level=False,
        most_steps=most_steps,
    )
    return _contrast("sc", panel, units, np.zeros(before))


def difference_in_differences(panel: Panel, most_steps: int = MOST_STEPS) -> Fit:
    """Return the estimate with all donors and all periods alike: right when all would have moved in parallel."""
    count, before = len(panel.donors), panel.pre_periods
    return _contrast("did", panel, np.full(count, 1.0 / count), np.full(before, 1.0 / before))


def interrupted_time_series(panel: Panel, most_steps: int = MOST_STEPS) -> Fit:
    """Return the estimate against the treated unit's own straight line before the start.

    Notes
    -----
    Never to be read alone: it takes everything that happened after the start for an effect of the treatment, and the
    line follows the years that happen to be there. On the public Proposition 99 panel it says -28 packs from 1970 on
    and -7 from 1980 on. Its interval (`hac_interval`) calls nothing an effect 21-30 per cent of the time where 5 is
    meant.
    """
    before, times = panel.pre_periods, np.arange(len(panel.periods), dtype=np.float64)
    slope, level = np.polyfit(times[:before], panel.treated_outcome[:before], 1)
    line = level + slope * times
    path = panel.treated_outcome - line
    rmse = float(np.sqrt(np.mean(path[:before] ** 2)))
    return Fit("its", panel, float(path[before:].mean()), line, np.empty(0), np.empty(0), rmse)


ESTIMATORS: Mapping[EstimatorName, Callable[[Panel, int], Fit]] = MappingProxyType(
    {
        "sdid": synthetic_difference_in_differences,
        "sc": synthetic_control,
        "did": difference_in_differences,
        "its": interrupted_time_series,
    }
)


def fit(panel: Panel, estimator: str, most_steps: int = MOST_STEPS) -> Fit:
    """Return what an estimator says of a panel.

    Parameters
    ----------
    most_steps : int
        Steps that the search for weights may take; fewer than the published number are for simulations.

    Raises
    ------
    UsageError
        ``unknown_estimator``: with those that there are.
    """
    chosen = next((function for name, function in ESTIMATORS.items() if name == estimator), None)
    if chosen is None:
        raise UsageError("unknown_estimator", found=estimator, allowed=list(ESTIMATORS))
    return chosen(panel, most_steps)


def _parts(panel: Panel) -> tuple[Floats, Floats, int, float]:
    """Return donors, treated unit, periods before the start, and the noise: how much donors move from one to the next.

    Without movement there is no scale to measure against; then every weighting fits and the noise is 0.
    """
    donors, before = panel.donor_outcomes, panel.pre_periods
    steps = np.diff(donors[:, :before], axis=1)
    return donors, panel.treated_outcome, before, float(steps.std(ddof=1)) if steps.size > 1 else 0.0


def _contrast(estimator: EstimatorName, panel: Panel, units: Floats, times: Floats) -> Fit:
    before = panel.pre_periods
    synthetic = units @ panel.donor_outcomes
    distance = panel.treated_outcome - synthetic
    level = float(times @ distance[:before])
    missed = distance[:before] - (0.0 if estimator == "sc" else distance[:before].mean())
    return Fit(
        estimator,
        panel,
        effect=float(distance[before:].mean()) - level,
        counterfactual=synthetic + level,
        unit_weights=units,
        time_weights=times,
        pre_fit_rmse=float(np.sqrt(np.mean(missed**2))),
    )
