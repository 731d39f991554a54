"""Hostile files kill at most the child that reads them, and never what is in the warehouse already."""

from __future__ import annotations

import gzip
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from partnership_lib.errors import InputError
from partnership_lib.files.guarded import run_guarded
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.warehouse import Warehouse
from partnership_lib.text import describe

pytestmark = pytest.mark.faults

HEADER = "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum"
ROW = "2120003005,Uppsala kommun,V,Bolag AB,5560360793,6010,Hyra,1.00,2026-01-31"


def peak_mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    good = tmp_path / "good.csv"
    good.write_text(f"{HEADER}\n{ROW}\n")
    warehouse = Warehouse(tmp_path / "warehouse")
    import_ledger([good], warehouse)
    return warehouse


def zip_bomb(path: Path, name: str, start: bytes, filler: bytes, mebibytes: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as member:
        member.write(start)
        for _ in range(mebibytes):
            member.write(filler * (2**20 // len(filler)))
    return path


@pytest.mark.target(name="D16")
def test_a_bomb_dies_in_the_child_and_says_why_and_other_imports_go_on(
    tmp_path: Path, warehouse: Warehouse, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    rows = rounds(20_000, 1_000_000)
    legal = tmp_path / "legal.zip"
    with zipfile.ZipFile(legal, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("ledger.csv", HEADER + f"\n{ROW}" * rows)
    bomb = zip_bomb(tmp_path / "bomb.zip", "ledger.json", b"[", b"[],", 110)
    before = peak_mebibytes()
    with pytest.raises(InputError) as caught:
        import_ledger([legal, bomb], warehouse)
    grown = peak_mebibytes() - before
    assert caught.value.code in ("reader_out_of_memory", "reader_died")
    unsaid = sum("ledger.json" not in describe(caught.value, language) for language in ("sv", "en"))
    assert warehouse.lines().count().execute() == 1, "nothing of the call was stored"
    [account] = import_ledger([legal], warehouse)
    lost = rows - account.imported.accepted
    target(hostile=1, rows=rows, unsaid=unsaid, lost=lost, parent_grew_mib=float(round(grown)))
    assert (unsaid, lost) == (0, 0)
    assert grown < 300, "the parent did not take the memory"


def test_a_json_text_that_could_never_fit_is_refused_before_it_is_read(tmp_path: Path, warehouse: Warehouse) -> None:
    bomb = zip_bomb(tmp_path / "bomb.zip", "ledger.json", b"[", b" ", 300)
    with pytest.raises(InputError, match="json_too_large"):
        import_ledger([bomb], warehouse)


@pytest.mark.target(name="D16", control=True)
def test_without_the_guard_the_same_allocation_takes_the_process_itself(target: Callable[..., None]) -> None:
    """The negative control: what the child is spared from happens to a process that reads unguarded."""
    limited = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31)); bytearray(2**33)"
    died = subprocess.run([sys.executable, "-c", limited], capture_output=True, check=False).returncode != 0
    target(died=int(died))
    assert died
    with pytest.raises(InputError, match="reader_out_of_memory"):
        run_guarded(bytearray, 2**33, file="hostile.csv")


def test_a_bomb_of_one_endless_line_is_refused(tmp_path: Path, warehouse: Warehouse) -> None:
    bomb = zip_bomb(tmp_path / "bomb.zip", "ledger.csv", f"{HEADER}\n".encode(), b"x", 300)
    with pytest.raises(InputError) as caught:
        import_ledger([bomb], warehouse)
    assert caught.value.code == "line_too_long"
    assert warehouse.lines().count().execute() == 1


def test_many_legal_rows_in_a_small_archive_are_no_bomb(tmp_path: Path, warehouse: Warehouse) -> None:
    archive = tmp_path / "legal.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("ledger.csv", HEADER + f"\n{ROW}" * 100_000)
    assert archive.stat().st_size * 100 < 7_500_000, "packed a hundred times and more"
    [account] = import_ledger([archive], warehouse)
    assert account.imported.accepted == 100_000


def test_a_gzip_bomb_of_one_endless_line_is_refused(tmp_path: Path, warehouse: Warehouse) -> None:
    bomb = tmp_path / "bomb.csv.gz"
    with gzip.open(bomb, "wb", compresslevel=1) as packed:
        packed.write(f"{HEADER}\n".encode())
        for _ in range(300):
            packed.write(b"x" * 2**20)
    with pytest.raises(InputError, match="line_too_long"):
        import_ledger([bomb], warehouse)
    assert warehouse.lines().count().execute() == 1


def test_a_file_that_kills_its_reader_is_named_among_good_ones(tmp_path: Path, warehouse: Warehouse) -> None:
    good = tmp_path / "other.csv"
    good.write_text(f"{HEADER}\n{ROW}\n{ROW}\n")
    with zipfile.ZipFile(tmp_path / "three.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(good, "1.csv")
        archive.writestr("2.csv", f"{HEADER}\n{ROW}\n" * 3)
    data = bytearray((tmp_path / "three.zip").read_bytes())
    place = data.index(b"2.csv") + len("2.csv") + 12
    data[place] ^= 0xFF
    (tmp_path / "three.zip").write_bytes(data)
    with pytest.raises(InputError) as caught:
        import_ledger([good, tmp_path / "three.zip"], warehouse)
    assert caught.value.values["file"].endswith("2.csv")
    assert warehouse.lines().count().execute() == 1
