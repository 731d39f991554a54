"""What an evaluation of partnerships rests on in a workspace, and the evaluations themselves."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from partnership_lib.display.progress import Draw, Steps, Tell, in_notebook, part
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


def evaluation_report(workspace: Workspace, agreement: str, draw: Draw | None = None) -> tuple[Evaluation, Analysis]:
    """Return the evaluation of a partnership as of today, and its report; `draw` shows how far it has come."""
    return _one(workspace, agreement, cost_book(workspace), _this_month(workspace), draw)


def outcome(workspace: Workspace, agreement: str, period: Period) -> Analysis:
    """Return the outcome report of a partnership, of the months up to the end of a period."""
    with in_notebook(workspace.language) as draw:
        return _one(workspace, agreement, cost_book(workspace, _end(workspace, period)), period, draw)[1]


def _one(
    workspace: Workspace, agreement: str, book: CostBook, period: Period, draw: Draw | None
) -> tuple[Evaluation, Analysis]:
    from partnership_lib.analysis.outcome.report import outcome_report
    from partnership_lib.analysis.outcome.report.partnership import evaluation_of

    # What an evaluation is asked for is computed then, so the bar moves while the report is made.
    found = evaluation_of(book, agreement, _told(workspace, draw))
    return found, outcome_report(book, found, period, workspace.as_of, workspace.currency)


def programme_of_today(workspace: Workspace, draw: Draw | None = None) -> tuple[tuple[Evaluation, ...], Analysis]:
    """Return the evaluations of all partnerships that have begun as of today, and their report."""
    return _all(workspace, cost_book(workspace), _this_month(workspace), draw)


def programme(workspace: Workspace, period: Period) -> Analysis:
    """Return the outcome report of all partnerships together, of the months up to the end of a period."""
    with in_notebook(workspace.language) as draw:
        return _all(workspace, cost_book(workspace, _end(workspace, period)), period, draw)[1]


def _all(
    workspace: Workspace, book: CostBook, period: Period, draw: Draw | None
) -> tuple[tuple[Evaluation, ...], Analysis]:
    from partnership_lib.analysis.outcome.report import programme_report
    from partnership_lib.analysis.outcome.report.partnership import evaluation_of

    every = book.partnerships
    found = tuple(
        evaluation_of(book, each.id, _told(workspace, draw and part(draw, number, len(every)), each.id))
        for number, each in enumerate(every)
    )
    return found, programme_report(book, found, period, workspace.as_of, workspace.currency)


def _told(workspace: Workspace, draw: Draw | None, about: str = "") -> Tell | None:
    from partnership_lib.analysis.outcome.evaluation import STEPS

    return Steps(draw, STEPS, "outcome_step", workspace.language, about).tell if draw else None


def _this_month(workspace: Workspace) -> Period:
    from partnership_lib.units.period import Period, PeriodKind

    return Period.containing(PeriodKind.MONTH, workspace.as_of)


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
