"""The minutes of a meeting: who came, what was decided on which figure, which lists were agreed, what comes next."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from partnership_lib.analysis.meeting_pack.choosing import MINUTES
from partnership_lib.analysis.meeting_pack.coming import coming_findings
from partnership_lib.analysis.meeting_pack.context import PackContext, prepare_pack
from partnership_lib.analysis.meeting_pack.lists import agreed_findings
from partnership_lib.analysis.meeting_pack.pulse import pulse_finding
from partnership_lib.analysis.meeting_pack.since import since_section
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Activity, ActivityKind, Decision, Party, Person, RegisterContent
from partnership_lib.findings import Analysis, Finding, Section, Signal

_NO_SPEND = pd.DataFrame(columns=["month", "certain_ore", "possible_ore", "lines"])


def minutes(
    content: RegisterContent,
    agreement_id: str,
    meeting_id: str | None,
    as_of: date,
    audience: str = "internal",
    currency: str = "SEK",
) -> Analysis:
    """Return the minutes of a meeting that was held.

    Parameters
    ----------
    content : RegisterContent
        The whole register; it is reduced to the agreement, and to what the audience may see, before anything else.
    meeting_id : str or None
        None takes the latest meeting held.
    as_of : date
        Today. Activities are shown as they stood when the meeting was held; signatures as they stand now.
    audience : str
        ``internal`` or ``shared`` (with the supplier).

    Raises
    ------
    UsageError
        See `chosen_meeting`.

    Notes
    -----
    No figure is computed anew: a decision keeps the sentence, the number and the day of the figure that was shown.
    """
    context = prepare_pack(content, _NO_SPEND, agreement_id, meeting_id, as_of, audience, currency, MINUTES)
    sections = [
        Section("attendance", (_attendance(context),)),
        Section("said", tuple(_said(context))),
        Section("decisions", tuple(_decisions(context))),
        Section("lists", agreed_findings(context) or (context.finding("lists_untouched"),)),
        since_section(context),
        Section("exchange", tuple(_exchange(context))),
        Section("closing", (pulse_finding(context, context.meeting), *coming_findings(context))),
    ]
    return Analysis(
        MINUTES,
        tuple(section for section in sections if section.findings),
        context.heading_values(),
        tuple(_facts(context)),
    )


def _attendance(context: PackContext) -> Finding:
    rows = [
        (person, each.present)
        for each in context.content.attendances
        if each.meeting_id == context.meeting.id and (person := context.person(each.person_id)) is not None
    ]
    if not rows:
        return context.finding("attendance_none", 0, "count", signal=Signal.ATTENTION)
    rows.sort(key=lambda row: (list(Party).index(context.party_of(row[0])), not row[1], row[0].name))
    came = [person for person, present in rows if present]
    parties = {context.party_of(person) for person in came}
    code = "attendance" if len(parties) == len(Party) else "attendance_one_sided"
    shown = table((_person_row(context, person, present) for person, present in rows), _PERSON_COLUMNS)
    signal = Signal.NONE if code == "attendance" else Signal.ATTENTION
    return context.finding(code, len(came), "count", signal=signal, table=shown, expected=len(rows))


_PERSON_COLUMNS = ("person_name", "title", "party", "present")


def _person_row(context: PackContext, person: Person, present: bool) -> dict[str, Any]:
    return {
        "person_name": person.name,
        "title": person.title or None,
        "party": context.party_of(person).value,
        "present": present,
    }


def _said(context: PackContext) -> list[Finding]:
    paragraphs = [line.strip() for line in context.meeting.minutes.splitlines() if line.strip()]
    found = [context.finding("paragraph", text=paragraph) for paragraph in paragraphs]
    if context.meeting.internal_note:
        note = " ".join(context.meeting.internal_note.split())
        found.append(context.finding("internal_note", text=note))
    return found or [context.finding("said_none")]


def _decisions(context: PackContext) -> list[Finding]:
    decisions = context.decisions_of(context.meeting)
    if not decisions:
        return [context.finding("decisions_none", 0, "count")]
    return [_decision(context, decision, place) for place, decision in enumerate(decisions, 1)]


def _decision(context: PackContext, decision: Decision, place: int) -> Finding:
    """Return one decision; its number is that of the figure that was on the screen."""
    activity = context.content.find(Activity, decision.activity_id)
    code = "decision" + ("_figure" if decision.figure_sentence else "") + ("_activity" if activity else "")
    return context.finding(
        code,
        decision.figure_number,
        decision.figure_unit,
        place=place,
        text=decision.text.rstrip(". "),
        figure=decision.figure_sentence,
        figure_date=decision.figure_date or decision.decided_date,
        activity=activity.title if activity else "",
    )


def _exchange(context: PackContext) -> list[Finding]:
    """Return the challenges raised on the day of the meeting, and the knowledge that was shared at it."""
    raised = [
        activity
        for activity in context.content.activities
        if activity.kind is ActivityKind.CHALLENGE
        and activity.level is context.level
        and activity.raised_date == context.date
    ]
    notes = [note for note in context.content.knowledge_notes if note.meeting_id == context.meeting.id]
    rows = [{"shared_by": a.raised_by.value, "exchange_kind": "challenge", "title": a.title} for a in raised]
    rows += [
        {"shared_by": n.shared_by.value, "exchange_kind": "knowledge", "title": n.title, "text": n.text} for n in notes
    ]
    if not rows:
        return []
    shown = table(rows, ("shared_by", "exchange_kind", "title", "text"))
    return [context.finding("exchange", len(rows), "count", table=shown, raised=len(raised), shared=len(notes))]


def _facts(context: PackContext) -> list[tuple[str, Any]]:
    agreement, meeting = context.now.agreement, context.meeting
    moved = meeting.planned_date != meeting.held_date
    return [
        ("agreement", f"{agreement.name} ({agreement.id})"),
        ("supplier", context.heading_values()["supplier"]),
        ("owner", context.now.name_of(agreement.owner_id)),
        ("held_date", meeting.held_date),
        *((("planned_date", meeting.planned_date),) if moved else ()),
        *((("place", meeting.place),) if meeting.place else ()),
        ("as_of", context.as_of),
    ]
