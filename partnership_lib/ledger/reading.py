"""One ledger file becomes staged Parquet parts, quarantined rows and an account; runs in a guarded child."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from partnership_lib.errors import InputError, StorageError
from partnership_lib.files.delimited import Record, read_records
from partnership_lib.files.encoding import TextShape, examine_text, read_lines, read_text
from partnership_lib.files.json_rows import read_json_rows
from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.files.quarantine import QuarantineWriter
from partnership_lib.files.sources import Source, content_kind
from partnership_lib.ledger.account import FileReading
from partnership_lib.ledger.dialects import HEADER_SOUGHT_IN_LINES, Layout, find_header, make_layout
from partnership_lib.ledger.lines import LineParser
from partnership_lib.ledger.parts import PartWriter, safe_name, sum_of_parts
from partnership_lib.ledger.sorting import Sorting

MOJIBAKE_TOLERATED_SHARE = 0.01
LARGEST_JSON_BYTES = 256 * 2**20
"""JSON has no rows until all of it is read, so all of it must fit in the memory of the child."""


@dataclass(frozen=True)
class Rows:
    """The rows of a file with the layout of their cells; `non_data` came before them."""

    layout: Layout
    records: Iterator[Record]
    header: int
    non_data: tuple[tuple[int, str], ...] = ()


def read_ledger_files(
    sources: Sequence[Source], profile: LedgerProfile, staging: Path, known: frozenset[str]
) -> list[FileReading]:
    """Return what reading each of `sources` came to; a file that stands twice among them is read once."""
    seen = set(known)
    readings = []
    for source in sources:
        readings.append(read_ledger_file(source, profile, staging, frozenset(seen)))
        seen.add(readings[-1].sha256)
    return readings


def read_ledger_file(source: Source, profile: LedgerProfile, staging: Path, known: frozenset[str]) -> FileReading:
    """Return what reading `source` came to, with its parts and quarantined rows written under `staging`.

    Parameters
    ----------
    known : frozenset of str
        Hashes of the files that are in the warehouse; one of these is not read again.

    Raises
    ------
    InputError
        The file as a whole cannot be taken.
    """
    kind = content_kind(source)
    if kind not in ("text", "JSON"):
        raise InputError("ledger_kind_unknown", file=source.name, found=kind)
    if kind == "JSON" and source.size > LARGEST_JSON_BYTES:
        allowed = LARGEST_JSON_BYTES // 2**20
        raise InputError("json_too_large", file=source.name, found=source.size // 2**20, allowed=allowed)
    shape = examine_text(source.open, source.name, profile.encoding)
    reading = FileReading(source.short_name, shape.sha256, profile.name, shape.size)
    if shape.sha256 in known:
        reading.already_imported = True
        return reading
    rows = _json_rows(source, shape, profile) if kind == "JSON" else _delimited_rows(source, shape, profile)
    reading.header = rows.header
    reading.records = rows.header + len(rows.non_data)
    for _, reason in rows.non_data:
        reading.non_data_kinds[reason] += 1
    quarantine = Path("quarantine", f"{safe_name(source.short_name)}-{shape.sha256[:8]}.csv")
    with PartWriter(staging, shape.sha256, source.name) as parts, QuarantineWriter(staging / quarantine) as refused:
        Sorting(reading, rows.layout, LineParser(profile, rows.layout), refused).sort(rows.records, parts)
    reading.parts = parts.parts()
    reading.quarantine = quarantine.as_posix() if reading.quarantined else ""
    _refuse_what_is_wrong_throughout(reading, source, shape)
    _reconcile(reading, refused.rows, sum_of_parts(staging, reading.parts), source)
    _note_columns(reading, rows.layout)
    return reading


def _delimited_rows(source: Source, shape: TextShape, profile: LedgerProfile) -> Rows:
    lines = read_lines(source.open(), shape.encoding, source.name)
    first = list(islice(lines, HEADER_SOUGHT_IN_LINES))
    header = find_header(first, profile, source.name)
    before = tuple((number, _before_header(line)) for number, line in enumerate(first[: header.lines_before], start=1))
    rest = chain(first[header.lines_before + 1 :], lines)
    records = read_records(rest, header.separator, source.name, header.lines_before + 2)
    return Rows(header.layout, records, 1, before)


def _json_rows(source: Source, shape: TextShape, profile: LedgerProfile) -> Rows:
    names, records = read_json_rows(read_text(source.open(), shape.encoding), profile.rows_key, source.name)
    return Rows(make_layout(names, profile, source.name), records, 0)


def _before_header(line: str) -> str:
    if not line.strip():
        return "blank"
    return "separator_hint" if line.lower().startswith("sep=") else "title"


def _refuse_what_is_wrong_throughout(reading: FileReading, source: Source, shape: TextShape) -> None:
    """Refuse a file whose every row is wrong in the same way: then the file is misread, not its rows."""
    reasons = reading.reasons
    if reasons["row_too_long"] and reasons["row_too_long"] == reading.quarantined and not reading.accepted:
        raise InputError("ledger_rows_too_long", file=source.name, found=reading.quarantined)
    damaged = reasons["text_mojibake"]
    if shape.encoding == "cp1252" and damaged > MOJIBAKE_TOLERATED_SHARE * (reading.accepted + reading.quarantined):
        raise InputError("ledger_encoding_mixed", file=source.name, found=damaged)


def _reconcile(reading: FileReading, refused_rows: int, on_disk: tuple[int, int], source: Source) -> None:
    """Refuse to go on when a row or an öre is unaccounted for; `on_disk` is read back from the written parts."""
    rows_agree = reading.records == reading.header + reading.non_data + reading.accepted + reading.quarantined
    if not rows_agree or on_disk != (reading.accepted, reading.accepted_ore) or refused_rows != reading.quarantined:
        raise StorageError(
            "ledger_not_reconciled",
            file=source.name,
            records=reading.records,
            accepted=reading.accepted,
            quarantined=reading.quarantined,
            written=on_disk[0],
        )


def _note_columns(reading: FileReading, layout: Layout) -> None:
    if not reading.accepted and not reading.quarantined:
        reading.notes.append(("ledger_without_rows", {}))
    if layout.unknown:
        reading.notes.append(("ledger_columns_unknown", {"columns": ", ".join(layout.unknown)}))
    if reading.quarantined:
        reasons = ", ".join(f"{reason} {count}" for reason, count in reading.reasons.most_common())
        reading.notes.append(("ledger_quarantined", {"rows": reading.quarantined, "reasons": reasons}))
