"""The truth about a ledger file of text, found without the reader: every line in one place, every amount as written."""

from __future__ import annotations

import codecs
import csv
import re
import sys
from pathlib import Path

import pyarrow.parquet as pq

from partnership_lib.ledger.account import FileReading

_ENDS = re.compile(r"\r\n|\r|\n")
_PLAIN = re.compile(r"([-\u2212]?)([0-9]{1,15})(?:[.,]([0-9]{1,2}))?", re.ASCII)
_NEGATIVE = "-\u2212\u2013("
_SUM_WORDS = re.compile(r"summa|total|sum\b", re.IGNORECASE)
_NOT_SPLIT = {"row_too_long", "row_too_short", "quote_misplaced"}


def check_account(reading: FileReading, staging: Path) -> None:
    """Rows and öre agree between the account, the parts on the disk and the quarantine on the disk."""
    assert reading.records == reading.header + reading.non_data + reading.accepted + reading.quarantined
    accepted = accepted_amounts(reading, staging)
    assert len(accepted) == reading.accepted, "parts hold another number of lines, or a line twice"
    assert sum(accepted.values()) == reading.accepted_ore
    refused = quarantined_rows(reading, staging)
    assert len(refused) == reading.quarantined
    assert sum(int(row["ore"]) for row in refused if row["ore"]) == reading.quarantined_ore
    assert sum(not row["ore"] for row in refused) == reading.unparseable_amounts


def accepted_amounts(reading: FileReading, staging: Path) -> dict[int, int]:
    """Line -> öre of what was taken, from the parts."""
    found: dict[int, int] = {}
    for part in reading.parts:
        table = pq.read_table(staging / part.path, partitioning=None, columns=["line_number", "amount_ore"])
        found |= dict(zip(table["line_number"].to_pylist(), table["amount_ore"].to_pylist(), strict=True))
    return found


def quarantined_rows(reading: FileReading, staging: Path) -> list[dict[str, str]]:
    """The rows of the quarantine file, read by another reader."""
    if not reading.quarantine:
        return []
    with open(staging / reading.quarantine, encoding="utf-8", newline="") as handle:
        csv.field_size_limit(sys.maxsize)  # a record of JSON, or a line, is kept whole however long it is
        return list(csv.DictReader(handle))


def check_lines(content: bytes, reading: FileReading, staging: Path) -> bool:
    """Every line of a file of text is in one place and has the amount that stands there; False where it has quotes.

    A quote may join lines to one record, and then which lines belong together is the reader's judgement.
    """
    lines = _lines(content)
    if lines is None or any('"' in line for line in lines):
        return False
    assert reading.records == len(lines), "a line is unaccounted for"
    accepted = accepted_amounts(reading, staging)
    refused = {int(row["line"]): row for row in quarantined_rows(reading, staging)}
    assert not accepted.keys() & refused.keys(), "a line is in two places"
    rest = {n: line for n, line in enumerate(lines, start=1) if n not in accepted and n not in refused}
    assert len(rest) == reading.header + reading.non_data
    _check_rest(rest, lines, reading)
    place = _amount_place(reading)
    if place is None:
        return False
    for number, ore in accepted.items():
        _check_amount(lines[number - 1].split(reading.separator)[place], ore)
    for number, row in refused.items():
        if row["reason"] not in _NOT_SPLIT:
            written = lines[number - 1].split(reading.separator)[place]
            if row["ore"]:
                _check_amount(written, int(row["ore"]))
            else:
                assert not _PLAIN.fullmatch(written.strip()) or len(written) > 13, f"{written!r} is an amount"
    return True


def _lines(content: bytes) -> list[str] | None:
    boms = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    encodings = [name for bom, name in boms.items() if content.startswith(bom)] or ["utf-8", "cp1252"]
    for name in encodings:
        try:
            text = content.decode(name).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
        lines = _ENDS.split(text)
        return lines[:-1] if lines[-1] == "" else lines
    return None


def _check_rest(rest: dict[int, str], lines: list[str], reading: FileReading) -> None:
    """What is neither taken nor refused is the header, says nothing or a sum, or stands above without an amount.

    A sum may stand above too.
    """
    headings = [heading.strip() for heading in reading.headings]
    below = (n for n, line in enumerate(lines, start=1) if _cells(line, reading)[: len(headings)] == headings)
    header = next(below, len(lines))  # none where a mark inside a heading was taken away
    place = _amount_place(reading)
    for number, line in rest.items():
        cells = _cells(line, reading)
        if number < header:
            amount = cells[place] if place is not None and place < len(cells) else ""
            is_told = len(cells) < len(headings) or not _PLAIN.fullmatch(amount) or _SUM_WORDS.search(line)
            assert is_told, f"{amount!r} was taken for a title"
        else:
            is_header = cells[: len(headings)] == headings
            assert is_header or not "".join(cells).strip() or _SUM_WORDS.search(line), f"{line!r} was left out"


def _cells(line: str, reading: FileReading) -> list[str]:
    return [cell.strip() for cell in line.lstrip("\ufeff").split(reading.separator)]


def _amount_place(reading: FileReading) -> int | None:
    headings = [heading.strip().casefold() for heading in reading.headings]
    return headings.index("belopp") if headings.count("belopp") == 1 else None


def _check_amount(written: str, ore: int) -> None:
    written = written.strip()
    if plain := _PLAIN.fullmatch(written):
        expected = int(plain[2]) * 100 + int(((plain[3] or "") + "00")[:2])
        assert ore == (-expected if plain[1] else expected), f"{written!r} was read as {ore}"
        return
    digits = re.sub(r"[^0-9]", "", written)
    assert str(abs(ore)).strip("0") == digits.strip("0"), f"{written!r} was read as {ore}"
    assert ore >= 0 or any(sign in written for sign in _NEGATIVE), f"{written!r} was read as {ore}"
