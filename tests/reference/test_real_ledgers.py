"""Ledgers as real publishers write them, judged by an oracle of its own: the csv and json modules and Decimal."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.proposing import propose
from partnership_lib.ledger.warehouse import Warehouse


@pytest.fixture(scope="module")
def dialects(public_data: Path) -> Path:
    folder = public_data / "se-ledger-dialects"
    if not folder.is_dir():
        pytest.skip("se-ledger-dialects is not among the public data on this machine")
    return folder


@pytest.fixture(scope="module")
def calderdale(public_data: Path) -> Path:
    archive = public_data / "uk-calderdale-2019-2020" / "calderdale-2019-2020.zip"
    if not archive.is_file():
        pytest.skip("uk-calderdale-2019-2020 is not among the public data on this machine")
    return archive


def test_two_years_of_calderdale_come_in_to_the_penny_without_the_card_files(calderdale: Path, tmp_path: Path) -> None:
    expected: dict[str, tuple[int, int]] = {}
    with zipfile.ZipFile(calderdale) as archive:
        for name in archive.namelist():
            if name.endswith("-card.csv"):
                continue
            rows = list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"))))
            expected[name] = (len(rows), sum(int(Decimal(row["Net Amount"]) * 100) for row in rows))
    assert (len(expected), sum(rows for rows, _ in expected.values())) == (24, 36_388)

    warehouse = Warehouse(tmp_path / "warehouse")
    accounts = import_ledger([calderdale], warehouse, "calderdale", "GBP")
    found = {
        Path(account.file).name: (account.imported.accepted, account.imported.accepted_ore) for account in accounts
    }
    assert found == expected
    assert all(account.imported.quarantined == 0 and account.imported.header == 1 for account in accounts)
    lines = warehouse.lines()
    assert lines.count().execute() == 36_388
    assert lines.amount_ore.sum().execute() == sum(pence for _, pence in expected.values())
    assert lines.filter(lines.amount_ore < 0).count().execute() == 177
    assert all(account.already_imported for account in import_ledger([calderdale], warehouse, "calderdale", "GBP"))


def test_vastra_gotalandsregionen_ends_its_lines_with_a_bare_cr(dialects: Path, tmp_path: Path) -> None:
    path = dialects / "vgr_sample_cr-only.csv"
    rows = list(csv.DictReader(path.read_bytes().decode("utf-8").split("\r"), delimiter=";"))
    warehouse = Warehouse(tmp_path)
    [account] = import_ledger([path], warehouse)
    assert (account.imported.accepted, account.imported.quarantined) == (len(rows), 0) == (4, 0)
    lines = sorted(warehouse.lines().to_pyarrow().to_pylist(), key=lambda line: line["line_number"])
    assert [line["amount_ore"] for line in lines] == [int(Decimal(row["nettobelopp"]) * 100) for row in rows]
    assert [line["supplier_key"] for line in lines] == [row["leverantor_id"] for row in rows]
    assert {line["buyer"] for line in lines} == {"VÄSTRA GÖTALANDSREGIONEN"}


def test_vasteras_has_a_mark_in_its_first_key_and_its_own_supplier_numbers(dialects: Path, tmp_path: Path) -> None:
    path = dialects / "vasteras_sample_rowstore.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["results"]
    warehouse = Warehouse(tmp_path)
    [account] = import_ledger([path], warehouse)
    assert (account.imported.accepted, account.imported.quarantined, account.imported.header) == (len(rows), 0, 0)
    assert account.imported.accepted_ore == sum(int(Decimal(row["belopp"].replace(",", ".")) * 100) for row in rows)
    lines = warehouse.lines().to_pyarrow().to_pylist()
    assert {line["supplier_key"] for line in lines} == {f"id:{row['leverantor_id']}" for row in rows}
    assert {line["buyer_id"] for line in lines} == {"2120002080"}


@pytest.fixture(scope="module")
def leeds(public_data: Path) -> list[Path]:
    files = sorted((public_data / "uk-leeds-raw").glob("*.raw.csv.gz"))
    if not files:
        pytest.skip("uk-leeds-raw is not among the public data on this machine")
    return files


def leeds_truth(file: Path) -> tuple[int, int]:
    text = gzip.decompress(file.read_bytes()).decode("cp1252")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    heading = next(name for name in rows[0] if name.replace(" ", "") in ("Netamount", "NetAmount", "Amount"))
    return len(rows), sum(int(Decimal(row[heading]) * 100) for row in rows)


def test_four_generations_of_leeds_come_in_to_the_penny(leeds: list[Path], tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    accounts = import_ledger(leeds, warehouse, "leeds", "GBP")
    found = [(account.imported.accepted, account.imported.accepted_ore) for account in accounts]
    assert found == [leeds_truth(file) for file in leeds]
    assert sum(rows for rows, _ in found) == 30_627
    names = warehouse.lines().supplier.to_pyarrow().to_pylist()
    assert any(name.startswith("Total ") for name in names), "a supplier called Total is no row of totals"


def test_the_profile_that_is_proposed_for_leeds_brings_in_the_same(leeds: list[Path], tmp_path: Path) -> None:
    for file in leeds:
        proposal = propose(file, currency="GBP")
        assert proposal.is_complete, proposal.unknown
        [account] = import_ledger([file], Warehouse(tmp_path / file.stem), proposal.profile(), "GBP")
        assert (account.imported.accepted, account.imported.accepted_ore) == leeds_truth(file)


def test_the_profile_that_is_proposed_for_calderdale_brings_in_the_same(calderdale: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(calderdale) as archive:
        (tmp_path / "2019-01.csv").write_bytes(archive.read("2019-01.csv"))
    proposal = propose(tmp_path / "2019-01.csv", currency="GBP")
    assert "calderdale" in proposal.shipped
    by_proposal, by_hand = (
        import_ledger([tmp_path / "2019-01.csv"], Warehouse(tmp_path / name), profile, "GBP")[0].imported
        for name, profile in (("proposed", proposal.profile()), ("shipped", "calderdale"))
    )
    assert (by_proposal.accepted, by_proposal.accepted_ore) == (by_hand.accepted, by_hand.accepted_ore)
