"""A register and ledger lines written by hand, and the costs that they give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import ibis
import pyarrow as pa
import pytest

from partnership_lib.analysis.matching import agreement_segments, match_lines
from partnership_lib.analysis.outcome.costs.invoices import Invoices, divide_invoices, invoice_cube
from partnership_lib.analysis.outcome.costs.rules import OWN_ASSUMPTIONS, OutcomeAssumption, OutcomeRules
from partnership_lib.analysis.outcome.costs.units import cost_units
from partnership_lib.domain import (
    Agreement,
    AgreementKind,
    AgreementPart,
    Need,
    Organisation,
    Party,
    Record,
    RegisterContent,
    RequirementType,
)
from partnership_lib.ledger.columns import LEDGER_SCHEMA

SUPPLIERS = {"S1": "5560360793", "S2": "5560160680", "S3": "2120003005"}
VALUES = {
    "staff_cost_sek_per_hour": 600.0,
    "user_cost_sek_per_hour": 400.0,
    "authority_hours_per_procedure": 100.0,
    "user_hours_per_procedure": 50.0,
    "dialogue_effort_factor": 6.0,
    "advertising_sek_per_procedure": 5_000.0,
    "transition_cost_share": 0.12,
    "management_hours_per_agreement_year": 60.0,
}


def _agreement(agreement_id: str, start: date, end: date | None, supplier: str = "S1", **values: Any) -> Agreement:
    usual = {
        "name": f"Avtal {agreement_id}",
        "buyer_id": "B",
        "kind": AgreementKind.CONTRACT,
        "requirement_type": RequirementType.DETAILED,
        "category": "48000000",
    }
    return Agreement(id=agreement_id, supplier_id=supplier, start_date=start, end_date=end, **(usual | values))


def _part(agreement: Agreement, need_id: str, **values: Any) -> AgreementPart:
    return AgreementPart(
        id=f"{agreement.id}-{need_id}",
        agreement_id=agreement.id,
        need_id=need_id,
        requirement_type=agreement.requirement_type,
        start_date=agreement.start_date,
        end_date=agreement.end_date,
        **values,
    )


def _register(*records: Record) -> RegisterContent:
    suppliers = [
        Organisation(id=name, name=f"Bolaget {name} AB", party=Party.SUPPLIER, organisation_number=number)
        for name, number in SUPPLIERS.items()
    ]
    return RegisterContent.of([Organisation(id="B", name="Lindvalla", party=Party.BUYER), *suppliers, *records])


def _line(day: date, amount_ore: int, of: str = "S1", **values: Any) -> dict[str, Any]:
    blank: dict[str, Any] = {field.name: "" for field in LEDGER_SCHEMA}
    usual = {
        "buyer_id": "2120009010",
        "supplier_key": SUPPLIERS.get(of, of),
        "supplier": f"Bolaget {of} AB",
        "supplier_is_person": False,
        "amount_ore": amount_ore,
        "booked_date": day,
        "line_number": 1,
    }
    return blank | usual | values


def _invoices(content: RegisterContent, lines: Iterable[dict[str, Any]]) -> Invoices:
    table = ibis.memtable(pa.Table.from_pylist(list(lines), schema=LEDGER_SCHEMA))
    segments = agreement_segments(content)
    cube = invoice_cube(match_lines(table, segments), date(2030, 1, 1))
    return divide_invoices(cube, segments, cost_units(content, segments))


def _rules(**values: Any) -> OutcomeRules:
    shared = {
        name: OutcomeAssumption(name=name, value=value, unit="–", basis="assumed", source="test")
        for name, value in VALUES.items()
    }
    own = {each.name: each for each in OWN_ASSUMPTIONS}
    return replace(OutcomeRules(assumptions=shared | own), **values)


@pytest.fixture
def make() -> SimpleNamespace:
    """Makers: ``agreement``, ``part``, ``need``, ``register``, ``line`` (in öre), ``invoices`` and ``rules``."""
    return SimpleNamespace(
        agreement=_agreement,
        part=_part,
        need=lambda need_id, **values: Need(id=need_id, name=need_id, **{"category": "48000000"} | values),
        register=_register,
        line=_line,
        invoices=_invoices,
        rules=_rules,
        units=lambda content: cost_units(content, agreement_segments(content)),
    )
