"""The plan that was frozen at award, and what was done differently."""

from __future__ import annotations

from typing import Any

from partnership_lib.analysis.outcome.plan import frozen_late_days, plan_deviations, plan_document
from partnership_lib.analysis.outcome.report.context import OutcomeContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import FrozenKind, standing_document
from partnership_lib.findings import Finding, Section, Signal

_COLUMNS = ("plan_key", "plan_said", "was_done")


def plan_section(context: OutcomeContext) -> Section:
    """Return whether a plan was frozen before anybody could see the answer, and every deviation from it."""
    frozen = standing_document(
        context.content.frozen_documents, context.agreement.id, FrozenKind.EVALUATION_PLAN, context.report_date
    )
    if frozen is None:
        return Section("plan", (context.finding("plan_none", signal=Signal.ATTENTION),))
    late = frozen_late_days(frozen.frozen_date, context.agreement.start_date)
    head = context.finding(
        "plan_late" if late else "plan_in_time", late, "days", signal=Signal.ATTENTION if late else Signal.NONE,
        frozen_date=frozen.frozen_date, number_of_plan=frozen.number, sha256=frozen.sha256[:12],
    )  # fmt: skip
    return Section("plan", (head, _deviations(context, frozen.content)))


def _deviations(context: OutcomeContext, planned: dict[str, Any]) -> Finding:
    evaluation = context.evaluation
    found = plan_deviations(planned, plan_document(evaluation.evidence, evaluation.rules))
    if not found:
        return context.finding("plan_kept")
    rows = [{"plan_key": each.key, "plan_said": _shown(each.planned), "was_done": _shown(each.done)} for each in found]
    return context.finding("plan_deviations", len(found), "count", signal=Signal.ATTENTION, table=table(rows, _COLUMNS))


def _shown(value: Any) -> str | None:
    return None if value in (None, "") else str(value)
