"""We and we: how the parties score the cooperation, what each has raised, and what each has shared."""

from __future__ import annotations

from partnership_lib.analysis.follow_up.challenges import challenges_finding, raised_finding
from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.follow_up.pulse import pulse_chart, pulse_findings
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Meeting, Party
from partnership_lib.findings import Finding, Section

_KNOWLEDGE_COLUMNS = ("shared_date", "shared_by", "title", "text", "meeting_level", "meeting_date")


def cooperation_section(context: FollowUpContext) -> Section:
    """Return the pulse of both parties, who has raised what, the challenges, and the knowledge shared."""
    findings = [*pulse_findings(context), raised_finding(context), challenges_finding(context), knowledge(context)]
    chart = pulse_chart(context)
    return Section("cooperation", tuple(f for f in findings if f), (chart,) if chart else ())


def knowledge(context: FollowUpContext) -> Finding:
    """Return what each party has learned and shared in the period, and at which meeting it was taken up."""
    notes = [note for note in context.content.knowledge_notes if context.in_period(note.shared_date)]
    if not notes:
        return context.finding("knowledge_none", 0, "count")
    rows = []
    for note in sorted(notes, key=lambda note: (note.shared_date, note.id)):
        meeting = context.content.find(Meeting, note.meeting_id)
        rows.append(
            {
                "shared_date": note.shared_date,
                "shared_by": note.shared_by.value,
                "title": note.title,
                "text": note.text or None,
                "meeting_level": meeting.level.value if meeting else None,
                "meeting_date": (meeting.held_date or meeting.planned_date) if meeting else None,
            }
        )
    return context.finding(
        "knowledge",
        len(notes),
        "count",
        table=table(rows, _KNOWLEDGE_COLUMNS),
        buyer=sum(note.shared_by is Party.BUYER for note in notes),
        supplier=sum(note.shared_by is Party.SUPPLIER for note in notes),
    )
