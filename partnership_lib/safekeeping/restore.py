"""Restores a backup into a folder of its own: everything is proven before the folder gets its name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from partnership_lib.errors import StorageError, UsageError
from partnership_lib.files.atomic import TEMPORARY_PREFIX, move_folder, storage_errors
from partnership_lib.files.locking import exclusive_lock
from partnership_lib.ledger.warehouse import Warehouse
from partnership_lib.register.connect import connect
from partnership_lib.register.copying import inventory
from partnership_lib.register.migrations import VERSION
from partnership_lib.register.schema import SCHEMA_VERSION
from partnership_lib.register.store import Register
from partnership_lib.safekeeping.archive import Reader
from partnership_lib.safekeeping.backup import Backup, as_facts, assert_ledger_is
from partnership_lib.safekeeping.contents import LEDGER, REGISTER


def restore(file: Path, folder: Path) -> Backup:
    """Return the backup that was restored into `folder`, which comes into being whole or not at all.

    Proven on the way: every file against its hash, the register against its trail and the counts that the backup was
    made with, the ledger's lines and öre against its manifest.

    Raises
    ------
    UsageError
        ``restore_not_empty`` when there is anything in the folder: nothing is ever restored over something else.
    StorageError
        ``backup_unreadable``, ``backup_damaged``, ``backup_newer``, ``backup_register_differs``,
        ``backup_ledger_differs``, ``register_newer``, ``disk_full`` or ``restore_busy``; nothing was restored.
    """
    target = folder.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError("restore_not_empty", folder=str(folder))
    with Reader(file) as backup, storage_errors(target), _staging(target) as staged:
        backup.unpack(staged)
        _assert_register_is(staged / REGISTER, backup.facts["register"], file)
        assert_ledger_is(Warehouse(staged / LEDGER), backup.facts["ledger"], file)
        (staged / "reports").mkdir(exist_ok=True)
        move_folder(staged, target)
    return Backup.of(file.absolute(), backup.facts)


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside the target; what a restoration that was killed left there is removed first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f"{TEMPORARY_PREFIX}{target.name}")
    lock = staged.with_name(f"{staged.name}.lock")
    with exclusive_lock(lock, "restore_busy"):
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir()
        try:
            yield staged
        finally:
            shutil.rmtree(staged, ignore_errors=True)
            lock.unlink(missing_ok=True)


def _assert_register_is(register: Path, wanted: Mapping[str, Any], file: Path) -> None:
    """Raise unless a register is what the backup says; one of an older layout is brought forward first."""
    held = as_facts(inventory(Register.open(register).engine if wanted["layout"] < VERSION else connect(register)))
    if wanted["layout"] == VERSION:
        same = held == dict(wanted)
    else:
        rows = {name: count for name, count in wanted["rows"].items() if name != SCHEMA_VERSION.name}
        same = held["head"] == wanted["head"] and rows.items() <= held["rows"].items()
    if not same:
        raise StorageError("backup_register_differs", file=str(file))
