"""What following up all agreements takes, by their classes, against the hours there are for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Agreement, FollowUpClass, Organisation, Party, Person
from partnership_lib.findings import Finding, Section, Signal

FAR_TOO_LITTLE = 0.8
"""Hours for less than this part of the need are bad; for less than all of it they ask for attention."""
NAMED = 3

_CLASS_COLUMNS = (
    *("follow_up_class", "agreements", "agreements_share", "guideline_share"),
    *("follow_ups_per_year", "hours_per_agreement", "hours_needed"),
)
_OWNER_COLUMNS = ("owner", "agreements", "hours_needed", "hours_available", "hours_missing")
_UNCLASSIFIED_COLUMNS = ("agreement_id", "name", "supplier", "owner", "end_date")


@dataclass(frozen=True)
class Load:
    """What following up one agreement takes in a year."""

    agreement: Agreement
    follow_up_class: FollowUpClass
    promised_hours: float

    @property
    def hours(self) -> float:
        """Return the municipality's hours a year: what the class asks for, or more where more meetings are promised."""
        own = self.follow_up_class
        by_class = own.meetings_per_year * own.hours_per_meeting
        return max(by_class, self.promised_hours) + own.other_hours_per_year


@dataclass(frozen=True)
class Capacity:
    """The agreements in force by class, what they take, and the hours there are."""

    context: PortfolioContext

    @cached_property
    def classes(self) -> dict[str, FollowUpClass]:
        """Return the classes by their ids, in the order of the ids."""
        return {each.id: each for each in self.context.content.follow_up_classes}

    @cached_property
    def loads(self) -> list[Load]:
        """Return what each agreement in force that has a class takes."""
        found = ((a, self.classes.get(a.follow_up_class_id or "")) for a in self.context.in_force)
        return [Load(a, own, promised_hours(self.context, a)) for a, own in found if own is not None]

    @cached_property
    def unclassified(self) -> list[Agreement]:
        """Return the agreements in force without a class."""
        return [a for a in self.context.in_force if a.follow_up_class_id not in self.classes]

    @cached_property
    def people(self) -> list[Person]:
        """Return the municipality's people whose hours for follow-up are known."""
        content = self.context.content
        ours = {organisation.id for organisation in content.organisations if organisation.party is Party.BUYER}
        return [p for p in content.people if p.organisation_id in ours and p.follow_up_hours_per_year is not None]

    @property
    def needed(self) -> float:
        """Return the hours a year that all classified agreements take."""
        return sum(load.hours for load in self.loads)

    @property
    def available(self) -> float:
        """Return the hours a year that there are."""
        return sum(person.follow_up_hours_per_year or 0.0 for person in self.people)


def capacity_section(context: PortfolioContext) -> Section:
    """Return the hours that following up the agreements takes, by class and by owner, against those there are.

    Notes
    -----
    Counted are the agreements in force on the report date. An agreement takes what its class asks for. Where its
    working order promises meetings that take more (their length times our participants, preparation not counted), it
    takes that instead. Hours below the need ask for attention, below 80 per cent of it they are bad.
    """
    capacity = Capacity(context)
    if not capacity.classes:
        return Section("capacity", (context.finding("capacity_no_classes"),))
    found = (
        _hours(capacity),
        _follow_ups(capacity),
        _owners(capacity),
        _unclassified(capacity),
        _unconfirmed(capacity),
    )
    return Section("capacity", tuple(finding for finding in found if finding))


def follow_ups_per_year(classes: Iterable[FollowUpClass], agreements: int) -> float:
    """Return the follow-up meetings a year that so many agreements take when they divide into classes as meant.

    Examples
    --------
    Three a year for 10 per cent, one for 30 and one every second year for 60 are 0.9 an agreement:

    >>> meant = [(0.1, 3.0), (0.3, 1.0), (0.6, 0.5)]
    >>> classes = [
    ...     FollowUpClass(id=str(n), name="", agreement_share=share, meetings_per_year=meetings, hours_per_meeting=1.0)
    ...     for n, (share, meetings) in enumerate(meant)
    ... ]
    >>> round(follow_ups_per_year(classes, 700), 9)
    630.0
    """
    return agreements * sum(each.agreement_share * each.meetings_per_year for each in classes)


def promised_hours(context: PortfolioContext, agreement: Agreement) -> float:
    """Return the municipality's hours a year in the meetings that the working order promises; 0 without one."""
    content, day = context.content, context.report_date
    orders = [o for o in content.working_orders if o.agreement_id == agreement.id and o.valid_from <= day]
    if not orders:
        return 0.0
    order = max(orders, key=lambda order: (order.valid_from, order.id))
    return sum(
        cadence.meetings_per_year * cadence.hours_per_meeting * _our_people(context, cadence.id)
        for cadence in content.cadences
        if cadence.working_order_id == order.id
    )


