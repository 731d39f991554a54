"""Makes the files of Ekvik, an invented municipality, for the first hour: a ledger export and a filled-in template.

``python docs/site/first_hour.py FOLDER`` writes them as they could come out of the municipality's own systems: with
headings, dates and amounts of the finance system, one line that cannot be read, and a row of totals at the end.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from openpyxl import load_workbook

from partnership_lib.register.exchange import write_template

SEED = 2
MONTHS = 30
LEDGER, NEEDS, AGREEMENTS = "utdrag-ekonomisystemet.csv", "behov.xlsx", "avtal.xlsx"
HEADINGS = "Ver.nr;Lev.namn;Org.nr;Konto;Kontotext;Förvaltning;Fakturanr;Belopp exkl. moms;Bokf.datum"
OWNER = "Ellen Lind <ellen.lind@ekvik.example>"


class Supplier(NamedTuple):
    """A supplier of Ekvik: what is bought there, on which agreement, and for about how much a month."""

    agreement: str
    name: str
    number: str
    need: str
    cpv: str
    account: str
    account_text: str
    month_sek: int


SUPPLIERS = (
    Supplier("AV-1", "Rena Rum i Ekvik AB", "559910-0012", "Lokalvård", "90910000-9", "6170", "Städning", 410_000),
    Supplier("AV-2", "Kontorsmöbler Norr AB", "559910-0020", "Kontorsmöbler", "39130000-2", "5410", "Möbler", 64_000),
    Supplier("AV-3", "Skolmöbler Syd AB", "559910-0038", "Skolmöbler", "39160000-1", "5410", "Möbler", 88_000),
    Supplier("AV-4", "Lekplatskonsult AB", "559910-0046", "Lekplatser", "37535200-9", "4630", "Markarbeten", 31_000),
    Supplier("AV-5", "Livs och Storkök AB", "559910-0053", "Livsmedel", "15000000-8", "4610", "Livsmedel", 520_000),
    Supplier("", "Taxi Ekvik AB", "559910-0061", "", "", "5820", "Resor", 22_000),
    Supplier("", "Tryckeriet Vid Ån AB", "559910-0079", "", "", "6150", "Trycksaker", 9_000),
)


def make_files(folder: Path, today: date | None = None) -> tuple[Path, ...]:
    """Return the ledger export and the filled-in templates, written to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    day = today or date.today()
    bought = [each for each in SUPPLIERS if each.agreement]
    ledger, needs, agreements = (folder / name for name in (LEDGER, NEEDS, AGREEMENTS))
    ledger.write_bytes("\r\n".join(ledger_lines(day)).encode("cp1252") + b"\r\n")
    write_template("needs", needs, "sv")
    fill_in(needs, [need_row(each) for each in bought])
    write_template("agreements", agreements, "sv")
    fill_in(agreements, [agreement_row(each, day) for each in bought])
    return ledger, needs, agreements


def ledger_lines(day: date) -> Iterator[str]:
    """Yield the lines of the finance system's export, up to the month before `day`."""
    dice = random.Random(SEED)  # noqa: S311 - invented invoices, the same every time
    yield HEADINGS
    sum_ore, number = 0, 0
    for month in reversed(range(1, MONTHS + 1)):
        first = _months_before(day, month)
        for supplier in SUPPLIERS:
            for _ in range(4):
                number += 1
                ore = round(supplier.month_sek * 25 * dice.uniform(0.7, 1.3))
                amount = "12O4,50" if number == 300 else _swedish(ore)  # the letter O: a person must look at it
                sum_ore += 0 if number == 300 else ore
                booked = first + timedelta(days=dice.randrange(28))
                yield ";".join((
                    f"{booked.year}-{number:05}", supplier.name, supplier.number, supplier.account,
                    supplier.account_text, "Samhällsbyggnad", f"F{number:06}", amount, booked.isoformat(),
                ))  # fmt: skip
    yield f"Summa;;;;;;;{_swedish(sum_ore)};"


def fill_in(template: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows under the headings of a template, in place of its example row."""
    book = load_workbook(template)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    sheet.delete_rows(2)
    for number, row in enumerate(rows, start=2):
        for heading, value in row.items():
            sheet.cell(number, headings.index(heading) + 1, value)
    book.save(template)


def need_row(supplier: Supplier) -> dict[str, object]:
    """Return what stands in the template about the need that a supplier meets."""
    year_sek = supplier.month_sek * 12
    return {
        "Behovs-id": supplier.agreement.replace("AV", "B"),
        "Behov": supplier.need,
        "CPV-kod": supplier.cpv,
        "Område": "service",
        "Årsvärde": year_sek,
    }


def agreement_row(supplier: Supplier, day: date) -> dict[str, object]:
    """Return what stands in the template about the agreement with a supplier."""
    is_partnership = supplier.agreement == "AV-1"
    return {
        "Avtals-id": supplier.agreement,
        "Avtal": supplier.need,
        "Leverantör": supplier.name,
        "Leverantörens organisationsnummer": supplier.number,
        "Avtalsform": "kontrakt",
        "Leverantörspartnerskap": "ja" if is_partnership else "nej",
        "Kravtyp": "funktionskrav" if is_partnership else "detaljkrav",
        "CPV-kod": supplier.cpv,
        "Startdatum": _months_before(day, 20).isoformat(),
        "Slutdatum": _months_before(day, -100 if is_partnership else -16).isoformat(),
        "Undertecknat": _months_before(day, 22).isoformat(),
        "Avtalsvärde": supplier.month_sek * (120 if is_partnership else 36),
        "Uppsägningstid": 6,
        "Partneransvarig": OWNER if is_partnership else "",
        "Rapportrytm": "tertial" if is_partnership else "",
        "Behov": supplier.need,
    }


def _months_before(day: date, months: int) -> date:
    """Return the first of the month that lies so many months before the month of a day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _swedish(ore: int) -> str:
    """Return an amount as Swedish finance systems write it: a space between thousands, a decimal comma."""
    return f"{ore // 100:,}".replace(",", " ") + f",{ore % 100:02}"


if __name__ == "__main__":
    for written in make_files(Path(sys.argv[1])):
        print(written)  # noqa: T201
