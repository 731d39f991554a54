"""What a report is called where reports are listed: its kind, what it is about, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnership_lib import text
from partnership_lib.domain import Agreement, Meeting, RegisterContent
from partnership_lib.text.formatting import format_period
from partnership_lib.units.outward_text import clean_text

if TYPE_CHECKING:
    from partnership_lib.reports.request import ReportRequest


def title_of(request: ReportRequest, content: RegisterContent, language: str) -> str:
    """Return kind, subject and time on one line."""
    return f"{subject_of(request, content, language)}, {when_of(request, content, language)}"


def subject_of(request: ReportRequest, content: RegisterContent, language: str) -> str:
    """Return the kind of the report and what it is about, an agreement by its name and number."""
    kind_word = text.word("report_kind", request.kind, language)
    if request.subject is None:
        return kind_word
    agreement = content.find(Agreement, request.agreement) if request.agreement is not None else None
    return f"{kind_word}: {f'{clean_text(agreement.name)} ({agreement.id})' if agreement else request.subject}"


def when_of(request: ReportRequest, content: RegisterContent, language: str) -> str:
    """Return the period, or the meeting by its level and day."""
    if request.period is not None:
        return format_period(request.period, language)
    meeting = content.find(Meeting, request.meeting or "")
    if meeting is None:
        return request.meeting or ""
    day = meeting.held_date or meeting.planned_date
    return f"{text.word('level_meeting', meeting.level, language)} {day.isoformat()}"
