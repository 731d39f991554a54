"""One ledger file becomes staged Parquet parts, quarantined rows and an account; runs in a guarded child."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType
from typing import cast

from partnership_lib.errors import InputError, StorageError
from partnership_lib.files.blocks import Block
from partnership_lib.files.delimited import Record
from partnership_lib.files.encoding import TextShape
from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.files.quarantine import QuarantineWriter
from partnership_lib.files.sources import ARCHIVE_ERRORS, Source
from partnership_lib.ledger.account import FileReading
from partnership_lib.ledger.columns_of_lines import ColumnParser
from partnership_lib.ledger.corrections import Corrections, Waiting, corrections_in
from partnership_lib.ledger.dates import told_period
from partnership_lib.ledger.dialects import Layout
from partnership_lib.ledger.lines import LineParser
from partnership_lib.ledger.parts import PartWriter, numbers_in, safe_name, sum_of_parts
from partnership_lib.ledger.rows_of_files import Rows, examine, rows_of
from partnership_lib.ledger.sorting import Sorting
from partnership_lib.ledger.stages import Odometer

MOJIBAKE_TOLERATED_SHARE = 0.01
ODOMETER = "odometer"
NOTHING_WAITS: Mapping[str, Waiting] = MappingProxyType({})


def read_ledger_files(
    sources: Sequence[Source],
    profile: LedgerProfile,
    staging: Path,
    known: frozenset[str],
    waiting: Mapping[str, Waiting],
) -> list[FileReading]:
    """Return what reading each of `sources` came to; a file that stands twice among them is read once."""
    seen = set(known)
    readings = []
    for source in sources:
        readings.append(read_ledger_file(source, profile, staging, frozenset(seen), waiting))
        seen.add(readings[-1].sha256)
    return readings


def read_ledger_file(
    source: Source,
    profile: LedgerProfile,
    staging: Path,
    known: frozenset[str],
    waiting: Mapping[str, Waiting] = NOTHING_WAITS,
) -> FileReading:
    """Return what reading `source` came to, with its parts and quarantined rows written under `staging`.

    Parameters
    ----------
    known : frozenset of str
        Hashes of the files that are in the warehouse; one of these is not read again.
    waiting : Mapping
        Files in the warehouse with quarantined rows, which may come back corrected.

    Raises
    ------
    InputError
        The file as a whole cannot be taken.
    """
    try:
        return _read(source, profile, staging, known, waiting)
    except ARCHIVE_ERRORS as error:
        raise InputError("archive_broken", file=source.name, reason=str(error)) from error


def _read(
    source: Source, profile: LedgerProfile, staging: Path, known: frozenset[str], waiting: Mapping[str, Waiting]
) -> FileReading:
    kind, shape = examine(source, profile)
    reading = FileReading(source.short_name, shape.sha256, profile.name, shape.size)
    if shape.sha256 in known:
        reading.already_imported = True
        return reading
    corrections = corrections_in(source, waiting) if kind == "XLSX" else None
    told = corrections.profile if corrections else _with_period(profile, source)
    rows = corrections.rows if corrections else rows_of(source, kind, shape, told)
    _take(reading, rows, told, staging, source)
    _refuse_what_is_wrong_throughout(reading, source, shape)
    _note_columns(reading, rows.layout, told)
    if corrections:
        _note_corrections(reading, corrections, staging)
    return reading


def _take(reading: FileReading, rows: Rows, profile: LedgerProfile, staging: Path, source: Source) -> None:
    """Sort the rows into parts and quarantine under `staging`, and reconcile the account."""
    reading.headings, reading.separator = rows.layout.headings, rows.raw_separator
    reading.header = rows.header
    reading.records = rows.header + len(rows.non_data)
    for _, reason in rows.non_data:
        reading.non_data_kinds[reason] += 1
    quarantine = Path("quarantine", f"{safe_name(source.short_name)}-{reading.sha256[:8]}.csv")
    with PartWriter(staging, reading.sha256, source.name) as parts, QuarantineWriter(staging / quarantine) as refused:
        _sort(reading, rows, profile, refused, parts, Odometer(staging / ODOMETER))
    reading.parts = parts.parts()
    if reading.quarantined:
        reading.quarantine, reading.profile_content = quarantine.as_posix(), asdict(profile)
    _reconcile(reading, refused.rows, sum_of_parts(staging, reading.parts), source)
    reading.notes += rows.notes


def _note_corrections(reading: FileReading, corrections: Corrections, staging: Path) -> None:
    """Note whose rows were corrected, and what they had been counted as in quarantine."""
    waiting = corrections.waiting
    mended = [number for part in reading.parts for number in numbers_in(staging / part.path)]
    reading.corrects, reading.replaces = waiting.file.sha256, corrections.replaces
    reading.mended_ore = sum(corrections.amounts_ore[number] for number in mended)
    reading.profile = waiting.file.profile
    before = sum(by not in corrections.replaces for by in waiting.mended().values())
    left = waiting.file.quarantined - before - len(mended)
    found = {"earlier": waiting.file.name, "lines": len(mended), "left": left}
    reading.notes.append(("ledger_corrections", found))


def _with_period(profile: LedgerProfile, source: Source) -> LedgerProfile:
    """Return the profile with the day of lines without dates, where it or the file's name tells their period."""
    period = told_period(profile, source.short_name.rpartition("/")[2])
    if period is None:
        return profile
    formats = tuple(dict.fromkeys((*profile.date_formats, "%Y-%m-%d")))
    constants = {**profile.constants, "booked_date": period.start.isoformat()}
    return replace(profile, constants=constants, date_formats=formats, period=period.label)


