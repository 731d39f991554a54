"""What each plan costs year by year: in the prices of the base month and in the prices of the year."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.decision.components import PLANS
from partnership_lib.decision.report.context import ReportContext, records, table
from partnership_lib.findings import Chart, Finding, Section

_COLUMNS = ("plan", "year", "prices", "mean_sek", "p10_sek", "p50_sek", "p90_sek")
_YEAR_COLUMNS = (
    "year",
    *(f"{plan}_{prices}_sek" for prices in ("real", "nominal") for plan in PLANS),
)


def budget_section(context: ReportContext) -> Section:
    """Return the cost of every calendar year for both plans, with the dearest year of each.

    Notes
    -----
    The first and the last year are part years unless the base month is January.
    """
    rows = _totals(context)
    return Section("budget", (_peaks(context, rows),), (_chart(context, rows),))


def _totals(context: ReportContext) -> pd.DataFrame:
    return table((row for row in records(context.comparison.budget) if row["account"] == "total"), _COLUMNS)


def _peaks(context: ReportContext, rows: pd.DataFrame) -> Finding:
    values: dict[str, Any] = {}
    for plan in PLANS:
        peak = _peak(rows, plan)
        values |= {
            f"{plan}_year": int(peak["year"]),
            f"{plan}_peak": float(peak["mean_sek"]),
            f"{plan}_low": float(peak["p10_sek"]),
            f"{plan}_high": float(peak["p90_sek"]),
        }
    return context.finding("budget_peaks", values["consolidated_peak"], "sek", table=_by_year(rows), **values)


def _peak(rows: pd.DataFrame, plan: str) -> dict[str, Any]:
    chosen = [row for row in records(rows) if row["plan"] == plan and row["prices"] == "nominal"]
    return max(chosen, key=lambda row: float(row["mean_sek"]))


def _by_year(rows: pd.DataFrame) -> pd.DataFrame:
    years: dict[int, dict[str, Any]] = {}
    for row in records(rows):
        year = years.setdefault(int(row["year"]), {"year": int(row["year"])})
        year[f"{row['plan']}_{row['prices']}_sek"] = row["mean_sek"]
    return table((years[year] for year in sorted(years)), _YEAR_COLUMNS)


def _chart(context: ReportContext, rows: pd.DataFrame) -> Chart:
    years = rows["year"].astype(int)
    peaks = {plan: _peak(rows, plan) for plan in PLANS}
    values: dict[str, Any] = {
        "first": int(years.min()),
        "last": int(years.max()),
        **{f"{plan}_year": int(peak["year"]) for plan, peak in peaks.items()},
        **{f"{plan}_peak": float(peak["mean_sek"]) for plan, peak in peaks.items()},
    }
    return Chart("budget_fan", rows, values)
