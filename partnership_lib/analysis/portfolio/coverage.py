"""How much of what is bought is bought under agreements: certainly, perhaps, and not at all."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Finding, Section, Signal

OUTSIDE_ATTENTION_SHARE = 0.25
_SHOWN = 10


def coverage_section(context: PortfolioContext) -> Section:
    """Return spend under agreements, spend that may belong to several, and spend outside, over twelve months.

    Notes
    -----
    *Certain*: exactly one agreement explains the line. *Possible*: several do. *Outside*: none does. The three sum to
    all spend. More than a quarter outside asks for attention.
    """
    year = context.year
    total = int(year["amount_ore"].sum())
    if total <= 0:
        return Section("coverage", (context.finding("coverage_cannot_tell"),))
    rows = coverage_rows(year)
    outside = rows[2]["amount_ore"] / total
    finding = context.finding(
        "coverage",
        rows[0]["amount_ore"] / total,
        "share",
        signal=Signal.ATTENTION if outside > OUTSIDE_ATTENTION_SHARE else Signal.NONE,
        table=table(rows, ("coverage", "amount_ore", "total_share", "lines")),
        possible_share=rows[1]["amount_ore"] / total,
        outside_share=outside,
        total_ore=total,
        month=context.last_month,
    )
    largest = _largest_outside(context, year)
    return Section("coverage", (finding, largest) if largest else (finding,))


def coverage_rows(spend: pd.DataFrame) -> list[dict[str, Any]]:
    """Return certain, possible and outside spend; the amounts sum to all spend to the öre."""
    certain = spend["agreement_id"].notna()
    outside = ~certain & (spend["candidates"] == 0)
    total = int(spend["amount_ore"].sum())
    rows = []
    for name, chosen in (("certain", certain), ("possible", ~certain & ~outside), ("outside", outside)):
        amount = int(spend.loc[chosen, "amount_ore"].sum())
        lines = int(spend.loc[chosen, "lines"].sum())
        rows.append({"coverage": name, "amount_ore": amount, "total_share": amount / total, "lines": lines})
    return rows


def _largest_outside(context: PortfolioContext, year: pd.DataFrame) -> Finding | None:
    """Return the suppliers with the most spend outside agreements; sole traders are counted as one."""
    outside = year[year["agreement_id"].isna() & (year["candidates"] == 0)]
    sums = outside.groupby("supplier", sort=True).agg(amount_ore=("amount_ore", "sum"), lines=("lines", "sum"))
    if sums.empty:
        return None
    largest = sums.sort_values("amount_ore", ascending=False, kind="stable").head(_SHOWN).reset_index()
    rows = [
        {"supplier": row["supplier"], "amount_ore": int(row["amount_ore"]), "lines": int(row["lines"])}
        for row in largest.to_dict("records")
    ]
    shown = table(rows, ("supplier", "amount_ore", "lines"))
    amount = int(shown["amount_ore"].sum())
    code = "coverage_largest" if len(rows) > 1 else "coverage_largest_one"
    return context.finding(code, amount, "ore", table=shown, suppliers=len(rows))
