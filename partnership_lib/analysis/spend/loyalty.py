"""Two kinds of loyalty, apart and as intervals: to suppliers with an agreement, and to the agreements themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.matching.grounds import DIRECT_AWARD, ON_AGREEMENT
from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.spend.coverage import UNDER_AGREEMENT
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Chart, Finding, Section

if TYPE_CHECKING:
    import ibis

_SHOWN = 10
_SUMS = ("amount_ore", "debit_ore", "credit_ore")
_COLUMNS = ("account", "account_text", "supplier_low_share", "supplier_high_share", "agreement_low_share",
            "agreement_high_share", "amount_ore")  # fmt: skip


@dataclass(frozen=True)
class Interval:
    """What a share is at least and at most."""

    low: float
    high: float


def loyalty_section(context: SpendContext) -> Section:
    """Return both loyalties of all spend, and of the accounts with the most spend.

    Notes
    -----
    *Supplier loyalty*: bought from a supplier with an agreement in force on the day. At most: suppliers that the ledger
    does not identify by an organisation number might be some that have one, and an invoice booked up to sixty days
    after the last day might be for a delivery within the term. *Agreement loyalty*: bought on an agreement's terms. At
    least: the line names the agreement, or its published ground says so. At most: all that supplier loyalty may hold,
    but for lines whose ground says direct award; one that also names an agreement may be either.
    """
    if context.total_ore <= 0:
        return Section("loyalty", (context.finding("loyalty_cannot_tell"),))
    whole = loyalty_rows(context.year, None)[0]
    rows = loyalty_rows(context.year, "account")
    frame = context.rows_of([row | {"account_text": context.account_name(row["account"])} for row in rows[:_SHOWN]])
    shown = table(frame, _COLUMNS)
    supplier, agreement = _interval(whole, "supplier"), _interval(whole, "agreement")
    findings = (_loyalty(context, "supplier", supplier), _loyalty(context, "agreement", agreement, shown))
    values = {
        "accounts": len(shown), "supplier_low": supplier.low, "supplier_high": supplier.high,
        "agreement_low": agreement.low, "agreement_high": agreement.high,
    }  # fmt: skip
    everything = {"account": "", "account_text": None} | whole
    return Section("loyalty", findings, (Chart("loyalty_intervals", table([everything, *frame], _COLUMNS), values),))


def loyalty_rows(year: ibis.Table, dimension: str | None) -> list[dict[str, Any]]:
    """Return bounds of both loyalties, for all of a cube or by one of its dimensions, the largest spend first."""
    import ibis

    covered = year.coverage.isin(UNDER_AGREEMENT)
    unknown = (year.coverage == "no_agreement") & year.supplier_key.re_search(r"^(name|id):")
    may_be = unknown | (year.coverage == "trailing")
    said = year.is_named | (year.ground_kind == ON_AGREEMENT)
    direct = year.ground_kind == DIRECT_AWARD
    parts = {
        "supplier_sure": covered,
        "supplier_doubt": may_be,
        "agreement_sure": covered & said & ~direct,
        "agreement_doubt": (covered & ~said & ~direct) | (covered & year.is_named & direct) | (may_be & ~direct),
    }
    wanted = {
        f"{part}_{name}": year[name].sum(where=condition).fill_null(0)
        for part, condition in parts.items()
        for name in _SUMS
    }
    key = year[dimension] if dimension else ibis.literal("")
    sums = year.mutate(part_of=key).group_by("part_of").aggregate(total_ore=year.amount_ore.sum(), **wanted)
    positive = sums.filter(sums.total_ore > 0).order_by([sums.total_ore.desc(), "part_of"])
    return [_bounds(row, dimension) for row in positive.to_pyarrow().to_pylist()]


def _bounds(row: dict[str, Any], dimension: str | None) -> dict[str, Any]:
    bounds = {
        f"{kind}_{side}_share": min(1.0, max(0.0, int(row[f"{kind}_sure_amount_ore"] + row[f"{kind}_doubt_{part}"])
                                             / int(row["total_ore"])))
        for kind in ("supplier", "agreement")
        for side, part in (("low", "credit_ore"), ("high", "debit_ore"))
    }  # fmt: skip
    named = {dimension: row["part_of"]} if dimension else {}
    return named | bounds | {"amount_ore": int(row["total_ore"])}


def _interval(row: dict[str, Any], kind: str) -> Interval:
    return Interval(row[f"{kind}_low_share"], row[f"{kind}_high_share"])


def _loyalty(context: SpendContext, kind: str, found: Interval, shown: Any = None) -> Finding:
    """Return one kind of loyalty; the number is its lower bound, the sentence names both."""
    exact = round(found.low, 3) == round(found.high, 3)
    code = f"{kind}_loyalty_exact" if exact else f"{kind}_loyalty"
    return context.finding(code, found.low, "share", table=shown, high_share=found.high)
