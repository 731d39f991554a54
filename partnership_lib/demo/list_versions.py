"""Versions of the activity lists: what stood on a list when the parties met, and who has signed it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from partnership_lib.demo.meetings import meeting_id
from partnership_lib.domain import (
    Activity,
    ActivityListItem,
    ActivityListVersion,
    ActivityMove,
    Level,
    Meeting,
    Party,
    Record,
    SignOff,
)

SIGNING = {"both": (Party.BUYER, Party.SUPPLIER), "buyer": (Party.BUYER,), "supplier": (Party.SUPPLIER,), "nobody": ()}


@dataclass(frozen=True)
class AgreementHistory:
    """What has happened in one agreement, and who signs for it."""

    agreement_id: str
    activities: Sequence[Activity]
    moves: Sequence[ActivityMove]
    meetings: Sequence[Meeting]
    signatories: dict[Party, str]


def list_version_records(history: AgreementHistory, rows: Sequence[dict[str, Any]]) -> list[Record]:
    """Return the list versions that `rows` name (level, month, signed), with their items and sign-offs."""
    found: list[Record] = []
    numbers: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: row["month"]):
        numbers[row["level"]] = numbers.get(row["level"], 0) + 1
        found += _version(history, row, numbers[row["level"]])
    return found


def _version(history: AgreementHistory, row: dict[str, Any], number: int) -> list[Record]:
    level = Level(row["level"])
    wanted = meeting_id(history.agreement_id, level, row["month"])
    meeting = next(meeting for meeting in history.meetings if meeting.id == wanted)
    day = meeting.held_date or meeting.planned_date
    version = ActivityListVersion(
        id=f"{history.agreement_id}-LV-{level.value[0].upper()}{number:02d}", agreement_id=history.agreement_id,
        level=level, number=number, proposed_date=day, proposed_by=Party(row.get("proposed_by", "buyer")),
        meeting_id=meeting.id,
    )  # fmt: skip
    return [version, *_items(history, version, day), *_sign_offs(history, version, SIGNING[row["signed"]])]


def _items(history: AgreementHistory, version: ActivityListVersion, day: date) -> list[Record]:
    return [
        ActivityListItem(
            id=f"{version.id}-{activity.id}", list_version_id=version.id, activity_id=activity.id,
            title=activity.title, due_date=due_date_on(activity, history.moves, day),
            buyer_responsible_id=activity.buyer_responsible_id,
            supplier_responsible_id=activity.supplier_responsible_id,
        )
        for activity in history.activities
        if activity.level is version.level and _on_the_list(activity, day)
    ]  # fmt: skip


def _on_the_list(activity: Activity, day: date) -> bool:
    left = activity.done_date or activity.withdrawn_date
    return activity.raised_date <= day and (left is None or left >= day)


def due_date_on(activity: Activity, moves: Sequence[ActivityMove], day: date) -> date | None:
    """Return the due date of an activity as it stood at the end of `day`, before later moves."""
    later = [move for move in moves if move.activity_id == activity.id and move.moved_date > day]
    return min(later, key=lambda move: move.moved_date).from_date if later else activity.due_date


def _sign_offs(history: AgreementHistory, version: ActivityListVersion, parties: Sequence[Party]) -> list[Record]:
    return [
        SignOff(
            id=f"{version.id}-{party.value}", list_version_id=version.id, party=party,
            person_id=history.signatories[party], meeting_id=version.meeting_id,
            # The supplier signs in the room, the buyer when the minutes are adjusted.
            signed_date=version.proposed_date + timedelta(days=0 if party is Party.SUPPLIER else 6),
        )
        for party in parties
    ]  # fmt: skip
