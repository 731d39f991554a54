"""Everything the register holds at one moment, as plain records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

from partnership_lib.domain.activity import Activity, ActivityComment, ActivityMove
from partnership_lib.domain.activity_list import ActivityListItem, ActivityListVersion, SignOff
from partnership_lib.domain.agreement import (
    Agreement,
    AgreementPart,
    Amendment,
    ExtensionOption,
    IndexClause,
    Predecessor,
    SpendPlan,
    Target,
)
from partnership_lib.domain.follow_up_class import FollowUpClass
from partnership_lib.domain.frozen_document import FrozenDocument
from partnership_lib.domain.meeting import Attendance, Decision, KnowledgeNote, Meeting, PulseAnswer
from partnership_lib.domain.need import IndexValue, Need, VolumeObservation
from partnership_lib.domain.organisation import Organisation, Person
from partnership_lib.domain.record import Record, reference_fields
from partnership_lib.domain.supplier_alias import SupplierAlias
from partnership_lib.domain.watch import (
    Deviation,
    DialogueNote,
    Indicator,
    IndicatorObservation,
    LawChange,
    LawChangeImpact,
    Risk,
)
from partnership_lib.domain.working_order import Cadence, EscalationRule, Participant, WorkingOrder

AnyRecord = TypeVar("AnyRecord", bound=Record)

RECORD_TYPES: dict[str, type[Record]] = {
    # A record type stands after those it references, so that this is also the order of writing.
    "organisations": Organisation,
    "people": Person,
    "supplier_aliases": SupplierAlias,
    "needs": Need,
    "volume_observations": VolumeObservation,
    "index_values": IndexValue,
    "follow_up_classes": FollowUpClass,
    "agreements": Agreement,
    "agreement_parts": AgreementPart,
    "predecessors": Predecessor,
    "extension_options": ExtensionOption,
    "amendments": Amendment,
    "index_clauses": IndexClause,
    "spend_plans": SpendPlan,
    "targets": Target,
    "frozen_documents": FrozenDocument,
    "working_orders": WorkingOrder,
    "escalation_rules": EscalationRule,
    "cadences": Cadence,
    "participants": Participant,
    "meetings": Meeting,
    "attendances": Attendance,
    "activities": Activity,
    "activity_moves": ActivityMove,
    "activity_comments": ActivityComment,
    "activity_list_versions": ActivityListVersion,
    "activity_list_items": ActivityListItem,
    "sign_offs": SignOff,
    "decisions": Decision,
    "pulse_answers": PulseAnswer,
    "knowledge_notes": KnowledgeNote,
    "indicators": Indicator,
    "indicator_observations": IndicatorObservation,
    "deviations": Deviation,
    "risks": Risk,
    "law_changes": LawChange,
    "law_change_impacts": LawChangeImpact,
    "dialogue_notes": DialogueNote,
}


@dataclass(frozen=True)
class RegisterContent:
    """All records of the register, by type, each tuple in the order of the ids."""

    organisations: tuple[Organisation, ...] = ()
    people: tuple[Person, ...] = ()
    supplier_aliases: tuple[SupplierAlias, ...] = ()
    needs: tuple[Need, ...] = ()
    volume_observations: tuple[VolumeObservation, ...] = ()
    index_values: tuple[IndexValue, ...] = ()
    follow_up_classes: tuple[FollowUpClass, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    agreement_parts: tuple[AgreementPart, ...] = ()
    predecessors: tuple[Predecessor, ...] = ()
    extension_options: tuple[ExtensionOption, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    index_clauses: tuple[IndexClause, ...] = ()
    spend_plans: tuple[SpendPlan, ...] = ()
    targets: tuple[Target, ...] = ()
    frozen_documents: tuple[FrozenDocument, ...] = ()
    working_orders: tuple[WorkingOrder, ...] = ()
    escalation_rules: tuple[EscalationRule, ...] = ()
    cadences: tuple[Cadence, ...] = ()
    participants: tuple[Participant, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    attendances: tuple[Attendance, ...] = ()
    activities: tuple[Activity, ...] = ()
    activity_moves: tuple[ActivityMove, ...] = ()
    activity_comments: tuple[ActivityComment, ...] = ()
    activity_list_versions: tuple[ActivityListVersion, ...] = ()
    activity_list_items: tuple[ActivityListItem, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    decisions: tuple[Decision, ...] = ()
    pulse_answers: tuple[PulseAnswer, ...] = ()
    knowledge_notes: tuple[KnowledgeNote, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    indicator_observations: tuple[IndicatorObservation, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    risks: tuple[Risk, ...] = ()
    law_changes: tuple[LawChange, ...] = ()
    law_change_impacts: tuple[LawChangeImpact, ...] = ()
    dialogue_notes: tuple[DialogueNote, ...] = ()
    _by_id: dict[tuple[type[Record], str], Record] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_id.update({(type(record), record.id): record for record in self})

    def __iter__(self) -> Iterator[Record]:
        for name in RECORD_TYPES:
            yield from getattr(self, name)

    def __len__(self) -> int:
        return sum(len(getattr(self, name)) for name in RECORD_TYPES)

    @classmethod
    def of(cls, records: Iterable[Record]) -> RegisterContent:
        """Return the content made of `records` in any order."""
        names = {kind: name for name, kind in RECORD_TYPES.items()}
        sorted_out: dict[str, list[Record]] = {name: [] for name in RECORD_TYPES}
        for record in records:
            sorted_out[names[type(record)]].append(record)
        return cls(**{name: tuple(sorted(rows, key=lambda r: r.id)) for name, rows in sorted_out.items()})  # type: ignore[arg-type]

    def find(self, kind: type[AnyRecord], record_id: str | None) -> AnyRecord | None:
        """Return the record of `kind` with this id, or None."""
        found = self._by_id.get((kind, record_id)) if record_id is not None else None
        return found  # type: ignore[return-value]

    def of_agreement(self, agreement_id: str) -> RegisterContent:
        """Return an agreement's own records: itself, what names it, what points to these, and what these name."""
        own: dict[str, set[str]] = {Agreement.__name__: {agreement_id}}
        kept: list[Record] = []
        for name, kind in RECORD_TYPES.items():
            points = reference_fields(kind)
            told = ("agreement_id",) if "agreement_id" in points else tuple(f for f in points if points[f] in own)
            if kind is Agreement:
                told, points = ("id",), {"id": Agreement.__name__}
            chosen = [r for r in getattr(self, name) if any(getattr(r, field) in own[points[field]] for field in told)]
            if told:
                own.setdefault(kind.__name__, set()).update(record.id for record in chosen)
            kept += chosen
        named = {(target, getattr(r, field)) for r in kept for field, target in reference_fields(type(r)).items()}
        beside = [r for r in self if type(r).__name__ not in own and (type(r).__name__, r.id) in named]
        return RegisterContent.of([*kept, *beside])

    def for_agreement(self, agreement_id: str) -> RegisterContent:
        """Return the content with every record that names an agreement reduced to this agreement's."""
        kept = {
            name: tuple(record for record in getattr(self, name) if record.agreement_id == agreement_id)
            for name, kind in RECORD_TYPES.items()
            if "agreement_id" in {f.name for f in fields(kind)}
        }
        return replace(self, **kept)  # type: ignore[arg-type]
