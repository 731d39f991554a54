"""T12: files made to do harm (X07-X09) are refused for a few seconds and little memory, whichever reader gets them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.ledger import corpus

pytestmark = [pytest.mark.faults, pytest.mark.target(name="T12")]

MOST_SECONDS, MOST_MEBIBYTES = 5.0, 1024
PROOF = os.environ.get("PARTNERSHIP_PROOF") == "1"
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
)
STEALS = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def workbook(*rows: Any) -> bytes:
    return corpus.workbook(*(rows or (corpus.HEADINGS, *corpus.sheet_rows())))


def with_parts(change: Callable[[str, bytes], Iterator[bytes]]) -> bytes:
    """A workbook with its parts rewritten, a piece at a time so that they may be large."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as whole,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in whole.namelist():
            with target.open(name, "w", force_zip64=True) as out:
                for piece in change(name, whole.read(name)):
                    out.write(piece)
    return content.getvalue()


def swollen(name: str, held: bytes) -> Iterator[bytes]:
    """A gigabyte of blanks in a sheet that is small as a file."""
    if name != SHEET:
        yield held
        return
    yield held.replace(b"</worksheet>", b"")
    blanks = b" " * 2**20
    for _ in range(1_100 if PROOF else 1_030):
        yield blanks
    yield b"</worksheet>"


def in_sheet(old: bytes, new: bytes) -> bytes:
    return with_parts(lambda name, held: iter([held.replace(old, new) if name == SHEET else held]))


def entities(declared: str, used: bytes) -> bytes:
    """A sheet with a document type of its own, and a cell that asks for what it declares."""

    def change(name: str, held: bytes) -> Iterator[bytes]:
        yield declared.encode() + held.replace(b">kopare<", b">" + used + b"<") if name == SHEET else held

    return with_parts(change)


def lying_directory() -> bytes:
    """An archive whose directory says that its sheet has ten bytes."""
    content = bytearray(workbook())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(SHEET).file_size
    place = content.rindex(SHEET.encode()) - 46 + 24
    assert int.from_bytes(content[place : place + 4], "little") == size
    content[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(content)


def hostile() -> dict[str, tuple[str, bytes]]:
    """What -> the end of its name and its bytes."""
    far = corpus.far_cell()
    return {
        "html": (".xlsx", b"<html><table><tr><td>1</td></tr></table></html>"),
        "old": (".xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 4_000),
        "pdf": (".xlsx", b"%PDF-1.7\n"),
        "workbook": (".csv", workbook()),
        "cut": (".xlsx", workbook()[:-200]),
        "bomb": (".xlsx", with_parts(swollen)),
        "far": (".xlsx", far),
        "wide": (".xlsx", in_sheet(b'<c r="A2"', b'<c r="XFD1048576"')),
        "directory": (".xlsx", lying_directory()),
        "laughs": (".xlsx", entities(LAUGHS, b"&l9;")),
        "steals": (".xlsx", entities(STEALS, b"&x;")),
    }


def measured(folder: Path) -> list[dict[str, Any]]:
    """What reading the files of a folder came to, in a process that does nothing else."""
    program = Path(__file__).with_name("hostile_reader.py")
    command = [sys.executable, str(program), str(folder)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_hostile_files_cost_little_and_are_refused_in_words(tmp_path: Path, target: Callable[..., None]) -> None:
    files = hostile()
    readers = ("ledger", "table", "suppliers", "answers") if PROOF else ("ledger", "table")
    for reader in readers:
        for what, (end, content) in files.items():
            (tmp_path / f"{reader}-{what}{end}").write_bytes(content)
    notice = '<ContractAwardNotice xmlns="urn:x">&{};</ContractAwardNotice>'
    (tmp_path / "notice-laughs.xml").write_text(LAUGHS + notice.format("l9"))
    (tmp_path / "notice-steals.xml").write_text(STEALS + notice.format("x"))
    found = measured(tmp_path)
    assert len(found) == len(readers) * len(files) + 2
    # A form is told apart by its sheets; what has none is simply no form, and nothing of it is taken.
    taken = [each["file"] for each in found if not each["code"] and not each["file"].startswith("answers-")]
    slow = [each["file"] for each in found if each["seconds"] > MOST_SECONDS]
    peak, grown = max(each["peak_mib"] for each in found), max(each["parent_grew_mib"] for each in found)
    slowest = max(each["seconds"] for each in found)
    target(
        hostile=len(found), taken=len(taken), too_slow=len(slow), too_large=int(peak > MOST_MEBIBYTES),
        slowest_seconds=round(slowest, 1), child_peak_mib=float(peak), parent_grew_mib=float(grown),
    )  # fmt: skip
    assert not taken and not slow, (taken, slow)
    assert peak < MOST_MEBIBYTES and grown < 100, (peak, grown)
    assert not [each for each in found if each["code"] == "reader_failed"], "not in words of its own"


def test_many_legal_rows_in_a_small_workbook_pass(
    tmp_path: Path, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    """290 times as large unpacked: how much something is packed says nothing of what it is."""
    import xlsxwriter

    rows = rounds(20_000, 1_000_000)
    path = tmp_path / "ledger-legal.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, corpus.HEADINGS)
        row = [12.5 if name == "belopp" else value for name, value in corpus.PLAIN.items()]
        for number in range(1, rows + 1):
            sheet.write_row(number, 0, row)
    [found] = measured(_alone(path))
    target(legal_rows=rows, lost=int(bool(found["code"])), legal_peak_mib=float(found["peak_mib"]))
    assert found["code"] == "", found["said"]


def _alone(path: Path) -> Path:
    folder = path.parent / "alone"
    folder.mkdir()
    path.rename(folder / path.name)
    return folder


@pytest.mark.target(name="T12", control=True)
def test_the_control_a_reader_without_care_takes_the_memory(tmp_path: Path, target: Callable[..., None]) -> None:
    """The same far cell, given to the library itself with a limit of two gibibytes."""
    path = tmp_path / "far.xlsx"
    path.write_bytes(corpus.far_cell())
    careless = (
        "import resource, sys, python_calamine as c; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31));"
        "c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()"
    )
    died = subprocess.run([sys.executable, "-c", careless, str(path)], capture_output=True, check=False).returncode
    target(died=int(died != 0))
    assert died != 0
