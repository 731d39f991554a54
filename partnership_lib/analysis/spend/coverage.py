"""How much of what is bought is bought under agreements: by account, by department, and how."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.tables import records, table
from partnership_lib.findings import Chart, Finding, Section, Signal

OUTSIDE_ATTENTION_SHARE = 0.25
MUCH_SPEND_SHARE, MANY_SUPPLIERS_SHARE = 0.75, 0.5
"""From these shares on an account is counted as mostly bought under agreements, from suppliers with agreements."""

STATES = ("certain", "shared", "trailing", "after_expiry", "before_start", "no_agreement")
UNDER_AGREEMENT = ("certain", "shared")
_ACCOUNTS, _DEPARTMENTS = 12, 8


def coverage_section(context: SpendContext) -> Section:
    """Return how spend stands to the agreements, the accounts in four fields, and accounts against departments.

    Notes
    -----
    Bought under agreement: on the day an agreement with the supplier was in force (``certain``: one, or the line names
    it; ``shared``: several). More than a quarter outside asks for attention.
    """
    if context.total_ore <= 0:
        return Section("coverage", (context.finding("coverage_cannot_tell"),))
    matrix = _matrix(context)
    return Section("coverage", (_states(context), _fields(context), *_outside(context)), (matrix,))


def _states(context: SpendContext) -> Finding:
    rows = {row["coverage"]: row for row in _summed(context, ["coverage"])}
    none: dict[str, Any] = {"amount_ore": 0, "lines": 0, "suppliers": 0}
    listed = [
        {"coverage": state, **none} | rows.get(state, {}) | {"total_share": _share(rows.get(state, none), context)}
        for state in STATES
    ]
    share = {row["coverage"]: row["total_share"] for row in listed}
    outside = 1 - share["certain"] - share["shared"]
    return context.finding(
        "coverage", share["certain"] + share["shared"], "share",
        signal=Signal.ATTENTION if outside > OUTSIDE_ATTENTION_SHARE else Signal.NONE,
        table=table(listed, ("coverage", "amount_ore", "total_share", "suppliers", "lines")),
        shared_share=share["shared"], no_agreement_share=share["no_agreement"], total_ore=context.total_ore,
        time_share=share["trailing"] + share["after_expiry"] + share["before_start"],
    )  # fmt: skip


def _share(row: dict[str, Any], context: SpendContext) -> float:
    return float(row["amount_ore"] / context.total_ore)


def _summed(context: SpendContext, dimensions: list[str]) -> list[dict[str, Any]]:
    year = context.year
    sums = year.group_by(dimensions).aggregate(
        amount_ore=year.amount_ore.sum(), lines=year.lines.sum(), suppliers=year.supplier_key.nunique()
    )
    return records(context.rows(sums.order_by(dimensions)))


def _fields(context: SpendContext) -> Finding:
    """Return the accounts in four fields: much or little spend, many or few suppliers under agreement."""
    year = context.year
    covered = year.coverage.isin(UNDER_AGREEMENT)
    sums = year.group_by("account").aggregate(
        amount_ore=year.amount_ore.sum(),
        covered_ore=year.amount_ore.sum(where=covered).fill_null(0),
        suppliers=year.supplier_key.nunique(),
        with_agreement=year.supplier_key.nunique(where=covered),
    )
    positive = sums.filter(sums.amount_ore > 0)
    frame = context.rows(positive.order_by([positive.amount_ore.desc(), "account"]))
    rows = [_field_row(context, row) for row in records(frame)]
    open_rows = [row for row in rows if row["coverage_field"] in ("few_uncovered", "uncovered")]
    shown = table(rows, ("account", "account_text", "coverage_field", "covered_share", "agreement_suppliers_share",
                         "suppliers", "amount_ore"))  # fmt: skip
    amount = sum(row["amount_ore"] for row in open_rows)
    return context.finding(
        "coverage_fields", len(open_rows), "count", table=shown, accounts=len(rows), amount_ore=amount
    )


def _field_row(context: SpendContext, row: dict[str, Any]) -> dict[str, Any]:
    covered, suppliers = row["covered_ore"] / row["amount_ore"], row["with_agreement"] / row["suppliers"]
    return row | {
        "account_text": context.account_name(row["account"]),
        "covered_share": covered,
        "agreement_suppliers_share": suppliers,
        "coverage_field": coverage_field(covered, suppliers),
    }


def coverage_field(covered_share: float, suppliers_share: float) -> str:
    """Return in which of the four fields of the coverage matrix an account lies.

    Examples
    --------
    >>> coverage_field(0.9, 0.8), coverage_field(0.9, 0.2), coverage_field(0.3, 0.8), coverage_field(0.3, 0.2)
    ('covered', 'long_tail', 'few_uncovered', 'uncovered')
    """
    if covered_share >= MUCH_SPEND_SHARE:
        return "covered" if suppliers_share >= MANY_SUPPLIERS_SHARE else "long_tail"
    return "few_uncovered" if suppliers_share >= MANY_SUPPLIERS_SHARE else "uncovered"


def _outside(context: SpendContext) -> list[Finding]:
    """Return the suppliers without agreement that most is bought from."""
    year = context.year.filter(context.year.coverage == "no_agreement")
    sums = year.group_by("supplier_key").aggregate(
        amount_ore=year.amount_ore.sum(),
        accounts=year.account.nunique(),
        administrations=year.administration.nunique(),
        lines=year.lines.sum(),
    )
    named = context.named_rows(sums.order_by([sums.amount_ore.desc(), "supplier_key"]).limit(_ACCOUNTS))
    if named.empty:
        return []
    shown = table(records(named), ("supplier", "amount_ore", "accounts", "administrations", "lines"))
    amount = int(named["amount_ore"].sum())
    code = "coverage_largest" if len(shown) > 1 else "coverage_largest_one"
    return [context.finding(code, amount, "ore", table=shown, suppliers=len(shown))]


def _matrix(context: SpendContext) -> Chart:
    """Return the share under agreement of the largest accounts in the largest departments."""
    sums = pd.DataFrame(_summed(context, ["account", "administration", "coverage"]))
    sums["covered_ore"] = sums["amount_ore"].where(sums["coverage"].isin(UNDER_AGREEMENT), 0)
    cells = sums.groupby(["account", "administration"], as_index=False)[["amount_ore", "covered_ore"]].sum()
    cells = cells[cells["amount_ore"] > 0]
    accounts, departments = _largest(cells, "account", _ACCOUNTS), _largest(cells, "administration", _DEPARTMENTS)
    kept = cells[cells["account"].isin(accounts) & cells["administration"].isin(departments)]
    rows = [
        {
            "account": row["account"],
            "account_text": context.account_name(row["account"]),
            "administration": row["administration"],
            "covered_share": min(1.0, max(0.0, row["covered_ore"] / row["amount_ore"])),
            "amount_ore": int(row["amount_ore"]),
        }
        for row in records(kept)
    ]
    rows.sort(key=lambda row: (accounts.index(row["account"]), departments.index(row["administration"])))
    frame = table(rows, ("account", "account_text", "administration", "covered_share", "amount_ore"))
    outside = max(rows, key=lambda row: row["amount_ore"] * (1 - row["covered_share"]))
    values = {"accounts": len(accounts), "departments": len(departments), "account": outside["account_text"]}
    return Chart("coverage_matrix", frame, values | {"administration": outside["administration"]})


def _largest(cells: pd.DataFrame, dimension: str, most: int) -> list[str]:
    sums = cells.groupby(dimension)["amount_ore"].sum().sort_values(ascending=False, kind="stable")
    return list(sums.index[:most])
