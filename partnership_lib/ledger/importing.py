"""Ledger files into the warehouse: read in a guarded child, reconciled, committed together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.errors import InputError, UsageError
from partnership_lib.files.guarded import run_guarded
from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.files.sources import Source, find_sources
from partnership_lib.ledger.account import FileReading
from partnership_lib.ledger.dialects import find_profile
from partnership_lib.ledger.manifest import imported_file
from partnership_lib.ledger.overlaps import find_overlaps
from partnership_lib.ledger.reading import read_ledger_files
from partnership_lib.ledger.warehouse import Import, Warehouse

SLOWEST_BYTES_PER_SECOND = 500_000
GROUP_BYTES = 32 * 2**20

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class ImportAccount:
    """What became of one file: ``records = header + non_data + accepted + quarantined``, and öre of both kinds.

    Attributes
    ----------
    already_imported : bool
        The same bytes are in the warehouse already: nothing was added, so every count is 0.
    notes : tuple of (str, dict)
        Code and values of what there is to know about the file; `sentences` writes them out.
    """

    file: str
    sha256: str
    records: int
    header: int
    non_data: int
    accepted: int
    quarantined: int
    accepted_ore: int
    quarantined_ore: int
    unparseable_amounts: int
    already_imported: bool
    notes: tuple[tuple[str, dict[str, Any]], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the account as ``import ledger --json`` prints it."""
        content = asdict(self)
        del content["notes"]
        return content

    def sentences(self, language: str, currency: str = "SEK") -> list[str]:
        """Return the notes as sentences."""
        return [text.sentence(f"note.{code}", {"currency": currency} | found, language) for code, found in self.notes]


def import_ledger(
    paths: Iterable[Path],
    warehouse: Warehouse,
    profile: LedgerProfile | str | Path | None = None,
    currency: str = "SEK",
    progress: Progress | None = None,
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
        Called with ``(bytes done, bytes in all, file)``.

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
    if chosen.currency != currency:
        raise UsageError("profile_currency_other", profile=chosen.name, found=chosen.currency, allowed=currency)
    sources = [source for path in paths for source in _guarded_sources(Path(path), chosen)]
    with warehouse.importing() as importing:
        readings = _read_all(sources, chosen, importing, progress)
        for reading in readings:
            reading.notes += [("ledger_overlap", found) for found in find_overlaps(warehouse, importing, reading)]
        new = [imported_file(reading, currency) for reading in readings if not reading.already_imported]
        if new:
            importing.commit(new)
    return [_account(source, reading) for source, reading in zip(sources, readings, strict=True)]


def _guarded_sources(path: Path, profile: LedgerProfile) -> list[Source]:
    return run_guarded(find_sources, path, profile.members, profile.members_excluded)


def _read_all(
    sources: Sequence[Source], profile: LedgerProfile, importing: Import, progress: Progress | None
) -> list[FileReading]:
    readings: list[FileReading] = []
    size, done = sum(source.size for source in sources), 0
    for group in _groups(sources):
        if progress:
            progress(done, size, group[0].short_name)
        known = {file.sha256 for file in importing.files} | {reading.sha256 for reading in readings}
        readings += _read_group(group, profile, importing.staging, frozenset(known))
        done += sum(source.size for source in group)
    if progress:
        progress(done, size, "")
    return readings


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


def _read_group(group: list[Source], profile: LedgerProfile, staging: Path, known: frozenset[str]) -> list[FileReading]:
    seconds = 60 + sum(source.size for source in group) / SLOWEST_BYTES_PER_SECOND
    try:
        return run_guarded(read_ledger_files, group, profile, staging, known, file=group[0].name, seconds=seconds)
    except InputError as error:
        if len(group) == 1 or not error.code.startswith("reader_"):
            raise
    # The child died of one of them: read them one by one, so that the error names the right file.
    readings: list[FileReading] = []
    for source in group:
        readings += _read_group([source], profile, staging, known | {reading.sha256 for reading in readings})
    return readings


def _account(source: Source, reading: FileReading) -> ImportAccount:
    counted = {f.name: getattr(reading, f.name) for f in fields(ImportAccount) if f.name not in ("file", "notes")}
    return ImportAccount(file=source.name, **counted, notes=tuple(reading.notes))
