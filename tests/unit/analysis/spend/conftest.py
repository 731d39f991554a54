"""Ledger lines written by hand, a register of agreements, and the analysis of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from types import SimpleNamespace
from typing import Any

import ibis
import pyarrow as pa
import pytest

from partnership_lib.analysis.spend import SpendContext, account_months, spend_analysis
from partnership_lib.domain import (
    Agreement,
    AgreementKind,
    Organisation,
    Party,
    Record,
    RegisterContent,
    RequirementType,
)
from partnership_lib.findings import Analysis
from partnership_lib.ledger.columns import LEDGER_SCHEMA
from partnership_lib.units.period import Period

AS_OF = date(2026, 9, 15)
SUPPLIERS = {"S1": "5560360793", "S2": "5560160680", "S3": "2120003005"}
PERSON = "9001010017"


def _line(day: date, amount_sek: float, of: str = "S1", **values: Any) -> dict[str, Any]:
    key = SUPPLIERS.get(of, of)
    blank: dict[str, Any] = {field.name: "" for field in LEDGER_SCHEMA}
    usual = {
        "buyer_id": "2120009010",
        "supplier_key": key,
        "supplier": f"Bolaget {of} AB",
        "supplier_is_person": key == PERSON,
        "account": "6811",
        "account_text": "Licenser",
        "administration": "Utbildning",
        "amount_ore": round(amount_sek * 100),
        "booked_date": day,
        "line_number": 1,
    }
    return blank | usual | values


def _agreement(agreement_id: str, start: date, end: date | None, supplier: str = "S1", **values: Any) -> Agreement:
    usual = {
        "name": f"Avtal {agreement_id}",
        "buyer_id": "B",
        "kind": AgreementKind.CONTRACT,
        "requirement_type": RequirementType.FUNCTIONAL,
        "category": "48000000",
    }
    return Agreement(id=agreement_id, supplier_id=supplier, start_date=start, end_date=end, **(usual | values))


def _register(*records: Record) -> RegisterContent:
    organisations = [
        Organisation(id=name, name=f"Bolaget {name} AB", party=Party.SUPPLIER, organisation_number=number)
        for name, number in SUPPLIERS.items()
    ]
    buyer = Organisation(id="B", name="Lindvalla kommun", party=Party.BUYER)
    return RegisterContent.of([buyer, *organisations, *records])


def _table(lines: Iterable[dict[str, Any]]) -> ibis.Table:
    return ibis.memtable(pa.Table.from_pylist(list(lines), schema=LEDGER_SCHEMA))


@pytest.fixture
def make() -> SimpleNamespace:
    """Makers: ``line`` (in SEK, 6811 Licenser, Utbildning), ``agreement`` with S1, ``register``, ``table``."""
    return SimpleNamespace(line=_line, agreement=_agreement, register=_register, table=_table, person=PERSON)


@pytest.fixture
def context() -> Callable[..., SpendContext]:
    """Makes what the sections are computed from, seen from tertial 2 2026 on 2026-09-15."""

    def made(lines: Iterable[dict[str, Any]], *records: Record, period: str = "2026-T2") -> SpendContext:
        ledger = _table(lines)
        return SpendContext(
            content=_register(*records),
            period=Period.parse(period),
            as_of=AS_OF,
            spend=account_months(ledger),
            ledger=ledger,
        )

    return made


@pytest.fixture
def analyse() -> Callable[..., Analysis]:
    """Makes the whole analysis."""

    def made(lines: Iterable[dict[str, Any]], *records: Record, period: str = "2026-T2") -> Analysis:
        return spend_analysis(_register(*records), _table(lines), Period.parse(period), AS_OF)

    return made
