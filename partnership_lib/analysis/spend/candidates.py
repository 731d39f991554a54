"""Where buying could be brought together: agreements and needs of one kind, handed over to the optimiser."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.matching import agreement_bounds
from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Agreement, AgreementStatus, Need
from partnership_lib.findings import Section
from partnership_lib.units.cpv import cpv_division

if TYPE_CHECKING:
    import pandas as pd

_HAND_OVER = ("need_id", "need", "cpv_division", "agreement_id", "supplier", "annual_value_ore", "value_source",
              "end_date")  # fmt: skip
_GROUPS = ("cpv_division", "agreements", "suppliers", "needs", "amount_ore", "first_end_date")


def candidates_section(context: SpendContext) -> Section:
    """Return the CPV divisions with several agreements and suppliers, and their needs as the optimiser takes them.

    Notes
    -----
    A division is a candidate where at least two agreements with at least two suppliers are in force. Whether bringing
    them together pays is not said here: the optimiser and the comparison say that.
    """
    hand_over = candidate_needs(context)
    groups = _groups(context, hand_over)
    if not groups:
        return Section("candidates", (context.finding("candidates_none", 0, "count"),))
    first = groups[0]
    finding = context.finding(
        "candidates", len(groups), "count", table=table(groups, _GROUPS), cpv_division=first["cpv_division"],
        agreements=first["agreements"], suppliers=first["suppliers"], amount_ore=first["amount_ore"],
    )  # fmt: skip
    needs = context.finding("candidate_needs", len(hand_over), "count", table=hand_over)
    return Section("candidates", (finding, needs))


def candidate_needs(context: SpendContext) -> pd.DataFrame:
    """Return the hand-over to the optimiser: one row per need that an agreement of a candidate division covers.

    Returns
    -------
    pandas.DataFrame
        need_id, need, cpv_division, agreement_id, supplier, annual_value_ore, value_source, end_date.

    Notes
    -----
    The value a year is what the agreement's part says (`value_source` ``register``); else the agreement's likely spend
    of the last twelve months in equal parts over the needs that it covers (``ledger``).
    """
    spent = _likely(context)
    parts: dict[str, list[Any]] = defaultdict(list)
    for part in context.content.agreement_parts:
        if part.start_date <= context.report_date and (part.end_date is None or part.end_date >= context.report_date):
            parts[part.agreement_id].append(part)
    rows = [
        _need_row(context, agreement, part, spent.get(agreement.id, 0) // len(parts[agreement.id]))
        for agreements in _divided(context).values()
        for agreement in agreements
        for part in parts[agreement.id]
    ]
    rows.sort(key=lambda row: (row["cpv_division"], row["agreement_id"], row["need_id"]))
    return table(rows, _HAND_OVER)


def _need_row(context: SpendContext, agreement: Agreement, part: Any, share_ore: int) -> dict[str, Any]:
    need = context.content.find(Need, part.need_id)
    known = part.annual_value_ore is not None
    return {
        "need_id": part.need_id,
        "need": need.name if need else part.need_id,
        "cpv_division": cpv_division(agreement.category),
        "agreement_id": agreement.id,
        "supplier": context.supplier_name(agreement.id),
        "annual_value_ore": part.annual_value_ore if known else share_ore,
        "value_source": "register" if known else "ledger",
        "end_date": agreement.end_date,
    }


def _divided(context: SpendContext) -> dict[str, list[Agreement]]:
    """Return the agreements in force by CPV division, where there are several with several suppliers."""
    by_division: dict[str, list[Agreement]] = defaultdict(list)
    for agreement in context.content.agreements:
        if agreement.status_on(context.report_date) is AgreementStatus.IN_FORCE:
            by_division[cpv_division(agreement.category)].append(agreement)
    return {
        division: agreements
        for division, agreements in sorted(by_division.items())
        if len(agreements) > 1 and len({agreement.supplier_id for agreement in agreements}) > 1
    }


def _likely(context: SpendContext) -> dict[str, int]:
    frame = agreement_bounds(context.agreement_year, context.segments)
    return dict(zip(frame["agreement_id"], (int(value) for value in frame["likely_ore"]), strict=True))


def _groups(context: SpendContext, hand_over: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    spent = _likely(context)
    for division, agreements in _divided(context).items():
        ends = [agreement.end_date for agreement in agreements if agreement.end_date is not None]
        rows.append(
            {
                "cpv_division": division,
                "agreements": len(agreements),
                "suppliers": len({agreement.supplier_id for agreement in agreements}),
                "needs": int((hand_over["cpv_division"] == division).sum()),
                "amount_ore": sum(spent.get(agreement.id, 0) for agreement in agreements),
                "first_end_date": min(ends, default=None),
            }
        )
    rows.sort(key=lambda row: (-row["agreements"], -row["amount_ore"], row["cpv_division"]))
    return rows
