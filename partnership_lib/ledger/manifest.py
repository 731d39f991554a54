"""The manifest of the warehouse: which files have been imported and which Parquet parts hold their lines."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from partnership_lib.errors import StorageError
from partnership_lib.files import atomic
from partnership_lib.ledger.account import FileReading
from partnership_lib.ledger.parts import Part

FORMAT = 2


@dataclass(frozen=True)
class ImportedFile:
    """An imported ledger file. Dates are ISO text; `imported_at` is UTC; paths lie under the warehouse's root.

    Attributes
    ----------
    accepted, accepted_ore : int
        Lines taken from the file, those that count in another file among them.
    repeated, repeated_ore : int
        Accepted lines that stand in an earlier file too and are counted there; their parts say so.
    reasons, non_data_kinds : dict
        Why rows were quarantined, and what the rows without data were.
    replaced_by : str
        Hash of the file that is a newer version of this one; nothing in this one counts any more.
    corrects : str
        Hash of the file whose quarantined rows came back corrected in this one.
    mended_ore : int
        What the rows that were taken from such a file had been counted as in quarantine.
    profile_content : dict
        The profile that the file was read with, where rows of it wait in quarantine to be read once more.
    """

    name: str
    sha256: str
    profile: str
    currency: str
    size: int
    records: int
    header: int
    non_data: int
    accepted: int
    quarantined: int
    accepted_ore: int
    quarantined_ore: int
    unparseable_amounts: int
    first_date: str | None
    last_date: str | None
    imported_at: str
    parts: tuple[Part, ...]
    quarantine: str
    notes: tuple[tuple[str, dict[str, Any]], ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)
    non_data_kinds: dict[str, int] = field(default_factory=dict)
    headings: tuple[str, ...] = ()
    separator: str = ""
    repeated: int = 0
    repeated_ore: int = 0
    replaced_by: str = ""
    corrects: str = ""
    mended_ore: int = 0
    profile_content: dict[str, Any] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        """Return the number of lines that count here: accepted, and in no earlier file."""
        return self.accepted - self.repeated

    @property
    def counted_ore(self) -> int:
        """Return the öre of the lines that count here."""
        return self.accepted_ore - self.repeated_ore


def imported_file(reading: FileReading, currency: str) -> ImportedFile:
    """Return the manifest's row for a file that has been read just now."""
    shared = {f.name for f in fields(ImportedFile)} & {f.name for f in fields(FileReading)}
    values = {name: getattr(reading, name) for name in shared} | {
        "currency": currency,
        "first_date": reading.first_date and reading.first_date.isoformat(),
        "last_date": reading.last_date and reading.last_date.isoformat(),
        "imported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "notes": tuple(reading.notes),
        "reasons": dict(reading.reasons.most_common()),
        "non_data_kinds": dict(sorted(reading.non_data_kinds.items())),
    }
    return ImportedFile(**values)


def read_manifest(path: Path) -> tuple[ImportedFile, ...]:
    """Return the imported files in the order of their import; none where there is no manifest yet.

    Raises
    ------
    StorageError
        ``warehouse_manifest_broken``, ``warehouse_newer``.
    """
    if not path.exists():
        return ()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise StorageError("warehouse_newer", file=str(path), found=content["format"], allowed=FORMAT)
        return tuple(_imported_file(row) for row in content["files"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StorageError("warehouse_manifest_broken", file=str(path), reason=str(error)) from error


def write_manifest(path: Path, files: tuple[ImportedFile, ...]) -> None:
    """Replace the manifest; this is the moment at which an import comes into being."""
    content = {"format": FORMAT, "files": [asdict(file) for file in files]}
    atomic.write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _imported_file(row: dict[str, Any]) -> ImportedFile:
    parts = tuple(Part(**part) for part in row.pop("parts"))
    notes = tuple((code, values) for code, values in row.pop("notes"))
    headings = tuple(row.pop("headings"))
    return ImportedFile(**row, parts=parts, notes=notes, headings=headings)
