"""What was bought, for how much, by whom and when: the sums that everything else is cut from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.spend.cube import BEFORE, NOW
from partnership_lib.analysis.tables import records, table
from partnership_lib.findings import Chart, Finding, Section
from partnership_lib.units.dates import add_months

_WINDOW_MONTHS = 12
_GROUP_DIGITS = 2
_SUMS = ("amount_ore", "before_ore", "spend_change_share", "total_share", "suppliers", "lines")


def overview_section(context: SpendContext) -> Section:
    """Return the spend of the period, and that of the last twelve months by account group, department and buyer.

    Notes
    -----
    An account group is the first two digits of the account (Kommun-Bas); it is named by its largest account. The
    period is compared with the same months a year before, as far as the ledger covers it.
    """
    findings = [_of_period(context), _groups(context), _departments(context)]
    if len(context.rows(context.year.select("buyer_id").distinct())) > 1:
        findings.append(_sums_finding(context, "overview_buyers", "buyer_id", "buyer_id"))
    return Section("overview", tuple(findings), (_per_month(context),))


def account_group(account: str) -> str:
    """Return the group that an account belongs to in Kommun-Bas: its first two digits.

    Examples
    --------
    >>> account_group("6811"), account_group("60150")
    ('68', '60')
    """
    return account[:_GROUP_DIGITS]


def _of_period(context: SpendContext) -> Finding:
    months = [m for m in context.months["month"] if context.period.start <= m < context.period.end]
    known = [month for month in months if month <= context.last_month]
    amount, lines = _sum(context, known), _sum(context, known, "lines")
    before = _sum(context, [add_months(month, -12) for month in known])
    change = context.change(amount, before)
    code = "overview" if change is None else "overview_more" if amount >= before else "overview_less"
    return context.finding(
        code, amount, "ore", before_ore=before, change_share=None if change is None else abs(change), lines=lines,
        months=len(known), last_month=context.last_month,
    )  # fmt: skip


def _sum(context: SpendContext, months: list[date], column: str = "amount_ore") -> int:
    return int(context.months.loc[context.months["month"].isin(months), column].sum())


def _groups(context: SpendContext) -> Finding:
    """Return the account groups: the roll-up of Kommun-Bas."""
    cube = context.cube.mutate(account_group=context.cube.account.substr(0, _GROUP_DIGITS))
    rows = window_rows(context, cube, "account_group")
    largest = _largest_account(context)
    for row in rows:
        row["mostly"] = context.account_name(largest[row["account_group"]])
    first = rows[0]
    return context.finding(
        "overview_groups", len(rows), "count", table=table(rows, ("account_group", "mostly", *_SUMS)),
        largest=first["mostly"], largest_share=first["total_share"], total_ore=context.total_ore,
        last_month=context.last_month,
    )  # fmt: skip


def _largest_account(context: SpendContext) -> dict[str, str]:
    """Return the account with the most spend of each account group."""
    year = context.year
    sums = context.rows(year.group_by("account").aggregate(amount_ore=year.amount_ore.sum()))
    ordered = sums.sort_values(["amount_ore", "account"], ascending=[False, True])
    return {account_group(account): account for account in reversed(list(ordered["account"]))}


def _departments(context: SpendContext) -> Finding:
    return _sums_finding(context, "overview_departments", "administration", "administration")


def _sums_finding(context: SpendContext, code: str, dimension: str, first_column: str) -> Finding:
    rows = window_rows(context, context.cube, dimension)
    return context.finding(
        code, len(rows), "count", table=table(rows, (first_column, *_SUMS)), largest=rows[0][dimension],
        largest_share=rows[0]["total_share"],
    )  # fmt: skip


def window_rows(context: SpendContext, cube: Any, dimension: str) -> list[dict[str, Any]]:
    """Return the sums of the last twelve months by a dimension, beside the twelve before; the largest first."""
    sums = cube.group_by([dimension]).aggregate(
        amount_ore=cube.amount_ore.sum(where=cube.window == NOW).fill_null(0),
        before_ore=cube.amount_ore.sum(where=cube.window == BEFORE).fill_null(0),
        suppliers=cube.supplier_key.nunique(where=cube.window == NOW),
        lines=cube.lines.sum(where=cube.window == NOW).fill_null(0),
    )
    rows = records(context.rows(sums.order_by([sums.amount_ore.desc(), dimension])))
    return [
        row
        | {
            "spend_change_share": context.change(row["amount_ore"], row["before_ore"]),
            "total_share": row["amount_ore"] / context.total_ore if context.total_ore else None,
        }
        for row in rows
        if row["lines"] or row["before_ore"]
    ]


def _per_month(context: SpendContext) -> Chart:
    """Return all spend month by month, with the mean of the twelve months up to each."""
    known = context.months[context.months["month"] <= context.last_month]
    amounts = dict(zip(known["month"], known["amount_ore"], strict=True))
    rows = []
    month = min(amounts)
    while month <= context.last_month:
        window = [add_months(month, -back) for back in range(_WINDOW_MONTHS)]
        whole = window[-1] >= min(amounts)
        mean = round(sum(int(amounts.get(each, 0)) for each in window) / _WINDOW_MONTHS) if whole else None
        rows.append({"month": month, "amount_ore": int(amounts.get(month, 0)), "mean_ore": mean})
        month = add_months(month, 1)
    values = {"first": rows[0]["month"], "last": context.last_month, "mean_ore": rows[-1]["mean_ore"] or 0}
    frame = pd.DataFrame(rows, columns=["month", "amount_ore", "mean_ore"], dtype=object)
    return Chart("spend_per_month", frame, values)
