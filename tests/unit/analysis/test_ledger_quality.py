"""The quality of the ledger: every row accounted for, what waits, what the files' own totals say, which months."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from partnership_lib.analysis.ledger_quality import ledger_quality, ledger_quality_section, stray_months
from partnership_lib.display.view import View
from partnership_lib.findings import Analysis, Signal
from partnership_lib.ledger import importing
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.quality import FILE_MONTH_COLUMNS, ledger_quality_of
from partnership_lib.ledger.warehouse import Warehouse

HEADER = "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum"
AS_OF = date(2026, 9, 15)


def row(voucher: str, amount: str, day: str, number: str = "5560360793", name: str = "Bolag AB") -> str:
    return f"2120003005,Uppsala kommun,{voucher},{name},{number},6010,Hyra,{amount},{day}"


def total(amount: str) -> str:
    return f"Summa,,,,,,,{amount},"


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """Three files: a month with a total that is wrong, its corrected edition, and one two months later."""
    monkeypatch.setattr(importing, "run_guarded", lambda function, *args, **_: function(*args))
    files = {
        "januari.csv": [row("1", "10.00", "2026-01-05"), row("2", "x", "2026-01-06"), total("11.00")],
        "januari-rättad.csv": [row("1", "10.00", "2026-01-05"), row("2", "1.00", "2026-01-06"), total("11.00")],
        "mars.csv": [
            row("3", "5.00", "2026-03-01", number="5560360794"),
            row("4", "6.00", "2027-03-02", number="", name="Utan Nummer AB"),
            row("5", "7.00", "2026-02-30"),
            total("20.00"),
        ],
    }
    warehouse = Warehouse(tmp_path / "warehouse")
    for name, rows in files.items():
        (tmp_path / name).write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        import_ledger([tmp_path / name], warehouse)
    return warehouse


@pytest.fixture
def quality(warehouse: Warehouse) -> Analysis:
    return ledger_quality(ledger_quality_of(warehouse), AS_OF)


def said(quality: Analysis, language: str) -> list[str]:
    return [finding.sentence(language).replace("\xa0", " ") for finding in quality.findings()]


def test_it_says_what_came_in_what_waits_and_what_to_check(quality: Analysis) -> None:
    assert said(quality, "sv") == [
        "Två filer är inlästa: 9 rader = 2 rubrik + 2 utan data + 4 godtagna (22,00 kr) + 1 i karantän (7,00 kr).",
        (
            "En rad väntar i karantän, tillsammans 7,00 kr i läsbara belopp. Vanligaste skälet: datumet går inte "
            "att läsa. Ta ut raderna med partnership export quarantine, rätta dem och läs in arbetsboken."
        ),
        "En av två summarader stämmer inte. Något saknas i filen eller i det som lästes in.",
        "En fil har ersatts av en nyare version, som räknas i stället.",
        "Tolv månader saknas mellan januari 2026 och mars 2027.",
        "En rad är bokförd efter innevarande månad.",
        "Leverantören är säkert identifierad med organisations- eller personnummer på 50 procent av 4 rader.",
        "En rad har ett organisationsnummer med fel kontrollsiffra. Den räknas, men leverantören kan delas i två.",
    ]
    assert len(said(quality, "en")) == len(said(quality, "sv"))


def test_a_total_that_differs_is_bad_and_its_difference_is_shown(quality: Analysis) -> None:
    finding = quality["control_totals"].findings[0]
    assert finding.signal is Signal.BAD
    assert finding.table is not None
    assert finding.table.to_dict("records")[0] == {
        "ledger_file": "mars.csv", "row_number": 5, "stated_ore": 2000, "read_ore": 1800, "difference_ore": 200,
    }  # fmt: skip


def test_rows_far_from_the_rest_of_their_file_are_told_and_others_are_not() -> None:
    def months(file: str, **lines: int) -> list[tuple[str, date, int, int]]:
        return [(file, date(int(name[1:5]), int(name[5:]), 1), count, 100) for name, count in lines.items()]

    rows = [
        *months("2026.csv", m202601=40, m202602=50, m202101=1, m202108=2),  # two old rows among ninety
        *months("two-years.csv", m202403=20, m202505=30),  # scattered: which of them is the period?
        *months("gap.csv", m202401=50, m202407=1),  # half a year apart is not far
    ]
    found = stray_months(pd.DataFrame(rows, columns=list(FILE_MONTH_COLUMNS)))
    assert [tuple(row) for row in found.itertuples(index=False)] == [
        ("2026.csv", date(2021, 1, 1), 1, 100),
        ("2026.csv", date(2021, 8, 1), 2, 100),
    ]


def test_a_row_five_years_old_is_accepted_and_stands_in_the_quality(warehouse: Warehouse, tmp_path: Path) -> None:
    rows = [row(f"J{number}", "1.00", "2026-06-01") for number in range(20)] + [row("J99", "3.00", "2021-06-01")]
    (tmp_path / "juni.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    [account] = import_ledger([tmp_path / "juni.csv"], warehouse)
    assert account.imported.accepted == 21
    told = said(ledger_quality(ledger_quality_of(warehouse), AS_OF), "sv")
    assert "En rad är bokförd mer än ett halvår från resten av sin fil. Den räknas; kontrollera datumet." in told


def test_the_rows_of_every_file_add_up(warehouse: Warehouse) -> None:
    files = ledger_quality_of(warehouse).files
    parts = ["rows_header", "rows_without_data", "rows_accepted", "rows_quarantined"]
    assert (files[parts].sum(axis=1) == files["rows_read"]).all()
    assert list(files["ledger_state"]) == ["replaced", "current", "current"]


def test_an_empty_warehouse_says_so(tmp_path: Path) -> None:
    empty = ledger_quality(ledger_quality_of(Warehouse(tmp_path)), AS_OF)
    assert said(empty, "en")[0] == "No ledger has been imported."


def test_it_is_a_section_of_another_report_too(warehouse: Warehouse) -> None:
    section = ledger_quality_section(ledger_quality_of(warehouse), AS_OF)
    assert section.code == "ledger_quality"
    assert len(section.findings) == 8


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_heading_and_word_has_a_translation(quality: Analysis, language: str) -> None:
    view = View(kind="ledger_quality", language=language)
    shown = "".join(str(view.section(section)) for section in quality.sections)
    assert "ledger_quality" not in shown
    assert "date_unreadable" not in shown
    assert "rows_" not in shown
