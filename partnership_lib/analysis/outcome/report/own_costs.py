"""What no invoice shows: by which rules it is counted, on which assumptions, and how much it is of the cost."""

from __future__ import annotations

from partnership_lib.analysis.context import AnalysisContext
from partnership_lib.analysis.outcome.costs.evidence import QUARTERS_PER_YEAR
from partnership_lib.analysis.outcome.costs.rules import OutcomeRules
from partnership_lib.analysis.outcome.report.context import OutcomeContext
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Finding, Section

_PARTS = ("own_cost", "year_before_ore", "latest_year_ore")
_ASSUMPTIONS = (
    "assumption",
    "assumed_value",
    "assumption_unit",
    "basis",
    "grade",
    "source",
    "source_sv",
    "confirmed_by",
)


def own_costs_section(context: OutcomeContext) -> Section:
    """Return procurement, transition and staff time in the year before and in the latest year."""
    return Section("own_costs", (_parts(context),))


def assumptions_section(context: OutcomeContext) -> Section:
    """Return what the costs that no invoice shows rest on."""
    return Section("assumptions", (assumptions_finding(context.evaluation.rules, context),))


def _parts(context: OutcomeContext) -> Finding:
    seen = context.evaluation.evidence
    before = len(seen.window.before)
    quarters = seen.series.quarters
    years = (quarters[max(0, before - QUARTERS_PER_YEAR) : before], quarters[before:][-QUARTERS_PER_YEAR:])
    rows = []
    for name in ("procurement", "transition", "staff"):
        amounts = [round(100 * sum(getattr(quarter, f"{name}_sek") for quarter in year)) for year in years]
        before_ore = amounts[0] if years[0] else None
        rows.append({"own_cost": name, "year_before_ore": before_ore, "latest_year_ore": amounts[1]})
    total = sum(row["latest_year_ore"] for row in rows if isinstance(row["latest_year_ore"], int))
    invoices = sum(quarter.invoices_ore for quarter in years[1])
    share = total / (total + invoices) if total + invoices > 0 else None
    return context.finding("own_costs", share, "share", table=table(rows, _PARTS), amount_ore=total, share=share or 0.0)


def assumptions_finding(rules: OutcomeRules, context: AnalysisContext) -> Finding:
    """Return every assumption with its value, unit, basis, source and who confirmed it."""
    rows = [
        {
            "assumption": each.name,
            "assumed_value": float(f"{each.value:.3g}"),
            "assumption_unit": each.unit,
            "basis": each.basis,
            "grade": each.grade or None,
            "source": each.source,
            "source_sv": each.source_sv or None,
            "confirmed_by": each.confirmed_by or None,
        }
        for each in rules.assumptions.values()
    ]
    columns = [name for name in _ASSUMPTIONS if name == "source_sv" or any(row[name] is not None for row in rows)]
    confirmed = len(rows) - len(rules.unconfirmed)
    return context.finding("assumptions", confirmed, "count", table=table(rows, columns), assumptions=len(rows))
