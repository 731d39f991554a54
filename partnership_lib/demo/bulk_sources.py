"""Where the ledger lines of the larger scales come from: agreements, and suppliers outside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from partnership_lib.demo.bulk_register import bulk_name
from partnership_lib.demo.organisations import supplier_number
from partnership_lib.demo.places import Place
from partnership_lib.demo.series import LAST_MONTH
from partnership_lib.demo.shelf import read_facts
from partnership_lib.demo.streams import stream
from partnership_lib.domain import Agreement, Organisation, RegisterContent
from partnership_lib.units.dates import add_months
from partnership_lib.units.organisation_number import check_digit

WINDOW_START = add_months(LAST_MONTH, -35)
WINDOW_END = add_months(LAST_MONTH, 1)
"""Three years, half-open."""

AGREEMENT_SHARE = 0.5
OUTSIDE_SHARE = 0.35
"""How the lines are shared: under agreements, from returning suppliers outside them; the rest are single purchases."""

FIRST_OUTSIDE_SERIAL = 30_000


@dataclass(frozen=True)
class Source:
    """Where lines come from: a supplier, under an agreement or not, between two days, so many a year."""

    key: str
    supplier: str
    supplier_number: str
    account: str
    administration: str
    ground: str
    first: date
    end: date
    lines_a_year: float
    line_ore: int


def years() -> list[tuple[date, date]]:
    """Return the part of the window in each calendar year, half-open."""
    return [
        (max(WINDOW_START, date(year, 1, 1)), min(WINDOW_END, date(year + 1, 1, 1)))
        for year in range(WINDOW_START.year, WINDOW_END.year + 1)
    ]


def sources_of(content: RegisterContent, places: list[Place], seed: int) -> Iterator[tuple[Place, list[Source]]]:
    """Yield every municipality with the sources of its lines."""
    kinds = {row["category"]: row for row in read_facts("small/needs.toml")["needs"]}
    values = {part.agreement_id: part.annual_value_ore or 0 for part in content.agreement_parts}
    by_buyer: dict[str, list[Agreement]] = {}
    for agreement in content.agreements:
        if agreement.id[0] == "K":
            by_buyer.setdefault(agreement.buyer_id, []).append(agreement)
    suppliers = {organisation.id: organisation for organisation in content.organisations}
    for place in places:
        under = [
            _under_agreement(place, agreement, suppliers[agreement.supplier_id], values[agreement.id], kinds, seed)
            for agreement in by_buyer[place.buyer_id]
        ]
        yield place, [*under, *_outside(place, seed)]


def _under_agreement(
    place: Place, agreement: Agreement, supplier: Organisation, annual_ore: int, kinds: dict[str, Any], seed: int
) -> Source:
    kind = kinds[agreement.category]
    mean = AGREEMENT_SHARE * place.lines_a_year / place.bulk_agreements
    lines = mean * (0.2 + 2.2 * stream(seed, agreement.id, "lines").random())
    return Source(
        agreement.id, supplier.name, supplier.organisation_number, kind["account"], kind["administration"],
        "Ramavtal" if agreement.ceiling_ore else "Upphandlat", agreement.start_date,
        (agreement.end_date or WINDOW_END) + timedelta(days=1), lines, max(2_000, int(annual_ore / lines)),
    )  # fmt: skip


def _outside(place: Place, seed: int) -> Iterator[Source]:
    count = place.bulk_agreements * 2
    accounts = sorted(read_facts("small/ledger.toml")["accounts"])
    administrations = sorted(read_facts("small/ledger.toml")["administrations"])
    for number in range(count):
        key = f"{place.mark}-U{number:04d}"
        numbers = stream(seed, key, "outside")
        serial = (place.number * 197 + number) % 60_000
        sole = numbers.random() < 0.03
        yield Source(
            key, f"Enskild firma {place.number}-{number}" if sole else bulk_name(serial + 12_000),
            _sole_trader(serial) if sole else supplier_number(FIRST_OUTSIDE_SERIAL + serial),
            numbers.choice(accounts), numbers.choice(administrations), "Direktupphandling", WINDOW_START, WINDOW_END,
            OUTSIDE_SHARE * place.lines_a_year / count * (0.2 + 1.6 * numbers.random()),
            int(100_000 / (numbers.random() + 0.02)),
        )  # fmt: skip


def _sole_trader(serial: int) -> str:
    """Return a personal number that nobody has: birth number 000 is never given."""
    born = date(1950, 1, 1) + timedelta(days=serial % 18_000)
    nine = f"{born:%y%m%d}000"
    return nine + check_digit(nine)
