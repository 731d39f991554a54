"""Agreements of the small municipality with what hangs on them: parts, predecessors, options, plans."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnership_lib.demo.shelf import read_facts, record_of
from partnership_lib.domain import (
    Agreement,
    AgreementPart,
    ExtensionOption,
    Need,
    Predecessor,
    Record,
    SpendPlan,
    Target,
)
from partnership_lib.units.dates import add_months

BUYER_ID = "O-000"

CLOSE_FROM_SEK, YEARLY_FROM_SEK = 5_000_000, 2_500_000
"""Annual values from which a partnership is followed up closely, and any agreement every year."""


def need_records() -> list[Record]:
    """Return the needs of the municipality."""
    return [
        Need(
            id=row["id"], name=row["name"], category=row["category"], domain=row["domain"],
            annual_value_ore=row["annual_sek"] * 100, volume_driver=row.get("driver", ""),
        )
        for row in read_facts("small/needs.toml")["needs"]
    ]  # fmt: skip


def agreement_records() -> list[Record]:
    """Return all agreements with their parts, predecessors, options and plans, and the portfolio's targets."""
    facts = read_facts("small/agreements.toml")
    found: list[Record] = [record_of(Target, row) for row in facts["targets"]]
    for row in facts["partnerships"]:
        found += _with_belongings({**row, "is_partnership": True, "report_rhythm": "tertial"})
    for row in facts["ordinary"]:
        found += _with_belongings(row)
    return found


def _with_belongings(row: dict[str, Any]) -> list[Record]:
    agreement = _agreement(row)
    return [agreement, *_parts(agreement, row), *_predecessors(row), *_options(row), *_plans(row)]


def _agreement(row: dict[str, Any]) -> Agreement:
    start: date = row["start"]
    facts = {
        "buyer_id": BUYER_ID,
        "supplier_id": row["supplier"],
        "kind": row.get("kind", "contract"),
        "requirement_type": row.get("requirement", "detailed"),
        "category": row.get("category") or _category(row["needs"]),
        "start_date": start,
        "end_date": row.get("end"),
        "signed_date": row.get("signed", add_months(start, -2)),
        "owner_id": row.get("owner"),
        "follow_up_class_id": _follow_up_class(row),
        "notice_months": row.get("notice", 0),
        "preparation_months": row.get("preparation", 6),
        "procurement_started_date": row.get("procured_from"),
        "replacement_started_date": row.get("replaced_from"),
        "renews_automatically": row.get("renews", False),
        "internal_note": row.get("note", ""),
    }
    same = ("id", "name", "is_partnership", "report_rhythm", "ceiling_sek", "contract_value_sek")
    return record_of(Agreement, facts | {name: row[name] for name in same if name in row})


def _follow_up_class(row: dict[str, Any]) -> str | None:
    """Return the class of an agreement: partnerships first, others by value; where nobody owns it nobody has said."""
    if not row.get("owner"):
        return None
    values = {need["id"]: need["annual_sek"] for need in read_facts("small/needs.toml")["needs"]}
    annual_sek = sum(values[need] for need in row["needs"])
    if row.get("is_partnership") and annual_sek >= CLOSE_FROM_SEK:
        return "FC-1"
    return "FC-2" if annual_sek >= YEARLY_FROM_SEK else "FC-3"


def _category(needs: list[str]) -> str:
    """Return the CPV code of the first need; moving and storage, which has no need of its own, is 98390000."""
    rows = {row["id"]: row for row in read_facts("small/needs.toml")["needs"]}
    return str(rows[needs[0]]["category"]) if needs else "98390000"


def _parts(agreement: Agreement, row: dict[str, Any]) -> list[Record]:
    values = {need["id"]: need["annual_sek"] for need in read_facts("small/needs.toml")["needs"]}
    return [
        AgreementPart(
            id=f"{agreement.id}-{need}", agreement_id=agreement.id, need_id=need,
            requirement_type=agreement.requirement_type, start_date=agreement.start_date,
            end_date=agreement.end_date, annual_value_ore=values[need] * 100,
        )
        for need in row["needs"]
    ]  # fmt: skip


def _predecessors(row: dict[str, Any]) -> list[Record]:
    return [
        Predecessor(id=f"{row['id']}-{earlier}", agreement_id=row["id"], predecessor_id=earlier)
        for earlier in row.get("replaces", ())
    ]


def _options(row: dict[str, Any]) -> list[Record]:
    return [
        ExtensionOption(
            id=f"{row['id']}-EO{number:02d}", agreement_id=row["id"], months=option["months"],
            decide_by=option["decide_by"], exercised_date=option.get("exercised"),
        )
        for number, option in enumerate(row.get("options", ()), 1)
    ]  # fmt: skip


def _plans(row: dict[str, Any]) -> list[Record]:
    return [
        SpendPlan(id=f"{row['id']}-SP{year}", agreement_id=row["id"], year=int(year), amount_ore=sek * 100)
        for year, sek in row.get("plan_sek", {}).items()
    ]
