"""The items of an agenda, each made from data: what is to be gone through and how many matters it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from partnership_lib.analysis.follow_up.dates import decision_dates
from partnership_lib.analysis.follow_up.deviations import open_deviations
from partnership_lib.analysis.follow_up.spend import spend_section
from partnership_lib.analysis.meeting_pack.context import PackContext
from partnership_lib.analysis.meeting_pack.lists import lists_item_findings
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, ActivityKind, ActivityStatus, Decision, Party
from partnership_lib.findings import Finding, Signal

COMING_DAYS = 90
"""How far ahead activities are looked for when no meeting follows this one."""


@dataclass(frozen=True)
class Item:
    """A point of the agenda; nothing is to be said about it when it holds no matters."""

    code: str
    matters: int
    findings: tuple[Finding, ...] = ()


def agenda_item(context: PackContext, code: str) -> Item:
    """Return the item with this code (see `timing.WEIGHTS`) for a meeting."""
    return _ITEMS[code](context)


def _previous(context: PackContext) -> Item:
    """Return the decisions of the meeting before, older ones that are not carried out, and what became of them."""
    rows = [_decision_row(context, decision) for decision in _open_decisions(context)]
    if not rows or context.previous is None:
        return Item("previous", 0)
    states = [row["status"] for row in rows]
    finding = context.finding(
        "previous",
        len(rows),
        "count",
        table=table(rows, ("decided_date", "decision_text", "carried_out_by", "status")),
        done=states.count(ActivityStatus.DONE.value),
        without_activity=states.count(None),
        previous_date=context.previous.held_date,
    )
    return Item("previous", len(rows), (finding,))


def _open_decisions(context: PackContext) -> list[Decision]:
    earlier = [m for m in context.meetings if m.held_date is not None and m.held_date <= context.day]
    found = []
    for meeting in earlier:
        for decision in context.decisions_of(meeting):
            activity = context.content.find(Activity, decision.activity_id)
            unfinished = activity is not None and activity in context.now.unfinished_on(context.day)
            if meeting == context.previous or unfinished:
                found.append(decision)
    return found


def _decision_row(context: PackContext, decision: Decision) -> dict[str, object]:
    activity = context.content.find(Activity, decision.activity_id)
    return {
        "decided_date": decision.decided_date,
        "decision_text": decision.text,
        "carried_out_by": activity.title if activity else None,
        "status": activity.status_on(context.day).value if activity else None,
    }


def _overdue(context: PackContext) -> Item:
    own = [a for a in _standing_here(context) if a.level is context.level]
    late = [a for a in own if a.status_on(context.day) is ActivityStatus.OVERDUE]
    late.sort(key=lambda activity: (-activity.overdue_days_on(context.day), activity.id))
    findings = []
    if late:
        columns = ("title", "due_date", "overdue_days", "buyer_responsible", "supplier_responsible")
        rows = table((_activity_row(context, a) for a in late), columns)
        oldest = late[0].overdue_days_on(context.day)
        findings = [context.finding("overdue", len(late), "count", signal=Signal.ATTENTION, table=rows, oldest=oldest)]
    away = [
        activity
        for activity in context.now.unfinished_on(context.day)
        if activity.level is context.level and context.standing_level(activity) is not context.level
    ]
    if away and context.level.above is not None:
        titles = [activity.title for activity in away]
        to_level = context.level.above.value
        findings.append(context.finding("climbed_away", len(away), "count", titles=titles, to_level=to_level))
    return Item("overdue", len(late), tuple(findings) if late else ())


def _climbed(context: PackContext) -> Item:
    found = [activity for activity in _standing_here(context) if activity.level is not context.level]
    if not found:
        return Item("climbed", 0)
    people = ("buyer_responsible", "supplier_responsible")
    columns = ("title", "level", "climb_reason", "climbed_date", "due_date", *people)
    rows = table((_climbed_row(context, activity) for activity in found), columns)
    finding = context.finding("climbed", len(found), "count", signal=Signal.ATTENTION, table=rows)
    return Item("climbed", len(found), (finding,))


def _climbed_row(context: PackContext, activity: Activity) -> dict[str, object]:
    step = context.now.climbs_on(activity, context.day)[-1]
    own = {"level": activity.level.value, "climb_reason": step.reason.value, "climbed_date": step.day}
    return _activity_row(context, activity) | own


def _due(context: PackContext) -> Item:
    last, code = _until(context)
    coming = [
        a
        for a in _standing_here(context)
        if a.status_on(context.day) is ActivityStatus.OPEN and a.due_date is not None and a.due_date <= last
    ]
    if not coming:
        return Item("due", 0)
    coming.sort(key=lambda activity: (activity.due_date or date.max, activity.id))
    columns = ("title", "due_date", "buyer_responsible", "supplier_responsible")
    rows = table((_activity_row(context, activity) for activity in coming), columns)
    return Item("due", len(coming), (context.finding(code, len(coming), "count", table=rows, last=last),))


def _until(context: PackContext) -> tuple[date, str]:
    """Return the day of the meeting after this one, planned or proposed, and which sentence says so."""
    if context.next_planned is not None:
        return context.next_planned.planned_date, "due"
    if context.proposals:
        return context.proposals[0].day, "due_proposed"
    return context.date + timedelta(days=COMING_DAYS), "due_no_meeting"


def _standing_here(context: PackContext) -> list[Activity]:
    """Return the unfinished activities that stand on the level's list, also those that have climbed to it."""
    unfinished = context.now.unfinished_on(context.day)
    return [activity for activity in unfinished if context.standing_level(activity) is context.level]


