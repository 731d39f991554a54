"""What the figures of an outcome report are drawn from."""

from __future__ import annotations

import math
from datetime import date

from partnership_lib.analysis.outcome.report.context import OutcomeContext
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Chart
from partnership_lib.units.dates import add_months

_LINE_COLUMNS = ("quarter_month", "treated_index", "counterfactual_index")
_PATH_COLUMNS = ("quarter_month", "unit", "treated", "difference_share")
_CURVE_NAMES = {
    "outcome": "outcome_choice",
    "donors": "donor_set",
    "pre_periods": "pre_quarters",
    "transition": "left_out_quarters",
}
_CURVE_COLUMNS = (
    "outcome_choice", "estimator", "donor_set", "pre_quarters", "left_out_quarters", "effect_share", "low_share",
    "high_share", "verdict", "main",
)  # fmt: skip
FULL = 100.0
_Line = tuple[date, float | None, float | None]


def against_synthetic(context: OutcomeContext) -> tuple[Chart, ...]:
    """Return the partnership's unit cost beside what it had been without it, or alone where no estimate is told.

    100 is its mean before the start; usual seasons are taken off where an estimate is told.
    """
    seen = context.evaluation.evidence
    if not seen.window.quarters:
        return ()
    lines = _beside(context) if context.evaluation.is_told else _alone(context)
    frame = table((dict(zip(_LINE_COLUMNS, line, strict=True)) for line in lines), _LINE_COLUMNS)
    values = {
        "start": seen.agreement.start_date,
        "driver": context.driver,
        "first": seen.window.quarters[0],
        "last": add_months(seen.window.quarters[-1], 2),
    }
    if not context.evaluation.is_told:
        return (Chart("unit_cost_alone", frame, values),) if lines else ()
    effect = context.evaluation.main.fit.effect_share
    return (Chart("treated_against_synthetic", frame, {**values, "effect": effect, "size": abs(effect)}),)


def _beside(context: OutcomeContext) -> list[_Line]:
    fit = context.evaluation.main.fit
    rows = zip(fit.panel.periods, fit.panel.treated_outcome, fit.counterfactual, strict=True)
    return [(quarter, FULL * math.exp(ours), FULL * math.exp(other)) for quarter, ours, other in rows]


def _alone(context: OutcomeContext) -> list[_Line]:
    seen = context.evaluation.evidence
    costs = seen.series.unit_costs()
    before = [cost for cost in costs[: len(seen.window.before)] if cost]
    level = (sum(before) / len(before)) if before else next((cost for cost in costs if cost), None)
    if level is None:
        return []
    rows = zip(seen.window.quarters, costs, strict=True)
    return [(quarter, FULL * cost / level if cost else None, None) for quarter, cost in rows]


def placebo_paths(context: OutcomeContext) -> Chart:
    """Return the distance from its comparison of the partnership and of every donor, quarter by quarter."""
    main = context.evaluation.main
    rows = [
        {
            "quarter_month": quarter,
            "unit": context.unit_names[fit.panel.treated],
            "treated": number == 0,
            "difference_share": math.expm1(distance),
        }
        for number, fit in enumerate([main.fit, *main.placebos])
        for quarter, distance in zip(fit.panel.periods, fit.path, strict=True)
    ]
    values = {
        "donors": len(main.placebos),
        "as_large": round(main.p_placebo * (len(main.placebos) + 1)) - 1,
        "start": context.agreement.start_date,
    }
    return Chart("placebo_paths", table(rows, _PATH_COLUMNS), values)


def curve_chart(context: OutcomeContext) -> Chart:
    """Return the specification curve."""
    curve = context.evaluation.curve
    values = {
        "ways": len(curve),
        "better": int((curve["verdict"] == "better").sum()),
        "worse": int((curve["verdict"] == "worse").sum()),
        "low": float(curve["effect_share"].min()),
        "high": float(curve["effect_share"].max()),
        "main_effect": float(curve.loc[curve["main"], "effect_share"].iloc[0]),
    }
    return Chart("specification_curve", curve.rename(columns=_CURVE_NAMES)[list(_CURVE_COLUMNS)], values)
