"""The warehouse: accepted ledger lines as Parquet, and the manifest that says which of them count."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.files import atomic
from partnership_lib.files.locking import exclusive_lock
from partnership_lib.ledger.columns import LEDGER_SCHEMA
from partnership_lib.ledger.manifest import ImportedFile, read_manifest, write_manifest

if TYPE_CHECKING:
    import ibis
    import pandas as pd


class Warehouse:
    """Ledger lines under one folder.

    Only what the manifest lists counts: a Parquet file that an interrupted import left behind is never read, and
    the next import removes it.

    Parameters
    ----------
    root : pathlib.Path
        The folder; it comes into being with the first import.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._connection: Any = None

    @property
    def quarantine_folder(self) -> Path:
        """Return the folder of the refused rows, one CSV file for each ledger file."""
        return self.root / "quarantine"

    def files(self) -> tuple[ImportedFile, ...]:
        """Return the imported files in the order of their import."""
        return read_manifest(self._manifest)

    def lines(self) -> ibis.Table:
        """Return all accepted lines as an Ibis table with the columns of `LEDGER_SCHEMA`."""
        return self.lines_of(self.files())

    def lines_of(self, files: Sequence[ImportedFile]) -> ibis.Table:
        """Return the accepted lines of some files."""
        return self.read_parts(sorted(str(self.root / part.path) for file in files for part in file.parts))

    def read_parts(self, paths: Sequence[str]) -> ibis.Table:
        """Return Parquet parts as an Ibis table."""
        import ibis

        if not paths:
            return ibis.memtable(LEDGER_SCHEMA.empty_table())
        if self._connection is None:
            self._connection = ibis.duckdb.connect()
        table = self._connection.read_parquet(list(paths), hive_partitioning=False)
        return table.select(*LEDGER_SCHEMA.names)

    def content_hash(self) -> str:
        """Return a hash of what the warehouse holds, whatever the order in which it came in."""
        held = sorted(f"{file.sha256} {file.accepted} {file.accepted_ore}" for file in self.files())
        return hashlib.sha256("\n".join(held).encode()).hexdigest()

    def totals(self) -> dict[str, int]:
        """Return the number of files, accepted lines and öre, and of quarantined rows and öre."""
        files = self.files()
        return {
            "files": len(files),
            "lines": sum(file.accepted for file in files),
            "ore": sum(file.accepted_ore for file in files),
            "quarantined": sum(file.quarantined for file in files),
            "quarantined_ore": sum(file.quarantined_ore for file in files),
        }

    def quality(self) -> pd.DataFrame:
        """Return one row for each imported file: rows, accepted, quarantined, öre and the span of dates."""
        import pandas as pd

        names = [
            "name", "records", "header", "non_data", "accepted", "quarantined", "accepted_ore", "quarantined_ore",
            "unparseable_amounts", "first_date", "last_date", "imported_at",
        ]  # fmt: skip
        rows = [{name: getattr(file, name) for name in names} for file in self.files()]
        return pd.DataFrame(rows, columns=names)

    @contextmanager
    def importing(self) -> Iterator[Import]:
        """Yield the one import that may be going on; what it has not committed at the end leaves no trace.

        Raises
        ------
        StorageError
            ``warehouse_busy`` while another import is going on.
        """
        with atomic.storage_errors(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(self.root / ".lock", "warehouse_busy"):
            self._remove_leftovers()
            staging = self.root / f"{atomic.TEMPORARY_PREFIX}{secrets.token_hex(4)}"
            try:
                yield Import(self, staging, self.files())
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def _remove_leftovers(self) -> None:
        """Remove what an interrupted import staged, or had moved into place without getting it listed."""
        for leftover in self.root.glob(f"{atomic.TEMPORARY_PREFIX}*"):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        files = self.files()
        listed = {part.path for file in files for part in file.parts} | {file.quarantine for file in files}
        for path in [*self.root.glob("lines/**/*.parquet"), *self.quarantine_folder.glob("*.csv")]:
            if path.relative_to(self.root).as_posix() not in listed:
                path.unlink()

    @property
    def _manifest(self) -> Path:
        return self.root / "manifest.json"


class Import:
    """An import under way: a folder to stage parts in, and one commit that lets all of it count."""

    def __init__(self, warehouse: Warehouse, staging: Path, files: tuple[ImportedFile, ...]) -> None:
        self.staging = staging
        self.files = files
        self._warehouse = warehouse

    def commit(self, files: Sequence[ImportedFile]) -> None:
        """Move the staged parts of `files` into place and list them in the manifest, all or none."""
        root = self._warehouse.root
        staged = [part.path for file in files for part in file.parts] + [f.quarantine for f in files if f.quarantine]
        with atomic.storage_errors(root):
            targets = [self._move(path) for path in staged]
            for folder in {folder for target in targets for folder in target.parents if folder.is_relative_to(root)}:
                atomic.sync_folder(folder)
        write_manifest(root / "manifest.json", (*self.files, *files))

    def _move(self, path: str) -> Path:
        target = self._warehouse.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        atomic.sync_file(self.staging / path)
        (self.staging / path).replace(target)
        return target
