"""What a longer or shorter term of the proposed agreements is worth."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.decision.report.context import ReportContext, directed, records, table
from partnership_lib.findings import Chart, Section

_COLUMNS = ("term_years", "difference_sek", "standard_error_sek")
_SEEN_FROM_ERRORS = 2.0


def term_section(context: ReportContext) -> Section:
    """Return the expected difference for terms of 4 to 12 years.

    Notes
    -----
    Terms whose differences lie within two standard errors of each other cannot be told apart.
    """
    rows = table(records(context.comparison.term_values), _COLUMNS)
    if rows.empty:
        return Section("term", (context.finding("term_none"),))
    ordered = rows.sort_values("difference_sek", kind="stable")
    best, worst = ordered.iloc[0], ordered.iloc[-1]
    apart = float(worst["difference_sek"]) - float(best["difference_sek"])
    error = float(rows["standard_error_sek"].astype(float).max())
    values: dict[str, Any] = {
        "best_years": float(best["term_years"]),
        "worst_years": float(worst["term_years"]),
        **directed("best", float(best["difference_sek"])),
        **directed("worst", float(worst["difference_sek"])),
        "apart": apart,
        "error": 1.96 * error,
    }
    code = "term" if apart > _SEEN_FROM_ERRORS * error else "term_no_difference"
    finding = context.finding(code, apart, "sek", table=rows, **values)
    return Section("term", (finding,), (_chart(context, rows, values),))


def _chart(context: ReportContext, rows: pd.DataFrame, values: dict[str, Any]) -> Chart:
    spread = context.comparison.difference
    return Chart("term_value", rows, {**context.interval, **values, "low_sek": spread.p2_5, "high_sek": spread.p97_5})
