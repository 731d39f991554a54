"""How many agreements and suppliers each category has (CPV divisions)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Agreement
from partnership_lib.findings import Section
from partnership_lib.units.cpv import cpv_division

_COLUMNS = ("cpv_division", "agreements", "suppliers", "partnerships", "amount_ore")


def categories_section(context: PortfolioContext) -> Section:
    """Return agreements in force and their suppliers per category, the most divided category first.

    Notes
    -----
    An agreement counts once, in the division of its main code. Spend: certain, in the last twelve months.
    """
    by_division: dict[str, list[Agreement]] = defaultdict(list)
    for agreement in context.in_force:
        by_division[cpv_division(agreement.category)].append(agreement)
    if not by_division:
        return Section("categories", (context.finding("categories_none", 0, "count"),))
    spent = context.year.groupby("agreement_id")["amount_ore"].sum().to_dict()
    rows: list[dict[str, Any]] = [
        {
            "cpv_division": division,
            "agreements": len(agreements),
            "suppliers": len({agreement.supplier_id for agreement in agreements}),
            "partnerships": sum(agreement.is_partnership for agreement in agreements),
            "amount_ore": sum(int(spent.get(agreement.id, 0)) for agreement in agreements),
        }
        for division, agreements in sorted(by_division.items())
    ]
    rows.sort(key=lambda row: (-row["agreements"], row["cpv_division"]))
    finding = context.finding(
        "categories", len(rows), "count", table=table(rows, _COLUMNS), in_force=len(context.in_force), **rows[0]
    )
    return Section("categories", (finding,))
