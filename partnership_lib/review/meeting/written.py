"""What has been written about the chosen meeting: minutes, who came, decisions, pulse, shared knowledge."""

from __future__ import annotations

from typing import Any

from partnership_lib.domain import Activity, Decision, Meeting, Party, PulseAnswer, PulseQuestion
from partnership_lib.review.meeting.protocol import MeetingState
from partnership_lib.review.meeting.view import MeetingView

GAP_TO_TALK_ABOUT = 2
"""Scores this far apart are worth a word in the meeting."""


def meeting_state(view: MeetingView, undoable: dict[str, str] | None) -> MeetingState | dict[str, Any]:
    """Return what has been written about the meeting; only what can be undone where none is chosen."""
    meeting = view.meeting
    if meeting is None:
        return {"id": "", "undoable": undoable}
    answers = [answer for answer in view.content.pulse_answers if answer.meeting_id == meeting.id]
    state: MeetingState = {
        "id": meeting.id,
        "version": meeting.version,
        "level": meeting.level.value,
        "planned_date": meeting.planned_date.isoformat(),
        "held_date": meeting.held_date.isoformat() if meeting.held_date else None,
        "minutes": meeting.minutes,
        "attendance": {a.person_id: a.present for a in view.content.attendances if a.meeting_id == meeting.id},
        "participants": _participants(view, meeting),
        "decisions": _decisions(view, meeting),
        "pulse": _scores(answers),
        "pulse_gap": _gaps(view, answers),
        "knowledge": _knowledge(view),
        "undoable": undoable,
    }
    return state


def _participants(view: MeetingView, meeting: Meeting) -> list[str]:
    """Return who is expected: those whom the working order of today names for the level of the meeting."""
    order = view.working_order
    on_level = {
        cadence.id
        for cadence in view.content.cadences
        if order and cadence.working_order_id == order.id and cadence.level is meeting.level
    }
    return sorted({each.person_id for each in view.content.participants if each.cadence_id in on_level})


def _decisions(view: MeetingView, meeting: Meeting) -> list[dict[str, Any]]:
    made = [d for d in view.content.decisions if d.meeting_id == meeting.id and not d.taken_back]
    return [_decision(view, decision) for decision in sorted(made, key=lambda each: (each.decided_date, each.id))]


def _decision(view: MeetingView, decision: Decision) -> dict[str, Any]:
    activity = view.content.find(Activity, decision.activity_id)
    return {
        "id": decision.id,
        "version": decision.version,
        "text": decision.text,
        "figure_code": decision.figure_code,
        "figure_sentence": decision.figure_sentence,
        "figure_date": decision.figure_date.isoformat() if decision.figure_date else None,
        "activity": activity.id if activity else None,
        "activity_title": activity.title if activity else "",
    }


def _scores(answers: list[PulseAnswer]) -> dict[str, dict[str, int]]:
    return {
        party.value: {a.question.value: a.score for a in answers if a.party is party}
        for party in Party
        if any(a.party is party for a in answers)
    }


def _gaps(view: MeetingView, answers: list[PulseAnswer]) -> list[str]:
    """Return where the parties see the cooperation differently, in words; the widest gap first."""
    scores = {(answer.party, answer.question): answer.score for answer in answers}
    found = []
    for question in PulseQuestion:
        buyer, supplier = scores.get((Party.BUYER, question)), scores.get((Party.SUPPLIER, question))
        if buyer is not None and supplier is not None and abs(buyer - supplier) >= GAP_TO_TALK_ABOUT:
            words = view.said.say("pulse_gap", question=question.value, buyer=buyer, supplier=supplier)
            found.append((abs(buyer - supplier), words))
    return [words for _, words in sorted(found, key=lambda each: -each[0])]


def _knowledge(view: MeetingView) -> list[dict[str, Any]]:
    """Return what was shared at this meeting, or since the one before it; the newest first."""
    meeting, since = view.meeting, view.since
    shared = [
        note
        for note in view.content.knowledge_notes
        if note.title
        and (
            (meeting is not None and note.meeting_id == meeting.id)
            or (since is not None and since < note.shared_date <= max(view.meeting_day, view.today))
        )
    ]
    shared.sort(key=lambda note: (note.shared_date, note.id), reverse=True)
    return [
        {
            "id": note.id,
            "party": note.shared_by.value,
            "title": note.title,
            "text": note.text,
            "day": note.shared_date.isoformat(),
        }
        for note in shared
    ]
