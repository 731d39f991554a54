"""What has changed since the previous period: the same key figures then and now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from partnership_lib.analysis.follow_up.activities import counts_per_level
from partnership_lib.analysis.follow_up.amendments import decided_amendments
from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.follow_up.deviations import open_deviations
from partnership_lib.analysis.follow_up.list_versions import latest_agreed
from partnership_lib.analysis.follow_up.spend import spend_in_period
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Finding, Section, Signal

_SAME_SHARE = 0.005

_COLUMNS = ("measure", "previous", "current", "difference")


def changes_section(context: FollowUpContext) -> Section:
    """Return key figures of the previous period and of this one.

    Notes
    -----
    The previous period is seen from its own last day, with the due dates and signatures known then. A period that
    still runs is compared with a whole one, and the sentence says so.
    """
    before = previous_context(context)
    if before is None:
        return Section("changes", (context.finding("changes_first_period"),))
    then, now = _key_figures(before), _key_figures(context)
    rows = [{"measure": m, "previous": then[m], "current": now[m], "difference": now[m] - then[m]} for m in now]
    findings = [_overdue(context, then, now, rows), _spend(context, before)]
    if context.report_date + timedelta(days=1) < context.period.end:
        findings.append(context.finding("changes_running"))
    return Section("changes", tuple(finding for finding in findings if finding))


def previous_context(context: FollowUpContext) -> FollowUpContext | None:
    """Return the period before as it was seen on its last day, or None before the agreement began."""
    previous = context.period.previous()
    if context.agreement.start_date >= previous.end:
        return None
    return replace(context, period=previous)


def _key_figures(context: FollowUpContext) -> dict[str, int]:
    counts = counts_per_level(context, context.report_date, context.period.start)
    held = [meeting for meeting in context.content.meetings if context.in_period(meeting.held_date)]
    return {
        "unfinished": int(counts["open"].sum() + counts["overdue"].sum()),
        "overdue": int(counts["overdue"].sum()),
        "done_in_period": int(counts["done_in_period"].sum()),
        "meetings_held": len(held),
        "open_deviations": len(open_deviations(context, context.report_date)),
        "amendments": len(decided_amendments(context)),
        "agreed_lists": len(latest_agreed(context, context.report_date)),
    }


def _overdue(
    context: FollowUpContext, then: dict[str, int], now: dict[str, int], rows: list[dict[str, Any]]
) -> Finding:
    difference = now["overdue"] - then["overdue"]
    if difference:
        code = "changes_more_overdue" if difference > 0 else "changes_fewer_overdue"
        signal = Signal.ATTENTION if difference > 0 else Signal.GOOD
    else:
        code, signal = "changes_same_overdue", Signal.NONE
    return context.finding(
        code, difference, "count", signal=signal, table=table(rows, _COLUMNS), then=then["overdue"], now=now["overdue"]
    )


def _spend(context: FollowUpContext, before: FollowUpContext) -> Finding | None:
    then, now = spend_in_period(before), spend_in_period(context)
    if not then or now is None:
        return None
    share = (now - then) / then
    if abs(share) < _SAME_SHARE:
        code = "changes_spend_same"
    else:
        code = "changes_spend_up" if share > 0 else "changes_spend_down"
    return context.finding(
        code, share, "share", then_ore=then, now_ore=now, difference_share=abs(share), previous_period=before.period
    )
