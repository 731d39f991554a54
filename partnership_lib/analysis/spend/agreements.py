"""What was bought on each agreement, between bounds; after its end, before its start and above its ceiling."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from partnership_lib.analysis.matching import TRAILING_DAYS, agreement_bounds
from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.tables import records, table
from partnership_lib.findings import Finding, Section, Signal

NEAR_CEILING_SHARE = 0.9
_BOUNDS = ("agreement_id", "name", "supplier", "lower_ore", "likely_ore", "upper_ore", "lines", "shared_lines")
_TIMES = ("agreement_id", "name", "supplier", "start_date", "end_date", "amount_ore", "trailing_ore", "lines")
_CEILINGS = ("agreement_id", "name", "supplier", "ceiling_ore", "lower_ore", "upper_ore", "ceiling_low_share",
             "ceiling_high_share", "ceiling_state")  # fmt: skip


def agreements_section(context: SpendContext) -> Section:
    """Return bounds of the spend on agreements, and what was bought outside their terms and above their ceilings.

    Notes
    -----
    The bounds are those of `agreement_bounds`. A ceiling is compared with all spend since the ledger began; where it
    begins after the agreement, more may have been bought than is seen here.
    """
    findings = (_bounds(context), _after_expiry(context), _before_start(context), *_ceilings(context))
    return Section("agreements", findings)


def _described(context: SpendContext, row: dict[str, Any], id_column: str = "agreement_id") -> dict[str, Any]:
    agreement = context.agreement(row[id_column])
    facts = {"start_date": agreement.start_date, "end_date": agreement.end_date, "ceiling_ore": agreement.ceiling_ore}
    named = {"agreement_id": agreement.id, "name": agreement.name, "supplier": context.supplier_name(agreement.id)}
    return row | named | facts


def _bounds(context: SpendContext) -> Finding:
    frame = agreement_bounds(context.agreement_year, context.segments)
    rows = [_described(context, row) for row in records(frame)]
    doubtful = [row for row in rows if row["lower_ore"] != row["upper_ore"]]
    doubtful.sort(key=lambda row: (row["lower_ore"] - row["upper_ore"], row["agreement_id"]))
    if not doubtful:
        return context.finding("bounds_none", 0, "count", agreements=len(rows))
    first = doubtful[0]
    return context.finding(
        "bounds", len(doubtful), "count", table=table(doubtful, _BOUNDS), agreements=len(rows), name=first["name"],
        lower_ore=first["lower_ore"], upper_ore=first["upper_ore"],
    )  # fmt: skip


def _after_expiry(context: SpendContext) -> Finding:
    year = context.agreement_year
    late = year[year["coverage"].isin(["after_expiry", "trailing"])]
    is_trailing = late["coverage"] == "trailing"
    apart = late.assign(
        amount_ore=late["amount_ore"].mask(is_trailing, 0), trailing_ore=late["amount_ore"].where(is_trailing, 0)
    )
    rows = _in_order(context, apart, ["amount_ore", "trailing_ore", "lines"])
    sure = sum(row["amount_ore"] for row in rows)
    trailing = sum(row["trailing_ore"] for row in rows)
    if not rows:
        return context.finding("after_expiry_none", 0, "ore")
    code = "trailing_only" if sure == 0 else "after_expiry_and_trailing" if trailing else "after_expiry"
    return context.finding(
        code, sure, "ore", signal=Signal.ATTENTION if sure > 0 else Signal.NONE, table=table(rows, _TIMES),
        agreements=sum(row["amount_ore"] != 0 for row in rows), trailing_ore=trailing, days=TRAILING_DAYS,
    )  # fmt: skip


def _before_start(context: SpendContext) -> Finding:
    early = context.agreement_year[context.agreement_year["coverage"] == "before_start"]
    rows = _in_order(context, early, ["amount_ore", "lines"])
    if not rows:
        return context.finding("before_start_none", 0, "ore")
    columns = tuple(column for column in _TIMES if column != "trailing_ore")
    amount = sum(row["amount_ore"] for row in rows)
    return context.finding("before_start", amount, "ore", table=table(rows, columns), agreements=len(rows))


def _in_order(context: SpendContext, sums: pd.DataFrame, amounts: list[str]) -> list[dict[str, Any]]:
    """Return what was bought around each agreement, the most first."""
    frame = sums.groupby("nearest_id", as_index=False)[amounts].sum()
    ordered = frame.sort_values("amount_ore", ascending=False, kind="stable")
    return [_described(context, row, "nearest_id") for row in records(ordered)]


def _ceilings(context: SpendContext) -> list[Finding]:
    """Return the agreements whose ceiling has been passed, may have been, or is near; nothing where none has one."""
    frame = agreement_bounds(context.agreement_cube, context.segments)
    rows = [_described(context, row) for row in records(frame)]
    limited = [_ceiling_row(row) for row in rows if row["ceiling_ore"]]
    if not limited:
        return []
    told = [row for row in limited if row["ceiling_state"] != "below"]
    told.sort(key=lambda row: (-row["ceiling_high_share"], row["agreement_id"]))
    counts = {state: sum(row["ceiling_state"] == state for row in told) for state in ("above", "may_be_above", "near")}
    first: date = min(context.months["month"])
    values: dict[str, Any] = {"ceilings": len(limited), "first_month": first, **counts}
    if not told:
        return [context.finding("ceilings_below", 0, "count", signal=Signal.GOOD, **values)]
    signal = Signal.BAD if counts["above"] else Signal.ATTENTION
    values["names"] = [row["name"] for row in told[:3]]
    return [context.finding("ceilings", len(told), "count", signal=signal, table=table(told, _CEILINGS), **values)]


def _ceiling_row(row: dict[str, Any]) -> dict[str, Any]:
    low, high = row["lower_ore"] / row["ceiling_ore"], row["upper_ore"] / row["ceiling_ore"]
    state = ceiling_state(low, high)
    return row | {"ceiling_low_share": low, "ceiling_high_share": high, "ceiling_state": state}


def ceiling_state(low_share: float, high_share: float) -> str:
    """Return how spend between two bounds stands to a ceiling.

    Examples
    --------
    >>> ceiling_state(1.01, 1.2), ceiling_state(0.8, 1.1), ceiling_state(0.85, 0.95), ceiling_state(0.1, 0.2)
    ('above', 'may_be_above', 'near', 'below')
    """
    if low_share > 1:
        return "above"
    if high_share > 1:
        return "may_be_above"
    return "near" if high_share >= NEAR_CEILING_SHARE else "below"
