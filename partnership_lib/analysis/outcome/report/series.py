"""The series quarter by quarter, how it hangs together with the ledger, its index, and what its cost consists of."""

from __future__ import annotations

from typing import Any

from partnership_lib.analysis.outcome.costs.series import Quarter
from partnership_lib.analysis.outcome.report.context import OutcomeContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import IndexClause
from partnership_lib.findings import Finding, Section, Signal
from partnership_lib.units.dates import add_months

_COLUMNS = (
    "quarter_month", "outcome_phase", "agreement_ore", "leakage_ore", "own_cost_ore", "index_factor", "volume",
    "unit_cost_index",
)  # fmt: skip


def series_section(context: OutcomeContext) -> Section:
    """Return what the partnership's needs cost each quarter, before and after, and where every krona of the ledger is.

    Notes
    -----
    Quarters are counted from the first month of the partnership. Unit cost: invoices in prices of the latest month and
    own costs, over the mean volume of the quarter.
    """
    findings = [_series(context), _reconciles(context), *_index(context)]
    return Section("series", tuple(finding for finding in (*findings, _shared(context), _changes(context)) if finding))


def _series(context: OutcomeContext) -> Finding:
    seen = context.evaluation.evidence
    before = len(seen.window.before)
    costs = [quarter.unit_cost_sek() for quarter in seen.series.quarters]
    known = [cost for cost in costs[:before] or costs if cost]
    level = sum(known) / len(known) if known else None
    rows = [_row(quarter, number < before, level) for number, quarter in enumerate(seen.series.quarters)]
    agreements = [f"{each.name} ({each.id})" for each in seen.unit.agreements if each.id != seen.agreement.id]
    return context.finding(
        "series" if agreements else "series_without_predecessors", len(rows), "count", table=table(rows, _COLUMNS),
        agreements=agreements, pre_months=seen.window.pre_months, post_months=seen.window.post_months,
        base_month=seen.base_month, driver=context.driver,
    )  # fmt: skip


def _row(quarter: Quarter, is_before: bool, level_sek: float | None) -> dict[str, Any]:
    """Return a quarter; its unit cost as 100 times its part of the mean before the start."""
    unit_cost = quarter.unit_cost_sek()
    return {
        "quarter_month": quarter.first_month,
        "outcome_phase": "before" if is_before else "after",
        "agreement_ore": quarter.agreement_ore,
        "leakage_ore": quarter.leakage_ore,
        "own_cost_ore": round(quarter.own_sek * 100),
        "index_factor": quarter.index_factor,
        "volume": None if quarter.volume is None else round(quarter.volume, 0 if quarter.volume >= 100 else 1),
        "unit_cost_index": 100.0 * unit_cost / level_sek if unit_cost and level_sek else None,
    }


def _reconciles(context: OutcomeContext) -> Finding:
    """Return the whole ledger by where its lines went: to the öre, or something is wrong with this report."""
    seen, invoices = context.evaluation.evidence, context.invoices
    before = len(seen.window.before)
    quarters = [quarter.invoices_ore for quarter in seen.series.quarters]
    ours = sum(sum(sums.values()) for (unit, _), sums in invoices.by_unit.items() if unit == seen.unit.id)
    account = invoices.account
    rows = {
        "before": sum(quarters[:before]),
        "after": sum(quarters[before:]),
        "outside_window": ours - sum(quarters),
        "other_units": account["agreement_ore"] + account["leakage_ore"] - ours,
        "shared": account["shared_ore"],
        "before_start": account["before_start_ore"],
        "no_agreement": account["no_agreement_ore"],
    }
    left = invoices.total_ore - sum(rows.values())
    told = [{"ledger_place": place, "amount_ore": amount} for place, amount in rows.items()]
    told.append({"ledger_place": "total", "amount_ore": invoices.total_ore})
    return context.finding(
        "reconciles" if left == 0 else "reconciles_not", left, "ore",
        signal=Signal.NONE if left == 0 else Signal.BAD, table=table(told, ("ledger_place", "amount_ore")),
        total_ore=invoices.total_ore,
    )  # fmt: skip


def _index(context: OutcomeContext) -> list[Finding]:
    index = context.evaluation.evidence.series.index
    if index is None:
        return [context.finding("index_none", signal=Signal.ATTENTION)]
    rows = [{"series": series, "weight_share": share} for series, share in sorted(index.shares.items())]
    found = [context.finding("index", index.last_month.year, "", series=list(index.shares), last_month=index.last_month,
                             table=table(rows, ("series", "weight_share")) if len(rows) > 1 else None)]  # fmt: skip
    held = max(0, _months(context) - 1)
    if held:
        found.append(context.finding("index_held", held, "count", last_month=index.last_month))
    rules = [clause.successor_rule for clause in _clauses(context) if clause.successor_rule]
    if rules:
        found.append(context.finding("index_successor", rule=rules[0]))
    return found


def _months(context: OutcomeContext) -> int:
    """Return how many months of the ledger lie from the last published index value on, that one counted."""
    seen = context.evaluation.evidence
    assert seen.series.index is not None
    month, count = seen.series.index.last_month, 1
    while month < seen.base_month:
        month, count = add_months(month, 1), count + 1
    return count


def _clauses(context: OutcomeContext) -> list[IndexClause]:
    return [clause for clause in context.content.index_clauses if clause.agreement_id == context.agreement.id]


def _shared(context: OutcomeContext) -> Finding | None:
    shared = context.evaluation.evidence.shared_ore
    if not shared:
        return None
    return context.finding("shared_lines", shared, "ore", signal=Signal.ATTENTION)


def _changes(context: OutcomeContext) -> Finding:
    """Return the change orders: they are invoiced, so they are in the series already."""
    ours = [each for each in context.content.amendments if each.agreement_id == context.agreement.id]
    decided = [each for each in ours if each.decided_date <= context.report_date]
    total = sum(each.value_ore for each in decided)
    return context.finding("change_orders" if decided else "change_orders_none", total, "ore", count=len(decided))
