"""Where the answer turns: a sentence for each quantity, also when it does not turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from partnership_lib.decision.report.context import ReportContext, records, table
from partnership_lib.findings import Finding, Section

_COLUMNS = ("quantity", "assumption_unit", "today", "break_even", "low_end", "high_end")


def break_evens_section(context: ReportContext) -> Section:
    """Return for each quantity the value at which both plans are expected to cost the same, or that there is none."""
    rows = records(context.comparison.break_evens)
    if not rows:
        return Section("break_evens", (context.finding("break_evens_none"),))
    findings = [_finding(context, row) for row in rows]
    ends = ({"assumption_unit": row["unit"], "low_end": row["low"], "high_end": row["high"]} for row in rows)
    shown = table(({**row, **each} for row, each in zip(rows, ends, strict=True)), _COLUMNS)
    found = sum(row["break_even"] == row["break_even"] for row in rows)
    overview = context.finding("break_evens", found, "count", table=shown, quantities=len(rows))
    return Section("break_evens", (*findings, overview))


def _finding(context: ReportContext, row: Mapping[str, Any]) -> Finding:
    turns, above = row["break_even"] == row["break_even"], bool(row["cheaper_above"])
    state = ("above" if above else "below") if turns else ("always" if above else "never")
    number = float(row["break_even"]) if turns else None
    values: dict[str, Any] = {name: float(row[name]) for name in ("today", "low", "high")}
    limits = {"today": values["today"], "from_value": values["low"], "to_value": values["high"]}
    return context.finding(f"break_even_{row['quantity']}_{state}", number, "", **limits)
