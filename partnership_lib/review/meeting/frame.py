"""What stands still while a meeting goes on: the words of the page, the people, the choices of its forms."""

from __future__ import annotations

from enum import StrEnum

from partnership_lib import text
from partnership_lib.domain import (
    ActivityKind,
    Agreement,
    Level,
    Meeting,
    Organisation,
    Party,
    Person,
    PulseQuestion,
    RegisterContent,
)
from partnership_lib.review.meeting.agreed import meeting_name
from partnership_lib.review.meeting.identity import editors, may_edit
from partnership_lib.review.meeting.list_acts import may_sign
from partnership_lib.review.meeting.protocol import Choice, Frame, PersonChoice
from partnership_lib.review.meeting.view import MeetingView

_WORDS = "review."


def frame(view: MeetingView, content: RegisterContent, editor: Person | None, *, is_asked: bool) -> Frame:
    """Return the frame of the meeting.

    Parameters
    ----------
    content : RegisterContent
        The whole register: who may be asked for as the one who writes, and in the internal view the other agreements
        and the people who can be named. The shared view shows nothing else of it.
    is_asked : bool
        Whether the room asks who is writing: nobody has said yet, and the environment does not say it.
    """
    agreement = view.agreement
    return {
        "language": view.said.language,
        "audience": "internal" if view.audience == "internal" else "shared",
        "words": page_words(view.said.language),
        "today": view.today.isoformat(),
        "editor": _person(editor, agreement) if editor else None,
        "editors": [_person(person, agreement) for person in editors(content)] if is_asked else [],
        "may_edit": editor is not None and may_edit(editor, content),
        "may_sign": editor is not None and may_edit(editor, content) and may_sign(editor, agreement),
        "agreement": _agreement(view),
        "agreements": _agreements(view, content),
        "meetings": _meetings(view),
        "meeting": view.meeting.id if view.meeting else "",
        "people": _people(view, content, editor),
        "choices": {
            "level": _choices(view, "level", Level),
            "kind": _choices(view, "activity_kind", ActivityKind),
            "party": _choices(view, "party", Party),
            "question": _choices(view, "pulse_question", PulseQuestion),
        },
    }


def page_words(language: str) -> dict[str, str]:
    """Return the fixed texts of the page by code: everything under ``review.`` in `text`."""
    return {key[len(_WORDS) :]: text.template(key, language) for key in text.keys(language) if key.startswith(_WORDS)}


def _choices(view: MeetingView, group: str, codes: type[StrEnum]) -> list[Choice]:
    return [{"value": code.value, "label": view.said.word(group, code.value)} for code in codes]


def _agreement(view: MeetingView) -> dict[str, str]:
    agreement, said = view.agreement, view.said
    buyer = view.content.find(Organisation, agreement.buyer_id)
    supplier = view.content.find(Organisation, agreement.supplier_id)
    term = (
        said.say("term", start=agreement.start_date, end=agreement.end_date)
        if agreement.end_date
        else said.say("term_open", start=agreement.start_date)
    )
    return {
        "id": agreement.id,
        "name": agreement.name,
        "buyer": buyer.name if buyer else agreement.buyer_id,
        "supplier": supplier.name if supplier else agreement.supplier_id,
        "owner": view.name_of(agreement.owner_id),
        "term": term,
    }


def _agreements(view: MeetingView, content: RegisterContent) -> list[Choice]:
    """Return the partnerships that can be chosen; the supplier sees only its own."""
    shown = content.agreements if view.audience == "internal" else (view.agreement,)
    return [{"value": each.id, "label": each.name} for each in shown if each.is_partnership or each is view.agreement]


def _meetings(view: MeetingView) -> list[Choice]:
    newest_first = sorted(view.content.meetings, key=_meeting_order, reverse=True)
    return [{"value": meeting.id, "label": meeting_name(view, meeting)} for meeting in newest_first]


def _meeting_order(meeting: Meeting) -> tuple[str, str]:
    return (meeting.held_date or meeting.planned_date).isoformat(), meeting.id


def _people(view: MeetingView, content: RegisterContent, editor: Person | None) -> list[PersonChoice]:
    """Return who can be named: in the shared view only those whom the supplier meets in this agreement already."""
    known = content.people if view.audience == "internal" else view.content.people
    people = {person.id: person for person in known}
    if editor is not None:
        people.setdefault(editor.id, editor)
    of_parties = [person for person in people.values() if view.party_of(person) is not None]
    of_parties.sort(key=lambda person: (view.party_of(person) is Party.SUPPLIER, person.name, person.id))
    whole = {person.id: person for person in content.people}  # the right to sign is internal, that it is there is not
    return [_person(whole.get(person.id, person), view.agreement) for person in of_parties]


def _person(person: Person, agreement: Agreement) -> PersonChoice:
    return {
        "value": person.id,
        "label": person.name,
        "title": person.title,
        "party": "supplier" if person.organisation_id == agreement.supplier_id else "buyer",
        "may_sign": may_sign(person, agreement),
    }
