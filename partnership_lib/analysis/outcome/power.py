"""What this much data could show at all: said before the answer, from the noise before the start alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from partnership_lib.analysis.outcome.estimators import fit
from partnership_lib.analysis.outcome.inference import FEWEST_DONORS_FOR_FIVE_PER_CENT, Tell, half_width_of
from partnership_lib.analysis.outcome.panel import Floats, Panel
from partnership_lib.errors import UsageError
from partnership_lib.findings import Finding

if TYPE_CHECKING:
    import pandas as pd

SAVINGS = (0.05, 0.10, 0.15, 0.20, 0.30)
# A line through fewer points leaves too little to measure noise by.
FEWEST_PRE_PERIODS_FOR_NOISE = 5
WANTED_POWER = 0.8
_DRAWS = 200
# A tenth of the published number of steps moves an estimate by less than a tenth of its standard error.
SIMULATION_STEPS = 1_000


@dataclass(frozen=True, eq=False)
class Noise:
    """How the units of a panel moved before the start, apart from what all had in common.

    Attributes
    ----------
    slopes : numpy.ndarray
        Trend of each unit less the mean trend [outcome per period], drawn together for what is only noise.
    spreads : numpy.ndarray
        Standard deviation of each unit around its trend [outcome].
    persistence : float
        Correlation of one period's deviation with the next.
    shapes : numpy.ndarray
        Steps between deviations of all units, on the scale of a standard deviation: what is drawn from.
    """

    slopes: Floats
    spreads: Floats
    persistence: float
    shapes: Floats


def _unchanged(outcome: Floats) -> Floats:
    return outcome


@dataclass(frozen=True)
class Preparation:
    """What is done to the series of a panel before anything is estimated, such as taking seasons off.

    Attributes
    ----------
    change : callable
        Units x periods in, the same out.
    taken_off : int
        Numbers per series that it fits before the start, beside its level: 3 for the seasons of a year in quarters.
    """

    change: Callable[[Floats], Floats] = _unchanged
    taken_off: int = 0


@dataclass(frozen=True, eq=False)
class Power:
    """With what probability savings of some sizes would be seen.

    Attributes
    ----------
    table : pandas.DataFrame
        ``saving_share``, ``probability``.
    false_alarm : float
        How often an effect would be seen where there is none.
    detectable_share : float
        The saving that would be seen with probability 0.8; infinite where none would.
    """

    table: pd.DataFrame
    false_alarm: float
    detectable_share: float
    draws: int


def power(
    panel: Panel,
    estimator: str = "sdid",
    savings: Sequence[float] = SAVINGS,
    *,
    draws: int = _DRAWS,
    seed: int = 1,
    prepare: Preparation | None = None,
    tell: Tell | None = None,
) -> Power | None:
    """Return with what probability savings would be seen; None where too few periods before the start tell the noise.

    Parameters
    ----------
    savings : sequence of float
        Shares of the treated unit's outcome; 0.1 = a tenth cheaper.
    draws : int
        Panels to simulate; 200 tell a probability within 0.07.
    prepare : Preparation, optional
        What was done to every series of the panel before; the simulated ones go through the same.
    tell : callable, optional
        Hears ``(done, of, "")``.

    Raises
    ------
    UsageError
        ``power_needs_donors`` for an estimator without donors.

    Notes
    -----
    Nothing after the start is looked at. Each draw makes a panel of the same size out of the units' trends and
    deviations before the start, without any effect, and runs the whole procedure on it. An effect is a constant on the
    treated unit and moves the estimate by just that much, so that one set of draws answers for every saving. Shocks
    that all units share cancel out and are left out; shocks that only some share are not in it, so that the
    probabilities are rather too high than too low.
    """
    import pandas as pd

    if estimator == "its":
        raise UsageError("power_needs_donors", found=estimator)
    made_by = Preparation() if prepare is None else prepare
    if panel.pre_periods < FEWEST_PRE_PERIODS_FOR_NOISE + made_by.taken_off:
        return None
    noise, random = noise_before(panel, made_by.taken_off), np.random.default_rng(seed)
    estimates, half_widths = np.empty(draws), np.empty(draws)
    for draw in range(draws):
        if tell is not None:
            tell(draw, draws, "")
        outcome = made_by.change(simulate(noise, len(panel.periods), random))
        estimates[draw], half_widths[draw] = _tried(replace(panel, outcome=outcome), estimator)
    effects = [panel.as_effect(-saving) for saving in savings]
    seen = [float((estimates + effect < -half_widths).mean()) for effect in effects]
    needed = float(np.quantile(estimates + half_widths, WANTED_POWER, method="inverted_cdf"))
    detectable = -panel.as_share(-needed, panel.as_effect(1.0))
    return Power(
        table=pd.DataFrame({"saving_share": list(savings), "probability": seen}),
        false_alarm=float((np.abs(estimates) > half_widths).mean()),
        detectable_share=detectable if math.isfinite(needed) and detectable < 1.0 else math.inf,
        draws=draws,
    )


def power_finding(panel: Panel, found: Power | None, saving_share: float = 0.10) -> Finding:
    """Return the sentence: with this much data a saving of so much would be seen with this probability."""
    if found is None:
        counts = {"needed": FEWEST_PRE_PERIODS_FOR_NOISE, "found": panel.pre_periods}
        return Finding("outcome_power.untold", None, "share", counts)
    row = found.table.loc[np.isclose(found.table["saving_share"], saving_share)].iloc[0]
    probability = float(row["probability"])
    few = len(panel.donors) < FEWEST_DONORS_FOR_FIVE_PER_CENT
    code = "told" if math.isfinite(found.detectable_share) else "never" if few else "too_noisy"
    values = {"saving": saving_share, "probability": probability, "detectable": found.detectable_share}
    return Finding(f"outcome_power.{code}", probability, "share", values, found.table)


def noise_before(panel: Panel, taken_off: int = 0) -> Noise:
    """Return how the units moved before the start, apart from what all had in common.

    Parameters
    ----------
    taken_off : int
        Numbers per series that were fitted and taken off before, beside its level.

    Notes
    -----
    Trends are fitted by least squares; what of their spread is only the error of the fit is taken out. The persistence
    is corrected for its known downward bias around a fitted line, ``-(2 + 4 rho) / T`` (Kendall, Biometrika 41, 1954,
    for a mean; the same expansion for a line).
    """
    outcome, count = panel.outcome[:, : panel.pre_periods], panel.pre_periods
    units = len(outcome)
    apart = outcome - outcome.mean(axis=0)
    times = np.arange(count, dtype=np.float64) - (count - 1) / 2.0
    slopes = apart @ times / (times @ times)
    around = apart - apart.mean(axis=1, keepdims=True) - slopes[:, None] * times
    spreads = np.sqrt((around**2).sum(axis=1) / (count - 2 - taken_off) * units / (units - 1))
    seen = float((around[:, 1:] * around[:, :-1]).sum() / max((around[:, :-1] ** 2).sum(), np.finfo(float).tiny))
    persistence = float(np.clip((seen + 2.0 / count) / (1.0 - 4.0 / count), 0.0, 0.9))
    error = float((spreads**2).mean()) / float(times @ times) * (1.0 + persistence) / (1.0 - persistence)
    spread = float(slopes.var(ddof=1))
    kept = math.sqrt(max(0.0, 1.0 - error / spread)) if spread > 0.0 else 0.0
    steps = (around[:, 1:] - seen * around[:, :-1]) / np.where(spreads > 0.0, spreads, 1.0)[:, None]
    shapes = steps.ravel() - steps.mean()
    return Noise(slopes * kept, spreads, persistence, shapes / max(shapes.std(), np.finfo(float).tiny))


def simulate(noise: Noise, periods: int, random: np.random.Generator) -> Floats:
    """Return units x periods without any effect, drawn from the noise."""
    units = len(noise.spreads)
    drawn = random.choice(noise.shapes, size=(units, periods))
    deviations = np.empty_like(drawn)
    deviations[:, 0] = drawn[:, 0]
    fresh = math.sqrt(1.0 - noise.persistence**2)
    for period in range(1, periods):
        deviations[:, period] = noise.persistence * deviations[:, period - 1] + fresh * drawn[:, period]
    return noise.slopes[:, None] * np.arange(periods) + noise.spreads[:, None] * deviations


def _tried(panel: Panel, estimator: str) -> tuple[float, float]:
    """Return the estimate and half the interval's width; without enough donors no effect is wide enough."""
    effect = fit(panel, estimator, SIMULATION_STEPS).effect
    if len(panel.donors) < FEWEST_DONORS_FOR_FIVE_PER_CENT:
        return effect, math.inf
    placebos = [fit(panel.with_treated(donor), estimator, SIMULATION_STEPS).effect for donor in panel.donors]
    return effect, half_width_of(placebos)[0]
