"""What could make an estimate wrong, tried: each check has passed or not, with its table and its sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.outcome.estimators import fit
from partnership_lib.analysis.outcome.inference import Estimate, Tell, estimate, half_width_of
from partnership_lib.findings import Finding, Signal

if TYPE_CHECKING:
    import pandas as pd

# Judgement, as the pre-fit itself: a distance twice that of the usual donor is no longer "close".
MOST_PRE_FIT_RATIO = 2.0
# Donors with less weight than this cannot carry an estimate.
_LEAST_WEIGHT = 0.001
_TRANSITIONS = (1, 2)


@dataclass(frozen=True)
class Check:
    """One check of an estimate.

    Attributes
    ----------
    passed : bool or None
        None where it could not be tried; the sentence says why.
    finding : Finding
        The number looked at, its table and its sentence.
    """

    code: str
    passed: bool | None
    finding: Finding

    @property
    def table(self) -> pd.DataFrame | None:
        """Return the rows behind the check."""
        return self.finding.table

    def text(self, language: str) -> str:
        """Return the sentence in ``sv`` or ``en``."""
        return self.finding.sentence(language)


def checks(found: Estimate, tell: Tell | None = None) -> tuple[Check, ...]:
    """Return every check of an estimate; `tell` hears ``(done, of, name)``."""
    tried = (placebo_in_space, pre_fit, placebo_in_time, leave_one_out, without_transition)
    results = []
    for number, check in enumerate(tried):
        if tell is not None:
            tell(number, len(tried), check.__name__)
        results.append(check(found))
    return tuple(results)


def placebo_in_space(found: Estimate) -> Check:
    """Return whether the estimate stands out among those of the donors, where nothing happened.

    Notes
    -----
    The table has the treated unit and every donor: effect, pre-fit, and the ratio of the distance after the start to
    that before, which is large where a series went its own way only afterwards.
    """
    import pandas as pd

    fits = [found.fit, *found.placebos]
    before = found.fit.panel.pre_periods
    rows = [
        {
            "unit": each.panel.treated,
            "treated": number == 0,
            "effect": each.effect,
            "effect_share": each.effect_share,
            "pre_fit_rmse": each.pre_fit_rmse,
            "post_pre_ratio": _ratio(math.sqrt(float((each.path[before:] ** 2).mean())), each.pre_fit_rmse),
        }
        for number, each in enumerate(fits)
    ]
    table = pd.DataFrame(rows).sort_values("effect", key=abs, ascending=False, ignore_index=True)
    count = len(found.placebos)
    values = {
        "p": found.p_placebo,
        "donors": count,
        "as_large": round(found.p_placebo * (count + 1)) - 1,
        "smallest": 1.0 / (count + 1),
    }
    passed = found.verdict != "indistinguishable" if count else None
    return _check("placebo_in_space", passed, found.p_placebo, values, table)


def pre_fit(found: Estimate) -> Check:
    """Return whether the treated unit follows its comparison before the start about as well as the donors theirs."""
    import pandas as pd

    table = pd.DataFrame(
        [
            {"unit": each.panel.treated, "treated": number == 0, "pre_fit_rmse": each.pre_fit_rmse}
            for number, each in enumerate([found.fit, *found.placebos])
        ]
    )
    if not found.placebos:
        return _check("pre_fit", None, None, {}, table)
    usual = float(table.loc[~table["treated"], "pre_fit_rmse"].median())
    ratio = _ratio(found.fit.pre_fit_rmse, usual)
    return _check("pre_fit", ratio <= MOST_PRE_FIT_RATIO, ratio, {"ratio": ratio, "allowed": MOST_PRE_FIT_RATIO}, table)


def placebo_in_time(found: Estimate) -> Check:
    """Return whether an invented start, before the real one, shows nothing.

    Notes
    -----
    As many periods are taken for treated as there are real ones, but never more than half of those before the start.
    """
    import pandas as pd

    panel = found.fit.panel
    treated = min(panel.post_periods, panel.pre_periods // 2)
    before = panel.pre_periods - treated
    if treated < 1 or before < 2:
        return _check("placebo_in_time", None, None, {"periods": panel.pre_periods}, None)
    earlier = estimate(panel.before_start(before), found.estimator)
    start = earlier.fit.panel.start
    row = {"start": start, "periods": treated, "effect": earlier.effect, "p_placebo": earlier.p_placebo}
    values = {"start": start, "p": earlier.p_placebo}
    return _check(
        "placebo_in_time", earlier.verdict == "indistinguishable", earlier.p_placebo, values, pd.DataFrame([row])
    )


def leave_one_out(found: Estimate) -> Check:
    """Return whether the verdict stays when any one donor with weight is left out.

    Notes
    -----
    Every new estimate is judged by the placebos of the first one.
    """
    import pandas as pd

    panel, weights = found.fit.panel, found.fit.donor_weights
    if len(panel.donors) < 3 or found.estimator == "its":
        return _check("leave_one_out", None, None, {"donors": len(panel.donors)}, None)
    rows = []
    for donor in [name for name, weight in weights.items() if weight > _LEAST_WEIGHT]:
        each = fit(panel.without_donors({donor}), found.estimator)
        verdict = _verdict(each.effect, found)
        rows.append({"donor": donor, "weight": weights[donor], "effect": each.effect, "verdict": verdict})
    table = pd.DataFrame(rows)
    turned = table.loc[table["verdict"] != _verdict(found.effect, found), "donor"].tolist()
    values = {"donors": len(table), "turned": turned, "low": table["effect"].min(), "high": table["effect"].max()}
    return _check("leave_one_out", not turned, len(turned), values, table)


def without_transition(found: Estimate) -> Check:
    """Return whether the verdict stays when the first one or two treated periods are left out."""
    import pandas as pd

    panel = found.fit.panel
    dropped = [count for count in _TRANSITIONS if count < panel.post_periods]
    if not dropped:
        return _check("without_transition", None, None, {"periods": panel.post_periods}, None)
    later = {count: estimate(panel.without_transition(count), found.estimator) for count in dropped}
    table = pd.DataFrame(
        [
            {"left_out": count, "effect": each.effect, "p_placebo": each.p_placebo, "verdict": each.verdict}
            for count, each in later.items()
        ]
    )
    turned = int((table["verdict"] != found.verdict).sum())
    return _check("without_transition", turned == 0, turned, {"periods": max(dropped), "turned": turned}, table)


def _verdict(effect: float, found: Estimate) -> str:
    half_width, _ = half_width_of([placebo.effect for placebo in found.placebos])
    if abs(effect) <= half_width:
        return "indistinguishable"
    return "better" if effect < 0.0 else "worse"


def _ratio(value: float, base: float) -> float:
    return value / base if base > 0.0 else (1.0 if value == 0.0 else math.inf)


def _check(
    code: str, passed: bool | None, number: float | None, values: dict[str, Any], table: pd.DataFrame | None
) -> Check:
    result = {True: "passed", False: "failed", None: "not_tried"}[passed]
    signal = {True: Signal.GOOD, False: Signal.ATTENTION, None: Signal.NONE}[passed]
    finding = Finding(f"outcome_check.{code}_{result}", number, "", values, table, signal)
    return Check(code, passed, finding)
