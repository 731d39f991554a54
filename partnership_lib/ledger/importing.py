"""Ledger files into the warehouse: read in a guarded child, reconciled, committed together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.errors import InputError, UsageError
from partnership_lib.files.guarded import run_guarded
from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.files.sources import Source, find_sources
from partnership_lib.ledger.account import FileReading
from partnership_lib.ledger.corrections import waiting_files
from partnership_lib.ledger.dialects import find_profile
from partnership_lib.ledger.manifest import ImportedFile, imported_file
from partnership_lib.ledger.reading import ODOMETER, read_ledger_files
from partnership_lib.ledger.stages import read_odometer
from partnership_lib.ledger.versions import Settlement
from partnership_lib.ledger.warehouse import Import, Warehouse
from partnership_lib.units.period import Period

COUNTED = (
    *("records", "header", "non_data", "accepted", "quarantined"),
    *("accepted_ore", "quarantined_ore", "unparseable_amounts", "repeated", "repeated_ore"),
)
"""What is counted of a file, and summed over the files of a call."""

SLOWEST_BYTES_PER_SECOND = 500_000
GROUP_BYTES = 32 * 2**20

Progress = Callable[[int, int, str, int], None]


@dataclass(frozen=True)
class ImportAccount:
    """What became of one file: ``records = header + non_data + accepted + quarantined``, and öre of both kinds.

    Attributes
    ----------
    file : str
        The file as it was given.
    imported : ImportedFile
        What the warehouse knows of it.
    already_imported : bool
        The same bytes were in the warehouse before: nothing was added.
    """

    file: str
    imported: ImportedFile
    already_imported: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the account as ``import ledger --json`` prints it; what was there before counts as nothing."""
        known = self.already_imported
        counted = {name: 0 if known else getattr(self.imported, name) for name in COUNTED}
        notes = [{"code": code, **found} for code, found in ([] if known else self.imported.notes)]
        sha256 = self.imported.sha256
        return {"file": self.file, "sha256": sha256, **counted, "already_imported": known, "notes": notes}

    def sentences(self, language: str, currency: str = "SEK") -> list[str]:
        """Return what there is to know about the file as sentences."""
        notes = () if self.already_imported else self.imported.notes
        return [
            text.sentence(f"note.{code}", {"currency": currency} | _worded(found, language), language)
            for code, found in notes
        ]


def _worded(found: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the values of a note, the reasons why rows were refused in words: ``"amount_blank 2"`` holds a code."""
    pairs = [reason.rsplit(" ", 1) for reason in str(found.get("reasons", "")).split(", ") if reason]
    words = ", ".join(f"{text.word('refused_row', code, language)} ({count})" for code, count in pairs)
    return {**found, "reasons": words} if pairs else dict(found)


def import_ledger(
    paths: Iterable[Path],
    warehouse: Warehouse,
    profile: LedgerProfile | str | Path | None = None,
    currency: str = "SEK",
    progress: Progress | None = None,
    period: str = "",
    dry_run: bool = False,
) -> list[ImportAccount]:
    """Return an account of every file after bringing `paths` into the warehouse.

    All files of a call come in together or, when one of them is refused, none. A zip archive counts as the
    files in it. A file whose bytes are in the warehouse already adds nothing, whatever it is called.

    Parameters
    ----------
    profile : LedgerProfile, str or Path, optional
        How the files are written; the national specification by default.
    currency : str
        Currency of the workspace; a profile in another one is refused.
    progress : callable, optional
        Called with ``(bytes done, bytes in all, file, lines done)``, also while a file is being read.
    period : str
        The period of files without dates, such as ``2020-05``.
    dry_run : bool
        Whether to say what would come in without keeping any of it.

    Raises
    ------
    UsageError
        ``unknown_profile``, ``profile_currency_other``.
    InputError
        A file cannot be taken as a whole; nothing of the call was stored.
    StorageError
        ``warehouse_busy``, ``disk_full``; nothing of the call was stored.
    """
    chosen = find_profile(profile)
    if period:
        chosen = replace(chosen, period=Period.parse(period).label)
    if chosen.currency != currency:
        raise UsageError("profile_currency_other", profile=chosen.name, found=chosen.currency, allowed=currency)
    sources = [source for path in paths for source in _guarded_sources(Path(path), chosen)]
    with warehouse.importing() as importing:
        readings = _read_all(sources, chosen, importing, progress)
        settlement = Settlement(warehouse, importing)
        for reading in readings:
            if not reading.already_imported:
                settlement.add(imported_file(reading, currency), reading.replaces)
        if settlement.files != importing.files and not dry_run:
            importing.commit(settlement.files)
    kept = {file.sha256: file for file in settlement.files}
    return [
        ImportAccount(source.name, kept[reading.sha256], reading.already_imported)
        for source, reading in zip(sources, readings, strict=True)
    ]


def _guarded_sources(path: Path, profile: LedgerProfile) -> list[Source]:
    return run_guarded(find_sources, path, profile.members, profile.members_excluded)


def _read_all(
    sources: Sequence[Source], profile: LedgerProfile, importing: Import, progress: Progress | None
) -> list[FileReading]:
    readings: list[FileReading] = []
    size, done = sum(source.size for source in sources), 0
    for group in _groups(sources):
        watch = _watch(progress, importing.staging / ODOMETER, group, done, size, readings)
        known = {file.sha256 for file in importing.files} | {reading.sha256 for reading in readings}
        readings += _read_group(group, profile, importing, frozenset(known), watch)
        done += sum(source.size for source in group)
    if progress:
        progress(done, size, "", _lines(readings))
    return readings


def _lines(readings: Sequence[FileReading]) -> int:
    return sum(reading.records for reading in readings)


def _watch(
    progress: Progress | None,
    odometer: Path,
    group: Sequence[Source],
    done: int,
    size: int,
    readings: Sequence[FileReading],
) -> Callable[[], None] | None:
    """Return what tells how far the child has come with a group of files, and tell that it begins."""
    if progress is None:
        return None
    lines = _lines(readings)
    name, own_size = group[0].short_name, sum(source.size for source in group)
    odometer.unlink(missing_ok=True)
    progress(done, size, name, lines)

    def watch() -> None:
        past, so_far = read_odometer(odometer)
        progress(done + min(past, own_size), size, name, lines + so_far)

    return watch


def _groups(sources: Sequence[Source]) -> Iterator[list[Source]]:
    """Yield small files together: a child process costs as much as reading thousands of lines."""
    group: list[Source] = []
    for source in sources:
        if group and sum(part.size for part in group) + source.size > GROUP_BYTES:
            yield group
            group = []
        group.append(source)
    if group:
        yield group


def _read_group(
    group: list[Source],
    profile: LedgerProfile,
    importing: Import,
    known: frozenset[str],
    watch: Callable[[], None] | None,
) -> list[FileReading]:
    seconds = 60 + sum(source.size * (20 if source.is_gzip else 1) for source in group) / SLOWEST_BYTES_PER_SECOND
    job = (group, profile, importing.staging, known, waiting_files(importing.files, importing.root))
    try:
        return run_guarded(read_ledger_files, *job, file=group[0].name, seconds=seconds, watch=watch)
    except InputError as error:
        if len(group) == 1 or not error.code.startswith("reader_"):
            raise
    # The child died of one of them: read them one by one, so that the error names the right file.
    readings: list[FileReading] = []
    for source in group:
        read = known | {reading.sha256 for reading in readings}
        readings += _read_group([source], profile, importing, read, watch)
    return readings