def _sort(
    reading: FileReading,
    rows: Rows,
    profile: LedgerProfile,
    refused: QuarantineWriter,
    parts: PartWriter,
    odometer: Odometer,
) -> None:
    parser = LineParser(profile, rows.layout)
    sorting = Sorting(reading, rows.layout, parser, refused)
    if rows.separator:
        columns = ColumnParser(profile, rows.layout, parser, reading.sha256, rows.encoding)
        sorting.sort_blocks(cast("Iterator[Block]", rows.records), rows.separator, columns, parts, odometer)
    else:
        sorting.sort(cast("Iterator[Record]", rows.records), parts)
    sorting.finish()


OF_THE_PROFILE = {"date_unreadable": "ledger_dates_unreadable", "amount_unreadable": "ledger_amounts_unreadable"}
"""What a profile that describes the file wrongly does to every row. Kept, such a file would count as imported, and
could not be read again under a better profile."""


def _refuse_what_is_wrong_throughout(reading: FileReading, source: Source, shape: TextShape) -> None:
    """Refuse a file whose every row is wrong in the same way: then the file is misread, not its rows."""
    reasons = reading.reasons
    if reasons["row_too_long"] and reasons["row_too_long"] == reading.quarantined and not reading.accepted:
        raise InputError("ledger_rows_too_long", file=source.name, found=reading.quarantined)
    for reason, sentence in OF_THE_PROFILE.items():
        if not reading.accepted and 1 < reading.quarantined == reasons[reason]:
            raise InputError(sentence, file=source.name, found=reading.quarantined, profile=reading.profile)
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


def _note_columns(reading: FileReading, layout: Layout, profile: LedgerProfile) -> None:
    if profile.period and "booked_date" not in layout.positions:
        reading.notes.append(("ledger_period_told", {"period": profile.period}))
    elif reading.accepted and not any("%d" in written for written in profile.date_formats):
        reading.notes.append(("ledger_dates_by_month", {"lines": reading.accepted}))
    if not reading.accepted and not reading.quarantined:
        reading.notes.append(("ledger_without_rows", {}))
    if layout.unknown:
        reading.notes.append(("ledger_columns_unknown", {"columns": ", ".join(layout.unknown)}))
    if reading.quarantined:
        reasons = ", ".join(f"{reason} {count}" for reason, count in reading.reasons.most_common())
        reading.notes.append(("ledger_quarantined", {"rows": reading.quarantined, "reasons": reasons}))
