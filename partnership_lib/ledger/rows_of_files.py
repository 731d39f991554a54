"""The rows of a ledger file, whatever kind it is of, with the layout of their cells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from partnership_lib.errors import InputError
from partnership_lib.files.blocks import Block, block_encoding, read_blocks
from partnership_lib.files.delimited import Record, joined_fields, split_fields
from partnership_lib.files.encoding import LONGEST_LINE, TextShape, decoded, examine_text, read_lines, read_text
from partnership_lib.files.json_rows import are_json_lines, read_json_lines, read_json_rows
from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.files.sheets import Workbook
from partnership_lib.files.sources import Source, content_kind
from partnership_lib.ledger.dates import day_of_serial
from partnership_lib.ledger.dialects import (
    HEADER_SOUGHT_IN_LINES,
    Layout,
    find_header,
    find_header_row,
    make_layout,
)
from partnership_lib.ledger.lines import LineParser

LARGEST_JSON_BYTES = 256 * 2**20
"""JSON has no rows until all of it is read, so all of it must fit in the memory of the child."""

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm")
"""A workbook by another name is not what its name says, and is refused."""

RAW_SEPARATOR = "\t"
"""Between the cells of a workbook's row where the row is kept as text."""

_FEWEST_CELLS = 3
"""A title may have a year where the amounts stand; with two more cells filled as in a line it is one."""

Note = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Rows:
    """The rows of a file with the layout of their cells; `non_data` came before them.

    Attributes
    ----------
    records : iterator
        Records, or blocks of lines where there is a `separator` between their cells.
    encoding : str
        What the bytes of blocks are encoded in.
    raw_separator : str
        What stands between the cells in a record's raw text; JSON has none.
    notes : list
        What is found out while the rows are read.
    """

    layout: Layout
    records: Iterator[Record] | Iterator[Block]
    header: int
    separator: str = ""
    encoding: str = "utf-8"
    raw_separator: str = ""
    non_data: tuple[tuple[int, str], ...] = ()
    notes: list[Note] = field(default_factory=list)


