"""The field's own objects as frozen dataclasses; standard library only."""

from partnership_lib.domain.activity import (
    Activity,
    ActivityComment,
    ActivityKind,
    ActivityMove,
    ActivityStatus,
)
from partnership_lib.domain.activity_list import ActivityListItem, ActivityListVersion, ListState, SignOff
from partnership_lib.domain.agreement import (
    Agreement,
    AgreementKind,
    AgreementPart,
    AgreementStatus,
    Amendment,
    ExtensionOption,
    IndexClause,
    LegalGround,
    Predecessor,
    RequirementType,
    SpendPlan,
    Target,
)
from partnership_lib.domain.content import RECORD_TYPES, RegisterContent
from partnership_lib.domain.follow_up_class import FollowUpClass
from partnership_lib.domain.frozen_document import FrozenDocument, FrozenKind, document_hash, standing_document
from partnership_lib.domain.level import Level
from partnership_lib.domain.meeting import (
    Attendance,
    Decision,
    KnowledgeNote,
    Meeting,
    PulseAnswer,
    PulseQuestion,
)
from partnership_lib.domain.need import IndexValue, Need, VolumeObservation
from partnership_lib.domain.organisation import AccessRole, Organisation, Party, Person
from partnership_lib.domain.record import Record, internal_fields, is_required, reference_fields, shared_fields
from partnership_lib.domain.supplier_alias import SupplierAlias
from partnership_lib.domain.watch import (
    Deviation,
    DialogueNote,
    Direction,
    Indicator,
    IndicatorObservation,
    LawChange,
    LawChangeImpact,
    LawChangeStatus,
    Risk,
)
from partnership_lib.domain.working_order import Cadence, EscalationRule, Participant, WorkingOrder

__all__ = [
    "RECORD_TYPES",
    "AccessRole",
    "Activity",
    "ActivityComment",
    "ActivityKind",
    "ActivityListItem",
    "ActivityListVersion",
    "ActivityMove",
    "ActivityStatus",
    "Agreement",
    "AgreementKind",
    "AgreementPart",
    "AgreementStatus",
    "Amendment",
    "Attendance",
    "Cadence",
    "Decision",
    "Deviation",
    "DialogueNote",
    "Direction",
    "EscalationRule",
    "ExtensionOption",
    "FollowUpClass",
    "FrozenDocument",
    "FrozenKind",
    "IndexClause",
    "IndexValue",
    "Indicator",
    "IndicatorObservation",
    "KnowledgeNote",
    "LawChange",
    "LawChangeImpact",
    "LawChangeStatus",
    "LegalGround",
    "Level",
    "ListState",
    "Meeting",
    "Need",
    "Organisation",
    "Participant",
    "Party",
    "Person",
    "Predecessor",
    "PulseAnswer",
    "PulseQuestion",
    "Record",
    "RegisterContent",
    "RequirementType",
    "Risk",
    "SignOff",
    "SpendPlan",
    "SupplierAlias",
    "Target",
    "VolumeObservation",
    "WorkingOrder",
    "document_hash",
    "internal_fields",
    "is_required",
    "reference_fields",
    "shared_fields",
    "standing_document",
]
