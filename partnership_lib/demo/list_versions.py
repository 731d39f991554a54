"""Versions of the activity lists: who proposed what at which meeting, what the other party answered, who signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from partnership_lib.demo.meetings import meeting_id
from partnership_lib.domain import (
    Activity,
    ActivityListItem,
    ActivityListVersion,
    ActivityMove,
    EscalationRule,
    Level,
    Meeting,
    Party,
    Record,
    SignOff,
)
from partnership_lib.domain.ladder import standing_level
from partnership_lib.domain.list_rules import items_of, latest_agreed, list_hash

SIGNING = {"both": (Party.BUYER, Party.SUPPLIER), "buyer": (Party.BUYER,), "supplier": (Party.SUPPLIER,), "nobody": ()}


@dataclass(frozen=True)
class AgreementHistory:
    """What has happened in one agreement, by which rules, and who signs for it."""

    agreement_id: str
    activities: Sequence[Activity]
    moves: Sequence[ActivityMove]
    rules: Sequence[EscalationRule]
    meetings: Sequence[Meeting]
    signatories: dict[Party, str]


def list_version_records(history: AgreementHistory, rows: Sequence[dict[str, Any]]) -> list[Record]:
    """Return the list versions that `rows` name, in their order in time, with their items and sign-offs."""
    found: list[Record] = []
    for row in sorted(rows, key=lambda row: row["month"]):
        earlier = [v for v in found if isinstance(v, ActivityListVersion) and v.level == row["level"]]
        signed = [sign_off for sign_off in found if isinstance(sign_off, SignOff)]
        found += _version(history, row, earlier, signed)
    return found


def _version(
    history: AgreementHistory, row: dict[str, Any], earlier: list[ActivityListVersion], signed: list[SignOff]
) -> list[Record]:
    level = Level(row["level"])
    wanted = meeting_id(history.agreement_id, level, row["month"])
    meeting = next(meeting for meeting in history.meetings if meeting.id == wanted)
    day = (meeting.held_date or meeting.planned_date) + timedelta(days=row.get("days_after", 0))
    proposed_by = Party(row.get("proposed_by", "buyer"))
    agreed = latest_agreed(earlier, signed, history.agreement_id, level, day)
    number = len(earlier) + 1
    version = ActivityListVersion(
        id=f"{history.agreement_id}-LV-{level.value[0].upper()}{number:02d}", agreement_id=history.agreement_id,
        level=level, number=number, proposed_date=day, proposed_by=proposed_by,
        proposed_by_id=history.signatories[proposed_by] or None, meeting_id=meeting.id,
        based_on_id=agreed.id if agreed else None,
        counters_id=earlier[-1].id if row.get("is_answer") else None, comment=row.get("comment", ""),
        withdrawn_date=row.get("withdrawn_date"),
    )  # fmt: skip
    items = _items(history, version, agreed.proposed_date if agreed else None, row.get("wanted_due_dates", {}))
    signed_hash = list_hash(version, items)
    return [version, *items, *_sign_offs(history, version, SIGNING[row["signed"]], signed_hash)]


def _items(
    history: AgreementHistory, version: ActivityListVersion, since: date | None, wanted_due_dates: dict[str, date]
) -> list[ActivityListItem]:
    """Return what the version holds; a proposal may want other due dates than those the activities got."""
    day = version.proposed_date
    known = [_as_of(activity, history.moves, day) for activity in history.activities if activity.raised_date <= day]
    level_of = {activity.id: standing_level(activity, history.rules, history.moves, day) for activity in known}
    return [
        replace(item, due_date=wanted_due_dates.get(item.activity_id, item.due_date))
        for item in items_of(version.id, known, level_of, since, version.level)
    ]


def _as_of(activity: Activity, moves: Sequence[ActivityMove], day: date) -> Activity:
    done, withdrawn = activity.done_date, activity.withdrawn_date
    return replace(
        activity,
        due_date=due_date_on(activity, moves, day),
        done_date=done if done and done <= day else None,
        withdrawn_date=withdrawn if withdrawn and withdrawn <= day else None,
    )


def due_date_on(activity: Activity, moves: Sequence[ActivityMove], day: date) -> date | None:
    """Return the due date of an activity as it stood at the end of `day`, before later moves."""
    later = [move for move in moves if move.activity_id == activity.id and move.moved_date > day]
    return min(later, key=lambda move: move.moved_date).from_date if later else activity.due_date


def _sign_offs(
    history: AgreementHistory, version: ActivityListVersion, parties: Sequence[Party], signed_hash: str
) -> list[Record]:
    return [
        SignOff(
            id=f"{version.id}-{party.value}", list_version_id=version.id, party=party,
            person_id=history.signatories[party], meeting_id=version.meeting_id,
            # The supplier signs in the room, the buyer when the minutes are adjusted.
            signed_date=version.proposed_date + timedelta(days=0 if party is Party.SUPPLIER else 6),
            list_hash=signed_hash, is_present=party is Party.SUPPLIER,
            entered_by_id=history.signatories[Party.BUYER] or None if party is Party.SUPPLIER else None,
        )
        for party in parties
    ]  # fmt: skip
