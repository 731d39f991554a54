"""The desk: what an act of the meeting has in front of it, and what it leaves to be saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from partnership_lib.domain import (
    Activity,
    ActivityListItem,
    ActivityListVersion,
    ActivityMove,
    Agreement,
    EscalationRule,
    Level,
    Meeting,
    Organisation,
    Party,
    Person,
    Record,
    RegisterContent,
)
from partnership_lib.domain.ladder import standing_level
from partnership_lib.domain.list_rules import items_of, latest_agreed
from partnership_lib.errors import InputError
from partnership_lib.findings import Finding

Kind = TypeVar("Kind", bound=Record)


@dataclass(frozen=True)
class Act:
    """What an act of the meeting leads to: records to save together, and what is said when they have been."""

    records: tuple[Record, ...]
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything that an act may look at; made anew for every command, from the register as it stands then.

    Attributes
    ----------
    content : RegisterContent
        The whole register; `find` hands out no record of another agreement.
    meeting : Meeting or None
        The chosen meeting.
    editor_id : str
        Who writes. Whether that person may is decided by the register when it saves.
    save_id : str
        Id of the command; the ids of new records are made from it, so that the command sent again makes the same.
    figure : callable
        Returns the finding with a code that the meeting can see, and the day that it was computed for; None when
        there is no such figure.
    """

    content: RegisterContent
    agreement: Agreement
    meeting: Meeting | None
    editor_id: str
    today: date
    audience: str
    language: str
    save_id: str
    figure: Callable[[str], tuple[Finding, str] | None]

    def new_id(self, prefix: str, among: Sequence[Record]) -> str:
        """Return the id of a new record, numbered after those of its kind: what a day brought stands in that order.

        Two who make one at the same time get different ids; what is sent again is known by its save before it is made.
        """
        start = f"{self.agreement.id}-{prefix}-"
        number = 1 + sum(record.id.startswith(start) for record in among)
        return f"{start}{number:04d}-{self.save_id[:4]}"

    def find(self, kind: type[Kind], record_id: str) -> Kind:
        """Return a record of this agreement.

        Raises
        ------
        InputError
            ``not_in_agreement`` when there is none with this id, or when it belongs to another agreement.
        """
        found = self.content.find(kind, record_id)
        if found is None or getattr(found, "agreement_id", self.agreement.id) != self.agreement.id:
            raise InputError("not_in_agreement", found=record_id[:60], agreement=self.agreement.name)
        return found

    def person_of(self, party: Party, person_id: str | None) -> str | None:
        """Return the id of a person who belongs to a party of the agreement; None for nobody.

        Raises
        ------
        InputError
            ``participant_unknown`` or ``person_wrong_party``.
        """
        if not person_id:
            return None
        person = self.content.find(Person, person_id)
        if person is None:
            raise InputError("participant_unknown", found=person_id[:60])
        if person.organisation_id != self.organisation_of(party):
            organisation = self.content.find(Organisation, person.organisation_id)
            belongs = organisation.name if organisation else person.organisation_id
            raise InputError("person_wrong_party", person=person.name, found=belongs, party=party.value)
        return person.id

    def organisation_of(self, party: Party) -> str:
        """Return the id of the organisation that is a party of the agreement."""
        return self.agreement.buyer_id if party is Party.BUYER else self.agreement.supplier_id

    @property
    def meeting_id(self) -> str | None:
        """Return the id of the chosen meeting, or None."""
        return self.meeting.id if self.meeting else None

    def chosen_meeting(self) -> Meeting:
        """Return the chosen meeting, or raise ``no_meeting_chosen``."""
        if self.meeting is None:
            raise InputError("no_meeting_chosen", agreement=self.agreement.name)
        return self.meeting

    @cached_property
    def activities(self) -> tuple[Activity, ...]:
        """Return the activities of the agreement."""
        return tuple(a for a in self.content.activities if a.agreement_id == self.agreement.id)

    @cached_property
    def standing(self) -> dict[str, Level]:
        """Return the level whose list each activity stands on today."""
        return standing_levels(self.content, self.activities, self.agreement.id, self.today)

    def list_versions(self, level: Level) -> list[ActivityListVersion]:
        """Return the versions of a level's list, by number."""
        versions = [
            version
            for version in self.content.activity_list_versions
            if version.agreement_id == self.agreement.id and version.level is level
        ]
        return sorted(versions, key=lambda version: version.number)

    def items_now(self, level: Level, version_id: str = "now") -> list[ActivityListItem]:
        """Return what a version of the level's list holds when it is proposed now."""
        versions, sign_offs = self.content.activity_list_versions, self.content.sign_offs
        agreed = latest_agreed(versions, sign_offs, self.agreement.id, level, self.today)
        since = agreed.proposed_date if agreed else None
        return items_of(version_id, self.activities, self.standing, since, level)


def rules_on(content: RegisterContent, agreement_id: str, day: date) -> list[EscalationRule]:
    """Return the escalation rules of the working order that applies on `day`."""
    orders = [o for o in content.working_orders if o.agreement_id == agreement_id and o.valid_from <= day]
    order = max(orders, key=lambda each: (each.valid_from, each.id), default=None)
    return [rule for rule in content.escalation_rules if order and rule.working_order_id == order.id]


def moves_by_activity(content: RegisterContent) -> dict[str, list[ActivityMove]]:
    """Return the moves that have not been taken back, by activity, oldest first."""
    moves: dict[str, list[ActivityMove]] = {}
    for move in sorted(content.activity_moves, key=lambda each: (each.moved_date, each.id)):
        if not move.taken_back:
            moves.setdefault(move.activity_id, []).append(move)
    return moves


def standing_levels(
    content: RegisterContent, activities: tuple[Activity, ...], agreement_id: str, day: date
) -> dict[str, Level]:
    """Return the level whose list each activity stands on at the end of `day`, by id."""
    rules, moves = rules_on(content, agreement_id, day), moves_by_activity(content)
    return {a.id: standing_level(a, rules, moves.get(a.id, []), day) for a in activities}
