"""The ledger as files: leverantörsreskontra 1.1, one CSV per calendar year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from partnership_lib.demo.ledger_lines import LedgerLine
from partnership_lib.demo.organisations import MUNICIPALITY_CODE, MUNICIPALITY_NUMBER
from partnership_lib.demo.shelf import read_facts
from partnership_lib.files.atomic import write_text

HEADER = (
    "kopare_id", "kopare", "verifikationsnummer", "leverantor", "leverantor_id", "konto_nr", "konto_text", "belopp",
    "datum", "forvaltning", "fakturanummer", "grund", "avtal", "kommun_id", "s_kod_nr",
)  # fmt: skip
"""The fifteen columns of leverantörsreskontra 1.1, in their order."""

YEAR_WITH_TOTAL = 2023
"""The file of this year ends with a totals row, as exports from accounting systems do."""


def amount_text(amount_ore: int) -> str:
    """Return an amount as the specification's example writes it, with a decimal point.

    Examples
    --------
    >>> amount_text(1205), amount_text(-5), amount_text(100)
    ('12.05', '-0.05', '1.00')
    """
    whole, ore = divmod(abs(amount_ore), 100)
    return f"{'-' if amount_ore < 0 else ''}{whole}.{ore:02d}"


def write_small_ledger(lines: Iterable[LedgerLine], folder: Path) -> dict[str, int]:
    """Write ``leverantorsreskontra-<year>.csv`` for every year of `lines`; return the data lines in each file."""
    by_year: dict[int, list[LedgerLine]] = {}
    for line in lines:
        by_year.setdefault(line.booked_date.year, []).append(line)
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, int] = {}
    for year, in_year in sorted(by_year.items()):
        rows = [",".join(HEADER), *(csv_row(line) for line in in_year)]
        rows = _with_defects(rows, year)
        if year == YEAR_WITH_TOTAL:
            rows.append(f"Summa,,,,,,,{amount_text(sum(line.amount_ore for line in in_year))},,,,,,,")
        name = f"leverantorsreskontra-{year}.csv"
        write_text(folder / name, "\n".join(rows) + "\n")
        written[name] = len(in_year)
    return written


def csv_row(line: LedgerLine) -> str:
    """Return a ledger line as a row of the file, without its line end."""
    facts = read_facts("small/ledger.toml")
    return ",".join(
        (
            MUNICIPALITY_NUMBER, "Lindvalla kommun", line.voucher, line.supplier, line.supplier_number, line.account,
            facts["accounts"][line.account], amount_text(line.amount_ore), line.booked_date.isoformat(),
            facts["administrations"][line.administration], line.invoice, line.ground, line.agreement_reference,
            MUNICIPALITY_CODE, "",
        )
    )  # fmt: skip


def defects(year: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the lines that are wrong on purpose: year, line, what, text."""
    for row in read_facts("small/ledger.toml")["defects"]:
        if year is None or row["year"] == year:
            yield row


def _with_defects(rows: list[str], year: int) -> list[str]:
    for row in sorted(defects(year), key=lambda row: row["line"]):
        rows.insert(row["line"] - 1, row["text"])
    return rows
