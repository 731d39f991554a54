"""Decisions wanted from the meeting: everything in the report that somebody must settle, in one list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from partnership_lib.analysis.follow_up.activities import without_owner
from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.follow_up.dates import decision_dates
from partnership_lib.analysis.follow_up.deviations import untold_deviations
from partnership_lib.analysis.follow_up.ladder import climbed_on, dead_ends
from partnership_lib.analysis.follow_up.law_changes import law_changes_ahead
from partnership_lib.analysis.follow_up.list_versions import pending_versions
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, Decision
from partnership_lib.findings import Finding, Section, Signal

_TAKEN_COLUMNS = ("decided_date", "text", "figure_sentence", "activity", "status")
_COLUMNS = ("decision", "subject", "level", "date")
_KINDS = ("climb", "date", "list", "law_change", "owner", "breakdown", "deviation", "partnership_owner")


def decisions_section(context: FollowUpContext) -> Section:
    """Return everything that the meeting is asked to settle, as one list and one sentence per kind.

    Notes
    -----
    All of it as things stand today, not on the report date: nobody shall be asked to decide what is already decided.
    A matter climbs when the rules of the working order say so. Dates come up half a year ahead. The findings carry no
    signal: the sections they come from do. Last stands what the meetings of the period decided, with the figure that
    was shown and where the activity that carries it out stands today.
    """
    taken = decisions_taken(context)
    rows = list(decisions(context))
    if not rows:
        return Section("decisions", (context.finding("decisions_none", 0, "count"), *taken))
    overview = context.finding("decisions", len(rows), "count", table=table(rows, _COLUMNS), as_of=context.as_of)
    return Section("decisions", (overview, *_per_kind(context, rows), *taken))


def decisions(context: FollowUpContext) -> Iterator[dict[str, Any]]:
    """Yield each decision wanted: which kind, on what, on which level, by when."""
    if context.name_of(context.agreement.owner_id) is None:
        yield {"kind": "partnership_owner", "decision": "partnership_owner", "subject": context.agreement.name}
    for activity in climbed_on(context, context.as_of):
        level = context.standing_on(activity, context.as_of)
        yield _decision("climb", activity.title, level.value, activity.due_date)
    for found in decision_dates(context):
        if found.is_soon and found.kind != "end":
            yield {"kind": "date", "decision": found.kind, "subject": context.agreement.name, "date": found.day}
    for standing in pending_versions(context, context.as_of):
        version = standing.version
        yield _decision("list", str(version.number), version.level.value, version.proposed_date)
    for entry in law_changes_ahead(context):
        if entry.is_unassessed:
            yield _decision("law_change", entry.change.title, None, entry.change.in_force_date)
    for activity, _ in without_owner(context, context.as_of):
        yield _decision("owner", activity.title, activity.level.value, activity.due_date)
    for activity in dead_ends(context, context.as_of):
        yield _decision("breakdown", activity.title, activity.level.value, activity.raised_date)
    for deviation in untold_deviations(context, context.as_of):
        yield _decision("deviation", deviation.description, None, deviation.noticed_date)


def decisions_taken(context: FollowUpContext) -> list[Finding]:
    """Return what the meetings of the period decided, on which figure; nothing where they decided nothing."""
    taken = [d for d in context.content.decisions if context.in_period(d.decided_date) and not d.taken_back]
    if not taken:
        return []
    rows = [_taken_row(context, decision) for decision in sorted(taken, key=lambda d: (d.decided_date, d.id))]
    finding = context.finding(
        "decisions_taken",
        len(rows),
        "count",
        table=table(rows, _TAKEN_COLUMNS),
        with_figure=sum(bool(decision.figure_sentence) for decision in taken),
    )
    return [finding]


def _taken_row(context: FollowUpContext, decision: Decision) -> dict[str, Any]:
    activity = context.content.find(Activity, decision.activity_id)
    return {
        "decided_date": decision.decided_date,
        "text": decision.text,
        "figure_sentence": decision.figure_sentence or None,
        "activity": activity.title if activity else None,
        "status": activity.status_on(context.as_of).value if activity else None,
    }


def _decision(kind: str, subject: str, level: str | None, day: Any) -> dict[str, Any]:
    return {"kind": kind, "decision": kind, "subject": subject, "level": level, "date": day}


def _per_kind(context: FollowUpContext, rows: list[dict[str, Any]]) -> Iterator[Finding]:
    for kind in _KINDS:
        of_kind = [row for row in rows if row["kind"] == kind]
        if of_kind:
            code = f"decisions_{kind}"
            told = context.finding(code, len(of_kind), "count", signal=Signal.NONE, subject=of_kind[0]["subject"])
            yield replace(told, background=True)  # the rows of the list above tell the same
