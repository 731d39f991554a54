"""How much of what is bought is bought in partnerships."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnership_lib.analysis.portfolio.context import WINDOW_MONTHS, PortfolioContext, path_value
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Chart, Finding, Section, Signal
from partnership_lib.units.dates import add_months

_MEASURE = "partnership_spend_share"


def partnership_share_section(context: PortfolioContext) -> Section:
    """Return the share of all spend that is certainly in partnerships, over twelve months at a time.

    Notes
    -----
    Twelve months at a time, so that seasons do not show. Spend that may also belong to another agreement is not
    counted as partnership. Below the way to the target asks for attention.
    """
    shares = rolling_shares(context)
    if not shares:
        return Section("partnership_share", (context.finding("partnership_share_cannot_tell", months=WINDOW_MONTHS),))
    target = context.target(_MEASURE)
    values = {"target": target.value if target else None, "share": shares[max(shares)], "last": max(shares)}
    frame = table(({"month": m, "share": s} for m, s in shares.items()), ("month", "share"))
    chart = Chart("partnership_share", frame, values)
    return Section("partnership_share", (_share(context, shares), *_largest(context)), (chart,))


def rolling_shares(context: PortfolioContext) -> dict[date, float]:
    """Return the share of partnerships in the twelve months up to each month, from the first that has twelve."""
    if context.last_month is None:
        return {}
    partnerships = {agreement.id for agreement in context.content.agreements if agreement.is_partnership}
    spend = context.spend[context.spend["month"] <= context.last_month]
    total: dict[Any, int] = spend.groupby("month")["amount_ore"].sum().to_dict()
    ours = spend[spend["agreement_id"].isin(partnerships)].groupby("month")["amount_ore"].sum().to_dict()
    shares = {}
    month = add_months(min(total), WINDOW_MONTHS - 1)
    while month <= context.last_month:
        window = [add_months(month, -back) for back in range(WINDOW_MONTHS)]
        bought = sum(int(total.get(m, 0)) for m in window)
        if bought > 0:
            shares[month] = sum(int(ours.get(m, 0)) for m in window) / bought
        month = add_months(month, 1)
    return shares


def _share(context: PortfolioContext, shares: dict[date, float]) -> Finding:
    month = max(shares)
    share = shares[month]
    before = shares.get(add_months(month, -12))
    target = context.target(_MEASURE)
    path = path_value(target, context.report_date) if target else None
    if target is None or path is None:
        code, signal = "partnership_share_no_target", Signal.NONE
    elif share >= path:
        code, signal = "partnership_share", Signal.GOOD
    else:
        code, signal = "partnership_share_behind", Signal.ATTENTION
    return context.finding(
        code,
        share,
        "share",
        signal=signal,
        month=month,
        before=before,
        path=path,
        target=target.value if target else None,
        by_date=target.by_date if target else None,
    )


def _largest(context: PortfolioContext) -> list[Finding]:
    """Return what each partnership in force has cost in the last twelve months, the largest first."""
    partnerships = [agreement for agreement in context.in_force if agreement.is_partnership]
    if not partnerships:
        return []
    spent = context.year.groupby("agreement_id")["amount_ore"].sum().to_dict()
    amounts = sorted(((int(spent.get(a.id, 0)), a) for a in partnerships), key=lambda pair: (-pair[0], pair[1].id))
    rows = (
        {"agreement_id": a.id, "name": a.name, "supplier": context.supplier_name(a), "amount_ore": amount}
        for amount, a in amounts
    )
    shown = table(rows, ("agreement_id", "name", "supplier", "amount_ore"))
    return [
        context.finding("partnerships", int(shown["amount_ore"].sum()), "ore", table=shown, partnerships=len(shown))
    ]
