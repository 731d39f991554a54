"""What the invented municipality is known to have bought outside agreements is found, to the öre."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest

from partnership_lib.analysis.spend import spend_analysis
from partnership_lib.demo import invent_register
from partnership_lib.demo.ledger_lines import LedgerLine, ledger_lines, outside_number
from partnership_lib.demo.shelf import read_facts
from partnership_lib.findings import Analysis
from partnership_lib.ledger.columns import LEDGER_SCHEMA
from partnership_lib.ledger.suppliers import identify_supplier
from partnership_lib.units.period import Period

BEGIN, END = date(2025, 9, 1), date(2026, 8, 31)


def _row(line: LedgerLine) -> dict[str, Any]:
    supplier = identify_supplier(line.supplier_number, line.supplier)
    return {field.name: "" for field in LEDGER_SCHEMA} | {
        "buyer_id": "2120009010",
        "voucher_id": line.voucher,
        "supplier_key": supplier.key,
        "supplier": line.supplier,
        "supplier_is_person": supplier.is_person,
        "account": line.account,
        "account_text": read_facts("small/ledger.toml")["accounts"][line.account],
        "amount_ore": line.amount_ore,
        "booked_date": line.booked_date,
        "administration": line.administration,
        "invoice_id": line.invoice,
        "ground": line.ground,
        "agreement_reference": line.agreement_reference,
        "line_number": 1,
    }


@pytest.fixture(scope="module")
def lines() -> list[LedgerLine]:
    return ledger_lines(invent_register(), seed=1)


@pytest.fixture(scope="module")
def analysis(lines: list[LedgerLine]) -> Analysis:
    table = ibis.memtable(pa.Table.from_pylist([_row(line) for line in lines], schema=LEDGER_SCHEMA))
    return spend_analysis(invent_register(), table, Period.parse("2026-T2"), date(2026, 9, 15))


def _outside(lines: list[LedgerLine], *, former: bool) -> int:
    """What was bought outside agreements in the twelve months, from suppliers that had an agreement or never had."""
    purchases = read_facts("small/ledger.toml")["outside"]["purchases"]
    numbers = {(row["name"], outside_number(row)) for row in purchases if ("supplier" in row) is former}
    return sum(
        line.amount_ore
        for line in lines
        if (line.supplier, line.supplier_number) in numbers and BEGIN <= line.booked_date <= END
    )


def test_the_purchases_outside_agreements_are_found_to_the_ore(analysis: Analysis, lines: list[LedgerLine]) -> None:
    table = analysis.finding("spend.coverage").table
    assert table is not None
    states = dict(zip(table["coverage"], table["amount_ore"], strict=True))
    assert states["no_agreement"] == _outside(lines, former=False)
    assert states["after_expiry"] + states["trailing"] == _outside(lines, former=True)


def test_both_loyalties_are_what_was_made(analysis: Analysis, lines: list[LedgerLine]) -> None:
    total = sum(line.amount_ore for line in lines if BEGIN <= line.booked_date <= END)
    truth = 1 - (_outside(lines, former=False) + _outside(lines, former=True)) / total
    for kind in ("supplier", "agreement"):
        finding = next(f for f in analysis["loyalty"].findings if f.code.startswith(f"spend.{kind}_loyalty"))
        assert finding.number is not None
        assert finding.number - 1e-9 <= truth <= finding.values["high_share"] + 1e-9


def test_the_supplier_who_still_invoices_and_the_ceiling_that_is_near_are_told(analysis: Analysis) -> None:
    late, ceilings = analysis.finding("spend.after_expiry").table, analysis.finding("spend.ceilings").table
    assert late is not None and ceilings is not None
    assert list(late["agreement_id"]) == ["A-029"]
    assert "A-009" in set(ceilings["agreement_id"])


def test_the_whole_ledger_is_in_the_monthly_sums(analysis: Analysis, lines: list[LedgerLine]) -> None:
    frame = analysis["overview"].charts[0].frame
    assert frame["amount_ore"].sum() == sum(line.amount_ore for line in lines)
