"""Everything said of a raw panel: what it could show, the estimates, the checks, the curve, the conclusion."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from partnership_lib.analysis.outcome.checks import Check, checks
from partnership_lib.analysis.outcome.estimators import EstimatorName
from partnership_lib.analysis.outcome.inference import Estimate, Tell, estimates
from partnership_lib.analysis.outcome.minimum_data import MinimumData, minimum_data_of
from partnership_lib.analysis.outcome.panel import Panel
from partnership_lib.analysis.outcome.power import FEWEST_PRE_PERIODS_FOR_NOISE, Power, power, power_finding
from partnership_lib.analysis.outcome.specification import curve_finding, specification_curve
from partnership_lib.findings import Finding

_LEAST_SHOWN_WEIGHT = 0.001
# A file may have hundreds of donors; every draw fits each of them.
_MOST_DRAWS, _FEWEST_DRAWS, _PLACEBOS_TO_SIMULATE = 200, 40, 8_000


@dataclass(frozen=True, eq=False)
class PanelAnswer:
    """The evaluation of a panel on its raw values.

    Attributes
    ----------
    minimum : MinimumData
        Only a warning here: months and donors, since a file does not tell of drivers and indices.
    power : Power or None
        None where the noise before the start cannot be measured, or the outcome is not above zero.
    """

    panel: Panel
    minimum: MinimumData
    power: Power | None
    estimates: dict[EstimatorName, Estimate]
    checks: tuple[Check, ...]
    curve: Finding

    @property
    def main(self) -> Estimate:
        """Return the leading estimate."""
        return self.estimates["sdid"]

    @property
    def has_intervals(self) -> bool:
        """Return whether there are donors enough for placebos, on which the intervals rest."""
        return math.isfinite(self.main.interval[0])

    def conclusion(self) -> Finding:
        """Return lower, higher or not to be distinguished from zero; for costs lower is better."""
        main, panel = self.main, self.panel
        code = {"better": "lower", "worse": "higher", "indistinguishable": "indistinguishable"}[main.verdict]
        if code == "indistinguishable" and not main.interval[0] <= 0.0 <= main.interval[1]:
            code = "few_donors"  # outside the interval, but only at the level that so few donors allow
        values = {
            "treated": panel.treated,
            "start": str(panel.start),
            "effect": main.effect,
            "low": main.interval[0],
            "high": main.interval[1],
            "level": main.interval_level,
            "p": main.p_placebo,
            "donors": len(panel.donors),
        }
        return Finding(f"outcome_panel.{code if self.has_intervals else 'no_interval'}", main.effect, "", values)

    def beforehand(self) -> Iterator[Finding]:
        """Yield what is said before the answer: what is lacking, and what this much data could show."""
        if not self.minimum.enough:
            yield Finding("outcome_panel.below_minimum", None, "", {"lacking": list(self.minimum.lacking)})
        if self.power is not None or self.panel.pre_periods < FEWEST_PRE_PERIODS_FOR_NOISE:
            yield power_finding(self.panel, self.power)

    def findings(self) -> Iterator[Finding]:
        """Yield the conclusion, and then what it rests on."""
        yield self.conclusion()
        for check in self.checks:
            yield check.finding
        if all(math.isfinite(self.curve.values[name]) for name in ("low", "high", "median")):
            yield self.curve
        yield Finding("outcome_panel.time_series_alone", self.estimates["its"].effect)

    def as_json(self, language: str) -> dict[str, Any]:
        """Return the answer as it stands in the contract of ``partnership outcome --json``."""
        return {
            "estimates": {name: estimate_json(found) for name, found in self.estimates.items()},
            "weights": {name: weights_json(found) for name, found in self.estimates.items() if name != "its"},
            "conclusion": self.conclusion().sentence(language),
            "verdict": self.main.verdict,
            "checks": [
                {"code": check.code, "passed": check.passed, "text": check.text(language)} for check in self.checks
            ],
            "minimum_data": {
                "enough": self.minimum.enough,
                "lacking": list(self.minimum.lacking),
                "earliest": self.minimum.earliest,
            },
            "power": None if self.power is None else power_json(self.power),
            "specifications": {name: _finite(value) for name, value in self.curve.values.items()},
        }


def answer_panel(panel: Panel, tell: Tell | None = None) -> PanelAnswer:
    """Return the evaluation of a panel; it always gives the estimates, however little data there is.

    Parameters
    ----------
    tell : callable, optional
        Hears ``(done, of, step)``; the steps are ``power``, ``estimates``, ``checks`` and ``curve``.
    """

    def step(name: str) -> Tell | None:
        return None if tell is None else lambda done, of, _: tell(done, of, name)

    above_zero = panel.scale == "log" or panel.as_effect(1.0) > 0.0
    draws = min(_MOST_DRAWS, max(_FEWEST_DRAWS, _PLACEBOS_TO_SIMULATE // len(panel.donors)))
    seen = power(panel, draws=draws, tell=step("power")) if above_zero else None
    found = estimates(panel, step("estimates"))
    return PanelAnswer(
        panel=panel,
        minimum=minimum_data_of(panel, has_volume_driver=True, has_category_index=True),
        power=seen,
        estimates=found,
        checks=checks(found["sdid"], step("checks")),
        curve=curve_finding(specification_curve({"raw": panel}, tell=step("curve"))),
    )


def estimate_json(found: Estimate) -> dict[str, Any]:
    """Return an estimate with its interval, p-value and path."""
    return {
        "effect": found.effect,
        "interval": [_finite(bound) for bound in found.interval],
        "p_placebo": found.p_placebo,
        "interval_level": found.interval_level,
        "interval_method": found.interval_method,
        "effect_share": _finite(found.fit.effect_share),
        "pre_fit_rmse": found.fit.pre_fit_rmse,
        "path": {str(label): value for label, value in zip(found.fit.panel.periods, found.fit.path, strict=True)},
    }


def weights_json(found: Estimate) -> dict[str, dict[str, float]]:
    """Return the weights of units and periods that count."""
    return {
        "units": {name: value for name, value in found.fit.donor_weights.items() if value >= _LEAST_SHOWN_WEIGHT},
        "periods": {name: value for name, value in found.fit.period_weights.items() if value >= _LEAST_SHOWN_WEIGHT},
    }


def power_json(seen: Power) -> dict[str, Any]:
    """Return with what probability savings would be seen."""
    return {
        "savings": seen.table.to_dict("records"),
        "false_alarm": seen.false_alarm,
        "detectable_share": _finite(seen.detectable_share),
        "draws": seen.draws,
    }


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
