"""The meetings after this one: planned, or proposed with the reason."""

from __future__ import annotations

from partnership_lib.analysis.meeting_pack.context import PackContext
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Finding, Signal

SHOWN = 3
"""So many proposals stand in the report; the command shows them all."""

_COLUMNS = ("date", "start_time", "proposal_reason")


def coming_findings(context: PackContext) -> tuple[Finding, ...]:
    """Return the next meeting of the level when one is planned, and what is proposed after those that are."""
    found = [_next(context), _proposed(context)]
    return tuple(finding for finding in found if finding is not None)


def _next(context: PackContext) -> Finding | None:
    planned = context.next_planned
    if planned is not None:
        code = "next_planned_time" if planned.start_time else "next_planned"
        return context.finding(code, next_date=planned.planned_date, start_time=planned.start_time)
    if context.proposals:
        return None  # what is proposed says it
    code = "next_none" if context.cadence else "next_no_order"
    return context.finding(code, signal=Signal.ATTENTION)


def _proposed(context: PackContext) -> Finding | None:
    # With a meeting planned, the ones after it are not this meeting's concern.
    if not context.proposals or context.next_planned is not None:
        return None
    first = context.proposals[0]
    rows = table(
        (
            {
                "date": proposed.day,
                "start_time": proposed.start_time or None,
                "proposal_reason": [reason.value for reason in proposed.reasons],
            }
            for proposed in context.proposals[:SHOWN]
        ),
        _COLUMNS,
    )
    code = "next_proposed" if first.after is not None else "next_proposed_first"
    values = {"next_date": first.day, "after": first.after, "per_year": first.meetings_per_year}
    return context.finding(code, len(context.proposals), "count", signal=Signal.ATTENTION, table=rows, **values)
