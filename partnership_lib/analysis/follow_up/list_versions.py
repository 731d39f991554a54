"""Which activity lists both parties have agreed on, how each came about, and which wait for a signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import ActivityListVersion, Level, ListState, Meeting, Party
from partnership_lib.domain.list_rules import list_hash, signed_dates, state_on
from partnership_lib.findings import Finding, Section, Signal

PENDING_ATTENTION_DAYS = 30

_COLUMNS = ("level", "number", "list_state", "proposed_by", "proposed_date", "agreed_date", "comment")
_PENDING_COLUMNS = (
    *("level", "number", "proposed_by", "proposed_date"),
    *("buyer_signed_date", "supplier_signed_date", "comment"),
)
_AGREED_COLUMNS = (
    *("level", "number", "items", "meeting_date"),
    *("buyer_signed_by", "buyer_signed_date", "supplier_signed_by", "supplier_signed_date"),
)


@dataclass(frozen=True)
class ListStanding:
    """A version of a level's list: where it stood on a given day, and when each party had signed it by then."""

    version: ActivityListVersion
    state: ListState
    signed: dict[Party, date]

    @property
    def missing(self) -> list[Party]:
        """Return the parties that have not signed it."""
        return [party for party in Party if party not in self.signed]


def list_versions_section(context: FollowUpContext) -> Section:
    """Return the agreed lists, how they came about, those that wait, and agreed ones that are not what was signed.

    Notes
    -----
    What waits for a signature is counted today. A version that has waited more than 30 days asks for attention, as
    does a level with activities but no agreed list. A version whose items are not those that were signed is bad.
    """
    findings = [_agreed(context), _altered(context), _pending(context), _history(context)]
    return Section("list_versions", tuple(finding for finding in findings if finding))


def latest_agreed(context: FollowUpContext, day: date) -> dict[Level, ListStanding]:
    """Return the latest version that both parties had signed off on `day`, for each level that has one."""
    agreed = [each for each in standings(context, day) if each.state is ListState.AGREED]
    return {each.version.level: each for each in agreed}


def pending_versions(context: FollowUpContext, day: date) -> list[ListStanding]:
    """Return the versions that wait for a signature on `day`: proposed, not answered, not replaced, not withdrawn."""
    return [each for each in standings(context, day) if each.state is ListState.PROPOSED]


def standings(context: FollowUpContext, day: date) -> list[ListStanding]:
    """Return where each version proposed by `day` stood then, by level and number."""
    content, levels = context.content, list(Level)
    versions = [version for version in content.activity_list_versions if version.proposed_date <= day]
    versions.sort(key=lambda version: (levels.index(version.level), version.number))
    return [
        ListStanding(
            version,
            state_on(version, versions, content.sign_offs, day),
            signed_dates(version, content.sign_offs, day),
        )
        for version in versions
    ]


def _row(context: FollowUpContext, standing: ListStanding) -> dict[str, Any]:
    version = standing.version
    meeting = context.content.find(Meeting, version.meeting_id)
    return {
        "level": version.level.value,
        "number": version.number,
        "items": sum(item.list_version_id == version.id for item in context.content.activity_list_items),
        "list_state": standing.state.value,
        "proposed_by": version.proposed_by.value,
        "proposed_date": version.proposed_date,
        "agreed_date": max(standing.signed.values()) if standing.state is ListState.AGREED else None,
        "buyer_signed_date": standing.signed.get(Party.BUYER),
        "supplier_signed_date": standing.signed.get(Party.SUPPLIER),
        **{f"{party.value}_signed_by": _signatory(context, standing, party) for party in Party},
        "meeting_date": (meeting.held_date or meeting.planned_date) if meeting else None,
        "comment": version.comment or None,
    }


def _signatory(context: FollowUpContext, standing: ListStanding, party: Party) -> str | None:
    """Return who signed for a party; None where it had not signed."""
    if party not in standing.signed:
        return None
    own = (s for s in context.content.sign_offs if s.list_version_id == standing.version.id and s.party is party)
    return next((context.name_of(sign_off.person_id) for sign_off in own), None)


def _agreed(context: FollowUpContext) -> Finding:
    agreed = latest_agreed(context, context.report_date)
    used = {activity.level for activity in context.unfinished_on(context.report_date)}
    lacking = used - set(agreed)
    rows = table((_row(context, agreed[level]) for level in Level if level in agreed), _AGREED_COLUMNS)
    signal = Signal.ATTENTION if lacking else Signal.GOOD if agreed else Signal.NONE
    code = "list_versions_all" if len(agreed) == len(Level) else "list_versions" if agreed else "list_versions_none"
    return context.finding(code, len(agreed), "count", signal=signal, table=rows if agreed else None)


def _altered(context: FollowUpContext) -> Finding | None:
    """Return the signed versions whose items are no longer what was signed; None where all are."""
    items = context.content.activity_list_items
    versions = {version.id: version for version in context.content.activity_list_versions}
    altered = {
        sign_off.list_version_id
        for sign_off in context.content.sign_offs
        if sign_off.signed_date <= context.report_date
        and sign_off.list_hash != list_hash(versions[sign_off.list_version_id], items)
    }
    if not altered:
        return None
    found = [each for each in standings(context, context.report_date) if each.version.id in altered]
    rows = table((_row(context, each) for each in found), _AGREED_COLUMNS)
    return context.finding("list_versions_altered", len(found), "count", signal=Signal.BAD, table=rows)


def _pending(context: FollowUpContext) -> Finding | None:
    pending = pending_versions(context, context.as_of)
    if not pending:
        return None
    since = min(each.version.proposed_date for each in pending)
    late = since < context.as_of - timedelta(days=PENDING_ATTENTION_DAYS)
    return context.finding(
        "list_versions_pending",
        len(pending),
        "count",
        signal=Signal.ATTENTION if late else Signal.NONE,
        table=table((_row(context, each) for each in pending), _PENDING_COLUMNS),
        since=since,
        buyer=sum(Party.BUYER in each.missing for each in pending),
        supplier=sum(Party.SUPPLIER in each.missing for each in pending),
    )


def _history(context: FollowUpContext) -> Finding | None:
    """Return every version so far, agreed or not, with who proposed it and what the other party answered."""
    found = standings(context, context.report_date)
    if not found:
        return None
    answered = {each.version.counters_id for each in found} - {None}
    code = "list_versions_history_one" if len(found) == 1 else "list_versions_history"
    return context.finding(
        "list_versions_history_answered" if answered else code,
        len(found),
        "count",
        table=table((_row(context, each) for each in found), _COLUMNS),
        agreed=sum(each.state is ListState.AGREED for each in found),
        answered=len(answered),
    )
