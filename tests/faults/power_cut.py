"""A disk whose power can be cut: what SQLite writes and syncs is logged, and what a cut would leave is built from it.

Everything of a file up to its last sync is kept. Of what came later each write is kept or not, some only in part; a
file that was unlinked without a sync of its folder may still be there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

SECTOR_BYTES = 512


@dataclass(frozen=True)
class Step:
    """One thing that the disk was asked to do."""

    kind: str
    file: str
    offset: int = 0
    content: bytes = b""


@dataclass
class Disk:
    """What was asked of the disk, in order, with a mark for each save that was acknowledged."""

    start: dict[str, bytes] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def begin(self, folder: Path) -> None:
        """Take what lies in a folder as safe, and log from here."""
        self.start = {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}
        self.steps.clear()

    def acknowledge(self) -> None:
        """Note that a save has been acknowledged."""
        self.steps.append(Step("acknowledged", ""))

    def acknowledged(self, cut: int) -> int:
        """Return how many saves had been acknowledged before a cut."""
        return sum(step.kind == "acknowledged" for step in self.steps[:cut])

    def after_cut(self, cut: int, choice: random.Random, folder: Path) -> None:
        """Write what a power cut before step number `cut` leaves."""
        folder.mkdir(parents=True)
        done = self.steps[:cut]
        for name in sorted({*self.start, *(step.file for step in done if step.file)}):
            content = _left(self.start.get(name), [step for step in done if step.file == name], choice)
            if content is not None:
                (folder / name).write_bytes(content)


def _left(start: bytes | None, steps: list[Step], choice: random.Random) -> bytearray | None:
    """Return what is left of one file, or None when it is gone."""
    content = None if start is None else bytearray(start)
    last_sync = max((i for i, step in enumerate(steps) if step.kind in ("sync", "unlink and sync")), default=-1)
    for number, step in enumerate(steps):
        if number > last_sync and choice.random() < 0.5:
            if step.kind == "unlink":
                return content  # the folder still names the old file; what came later went to one that it does not
            continue
        content = _done(content, _torn(step, choice) if number > last_sync else step)
    return content


def _torn(step: Step, choice: random.Random) -> Step:
    """Return a write of which only the first sectors arrived, now and then."""
    if step.kind != "write" or len(step.content) <= SECTOR_BYTES or choice.random() < 0.8:
        return step
    arrived = choice.randrange(1, len(step.content) // SECTOR_BYTES + 1) * SECTOR_BYTES
    return Step("write", step.file, step.offset, step.content[:arrived])


def _done(content: bytearray | None, step: Step) -> bytearray | None:
    if step.kind in ("unlink", "unlink and sync"):
        return None
    if step.kind == "sync":
        return content
    content = bytearray() if content is None else content
    if step.kind == "truncate":
        del content[step.offset :]
        return content
    content.extend(b"\0" * (step.offset - len(content)))
    content[step.offset : step.offset + len(step.content)] = step.content
    return content


class LoggingVFS(apsw.VFS):
    """The operating system's file layer, with a log of what reaches the disk."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.vfs_name, self.disk = name, disk
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return LoggingFile(name, flags, self.disk)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        self.disk.steps.append(Step("unlink and sync" if syncdir else "unlink", Path(filename).name))


class LoggingFile(apsw.VFSFile):
    """A file of it."""

    def __init__(self, name: Any, flags: list[int], disk: Disk) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._name, self._disk = Path(path).name, disk
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self._disk.steps.append(Step("write", self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        self._disk.steps.append(Step("truncate", self._name, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._disk.steps.append(Step("sync", self._name))


class Cursor:
    """The part of the DB-API that the register needs, on top of apsw."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    def execute(self, statement: str, values: Any = ()) -> Cursor:
        """Run a statement, its rows fetched at once."""
        cursor = self._connection.cursor()
        described: list[Any] = []

        def note(_: Any, __: str, ___: Any) -> bool:
            described.append([(*column, *(None,) * 5)[:7] for column in running.get_description()])
            return True

        running = cursor
        cursor.exec_trace = note
        self._rows = iter(list(cursor.execute(statement, values)))
        self.description = described[-1] if described and described[-1] else None
        self.rowcount = -1 if self.description else self._connection.changes()
        self.lastrowid = self._connection.last_insert_rowid()
        return self

    def executemany(self, statement: str, several: Any) -> Cursor:
        """Run a statement for each of several values."""
        for values in several:
            self.execute(statement, values)
        return self

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row."""
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that are left."""
        return list(self._rows)

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        """Return some of them."""
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def close(self) -> None:
        """Nothing is held."""


class Connection:
    """An apsw connection as SQLAlchemy wants it."""

    isolation_level = None

    def __init__(self, path: Path, vfs: str) -> None:
        self.raw = apsw.Connection(str(path), vfs=vfs)
        self.raw.set_busy_timeout(5_000)

    def cursor(self) -> Cursor:
        """Return a new cursor."""
        return Cursor(self.raw)

    def execute(self, statement: str, values: Any = ()) -> Cursor:
        """Run a statement."""
        return self.cursor().execute(statement, values)

    def commit(self) -> None:
        """End a transaction, if there is one."""
        if self.raw.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        """Take a transaction back, if there is one."""
        if self.raw.in_transaction:
            self.execute("ROLLBACK")

    def create_function(self, *_: Any, **__: Any) -> None:
        """SQLAlchemy offers one that the register does not use."""

    def close(self) -> None:
        """Close the file."""
        self.raw.close()
