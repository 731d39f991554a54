"""The portfolio report: its sections in reading order, and what the masthead says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from partnership_lib.analysis.portfolio.agreement_rules import agreement_rules_section
from partnership_lib.analysis.portfolio.agreements import agreements_section
from partnership_lib.analysis.portfolio.capacity import capacity_section
from partnership_lib.analysis.portfolio.categories import categories_section
from partnership_lib.analysis.portfolio.concentration import concentration_section
from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.portfolio.coverage import coverage_section
from partnership_lib.analysis.portfolio.overview import overview_chart
from partnership_lib.analysis.portfolio.partnership_share import partnership_share_section
from partnership_lib.analysis.portfolio.red_lights import red_lights_section
from partnership_lib.analysis.portfolio.renewal_radar import renewal_radar_section
from partnership_lib.analysis.portfolio.renewals import renewals_section
from partnership_lib.analysis.portfolio.without_owner import without_owner_section
from partnership_lib.analysis.renewal_radar.planning import ProcurementPlanning
from partnership_lib.analysis.summary import summary_section
from partnership_lib.domain import Agreement, Organisation, RegisterContent
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.findings import Analysis
from partnership_lib.units.period import Period

_SECTIONS = (
    agreements_section,
    partnership_share_section,
    categories_section,
    concentration_section,
    renewals_section,
    renewal_radar_section,
    agreement_rules_section,
    red_lights_section,
    without_owner_section,
    capacity_section,
    coverage_section,
)


def portfolio(
    content: RegisterContent,
    spend: pd.DataFrame,
    period: Period,
    as_of: date,
    currency: str = "SEK",
    planning: ProcurementPlanning | None = None,
) -> Analysis:
    """Return the follow-up of all agreements together in a period. For the municipality only.

    Parameters
    ----------
    spend : pandas.DataFrame
        All spend per month, supplier, account and agreement, as `matching.portfolio_spend` returns it.
    as_of : date
        Today. Counts are those of the last day of the period, or of today while it runs; what lies ahead is counted
        from today. Spend is that of the last twelve months that the ledger covers.
    planning : ProcurementPlanning, optional
        What is assumed about procurements; without it the renewal radar cannot tell.

    Raises
    ------
    UsageError
        ``period_not_begun``.
    ReportError
        ``no_agreements_in_period`` when no agreement was in force on the report date.
    """
    if period.start > as_of:
        raise UsageError("period_not_begun", period=period.label, as_of=as_of)
    context = PortfolioContext(
        content=content, period=period, as_of=as_of, spend=spend, currency=currency, planning=planning
    )
    if not context.in_force:
        raise ReportError("no_agreements_in_period", period=period.label)
    sections = [section(context) for section in _SECTIONS]
    values = _values(context)
    summary = summary_section(context, sections, leading=("agreements", "partnership_share", "coverage"), most=3)
    summary = replace(summary, charts=(overview_chart(sections),))
    return Analysis("portfolio", (summary, *sections), values, tuple(_facts(context, values)))


def _values(context: PortfolioContext) -> dict[str, Any]:
    buyers = sorted({_buyer(context.content, agreement) for agreement in context.in_force})
    return {
        "buyer": ", ".join(buyers[:3]),
        "buyers": len(buyers),
        "period": context.period,
        "report_date": context.report_date,
        "as_of": context.as_of,
        "last_month": context.last_month,
        "currency": context.currency,
    }


def _buyer(content: RegisterContent, agreement: Agreement) -> str:
    buyer = content.find(Organisation, agreement.buyer_id)
    return buyer.name if buyer else agreement.buyer_id


def _facts(context: PortfolioContext, values: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        ("buyer", values["buyer"]),
        ("agreements", len(context.in_force)),
        ("period", context.period),
        ("report_date", context.report_date),
        ("ledger_month", context.last_month),
        ("as_of", context.as_of),
    ]
