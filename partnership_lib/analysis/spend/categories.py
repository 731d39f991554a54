"""Whether buying becomes less divided: suppliers and agreements by account and by CPV division, now and a year ago."""

from __future__ import annotations

from typing import Any

from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.spend.cube import BEFORE, NOW
from partnership_lib.analysis.tables import records, table
from partnership_lib.findings import Finding, Section
from partnership_lib.units.cpv import cpv_division

_SHOWN = 15
_ACCOUNTS = ("account", "account_text", "suppliers_before", "suppliers", "agreements_before", "agreements",
             "amount_ore", "ore_per_supplier_ore")  # fmt: skip
_DIVISIONS = ("cpv_division", "suppliers_before", "suppliers", "agreements_before", "agreements", "before_ore",
              "amount_ore")  # fmt: skip


def categories_section(context: SpendContext) -> Section:
    """Return suppliers and agreements in use by account, and by CPV division where there is a CPV code.

    Notes
    -----
    A ledger holds no CPV codes: a line has the one of the agreement that it certainly belongs to. An agreement counts
    as in use where a line certainly belongs to it.
    """
    return Section("categories", (_accounts(context), _divisions(context)))


def _counted(context: SpendContext, cube: Any, dimension: str) -> list[dict[str, Any]]:
    now, before = cube.window == NOW, cube.window == BEFORE
    sums = cube.group_by(dimension).aggregate(
        suppliers=cube.supplier_key.nunique(where=now),
        suppliers_before=cube.supplier_key.nunique(where=before),
        agreements=cube.agreement_id.nunique(where=now),
        agreements_before=cube.agreement_id.nunique(where=before),
        amount_ore=cube.amount_ore.sum(where=now).fill_null(0),
        before_ore=cube.amount_ore.sum(where=before).fill_null(0),
    )
    return records(context.rows(sums.order_by([sums.suppliers.desc(), sums.amount_ore.desc(), dimension])))


def _accounts(context: SpendContext) -> Finding:
    rows = [
        row
        | {
            "account_text": context.account_name(row["account"]),
            "ore_per_supplier_ore": round(row["amount_ore"] / row["suppliers"]) if row["suppliers"] else None,
        }
        for row in _counted(context, context.cube, "account")
    ]
    fewer = sum(row["suppliers"] < row["suppliers_before"] for row in rows)
    more = sum(row["suppliers"] > row["suppliers_before"] for row in rows)
    whole = _whole(context)
    code = "categories" if whole["suppliers_before"] else "categories_no_before"
    return context.finding(
        code, whole["suppliers"], "count", table=table(rows[:_SHOWN], _ACCOUNTS), fewer=fewer, more=more,
        accounts=len(rows), suppliers_before=whole["suppliers_before"], largest=rows[0]["account_text"],
        largest_suppliers=rows[0]["suppliers"],
    )  # fmt: skip


def _whole(context: SpendContext) -> dict[str, Any]:
    cube = context.cube
    found = cube.aggregate(
        suppliers=cube.supplier_key.nunique(where=cube.window == NOW),
        suppliers_before=cube.supplier_key.nunique(where=cube.window == BEFORE),
    )
    return records(context.rows(found))[0]


def _divisions(context: SpendContext) -> Finding:
    """Return the roll-up to CPV divisions of what certainly belongs to an agreement."""
    import ibis

    certain = context.cube.filter(context.cube.agreement_id.notnull())
    codes = {agreement.id: cpv_division(agreement.category) for agreement in context.content.agreements}
    if not codes:
        return context.finding("divisions_none", 0, "count")
    of_agreement = ibis.memtable({"agreement_id": list(codes), "cpv_division": list(codes.values())})
    rows = _counted(context, certain.join(of_agreement, "agreement_id"), "cpv_division")
    known = sum(row["amount_ore"] for row in rows)
    if not rows or context.total_ore <= 0:
        return context.finding("divisions_none", 0, "count")
    first = max(rows, key=lambda row: (row["agreements"], row["amount_ore"]))
    return context.finding(
        "divisions", len(rows), "count", table=table(rows[:_SHOWN], _DIVISIONS), known_share=known / context.total_ore,
        cpv_division=first["cpv_division"], agreements=first["agreements"], suppliers=first["suppliers"],
    )  # fmt: skip
