"""Every act of the meeting by the name of its command."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from partnership_lib.review.meeting import activity_acts, list_acts, meeting_acts
from partnership_lib.review.meeting.activity_acts import Values
from partnership_lib.review.meeting.desk import Act, Desk

ACTS: Mapping[str, Callable[[Desk, Values], Act]] = {
    "add": activity_acts.add,
    "change": activity_acts.change,
    "move": activity_acts.move,
    "complete": activity_acts.complete,
    "reopen": activity_acts.reopen,
    "withdraw": activity_acts.withdraw,
    "comment": activity_acts.comment,
    "meet": meeting_acts.meet,
    "hold": meeting_acts.hold,
    "attend": meeting_acts.attend,
    "minutes": meeting_acts.minutes,
    "decide": meeting_acts.decide,
    "take_back_decision": meeting_acts.take_back_decision,
    "pulse": meeting_acts.pulse,
    "share_knowledge": meeting_acts.share_knowledge,
    "propose": list_acts.propose,
    "withdraw_proposal": list_acts.withdraw_proposal,
    "sign": list_acts.sign,
}
