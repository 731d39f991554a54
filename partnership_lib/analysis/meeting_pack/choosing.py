"""Which meeting the pack is for: the one that is named, the next one, or the latest one held."""

from __future__ import annotations

from datetime import date

from partnership_lib.analysis.meeting_pack.known import is_coming, is_held, known_agreement, nearest
from partnership_lib.analysis.meeting_pack.proposals import proposed_meetings
from partnership_lib.domain import Meeting, RegisterContent
from partnership_lib.errors import UsageError

AGENDA, MINUTES = "agenda", "minutes"


def chosen_meeting(
    content: RegisterContent, agreement_id: str, meeting_id: str | None, as_of: date, kind: str
) -> Meeting:
    """Return the meeting that an agenda or minutes are made for.

    Parameters
    ----------
    meeting_id : str or None
        None takes the next meeting planned (for the agenda) or the latest one held (for the minutes) on `as_of`.
    kind : str
        ``agenda`` or ``minutes``.

    Raises
    ------
    UsageError
        ``unknown_agreement``, ``unknown_meeting``, ``meeting_of_other_agreement``, ``meeting_held`` or
        ``meeting_cancelled`` (no agenda any more), ``meeting_not_held`` (no minutes yet), ``no_meeting_planned`` with
        days that are proposed, ``no_meeting_planned_no_order`` or ``no_meeting_held``.
    """
    known_agreement(content, agreement_id)
    if meeting_id is not None:
        return _named(content, agreement_id, meeting_id, as_of, kind)
    own = [meeting for meeting in content.meetings if meeting.agreement_id == agreement_id]
    if kind == MINUTES:
        held = [meeting for meeting in own if is_held(meeting, as_of)]
        if not held:
            raise UsageError("no_meeting_held", agreement=agreement_id, as_of=as_of)
        return max(held, key=lambda meeting: (meeting.held_date or as_of, meeting.id))
    coming = [meeting for meeting in own if is_coming(meeting, as_of)]
    if not coming:
        raise _nothing_planned(content, agreement_id, as_of)
    return min(coming, key=lambda meeting: (meeting.planned_date, meeting.start_time, meeting.id))


def _named(content: RegisterContent, agreement_id: str, meeting_id: str, as_of: date, kind: str) -> Meeting:
    meeting = content.find(Meeting, meeting_id)
    if meeting is None:
        own = [each.id for each in content.meetings if each.agreement_id == agreement_id]
        raise UsageError("unknown_meeting", found=meeting_id, agreement=agreement_id, allowed=nearest(meeting_id, own))
    if meeting.agreement_id != agreement_id:
        raise UsageError(
            "meeting_of_other_agreement", found=meeting_id, agreement=agreement_id, other=meeting.agreement_id
        )
    held = is_held(meeting, as_of)
    if kind == MINUTES and not held:
        raise UsageError("meeting_not_held", found=meeting_id, planned=meeting.planned_date, as_of=as_of)
    if kind == AGENDA and held:
        raise UsageError("meeting_held", found=meeting_id, held=meeting.held_date, agreement=agreement_id)
    if kind == AGENDA and meeting.cancelled_reason:
        raise UsageError("meeting_cancelled", found=meeting_id, reason=meeting.cancelled_reason)
    return meeting


def _nothing_planned(content: RegisterContent, agreement_id: str, as_of: date) -> UsageError:
    try:
        proposals = proposed_meetings(content, agreement_id, as_of)
    except UsageError:
        return UsageError("no_meeting_planned_no_order", agreement=agreement_id, as_of=as_of)
    days = [proposed.day.isoformat() for proposed in proposals[:3]]
    return UsageError("no_meeting_planned", agreement=agreement_id, as_of=as_of, proposed=days or ["–"])
