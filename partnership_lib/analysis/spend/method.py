"""How the report was made: what the words mean, what is left out, and where the data come from."""

from __future__ import annotations

from partnership_lib.analysis.matching import TRAILING_DAYS
from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.findings import Finding, Section


def method_section(context: SpendContext) -> Section:
    """Return definitions, exclusions and sources, a sentence each."""
    first = min(context.months["month"])
    lines, amount = int(context.months["lines"].sum()), int(context.months["amount_ore"].sum())
    source = context.finding("method_source", lines, "count", amount_ore=amount, first=first, last=context.last_month)
    said = (
        "method_amounts", "method_window", "method_category", "method_agreement", "method_supplier_loyalty",
        "method_agreement_loyalty", "method_bounds", "method_limit", "method_persons",
    )  # fmt: skip
    sentences = [context.finding(code, days=TRAILING_DAYS, last_month=context.last_month) for code in said]
    return Section("method", (source, *sentences, _exclusions(context, lines, amount)))


def _exclusions(context: SpendContext, lines: int, amount_ore: int) -> Finding:
    """Return what was left out, and that it and what was kept are the whole ledger."""
    out = context.exclusions
    if out is None:
        return context.finding("method_exclusions_none")
    out_lines, out_ore = int(out["lines"].sum()), int(out["amount_ore"].sum())
    return context.finding(
        "method_exclusions", out_lines, "count", table=out, amount_ore=out_ore, accounts=int(out["accounts"].sum()),
        all_lines=lines + out_lines, all_ore=amount_ore + out_ore, kept_ore=amount_ore,
    )  # fmt: skip
