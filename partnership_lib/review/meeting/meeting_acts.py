"""What the meeting writes about itself: that it was held, who came, minutes, decisions, pulse, shared knowledge."""

from __future__ import annotations

from dataclasses import replace

from partnership_lib.domain import (
    Activity,
    Attendance,
    Decision,
    KnowledgeNote,
    Level,
    Meeting,
    Party,
    Person,
    PulseAnswer,
    PulseQuestion,
)
from partnership_lib.errors import InputError
from partnership_lib.review.meeting.activity_acts import Values, one_of
from partnership_lib.review.meeting.commands import LONGEST_TITLE, check_length, day, told
from partnership_lib.review.meeting.desk import Act, Desk
from partnership_lib.review.meeting.masking import as_it_stands

LOWEST_SCORE, HIGHEST_SCORE = 1, 5


def meet(desk: Desk, values: Values) -> Act:
    """Return a meeting today that nobody had planned; it is then the chosen one."""
    level = one_of(Level, values["level"], "level")
    for other in desk.content.meetings:
        is_here = (other.agreement_id, other.level) == (desk.agreement.id, level) and not other.cancelled_reason
        if is_here and desk.today in (other.planned_date, other.held_date):
            raise InputError("meeting_is_there", level=level.value, found=desk.today)
    meeting = Meeting(
        id=desk.new_id("M", desk.content.meetings), agreement_id=desk.agreement.id, level=level, planned_date=desk.today
    )
    return Act((meeting,), "met", {"level": level.value})


def hold(desk: Desk, values: Values) -> Act:
    """Return the meeting as held on a day that is not ahead."""
    meeting, held_date = desk.chosen_meeting(), day(values["held_date"])
    if not desk.agreement.start_date <= held_date <= desk.today:
        raise InputError("held_date_wrong", found=held_date, earliest=desk.agreement.start_date, latest=desk.today)
    held = replace(meeting, version=values["version"], held_date=held_date, cancelled_reason="")
    return Act((held,), "held", {"day": held_date})


def attend(desk: Desk, values: Values) -> Act:
    """Return whether a person is present at the meeting."""
    meeting, person = desk.chosen_meeting(), _participant(desk, values["person"])
    attendance = attendance_of(desk, meeting.id, person.id, present=values["present"])
    return Act((attendance,), "attended" if values["present"] else "not_attended", {"person": person.name})


def attendance_of(desk: Desk, meeting_id: str, person_id: str, *, present: bool) -> Attendance:
    """Return whether a person is present at a meeting, as the record that may be there already."""
    for earlier in desk.content.attendances:
        if (earlier.meeting_id, earlier.person_id) == (meeting_id, person_id):
            return replace(earlier, present=present)
    return Attendance(id=f"{meeting_id}-{person_id}", meeting_id=meeting_id, person_id=person_id, present=present)


def minutes(desk: Desk, values: Values) -> Act:
    """Return the meeting with its minutes as they are written now."""
    check_length(values["text"])
    meeting = desk.chosen_meeting()
    text = as_it_stands(values["text"].strip(), meeting.minutes)
    written = replace(meeting, version=values["version"], minutes=text)
    return Act((written,), "minuted")


def decide(desk: Desk, values: Values) -> Act:
    """Return a decision of the meeting, with the figure that was shown when it was made."""
    meeting = desk.chosen_meeting()
    activity = desk.find(Activity, values["activity"]) if values.get("activity") else None
    decision = Decision(
        id=desk.new_id("D", desk.content.decisions),
        agreement_id=desk.agreement.id,
        meeting_id=meeting.id,
        decided_date=meeting.held_date or desk.today,
        text=told(values["text"], "decision"),
        activity_id=activity.id if activity else None,
    )
    if not values["figure"]:
        return Act((decision,), "decided")
    found = desk.figure(values["figure"])
    if found is None:
        raise InputError("figure_not_shown", found=values["figure"][:60])
    finding, sentence = found
    tied = replace(
        decision,
        figure_code=finding.code,
        figure_number=None if finding.number is None else float(finding.number),
        figure_unit=finding.unit,
        figure_sentence=sentence,
        figure_date=desk.today,
    )
    return Act((tied,), "decided_on_figure")


def take_back_decision(desk: Desk, values: Values) -> Act:
    """Return a decision as taken back; it stays in the register."""
    decision = desk.find(Decision, values["decision"])
    if decision.taken_back and decision.version == values["version"]:
        raise InputError("decision_is_taken_back", found=decision.text[:60])
    return Act((replace(decision, version=values["version"], taken_back=True),), "decision_taken_back")


def pulse(desk: Desk, values: Values) -> Act:
    """Return how a party scores the cooperation on a question; a new score replaces the earlier one."""
    meeting = desk.chosen_meeting()
    party, question = one_of(Party, values["party"], "party"), one_of(PulseQuestion, values["question"], "question")
    if not LOWEST_SCORE <= values["score"] <= HIGHEST_SCORE:
        raise InputError("score_out_of_range", found=values["score"], lowest=LOWEST_SCORE, highest=HIGHEST_SCORE)
    earlier = next(
        (
            answer
            for answer in desk.content.pulse_answers
            if (answer.meeting_id, answer.party, answer.question) == (meeting.id, party, question)
        ),
        None,
    )
    if earlier is not None:
        return Act((replace(earlier, score=values["score"]),), "pulse_given", {"party": party.value})
    answer = PulseAnswer(
        id=f"{meeting.id}-{party}-{question}",
        meeting_id=meeting.id,
        party=party,
        question=question,
        score=values["score"],
    )
    return Act((answer,), "pulse_given", {"party": party.value})


def share_knowledge(desk: Desk, values: Values) -> Act:
    """Return something that one party has learned and shares with the other."""
    check_length(values["text"])
    note = KnowledgeNote(
        id=desk.new_id("K", desk.content.knowledge_notes),
        agreement_id=desk.agreement.id,
        shared_by=one_of(Party, values["party"], "party"),
        shared_date=desk.today,
        title=told(" ".join(values["title"].split()), "title", allowed=LONGEST_TITLE),
        text=values["text"].strip(),
        meeting_id=desk.meeting_id,
    )
    return Act((note,), "knowledge_shared", {"title": note.title})


def _participant(desk: Desk, person_id: str) -> Person:
    """Return a person of one of the parties, or raise ``participant_unknown`` or ``person_not_of_parties``."""
    person = desk.content.find(Person, person_id)
    if person is None:
        raise InputError("participant_unknown", found=person_id[:60])
    if person.organisation_id not in (desk.agreement.buyer_id, desk.agreement.supplier_id):
        raise InputError("person_not_of_parties", person=person.name, agreement=desk.agreement.name)
    return person