def examine(source: Source, profile: LedgerProfile) -> tuple[str, TextShape]:
    """Return what kind of file it is (``text``, ``JSON``, ``JSON lines`` or ``XLSX``) and what identifies it.

    Raises
    ------
    InputError
        ``ledger_kind_unknown``, ``json_too_large``, or what is wrong with its text.
    """
    kind = content_kind(source)
    if kind == "XLSX" and source.short_name.lower().removesuffix(".gz").endswith(WORKBOOK_SUFFIXES):
        return kind, _shape_of_bytes(source)
    if kind not in ("text", "JSON"):
        raise InputError("ledger_kind_unknown", file=source.name, found=kind)
    shape = examine_text(source.open, source.name, profile.encoding)
    if kind == "JSON" and _are_lines(source, shape):
        kind = "JSON lines"
    if kind == "JSON" and shape.size > LARGEST_JSON_BYTES:
        allowed = LARGEST_JSON_BYTES // 2**20
        raise InputError("json_too_large", file=source.name, found=shape.size // 2**20, allowed=allowed)
    return kind, shape


def rows_of(source: Source, kind: str, shape: TextShape, profile: LedgerProfile) -> Rows:
    """Return the rows of a file of a known kind."""
    if kind == "XLSX":
        return _workbook_rows(source, profile)
    if kind in ("JSON", "JSON lines"):
        names, records = json_rows(source, kind, shape, profile.rows_key)
        return Rows(make_layout(names, profile, source.name), records, 0)
    return _delimited_rows(source, shape, profile)


def json_rows(source: Source, kind: str, shape: TextShape, rows_key: str) -> tuple[list[str], Iterator[Record]]:
    """Return the names and the rows of a file of JSON, or of JSON lines."""
    if kind == "JSON":
        return read_json_rows(read_text(source.open(), shape.encoding), rows_key, source.name)
    return read_json_lines(lambda: read_lines(source.open(), shape.encoding, source.name), source.name)


def _shape_of_bytes(source: Source) -> TextShape:
    with source.open() as handle:
        digest = hashlib.sha256()
        size = 0
        while chunk := handle.read(2**20):
            digest.update(chunk)
            size += len(chunk)
    return TextShape("", digest.hexdigest(), size)


def _are_lines(source: Source, shape: TextShape) -> bool:
    if source.short_name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        return True
    with decoded(source.open(), shape.encoding) as text:
        first, second = text.readline(LONGEST_LINE).lstrip("\ufeff"), text.readline(LONGEST_LINE)
    return are_json_lines(first, second)


def _delimited_rows(source: Source, shape: TextShape, profile: LedgerProfile) -> Rows:
    first = list(islice(read_lines(source.open(), shape.encoding, source.name), HEADER_SOUGHT_IN_LINES))
    header = find_header(first, profile, source.name)
    above = first[: header.lines_before]
    _refuse_rows_above([split_fields(line, header.separator) for line in above], header.layout, profile, source.name)
    before = tuple((number, _before_header(line)) for number, line in enumerate(above, start=1))
    blocks = read_blocks(source.open(), shape, source.name, header.lines_before + 1)
    encoding = block_encoding(shape)
    return Rows(header.layout, blocks, 1, header.separator, encoding, header.separator, before)


def _before_header(line: str) -> str:
    if not line.strip():
        return "blank"
    return "separator_hint" if line.lower().startswith("sep=") else "title"


def _refuse_rows_above(above: Sequence[Sequence[str]], layout: Layout, profile: LedgerProfile, file: str) -> None:
    """Refuse lines of the ledger above its header, as where the headings on the first page are damaged.

    Taken for titles, their öre would be lost without a word.
    """
    parser = LineParser(profile, layout)
    place = layout.positions["amount"]
    for number, cells in enumerate(above, start=1):
        filled = sum(bool(cells[each].strip()) for each in layout.positions.values() if each < len(cells))
        if filled < _FEWEST_CELLS or place >= len(cells) or not cells[place].strip():
            continue
        try:
            parser.ore(cells[place])
        except InputError:
            continue
        found, header = cells[place][:40], len(above) + 1
        raise InputError("ledger_rows_above_header", file=file, line=number, found=found, allowed=header)


def _workbook_rows(source: Source, profile: LedgerProfile) -> Rows:
    workbook = Workbook(source)
    sheet = _sheet(workbook, profile, source.name)
    number, layout = find_header_row(_first_rows(workbook, sheet), profile, source.name)
    above = _first_rows(workbook, sheet)[:number]
    _refuse_rows_above(above, layout, profile, source.name)
    before = [_before_header("".join(row)) for row in above]
    rows = Rows(
        layout,
        _records(workbook, sheet, profile, layout, number + 1),
        1,
        raw_separator=RAW_SEPARATOR,
        non_data=tuple(enumerate(before, start=1)),
    )
    facts = workbook.facts(sheet)
    if len(workbook.sheet_names) > 1:
        rows.notes.append(("workbook_sheet", {"sheet": sheet, "sheets": len(workbook.sheet_names)}))
    if facts.hidden_rows or facts.is_hidden:
        rows.notes.append(("workbook_hidden", {"sheet": sheet, "rows": facts.hidden_rows}))
    if facts.formulas:
        rows.notes.append(("workbook_formulas", {"cells": facts.formulas}))
    return rows


def _first_rows(workbook: Workbook, sheet: str) -> list[list[str]]:
    return list(islice(workbook.rows(sheet, ".", "%Y-%m-%d"), HEADER_SOUGHT_IN_LINES))


def _sheet(workbook: Workbook, profile: LedgerProfile, file: str) -> str:
    """Return the sheet that the profile names, or the only one that has its columns."""
    names = workbook.sheet_names
    if profile.sheet:
        if profile.sheet not in names:
            raise InputError("workbook_sheet_missing", file=file, found=", ".join(names), allowed=profile.sheet)
        return profile.sheet
    fitting, refusals = [], []
    for name in names:
        try:
            find_header_row(_first_rows(workbook, name), profile, file)
        except InputError as error:
            refusals.append(error)
        else:
            fitting.append(name)
    if len(fitting) > 1:
        raise InputError("workbook_two_sheets", file=file, found=", ".join(fitting))
    if not fitting:
        missing = InputError("workbook_damaged", file=file, reason="xl/workbook.xml")  # there is no sheet at all
        raise next(
            (error for error in refusals if error.code != "ledger_header_missing"), next(iter(refusals), missing)
        )
    return fitting[0]


def _records(workbook: Workbook, sheet: str, profile: LedgerProfile, layout: Layout, skipped: int) -> Iterator[Record]:
    """Yield the rows after the header; a day that was kept as a number is written as a date."""
    sign = "." if profile.decimal_sign == "auto" else profile.decimal_sign
    written = profile.date_formats[0]
    dated = layout.positions.get("booked_date")
    rows = workbook.rows(sheet, sign, written)
    for line, cells in enumerate(islice(rows, skipped, None), start=skipped + 1):
        if dated is not None and dated < len(cells) and len(cells[dated]) == 5 and cells[dated].isdecimal():
            day = day_of_serial(float(cells[dated]), workbook.counts_from_1904)
            cells[dated] = day.strftime(written) if day else cells[dated]
        yield Record(line, cells, joined_fields(cells, RAW_SEPARATOR))
