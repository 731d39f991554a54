"""Four estimators beside each other, the donors that they lean on, and the placebos that say how sure they are."""

from __future__ import annotations

import math
from typing import Any

from partnership_lib.analysis.outcome.report.context import OutcomeContext
from partnership_lib.analysis.outcome.report.figures import placebo_paths
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Finding, Section, Signal

_ESTIMATES = ("estimator", "effect_share", "low_share", "high_share", "p_placebo", "pre_fit_share")
_DONORS = ("donor", "weight_share", "driver", "note")
_REFUSED = ("donor", "donor_refusal", "quarter_month")
_LEAST_WEIGHT = 0.005


def estimates_section(context: OutcomeContext) -> Section:
    """Return what each estimator says, why the last one is not to be read alone, and the donors.

    Notes
    -----
    Interval and p by placebos in space for the first three; the textbook interval of Newey & West for the interrupted
    time series, which is too narrow. The error before the start is the root mean square as a share of the cost.
    """
    return Section(
        "estimates",
        (_estimates(context), context.finding("its_warning"), _donors(context), *_refused(context)),
        (placebo_paths(context),),
    )


def _estimates(context: OutcomeContext) -> Finding:
    found = context.evaluation.estimates
    rows = []
    for name, each in found.items():
        low, high = each.interval_share
        rows.append(
            {
                "estimator": name,
                "effect_share": each.fit.effect_share,
                "low_share": low,
                "high_share": high,
                "p_placebo": round(each.p_placebo, 3),
                "pre_fit_share": math.expm1(each.fit.pre_fit_rmse),
            }
        )
    beside = [each for name, each in found.items() if name != "its"]
    verdicts = {each.verdict for each in beside}
    return context.finding(
        "estimators_agree" if len(verdicts) == 1 else "estimators_differ", len(verdicts), "count",
        signal=Signal.NONE if len(verdicts) == 1 else Signal.ATTENTION, table=table(rows, _ESTIMATES),
        low=min(each.fit.effect_share for each in beside), high=max(each.fit.effect_share for each in beside),
    )  # fmt: skip


def _donors(context: OutcomeContext) -> Finding:
    evaluation = context.evaluation
    weights = evaluation.main.fit.donor_weights
    series = {each.unit.id: each for each in evaluation.evidence.donors}
    rows: list[dict[str, Any]] = [
        {
            "donor": context.unit_names[donor],
            "weight_share": weight,
            "driver": series[donor].driver or None,
        }
        for donor, weight in weights.items()
        if weight >= _LEAST_WEIGHT
    ]
    without = sum(not each.driver for each in series.values())
    return context.finding("donors", len(series), "count", table=table(rows, _DONORS[:3]), counting=len(rows),
                           without_driver=without)  # fmt: skip


def _refused(context: OutcomeContext) -> list[Finding]:
    refused = [each for each in context.evaluation.evidence.candidates if each.refused is not None]
    if not refused:
        return []
    rows = [
        {"donor": context.unit_names[each.unit.id], "donor_refusal": each.refused, "quarter_month": each.quarter}
        for each in refused
    ]
    columns = _REFUSED if any(each.quarter for each in refused) else _REFUSED[:2]
    return [context.finding("donors_refused", len(refused), "count", table=table(rows, columns))]
