"""What an evaluation of partnerships rests on in a workspace, and the evaluations themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from partnership_lib.errors import ReportError
from partnership_lib.register.hashing import canonical
from partnership_lib.units.dates import first_of_month

if TYPE_CHECKING:
    from partnership_lib.analysis.outcome.costs.book import CostBook
    from partnership_lib.analysis.outcome.costs.rules import OutcomeRules
    from partnership_lib.analysis.outcome.evaluation import Evaluation
    from partnership_lib.domain import FrozenDocument
    from partnership_lib.findings import Analysis
    from partnership_lib.units.period import Period
    from partnership_lib.workspace.place import Workspace

Progress = Callable[[str, int, int], None]


def cost_book(workspace: Workspace, until: date | None = None) -> CostBook:
    """Return all costs of the municipality in the whole months before a day (default: before tomorrow).

    Raises
    ------
    ReportError
        ``outcome_no_ledger`` when the ledger has no lines by then.
    InputError
        What is wrong in ``data/outcome.yaml``.
    """
    from partnership_lib.analysis.matching import agreement_segments, match_lines
    from partnership_lib.analysis.outcome.costs.book import CostBook
    from partnership_lib.analysis.outcome.costs.invoices import invoice_cube
    from partnership_lib.workspace.outcome_rules import outcome_rules

    end = until or workspace.as_of + timedelta(days=1)
    rules = outcome_rules(workspace.root)
    content = workspace.content()
    segments = agreement_segments(content)
    cube = invoice_cube(match_lines(workspace.ledger_lines(content), segments), first_of_month(end))
    if cube.empty:
        raise ReportError("outcome_no_ledger", until=end)
    return CostBook(content=content, cube=cube, segments=segments, rules=rules, as_of=end)


def evaluation_report(
    workspace: Workspace, agreement: str, tell: Progress | None = None
) -> tuple[Evaluation, Analysis]:
    """Return the evaluation of a partnership as of today, and its report."""
    from partnership_lib.analysis.outcome.report import outcome_report
    from partnership_lib.analysis.outcome.report.partnership import evaluation_of

    book = cost_book(workspace)
    found = evaluation_of(book, agreement, tell)
    return found, outcome_report(book, found, _this_month(workspace), workspace.as_of, workspace.currency)


def programme_of_today(workspace: Workspace, tell: Progress | None = None) -> tuple[tuple[Evaluation, ...], Analysis]:
    """Return the evaluations of all partnerships that have begun as of today, and their report."""
    from partnership_lib.analysis.outcome.report import programme_report

    book = cost_book(workspace)
    found = _all(book, tell)
    return found, programme_report(book, found, _this_month(workspace), workspace.as_of, workspace.currency)


def _this_month(workspace: Workspace) -> Period:
    from partnership_lib.units.period import Period, PeriodKind

    return Period.containing(PeriodKind.MONTH, workspace.as_of)


def _all(book: CostBook, tell: Progress | None = None) -> tuple[Evaluation, ...]:
    from partnership_lib.analysis.outcome.report.partnership import evaluation_of

    return tuple(evaluation_of(book, each.id, tell) for each in book.partnerships)


def outcome(workspace: Workspace, agreement: str, period: Period) -> Analysis:
    """Return the outcome report of a partnership, of the months up to the end of a period."""
    from partnership_lib.analysis.outcome.report import outcome_report
    from partnership_lib.analysis.outcome.report.partnership import evaluation_of

    book = cost_book(workspace, _end(workspace, period))
    return outcome_report(book, evaluation_of(book, agreement), period, workspace.as_of, workspace.currency)


def programme(workspace: Workspace, period: Period) -> Analysis:
    """Return the outcome report of all partnerships together, of the months up to the end of a period."""
    from partnership_lib.analysis.outcome.report import programme_report

    book = cost_book(workspace, _end(workspace, period))
    return programme_report(book, _all(book), period, workspace.as_of, workspace.currency)


def _end(workspace: Workspace, period: Period) -> date:
    return min(period.end, workspace.as_of + timedelta(days=1))


def freeze_plan(workspace: Workspace, agreement: str, *, actor: str, reason: str = "") -> FrozenDocument:
    """Return the plan of a partnership's evaluation, frozen in the register as everything stands today.

    Raises
    ------
    UsageError
        From `CostBook.partnership`; ``freeze_needs_person``.
    """
    from partnership_lib.domain import FrozenKind
    from partnership_lib.workspace.freezing import freeze

    said = plan_of(workspace, agreement)
    return freeze(workspace, agreement, FrozenKind.EVALUATION_PLAN, said, actor=actor, reason=reason)


def plan_of(workspace: Workspace, agreement: str) -> dict[str, Any]:
    """Return the plan of a partnership's evaluation as everything stands today, without freezing it."""
    from partnership_lib.analysis.outcome.plan import plan_document

    book = cost_book(workspace)
    return plan_document(book.evidence(book.partnership(agreement)), book.rules)


def outcome_input(workspace: Workspace) -> tuple[dict[str, Any], OutcomeRules]:
    """Return what an evaluation stands on beside the register and the ledger, and its rules."""
    from partnership_lib.workspace.outcome_rules import outcome_rules

    rules = outcome_rules(workspace.root)
    written = canonical(asdict(rules))
    counts = {"assumptions": len(rules.assumptions), "unconfirmed": len(rules.unconfirmed)}
    return {"outcome_rules": {"sha256": hashlib.sha256(written.encode("utf-8")).hexdigest(), **counts}}, rules
