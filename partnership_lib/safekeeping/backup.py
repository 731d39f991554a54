"""Backs a workspace up into one file, also while people work in it, and reads the file again before it counts."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import partnership_lib
from partnership_lib.errors import StorageError, UsageError
from partnership_lib.files.atomic import TEMPORARY_PREFIX, atomic_path, storage_errors
from partnership_lib.ledger.manifest import read_manifest
from partnership_lib.ledger.warehouse import Warehouse
from partnership_lib.register.connect import connect
from partnership_lib.register.copying import Inventory, copy_to_file, inventory
from partnership_lib.register.migrations import VERSION
from partnership_lib.safekeeping.archive import Reader, Writer, writing
from partnership_lib.safekeeping.contents import LEDGER, REGISTER, ledger_files, own_files, published_files

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace


@dataclass(frozen=True)
class Backup:
    """A backup that was made or restored.

    Attributes
    ----------
    file, sha256, size : Path, str, int
        The file; its hash, kept elsewhere, tells later whether it is this very one.
    facts : Mapping
        What stands in it: how many files, rows of the register, lines and öre of the ledger, reports.
    """

    file: Path
    sha256: str
    size: int
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, file: Path, facts: Mapping[str, Any]) -> Backup:
        """Return the backup in a file."""
        with file.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        return cls(file, sha256, file.stat().st_size, facts)

    def as_json(self) -> dict[str, Any]:
        """Return it as ``--json`` prints it."""
        register = self.facts["register"]
        return {
            "file": str(self.file),
            "sha256": self.sha256,
            "size": self.size,
            "made_at": self.facts["made_at"],
            "files": len(self.facts["files"]),
            "register": {"rows": sum(register["rows"].values()), "head": register["head"]},
            "ledger": self.facts["ledger"],
            "reports": self.facts["reports"],
        }


def back_up(workspace: Workspace, file: Path) -> Backup:
    """Return the backup of a workspace, written to `file` whole or not at all; one that stood there is replaced.

    Nobody has to stop working. What the backup holds is the register of one moment, the ledger that counted then, and
    the reports that had been published.

    Raises
    ------
    UsageError
        ``backup_inside`` when the file would lie among what is backed up, ``backup_link``.
    StorageError
        ``register_does_not_hold``: what is broken is not backed up over what is whole; ``backup_file_unreadable``,
        ``disk_full``; nothing was written.
    """
    target = file.absolute()
    for folder in ("data", "reports", "notebooks"):
        if target.is_relative_to(workspace.root / folder):
            raise UsageError("backup_inside", file=str(file), folder=str(workspace.root / folder))
    with storage_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=target.parent)
        with beside as work, atomic_path(target) as whole:
            with writing(whole) as writer:
                facts = _write(workspace, writer, Path(work))
            with Reader(whole) as written:
                written.unpack(None)
    return Backup.of(target, facts | {"files": writer.files})


def _write(workspace: Workspace, writer: Writer, work: Path) -> dict[str, Any]:
    # Reports before the register: whatever head of the trail a report was printed with, the register's copy has it.
    for name in published_files(workspace):
        writer.add(name, workspace.root / name)
    reports = sum(name.endswith("/MANIFEST.json") for name in writer.files)
    ledger = _add_ledger(workspace, writer, work)
    for name in own_files(workspace):
        writer.add(name, workspace.root / name)
    facts = {
        "made_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "program": partnership_lib.__version__,
        "reports": reports,
        "ledger": ledger,
        "register": _add_register(workspace, writer, work / "register.sqlite"),
    }
    writer.finish(facts)
    return facts


def _add_ledger(workspace: Workspace, writer: Writer, work: Path) -> dict[str, int]:
    """Add the warehouse as its manifest is now: what it lists is never written over."""
    source, manifest = workspace.root / LEDGER / "manifest.json", work / "manifest.json"
    if source.exists():
        manifest.write_bytes(source.read_bytes())
        for name in ledger_files(read_manifest(manifest)):
            writer.add(name, workspace.root / name)
        writer.add(f"{LEDGER}/manifest.json", manifest)
    return Warehouse(work).totals()


def _add_register(workspace: Workspace, writer: Writer, copy: Path) -> dict[str, Any]:
    """Add a copy of the register; the trail, every record and every signed list in the copy are proven first."""
    copy_to_file(workspace.register.engine, copy)
    held = inventory(connect(copy))
    writer.add(REGISTER, copy)
    return as_facts(held)


def as_facts(held: Inventory) -> dict[str, Any]:
    """Return what a register holds as it is written in a backup's list."""
    seq, digest = held.head
    return {
        "layout": VERSION,
        "rows": dict(held.rows),
        "sha256": dict(held.sha256),
        "head": {"seq": seq, "hash": digest},
    }


def assert_ledger_is(warehouse: Warehouse, wanted: Mapping[str, int], file: Path) -> None:
    """Raise unless the lines that lie in the warehouse's files are as many, and as many öre, as its manifest says.

    Raises
    ------
    StorageError
        ``backup_ledger_differs``.
    """
    lines = warehouse.lines()
    counted = lines.aggregate(lines=lines.count(), ore=lines["amount_ore"].sum().fill_null(0)).execute().iloc[0]
    found = {**warehouse.totals(), "lines": int(counted["lines"]), "ore": int(counted["ore"])}
    if found != dict(wanted):
        raise StorageError("backup_ledger_differs", file=str(file), found=found["lines"], allowed=wanted["lines"])
