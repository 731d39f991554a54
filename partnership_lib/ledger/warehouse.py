"""The warehouse: accepted ledger lines as Parquet, and the manifest that says which of them count."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from partnership_lib.files import atomic
from partnership_lib.files.locking import exclusive_lock
from partnership_lib.ledger.columns import LEDGER_SCHEMA
from partnership_lib.ledger.engines import DEFAULT_ENGINE, DuckDB, PySpark, open_engine
from partnership_lib.ledger.manifest import ImportedFile, read_manifest, write_manifest
from partnership_lib.ledger.parts import Part

if TYPE_CHECKING:
    import ibis


class Warehouse:
    """Ledger lines under one folder.

    Only what the manifest lists counts: a Parquet file that an interrupted import left behind is never read, and
    the next import removes it.

    Parameters
    ----------
    root : pathlib.Path
        The folder; it comes into being with the first import.
    engine : str
        What answers questions about the lines: ``duckdb`` or ``pyspark``. Imports do not ask it.
    """

    def __init__(self, root: Path, engine: str = DEFAULT_ENGINE) -> None:
        self.root = root
        self._engine = engine
        self._opened: DuckDB | PySpark | None = None

    @property
    def quarantine_folder(self) -> Path:
        """Return the folder of the refused rows, one CSV file for each ledger file."""
        return self.root / "quarantine"

    def files(self) -> tuple[ImportedFile, ...]:
        """Return the imported files in the order of their import, also those that a newer version replaced."""
        return read_manifest(self._manifest)

    def current_files(self) -> tuple[ImportedFile, ...]:
        """Return the files that count: those that no newer version has replaced."""
        return tuple(file for file in self.files() if not file.replaced_by)

    def lines(self) -> ibis.Table:
        """Return all lines that count, each once, as an Ibis table with the columns of `LEDGER_SCHEMA`."""
        parts = [part for file in self.current_files() for part in file.parts if not part.counts_in]
        return self.read_parts(sorted(str(self.root / part.path) for part in parts))

    def lines_of(self, files: Sequence[ImportedFile]) -> ibis.Table:
        """Return the accepted lines of some files, also those that count in another one."""
        return self.read_parts(sorted(str(self.root / part.path) for file in files for part in file.parts))

    def read_parts(self, paths: Sequence[str], engine: DuckDB | PySpark | None = None) -> ibis.Table:
        """Return Parquet parts as an Ibis table, of the warehouse's own engine unless another one is given."""
        import ibis

        if not paths:
            return ibis.memtable(LEDGER_SCHEMA.empty_table())
        if engine is None:
            engine = self._opened = self._opened or open_engine(self._engine)
        return engine.read(paths).select(*LEDGER_SCHEMA.names)

    def content_hash(self) -> str:
        """Return a hash of what the warehouse holds, whatever the order in which it came in."""
        held = sorted(f"{file.sha256} {file.accepted} {file.accepted_ore}" for file in self.current_files())
        return hashlib.sha256("\n".join(held).encode()).hexdigest()

    def totals(self) -> dict[str, int]:
        """Return the number of files, of lines that count and their öre, and of rows still in quarantine and theirs."""
        files = self.current_files()
        waiting = [file for file in files if not file.corrects]
        mended = [file for file in files if file.corrects]
        return {
            "files": len(files),
            "lines": sum(file.counted for file in files),
            "ore": sum(file.counted_ore for file in files),
            "quarantined": sum(file.quarantined for file in waiting) - sum(file.accepted for file in mended),
            "quarantined_ore": sum(file.quarantined_ore for file in waiting) - sum(f.mended_ore for f in mended),
        }

    @contextmanager
    def importing(self) -> Iterator[Import]:
        """Yield the one import that may be going on; what it has not committed at the end leaves no trace.

        Raises
        ------
        StorageError
            ``warehouse_busy`` while another import is going on; ``disk_full`` or ``file_unwritable``.
        """
        with atomic.storage_errors(self.root), self._only_one():
            self._remove_leftovers()
            staging = self.root / f"{atomic.TEMPORARY_PREFIX}{secrets.token_hex(4)}"
            try:
                yield Import(self, staging, self.files())
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def _only_one(self) -> AbstractContextManager[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        return exclusive_lock(self.root / ".lock", "warehouse_busy")

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
        self.root = warehouse.root
        self.staging = staging
        self.files = files

    def place_of(self, part: Part) -> Path:
        """Return where a part lies now: staged by this import, or in the warehouse."""
        staged = self.staging / part.path
        return staged if staged.exists() else self.root / part.path

    def commit(self, files: Sequence[ImportedFile]) -> None:
        """Move what is staged for `files` into place and let them, and only them, be the warehouse; all or nothing."""
        root = self.root
        wanted = {part.path for file in files for part in file.parts} | {f.quarantine for f in files if f.quarantine}
        with atomic.storage_errors(root):
            targets = [self._move(path) for path in sorted(wanted) if (self.staging / path).exists()]
            for folder in {folder for target in targets for folder in target.parents if folder.is_relative_to(root)}:
                atomic.sync_folder(folder)
        write_manifest(root / "manifest.json", tuple(files))

    def _move(self, path: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        atomic.sync_file(self.staging / path)
        (self.staging / path).replace(target)
        return target
