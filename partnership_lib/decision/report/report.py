"""The comparison report: its sections in reading order, and what the masthead says."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnership_lib.decision.measures.comparison import Comparison
from partnership_lib.decision.report.answer import answer_section, shared_version_section
from partnership_lib.decision.report.assumptions import assumptions_section
from partnership_lib.decision.report.break_evens import break_evens_section
from partnership_lib.decision.report.budget import budget_section
from partnership_lib.decision.report.checks import honesty_section, limits_section, reference_checks_section
from partnership_lib.decision.report.compared import compared_section
from partnership_lib.decision.report.context import ReportContext
from partnership_lib.decision.report.costs import cost_shares_section, waterfall_section
from partnership_lib.decision.report.legal import legal_section
from partnership_lib.decision.report.questions import questions_section, shared_questions_section
from partnership_lib.decision.report.risk import risk_section
from partnership_lib.decision.report.sensitivity import sensitivity_section
from partnership_lib.decision.report.term import term_section
from partnership_lib.decision.report.uncertainty import benefits_section, distribution_section
from partnership_lib.findings import Analysis

_INTERNAL = (
    answer_section,
    compared_section,
    waterfall_section,
    distribution_section,
    budget_section,
    benefits_section,
    sensitivity_section,
    questions_section,
    break_evens_section,
    term_section,
    risk_section,
    legal_section,
    reference_checks_section,
    honesty_section,
    limits_section,
    assumptions_section,
)
_SHARED = (
    shared_version_section,
    compared_section,
    cost_shares_section,
    shared_questions_section,
    legal_section,
    honesty_section,
    limits_section,
)
"""What a supplier reads: nothing in it tells how much the municipality expects to win, lose or be able to pay."""


def comparison_report(
    comparison: Comparison, audience: str = "internal", currency: str = "SEK", as_of: date | None = None
) -> Analysis:
    """Return a comparison as sections of findings and charts, the answer first.

    Parameters
    ----------
    comparison : Comparison
        What `measures.compare` answers.
    audience : str
        ``internal`` or ``shared`` (with the suppliers): the shared one tells what is compared, where costs beside the
        price arise, which questions the municipality wants answered and what room the law leaves. Prices, totals,
        budgets, regret, break-evens, sources and the assumptions themselves stay with the municipality.
    currency : str
        Currency of all money.
    as_of : datetime.date, optional
        Today; the case's base month unless given.
    """
    day = as_of or comparison.case.settings.base_month
    context = ReportContext(comparison=comparison, audience=audience, currency=currency, as_of=day)
    sections = _SHARED if context.is_shared else _INTERNAL
    return Analysis(
        "comparison", tuple(section(context) for section in sections), _values(context), tuple(_facts(context))
    )


def _values(context: ReportContext) -> dict[str, Any]:
    return {
        "case": context.case.name,
        "case_id": context.case.id,
        "as_of": context.as_of,
        "audience": context.audience,
        "currency": context.currency,
    }


def _facts(context: ReportContext) -> list[tuple[str, Any]]:
    settings, comparison = context.case.settings, context.comparison
    return [
        ("case", f"{context.case.name} ({context.case.id})"),
        ("needs", len(context.case.needs)),
        ("replaced", len(context.replaced)),
        ("proposed", [agreement.name for agreement in context.case.proposed]),
        ("base_month", settings.base_month),
        ("horizon_years", context.years),
        ("futures", comparison.paths),
        ("as_of", context.as_of),
    ]
