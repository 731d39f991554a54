"""The answer: what this much data could show, then what it shows, and what would change it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from partnership_lib.analysis.outcome.evaluation import Conclusion, Evaluation
from partnership_lib.analysis.outcome.inference import Estimate
from partnership_lib.analysis.outcome.power import power_finding
from partnership_lib.analysis.outcome.report.context import OutcomeContext, told
from partnership_lib.analysis.outcome.report.figures import against_synthetic
from partnership_lib.analysis.outcome.report.quality import quality_section
from partnership_lib.analysis.outcome.specification import curve_finding
from partnership_lib.findings import Finding, Section, Signal

_SIGNALS = {
    Conclusion.BETTER: Signal.GOOD,
    Conclusion.WORSE: Signal.BAD,
    Conclusion.INDISTINGUISHABLE: Signal.ATTENTION,
    Conclusion.CANNOT_TELL: Signal.ATTENTION,
}


def beforehand_section(context: OutcomeContext) -> Section:
    """Return what the data could show, said before what they show: who knows the answer judges the data by it."""
    evaluation = context.evaluation
    power = power_finding(evaluation.panel, evaluation.power, evaluation.rules.asked_saving_share)
    return Section("beforehand", (told(power),))


def answer_section(context: OutcomeContext) -> Section:
    """Return the conclusion and what would change it.

    Notes
    -----
    The conclusion is one of three: better, worse, or not to be distinguished from zero, at 5 per cent by the placebos;
    below the working rule there is none. *Hidden costs*: how much a year, outside ledger and assumptions, would move
    the end of the interval that is nearest to zero to zero.
    """
    evaluation = context.evaluation
    if not evaluation.is_told:
        return Section("answer", tuple(_not_told(context)), against_synthetic(context))
    findings = [
        conclusion_finding(context),
        *_in_kronor(context),
        _invoices_alone(context),
        told(curve_finding(evaluation.curve)),
        told(quality_section(context).findings[0]),
    ]
    return Section("answer", tuple(findings), against_synthetic(context))


def conclusion_finding(context: OutcomeContext) -> Finding:
    """Return the conclusion of an evaluation that is told: one of three sentences, with its interval."""
    evaluation = context.evaluation
    main, conclusion = evaluation.main, evaluation.conclusion
    low, high = main.interval_share
    return context.finding(
        f"conclusion_{conclusion}", main.fit.effect_share, "share", signal=_SIGNALS[conclusion], driver=context.driver,
        size=abs(main.fit.effect_share), low=low, high=high, least=min(abs(low), abs(high)),
        most=max(abs(low), abs(high)), level=main.interval_level, p=main.p_placebo,
        months=evaluation.evidence.window.post_months,
    )  # fmt: skip


def _not_told(context: OutcomeContext) -> list[Finding]:
    evaluation = context.evaluation
    found = [told(evaluation.minimum.finding())]
    if evaluation.evidence.new_needs:
        names = [need.name for need in evaluation.evidence.new_needs]
        found.append(context.finding("new_needs", len(names), "count", names=names))
    missing = evaluation.evidence.series.missing()
    if evaluation.minimum.enough and missing is not None:
        found = [context.finding(f"series_gap_{missing[0]}", signal=Signal.ATTENTION, quarter_month=missing[1])]
    return found


def _in_kronor(context: OutcomeContext) -> list[Finding]:
    evaluation = context.evaluation
    main = evaluation.main
    yearly = evaluation.yearly_effect_sek(main.effect)
    common: dict[str, Any] = {
        "yearly_cost": evaluation.yearly_cost_sek,
        "base_month": evaluation.evidence.base_month,
    }
    if evaluation.conclusion is Conclusion.INDISTINGUISHABLE:
        needed = half_width_share(main)
        return [context.finding("needed_effect", needed, "share", needed=needed, level=main.interval_level)]
    nearest = min(main.interval, key=abs)
    hidden = abs(evaluation.yearly_effect_sek(nearest))
    cheaper = evaluation.conclusion is Conclusion.BETTER
    code = "yearly_saving" if cheaper else "yearly_extra"
    return [
        context.finding(code, abs(yearly), "sek", amount=abs(yearly), **common),
        context.finding("hidden_costs" if cheaper else "hidden_savings", hidden, "sek", hidden=hidden),
    ]


def half_width_share(found: Estimate) -> float:
    """Return the smallest saving that an estimate would tell from zero, as a share."""
    low, high = found.interval
    return 1.0 - math.exp(-(high - low) / 2.0)


def _invoices_alone(context: OutcomeContext) -> Finding:
    """Return whether the answer would be another without the costs that nobody has measured."""
    evaluation: Evaluation = context.evaluation
    alone = evaluation.without_own_costs
    same = alone.verdict == evaluation.main.verdict
    own = sum(quarter.own_sek for quarter in evaluation.evidence.series.quarters[-4:])
    share = own / evaluation.yearly_cost_sek if evaluation.yearly_cost_sek else float(np.nan)
    return context.finding(
        "invoices_alone_same" if same else "invoices_alone_other", alone.fit.effect_share, "share",
        signal=Signal.NONE if same else Signal.ATTENTION, verdict=alone.verdict, own_share=share,
    )  # fmt: skip
