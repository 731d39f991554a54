"""The outcome report of one partnership: its sections in reading order, and what the masthead says."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnership_lib.analysis.outcome.costs.book import CostBook
from partnership_lib.analysis.outcome.evaluation import Evaluation, Progress
from partnership_lib.analysis.outcome.report.answer import answer_section, beforehand_section
from partnership_lib.analysis.outcome.report.changes import changes_section
from partnership_lib.analysis.outcome.report.context import OutcomeContext
from partnership_lib.analysis.outcome.report.enough import enough_section
from partnership_lib.analysis.outcome.report.estimates import estimates_section
from partnership_lib.analysis.outcome.report.limits import limits_section
from partnership_lib.analysis.outcome.report.own_costs import assumptions_section, own_costs_section
from partnership_lib.analysis.outcome.report.planned import plan_section
from partnership_lib.analysis.outcome.report.quality import quality_section
from partnership_lib.analysis.outcome.report.series import series_section
from partnership_lib.analysis.outcome.report.tried import checks_section, ways_section
from partnership_lib.domain import Organisation
from partnership_lib.findings import Analysis
from partnership_lib.units.period import Period

_SECTIONS = (
    beforehand_section,
    answer_section,
    enough_section,
    series_section,
    estimates_section,
    checks_section,
    ways_section,
    changes_section,
    quality_section,
    own_costs_section,
    plan_section,
    limits_section,
    assumptions_section,
)
_OF_ESTIMATES = (beforehand_section, estimates_section, checks_section, ways_section)
"""Sections that there are only where an estimate is told: the working rule guards the door."""


def outcome_report(
    book: CostBook, evaluation: Evaluation, period: Period, as_of: date, currency: str = "SEK"
) -> Analysis:
    """Return the outcome evaluation of a partnership, seen at the end of a period. For the municipality only.

    Parameters
    ----------
    book : CostBook
        The whole ledger and register up to the end of the period.
    as_of : datetime.date
        Today.
    """
    context = OutcomeContext(
        content=book.content,
        period=period,
        as_of=as_of,
        spend=book.cube,
        currency=currency,
        evaluation=evaluation,
        invoices=book.invoices,
    )
    hidden = () if evaluation.is_told else _OF_ESTIMATES
    sections = tuple(section(context) for section in _SECTIONS if section not in hidden)
    return Analysis("outcome", sections, _values(context), tuple(_facts(context)))


def evaluation_of(book: CostBook, agreement_id: str, tell: Progress | None = None) -> Evaluation:
    """Return the evaluation of a partnership in the book, by its id; see `CostBook.begun_partnership`."""
    evidence = book.evidence(book.begun_partnership(agreement_id))
    return Evaluation(evidence, book.rules, tell) if tell else Evaluation(evidence, book.rules)


def _values(context: OutcomeContext) -> dict[str, Any]:
    supplier = context.content.find(Organisation, context.agreement.supplier_id)
    return {
        "agreement_id": context.agreement.id,
        "agreement": context.agreement.name,
        "supplier": supplier.name if supplier else context.agreement.supplier_id,
        "period": context.period,
        "report_date": context.report_date,
        "as_of": context.as_of,
        "currency": context.currency,
    }


def _facts(context: OutcomeContext) -> list[tuple[str, Any]]:
    values = _values(context)
    seen = context.evaluation.evidence
    return [
        ("agreement", f"{context.agreement.name} ({context.agreement.id})"),
        ("supplier", values["supplier"]),
        ("owner", context.name_of(context.agreement.owner_id)),
        ("start_date", context.agreement.start_date),
        ("period", context.period),
        ("ledger_month", seen.base_month),
        ("as_of", context.as_of),
    ]
