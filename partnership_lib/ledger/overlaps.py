"""Lines that stand in two files: publishers reissue corrected files, and those would count twice."""

from __future__ import annotations

from typing import Any

from partnership_lib.ledger.account import FileReading
from partnership_lib.ledger.manifest import ImportedFile
from partnership_lib.ledger.warehouse import Import, Warehouse

_SAME = ("buyer_id", "supplier_key", "voucher_id", "account", "amount_ore", "booked_date")


def find_overlaps(warehouse: Warehouse, importing: Import, reading: FileReading) -> list[dict[str, Any]]:
    """Return for each earlier file how many lines of a new one stand in it too, and their öre.

    Equal lines within one file are legal and are not counted; between files they are reported, never removed.
    """
    found = []
    for earlier in importing.files:
        if _may_overlap(reading, earlier):
            lines, ore = _shared_lines(warehouse, importing, reading, earlier)
            if lines:
                found.append({"earlier": earlier.name, "lines": lines, "ore": ore})
    return found


def _may_overlap(reading: FileReading, earlier: ImportedFile) -> bool:
    if reading.first_date is None or earlier.first_date is None or earlier.last_date is None:
        return False
    same_buyer = {part.buyer_id for part in reading.parts} & {part.buyer_id for part in earlier.parts}
    first, last = str(reading.first_date), str(reading.last_date)
    return bool(same_buyer) and first <= earlier.last_date and earlier.first_date <= last


def _shared_lines(
    warehouse: Warehouse, importing: Import, reading: FileReading, earlier: ImportedFile
) -> tuple[int, int]:
    new = warehouse.read_parts([str(importing.staging / part.path) for part in reading.parts])
    shared = new.semi_join(warehouse.lines_of([earlier]), _SAME)
    row = shared.aggregate(lines=shared.count(), ore=shared.amount_ore.sum().fill_null(0)).to_pyarrow().to_pylist()[0]
    return int(row["lines"]), int(row["ore"])
