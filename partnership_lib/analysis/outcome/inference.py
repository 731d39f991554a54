"""How sure an estimate is: the same estimate for every donor, as if it had been the treated one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from partnership_lib.analysis.outcome.estimators import ESTIMATORS, EstimatorName, Fit, fit
from partnership_lib.analysis.outcome.panel import Floats, Panel

Tell = Callable[[int, int, str], None]

SIGNIFICANCE = 0.05
# With J donors the smallest p is 1 / (J + 1): below this number 5 per cent cannot be reached.
FEWEST_DONORS_FOR_FIVE_PER_CENT = 19
_ROUNDING = 1e-9

Verdict = Literal["better", "worse", "indistinguishable"]


@dataclass(frozen=True, eq=False)
class Estimate:
    """An estimate, and how it stands among those of the donors.

    Attributes
    ----------
    placebos : tuple of Fit
        The same estimator on each donor as if treated, without the real treated unit, in the order of the donors.
    p_placebo : float
        Share of placebos, the estimate itself counted, at least as large without regard to sign; never below
        ``1 / (donors + 1)``.
    interval : tuple of float
        The effects that the placebos do not rule out [unit of the outcome]; infinite without placebos.
    interval_level : float
        What share of such intervals holds the true effect. Just under 0.95 or more where there are 19 donors; with
        fewer, the highest that their number allows.
    interval_method : {"placebo", "hac"}
        ``hac`` for the interrupted time series, whose textbook interval is too narrow.
    """

    fit: Fit
    placebos: tuple[Fit, ...]
    p_placebo: float
    interval: tuple[float, float]
    interval_level: float
    interval_method: Literal["placebo", "hac"]

    @property
    def estimator(self) -> EstimatorName:
        """Return the name of the estimator."""
        return self.fit.estimator

    @property
    def effect(self) -> float:
        """Return the effect in units of the outcome."""
        return self.fit.effect

    @property
    def interval_share(self) -> tuple[float, float]:
        """Return the interval as shares of the counterfactual."""
        panel = self.fit.panel
        mean = float(self.fit.counterfactual[panel.pre_periods :].mean())
        low, high = (panel.as_share(bound, mean) for bound in self.interval)
        return low, high

    @property
    def verdict(self) -> Verdict:
        """Return ``better`` (cheaper), ``worse`` (dearer) or ``indistinguishable`` from zero at 5 per cent."""
        if self.p_placebo > SIGNIFICANCE + _ROUNDING:
            return "indistinguishable"
        return "better" if self.effect < 0.0 else "worse"


def estimate(panel: Panel, estimator: str = "sdid") -> Estimate:
    """Return an estimate with its placebos in space, p-value and interval.

    Notes
    -----
    The interval turns the placebo test around: it holds every effect that the test does not reject once it is taken
    off the treated unit. So zero lies outside exactly when ``p_placebo`` is at most 5 per cent (with 19 donors or
    more). No weight depends on what the treated unit did after the start, so nothing has to be fitted anew.

    Donors that lean on each other have placebos of like size, so that the treated unit comes out largest a little more
    often than once in twenty: 5-7 per cent of 1,000 simulated panels at a nominal 5 (``benchmarks/outcome.py``).

    Examples
    --------
    >>> import numpy as np
    >>> outcome = np.vstack([[1.0, 1.0, -1.0], np.array([[1.0, 1.1, 1.0 + 0.1 * unit] for unit in range(4)])])
    >>> panel = Panel(("new", "a", "b", "c", "d"), (2023, 2024, 2025), outcome, pre_periods=2)
    >>> found = estimate(panel, "did")
    >>> round(found.effect, 3), found.p_placebo, found.interval_level
    (-2.1, 0.2, 0.8)
    """
    main = fit(panel, estimator)
    donors = panel.donors if len(panel.donors) > 1 else ()
    placebos = tuple(fit(panel.with_treated(donor), estimator) for donor in donors)
    effects = np.array([placebo.effect for placebo in placebos])
    half_width, level = half_width_of(effects)
    interval: tuple[float, float] = (main.effect - half_width, main.effect + half_width)
    if main.estimator == "its":
        interval, level = hac_interval(panel), 1.0 - SIGNIFICANCE
    return Estimate(
        fit=main,
        placebos=placebos,
        p_placebo=placebo_p(main.effect, effects),
        interval=interval,
        interval_level=level,
        interval_method="hac" if main.estimator == "its" else "placebo",
    )


def estimates(panel: Panel, tell: Tell | None = None) -> dict[EstimatorName, Estimate]:
    """Return the estimate of every estimator, the leading one first; `tell` hears ``(done, of, name)``."""
    found: dict[EstimatorName, Estimate] = {}
    for number, name in enumerate(ESTIMATORS):
        if tell is not None:
            tell(number, len(ESTIMATORS), name)
        found[name] = estimate(panel, name)
    return found


def placebo_p(effect: float, placebo_effects: Floats) -> float:
    """Return the rank of an effect among its placebos as a p-value, two-sided.

    Examples
    --------
    >>> placebo_p(-3.0, np.array([1.0, -2.0, 0.5])), placebo_p(-1.0, np.array([1.0, -2.0, 0.5]))
    (0.25, 0.75)
    """
    as_large = np.abs(placebo_effects) >= abs(effect) - _ROUNDING * abs(effect)
    return (1 + int(as_large.sum())) / (len(placebo_effects) + 1)


def half_width_of(placebo_effects: Sequence[float] | Floats) -> tuple[float, float]:
    """Return half the width of the interval around an effect, and its level.

    Examples
    --------
    Nineteen placebos: the largest of them, at 95 per cent.

    >>> half_width_of([float(size) for size in range(1, 20)])
    (19.0, 0.95)
    """
    count = len(placebo_effects)
    if count == 0:
        return math.inf, 0.0
    rank = max(1, math.floor(SIGNIFICANCE * (count + 1) + _ROUNDING))
    ordered = np.sort(np.abs(placebo_effects))
    return float(ordered[count - rank]), 1.0 - rank / (count + 1)


def hac_interval(panel: Panel) -> tuple[float, float]:
    """Return the textbook 95 per cent interval of the interrupted time series, with Newey-West standard errors.

    Notes
    -----
    The regression has a level and a slope before, and a level and a slope after; the level after is counted in the
    middle of the treated periods, where it equals the estimate. Lags: ``4 (T / 100)^(2/9)``, the rule of Newey & West
    (Review of Economic Studies 61, 1994).
    """
    import statsmodels.api as sm  # statsmodels takes a second to load

    count, before = len(panel.periods), panel.pre_periods
    times = np.arange(count, dtype=np.float64)
    after = (times >= before).astype(np.float64)
    columns = [np.ones(count), times, after]
    if panel.post_periods > 1:
        columns.append(after * (times - times[before:].mean()))
    if count <= len(columns):  # the lines go through every point: nothing is left to tell how unsure they are
        return -math.inf, math.inf
    model = sm.OLS(panel.treated_outcome, np.column_stack(columns))
    lags = math.floor(4.0 * (count / 100.0) ** (2.0 / 9.0))
    found = model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    low, high = np.asarray(found.conf_int(SIGNIFICANCE))[2]
    return float(low), float(high)
