"""From today's agreements to the partnership, component by component."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.decision.components import PLANS
from partnership_lib.decision.report.context import ReportContext, directed, records, table
from partnership_lib.findings import Chart, Finding, Section

_COLUMNS = ("component", "fragmented_sek", "consolidated_sek", "difference_sek", "cashable")
_SHARE_COLUMNS = ("component", "fragmented_share", "consolidated_share")
_EFFECT_COLUMNS = ("effect", "difference_sek")
_NOT_SHARED = ("price", "premium", "benefit")
_NOTHING_SEK = 0.5


def waterfall_section(context: ReportContext) -> Section:
    """Return what each component adds to or takes from the difference; the components sum to it."""
    rows = _drawn(context)
    if rows.empty:
        return Section("waterfall", (context.finding("components_none"),))
    findings = (_components(context, rows), _cashable(context), *_unmeasured_quality(context))
    return Section("waterfall", findings, (_chart(context, rows),))


def cost_shares_section(context: ReportContext) -> Section:
    """Return where the costs beside the price arise, as shares of what each plan costs beside its price.

    Notes
    -----
    Nothing tells what the shares sum to, and the price is left out of them: from a share of everything, and the hours
    of the meetings that both parties know, a bidder could compute what the municipality expects to pay.
    """
    rows = _shares(context)
    if rows.empty:
        return Section("cost_shares", (context.finding("components_none"),))
    largest = rows.iloc[0]
    share = float(largest["consolidated_share"])
    finding = context.finding("component_shares", share, "share", table=rows, component=largest["component"])
    chart = Chart("cost_shares", rows, {"component": largest["component"], "share": share})
    return Section("cost_shares", (finding,), (chart,))


def _drawn(context: ReportContext) -> pd.DataFrame:
    """Return the components that cost anything in either plan, in their order everywhere."""
    rows = context.comparison.components
    costs = (rows["fragmented_sek"].abs() > _NOTHING_SEK) | (rows["consolidated_sek"].abs() > _NOTHING_SEK)
    return table(records(rows[costs]), _COLUMNS)


def _components(context: ReportContext, rows: pd.DataFrame) -> Finding:
    by_size = rows.sort_values("difference_sek", kind="stable")
    down, up = by_size.iloc[0], by_size.iloc[-1]
    values: dict[str, Any] = {
        "down": down["component"],
        "down_sek": -min(float(down["difference_sek"]), 0.0),
        "up": up["component"],
        "up_sek": max(float(up["difference_sek"]), 0.0),
    }
    code = "components"
    if not values["down_sek"]:
        code = "components_only_up"
    elif not values["up_sek"]:
        code = "components_only_down"
    return context.finding(code, context.comparison.difference.mean, "sek", table=rows, **values)


def _cashable(context: ReportContext) -> Finding:
    """Return how much of the difference moves a budget, how much is staff time and how much quality and benefit."""
    rows = context.comparison.components
    staff = rows["consolidated_staff_sek"] - rows["fragmented_staff_sek"]
    moved = (rows["difference_sek"] - staff)[rows["cashable"].astype(bool)]
    parts = {"budget": float(moved.sum()), "staff": float(staff.sum())}
    parts["other"] = float(rows["difference_sek"].sum()) - sum(parts.values())
    shown = table(({"effect": name, "difference_sek": amount} for name, amount in parts.items()), _EFFECT_COLUMNS)
    values: dict[str, Any] = {}
    for name, amount in parts.items():
        values |= directed(name, amount)
    return context.finding("cashable", parts["budget"], "sek", table=shown, **values)


def _unmeasured_quality(context: ReportContext) -> list[Finding]:
    """Return what it costs if quality cannot be measured, wherever the case takes for granted that it can."""
    mean, low, high = context.comparison.unmeasured_quality_sek
    if mean <= _NOTHING_SEK:
        return []
    return [context.finding("quality_unmeasured", mean, "sek", quality_low=low, quality_high=high)]


def _chart(context: ReportContext, rows: pd.DataFrame) -> Chart:
    comparison = context.comparison
    totals = {choice.plan: choice.total_cost.mean for choice in comparison.choices}
    ends = {"low_sek": comparison.difference.p2_5, "high_sek": comparison.difference.p97_5}
    by_size = rows.sort_values("difference_sek", kind="stable")
    named = {"down": by_size["component"].iloc[0], "up": by_size["component"].iloc[-1]}
    frame = table(records(rows), ("component", "fragmented_sek", "consolidated_sek", "difference_sek"))
    return Chart("cost_waterfall", frame, {**context.interval, **totals, **ends, **named, "components": len(rows)})


def _shares(context: ReportContext) -> pd.DataFrame:
    costs = [row for row in records(context.comparison.components) if row["component"] not in _NOT_SHARED]
    sums = {plan: sum(max(float(row[f"{plan}_sek"]), 0.0) for row in costs) for plan in PLANS}
    rows = []
    for row in costs:
        shares = {plan: max(float(row[f"{plan}_sek"]), 0.0) / (sums[plan] or 1.0) for plan in PLANS}
        rounded = {f"{plan}_share": round(share, 2) for plan, share in shares.items()}
        if any(rounded.values()):
            rows.append({"component": row["component"], **rounded})
    rows.sort(key=lambda row: -row["consolidated_share"])
    return table(rows, _SHARE_COLUMNS)
