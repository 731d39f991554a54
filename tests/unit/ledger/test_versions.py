"""What a new file does to those before it: newer versions replace, lines in two files count once, nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from partnership_lib.ledger.importing import ImportAccount, import_ledger
from partnership_lib.ledger.warehouse import Warehouse

pytestmark = pytest.mark.usefixtures("unguarded")


@pytest.fixture
def take(tmp_path: Path, warehouse: Warehouse, national: Any) -> Any:
    """Bring a file of vouchers in: ``take("a", V1="10.00", V2=("2.50", "2026-02-28"))``."""

    def bring_in(name: str, **vouchers: Any) -> ImportAccount:
        rows = []
        for voucher, given in vouchers.items():
            amount, day = given if isinstance(given, tuple) else (given, "2026-01-31")
            rows.append(national.row(amount, voucher=voucher.rstrip("_"), day=day))
        path = tmp_path / f"{name}.csv"
        path.write_text(national.file(*rows), encoding="utf-8")
        [account] = import_ledger([path], warehouse)
        return account

    return bring_in


def notes(account: ImportAccount) -> dict[str, Any]:
    return dict(account.imported.notes)


def counted(warehouse: Warehouse) -> dict[str, int]:
    rows = warehouse.lines().to_pyarrow().to_pylist()
    assert warehouse.totals()["lines"] == len(rows)
    assert warehouse.totals()["ore"] == sum(row["amount_ore"] for row in rows)
    assert len({row["voucher_id"] for row in rows}) == len(rows), "no line counts twice"
    return {row["voucher_id"]: row["amount_ore"] for row in sorted(rows, key=lambda row: row["voucher_id"])}


FEBRUARY = "2026-02-28"


def test_a_corrected_file_for_a_period_replaces_the_first_and_tells_the_difference(
    take: Any, warehouse: Warehouse
) -> None:
    take("first", V1="10.00", V2="2.00", V3="3.00")
    account = take("corrected", V1="10.00", V2="2.00", V3="3.50", V4="1.00")
    assert notes(account)["ledger_version"] == {
        "earlier": "first.csv", "same": 2, "added": 2, "gone": 1, "difference_ore": 150,
    }  # fmt: skip
    assert counted(warehouse) == {"V1": 1000, "V2": 200, "V3": 350, "V4": 100}
    first, corrected = warehouse.files()
    assert first.replaced_by == corrected.sha256, "the old version is kept"
    assert warehouse.lines_of([first]).count().execute() == 3
    for language in ("sv", "en"):
        assert any("first.csv" in sentence for sentence in account.sentences(language))


def test_a_replaced_file_that_comes_again_adds_nothing(take: Any, warehouse: Warehouse) -> None:
    take("first", V1="10.00", V2="2.00")
    take("corrected", V1="10.00", V2="2.50")
    assert take("again", V1="10.00", V2="2.00").already_imported
    assert counted(warehouse) == {"V1": 1000, "V2": 250}


def test_a_file_that_grows_through_the_year_replaces_its_earlier_self(take: Any, warehouse: Warehouse) -> None:
    take("2026", V1="1.00")
    take("2026", V1="1.00", V2=("2.00", FEBRUARY))
    assert counted(warehouse) == {"V1": 100, "V2": 200}
    assert len(warehouse.current_files()) == 1


def test_a_line_that_stands_in_two_files_counts_in_the_first(take: Any, warehouse: Warehouse) -> None:
    take("year", V1="1.00", V2="2.00", V3=("4.00", FEBRUARY), V4=("8.00", FEBRUARY))
    account = take("february", V3=("4.00", FEBRUARY), V4=("8.00", FEBRUARY), V5=("16.00", FEBRUARY))
    assert notes(account)["ledger_overlap"] == {"earlier": "year.csv", "lines": 2, "ore": 1200, "alike": 0}
    assert (account.imported.accepted, account.imported.repeated, account.imported.repeated_ore) == (3, 2, 1200)
    assert counted(warehouse) == {"V1": 100, "V2": 200, "V3": 400, "V4": 800, "V5": 1600}


def test_equal_lines_in_a_file_are_repeated_as_often_as_they_stand_in_the_other(
    take: Any, warehouse: Warehouse
) -> None:
    take("year", V1="1.00", V2=("2.00", FEBRUARY), V8="1.00", V9="1.00")
    account = take("february", V2=("2.00", FEBRUARY), V2_=("2.00", FEBRUARY), V3=("3.00", FEBRUARY))
    assert account.imported.repeated == 1, "the second of two equal lines is a line of its own"
    assert warehouse.totals()["ore"] == 100 + 200 + 100 + 100 + 200 + 300


def test_lines_without_any_number_are_only_alike_and_count_in_both(
    tmp_path: Path, warehouse: Warehouse, national: Any
) -> None:
    def rows(*amounts: str, day: str) -> list[str]:
        return [national.row(amount, voucher="", day=day).replace("F1", "") for amount in amounts]

    january, february = "2026-01-31", FEBRUARY
    (tmp_path / "a.csv").write_text(national.file(*rows("1.00", "2.00", day=january), *rows("3.00", day=february)))
    (tmp_path / "b.csv").write_text(national.file(*rows("3.00", "4.00", day=february)))
    _, account = import_ledger([tmp_path / "a.csv", tmp_path / "b.csv"], warehouse)
    assert notes(account)["ledger_overlap_alike"]["alike"] == 1
    assert warehouse.totals()["ore"] == 100 + 200 + 300 + 300 + 400


def test_two_files_of_one_month_without_a_common_line_both_count_and_are_told(take: Any, warehouse: Warehouse) -> None:
    take("schools", V1="1.00")
    assert "ledger_same_months" in notes(take("streets", V2="2.00"))
    assert counted(warehouse) == {"V1": 100, "V2": 200}


def test_a_line_that_waited_in_another_file_counts_again_when_the_first_is_replaced_without_it(
    take: Any, warehouse: Warehouse
) -> None:
    take("year", V1="1.00", V2="2.00", V3=("4.00", FEBRUARY), V4=("8.00", FEBRUARY))
    take("february", V3=("4.00", FEBRUARY), V4=("8.00", FEBRUARY), V5=("16.00", FEBRUARY))
    take("year-2", V1="1.00", V2="2.00", V3=("4.00", FEBRUARY))
    assert counted(warehouse) == {"V1": 100, "V2": 200, "V3": 400, "V4": 800, "V5": 1600}
    february = warehouse.files()[1]
    assert (february.repeated, february.repeated_ore) == (1, 400)


def test_files_of_one_call_are_settled_one_after_the_other(tmp_path: Path, warehouse: Warehouse, national: Any) -> None:
    paths = []
    for name, amounts in (("a", ["1.00", "2.00"]), ("b", ["1.00", "2.50"])):
        rows = [national.row(amount, voucher=f"V{number}") for number, amount in enumerate(amounts)]
        paths.append(tmp_path / f"{name}.csv")
        paths[-1].write_text(national.file(*rows))
    import_ledger(paths, warehouse)
    assert counted(warehouse) == {"V0": 100, "V1": 250}
    on_disk = {path.relative_to(warehouse.root).as_posix() for path in warehouse.root.rglob("*.parquet")}
    assert on_disk == {part.path for file in warehouse.files() for part in file.parts}
