"""Coming law changes that touch the agreement: what the supplier plans and who handles them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, LawChange, LawChangeImpact, LawChangeStatus, Need
from partnership_lib.findings import Finding, Section, Signal

ASSESS_WITHIN_DAYS = 180
"""A law change that nobody has assessed is bad when it comes into force within so many days."""

_COLUMNS = (
    *("title", "in_force_date", "need", "law_change_status", "planned_date", "supplier_plan"),
    "activity",
    "handled_by",
)


@dataclass(frozen=True)
class LawChangeAhead:
    """A law change and what it means for a need of the agreement."""

    change: LawChange
    impact: LawChangeImpact
    as_of: date

    @property
    def is_delivered(self) -> bool:
        """Return whether the supplier has delivered what it asks for."""
        return self.impact.status is LawChangeStatus.DELIVERED

    @property
    def is_unassessed(self) -> bool:
        """Return whether the supplier has not said what it means."""
        return self.impact.status is LawChangeStatus.NOT_ASSESSED

    @property
    def is_late(self) -> bool:
        """Return whether it is in force without being delivered, or planned for after it comes into force."""
        if self.is_delivered:
            return False
        planned = self.impact.planned_date
        in_force = self.change.in_force_date
        return in_force <= self.as_of or (planned is not None and planned > in_force)


def law_changes_section(context: FollowUpContext) -> Section:
    """Return law changes ahead, those not delivered in time, and who handles them.

    Notes
    -----
    Listed are changes that come into force after today and earlier ones that are not delivered. Not delivered in time
    is bad; not assessed asks for attention, and is bad within half a year of coming into force.
    """
    ahead = law_changes_ahead(context)
    if not ahead:
        return Section("law_changes", (context.finding("law_changes_none", 0, "count"),))
    findings = [_ahead(context, ahead), _unassessed(context, ahead), _late(context, ahead), _unhandled(context, ahead)]
    return Section("law_changes", tuple(finding for finding in findings if finding))


def law_changes_ahead(context: FollowUpContext) -> list[LawChangeAhead]:
    """Return what is ahead, or overdue, the first in force first."""
    found = []
    for impact in context.content.law_change_impacts:
        change = context.content.find(LawChange, impact.law_change_id)
        if change is not None:
            entry = LawChangeAhead(change, impact, context.as_of)
            if change.in_force_date > context.as_of or not entry.is_delivered:
                found.append(entry)
    return sorted(found, key=lambda entry: (entry.change.in_force_date, entry.impact.id))


def _ahead(context: FollowUpContext, ahead: list[LawChangeAhead]) -> Finding:
    changes = {entry.change.id: entry.change for entry in ahead if entry.change.in_force_date > context.as_of}
    rows = table((_row(context, entry) for entry in ahead), _COLUMNS)
    if not changes:
        return context.finding("law_changes_only_late", 0, "count", table=rows)
    first = min(changes.values(), key=lambda change: (change.in_force_date, change.id))
    return context.finding(
        "law_changes", len(changes), "count", table=rows, title=first.title, in_force_date=first.in_force_date
    )


def _row(context: FollowUpContext, entry: LawChangeAhead) -> dict[str, object]:
    need = context.content.find(Need, entry.impact.need_id)
    activity = context.content.find(Activity, entry.impact.activity_id)
    responsible = (activity.buyer_responsible_id, activity.supplier_responsible_id) if activity else ()
    return {
        "title": f"{entry.change.title} ({entry.change.reference})",
        "in_force_date": entry.change.in_force_date,
        "need": need.name if need else entry.impact.need_id,
        "law_change_status": entry.impact.status.value,
        "planned_date": entry.impact.planned_date,
        "supplier_plan": entry.impact.supplier_plan or None,
        "activity": activity.title if activity else None,
        "handled_by": ", ".join(name for name in map(context.name_of, responsible) if name) or None,
    }


def _changes(entries: list[LawChangeAhead]) -> list[str]:
    """Return the titles of the changes, each once."""
    return list(dict.fromkeys(entry.change.title for entry in entries))


def _unassessed(context: FollowUpContext, ahead: list[LawChangeAhead]) -> Finding | None:
    entries = [entry for entry in ahead if entry.is_unassessed]
    if not entries:
        return None
    days = (entries[0].change.in_force_date - context.as_of).days
    return context.finding(
        "law_changes_unassessed",
        len(_changes(entries)),
        "count",
        signal=Signal.BAD if days <= ASSESS_WITHIN_DAYS else Signal.ATTENTION,
        titles=_changes(entries),
        in_force_date=entries[0].change.in_force_date,
    )


def _late(context: FollowUpContext, ahead: list[LawChangeAhead]) -> Finding | None:
    entries = [entry for entry in ahead if entry.is_late]
    if not entries:
        return None
    titles = _changes(entries)
    return context.finding("law_changes_late", len(titles), "count", signal=Signal.BAD, titles=titles)


def _unhandled(context: FollowUpContext, ahead: list[LawChangeAhead]) -> Finding | None:
    """Return the undelivered changes that no activity handles, whichever need it is for."""
    handled = {e.change.id for e in ahead if context.content.find(Activity, e.impact.activity_id) is not None}
    entries = [entry for entry in ahead if not entry.is_delivered and entry.change.id not in handled]
    if not entries:
        return None
    titles = _changes(entries)
    return context.finding("law_changes_unhandled", len(titles), "count", signal=Signal.ATTENTION, titles=titles)
