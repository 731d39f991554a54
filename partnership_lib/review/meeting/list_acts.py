"""What the meeting does to the lists: proposes a version, answers with another, withdraws it, signs it off."""

from __future__ import annotations

from dataclasses import replace

from partnership_lib.domain import (
    AccessRole,
    ActivityListItem,
    ActivityListVersion,
    Agreement,
    Attendance,
    Level,
    ListState,
    Party,
    Person,
    SignOff,
)
from partnership_lib.domain.list_rules import latest_agreed, list_hash, state_on
from partnership_lib.errors import InputError
from partnership_lib.review.meeting.activity_acts import Values, one_of
from partnership_lib.review.meeting.commands import check_length
from partnership_lib.review.meeting.desk import Act, Desk
from partnership_lib.review.meeting.meeting_acts import attendance_of


def propose(desk: Desk, values: Values) -> Act:
    """Return a version of a level's list as the activities stand now: a first proposal, or an answer to one.

    An earlier proposal of the same party that nobody has signed is withdrawn in the same breath; the other party's
    is answered.
    """
    level, party = one_of(Level, values["level"], "level"), one_of(Party, values["party"], "party")
    check_length(values["comment"])
    versions, sign_offs = desk.list_versions(level), desk.content.sign_offs
    standing = open_proposal(desk, level)
    if values.get("counters") and (standing is None or standing.id != values["counters"]):
        raise InputError("proposal_not_open", level=level.value)
    version = ActivityListVersion(
        id=desk.new_id("LV", desk.content.activity_list_versions),
        agreement_id=desk.agreement.id,
        level=level,
        number=max((each.number for each in versions), default=0) + 1,
        proposed_date=desk.today,
        proposed_by=party,
        proposed_by_id=desk.editor_id if party is Party.BUYER else None,
        meeting_id=desk.meeting_id,
        based_on_id=_id_of(latest_agreed(versions, sign_offs, desk.agreement.id, level, desk.today)),
        counters_id=_id_of(standing) if standing and standing.proposed_by is not party else None,
        comment=values["comment"].strip(),
    )
    items = desk.items_now(level, version.id)
    if not items:
        raise InputError("list_is_empty", level=level.value)
    if standing is not None and said_by(items_in(desk, standing)) == said_by(items):
        raise InputError("proposal_stands", level=level.value, number=standing.number)
    earlier = _withdrawn(desk, standing, party)
    code = "countered" if version.counters_id else "proposed"
    return Act((*earlier, version, *items), code, {"level": level.value, "number": version.number})


def withdraw_proposal(desk: Desk, values: Values) -> Act:
    """Return a proposal as withdrawn today; one that somebody has signed stands until another is agreed."""
    version = _open(desk, values["list_version"])
    withdrawn = replace(version, version=values["version"], withdrawn_date=desk.today)
    return Act((withdrawn,), "proposal_withdrawn", {"level": version.level.value, "number": version.number})


def sign(desk: Desk, values: Values) -> Act:
    """Return a party's approval of exactly the version that was on the screen.

    Raises
    ------
    InputError
        ``shown_list_differs`` when what the page showed is not what the register holds, ``proposal_closed``,
        ``signed_already``, ``signer_missing``, ``signer_without_right``.
    """
    version = _open(desk, values["list_version"])
    party = one_of(Party, values["party"], "party")
    held = list_hash(version, items_in(desk, version))
    if values["list_hash"] != held:
        raise InputError("shown_list_differs", level=version.level.value, number=version.number)
    if any((s.list_version_id, s.party) == (version.id, party) for s in desk.content.sign_offs):
        raise InputError("signed_already", number=version.number, party=party.value)
    signer = _signer(desk, party, values["person"])
    sign_off = SignOff(
        id=f"{version.id}-{party}",
        list_version_id=version.id,
        party=party,
        person_id=signer.id,
        signed_date=desk.today,
        meeting_id=desk.meeting_id if values["is_present"] else None,
        list_hash=held,
        entered_by_id=None if values["person"] == desk.editor_id else desk.editor_id,
        is_present=values["is_present"],
    )
    both = any(s.list_version_id == version.id for s in desk.content.sign_offs)
    code = "agreed" if both else "signed"
    said = {"level": version.level.value, "number": version.number, "party": party.value}
    return Act((sign_off, *_presence(desk, sign_off)), code, said)


def may_sign(person: Person, agreement: Agreement) -> bool:
    """Return whether a person may approve lists: the partnership owner and admins, and anybody of the supplier."""
    if person.organisation_id == agreement.supplier_id:
        return True
    roles = (AccessRole.PARTNERSHIP_OWNER, AccessRole.ADMIN)
    return person.organisation_id == agreement.buyer_id and (
        person.access_role in roles or agreement.owner_id == person.id
    )


def open_proposal(desk: Desk, level: Level) -> ActivityListVersion | None:
    """Return the newest version of a level's list that waits for a signature."""
    versions, sign_offs = desk.list_versions(level), desk.content.sign_offs
    waiting = [v for v in versions if state_on(v, versions, sign_offs, desk.today) is ListState.PROPOSED]
    return waiting[-1] if waiting else None


def items_in(desk: Desk, version: ActivityListVersion) -> list[ActivityListItem]:
    """Return the items of a version."""
    return [item for item in desk.content.activity_list_items if item.list_version_id == version.id]


def said_by(items: list[ActivityListItem]) -> set[ActivityListItem]:
    """Return what items say, whatever version they stand in."""
    return {replace(item, id="", version=0, list_version_id="") for item in items}


def _open(desk: Desk, version_id: str) -> ActivityListVersion:
    version = desk.find(ActivityListVersion, version_id)
    state = state_on(version, desk.list_versions(version.level), desk.content.sign_offs, desk.today)
    if state is not ListState.PROPOSED:
        raise InputError("proposal_closed", number=version.number, level=version.level.value, state=state.value)
    return version


def _withdrawn(desk: Desk, standing: ActivityListVersion | None, party: Party) -> tuple[ActivityListVersion, ...]:
    if standing is None or standing.proposed_by is not party:
        return ()
    if any(sign_off.list_version_id == standing.id for sign_off in desk.content.sign_offs):
        return ()  # signed by one party: it stands until a later version is agreed
    return (replace(standing, withdrawn_date=desk.today),)


def _signer(desk: Desk, party: Party, person_id: str) -> Person:
    if not desk.person_of(party, person_id):
        raise InputError("signer_missing", party=party.value)
    person = desk.find(Person, person_id)
    if not may_sign(person, desk.agreement):
        raise InputError("signer_without_right", person=person.name, agreement=desk.agreement.name)
    return person


def _presence(desk: Desk, sign_off: SignOff) -> tuple[Attendance, ...]:
    """Return that the one who signs in the room is at the meeting, where that has not been noted yet."""
    if sign_off.meeting_id is None:
        return ()
    attendance = attendance_of(desk, sign_off.meeting_id, sign_off.person_id, present=True)
    return (attendance,) if attendance not in desk.content.attendances else ()


def _id_of(version: ActivityListVersion | None) -> str | None:
    return version.id if version else None
