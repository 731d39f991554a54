"""The outcome estimators: how fast the placebos are, and how often our own procedure is wrong.

``python -m benchmarks.outcome --panels 1000``

Speed: placebos of 40 donors over 120 periods beside the same steps in plain NumPy and beside pysyncon, which is given
the predictors' weights so that it has the least to do. Validity: panels as in decision-model.md 5.2 (monthly noise of
8 per cent, persistence 0.4, two common factors, 30 months after the start) whose effect is known. Wanted: false alarms
of 3-7 per cent at a nominal 5, where the interrupted time series shows 20-30.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pysyncon import Synth

from benchmarks.timing import print_ratios, time_in_turn
from partnership_lib.analysis.outcome.estimators import ESTIMATORS, fit
from partnership_lib.analysis.outcome.inference import estimate, hac_interval
from partnership_lib.analysis.outcome.panel import Floats, Panel
from partnership_lib.analysis.outcome.power import power
from partnership_lib.analysis.outcome.specification import specification_curve
from partnership_lib.analysis.outcome.weights import MOST_STEPS, MOST_STEPS_BEFORE_SPARSIFYING

WANTED_SPEED, WANTED_FALSE_ALARMS = 10.0, (0.03, 0.07)
NOISE, PERSISTENCE, FACTORS, AFTER = 0.08, 0.4, 2, 30
# How far the factors move in a month, and how far apart the units lie: chosen so that the errors of DiD, SDID and ITS
# with 36 months before the start come near those of 5.2 (.050, .060, .073).
FACTOR_STEP, LEVEL_SPREAD = 0.006, 0.1


@dataclass(frozen=True)
class Setting:
    """What a series of simulated panels is like."""

    before: int
    donors: int
    trend: float
    months: int = 1

    def name(self) -> str:
        every = "months" if self.months == 1 else "quarters"
        return f"{self.before} months before, {self.donors} donors, trends {self.trend:.0%} a year, {every}"


SETTINGS = (
    Setting(24, 19, 0.0),
    Setting(36, 19, 0.0),
    Setting(60, 19, 0.0),
    Setting(36, 39, 0.0),
    Setting(36, 19, 0.03),
    Setting(36, 19, 0.0, months=3),
)


def make_panel(setting: Setting, random: np.random.Generator) -> Panel:
    """Return a panel without any effect; every unit could as well have been the treated one."""
    count, periods = setting.donors + 1, setting.before + AFTER
    factors = random.normal(size=(FACTORS, periods)).cumsum(axis=1) * FACTOR_STEP
    noise = np.empty((count, periods))
    noise[:, 0] = random.normal(size=count)
    for month in range(1, periods):
        fresh = np.sqrt(1.0 - PERSISTENCE**2) * random.normal(size=count)
        noise[:, month] = PERSISTENCE * noise[:, month - 1] + fresh
    trends = setting.trend / 12.0 * random.normal(size=(count, 1)) * np.arange(periods)
    levels = LEVEL_SPREAD * random.normal(size=(count, 1))
    outcome = levels + random.normal(size=(count, FACTORS)) @ factors + trends + NOISE * noise
    step = setting.months
    outcome = outcome.reshape(count, periods // step, step).mean(axis=2)
    units = tuple(f"unit {number}" for number in range(count))
    return Panel(units, tuple(range(periods // step)), outcome, setting.before // step, "log", step)


# --- speed ----------------------------------------------------------------------------------------------------------


def plain_weights(series: Floats, target: Floats, penalty: float, least: float, *, level: bool) -> Floats:
    """Return the same weights by the same steps, written as one would with NumPy."""
    if level:
        series, target = series - series.mean(axis=0), target - target.mean()
    weights = np.full(series.shape[1], 1.0 / series.shape[1])
    for most_steps in (MOST_STEPS_BEFORE_SPARSIFYING, MOST_STEPS):
        ridge, last = len(target) * penalty**2, np.inf
        for step_number in range(most_steps):
            fitted = series @ weights
            slope = series.T @ (fitted - target) + ridge * weights
            direction = -weights
            vertex = int(np.argmin(slope))
            direction[vertex] += 1.0
            moved = series[:, vertex] - fitted
            curvature = moved @ moved + ridge * direction @ direction
            if curvature <= 0.0:
                break
            weights = weights + min(1.0, max(0.0, -(slope @ direction) / curvature)) * direction
            missed = series @ weights - target
            value = penalty**2 * weights @ weights + missed @ missed / len(target)
            if step_number >= 1 and last - value <= least**2:
                break
            last = value
        if most_steps == MOST_STEPS_BEFORE_SPARSIFYING:
            weights = np.where(weights <= weights.max() / 4.0, 0.0, weights)
            weights = weights / weights.sum()
    return weights


def plain_sdid(panel: Panel) -> float:
    """Return synthetic difference-in-differences in plain NumPy."""
    before, donors, treated = panel.pre_periods, panel.donor_outcomes, panel.treated_outcome
    noise = float(np.diff(donors[:, :before], axis=1).std(ddof=1))
    least = 1e-5 * noise
    units = plain_weights(donors[:, :before].T, treated[:before], panel.post_periods**0.25 * noise, least, level=True)
    times = plain_weights(donors[:, :before], donors[:, before:].mean(axis=1), 1e-6 * noise, least, level=True)
    distance = treated - units @ donors
    return float(distance[before:].mean() - times @ distance[:before])


def pysyncon_control(panel: Panel) -> float:
    """Return synthetic control by pysyncon, on the outcome, its search for predictors' weights spared."""
    before = panel.pre_periods
    donors = pd.DataFrame(panel.donor_outcomes[:, :before].T, columns=list(panel.donors))
    treated = pd.Series(panel.treated_outcome[:before], name=panel.treated)
    synth = Synth()
    synth.fit(X0=donors, X1=treated, Z0=donors, Z1=treated, custom_V=np.full(before, 1.0 / before))
    return float((panel.treated_outcome - synth.W @ panel.donor_outcomes)[before:].mean())