def _activity_row(context: PackContext, activity: Activity) -> dict[str, object]:
    return {
        "title": activity.title,
        "due_date": activity.due_date,
        "overdue_days": activity.overdue_days_on(context.day) or None,
        "buyer_responsible": context.now.name_of(activity.buyer_responsible_id),
        "supplier_responsible": context.now.name_of(activity.supplier_responsible_id),
    }


def _lists(context: PackContext) -> Item:
    findings = lists_item_findings(context)
    return Item("lists", len(findings), findings)


def _exchange(context: PackContext) -> Item:
    """Return what the parties challenge each other to do on this level, and what they have shared since last time."""
    challenges = [a for a in _standing_here(context) if a.kind is ActivityKind.CHALLENGE]
    since = context.previous.held_date if context.previous else None
    notes = [
        note
        for note in context.content.knowledge_notes
        if note.shared_date <= context.day and (since is None or note.shared_date > since or note.meeting_id is None)
    ]
    findings = []
    if challenges:
        rows = ({**vars(a), "raised_by": a.raised_by.value} for a in challenges)
        shown = table(rows, ("raised_by", "title", "raised_date", "due_date"))
        values: dict[str, Any] = {party.value: sum(a.raised_by is party for a in challenges) for party in Party}
        findings.append(context.finding("challenges", len(challenges), "count", table=shown, **values))
    if notes:
        rows = ({**vars(note), "shared_by": note.shared_by.value} for note in notes)
        shown = table(rows, ("shared_by", "shared_date", "title", "text"))
        findings.append(context.finding("knowledge", len(notes), "count", table=shown))
    return Item("exchange", len(challenges) + len(notes), tuple(findings))


def _dates(context: PackContext) -> Item:
    soon = [found for found in decision_dates(context.now) if found.is_soon and found.kind != "end"]
    if not soon:
        return Item("dates", 0)
    rows = table(
        ({"date_kind": found.kind, "date": found.day, "days_left": found.days_left} for found in soon),
        ("date_kind", "date", "days_left"),
    )
    passed = sum(found.days_left < 0 for found in soon)
    finding = context.finding(
        "dates_passed" if passed else "dates",
        len(soon),
        "count",
        signal=Signal.BAD if passed else Signal.ATTENTION,
        table=rows,
        nearest=soon[0].day,
        passed=passed,
    )
    return Item("dates", len(soon), (finding,))


def _spend(context: PackContext) -> Item:
    section = spend_section(context.closed_period())
    if any(finding.code == "follow_up.spend_none" for finding in section.findings):
        return Item("spend", 0)
    told = tuple(replace(finding, table=None) for finding in section.findings)
    return Item("spend", 1, told)


def _deviations(context: PackContext) -> Item:
    found = open_deviations(context.now, context.day)
    if not found:
        return Item("deviations", 0)
    rows = table(
        ({**vars(d), "days_open": (context.day - d.noticed_date).days} for d in found),
        ("noticed_date", "description", "supplier_told_date", "remedy", "days_open"),
    )
    untold = sum(deviation.supplier_told_date is None for deviation in found)
    code = "deviations_untold" if untold else "deviations"
    signal = Signal.BAD if untold else Signal.ATTENTION
    finding = context.finding(code, len(found), "count", signal=signal, table=rows, untold=untold)
    return Item("deviations", len(found), (finding,))


_ITEMS: Mapping[str, Callable[[PackContext], Item]] = {
    "previous": _previous,
    "overdue": _overdue,
    "climbed": _climbed,
    "due": _due,
    "lists": _lists,
    "exchange": _exchange,
    "dates": _dates,
    "spend": _spend,
    "deviations": _deviations,
}
