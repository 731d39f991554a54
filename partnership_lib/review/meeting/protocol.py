"""What the room's page and its kernel say to each other: the state that is shown, and the commands that come back.

The state goes one way, from the kernel to the page, as plain JSON in the traits of one widget, a trait per part so
that a small change sends little. It holds only what the chosen audience may see: nothing is hidden by the page.
Commands come the other way as messages of the widget. Each carries an id made by the page, which is the save id in
the register: the same command sent twice, because the first answer never came, is done once. Nothing that the page
says is trusted: names, types, rights, states and versions are checked where the command is carried out.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

Day = str
"""ISO date, ``YYYY-MM-DD``."""


class Choice(TypedDict):
    """Something that can be chosen: its code or id, and its words."""

    value: str
    label: str


class PersonChoice(TypedDict):
    """Somebody who can be named as responsible, as present or as the one who signs."""

    value: str
    label: str
    title: str
    party: Literal["buyer", "supplier"]
    may_sign: bool


class Frame(TypedDict):
    """What stands still while a meeting goes on: words, people, the choices of forms, what may be chosen."""

    language: str
    audience: Literal["internal", "shared"]
    words: dict[str, str]  # every fixed text of the page, by code (`review.*` in `text`)
    today: Day
    editor: PersonChoice | None  # None: nobody has said yet who is writing
    editors: list[PersonChoice]  # who may be asked for
    may_edit: bool
    may_sign: bool
    agreement: dict[str, str]  # id, name, buyer, supplier, owner, term
    agreements: list[Choice]
    meetings: list[Choice]
    meeting: str  # id of the chosen one, "" for none
    people: list[PersonChoice]
    choices: dict[str, list[Choice]]  # level, kind, party, question


class Comment(TypedDict):
    """Something said about an activity."""

    day: Day
    author: str
    party: str
    text: str


class ActivityRow(TypedDict):
    """An activity as it stands on the day of the meeting."""

    id: str
    version: int
    level: str  # its own
    stands_on: str  # where it has climbed to; the same as `level` when it has not
    climb: str  # why and when it climbed, in words; "" when it has not
    title: str
    kind: str
    raised_by: str
    raised_date: Day
    due_date: Day | None
    done_date: Day | None
    withdrawn_date: Day | None
    status: Literal["open", "overdue", "done", "withdrawn"]
    overdue_days: int
    moved_times: int
    buyer_responsible_id: str | None
    supplier_responsible_id: str | None
    parent_id: str | None
    children: list[str]
    evidence: str
    internal_note: NotRequired[str]  # absent in the shared view
    comments: list[Comment]
    is_new: bool  # raised since the last meeting
    since_last: list[str]  # what happened to it since the last meeting, in words
    lacks: list[str]  # what is missing, in words: responsible on one side, parent, breakdown
    this_period: bool  # due, done or raised in the period that the meeting looks at


class ListStatus(TypedDict):
    """Where the list of a level stands: what is agreed, what is proposed, how they differ from now."""

    level: str
    agreed: dict[str, Any] | None  # number, day, meeting, items, signatures in words, hash (first 12)
    proposal: dict[str, Any] | None  # id, number, day, by, comment, hash, items, signed: {party: words}
    changes_since_agreed: list[str]  # of what stands now against the agreed version, in words
    proposal_differs: list[str]  # of what stands now against the open proposal, in words; a new one is needed
    history: list[dict[str, Any]]  # number, state, day, by, in words, newest first


class Figure(TypedDict):
    """A figure that can be shown and decided on."""

    code: str
    section: str
    sentence: str
    signal: str
    svg: str  # "" where it has no picture; harmless: shown as an image


class MeetingState(TypedDict):
    """What has been written about the chosen meeting."""

    id: str
    version: int
    level: str
    planned_date: Day
    held_date: Day | None
    minutes: str
    attendance: dict[str, bool]  # person id to present
    participants: list[str]  # ids of those who take part on this level by the working order
    decisions: list[dict[str, Any]]  # id, version, text, figure_sentence, figure_date, activity
    pulse: dict[str, dict[str, int]]  # party to question to score
    pulse_gap: list[str]  # in words, where the parties differ by 2 or more
    knowledge: list[dict[str, Any]]  # id, party, title, text, day
    undoable: dict[str, str] | None  # save_id and words of what would be undone


class Command(TypedDict):
    """A message from the page."""

    type: Literal["command"]
    id: str  # UUID made by the page; save id of what it saves
    name: str
    values: dict[str, Any]
    place: NotRequired[dict[str, str]]  # agreement and meeting that it was written for; without it, the chosen ones


class Answer(TypedDict):
    """What became of a command; the changed state is sent before it."""

    type: Literal["answer"]
    id: str
    ok: bool
    said: str  # in the reader's language: "Sparat 14.02" or why not
    code: str  # "" or the code of the error
    conflict: NotRequired[Conflict]


class Conflict(TypedDict):
    """Two people changed the same activity or meeting: both texts, field by field, so that people can choose.

    Who keeps her own text sends the same command again, with a new id and this version; who mixes the two sends
    `change` with the fields that it may hold.
    """

    activity: str  # "" when it is about the meeting: its minutes, or that it was held
    meeting: str  # "" when it is about an activity
    version: int  # theirs; a choice is sent back as `change` against it
    by: str
    at: str
    fields: list[dict[str, str]]  # field, label, yours, theirs (in words), yours_value, theirs_value


COMMANDS: dict[str, dict[str, Any]] = {
    # name: the values that it must have (type) and may have (type | None)
    "identify": {"person": str},
    "choose": {"agreement": str, "meeting": str},
    "audience": {"audience": str},
    "refresh": {},
    "add": {
        "level": str,
        "title": str,
        "kind": str,
        "raised_by": str,
        "due_date": str | None,
        "buyer_responsible_id": str | None,
        "supplier_responsible_id": str | None,
        "parent_id": str | None,
    },
    "change": {"activity": str, "version": int, "fields": dict},
    "move": {"activity": str, "version": int, "due_date": str, "reason": str},
    "complete": {"activity": str, "version": int, "done_date": str, "evidence": str},
    "reopen": {"activity": str, "version": int, "comment": str},
    "withdraw": {"activity": str, "version": int, "comment": str},
    "comment": {"activity": str, "party": str, "text": str},
    "meet": {"level": str},
    "hold": {"version": int, "held_date": str},
    "attend": {"person": str, "present": bool},
    "minutes": {"version": int, "text": str},
    "decide": {"text": str, "figure": str, "activity": str | None},
    "take_back_decision": {"decision": str, "version": int},
    "pulse": {"party": str, "question": str, "score": int},
    "share_knowledge": {"party": str, "title": str, "text": str},
    "propose": {"level": str, "party": str, "comment": str, "counters": str | None},
    "withdraw_proposal": {"list_version": str, "version": int},
    "sign": {"list_version": str, "list_hash": str, "party": str, "person": str, "is_present": bool},
    "undo": {"save": str},
}
"""Commands by name, with their values.

The fields of `change` are title, kind, raised_by, level, parent_id, the two responsibles, evidence, and in the internal
view internal_note. A value of the type ``str | None`` may be left out.
"""
