"""What an agenda and minutes are computed from: one meeting, and the follow-up of its agreement on that day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from partnership_lib.analysis.follow_up import FollowUpContext, prepare
from partnership_lib.analysis.meeting_pack.choosing import MINUTES, chosen_meeting
from partnership_lib.analysis.meeting_pack.known import is_coming, is_held, working_order_on
from partnership_lib.analysis.meeting_pack.proposals import ProposedMeeting, proposed_meetings
from partnership_lib.domain import (
    Activity,
    Cadence,
    Decision,
    Level,
    Meeting,
    Organisation,
    Party,
    Person,
    RegisterContent,
)
from partnership_lib.errors import UsageError
from partnership_lib.findings import Finding, Signal
from partnership_lib.units.period import Period, PeriodKind


@dataclass(frozen=True, kw_only=True)
class PackContext:
    """One meeting as one audience may see it.

    Attributes
    ----------
    kind : str
        ``agenda`` or ``minutes``.
    now : FollowUpContext
        The agreement on `day`, reduced to what the audience may see.
    meeting : Meeting
        As the audience may see it.
    as_of : date
        Today; proposals for coming meetings are counted from here.
    proposals : tuple of ProposedMeeting
        Meetings of this level that nobody has planned yet.
    """

    kind: str
    now: FollowUpContext
    meeting: Meeting
    as_of: date
    proposals: tuple[ProposedMeeting, ...]

    @property
    def content(self) -> RegisterContent:
        """Return what the audience may see of the agreement."""
        return self.now.content

    @property
    def level(self) -> Level:
        """Return the level that the meeting is on."""
        return self.meeting.level

    @property
    def day(self) -> date:
        """Return the day whose state is shown: today for the agenda, the day it was held for the minutes."""
        return self.now.as_of

    @property
    def date(self) -> date:
        """Return the day of the meeting itself."""
        return self.meeting.held_date or self.meeting.planned_date

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """Return the meetings of the level, in the order of their days."""
        same = [meeting for meeting in self.content.meetings if meeting.level is self.level]
        return tuple(sorted(same, key=lambda meeting: (meeting.held_date or meeting.planned_date, meeting.id)))

    @cached_property
    def previous(self) -> Meeting | None:
        """Return the latest meeting of the level held before this one."""
        before = [m for m in self.meetings if m.id != self.meeting.id and is_held(m, min(self.date, self.day))]
        return before[-1] if before else None

    @cached_property
    def next_planned(self) -> Meeting | None:
        """Return the next meeting of the level that is planned after this one."""
        after = [m for m in self.meetings if m.id != self.meeting.id and is_coming(m, self.date)]
        return min(after, key=lambda meeting: (meeting.planned_date, meeting.id), default=None)

    @cached_property
    def cadence(self) -> Cadence | None:
        """Return what the working order says about the meetings of the level."""
        order = working_order_on(self.content, self.now.agreement.id, self.date)
        same = [c for c in self.content.cadences if order and c.working_order_id == order.id and c.level is self.level]
        return same[0] if same else None

    @property
    def expected(self) -> list[Person]:
        """Return the people whom the working order names for the level."""
        cadence_id = self.cadence.id if self.cadence else None
        ids = dict.fromkeys(each.person_id for each in self.content.participants if each.cadence_id == cadence_id)
        return [person for person in map(self.person, ids) if person is not None]

    def person(self, person_id: str | None) -> Person | None:
        """Return a person by id."""
        return self.content.find(Person, person_id)

    def party_of(self, person: Person) -> Party:
        """Return which party a person belongs to."""
        organisation = self.content.find(Organisation, person.organisation_id)
        return organisation.party if organisation else Party.SUPPLIER

    def names(self, people: list[Person], party: Party) -> list[str]:
        """Return the names of those who belong to a party."""
        return sorted(person.name for person in people if self.party_of(person) is party)

    def standing_level(self, activity: Activity) -> Level:
        """Return the level that an activity stands on: its own, or the one that it has climbed to."""
        steps = self.now.climbs_on(activity, self.day)
        return steps[-1].to_level if steps else activity.level

    def decisions_of(self, meeting: Meeting) -> list[Decision]:
        """Return what a meeting decided, without what was taken back."""
        own = [d for d in self.content.decisions if d.meeting_id == meeting.id and not d.taken_back]
        return sorted(own, key=lambda decision: (decision.decided_date, decision.id))

    def closed_period(self) -> FollowUpContext:
        """Return the follow-up of the last closed period of the agreement's rhythm: the figures that are published."""
        rhythm = PeriodKind(self.now.agreement.report_rhythm or PeriodKind.TERTIAL)
        return replace(self.now, period=Period.last_closed(rhythm, self.day))

    def finding(
        self,
        code: str,
        number: float | None = None,
        unit: str = "",
        *,
        signal: Signal = Signal.NONE,
        table: pd.DataFrame | None = None,
        **values: Any,
    ) -> Finding:
        """Return a finding of this pack; its sentence knows the number, the level and the currency."""
        known = {"number": number, "level": self.level.value, "currency": self.now.currency}
        return Finding(f"{self.kind}.{code}", number, unit, {**known, **values}, table, signal)

    def heading_values(self) -> dict[str, Any]:
        """Return what the title names."""
        supplier = self.content.find(Organisation, self.now.agreement.supplier_id)
        return {
            "agreement_id": self.now.agreement.id,
            "agreement": self.now.agreement.name,
            "supplier": supplier.name if supplier else self.now.agreement.supplier_id,
            "meeting": self.meeting.id,
            "level": self.level.value,
            "meeting_date": self.date,
            "as_of": self.as_of,
            "audience": self.now.audience,
            "currency": self.now.currency,
        }


def prepare_pack(
    content: RegisterContent,
    spend: pd.DataFrame,
    agreement_id: str,
    meeting_id: str | None,
    as_of: date,
    audience: str,
    currency: str,
    kind: str,
) -> PackContext:
    """Return the context of an agenda or of minutes.

    Raises
    ------
    UsageError
        See `chosen_meeting`; ``unknown_audience``.
    ReportError
        ``no_data_for_period`` when the agreement was not in force then.
    """
    meeting = chosen_meeting(content, agreement_id, meeting_id, as_of, kind)
    day = meeting.held_date if kind == MINUTES and meeting.held_date is not None else as_of
    month = Period.containing(PeriodKind.MONTH, day)
    now = prepare(content, spend, agreement_id, month, day, audience, currency)
    seen = now.content.find(Meeting, meeting.id)
    assert seen is not None
    proposals = _proposals(content, agreement_id, as_of, meeting.level)
    return PackContext(kind=kind, now=now, meeting=seen, as_of=as_of, proposals=proposals)


def _proposals(content: RegisterContent, agreement_id: str, as_of: date, level: Level) -> tuple[ProposedMeeting, ...]:
    # From the whole register, so that the agenda proposes the very days that the command would plan.
    try:
        found = proposed_meetings(content, agreement_id, as_of)
    except UsageError:
        return ()
    return tuple(proposed for proposed in found if proposed.level is level)
