"""Agreements that end, and days to prepare and give notice, in the two years ahead."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.portfolio.handovers import handover_findings
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Agreement
from partnership_lib.findings import Chart, Finding, Section, Signal
from partnership_lib.units.dates import add_months

AHEAD_MONTHS = 24
SOON_MONTHS = 12
NAMED = 3
"""So many are named in a sentence; the table has all."""

_CHART_COLUMNS = ("agreement_id", "name", "notice_date", "preparation_date", "end_date", "is_partnership")
_COLUMNS = ("agreement_id", "name", "supplier", "owner", "preparation_date", "notice_date", "end_date")


def renewals_section(context: PortfolioContext) -> Section:
    """Return the agreements whose end, notice or preparation falls within two years from today.

    Notes
    -----
    Preparation is our own plan for the agreement; when the work must begin to be ready in time is told by the radar.
    Between an agreement and a later one that names it as its predecessor, days without any and with both are told.
    """
    ahead = renewals_ahead(context)
    if not ahead:
        none = context.finding("renewals_none", 0, "count", months=AHEAD_MONTHS)
        return Section("renewals", (none, *handover_findings(context)))
    findings = [_ending(context, ahead), _notice(context, ahead), *handover_findings(context)]
    values = {"as_of": context.as_of, "agreements": len(ahead), "months": AHEAD_MONTHS}
    frame = table((_row(context, agreement) for agreement in ahead), _CHART_COLUMNS)
    return Section("renewals", tuple(f for f in findings if f), (Chart("renewals_ahead", frame, values),))


def renewals_ahead(context: PortfolioContext) -> list[Agreement]:
    """Return the agreements in force today with a day ahead within two years, the first to end first."""
    last = add_months(context.as_of, AHEAD_MONTHS)
    dated = [agreement for agreement in context.in_force_on(context.as_of) if agreement.end_date is not None]
    found = [agreement for agreement in dated if any(day <= last for day in _days(agreement))]
    return sorted(found, key=lambda agreement: (agreement.end_date or date.max, agreement.id))


def _days(agreement: Agreement) -> list[date]:
    return [day for day in (agreement.end_date, _notice_date(agreement), _preparation_date(agreement)) if day]


def _notice_date(agreement: Agreement) -> date | None:
    return agreement.notice_date() if agreement.notice_months else None


def _preparation_date(agreement: Agreement) -> date | None:
    return agreement.preparation_date() if agreement.preparation_months else None


def _row(context: PortfolioContext, agreement: Agreement) -> dict[str, Any]:
    return {
        "agreement_id": agreement.id,
        "name": agreement.name,
        "supplier": context.supplier_name(agreement),
        "owner": context.name_of(agreement.owner_id),
        "is_partnership": agreement.is_partnership,
        "preparation_date": _preparation_date(agreement),
        "notice_date": _notice_date(agreement),
        "end_date": agreement.end_date,
    }


def _ends_within(agreement: Agreement, day: date) -> bool:
    return agreement.end_date is not None and agreement.end_date <= day


def _ending(context: PortfolioContext, ahead: list[Agreement]) -> Finding:
    ending = [a for a in ahead if _ends_within(a, add_months(context.as_of, AHEAD_MONTHS))]
    soon = sum(_ends_within(a, add_months(context.as_of, SOON_MONTHS)) for a in ending)
    rows = table((_row(context, agreement) for agreement in ahead), _COLUMNS)
    return context.finding("renewals", len(ending), "count", table=rows, soon=soon, months=AHEAD_MONTHS)


def _notice(context: PortfolioContext, ahead: list[Agreement]) -> Finding | None:
    """Return the agreements that renew by themselves unless notice is given within half a year."""
    last = add_months(context.as_of, 6)
    found = [
        agreement
        for agreement in ahead
        for day in [_notice_date(agreement)]
        if agreement.renews_automatically and day is not None and context.as_of <= day <= last
    ]
    if not found:
        return None
    names = [agreement.name for agreement in found[:NAMED]]
    code = "renewals_notice" if len(found) <= NAMED else "renewals_notice_many"
    return context.finding(code, len(found), "count", signal=Signal.ATTENTION, names=names)
