"""Which activity lists both parties have agreed on, which wait for a signature, and what is not on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, ActivityListVersion, Level, Party
from partnership_lib.findings import Finding, Section, Signal

PENDING_ATTENTION_DAYS = 30


@dataclass(frozen=True)
class ListState:
    """A version of a level's list and when each party signed it off, as known on a given day."""

    version: ActivityListVersion
    signed: dict[Party, date]

    @property
    def agreed_date(self) -> date | None:
        """Return the day both parties had signed it off, or None while one has not."""
        return max(self.signed.values()) if len(self.signed) == len(Party) else None

    @property
    def missing(self) -> list[Party]:
        """Return the parties that have not signed it off."""
        return [party for party in Party if party not in self.signed]


def list_versions_section(context: FollowUpContext) -> Section:
    """Return the agreed lists, those that wait, and what the agreed ones lack.

    Notes
    -----
    What waits for a signature is counted today. A version that has waited more than 30 days asks for attention, as
    does a level with activities but no agreed list.
    """
    findings = [_agreed(context), _pending(context), _not_agreed(context)]
    return Section("list_versions", tuple(finding for finding in findings if finding))


def latest_agreed(context: FollowUpContext, day: date) -> dict[Level, ListState]:
    """Return the latest version that both parties had signed off on `day`, for each level that has one."""
    agreed = [state for state in _states(context, day) if state.agreed_date is not None]
    return {state.version.level: state for state in sorted(agreed, key=lambda state: state.version.number)}


def pending_versions(context: FollowUpContext, day: date) -> list[ListState]:
    """Return the versions that wait for a signature on `day` and that no later agreed version has replaced."""
    agreed = latest_agreed(context, day)
    return [
        state
        for state in _states(context, day)
        if state.agreed_date is None
        and (state.version.level not in agreed or state.version.number > agreed[state.version.level].version.number)
    ]


def _states(context: FollowUpContext, day: date) -> list[ListState]:
    signed: dict[str, dict[Party, date]] = {}
    for sign_off in context.content.sign_offs:
        if sign_off.signed_date <= day:
            signed.setdefault(sign_off.list_version_id, {})[sign_off.party] = sign_off.signed_date
    versions = [version for version in context.content.activity_list_versions if version.proposed_date <= day]
    levels = list(Level)
    versions.sort(key=lambda version: (levels.index(version.level), version.number))
    return [ListState(version, signed.get(version.id, {})) for version in versions]


def _row(state: ListState) -> dict[str, Any]:
    return {
        "level": state.version.level.value,
        "number": state.version.number,
        "proposed_date": state.version.proposed_date,
        "proposed_by": state.version.proposed_by.value,
        "buyer_signed_date": state.signed.get(Party.BUYER),
        "supplier_signed_date": state.signed.get(Party.SUPPLIER),
    }


_COLUMNS = ("level", "number", "proposed_date", "proposed_by", "buyer_signed_date", "supplier_signed_date")


def _agreed(context: FollowUpContext) -> Finding:
    agreed = latest_agreed(context, context.report_date)
    used = {activity.level for activity in context.unfinished_on(context.report_date)}
    lacking = used - set(agreed)
    rows = table((_row(agreed[level]) for level in Level if level in agreed), _COLUMNS) if agreed else None
    signal = Signal.ATTENTION if lacking else Signal.GOOD if agreed else Signal.NONE
    code = "list_versions_all" if len(agreed) == len(Level) else "list_versions" if agreed else "list_versions_none"
    return context.finding(code, len(agreed), "count", signal=signal, table=rows)


def _pending(context: FollowUpContext) -> Finding | None:
    pending = pending_versions(context, context.as_of)
    if not pending:
        return None
    since = min(state.version.proposed_date for state in pending)
    late = since < context.as_of - timedelta(days=PENDING_ATTENTION_DAYS)
    rows = table((_row(state) for state in pending), _COLUMNS)
    return context.finding(
        "list_versions_pending",
        len(pending),
        "count",
        signal=Signal.ATTENTION if late else Signal.NONE,
        table=rows,
        since=since,
        buyer=sum(Party.BUYER in state.missing for state in pending),
        supplier=sum(Party.SUPPLIER in state.missing for state in pending),
    )


def _not_agreed(context: FollowUpContext) -> Finding | None:
    """Return the unfinished activities that the agreed lists do not hold, or hold with another due date."""
    agreed = latest_agreed(context, context.report_date)
    if not agreed:
        return None
    current = {state.version.id for state in agreed.values()}
    due = {i.activity_id: i.due_date for i in context.content.activity_list_items if i.list_version_id in current}
    rows = [_difference(activity, due) for activity in context.unfinished_on(context.report_date)]
    rows = [row for row in rows if row["list_difference"]]
    columns = ("activity_id", "level", "title", "list_difference", "agreed_due_date", "due_date")
    code = "list_differences" if rows else "list_differences_none"
    new = sum(row["list_difference"] == "not_on_list" for row in rows)
    shown = table(rows, columns) if rows else None
    return context.finding(code, len(rows), "count", table=shown, new=new, moved=len(rows) - new)


def _difference(activity: Activity, due: dict[str, date | None]) -> dict[str, Any]:
    difference = None
    if activity.id not in due:
        difference = "not_on_list"
    elif due[activity.id] != activity.due_date:
        difference = "due_date_differs"
    return {
        "activity_id": activity.id,
        "level": activity.level.value,
        "title": activity.title,
        "list_difference": difference,
        "agreed_due_date": due.get(activity.id),
        "due_date": activity.due_date,
    }
