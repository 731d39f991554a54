"""Ledger lines of the small municipality: invoices under agreements, credit notes, purchases outside agreements."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from partnership_lib.demo.organisations import supplier_number
from partnership_lib.demo.series import months
from partnership_lib.demo.shelf import read_facts
from partnership_lib.demo.spend_model import MonthlySpend, monthly_spend
from partnership_lib.demo.streams import stream
from partnership_lib.domain import Agreement, AgreementKind, Organisation, RegisterContent
from partnership_lib.units.money import split_ore
from partnership_lib.units.organisation_number import check_digit

CREDIT_NOTE_SHARE = 0.02
REFERENCE_SHARE = 0.6
"""How often a supplier with two agreements at once writes which one the invoice belongs to."""

GROUND_FROM = date(2024, 1, 1)
"""The municipality began to publish the ground for the purchase in this month."""

SECOND_ACCOUNT = "7451"

MORE_INVOICES_ABOVE_ORE = (13_000_000, 24_000_000, 43_000_000, 80_000_000)
"""A month that costs more than each of these has one invoice more [öre]."""


@dataclass(frozen=True)
class LedgerLine:
    """One accounting line as the municipality publishes it."""

    voucher: str
    supplier: str
    supplier_number: str
    account: str
    amount_ore: int
    booked_date: date
    administration: str
    invoice: str
    ground: str = ""
    agreement_reference: str = ""


def ledger_lines(content: RegisterContent, seed: int) -> list[LedgerLine]:
    """Return all ledger lines of the six years in the order of their dates."""
    needs = {row["id"]: row for row in read_facts("small/needs.toml")["needs"]}
    lines = [line for spend in monthly_spend(content, seed) for line in _invoices(content, needs, spend, seed)]
    for row in read_facts("small/ledger.toml")["outside"]["purchases"]:
        lines += _outside(row, seed)
    return sorted(lines, key=lambda line: (line.booked_date, line.voucher, line.account))


def _invoices(content: RegisterContent, needs: dict[str, Any], spend: MonthlySpend, seed: int) -> Iterator[LedgerLine]:
    numbers = stream(seed, f"{spend.need_id}:{spend.month}", "invoices")
    supplier = _supplier(content, spend.agreement)
    count = 1 + sum(spend.amount_ore > limit for limit in MORE_INVOICES_ABOVE_ORE)
    amounts = split_ore(spend.amount_ore, [40 + numbers.randrange(60) for _ in range(count)])
    for number, amount in enumerate(amounts, 1):
        row = needs[spend.need_id]
        line = LedgerLine(
            voucher=f"{spend.need_id[2:]}{spend.month:%y%m}{number}", supplier=supplier.name,
            supplier_number=supplier.organisation_number, account=row["account"], amount_ore=amount,
            booked_date=_weekday(numbers, spend.month), administration=row["administration"],
            invoice=str(numbers.randrange(10_000, 99_999)), ground=_ground(spend),
            agreement_reference=_reference(content, spend, numbers),
        )  # fmt: skip
        yield from _booked(line, numbers)


def _supplier(content: RegisterContent, agreement: Agreement) -> Organisation:
    return next(organisation for organisation in content.organisations if organisation.id == agreement.supplier_id)


def _booked(line: LedgerLine, numbers: Random) -> Iterator[LedgerLine]:
    """Yield the invoice as it was booked: on one account or two, now and then followed by a credit note."""
    if numbers.random() < 0.12 and line.account != SECOND_ACCOUNT:
        main, second = split_ore(line.amount_ore, [9, 1])
        yield _with(line, amount_ore=main)
        yield _with(line, amount_ore=second, account=SECOND_ACCOUNT)
    else:
        yield line
    if numbers.random() < CREDIT_NOTE_SHARE:
        credited = -line.amount_ore * numbers.randrange(10, 40) // 100
        last = line.booked_date.replace(day=calendar.monthrange(line.booked_date.year, line.booked_date.month)[1])
        yield _with(line, voucher=f"K{line.voucher}", amount_ore=credited, booked_date=last)


def _with(line: LedgerLine, **changed: Any) -> LedgerLine:
    return LedgerLine(**{**line.__dict__, **changed})


def _weekday(numbers: Random, month: date) -> date:
    """Return a day of the month that is neither Saturday nor Sunday."""
    day = month.replace(day=1 + numbers.randrange(26))
    return day if day.isoweekday() <= 5 else day.replace(day=day.day + 8 - day.isoweekday())


def _ground(spend: MonthlySpend) -> str:
    if spend.month < GROUND_FROM:
        return ""
    return "Ramavtal" if spend.agreement.kind is AgreementKind.FRAMEWORK_AGREEMENT else "Upphandlat"


def _reference(content: RegisterContent, spend: MonthlySpend, numbers: Random) -> str:
    at_once = [
        agreement for agreement in content.agreements
        if agreement.supplier_id == spend.agreement.supplier_id and _in_force(agreement.start_date, agreement.end_date,
                                                                               spend.month)
    ]  # fmt: skip
    return spend.agreement.id if len(at_once) > 1 and numbers.random() < REFERENCE_SHARE else ""


def _in_force(start: date, end: date | None, month: date) -> bool:
    return start <= month and (end is None or end >= month)


def _outside(row: dict[str, Any], seed: int) -> Iterator[LedgerLine]:
    """Yield the purchases from a supplier without an agreement that covers them."""
    for month in months():
        if not _in_force(row.get("from", month), row.get("until"), month):
            continue
        numbers = stream(seed, f"{row['id']}:{month}", "purchases")
        for number in range(1, 1 + sum(numbers.random() < row["a_year"] / 48 for _ in range(4))):
            yield LedgerLine(
                voucher=f"9{row['id'][2:]}{month:%y%m}{number}", supplier=row["name"],
                supplier_number=outside_number(row), account=row["account"],
                amount_ore=row["middle_sek"] * (40 + numbers.randrange(121)) + numbers.randrange(100),
                booked_date=_weekday(numbers, month), administration=row["administration"],
                invoice=str(numbers.randrange(100, 9_999)),
                ground="Direktupphandling" if month >= GROUND_FROM else "",
            )  # fmt: skip


def outside_number(row: dict[str, Any]) -> str:
    """Return the number of a supplier outside agreements: a company's, a sole trader's or none.

    Examples
    --------
    >>> outside_number({"id": "X-041", "person": "900101001"}), outside_number({"id": "X-042", "number": ""})
    ('9001010017', '')
    """
    if "person" in row:
        return str(row["person"]) + check_digit(row["person"])
    if "supplier" in row:
        return supplier_number(int(row["supplier"][2:]))
    return str(row.get("number", supplier_number(1000 + int(row["id"][2:]))))
