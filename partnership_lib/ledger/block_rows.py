"""The rows of a block of lines as columns, without those that must be looked at one by one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from partnership_lib.files.blocks import Block
from partnership_lib.files.delimited import LONGEST_FIELD

_SUSPECT = ("\0", "Ã", "â€", "\ufeff")
"""What makes a line one to look at: no text, perhaps text read in the wrong encoding, a byte order mark inside."""


@dataclass(frozen=True)
class BlockRows:
    """Rows of a block.

    Attributes
    ----------
    columns : list of pyarrow.Array
        Bytes as they stand in the file.
    places : numpy.ndarray
        Place of each row's line in the block, ascending.
    """

    columns: list[pa.Array]
    places: np.ndarray


def read_rows(
    block: Block, separator: str, width: int, types_of: Callable[[list[str]], dict[str, pa.DataType]]
) -> BlockRows | None:
    """Return the rows of a block, or None where the quoting of one of its lines reaches beyond it.

    Parameters
    ----------
    width : int
        Number of headings; a row may have more cells when they are empty.
    types_of : callable
        Says how columns with these names are best held.
    """
    suspect = _suspect_places(block)
    quoted = _quoted_rows(block, separator, frozenset(suspect.tolist()))
    if quoted is None:
        return None
    counts = block.counts_of(separator)
    cells = int(np.bincount(counts).argmax()) + 1
    if cells < width:
        return BlockRows([], np.array([], np.int64))
    long = np.flatnonzero(block.ends - block.starts > LONGEST_FIELD)
    uneven = np.flatnonzero(counts != cells - 1)
    left_out = np.unique(np.concatenate([block.quoted(), uneven, long, suspect]))
    names = [str(number) for number in range(cells)]
    tables, places = [], []
    if len(left_out) < len(block):
        tables.append(_arrow_table(block.joined(left_out), separator, names, types_of(names)))
        places.append(np.delete(np.arange(len(block)), left_out))
    if fitting := {place: row for place, row in quoted.items() if len(row) == cells}:
        written = [[cell.encode(block.encoding) for cell in row] for row in fitting.values()]
        tables.append(_table(written, names, types_of(names)))
        places.append(np.array(list(fitting)))
    if not tables:
        return BlockRows([], np.array([], np.int64))
    return _without_overlong(_in_order(tables, places), width)


def _quoted_rows(block: Block, separator: str, suspect: frozenset[int]) -> dict[int, list[str]] | None:
    """Return the rows with quotation marks that can be read, by place; None where one of them does not end."""
    places = block.quoted()
    reader = csv.reader(_each_line(block, places), delimiter=separator, strict=True)
    rows: dict[int, list[str]] = {}
    for number, place in enumerate(places, start=1):
        try:
            row = next(reader)
        except csv.Error as error:
            if "unexpected end" in str(error) or "field larger" in str(error):
                return None
            row = []
        if reader.line_num != number:
            return None
        rows[int(place)] = row
    return {place: row for place, row in rows.items() if row and place not in suspect}


def _each_line(block: Block, places: np.ndarray) -> Iterator[str]:
    for place in places:
        yield block.line(place) + "\n"


def _suspect_places(block: Block) -> np.ndarray:
    found = []
    for mark, rarest in _marks(block.encoding):
        position = block.content.find(mark) if rarest in block.content else -1
        while position >= 0:
            found.append(position)
            position = block.content.find(mark, position + 1)
    return block.places_of(np.array(sorted(found), np.int64))


@cache
def _marks(encoding: str) -> tuple[tuple[bytes, bytes], ...]:
    """Return what to look for in an encoding, each with its last byte, the rarest: one byte is found much faster."""
    found = []
    for mark in _SUSPECT:
        try:
            written = mark.encode(encoding)
        except UnicodeEncodeError:
            continue
        found.append((written, written[-1:]))
    return tuple(found)


def _arrow_table(content: bytes, separator: str, names: list[str], types: dict[str, pa.DataType]) -> pa.Table:
    return arrow_csv.read_csv(
        pa.BufferReader(content),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(content) + 1),
        parse_options=arrow_csv.ParseOptions(
            delimiter=separator, quote_char=False, escape_char=False, newlines_in_values=False, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=types, null_values=[], strings_can_be_null=False, check_utf8=False
        ),
    )


def _table(rows: list[list[bytes]], names: list[str], types: dict[str, pa.DataType]) -> pa.Table:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(values, pa.binary()).cast(types[name]) for name, values in zip(names, columns, strict=True)]
    return pa.table(arrays, names=names)


def _in_order(tables: list[pa.Table], places: list[np.ndarray]) -> BlockRows:
    if len(tables) == 1:
        table, order = tables[0], None
    else:
        order = np.argsort(np.concatenate(places), kind="stable")
        table = pa.concat_tables(tables).unify_dictionaries().combine_chunks().take(pa.array(order))
    every = np.concatenate(places)
    columns = [column.chunk(0) if column.num_chunks == 1 else column.combine_chunks() for column in table.columns]
    return BlockRows(columns, every if order is None else every[order])


def _without_overlong(rows: BlockRows, width: int) -> BlockRows:
    """Return the rows that have nothing behind the last heading."""
    behind = [column.cast(pa.binary()).to_numpy(zero_copy_only=False) != b"" for column in rows.columns[width:]]
    if not behind or not (overlong := np.logical_or.reduce(behind)).any():
        return BlockRows(rows.columns[:width], rows.places)
    kept = pa.array(np.flatnonzero(~overlong))
    return BlockRows([column.take(kept) for column in rows.columns[:width]], rows.places[~overlong])
