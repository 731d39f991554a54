"""The answer first: one paragraph that a board reads, and what the two plans cost."""

from __future__ import annotations

from typing import Any

from partnership_lib.decision.report.context import ReportContext, table
from partnership_lib.findings import Finding, Section, Signal

LIKELY = 2 / 3
VERY_LIKELY = 0.9
"""Words for probabilities as the UN's climate panel uses them: from two thirds likely, from nine tenths very likely."""
WORTH_ASKING_SEK = 50_000.0
"""Least worth of an answer that is told: below it one decimal of a million shows nothing."""
MOSTLY_UNCONFIRMED = 0.5
"""From which share of the uncertainty on unconfirmed assumptions the answer is called no verdict."""
_DECIDERS = 3


def answer_section(context: ReportContext) -> Section:
    """Return the answer, the cost of both plans and how likely a large saving is.

    Notes
    -----
    Below a probability of two thirds for either plan the answer is that it cannot be told.
    """
    rest = (_large_saving(context), _first_question(context), _totals(context))
    return Section("answer", (_answer(context), *_unconfirmed(context), *rest))


def shared_version_section(context: ReportContext) -> Section:
    """Return what the shared version is for."""
    return Section("shared_version", (context.finding("shared_version", **_scope(context)),))


def deciders(context: ReportContext, most: int = _DECIDERS) -> list[str]:
    """Return the names of the assumptions that the answer rests on most, each once."""
    rows = context.comparison.information
    by = "evppi_sek" if float(rows["evppi_sek"].sum()) > 0 else "first_order_share"
    return list(dict.fromkeys(rows.sort_values(by, ascending=False, kind="stable")["name"]))[:most]


def certainty(probability: float) -> str:
    """Return the code of the word for a probability of at least two thirds.

    Examples
    --------
    >>> certainty(0.7), certainty(0.95)
    ('likely', 'very_likely')
    """
    return "very_likely" if probability >= VERY_LIKELY else "likely"


def _scope(context: ReportContext) -> dict[str, Any]:
    return {
        "replaced": len(context.replaced),
        "proposed": len(context.case.proposed),
        "needs": len(context.case.needs),
    }


def _answer(context: ReportContext) -> Finding:
    comparison, p = context.comparison, context.comparison.p_consolidated_cheaper
    difference, today = comparison.difference, comparison.choices[0].total_cost.mean
    verdict = "cheaper" if p >= 0.5 else "dearer"
    named = deciders(context)
    values: dict[str, Any] = {
        **_scope(context),
        "verdict": verdict,
        "certainty": certainty(max(p, 1 - p)),
        "p_verdict": max(p, 1 - p),
        "mean_share": abs(comparison.saving_share),
        "low_share": abs(difference.p2_5) / today if today else 0.0,
        "high_share": abs(difference.p97_5) / today if today else 0.0,
        "deciders": named,
        "unconfirmed": comparison.unconfirmed_share,
    }
    if difference.sd == 0 and difference.mean == 0:
        return context.finding("answer_same", 0.0, "sek", **values)
    code = ("answer_coin_toss" if comparison.coin_toss else "answer") + ("" if named else "_fixed")
    return context.finding(code, difference.mean, "sek", **values)


def _unconfirmed(context: ReportContext) -> list[Finding]:
    """Return what defaults must never be taken for: a verdict."""
    share = context.comparison.unconfirmed_share
    if share < MOSTLY_UNCONFIRMED or context.comparison.information.empty:
        return []
    return [context.finding("answer_unconfirmed", share, "share", signal=Signal.ATTENTION)]


def _large_saving(context: ReportContext) -> Finding:
    return context.finding("saving_over_tenth", context.comparison.p_saving_over_tenth, "share")


def _first_question(context: ReportContext) -> Finding:
    rows = context.comparison.information
    if rows.empty or float(rows["evppi_sek"].iloc[0]) < WORTH_ASKING_SEK:
        return context.finding("first_question_none")
    first = rows.iloc[0]
    worth = {"question": first["name"], "evpi": context.comparison.evpi_sek}
    return context.finding("first_question", float(first["evppi_sek"]), "sek", **worth)


def _totals(context: ReportContext) -> Finding:
    comparison = context.comparison
    rows = [
        {"plan": choice.plan, "mean_sek": spread.mean, "low_sek": spread.p2_5, "high_sek": spread.p97_5}
        for choice in comparison.choices
        for spread in (choice.total_cost,)
    ]
    spread = comparison.difference
    rows.append({"plan": "difference", "mean_sek": spread.mean, "low_sek": spread.p2_5, "high_sek": spread.p97_5})
    values: dict[str, Any] = {}
    for choice in comparison.choices:
        cost = choice.total_cost
        values |= {choice.plan: cost.mean, f"{choice.plan}_low": cost.p2_5, f"{choice.plan}_high": cost.p97_5}
    shown = table(rows, ("plan", "mean_sek", "low_sek", "high_sek"))
    error: dict[str, Any] = {"error": 1.96 * spread.standard_error, "futures": comparison.paths}
    code = "totals" if comparison.closed_form else "totals_simulated"
    return context.finding(code, spread.mean, "sek", table=shown, **values, **error)
