"""How few suppliers carry the spend, and how long the tail is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.tables import records, table
from partnership_lib.findings import Chart, Finding, Section

CLASS_LIMITS = (("A", 0.80), ("B", 0.95), ("C", 1.0))
_SHOWN = 15
_POINTS = 100


def pareto_section(context: SpendContext) -> Section:
    """Return the suppliers by class (A: the first 80 per cent of spend, B: to 95, C: the tail), and the largest.

    Notes
    -----
    Suppliers whose sum over the twelve months is not positive (credit notes only) are left out and counted.
    """
    sums = _sums(context)
    if sums.empty:
        return Section("pareto", (context.finding("pareto_cannot_tell"),))
    rows = class_rows(sums["amount_ore"].to_numpy(), sums["lines"].to_numpy())
    total, tail = len(sums), rows[-1]
    finding = context.finding(
        "pareto", rows[0]["suppliers"], "count",
        table=table(rows, ("abc_class", "suppliers", "suppliers_share", "amount_ore", "total_share", "lines",
                           "lines_share")),
        suppliers=total, suppliers_share=rows[0]["suppliers"] / total, share=CLASS_LIMITS[0][1],
        tail=tail["suppliers"], tail_share=tail["total_share"], tail_lines_share=tail["lines_share"],
    )  # fmt: skip
    return Section("pareto", (finding, _largest(context)), (_curve(sums["amount_ore"].to_numpy()),))


def class_rows(amounts_ore: np.ndarray, lines: np.ndarray) -> list[dict[str, Any]]:
    """Return one row per class for positive amounts in falling order.

    A supplier belongs to the class in which the spend of those before it ends: the one that passes 80 per cent is A.

    Examples
    --------
    Of 100: 70 and 15 make up A (70 is not yet 80), 8 and 4 B (93 is not yet 95), 3 C:

    >>> rows = class_rows(np.array([70, 15, 8, 4, 3]), np.array([1, 1, 1, 1, 6]))
    >>> [(row["abc_class"], row["suppliers"], row["amount_ore"], row["lines"]) for row in rows]
    [('A', 2, 85, 2), ('B', 2, 12, 2), ('C', 1, 3, 6)]
    """
    total, all_lines = int(amounts_ore.sum()), int(lines.sum())
    before = np.cumsum(amounts_ore) - amounts_ore
    rows, begin = [], 0
    for name, limit in CLASS_LIMITS:
        end = len(amounts_ore) if limit == 1.0 else int(np.searchsorted(before, limit * total, side="left"))
        amount, counted = int(amounts_ore[begin:end].sum()), int(lines[begin:end].sum())
        rows.append(
            {
                "abc_class": name,
                "suppliers": end - begin,
                "suppliers_share": (end - begin) / len(amounts_ore),
                "amount_ore": amount,
                "total_share": amount / total,
                "lines": counted,
                "lines_share": counted / all_lines,
            }
        )
        begin = end
    return rows


def _sums(context: SpendContext) -> pd.DataFrame:
    """Return the positive sums of all suppliers, the largest first; without names: only their sizes are used."""
    year = context.year
    sums = year.group_by("supplier_key").aggregate(amount_ore=year.amount_ore.sum(), lines=year.lines.sum())
    positive = sums.filter(sums.amount_ore > 0)
    return context.rows(positive.select("amount_ore", "lines").order_by([positive.amount_ore.desc(), "lines"]))


def _largest(context: SpendContext) -> Finding:
    year = context.year
    sums = year.group_by("supplier_key").aggregate(
        amount_ore=year.amount_ore.sum(),
        accounts=year.account.nunique(),
        administrations=year.administration.nunique(),
        lines=year.lines.sum(),
    )
    named = context.named_rows(sums.order_by([sums.amount_ore.desc(), "supplier_key"]).limit(_SHOWN))
    rows = [row | {"total_share": row["amount_ore"] / context.total_ore} for row in records(named)]
    shown = table(rows, ("supplier", "amount_ore", "total_share", "accounts", "administrations", "lines"))
    return context.finding(
        "pareto_largest", rows[0]["total_share"], "share", table=shown, supplier=rows[0]["supplier"],
        amount_ore=rows[0]["amount_ore"], shown=len(rows), shown_share=sum(row["total_share"] for row in rows),
    )  # fmt: skip


def _curve(amounts_ore: np.ndarray) -> Chart:
    """Return the cumulated share of spend at about a hundred places of the ranking."""
    cumulated = np.cumsum(amounts_ore) / amounts_ore.sum()
    count = len(amounts_ore)
    places = np.unique(np.concatenate([np.arange(min(count, 20)), np.linspace(0, count - 1, _POINTS).astype(int)]))
    rows = [{"rank": 0, "suppliers_share": 0.0, "cumulated_share": 0.0}]
    rows += [
        {"rank": int(p) + 1, "suppliers_share": (int(p) + 1) / count, "cumulated_share": float(cumulated[p])}
        for p in places
    ]
    needed = int(np.searchsorted(cumulated, CLASS_LIMITS[0][1])) + 1
    values = {"suppliers": count, "needed": needed, "limit_share": CLASS_LIMITS[0][1]}
    return Chart("spend_pareto", pd.DataFrame(rows), values)
