"""The records of one ledger file are sorted into rows without data, accepted lines and quarantined rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import islice

from partnership_lib.errors import InputError
from partnership_lib.files.delimited import Record
from partnership_lib.files.profiles import LINE_FIELDS
from partnership_lib.files.quarantine import QuarantinedRow, QuarantineWriter
from partnership_lib.ledger.account import FileReading
from partnership_lib.ledger.dialects import Layout
from partnership_lib.ledger.lines import Line, LineParser
from partnership_lib.ledger.parts import PartWriter

BATCH_LINES = 50_000

_TOTAL = re.compile(r"(?:del|slut)?summa\b|totalt?\b|sub-?total\b|grand total\b", re.IGNORECASE)
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
        """Take every record."""
        reading = self._reading
        records = iter(records)
        while batch := list(islice(records, BATCH_LINES)):
            reading.records += len(batch)
            lines = [line for record in batch if (line := self._sorted(record)) is not None]
            reading.accepted += len(lines)
            self._dates.update(line.booked_date for line in lines)
            parts.write(lines)
        if self._dates:
            reading.first_date, reading.last_date = min(self._dates), max(self._dates)
        reading.non_data = sum(reading.non_data_kinds.values())
        reading.notes += [(flag, {"lines": count}) for flag, count in sorted(self._parser.flags.items())]

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
        self._refused.write(
            QuarantinedRow(self._reading.name, record.line, error.code, str(error.values.get("found", "")), record.raw)
        )
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
        """Return whether a row without a supplier says that it is a sum."""
        positions = self._layout.positions
        for name in ("supplier", "supplier_id"):
            place = positions.get(name)
            if place is not None and place < len(cells) and cells[place].strip() and not _TOTAL.match(cells[place]):
                return False
        return any(_TOTAL.match(cell.strip()) for cell in cells)

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


def _refuse_damaged_text(raw: str) -> None:
    if "\0" in raw:
        raise InputError("text_nul", found="NUL")
    if not raw.isascii() and (found := _MOJIBAKE.search(raw)):
        raise InputError("text_mojibake", found=raw[max(found.start() - 10, 0) : found.end() + 10])
