"""What a wrong choice can cost, and what happens when everything goes well or badly at once."""

from __future__ import annotations

from typing import Any

from partnership_lib.decision.report.context import ReportContext, directed, records, table
from partnership_lib.findings import Finding, Section

_COLUMNS = ("choice", "expected_regret_sek", "regret_cvar95_sek", "mean_sek", "cost_cvar95_sek")


def risk_section(context: ReportContext) -> Section:
    """Return the regret of both choices, and the stress scenarios, which are no probabilities."""
    return Section("risk", (_regret(context), _stress(context)))


def _regret(context: ReportContext) -> Finding:
    choices = context.comparison.choices
    rows = [
        {
            "choice": choice.plan,
            "expected_regret_sek": choice.expected_regret_sek,
            "regret_cvar95_sek": choice.regret_cvar95_sek,
            "mean_sek": choice.total_cost.mean,
            "cost_cvar95_sek": choice.total_cost_cvar95_sek,
        }
        for choice in choices
    ]
    values: dict[str, Any] = {}
    for choice in choices:
        values |= {
            f"{choice.plan}_regret": choice.expected_regret_sek,
            f"{choice.plan}_worst": choice.regret_cvar95_sek,
        }
    smaller = min(choices, key=lambda choice: choice.regret_cvar95_sek).plan
    return context.finding(
        "regret", choices[1].expected_regret_sek, "sek", table=table(rows, _COLUMNS), smaller=smaller, **values
    )


def _stress(context: ReportContext) -> Finding:
    rows = context.comparison.stress
    found = {str(row["scenario"]): float(row["difference_sek"]) for row in records(rows)}
    values: dict[str, Any] = {**directed("worst", found["worst"]), **directed("best", found["best"])}
    shown = table(records(rows), ("scenario", "difference_sek"))
    return context.finding("stress", found["worst"], "sek", table=shown, **values)
