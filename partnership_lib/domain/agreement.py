"""Agreements, their parts and predecessors, options, amendments, index clauses and plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from partnership_lib.domain.record import Record, fact
from partnership_lib.units.dates import add_months


class AgreementKind(StrEnum):
    """Legal form of an agreement (LOU)."""

    CONTRACT = "contract"
    FRAMEWORK_AGREEMENT = "framework_agreement"
    CALL_OFF = "call_off"


class RequirementType(StrEnum):
    """How the buyer has put the requirements."""

    DETAILED = "detailed"
    FUNCTIONAL = "functional"
    PROCESS = "process"


class AgreementStatus(StrEnum):
    """Where an agreement is in its life on a given day; derived from its dates, never stored."""

    COMING = "coming"
    IN_FORCE = "in_force"
    ENDED = "ended"


class LegalGround(StrEnum):
    """Ground in 17 kap. LOU for changing a contract without a new procurement."""

    MINOR_VALUE = "17:9"
    CHANGE_CLAUSE = "17:10"
    SUPPLEMENTARY = "17:11"
    UNFORESEEN = "17:12"
    SUPPLIER_CHANGE = "17:13"
    NOT_SUBSTANTIAL = "17:14"


@dataclass(frozen=True, kw_only=True)
class Agreement(Record):
    """An agreement between the municipality and one supplier.

    Attributes
    ----------
    category : str
        Main CPV code, eight digits.
    end_date : date or None
        Last day in force, used options included and unused ones not; None means until further notice.
    ceiling_ore : int or None
        Largest value that may be bought, options included, excl. VAT (takvolym) [öre].
    contract_value_ore : int or None
        Value at award over the whole term, options included, excl. VAT; base of the legal room for amendments [öre].
    notice_months : int
        Notice that the agreement asks for.
    preparation_months : int
        Time that our own preparation of a new procurement takes, before the agreement ends.
    procurement_started_date : date or None
        Day on which the work on the procurement that led to this agreement began; with `signed_date` it tells how long
        that took.
    replacement_started_date : date or None
        Day on which the work on what comes after this agreement began; None: not begun, or not told.
    owner_id : str or None
        Partnership owner (partneransvarig) or agreement owner at the municipality.
    follow_up_class_id : str or None
        How closely it is followed up.
    report_rhythm : str
        ``month``, ``quarter``, ``tertial`` or ``year`` where follow-up reports are made; empty where not.
    """

    name: str = fact(shared=True)
    buyer_id: str = fact(shared=True, references="Organisation")
    supplier_id: str = fact(shared=True, references="Organisation")
    kind: AgreementKind = fact(shared=True)
    is_partnership: bool = fact(shared=True, default=False)
    requirement_type: RequirementType = fact(shared=True)
    category: str = fact(shared=True)
    start_date: date = fact(shared=True)
    end_date: date | None = fact(shared=True, default=None)
    signed_date: date | None = fact(shared=True, default=None)
    ceiling_ore: int | None = fact(shared=True, default=None)
    contract_value_ore: int | None = fact(shared=True, default=None)
    notice_months: int = fact(shared=True, default=0)
    renews_automatically: bool = fact(shared=True, default=False)
    preparation_months: int = fact(default=0)
    procurement_started_date: date | None = fact(default=None)
    replacement_started_date: date | None = fact(default=None)
    owner_id: str | None = fact(shared=True, references="Person", default=None)
    follow_up_class_id: str | None = fact(references="FollowUpClass", default=None)
    report_rhythm: str = fact(default="")
    internal_note: str = fact(default="")

    def status_on(self, day: date) -> AgreementStatus:
        """Return whether the agreement is coming, in force or ended on `day` (options not counted)."""
        if day < self.start_date:
            return AgreementStatus.COMING
        if self.end_date is not None and day > self.end_date:
            return AgreementStatus.ENDED
        return AgreementStatus.IN_FORCE

    def notice_date(self) -> date | None:
        """Return the last day on which notice can be given for the agreement to end at `end_date`."""
        return None if self.end_date is None else add_months(self.end_date + timedelta(days=1), -self.notice_months)

    def preparation_date(self) -> date | None:
        """Return the day on which our own preparation of what comes next must have begun."""
        if self.end_date is None:
            return None
        return add_months(self.end_date + timedelta(days=1), -self.preparation_months)


@dataclass(frozen=True, kw_only=True)
class AgreementPart(Record):
    """A need that an agreement covers, from when to when, and how its requirements are put."""

    agreement_id: str = fact(shared=True, references="Agreement")
    need_id: str = fact(shared=True, references="Need")
    requirement_type: RequirementType = fact(shared=True)
    start_date: date = fact(shared=True)
    end_date: date | None = fact(shared=True, default=None)
    annual_value_ore: int | None = fact(default=None)


@dataclass(frozen=True, kw_only=True)
class Predecessor(Record):
    """An earlier agreement that this one replaced."""

    agreement_id: str = fact(shared=True, references="Agreement")
    predecessor_id: str = fact(shared=True, references="Agreement")


@dataclass(frozen=True, kw_only=True)
class ExtensionOption(Record):
    """A right to extend. Open until it is exercised or declined; `decide_by` is the last day in the agreement."""

    agreement_id: str = fact(shared=True, references="Agreement")
    months: int = fact(shared=True)
    decide_by: date = fact(shared=True)
    exercised_date: date | None = fact(shared=True, default=None)
    declined_date: date | None = fact(shared=True, default=None)


@dataclass(frozen=True, kw_only=True)
class Amendment(Record):
    """A change of the agreement during its term. `value_ore` counts against the legal room, both up and down [öre]."""

    agreement_id: str = fact(shared=True, references="Agreement")
    decided_date: date = fact(shared=True)
    legal_ground: LegalGround = fact(shared=True)
    value_ore: int = fact(shared=True)
    description: str = fact(shared=True)
    nature_changed: bool = fact(shared=True, default=False)
    internal_note: str = fact(default="")


@dataclass(frozen=True, kw_only=True)
class IndexClause(Record):
    """How the price follows an index.

    Attributes
    ----------
    base_month : date
        First day of the month whose value is the base (the one in `base_value`).
    share : float
        Part of the price that follows the index [0-1].
    dead_band_share : float
        Changes smaller than this are not applied but carried forward [0-1].
    adjustment_month : int
        Calendar month in which a new price takes effect [1-12].
    lag_months : int
        The index month that is read lies this long before the adjustment.
    """

    agreement_id: str = fact(shared=True, references="Agreement")
    series: str = fact(shared=True)
    publisher: str = fact(shared=True)
    successor_rule: str = fact(shared=True, default="")
    base_month: date = fact(shared=True)
    base_value: float = fact(shared=True)
    share: float = fact(shared=True, default=1.0)
    dead_band_share: float = fact(shared=True, default=0.0)
    cap_share: float | None = fact(shared=True, default=None)
    adjustment_month: int = fact(shared=True)
    lag_months: int = fact(shared=True, default=6)


@dataclass(frozen=True, kw_only=True)
class SpendPlan(Record):
    """What the agreement is planned to cost in a calendar year, excl. VAT [öre]."""

    agreement_id: str = fact(shared=True, references="Agreement")
    year: int = fact(shared=True)
    amount_ore: int = fact(shared=True)


@dataclass(frozen=True, kw_only=True)
class Target(Record):
    """What the municipality wants to reach with its portfolio.

    `measure`: ``agreements_in_force``, ``suppliers_with_agreement`` or ``partnership_spend_share``.
    """

    measure: str = fact()
    value: float = fact()
    by_date: date = fact()
    start_value: float | None = fact(default=None)
    start_date: date | None = fact(default=None)
