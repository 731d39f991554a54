"""Ledger files written by the tests, with the truth about them known before they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.files.quarantine import QuarantinedRow, read_quarantine
from partnership_lib.files.sources import find_sources
from partnership_lib.ledger import importing
from partnership_lib.ledger.account import FileReading
from partnership_lib.ledger.dialects import find_profile
from partnership_lib.ledger.manifest import imported_file
from partnership_lib.ledger.reading import read_ledger_file
from partnership_lib.ledger.versions import Settlement
from partnership_lib.ledger.warehouse import Warehouse

HEADER = (
    "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum,"
    "forvaltning,fakturanummer,grund,avtal,kommun_id,s_kod_nr"
)


class National:
    """Rows and files of the national specification 1.1."""

    header = HEADER

    @staticmethod
    def row(
        amount: str = "100.00",
        *,
        supplier: str = "Bolag AB",
        number: str = "5560360793",
        day: str = "2026-01-31",
        voucher: str = "V1",
        buyer: str = "2120003005",
        name: str = "Uppsala kommun",
        separator: str = ",",
    ) -> str:
        cells = [buyer, name, voucher, supplier, number, "6010", "Lokalhyra", amount, day, "KS", "F1"]
        quoted = [f'"{cell}"' if separator in cell else cell for cell in [*cells, "", "", "0380", ""]]
        return separator.join(quoted)

    @staticmethod
    def file(*rows: str, separator: str = ",") -> str:
        return "\n".join([HEADER.replace(",", separator), *rows]) + "\n"


@pytest.fixture(scope="session")
def national() -> National:
    return National()


@dataclass
class Brought:
    """What came of bringing one file in."""

    account: FileReading
    warehouse: Warehouse

    @property
    def lines(self) -> list[dict[str, Any]]:
        return sorted(self.warehouse.lines().to_pyarrow().to_pylist(), key=lambda line: line["line_number"])

    @property
    def refused(self) -> list[QuarantinedRow]:
        path = self.warehouse.files()[-1].quarantine
        return read_quarantine(self.warehouse.root / path) if path else []

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(row.line, row.reason) for row in self.refused]

    @property
    def amounts(self) -> list[int]:
        return [line["amount_ore"] for line in self.lines]

    @property
    def notes(self) -> dict[str, dict[str, Any]]:
        return dict(self.account.notes)


Bring = Callable[..., Brought]


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in this process: starting a child takes longer than what most tests ask of it."""
    monkeypatch.setattr(importing, "run_guarded", lambda function, *args, **_: function(*args))


@pytest.fixture
def bring(tmp_path: Path, warehouse: Warehouse) -> Bring:
    """Bring a file in as `import_ledger` does, but in this process; every row must be accounted for."""

    def bring_in(content: str | bytes, name: str = "ledger.csv", profile: LedgerProfile | None = None) -> Brought:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        chosen = profile or find_profile()
        [source] = find_sources(path, chosen.members, chosen.members_excluded)
        with warehouse.importing() as under_way:
            reading = read_ledger_file(source, chosen, under_way.staging, frozenset())
            settlement = Settlement(warehouse, under_way)
            settlement.add(imported_file(reading, chosen.currency))
            under_way.commit(settlement.files)
        assert reading.records == reading.header + reading.non_data + reading.accepted + reading.quarantined
        return Brought(reading, warehouse)

    return bring_in
