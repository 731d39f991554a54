"""How far the answer can be from what is expected, and what it is without the benefits."""

from __future__ import annotations

from typing import Any

from partnership_lib.decision.measures.comparison import Spread
from partnership_lib.decision.report.context import ReportContext, directed, records, spread_values, table
from partnership_lib.findings import Chart, Finding, Section

_COLUMNS = ("measure_of", "mean_sek", "low_sek", "p50_sek", "high_sek")


def distribution_section(context: ReportContext) -> Section:
    """Return the distribution of the difference, with the probability on each side of zero."""
    comparison = context.comparison
    frame = table(records(comparison.density), ("difference_sek", "share"))
    spread = comparison.difference
    values: dict[str, Any] = {
        **context.interval,
        "low_sek": spread.p2_5,
        "high_sek": spread.p97_5,
        "mean_sek": spread.mean,
        "p_dearer": 1 - comparison.p_consolidated_cheaper,
    }
    return Section("distribution", (_both_sides(context),), (Chart("difference_distribution", frame, values),))


def _both_sides(context: ReportContext) -> Finding:
    comparison = context.comparison
    spread = comparison.difference
    values: dict[str, Any] = {
        "p_dearer": 1 - comparison.p_consolidated_cheaper,
        "p_error_points": 100 * 1.96 * comparison.p_standard_error,
        **directed("inner_low", spread.p10),
        **directed("inner_high", spread.p90),
        "futures": comparison.paths,
    }
    return context.finding("distribution", comparison.p_consolidated_cheaper, "share", **values)


def benefits_section(context: ReportContext) -> Section:
    """Return the difference with and without what met needs are worth to the users."""
    comparison = context.comparison
    rows = [
        _row("with_benefits", comparison.difference),
        _row("without_benefits", comparison.difference_without_benefits),
    ]
    without = comparison.difference_without_benefits
    values: dict[str, Any] = {
        **directed("without", without.mean),
        **{f"without_{name}": value for name, value in spread_values(without).items()},
    }
    valued = any(need.benefit_sek_per_month for need in context.case.needs)
    code = "benefits" if valued else "benefits_none"
    shown = table(rows, _COLUMNS) if valued else None
    return Section("benefits", (context.finding(code, without.mean, "sek", table=shown, **values),))


def _row(name: str, spread: Spread) -> dict[str, Any]:
    return {
        "measure_of": name,
        "mean_sek": spread.mean,
        "low_sek": spread.p2_5,
        "p50_sek": spread.p50,
        "high_sek": spread.p97_5,
    }
