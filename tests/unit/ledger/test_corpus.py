"""The corpus of bad ledgers: each file is refused as it should be, or every row and öre of it is accounted for."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from partnership_lib.errors import InputError
from partnership_lib.files.quarantine import read_quarantine
from partnership_lib.files.sources import find_sources
from partnership_lib.ledger.account import FileReading
from partnership_lib.ledger.reading import read_ledger_file
from partnership_lib.text import describe
from tests.unit.ledger import corpus

CASES = corpus.all_cases()
PROOF = os.environ.get("PARTNERSHIP_PROOF") == "1"


def read(case: corpus.Case, folder: Path) -> FileReading:
    path = folder / case.name
    path.write_bytes(case.content)
    [source] = find_sources(path, case.profile.members, ())
    return read_ledger_file(source, case.profile, folder / "staging", frozenset())


def accepted(reading: FileReading, folder: Path) -> list[int]:
    tables = [pq.read_table(folder / "staging" / part.path, partitioning=None) for part in reading.parts]
    rows = [row for table in tables for row in table.select(["line_number", "amount_ore"]).to_pylist()]
    return [row["amount_ore"] for row in sorted(rows, key=lambda row: row["line_number"])]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_file_comes_to_what_its_maker_knows(case: corpus.Case, tmp_path: Path) -> None:
    if case.refusal:
        with pytest.raises(InputError) as caught:
            read(case, tmp_path)
        assert caught.value.code == case.refusal
        for language in ("sv", "en"):
            assert case.name in describe(caught.value, language)
        return
    reading = read(case, tmp_path)
    refused = read_quarantine(tmp_path / "staging" / reading.quarantine) if reading.quarantine else []
    assert tuple(accepted(reading, tmp_path)) == case.accepted_ore
    assert tuple((row.line, row.reason) for row in refused) == case.refused
    assert (reading.header, reading.non_data) == (case.header, case.non_data)
    assert reading.records == case.header + case.non_data + len(case.accepted_ore) + len(case.refused)
    assert reading.accepted_ore == sum(case.accepted_ore)
    if case.quarantined_ore is not None:
        assert reading.quarantined_ore == case.quarantined_ore
    assert case.notes <= {code for code, _ in reading.notes}


def test_every_case_of_the_plan_has_a_file() -> None:
    """L29 and X09 are in the fault tests, L43-L45 in the tests of versions: they are about more than one file."""
    elsewhere = {"L29", "L44", "L45"}
    planned = {f"L{n:02d}" for n in range(1, 62)} | {f"X{n:02d}" for n in range(1, 11)}
    covered: set[str] = set()
    for case in CASES:
        first, _, last = case.id.partition("-")
        numbers = range(int(first[1:]), int((last or first)[1:]) + 1)
        covered |= {f"{first[0]}{n:02d}" for n in numbers}
    assert planned - covered - elsewhere == set()
    assert len(CASES) > 150


# --- mutations ------------------------------------------------------------------------------------------------------


def cut(content: bytes, source: random.Random) -> bytes:
    return content[: source.randrange(1, len(content))]


def flip(content: bytes, source: random.Random) -> bytes:
    place = source.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << source.randrange(8))]) + content[place + 1 :]


def insert_row(content: bytes, source: random.Random) -> bytes:
    lines = content.split(b"\n")
    lines.insert(source.randrange(len(lines)), source.choice([b"", b"x", b";;;;", b'"', b"Summa;;;;;;;1,00", lines[1]]))
    return b"\n".join(lines)


def other_separator(content: bytes, source: random.Random) -> bytes:
    return content.replace(b";", source.choice([b",", b"\t", b"|", b":"]), source.choice([-1, 3]))


def drop_column(content: bytes, source: random.Random) -> bytes:
    place = source.randrange(15)
    rows = [line.split(b";") for line in content.split(b"\n")]
    return b"\n".join(b";".join(row[:place] + row[place + 1 :]) for row in rows)


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut,
    flip,
    insert_row,
    other_separator,
    drop_column,
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_no_mutation_of_a_clean_file_loses_a_row_or_an_ore(mutation: Any, tmp_path: Path) -> None:
    """Read or refused; and if it is read, every record is one of four, and no amount is made up."""
    source = random.Random(mutation.__name__)
    encodings = ("utf-8", "cp1252", "utf-16", "utf-8-sig")
    for number in range(2_000 if PROOF else 40):
        clean = corpus.text(corpus.good(","), ";").encode(encodings[number % len(encodings)])
        case = corpus.Case("M", mutation.__name__, mutation(clean, source))
        try:
            reading = read(case, tmp_path)
        except InputError:
            continue
        kinds = (reading.header, reading.non_data, reading.accepted, reading.quarantined)
        assert reading.records == sum(kinds)
        found = accepted(reading, tmp_path)
        assert len(found) == reading.accepted
        assert sum(found) == reading.accepted_ore
        if mutation is not flip:
            assert set(found) <= {*corpus.AMOUNTS_ORE, 0}, "an amount that nobody wrote"
