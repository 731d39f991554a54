"""How the changes to come fit into the room that 17 kap. LOU leaves, and how many law changes are to be expected."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.decision.report.context import ReportContext, records, table
from partnership_lib.decision.report.distributions import most_likely
from partnership_lib.findings import Chart, Finding, Section, Signal

_ATTENTION = 0.5
_COLUMNS = ("agreement", "plan", "p_hit_share", "median_years")


def legal_section(context: ReportContext) -> Section:
    """Return the probability that an agreement's room for changes is used up, when, and the law changes ahead."""
    rows = _rows(context)
    findings = [_hits(context, rows), _law_changes(context)]
    months = context.comparison.legal_months
    if months.empty or not float(months["p_hit_by"].max()):
        return Section("legal", tuple(findings))
    frame = table(
        (
            {"agreement": context.agreement_name(str(row["agreement"])), "year": row["year"], "share": row["p_hit_by"]}
            for row in records(months)
        ),
        ("agreement", "year", "share"),
    )
    last = frame[frame["year"] == frame["year"].max()]
    values: dict[str, Any] = {
        "share": float(last["share"].astype(float).max()),
        "last": int(frame["year"].max()),
        "agreements": len(last),
    }
    return Section("legal", tuple(findings), (Chart("legal_room", frame, values),))


def _rows(context: ReportContext) -> pd.DataFrame:
    found = (
        {
            "agreement": context.agreement_name(str(row["agreement"])),
            "plan": row["plan"],
            "p_hit_share": round(float(row["p_hit"]), 4),
            "median_years": _years(float(row["median_month"])),
        }
        for row in records(context.comparison.legal)
    )
    return table(found, _COLUMNS)


def _years(months: float) -> float | None:
    return None if months != months else round(months / 12, 1)


def _hits(context: ReportContext, rows: pd.DataFrame) -> Finding:
    proposed = {agreement.id for agreement in context.case.proposed}
    own = [
        row
        for row in records(context.comparison.legal)
        if row["plan"] == "consolidated" and row["agreement"] in proposed
    ]
    if not own:
        return context.finding("legal_nothing_proposed", table=rows)
    worst = max(own, key=lambda row: float(row["p_hit"]))
    p, median = float(worst["p_hit"]), _years(float(worst["median_month"]))
    signal = Signal.ATTENTION if p > _ATTENTION else Signal.NONE
    values: dict[str, Any] = {"agreement": context.agreement_name(str(worst["agreement"])), "median": median}
    code = "legal" if median is not None else "legal_never"
    return context.finding(code, p, "share", signal=signal, table=rows, **values)


def _law_changes(context: ReportContext) -> Finding:
    domains = sorted({need.domain for need in context.case.needs if need.domain})
    if not domains:
        return context.finding("law_changes_none", 0, "count")
    rates = [
        most_likely(context.case.assumption("law_changes_per_domain_year", f"domain:{domain}").distribution)
        for domain in domains
    ]
    expected = round(sum(rates) * context.years)
    code = "law_changes" if len(domains) == 1 else "law_changes_many"
    return context.finding(code, expected, "count", domains=len(domains))
