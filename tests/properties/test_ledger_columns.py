"""Rows read column by column come out as rows read one by one do, whatever stands in the file."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnership_lib.errors import InputError
from partnership_lib.files import blocks
from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.files.sources import Source
from partnership_lib.ledger import columns_of_lines, sorting
from partnership_lib.ledger.dialects import find_profile
from partnership_lib.ledger.reading import read_ledger_file

HEADINGS = (
    *("kopare_id", "kopare", "verifikationsnummer", "leverantor", "leverantor_id", "konto_nr", "konto_text", "belopp"),
    *("datum", "forvaltning", "fakturanummer", "grund", "avtal", "kommun_id", "s_kod_nr"),
)
PLAIN = {
    "kopare_id": "2120003005",
    "kopare": "Kommunen",
    "verifikationsnummer": "V1",
    "leverantor": "Bolaget AB",
    "leverantor_id": "5560360793",
    "konto_nr": "7459",
    "konto_text": "Tjänster",
    "belopp": "100,00",
    "datum": "2025-03-01",
}
ODD = {
    "kopare_id": ["", "212000-3005", "x", " 2120003005 "],
    "kopare": ["", "Kommun\x07en", "2120003005"],
    "verifikationsnummer": ["", " V2\x1b[31m", "Å" * 5, "a\u0301"],
    "leverantor": [
        "",
        "Summa",
        "Totalt 2025",
        "Ã¥keri",
        "Bolag \u00c3",
        "\u2028",
        "NA",
        "Åkeri\u00a0AB",
        "811218-9876 Karlsson",
    ],
    "leverantor_id": [
        "",
        "5560360794",
        "556036-0793",
        "0000000000",
        "811218-9876",
        "5,56E+09",
        "10004007",
        "SE556036079301",
    ],
    "belopp": [
        "12,345",
        "",
        "1 234,50",
        "-7,10",
        "(12,50)",
        "12.x",
        "1,234",
        "100",
        "٣,٠٠",
        "1e3",
        "9" * 20 + ",00",
        "12,50-",
    ],
    "datum": ["2025-02-30", "", "20250301", "2150-01-01", "2025-03-02"],
    "fakturanummer": ["\0", "F\ufeff1", "€", "â€“"],
    "grund": ["Summa", " "],
    "s_kod_nr": ["", "x"],
}
SEPARATOR = st.sampled_from([";", ",", "\t", "|"])


@st.composite
def rows(draw: Any, separator: str) -> str:
    """One row: mostly plain, sometimes odd in a cell or two, sometimes not a row at all."""
    kind = draw(st.integers(0, 19))
    if kind == 0:
        return draw(
            st.sampled_from(["", " ", separator * 14, separator.join(HEADINGS), "Summa" + separator * 7 + "100,00"])
        )
    cells = dict.fromkeys(HEADINGS, "") | PLAIN | {"verifikationsnummer": draw(st.sampled_from("ABCDE"))}
    if kind > 8:
        for name in draw(st.lists(st.sampled_from(sorted(ODD)), max_size=3)):
            cells[name] = draw(st.sampled_from(ODD[name]))
    written = [f'"{cell}"' if separator in cell else cell for cell in cells.values()]
    if kind == 19:
        place = draw(st.integers(0, 14))
        written[place] = draw(
            st.sampled_from(['"Bolag ""Syd"" AB"', 'a"b', '"a"b', '"öppen', f'"x{separator}y"', f"x{separator}y"])
        )
    if kind == 18:
        written = (
            written[: draw(st.integers(1, 14))]
            if draw(st.booleans())
            else [*written, draw(st.sampled_from(["", "över"]))]
        )
    return separator.join(written)


@st.composite
def ledgers(draw: Any) -> bytes:
    separator = draw(SEPARATOR)
    lines = [separator.join(HEADINGS), *draw(st.lists(rows(separator), max_size=25))]
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    return text.encode(encoding, "replace" if encoding == "cp1252" else "strict")


PROFILE = find_profile()
PROFILES = (PROFILE, replace(PROFILE, decimal_sign=","), replace(PROFILE, date_formats=("%Y%m%d", "%Y-%m-%d")))


def read(content: bytes, profile: LedgerProfile) -> Any:
    """What reading a file came to: the account, its lines, its quarantine; or why it was refused."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "l.csv"
        file.write_bytes(content)
        try:
            reading = read_ledger_file(Source(file, size=len(content)), profile, Path(folder), frozenset())
        except InputError as error:
            return error.code, {name: value for name, value in error.values.items() if name != "file"}
        lines = {
            part.path: pq.read_table(Path(folder) / part.path, partitioning=None).to_pylist() for part in reading.parts
        }
        refused = (Path(folder) / reading.quarantine).read_text("utf-8") if reading.quarantine else ""
        return asdict(reading), lines, refused


def one_by_one(content: bytes, profile: LedgerProfile) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "read_rows", lambda *_: None)
        return read(content, profile)


@settings(max_examples=250, deadline=None)
@given(content=ledgers(), profile=st.sampled_from(PROFILES), size=st.sampled_from([40, 700, 2**24]))
def test_column_by_column_is_one_by_one(content: bytes, profile: LedgerProfile, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_BYTES", size)
        patch.setattr(columns_of_lines, "MOST_VALUES", 3 if size == 700 else 300_000)
        assert read(content, profile) == one_by_one(content, profile)


def test_a_rule_that_is_forgotten_in_the_columns_is_seen() -> None:
    a_sum = PLAIN | {"leverantor": "Summa", "leverantor_id": "", "verifikationsnummer": "", "konto_nr": ""}
    row = ";".join(a_sum.get(name, "") for name in HEADINGS)
    content = f"{';'.join(HEADINGS)}\n{row}\n".encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns_of_lines, "says_sum", lambda _: False)
        assert read(content, PROFILE) != one_by_one(content, PROFILE)
    assert read(content, PROFILE) == one_by_one(content, PROFILE)


def test_plain_rows_are_read_column_by_column(monkeypatch: pytest.MonkeyPatch) -> None:
    row = ";".join(PLAIN.get(name, "") for name in HEADINGS)
    content = f"{';'.join(HEADINGS)}\n{row}\n{row}\n".encode()
    monkeypatch.setattr(sorting.Sorting, "_sorted", lambda *_: pytest.fail("a plain row was looked at one by one"))
    assert read(content, PROFILE)[0]["accepted"] == 2
