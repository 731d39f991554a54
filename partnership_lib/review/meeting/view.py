"""What the chosen audience may see of the chosen meeting, looked up once for all that is shown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from partnership_lib.domain import (
    Activity,
    ActivityComment,
    ActivityMove,
    Agreement,
    EscalationRule,
    Level,
    Meeting,
    Party,
    Person,
    RegisterContent,
    WorkingOrder,
)
from partnership_lib.domain.audience import agreement_view, shared_view
from partnership_lib.domain.ladder import Climb, climbs
from partnership_lib.review.meeting.desk import moves_by_activity, rules_on
from partnership_lib.review.meeting.said import Said


@dataclass(frozen=True, kw_only=True)
class MeetingView:
    """One agreement, one meeting, one audience, one day.

    Attributes
    ----------
    content : RegisterContent
        Only what concerns the agreement; in the shared view only what the supplier may see.
    agreement : Agreement
        As the audience may see it.
    """

    content: RegisterContent
    agreement: Agreement
    meeting: Meeting | None
    today: date
    audience: str
    said: Said

    @classmethod
    def of(
        cls, content: RegisterContent, agreement_id: str, meeting_id: str, today: date, audience: str, language: str
    ) -> MeetingView:
        """Return the view; everything internal is gone from it before anything is made of it."""
        seen = agreement_view(content, agreement_id)
        if audience != "internal":
            # Reduced once more: who was only named in an internal field is not named any longer.
            seen = agreement_view(shared_view(seen), agreement_id)
        return cls(
            content=seen,
            agreement=seen.agreements[0],
            meeting=seen.find(Meeting, meeting_id),
            today=today,
            audience=audience,
            said=Said(language, today),
        )

    @cached_property
    def since(self) -> date | None:
        """Return the day of the meeting before this one, on its level; None when there was none."""
        if self.meeting is None:
            return None
        held = [
            each.held_date
            for each in self.content.meetings
            if each.level is self.meeting.level
            and each.id != self.meeting.id
            and each.held_date is not None
            and each.held_date < self.meeting_day
        ]
        return max(held, default=None)

    @property
    def meeting_day(self) -> date:
        """Return the day that the meeting was held, or is planned for; today when none is chosen."""
        return (self.meeting.held_date or self.meeting.planned_date) if self.meeting else self.today

    @cached_property
    def rules(self) -> list[EscalationRule]:
        """Return the escalation rules that apply today."""
        return rules_on(self.content, self.agreement.id, self.today)

    @cached_property
    def working_order(self) -> WorkingOrder | None:
        """Return the working order that applies today."""
        valid = [order for order in self.content.working_orders if order.valid_from <= self.today]
        return max(valid, key=lambda order: (order.valid_from, order.id), default=None)

    @cached_property
    def moves(self) -> dict[str, list[ActivityMove]]:
        """Return the moves of each activity that stand, oldest first."""
        return moves_by_activity(self.content)

    @cached_property
    def climbs(self) -> dict[str, list[Climb]]:
        """Return the steps that each activity has climbed by today; activities on their own level have none."""
        return {a.id: climbs(a, self.rules, self.moves.get(a.id, []), self.today) for a in self.content.activities}

    @cached_property
    def standing(self) -> dict[str, Level]:
        """Return the level whose list each activity stands on today."""
        steps = self.climbs
        return {a.id: steps[a.id][-1].to_level if steps[a.id] else a.level for a in self.content.activities}

    @cached_property
    def comments(self) -> dict[str, list[ActivityComment]]:
        """Return the comments on each activity that say something, oldest first."""
        by_activity: dict[str, list[ActivityComment]] = defaultdict(list)
        for comment in sorted(self.content.activity_comments, key=lambda each: (each.written_date, each.id)):
            if comment.text:  # an undone one is blank
                by_activity[comment.activity_id].append(comment)
        return dict(by_activity)

    @cached_property
    def by_id(self) -> dict[str, Activity]:
        """Return the activities by their id."""
        return {activity.id: activity for activity in self.content.activities}

    @cached_property
    def children(self) -> dict[str, list[Activity]]:
        """Return the activities that are part of each one."""
        by_parent: dict[str, list[Activity]] = defaultdict(list)
        for activity in self.content.activities:
            if activity.parent_id is not None:
                by_parent[activity.parent_id].append(activity)
        return dict(by_parent)

    def name_of(self, person_id: str | None) -> str:
        """Return the name of a person, or that nobody is named."""
        person = self.content.find(Person, person_id)
        return person.name if person else self.said.say("nobody")

    def party_of(self, person: Person) -> Party | None:
        """Return the party that a person belongs to, or None for somebody else's."""
        return {self.agreement.buyer_id: Party.BUYER, self.agreement.supplier_id: Party.SUPPLIER}.get(
            person.organisation_id
        )
