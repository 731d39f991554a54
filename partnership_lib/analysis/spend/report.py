"""The spend report: its sections in reading order, and what the masthead says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from partnership_lib.analysis.spend.agreements import agreements_section
from partnership_lib.analysis.spend.candidates import candidates_section
from partnership_lib.analysis.spend.categories import categories_section
from partnership_lib.analysis.spend.concentration import concentration_section
from partnership_lib.analysis.spend.context import SpendContext, account_months
from partnership_lib.analysis.spend.coverage import coverage_section
from partnership_lib.analysis.spend.direct_awards import direct_awards_section
from partnership_lib.analysis.spend.duplicates import duplicates_section
from partnership_lib.analysis.spend.exclusions import without_excluded
from partnership_lib.analysis.spend.loyalty import loyalty_section
from partnership_lib.analysis.spend.method import method_section
from partnership_lib.analysis.spend.over_time import over_time_section
from partnership_lib.analysis.spend.overview import overview_section
from partnership_lib.analysis.spend.pareto import pareto_section
from partnership_lib.analysis.spend.price_volume import price_volume_section
from partnership_lib.analysis.summary import summary_section
from partnership_lib.domain import RegisterContent
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.findings import Analysis, Section
from partnership_lib.ledger.excluded import ExcludedAccounts
from partnership_lib.units.period import Period

if TYPE_CHECKING:
    import ibis

_SECTIONS = (
    overview_section,
    pareto_section,
    categories_section,
    concentration_section,
    coverage_section,
    loyalty_section,
    agreements_section,
    direct_awards_section,
    over_time_section,
    price_volume_section,
    duplicates_section,
    candidates_section,
)


def spend_analysis(
    content: RegisterContent,
    lines: ibis.Table,
    period: Period,
    as_of: date,
    currency: str = "SEK",
    quality: Section | None = None,
    excluded_accounts: Sequence[ExcludedAccounts] = (),
) -> Analysis:
    """Return the analysis of all spend, seen from a period. For the municipality only.

    Parameters
    ----------
    lines : ibis.Table
        The ledger, columns of `LEDGER_SCHEMA`.
    as_of : date
        Today. Structure is that of the last twelve whole months up to the end of the period (or to today, while it
        runs) that the ledger covers.

    quality : Section, optional
        How much of the ledger came in and how sure it is; stands before the method.
    excluded_accounts : sequence of ExcludedAccounts
        Accounts that are not open to procurement: left out, counted apart in the method.

    Raises
    ------
    UsageError
        ``period_not_begun``.
    ReportError
        ``no_spend_in_period`` when the ledger has no line in the twelve months.
    """
    if period.start > as_of:
        raise UsageError("period_not_begun", period=period.label, as_of=as_of)
    kept, months, exclusions = without_excluded(lines, account_months(lines), excluded_accounts)
    context = SpendContext(
        content=content, period=period, as_of=as_of, spend=months, currency=currency, ledger=kept, exclusions=exclusions
    )
    if context.last_month is None or context.year.count().to_pyarrow().as_py() == 0:
        raise ReportError("no_spend_in_period", period=period.label)
    sections = [section(context) for section in _SECTIONS]
    summary = summary_section(context, sections, leading=("overview", "pareto", "coverage", "loyalty"), most=4)
    told = (quality, method_section(context)) if quality else (method_section(context),)
    return Analysis("spend", (summary, *sections, *told), _values(context), tuple(_facts(context)))


def _values(context: SpendContext) -> dict[str, Any]:
    return {
        "period": context.period,
        "report_date": context.report_date,
        "as_of": context.as_of,
        "last_month": context.last_month,
        "total_ore": context.total_ore,
        "currency": context.currency,
    }


def _facts(context: SpendContext) -> list[tuple[str, Any]]:
    return [
        ("period", context.period),
        ("report_date", context.report_date),
        ("ledger_month", context.last_month),
        ("twelve_months_ore", context.total_ore),
        ("as_of", context.as_of),
    ]
