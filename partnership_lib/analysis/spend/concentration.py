"""How the spend on each account is spread over suppliers, and where one supplier carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.tables import records, table
from partnership_lib.findings import Chart, Finding, Section

if TYPE_CHECKING:
    import ibis

DEPENDENCE_SHARE = 0.5
_SHOWN = 12
_COLUMNS = ("account", "account_text", "suppliers", "effective_number", "hhi", "largest_share", "amount_ore")


def concentration(sums: ibis.Table) -> ibis.Table:
    """Return the concentration of each account over its suppliers.

    Parameters
    ----------
    sums : ibis.Table
        ``account``, ``supplier_key``, ``amount_ore``, one row for each supplier of an account.

    Returns
    -------
    ibis.Table
        account, suppliers, amount_ore, hhi, effective_number, largest_share.

    Notes
    -----
    The Herfindahl-Hirschman index is the sum of the squared shares, 0-1 (times 10,000 in some texts); its inverse is
    the effective number of suppliers: as many equal ones would give the same index. Suppliers whose sum is not positive
    are left out.
    """
    positive = sums.filter(sums.amount_ore > 0)
    kronor = positive.amount_ore.cast("float64") / 100
    found = positive.group_by("account").aggregate(
        suppliers=positive.count(),
        amount_ore=positive.amount_ore.sum(),
        squares=(kronor * kronor).sum(),
        whole=kronor.sum(),
        largest=kronor.max(),
    )
    return found.select(
        "account",
        "suppliers",
        "amount_ore",
        hhi=found.squares / (found.whole * found.whole),
        effective_number=found.whole * found.whole / found.squares,
        largest_share=found.largest / found.whole,
    )


def concentration_section(context: SpendContext) -> Section:
    """Return the concentration of the accounts with the most spend, and the accounts that depend on one supplier."""
    found = concentration(_sums(context))
    frame = context.rows(found.order_by([found.amount_ore.desc(), "account"]))
    if frame.empty:
        return Section("concentration", (context.finding("concentration_cannot_tell"),))
    rows = [_rounded(context, row) for row in records(frame)]
    shown = table(rows[:_SHOWN], _COLUMNS)
    divided = max(rows[:_SHOWN], key=lambda row: (row["effective_number"], row["account"]))
    dense = max(rows[:_SHOWN], key=lambda row: (row["hhi"], row["account"]))
    finding = context.finding(
        "concentration", divided["effective_number"], "", table=shown, accounts=len(shown),
        divided=divided["account_text"], suppliers=divided["suppliers"], dense=dense["account_text"],
        dense_number=dense["effective_number"],
    )  # fmt: skip
    values = {"accounts": len(shown), "divided": divided["account_text"], "effective": divided["effective_number"]}
    dependence = _dependence(context, rows)
    return Section("concentration", (finding, dependence), (Chart("concentration", shown, values),))


def _sums(context: SpendContext) -> ibis.Table:
    year = context.year
    return year.group_by(["account", "supplier_key"]).aggregate(amount_ore=year.amount_ore.sum().cast("int64"))


def _rounded(context: SpendContext, row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "account_text": context.account_name(row["account"]),
        "hhi": round(row["hhi"], 6),
        "effective_number": round(row["effective_number"], 6),
        "largest_share": round(row["largest_share"], 6),
    }


def _dependence(context: SpendContext, rows: list[dict[str, Any]]) -> Finding:
    """Return the accounts of which one supplier has more than half, the largest first."""
    dependent = [row for row in rows if row["largest_share"] > DEPENDENCE_SHARE][:_SHOWN]
    amount = sum(row["amount_ore"] for row in rows if row["largest_share"] > DEPENDENCE_SHARE)
    counted = sum(row["largest_share"] > DEPENDENCE_SHARE for row in rows)
    if not dependent:
        return context.finding("dependence_none", 0, "count", accounts=len(rows))
    named = _with_largest(context, dependent)
    shown = table(named, ("account", "account_text", "supplier", "largest_share", "suppliers", "amount_ore"))
    share = amount / sum(row["amount_ore"] for row in rows)
    return context.finding("dependence", counted, "count", table=shown, accounts=len(rows), amount_share=share)


def _with_largest(context: SpendContext, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with the name of the supplier that has the most of the account."""
    import ibis

    sums = _sums(context)
    chosen = sums.filter(sums.account.isin([row["account"] for row in rows]))
    ranked = chosen.mutate(
        place=ibis.row_number().over(
            group_by=chosen.account, order_by=[chosen.amount_ore.desc(), chosen.supplier_key.asc()]
        )
    )
    first = context.named_rows(ranked.filter(ranked.place == 0).select("account", "supplier_key").order_by("account"))
    largest = dict(zip(first["account"], first["supplier"], strict=True))
    return [row | {"supplier": largest[row["account"]]} for row in rows]
