"""From a row of a table to the records it stands for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from partnership_lib.domain import (
    Activity,
    ActivityKind,
    ActivityMove,
    Agreement,
    AgreementKind,
    AgreementPart,
    ExtensionOption,
    Level,
    Need,
    Party,
    Predecessor,
    Record,
    RequirementType,
)
from partnership_lib.register.exchange.context import Context, RefusedError, Row
from partnership_lib.units.dates import add_months, months_between

_AGREEMENT_FIELDS = (
    *("name", "is_partnership", "category", "start_date", "end_date", "signed_date", "ceiling_ore"),
    *("contract_value_ore", "notice_months", "renews_automatically", "preparation_months", "report_rhythm"),
    *("procurement_started_date", "replacement_started_date", "internal_note"),
)
_ACTIVITY_FIELDS = (*("title", "raised_date", "due_date", "done_date", "withdrawn_date", "evidence", "internal_note"),)
_NEED_FIELDS = ("name", "category", "domain", "annual_value_ore", "volume_driver")


def _given(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row.values}


def need_records(row: Row, context: Context) -> list[Record]:
    """Return the need of a row."""
    return [context.updated(row, Need, _given(row, _NEED_FIELDS))]


def agreement_records(row: Row, context: Context) -> list[Record]:
    """Return the agreement of a row with the parts, predecessors and options that it names."""
    end = row.get("end_date")
    if end is not None and end < row["start_date"]:
        raise RefusedError("end_date", end, "end_before_start", row["start_date"])
    supplier = context.supplier(row)
    values = {
        **_given(row, _AGREEMENT_FIELDS),
        "buyer_id": context.buyer.id,
        "supplier_id": supplier.id,
        "kind": AgreementKind(row["kind"]),
        "requirement_type": RequirementType(row["requirement_type"]),
    }
    if "owner_id" in row.values:
        values["owner_id"] = context.person(row, "owner_id", row["owner_id"], context.buyer.id)
    agreement = context.updated(row, Agreement, values)
    return [
        agreement,
        *_parts(row, agreement, context),
        *_predecessors(row, agreement, context),
        *_options(row, agreement, context),
    ]


def _parts(row: Row, agreement: Agreement, context: Context) -> list[Record]:
    named = [context.need("needs", written) for written in row.get("needs", ())]
    covered = {part.need_id for part in context.content.agreement_parts if part.agreement_id == agreement.id}
    left = sorted(covered - {need.id for need in named}) if "needs" in row.values else []
    if left:
        context.notice(row, "needs", ", ".join(left), "parts_left")
    return [
        AgreementPart(
            id=f"{agreement.id}:{need.id}",
            agreement_id=agreement.id,
            need_id=need.id,
            requirement_type=agreement.requirement_type,
            start_date=agreement.start_date,
            end_date=agreement.end_date,
        )
        for need in named
        if need.id not in covered
    ]


def _predecessors(row: Row, agreement: Agreement, context: Context) -> list[Record]:
    known = {each.predecessor_id for each in context.content.predecessors if each.agreement_id == agreement.id}
    named = [
        context.id_of(Agreement, "predecessors", written, "agreement_unknown")
        for written in row.get("predecessors", ())
    ]
    if agreement.id in named:
        raise RefusedError("predecessors", agreement.id, "points_to_itself")
    return [
        Predecessor(id=f"{agreement.id}:{each}", agreement_id=agreement.id, predecessor_id=each)
        for each in dict.fromkeys(named)
        if each not in known
    ]


def _options(row: Row, agreement: Agreement, context: Context) -> list[Record]:
    """Return the options of a new agreement; those in the register are never changed by a file."""
    written = row.get("options", ())
    months = [each for each in written if isinstance(each, int)]
    there = [each for each in context.content.extension_options if each.agreement_id == agreement.id]
    if there:
        if "options" in row.values and sorted(months) != sorted(each.months for each in there):
            context.notice(row, "options", _sum(months), "options_left", _sum(each.months for each in there))
        return []
    if not months:
        return []
    if agreement.end_date is None:
        raise RefusedError("options", _sum(months), "options_without_end")
    first_day = agreement.end_date + timedelta(days=1)
    if "+" in written and len(months) > 1 and months_between(agreement.start_date, first_day) == months[0]:
        # "2+1+1" usually says the first term too; whether it does here cannot be known.
        raise RefusedError("options", _sum(months), "options_unclear")
    if not row.get("option_notice_months"):
        raise RefusedError("option_notice_months", "", "options_without_notice")
    return _option_records(agreement, months, first_day, row["option_notice_months"])


def _option_records(agreement: Agreement, months: list[int], first_day: date, notice_months: int) -> list[Record]:
    return [
        ExtensionOption(
            id=f"{agreement.id}:option-{number}",
            agreement_id=agreement.id,
            months=length,
            # Counted from one day for all of them: two steps of a month are not one step of two.
            decide_by=add_months(first_day, sum(months[: number - 1]) - notice_months),
        )
        for number, length in enumerate(months, start=1)
    ]


def _sum(months: Any) -> str:
    return "+".join(str(each) for each in months) or "–"


def activity_records(row: Row, context: Context) -> list[Record]:
    """Return the activity of a row, and its move when the file gives it another due date."""
    agreement_id = _agreement_of(row, context)
    agreement = context.content.find(Agreement, agreement_id)
    values = {
        **_given(row, _ACTIVITY_FIELDS),
        "agreement_id": agreement_id,
        "level": Level(row["level"]),
        "kind": ActivityKind(row["kind"]),
        "raised_by": Party(row["raised_by"]),
    }
    for column, organisation_id in (
        ("buyer_responsible_id", agreement.buyer_id if agreement else ""),
        ("supplier_responsible_id", agreement.supplier_id if agreement else ""),
    ):
        if column in row.values:
            values[column] = context.person(row, column, row[column], organisation_id)
    if "parent_id" in row.values:
        values["parent_id"] = _parent(row, context)
    if "need_id" in row.values:
        values["need_id"] = context.need("need_id", row["need_id"]).id if row["need_id"] else None
    activity = context.updated(row, Activity, values)
    return [activity, *_moves(activity, context)]


def _agreement_of(row: Row, context: Context) -> str:
    agreement = context.existing(Agreement, row["agreement_id"])
    if agreement is None:
        raise RefusedError("agreement_id", row["agreement_id"], "agreement_unknown")
    current = context.existing(Activity, row["id"])
    if current is not None and current.agreement_id != agreement.id:
        raise RefusedError("agreement_id", agreement.id, "activity_of_other_agreement", current.agreement_id)
    return agreement.id


def _parent(row: Row, context: Context) -> str | None:
    if not row["parent_id"]:
        return None
    parent = context.id_of(Activity, "parent_id", row["parent_id"], "activity_unknown")
    if parent == row["id"]:
        raise RefusedError("parent_id", parent, "points_to_itself")
    return parent


def _moves(activity: Activity, context: Context) -> list[Record]:
    current = context.content.find(Activity, activity.id)
    if current is None or current.due_date == activity.due_date:
        return []
    earlier = sum(move.activity_id == activity.id for move in context.content.activity_moves)
    return [
        ActivityMove(
            id=f"{activity.id}:move-{earlier + 1}",
            activity_id=activity.id,
            moved_date=context.today,
            from_date=current.due_date,
            to_date=activity.due_date,
        )
    ]


RECORDS_OF_ROW: dict[str, Callable[[Row, Context], list[Record]]] = {
    "agreements": agreement_records,
    "activities": activity_records,
    "needs": need_records,
}