def _our_people(context: PortfolioContext, cadence_id: str) -> int:
    people = (
        context.content.find(Person, p.person_id) for p in context.content.participants if p.cadence_id == cadence_id
    )
    homes = (context.content.find(Organisation, person.organisation_id) for person in people if person)
    return sum(home is not None and home.party is Party.BUYER for home in homes)


def _hours(capacity: Capacity) -> Finding:
    context = capacity.context
    rows = table((_class_row(capacity, each) for each in capacity.classes.values()), _CLASS_COLUMNS)
    values: dict[str, Any] = {"needed": round(capacity.needed), "agreements": len(capacity.loads)}
    if not capacity.people or not capacity.needed:
        return context.finding("capacity_cannot_tell", None, table=rows, **values)
    share = capacity.available / capacity.needed
    values |= {"available": round(capacity.available), "missing": round(capacity.needed - capacity.available)}
    if share >= 1:
        return context.finding("capacity_enough", share, "share", signal=Signal.GOOD, table=rows, **values)
    signal = Signal.BAD if share < FAR_TOO_LITTLE else Signal.ATTENTION
    return context.finding("capacity_short", share, "share", signal=signal, table=rows, **values)


def _class_row(capacity: Capacity, own: FollowUpClass) -> dict[str, Any]:
    loads = [load for load in capacity.loads if load.follow_up_class.id == own.id]
    hours = sum(load.hours for load in loads)
    return {
        "follow_up_class": own.name,
        "agreements": len(loads),
        "agreements_share": len(loads) / len(capacity.context.in_force),
        "guideline_share": own.agreement_share,
        "follow_ups_per_year": own.meetings_per_year * len(loads),
        "hours_per_agreement": round(hours / len(loads), 1) if loads else None,
        "hours_needed": round(hours),
    }


def _follow_ups(capacity: Capacity) -> Finding:
    """Return the follow-up meetings a year by class, against as many agreements divided as the classes are meant."""
    number = sum(load.follow_up_class.meetings_per_year for load in capacity.loads)
    meant = follow_ups_per_year(capacity.classes.values(), len(capacity.loads))
    values = {"agreements": len(capacity.loads), "meant": round(meant), "meetings": round(number)}
    code = "capacity_follow_ups" if capacity.loads else "capacity_follow_ups_none"
    return capacity.context.finding(code, number, "count", **values)  # type: ignore[arg-type]


def _owners(capacity: Capacity) -> Finding | None:
    """Return the owners whose agreements take more hours than they have; None where nobody's do."""
    rows = [_owner_row(capacity, person) for person in capacity.people]
    short = sorted((row for row in rows if row["hours_missing"] > 0), key=lambda row: -row["hours_missing"])
    if not short:
        return None
    return capacity.context.finding(
        "capacity_owners" if len(short) <= NAMED else "capacity_owners_many",
        len(short),
        "count",
        signal=Signal.ATTENTION,
        table=table(short, _OWNER_COLUMNS),
        names=[row["owner"] for row in short[:NAMED]],
    )


def _owner_row(capacity: Capacity, person: Person) -> dict[str, Any]:
    own = [load for load in capacity.loads if load.agreement.owner_id == person.id]
    needed, available = sum(load.hours for load in own), person.follow_up_hours_per_year or 0.0
    return {
        "owner": person.name,
        "agreements": len(own),
        "hours_needed": round(needed),
        "hours_available": round(available),
        "hours_missing": round(needed - available),
    }


def _unclassified(capacity: Capacity) -> Finding | None:
    if not capacity.unclassified:
        return None
    rows = table((_unclassified_row(capacity.context, each) for each in capacity.unclassified), _UNCLASSIFIED_COLUMNS)
    number = len(capacity.unclassified)
    return capacity.context.finding("capacity_unclassified", number, "count", signal=Signal.ATTENTION, table=rows)


def _unclassified_row(context: PortfolioContext, agreement: Agreement) -> dict[str, Any]:
    return {
        "agreement_id": agreement.id,
        "name": agreement.name,
        "supplier": context.supplier_name(agreement),
        "owner": context.name_of(agreement.owner_id),
        "end_date": agreement.end_date,
    }


def _unconfirmed(capacity: Capacity) -> Finding | None:
    """Return how much of the need rests on classes that nobody has confirmed; None where all are."""
    open_ones: Sequence[FollowUpClass] = [each for each in capacity.classes.values() if not each.confirmed_by]
    if not open_ones or not capacity.needed:
        return None
    ids = {each.id for each in open_ones}
    hours = sum(load.hours for load in capacity.loads if load.follow_up_class.id in ids)
    rows = ({"follow_up_class": each.name, "basis": each.basis, "source": each.source or None} for each in open_ones)
    shown = table(rows, ("follow_up_class", "basis", "source"))
    return capacity.context.finding("capacity_unconfirmed", hours / capacity.needed, "share", table=shown)
