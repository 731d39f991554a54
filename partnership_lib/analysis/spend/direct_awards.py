"""Purchases of the same kind outside agreements, added together over the year, against the direct-award limit."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnership_lib.analysis.matching.grounds import DIRECT_AWARD, ON_AGREEMENT
from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.spend.coverage import UNDER_AGREEMENT
from partnership_lib.analysis.tables import records, table
from partnership_lib.analysis.thresholds import Threshold, direct_award_limit
from partnership_lib.findings import Finding, Section, Signal
from partnership_lib.units.dates import add_months

NEAR_SHARE = 0.8
_COLUMNS = ("year", "account", "account_text", "limit_state", "lower_ore", "upper_ore", "suppliers",
            "largest_supplier_share", "lines")  # fmt: skip
_STATES = ("above", "may_be_above", "near")


def direct_awards_section(context: SpendContext) -> Section:
    """Return the accounts on which purchases outside agreements pass the limit or come near it, by calendar year.

    Notes
    -----
    The law adds together purchases of the same kind by the whole authority in a financial year. The account stands
    here for the kind, and the calendar year for the financial year. At least: lines whose published ground says direct
    award. At most: every line outside agreements whose ground does not say that an agreement was used. Whether an
    account holds one kind of purchase or several, and whether an exception applies, only a person can tell.
    """
    year = _last_year(context)
    limits = {each: direct_award_limit(date(each, 12, 31)) for each in (year - 1, year)}
    findings = [_of_year(context, each, limit) for each, limit in limits.items() if limit is not None]
    if not findings:
        return Section("direct_awards", (context.finding("direct_awards_no_limit", year=year),))
    return Section("direct_awards", tuple(finding for finding in findings if finding))


def _last_year(context: SpendContext) -> int:
    assert context.last_month is not None
    return context.last_month.year


def _of_year(context: SpendContext, year: int, limit: Threshold) -> Finding | None:
    cube = context.cube.filter(context.cube.year == year)
    said_direct = cube.ground_kind == DIRECT_AWARD
    outside = ~cube.coverage.isin(UNDER_AGREEMENT) & (cube.ground_kind != ON_AGREEMENT)
    chosen = cube.filter(said_direct | outside)
    by_supplier = chosen.group_by(["buyer_id", "account", "supplier_key"]).aggregate(
        amount_ore=chosen.amount_ore.sum().cast("int64"),
        said_ore=chosen.amount_ore.sum(where=chosen.ground_kind == DIRECT_AWARD).fill_null(0).cast("int64"),
        lines=chosen.lines.sum(),
    )
    sums = by_supplier.group_by(["buyer_id", "account"]).aggregate(
        lower_ore=by_supplier.said_ore.sum(),
        upper_ore=by_supplier.amount_ore.sum(),
        largest_ore=by_supplier.amount_ore.max(),
        suppliers=by_supplier.count(),
        lines=by_supplier.lines.sum(),
    )
    near = sums.filter(sums.upper_ore >= int(NEAR_SHARE * limit.amount_ore))
    frame = context.rows(near.order_by([near.upper_ore.desc(), "account", "buyer_id"]))
    return _finding(context, year, limit, [_row(context, year, limit, row) for row in records(frame)])


def _row(context: SpendContext, year: int, limit: Threshold, row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "year": year,
        "account_text": context.account_name(row["account"]),
        "limit_state": limit_state(row["lower_ore"], row["upper_ore"], limit.amount_ore),
        "largest_supplier_share": row["largest_ore"] / row["upper_ore"],
        "lower_ore": min(row["lower_ore"], row["upper_ore"]),
    }


def limit_state(lower_ore: int, upper_ore: int, limit_ore: int) -> str:
    """Return how a sum between two bounds stands to a limit; at the limit itself a direct award is still allowed.

    Examples
    --------
    >>> limit_state(71, 90, 70), limit_state(10, 71, 70), limit_state(10, 70, 70), limit_state(0, 55, 70)
    ('above', 'may_be_above', 'near', 'below')
    """
    if lower_ore > limit_ore:
        return "above"
    if upper_ore > limit_ore:
        return "may_be_above"
    return "near" if upper_ore >= NEAR_SHARE * limit_ore else "below"


def _finding(context: SpendContext, year: int, limit: Threshold, rows: list[dict[str, Any]]) -> Finding:
    counts = {state: sum(row["limit_state"] == state for row in rows) for state in _STATES}
    certain = limit.verified and limit.valid_from <= date(year, 12, 31) <= limit.valid_to
    assert context.last_month is not None
    until = min(add_months(context.last_month, 1), date(year + 1, 1, 1))
    values: dict[str, Any] = {"year": year, "limit_ore": limit.amount_ore, "source": limit.source}
    values["last_month"] = add_months(until, -1)
    if not rows:
        return context.finding(
            "direct_awards_none" if certain else "direct_awards_none_unverified", 0, "count", **values
        )
    signal = Signal.ATTENTION if counts["above"] or counts["may_be_above"] else Signal.NONE
    code = "direct_awards" if certain else "direct_awards_unverified"
    return context.finding(
        code, counts["above"] + counts["may_be_above"], "count", signal=signal, table=table(rows, _COLUMNS),
        near_count=counts["near"], **values,
    )  # fmt: skip