def speed() -> None:
    """Print the placebos of 40 donors and 120 periods beside two peers, and the curve."""
    panel = make_panel(Setting(90, 40, 0.0), np.random.default_rng(1))
    estimate(panel)  # compiles

    def every(function: Callable[[Panel], float]) -> list[float]:
        return [function(panel), *(function(panel.with_treated(donor)) for donor in panel.donors)]

    sdid = time_in_turn(
        {"ours": lambda: every(lambda each: fit(each, "sdid").effect), "plain NumPy": lambda: every(plain_sdid)},
        1,
        time.process_time,
    )
    print_ratios("SDID with 40 placebos over 120 periods", sdid)
    apart = float(np.abs(np.subtract(sdid["ours"][1], sdid["plain NumPy"][1])).max())
    print(f"  largest difference of an effect {apart:.1e}; wanted: {WANTED_SPEED:.0f} x")
    control = time_in_turn(
        {"ours": lambda: every(lambda each: fit(each, "sc").effect), "pysyncon": lambda: every(pysyncon_control)},
        1,
        time.process_time,
    )
    print_ratios("synthetic control with 40 placebos over 120 periods", control)
    levels = replace(panel, outcome=np.exp(panel.outcome), scale="level")
    start = time.process_time()
    curve = specification_curve({"log": panel, "levels": levels, "log again": panel, "levels again": levels})
    seconds = time.process_time() - start
    print(f"specification curve: {len(curve)} specifications with 40 placebos each in {seconds:.1f} s of a processor")


# --- validity -------------------------------------------------------------------------------------------------------


def validity(setting: Setting, panels: int, seed: int) -> None:
    """Print how often the procedure sees an effect where there is none, holds a true one, and sees savings."""
    random = np.random.default_rng(seed)
    alarms, time_series_alarms, held, seen = 0, 0, 0, {0.10: 0, 0.20: 0}
    errors: dict[str, list[float]] = {name: [] for name in ESTIMATORS}
    for _ in range(panels):
        panel = make_panel(setting, random)
        found = estimate(panel)
        for name, missed in errors.items():
            missed.append(found.effect if name == "sdid" else fit(panel, name).effect)
        half = found.interval[1] - found.effect
        alarms += found.verdict != "indistinguishable"
        # An effect moves estimate and interval alike: the interval around it holds the truth when this one holds zero.
        held += found.interval[0] <= 0.0 <= found.interval[1]
        low, high = hac_interval(panel)
        time_series_alarms += not low <= 0.0 <= high
        for saving in seen:
            seen[saving] += found.effect + np.log1p(-saving) < -half
    share, low, high = alarms / panels, *WANTED_FALSE_ALARMS
    error = 1.96 * np.sqrt(0.05 * 0.95 / panels)
    told = ", ".join(f"-{saving:.0%} seen {count / panels:4.0%}" for saving, count in seen.items())
    rmse = " / ".join(f"{name} {np.sqrt(np.mean(np.square(missed))):.3f}" for name, missed in errors.items())
    print(
        f"  {setting.name():<62} false alarms {share:5.1%} (± {error:.1%}; wanted {low:.0%}-{high:.0%}, "
        f"{'kept' if low <= share <= high else 'NOT kept'})  coverage {held / panels:5.1%}  {told}  "
        f"ITS false alarms {time_series_alarms / panels:5.1%}  errors {rmse}",
        flush=True,
    )


def promise(setting: Setting, panels: int, seed: int) -> None:
    """Print what the power statement says of panels beside what becomes of them."""
    random = np.random.default_rng(seed)
    said: list[float] = []
    for _ in range(panels):
        found = power(make_panel(setting, random), savings=(0.10, 0.20), draws=100)
        assert found is not None
        said.append(found.table["probability"].tolist())
    mean = np.mean(said, axis=0)
    print(f"  {setting.name():<62} said before the answer: -10% {mean[0]:4.0%}, -20% {mean[1]:4.0%}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panels", type=int, default=400, help="simulated panels per setting; 0: speed only")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    speed()
    if chosen.panels:
        print(f"procedure on {chosen.panels} simulated panels each, effect 0")
        for setting in SETTINGS:
            validity(setting, chosen.panels, chosen.seed)
        print("power statement")
        for setting in SETTINGS[1:5:2]:
            promise(setting, max(chosen.panels // 40, 1), chosen.seed)


if __name__ == "__main__":
    main()
