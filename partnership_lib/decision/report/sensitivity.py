"""What moves the answer most: each assumption at its low and its high value."""

from __future__ import annotations

from typing import Any

from partnership_lib.decision.report.context import ReportContext, directed, records, table, without_empty
from partnership_lib.findings import Chart, Finding, Section

_DRAWN, _TOLD = 12, 20
_SEEN_SHARE = 0.01
"""Assumptions that explain less than a hundredth are not listed."""
_COLUMNS = (
    *("assumption", "scope", "assumption_unit", "p10", "p90"),
    *("difference_at_p10_sek", "difference_at_p90_sek"),
)
_TABLE_COLUMNS = (*_COLUMNS, "mean_at_p10_sek", "mean_at_p90_sek")
_VARIANCE_COLUMNS = ("assumption", "scope", "first_order_share", "total_order_share", "confirmed")


def sensitivity_section(context: ReportContext) -> Section:
    """Return the assumptions with the longest bars, and how much of the uncertainty each carries by itself."""
    rows = _named(context)
    if not rows:
        return Section("sensitivity", (context.finding("sensitivity_none"),))
    return Section("sensitivity", (_longest(context, rows), _variance(context)), (_chart(context, rows),))


def _named(context: ReportContext) -> list[dict[str, Any]]:
    """Return the bars with the key of the assumption taken apart: its name, what it is about and its unit."""
    units = {assumption.name: assumption.unit for assumption in context.case.assumptions}
    found = []
    for row in records(context.comparison.tornado):
        name, _, scope = row["assumption"].partition("@")
        parts = {"assumption": name, "scope": context.scope_name(scope) or None, "assumption_unit": units.get(name)}
        found.append({**row, **parts})
    return found


def _longest(context: ReportContext, rows: list[dict[str, Any]]) -> Finding:
    first = rows[0]
    least, most = sorted((float(first["difference_at_p10_sek"]), float(first["difference_at_p90_sek"])))
    values: dict[str, Any] = {"assumption": first["assumption"], **directed("least", least), **directed("most", most)}
    shown = without_empty(table(rows[:_TOLD], _TABLE_COLUMNS), "scope")
    return context.finding("sensitivity", most - least, "sek", table=shown, **values)


def _variance(context: ReportContext) -> Finding:
    rows = context.comparison.information.sort_values("first_order_share", ascending=False, kind="stable")
    shown = (
        {**row, "assumption": row["name"], "scope": context.scope_name(row["scope"]) or None}
        for row in records(rows)
        if max(row["first_order_share"], row["total_order_share"]) >= _SEEN_SHARE
    )
    shares = rows["first_order_share"].clip(lower=0)
    values: dict[str, Any] = {"assumption": rows["name"].iloc[0], "alone": min(float(shares.sum()), 1.0)}
    told = without_empty(table(shown, _VARIANCE_COLUMNS), "scope")
    # Correlated assumptions tell about each other: by itself one may then seem to carry more than with interplay.
    tied = any(assumption.correlates_with for assumption in context.case.assumptions)
    code = "variance_correlated" if tied else "variance"
    return context.finding(code, float(shares.iloc[0]), "share", table=told, **values)


def _chart(context: ReportContext, rows: list[dict[str, Any]]) -> Chart:
    frame = table(rows[:_DRAWN], _COLUMNS)
    stress = {row["scenario"]: float(row["difference_sek"]) for row in records(context.comparison.stress)}
    values: dict[str, Any] = {
        "centre_sek": stress["base"],
        "assumptions": len(frame),
        **directed("centre", stress["base"]),
    }
    return Chart("tornado", frame, {**context.interval, **values, "assumption": rows[0]["assumption"]})
