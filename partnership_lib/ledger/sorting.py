"""The records of one ledger file are sorted into rows without data, accepted lines and quarantined rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partnership_lib.errors import InputError
from partnership_lib.files.blocks import Block
from partnership_lib.files.delimited import LONGEST_FIELD, Record, read_records
from partnership_lib.files.profiles import LINE_FIELDS
from partnership_lib.files.quarantine import QuarantinedRow, QuarantineWriter
from partnership_lib.ledger.account import FileReading
from partnership_lib.ledger.block_rows import BlockRows, read_rows
from partnership_lib.ledger.columns import LEDGER_SCHEMA
from partnership_lib.ledger.columns_of_lines import ColumnParser, Taken
from partnership_lib.ledger.dialects import Layout
from partnership_lib.ledger.lines import Line, LineParser
from partnership_lib.ledger.parts import PartWriter, exact_sum
from partnership_lib.ledger.rows_of_sums import says_sum
from partnership_lib.ledger.stages import Odometer, ahead

BATCH_LINES = 50_000
_OF_A_PURCHASE = ("supplier_id", "supplier", "voucher_id", "invoice_id")

# UTF-8 bytes that were once read as cp1252 or Latin-1: "Ã¥", "Ã…", "â€“".
_MOJIBAKE = re.compile("Ã[\u0080-\u00bf\u2013-\u203a\u0152-\u017e\u02c6]|â€")


class Sorting:
    """Sorts the records of one file into non-data, accepted and quarantined, and keeps the account."""

    def __init__(self, reading: FileReading, layout: Layout, parser: LineParser, refused: QuarantineWriter) -> None:
        self._reading = reading
        self._layout = layout
        self._parser = parser
        self._refused = refused
        self._headings = [heading.strip() for heading in layout.headings]
        self._since_total = 0
        self._dates: set[date] = set()

    def sort(self, records: Iterable[Record], parts: PartWriter) -> None:
        """Take every record, one by one."""
        records = iter(records)
        while batch := list(islice(records, BATCH_LINES)):
            lines = self._taken(batch)
            if lines:
                parts.write(parts.table(lines))

    def sort_blocks(
        self, blocks: Iterator[Block], separator: str, columns: ColumnParser, parts: PartWriter, odometer: Odometer
    ) -> None:
        """Take every line, most of them column by column, and those that are not plain one by one."""
        width = len(self._headings)
        read = ahead((block, read_rows(block, separator, width, columns.column_types)) for block in blocks)
        for block, rows in read:
            if rows is None:
                rest = chain(block.lines(), chain.from_iterable(later.lines() for later, _ in read))
                self.sort(read_records(rest, separator, self._reading.name, block.first_line), parts)
            else:
                self._sort_block(block, rows, separator, columns, parts)
            odometer.past(len(block.content), len(block))

    def finish(self) -> None:
        """Complete the account when everything has been taken."""
        reading = self._reading
        if self._dates:
            reading.first_date, reading.last_date = min(self._dates), max(self._dates)
        reading.non_data = sum(reading.non_data_kinds.values())
        reading.notes += [(flag, {"lines": count}) for flag, count in sorted(self._parser.flags.items())]

    def _taken(self, batch: Sequence[Record]) -> list[Line]:
        """Return the lines among some records."""
        self._reading.records += len(batch)
        lines = [line for record in batch if (line := self._sorted(record)) is not None]
        self._reading.accepted += len(lines)
        self._dates.update(line.booked_date for line in lines)
        return lines

    def _sort_block(
        self, block: Block, rows: BlockRows, separator: str, columns: ColumnParser, parts: PartWriter
    ) -> None:
        taken = columns.take(rows.columns, block.first_line + rows.places) if len(rows.places) else None
        places = rows.places[taken.places] if taken else rows.places
        amounts_ore = taken.amounts_ore if taken else np.array([], np.int64)
        lines: list[Line] = []
        done = 0
        for place in np.delete(np.arange(len(block)), places).tolist():
            # A row of sums is compared with what stands above it, so the order of the file is kept.
            before = int(np.searchsorted(places, place))
            self._add(amounts_ore[done:before])
            done = before
            lines += self._taken(_records_of_line(block, place, separator, self._reading.name))
        self._add(amounts_ore[done:])
        tables = [parts.table(lines)] if lines else []
        if taken and len(taken.places):
            self._count(taken)
            tables.append(taken.table)
        if tables:
            parts.write(_in_order_of_lines(tables))

    def _add(self, amounts_ore: np.ndarray) -> None:
        ore = exact_sum(amounts_ore)
        self._reading.accepted_ore += ore
        self._since_total += ore

    def _count(self, taken: Taken) -> None:
        self._reading.records += len(taken.places)
        self._reading.accepted += len(taken.places)
        self._parser.flags.update(taken.flags)
        earliest, latest = pc.min_max(taken.table["booked_date"]).values()
        self._dates.update((earliest.as_py(), latest.as_py()))

    def _sorted(self, record: Record) -> Line | None:
        """Return the record as a ledger line; count it elsewhere and return None when it is none."""
        cells = record.fields
        if cells is None:
            self._quarantine(record, InputError(record.problem, found=record.raw[:80]), None)
            return None
        kind = self._kind_of_non_data(cells, record.line)
        if kind:
            self._reading.non_data_kinds[kind] += 1
            return None
        amount_ore = None
        try:
            values = self._parser.values(cells)
            amount_ore = self._parser.amount(values)
            _refuse_damaged_text(record.raw)
            line = self._parser.line(values, amount_ore, record.line)
        except InputError as error:
            self._quarantine(record, error, amount_ore)
            return None
        self._reading.accepted_ore += amount_ore
        self._since_total += amount_ore
        return line

    def _quarantine(self, record: Record, error: InputError, amount_ore: int | None) -> None:
        found, allowed = (str(error.values.get(name, "")) for name in ("found", "allowed"))
        name = self._reading.name
        self._refused.write(QuarantinedRow(name, record.line, error.code, found, allowed, amount_ore, record.raw))
        self._reading.quarantined += 1
        self._reading.reasons[error.code] += 1
        if amount_ore is None:
            self._reading.unparseable_amounts += 1
        else:
            self._reading.quarantined_ore += amount_ore
            self._since_total += amount_ore

    def _kind_of_non_data(self, cells: list[str], line: int) -> str:
        if not "".join(cells).strip():
            return "blank"
        if cells[0].strip() == self._headings[0] and [cell.strip() for cell in cells] == self._headings:
            return "repeated_header"
        if self._is_total(cells):
            self._control(cells, line)
            return "total"
        return ""

    def _is_total(self, cells: list[str]) -> bool:
        """Return whether a row says that it is a sum: it has no supplier, and nothing that only a purchase has.

        There are suppliers called Total Access Ltd; a line of theirs has a voucher, an invoice, or date and account.
        """
        return not self._is_purchase(cells) and any(says_sum(cell.strip()) for cell in cells)

    def _is_purchase(self, cells: list[str]) -> bool:
        def says(name: str) -> bool:
            place = self._layout.positions.get(name, len(cells))
            return place < len(cells) and _is_said(cells[place])

        return any(map(says, _OF_A_PURCHASE)) or all(map(says, ("booked_date", "account")))

    def _control(self, cells: list[str], line: int) -> None:
        """Compare a row of sums with what stood above it: all of it, or what came after the last such row."""
        reading = self._reading
        place = self._layout.positions["amount"]
        written = cells[place] if place < len(cells) else next((cell for cell in reversed(cells) if cell.strip()), "")
        values = [written if name == "amount" else "" for name in LINE_FIELDS]
        try:
            stated = self._parser.amount(values)
        except InputError:
            reading.notes.append(("control_total_unreadable", {"line": line, "found": written[:40]}))
            return
        whole = reading.accepted_ore + reading.quarantined_ore
        nearest = min((whole, self._since_total), key=lambda ore: abs(stated - ore))
        code = "control_total_agrees" if stated == nearest else "control_total_differs"
        found = {"line": line, "stated_ore": stated, "read_ore": nearest, "difference_ore": stated - nearest}
        reading.notes.append((code, found))
        self._since_total = 0


def _records_of_line(block: Block, place: int, separator: str, file: str) -> list[Record]:
    """Return the record on a line of a block, which ends there."""
    line, number = block.line(place), block.first_line + place
    if '"' in line or len(line) > LONGEST_FIELD:
        return list(read_records([line + "\n"], separator, file, number))
    return [Record(number, line.split(separator) if line else [], line)]


def _is_said(cell: str) -> bool:
    """Return whether a cell holds something else than the word for a sum."""
    return bool(cell.strip()) and not says_sum(cell.strip())


def _refuse_damaged_text(raw: str) -> None:
    if "\0" in raw:
        raise InputError("text_nul", found="NUL")
    if not raw.isascii() and (found := _MOJIBAKE.search(raw)):
        raise InputError("text_mojibake", found=raw[max(found.start() - 10, 0) : found.end() + 10])


def _in_order_of_lines(tables: list[pa.Table]) -> pa.Table:
    if len(tables) == 1:
        return tables[0]
    together = pa.concat_tables([table.select(LEDGER_SCHEMA.names).cast(tables[0].schema) for table in tables])
    together = together.unify_dictionaries().combine_chunks()
    return together.take(pc.sort_indices(together["line_number"]))
