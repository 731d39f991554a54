"""Bringing files into the warehouse: once, together or not at all, and never into another currency."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from partnership_lib.errors import InputError, StorageError, UsageError
from partnership_lib.ledger.columns import LEDGER_SCHEMA
from partnership_lib.ledger.dialects import find_profile
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.warehouse import Warehouse


def put(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_account_reconciles_rows_and_ore(tmp_path: Path, warehouse: Warehouse, national: Any) -> None:
    content = national.file(national.row("10.00"), "", national.row("x"), national.row("-2.50", day="2026-02-30"))
    [account] = import_ledger([put(tmp_path / "a.csv", content)], warehouse)
    assert account.as_json() == {
        "file": str(tmp_path / "a.csv"),
        "sha256": account.imported.sha256,
        "records": 5,
        "header": 1,
        "non_data": 1,
        "accepted": 1,
        "quarantined": 2,
        "accepted_ore": 1000,
        "quarantined_ore": -250,
        "unparseable_amounts": 1,
        "repeated": 0,
        "repeated_ore": 0,
        "already_imported": False,
        "notes": [{"code": "ledger_quarantined", "rows": 2, "reasons": "amount_unreadable 1, date_unreadable 1"}],
    }
    assert warehouse.totals() == {"files": 1, "lines": 1, "ore": 1000, "quarantined": 2, "quarantined_ore": -250}
    for language in ("sv", "en"):
        assert any("2" in sentence for sentence in account.sentences(language))


def test_the_same_file_adds_nothing_the_second_time_even_renamed(
    tmp_path: Path, warehouse: Warehouse, national: Any
) -> None:
    first = put(tmp_path / "a.csv", national.file(national.row()))
    import_ledger([first], warehouse)
    before = snapshot(warehouse.root)
    [account] = import_ledger([first.rename(tmp_path / "b.csv")], warehouse)
    assert account.already_imported
    assert [account.as_json()[name] for name in ("records", "accepted", "accepted_ore")] == [0, 0, 0]
    assert snapshot(warehouse.root) == before


def test_the_same_file_twice_in_one_call_is_taken_once(tmp_path: Path, warehouse: Warehouse, national: Any) -> None:
    files = [put(tmp_path / name, national.file(national.row())) for name in ("a.csv", "b.csv")]
    assert [account.already_imported for account in import_ledger(files, warehouse)] == [False, True]
    assert warehouse.totals()["lines"] == 1


def test_one_refused_file_refuses_the_whole_call(tmp_path: Path, warehouse: Warehouse, national: Any) -> None:
    good = put(tmp_path / "good.csv", national.file(national.row()))
    bad = put(tmp_path / "bad.csv", "")
    with pytest.raises(InputError) as caught:
        import_ledger([good, bad], warehouse)
    assert caught.value.values["file"] == str(bad)
    assert warehouse.files() == ()
    assert [path.name for path in warehouse.root.rglob("*") if path.is_file()] == [".lock"]


def test_a_zip_counts_as_the_files_in_it(tmp_path: Path, warehouse: Warehouse, national: Any) -> None:
    archive = tmp_path / "year.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("2026-01.csv", national.file(national.row("1.00")))
        packed.writestr("2026-01-card.csv", "another,layout\n1,2\n")
        packed.writestr("../2026-02.csv", national.file(national.row("2.00", day="2026-02-28")))
        packed.writestr("__MACOSX/2026-01.csv", "rubbish")
        packed.writestr("readme.md", "text")
    profile = replace(find_profile(), members_excluded=("*-card.csv",))
    accounts = import_ledger([archive], warehouse, profile)
    assert [account.imported.accepted_ore for account in accounts] == [100, 200]
    assert {file.name for file in warehouse.files()} == {"year.zip/2026-01.csv", "year.zip/../2026-02.csv"}
    assert not [path for path in tmp_path.rglob("*.csv") if warehouse.root not in path.parents], "nothing is unpacked"
    [again] = import_ledger([put(tmp_path / "loose.csv", national.file(national.row("1.00")))], warehouse)
    assert again.already_imported


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"PK\x03\x04 half a zip", "archive_broken"), (None, "file_missing"), (b"%PDF-1.7", "ledger_kind_unknown")],
)
def test_what_is_no_ledger_is_refused(tmp_path: Path, warehouse: Warehouse, content: bytes | None, code: str) -> None:
    path = tmp_path / "ledger.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        import_ledger([path], warehouse)
    assert caught.value.code == code


def test_a_profile_in_another_currency_is_refused(tmp_path: Path, warehouse: Warehouse, national: Any) -> None:
    with pytest.raises(UsageError) as caught:
        import_ledger([put(tmp_path / "a.csv", national.file(national.row()))], warehouse, "calderdale")
    assert (caught.value.code, caught.value.values["allowed"]) == ("profile_currency_other", "SEK")


def test_progress_goes_from_nothing_to_all_of_it(tmp_path: Path, warehouse: Warehouse, national: Any) -> None:
    path = put(tmp_path / "a.csv", national.file(national.row()))
    seen: list[tuple[int, int, str, int]] = []
    import_ledger([path], warehouse, progress=lambda *step: seen.append(step))
    size = path.stat().st_size
    assert (seen[0], seen[-1]) == ((0, size, "a.csv", 0), (size, size, "", 2))
    assert [step[0] for step in seen] == sorted(step[0] for step in seen)
    assert all(0 <= step[0] <= step[1] == size for step in seen)


def test_lines_have_exactly_the_ledgers_columns_also_when_there_are_none(
    tmp_path: Path, warehouse: Warehouse, national: Any
) -> None:
    assert warehouse.lines().columns == tuple(LEDGER_SCHEMA.names)
    assert warehouse.lines().count().execute() == 0
    import_ledger([put(tmp_path / "a.csv", national.file(national.row()))], warehouse)
    assert warehouse.lines().to_pyarrow().schema.equals(LEDGER_SCHEMA)


def test_the_content_hash_is_the_same_in_any_order_and_changes_with_the_content(tmp_path: Path, national: Any) -> None:
    files = [put(tmp_path / f"{n}.csv", national.file(national.row(f"{n}.00"))) for n in range(2)]
    one, other = Warehouse(tmp_path / "one"), Warehouse(tmp_path / "other")
    empty = one.content_hash()
    import_ledger(files, one)
    for path in reversed(files):
        import_ledger([path], other)
    assert one.content_hash() == other.content_hash() != empty


def test_lines_are_parted_by_buyer_and_year(tmp_path: Path, warehouse: Warehouse, national: Any) -> None:
    rows = [
        national.row("1.00", day="2025-12-31"),
        national.row("2.00", day="2026-01-01"),
        national.row("4.00", buyer="2321000131"),
    ]
    import_ledger([put(tmp_path / "a.csv", national.file(*rows))], warehouse)
    [file] = warehouse.files()
    assert [(part.buyer_id, part.year, part.rows) for part in file.parts] == [
        ("2120003005", 2025, 1),
        ("2120003005", 2026, 1),
        ("2321000131", 2026, 1),
    ]
    assert warehouse.lines().amount_ore.sum().execute() == 700


def test_a_second_importer_is_told_who_holds_the_warehouse(tmp_path: Path, warehouse: Warehouse, national: Any) -> None:
    path = put(tmp_path / "a.csv", national.file(national.row()))
    with warehouse.importing(), pytest.raises(StorageError) as caught:
        import_ledger([path], warehouse)
    assert caught.value.code == "warehouse_busy"
    assert caught.value.values["holder"].isdigit()
    assert not import_ledger([path], warehouse)[0].already_imported, "the lock is given back"


def test_an_unlisted_part_is_never_read_and_the_next_import_removes_it(
    tmp_path: Path, warehouse: Warehouse, national: Any
) -> None:
    import_ledger([put(tmp_path / "a.csv", national.file(national.row("1.00")))], warehouse)
    [part] = warehouse.root.glob("lines/**/*.parquet")
    stray = part.with_name("stray.parquet")
    stray.write_bytes(part.read_bytes())
    assert warehouse.lines().amount_ore.sum().execute() == 100
    import_ledger([put(tmp_path / "b.csv", national.file(national.row("2.00")))], warehouse)
    assert not stray.exists()
    assert warehouse.lines().amount_ore.sum().execute() == 300


def test_a_broken_manifest_is_told_and_not_taken_for_an_empty_warehouse(warehouse: Warehouse) -> None:
    warehouse.root.mkdir()
    (warehouse.root / "manifest.json").write_text('{"format": 1, "files": [{"na')
    with pytest.raises(StorageError) as caught:
        warehouse.lines()
    assert caught.value.code == "warehouse_manifest_broken"
