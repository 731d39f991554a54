"""The calendar file that goes with an agenda (its meeting) and with minutes (the meetings that come next)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnership_lib.domain import Meeting, RegisterContent
from partnership_lib.errors import UsageError
from partnership_lib.reports.catalogue import find_kind

if TYPE_CHECKING:
    from partnership_lib.reports.request import ReportRequest
    from partnership_lib.workspace import Workspace


def attached_calendar(workspace: Workspace, request: ReportRequest) -> str | None:
    """Return the calendar file of a report about a meeting, for its audience; None where there is nothing to plan."""
    if find_kind(request.kind).subject != "meeting" or request.meeting is None:
        return None
    from partnership_lib.register.exchange.calendar import calendar_of

    content = workspace.content()
    meeting = content.find(Meeting, request.meeting)
    if meeting is None:
        return None
    meetings = [meeting] if request.kind == "agenda" else _after(content, meeting)
    if not meetings:
        return None
    written = calendar_of(workspace.register, content, meetings, request.language, request.audience)
    return written.decode("utf-8")


def calendar_facts(workspace: Workspace, request: ReportRequest) -> dict[str, Any]:
    """Return what a report about a meeting stands on beside its agreement's records.

    That is the calendar file, which carries what the hash of the register leaves out (versions, and when meetings were
    last changed), and the meetings proposed, which heed what people have planned in other agreements.
    """
    from partnership_lib.analysis.meeting_pack import proposed_meetings

    try:
        proposals = proposed_meetings(workspace.content(), request.agreement or "", workspace.as_of)
    except UsageError:
        proposals = []
    days = [[proposed.level.value, proposed.day.isoformat(), proposed.start_time] for proposed in proposals]
    return {"attached": attached_calendar(workspace, request), "proposed": days}


def _after(content: RegisterContent, meeting: Meeting) -> list[Meeting]:
    """Return the meetings of the agreement that are planned after one that was held, cancelled ones left out."""
    held = meeting.held_date or meeting.planned_date
    after = [
        each
        for each in content.meetings
        if each.agreement_id == meeting.agreement_id
        and each.held_date is None
        and not each.cancelled_reason
        and each.planned_date > held
    ]
    return sorted(after, key=lambda each: (each.planned_date, each.id))
