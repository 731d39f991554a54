"""The file of a backup: a zip archive whose last entry lists every other one with its size and SHA-256."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from partnership_lib.errors import StorageError
from partnership_lib.files.sources import ARCHIVE_ERRORS

LIST = "BACKUP.json"
FORMAT = 1

_BLOCK = 2**20
_LONGEST_LIST = 256 * 2**20
_BROKEN = (*ARCHIVE_ERRORS, struct.error, RuntimeError, ValueError, KeyError, TypeError, OverflowError)
"""What the reader of zip archives raises when a byte of one is not what was written."""


class Writer:
    """Adds files to a backup and remembers what they were."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, source: Path) -> None:
        """Add a file under a name.

        Raises
        ------
        StorageError
            ``backup_file_unreadable``: it has gone or cannot be read.
        """
        self._add(name, _blocks(source))

    def _add(self, name: str, blocks: Iterator[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self._archive.open(name, "w", force_zip64=True) as entry:
            for block in blocks:
                entry.write(block)
                digest.update(block)
                size += len(block)
        self.files[name] = {"sha256": digest.hexdigest(), "size": size}

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write the list of what was added, with what else is known of the backup."""
        listed = {"format": FORMAT, **facts, "files": self.files}
        self._archive.writestr(LIST, json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True))


def _blocks(source: Path) -> Iterator[bytes]:
    """Yield a file piece by piece; what fails in reading it is its own fault, not that of the backup's disk."""
    try:
        content = source.open("rb")
    except OSError as error:
        raise _unreadable(source, error) from error
    with content:
        while True:
            try:
                block = content.read(_BLOCK)
            except OSError as error:
                raise _unreadable(source, error) from error
            if not block:
                return
            yield block


def _unreadable(source: Path, error: OSError) -> StorageError:
    return StorageError("backup_file_unreadable", file=str(source), reason=error.strerror or str(error))


@contextmanager
def writing(file: Path) -> Iterator[Writer]:
    """Yield what writes a backup to a file."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        file.chmod(0o600)  # it holds what the register holds
        yield Writer(archive)


class Reader:
    """Reads a backup; whatever in it is not what was written is refused by its name.

    Raises
    ------
    StorageError
        ``backup_unreadable`` when the file is no backup or not a whole one, ``backup_newer`` when a later program
        has made it, ``backup_damaged`` with the entry that is not what was written.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self._archive = zipfile.ZipFile(file)
            self.facts = self._read_list()
        except (*_BROKEN, OSError) as error:
            raise StorageError("backup_unreadable", file=str(file), reason=_said(error)) from error
        if self.facts["format"] != FORMAT:
            raise StorageError("backup_newer", file=str(file), found=self.facts["format"], allowed=FORMAT)
        self._check_names()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def _read_list(self) -> dict[str, Any]:
        if self._archive.getinfo(LIST).file_size > _LONGEST_LIST:
            raise ValueError(LIST)
        facts: dict[str, Any] = json.loads(self._archive.read(LIST))
        for facts_of_file in facts["files"].values():
            if type(facts_of_file["size"]) is not int or type(facts_of_file["sha256"]) is not str:
                raise ValueError(LIST)
        return facts

    def _check_names(self) -> None:
        there = sorted(entry.filename for entry in self._archive.infolist() if entry.filename != LIST)
        different = {*there} ^ {*self.facts["files"]} or {name for name in there if there.count(name) > 1}
        unsafe = {name for name in there if not _stays_below(name)}
        for name in sorted(different | unsafe):
            raise StorageError("backup_damaged", file=str(self.file), found=name)

    def unpack(self, folder: Path | None) -> None:
        """Check every entry and, where a folder is given, write it there.

        Raises
        ------
        StorageError
            ``backup_damaged`` with the first entry whose bytes are not those that were written.
        """
        for name in self.facts["files"]:
            if folder is None:
                self._check(name, None)
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as content:
                self._check(name, content)

    def _check(self, name: str, target: IO[bytes] | None) -> None:
        wanted = self.facts["files"][name]
        digest, size = hashlib.sha256(), 0
        for block in self._blocks(name):
            digest.update(block)
            size += len(block)
            if size > wanted["size"]:
                break  # never more than the list says, whatever the entry unpacks to
            if target is not None:
                target.write(block)
        if (digest.hexdigest(), size) != (wanted["sha256"], wanted["size"]):
            raise StorageError("backup_damaged", file=str(self.file), found=name)

    def _blocks(self, name: str) -> Iterator[bytes]:
        try:
            with self._archive.open(name) as entry:
                while block := entry.read(_BLOCK):
                    yield block
        except (*_BROKEN, OSError) as error:
            raise StorageError("backup_damaged", file=str(self.file), found=name) from error


def _stays_below(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
