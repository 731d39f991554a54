"""What is watched over: indicators, deviations, risks, coming law changes, and the market dialogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partnership_lib.domain.record import Record, fact


class Direction(StrEnum):
    """Which way an indicator should move."""

    HIGHER = "higher"
    LOWER = "lower"


class LawChangeStatus(StrEnum):
    """How far the supplier has come with a law change."""

    NOT_ASSESSED = "not_assessed"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"


@dataclass(frozen=True, kw_only=True)
class Indicator(Record):
    """Something measured in an agreement. `threshold`: beyond it the result is not acceptable."""

    agreement_id: str = fact(shared=True, references="Agreement")
    name: str = fact(shared=True)
    unit: str = fact(shared=True)
    direction: Direction = fact(shared=True)
    target: float = fact(shared=True)
    threshold: float = fact(shared=True)
    period_kind: str = fact(shared=True)
    owner_id: str | None = fact(shared=True, references="Person", default=None)


@dataclass(frozen=True, kw_only=True)
class IndicatorObservation(Record):
    """One measured value of an indicator for a period such as ``2026-08``; `base_count` is what it was measured on."""

    indicator_id: str = fact(shared=True, references="Indicator")
    period: str = fact(shared=True)
    value: float = fact(shared=True)
    base_count: int | None = fact(shared=True, default=None)
    note: str = fact(shared=True, default="")


@dataclass(frozen=True, kw_only=True)
class Deviation(Record):
    """Something that was not as agreed: when, what, when the supplier was told, what was done about it."""

    agreement_id: str = fact(shared=True, references="Agreement")
    noticed_date: date = fact(shared=True)
    description: str = fact(shared=True)
    supplier_told_date: date | None = fact(shared=True, default=None)
    remedy: str = fact(shared=True, default="")
    closed_date: date | None = fact(shared=True, default=None)
    internal_note: str = fact(default="")


@dataclass(frozen=True, kw_only=True)
class Risk(Record):
    """A risk in an agreement; probability and consequence from 1 to 5. Internal as a whole."""

    agreement_id: str = fact(references="Agreement")
    description: str = fact()
    probability: int = fact()
    consequence: int = fact()
    treatment: str = fact(default="")
    owner_id: str | None = fact(references="Person", default=None)
    assessed_date: date = fact()
    closed_date: date | None = fact(default=None)


@dataclass(frozen=True, kw_only=True)
class LawChange(Record):
    """A coming change of law. `reference`: its SFS number or the proposal."""

    title: str = fact(shared=True)
    reference: str = fact(shared=True)
    in_force_date: date = fact(shared=True)
    source: str = fact(shared=True, default="")


@dataclass(frozen=True, kw_only=True)
class LawChangeImpact(Record):
    """What a law change means for a need in an agreement, and what the supplier plans to do."""

    law_change_id: str = fact(shared=True, references="LawChange")
    agreement_id: str = fact(shared=True, references="Agreement")
    need_id: str = fact(shared=True, references="Need")
    status: LawChangeStatus = fact(shared=True)
    supplier_plan: str = fact(shared=True, default="")
    planned_date: date | None = fact(shared=True, default=None)
    activity_id: str | None = fact(shared=True, references="Activity", default=None)


@dataclass(frozen=True, kw_only=True)
class DialogueNote(Record):
    """A question and answer from the market dialogue of the requirement phase. Internal as a whole."""

    agreement_id: str = fact(references="Agreement")
    asked_date: date = fact()
    supplier_id: str = fact(references="Organisation")
    question: str = fact()
    answer: str = fact(default="")
