"""Agreements that nobody answers for."""

from __future__ import annotations

from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Section, Signal

_COLUMNS = ("agreement_id", "name", "supplier", "is_partnership", "end_date")


def without_owner_section(context: PortfolioContext) -> Section:
    """Return the agreements in force without an owner; a partnership without one is bad."""
    missing = [a for a in context.in_force if context.name_of(a.owner_id) is None]
    if not missing:
        return Section("without_owner", (context.finding("without_owner_none", 0, "count", signal=Signal.GOOD),))
    partnerships = sum(agreement.is_partnership for agreement in missing)
    rows = (
        {
            "agreement_id": agreement.id,
            "name": agreement.name,
            "supplier": context.supplier_name(agreement),
            "is_partnership": agreement.is_partnership,
            "end_date": agreement.end_date,
        }
        for agreement in sorted(missing, key=lambda a: (not a.is_partnership, a.id))
    )
    finding = context.finding(
        "without_owner_partnerships" if partnerships else "without_owner",
        len(missing),
        "count",
        signal=Signal.BAD if partnerships else Signal.ATTENTION,
        table=table(rows, _COLUMNS),
        partnerships=partnerships,
        in_force=len(context.in_force),
    )
    return Section("without_owner", (finding,))
