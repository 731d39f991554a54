"""The follow-up of one partnership: its hand-written facts as records."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnership_lib.demo.cooperation import cooperation_records
from partnership_lib.demo.list_versions import AgreementHistory, list_version_records
from partnership_lib.demo.meetings import working_order_records
from partnership_lib.demo.series import price_index
from partnership_lib.demo.shelf import read_facts, read_text, record_of, records_of
from partnership_lib.domain import (
    Activity,
    ActivityMove,
    Agreement,
    EscalationRule,
    Indicator,
    IndicatorObservation,
    Meeting,
    Party,
    Record,
    document_hash,
)
from partnership_lib.units.dates import add_months

PLAIN = (
    "amendments", "activities", "activity_moves", "activity_comments", "deviations", "risks", "law_change_impacts",
    "dialogue_notes",
)  # fmt: skip
"""Record types whose facts stand in the file exactly as in the register."""


def partnership_records(agreement: Agreement, seed: int) -> list[Record]:
    """Return everything that follows up `agreement`: working order, activities, indicators and the rest."""
    facts = read_facts(f"small/partnerships/{agreement.id}.toml")
    found = working_order_records(agreement.id, facts, seed)
    for name in PLAIN:
        found += records_of(name, facts.get(name, ()), agreement.id)
    found += records_of("index_clauses", _index_clauses(facts, seed), agreement.id)
    found += records_of("frozen_documents", map(_frozen, facts.get("frozen_documents", ())), agreement.id)
    for row in facts.get("indicators", ()):
        found += _indicator(agreement.id, row)
    found += cooperation_records(agreement.id, facts)
    return found + list_version_records(_history(agreement, found, facts), facts.get("list_versions", ()))


def _history(agreement: Agreement, records: list[Record], facts: dict[str, Any]) -> AgreementHistory:
    supplier_lead = next(p for p in facts["cadences"][0]["participants"] if p.startswith("P-1"))
    return AgreementHistory(
        agreement_id=agreement.id,
        activities=[record for record in records if isinstance(record, Activity)],
        moves=[record for record in records if isinstance(record, ActivityMove)],
        rules=[record for record in records if isinstance(record, EscalationRule)],
        meetings=[record for record in records if isinstance(record, Meeting)],
        signatories={Party.BUYER: agreement.owner_id or "", Party.SUPPLIER: supplier_lead},
    )


def _index_clauses(facts: dict[str, Any], seed: int) -> list[dict[str, Any]]:
    keys = {row["series"]: row["key"] for row in read_facts("small/common.toml")["price_series"]}
    return [
        {**row, "base_value": price_index(keys[row["series"]], seed)[row["base_month"]]}
        for row in facts.get("index_clauses", ())
    ]


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a frozen document with the text of its file and the hash of that."""
    document = read_text(f"small/partnerships/{row['document']}").rstrip("\n")
    return {**row, "document": document, "sha256": document_hash(document)}


def _indicator(agreement_id: str, row: dict[str, Any]) -> list[Record]:
    about = {k: v for k, v in row.items() if k not in {"first", "values", "base_counts", "note"}}
    indicator = record_of(Indicator, {"agreement_id": agreement_id, **about})
    found: list[Record] = [indicator]
    for number, value in enumerate(row["values"]):
        period = _period(row["first"], number)
        base = row["base_counts"][number] if "base_counts" in row else None
        found.append(
            IndicatorObservation(
                id=f"{indicator.id}-{period}", indicator_id=indicator.id, period=period, value=value,
                base_count=base, note=row.get("note", "") if base == 0 else "",
            )
        )  # fmt: skip
    return found


def _period(first: str, number: int) -> str:
    """Return the label of the period `number` steps after `first`, of the same kind."""
    year, _, part = first.partition("-")
    if not part:
        return str(int(year) + number)
    if part[0] in "TQ":
        steps = 3 if part[0] == "T" else 4
        place = int(year) * steps + int(part[1]) - 1 + number
        return f"{place // steps}-{part[0]}{place % steps + 1}"
    return f"{add_months(date(int(year), int(part), 1), number):%Y-%m}"
