"""Which partnership and which meeting the room is about, when it opens and when somebody chooses."""

from __future__ import annotations

from datetime import date

from partnership_lib.domain import Agreement, Meeting, RegisterContent
from partnership_lib.errors import InputError, UsageError


def chosen_partnership(content: RegisterContent, agreement_id: str, place: str) -> Agreement:
    """Return the partnership with an id; the first one where none is named.

    Raises
    ------
    UsageError
        ``no_partnerships`` or ``unknown_partnership`` with those there are.
    """
    partnerships = [agreement for agreement in content.agreements if agreement.is_partnership]
    if not partnerships:
        raise UsageError("no_partnerships", folder=place)
    if not agreement_id:
        return partnerships[0]
    for agreement in partnerships:
        if agreement.id == agreement_id:
            return agreement
    allowed = ", ".join(agreement.id for agreement in partnerships)
    raise UsageError("unknown_partnership", found=agreement_id[:60], allowed=allowed)


def chosen_meeting(content: RegisterContent, agreement: Agreement, meeting_id: str, today: date) -> str:
    """Return the id of a meeting of the agreement; of today's, the next or the latest one where none is named.

    Empty when the agreement has no meetings.

    Raises
    ------
    InputError
        ``meeting_unknown``.
    """
    meetings = [meeting for meeting in content.meetings if meeting.agreement_id == agreement.id]
    if not meeting_id:
        return _default(meetings, today)
    if meeting_id not in {meeting.id for meeting in meetings}:
        raise InputError("meeting_unknown", found=meeting_id[:60], agreement=agreement.name)
    return meeting_id


def _default(meetings: list[Meeting], today: date) -> str:
    on_today = [m for m in meetings if today in (m.held_date, m.planned_date) and not m.cancelled_reason]
    ahead = [m for m in meetings if m.held_date is None and m.planned_date > today and not m.cancelled_reason]
    if on_today:
        return min(on_today, key=lambda m: m.id).id
    if ahead:
        return min(ahead, key=lambda m: (m.planned_date, m.id)).id
    held = [m for m in meetings if m.held_date is not None]
    latest = max(held or meetings, key=lambda m: (m.held_date or m.planned_date, m.id), default=None)
    return latest.id if latest else ""
