"""Where rows come from: a file, packed by gzip or not, or a member of a zip archive; and what its first bytes say."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from partnership_lib.errors import InputError
from partnership_lib.files.presence import require_file

MAXIMUM_MEMBERS = 10_000
MAXIMUM_UNPACKED_BYTES = 8 * 2**30
LARGEST_INNER_BYTES = 128 * 2**20
"""A workbook inside an archive is unpacked in memory."""

ARCHIVE_ERRORS = (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
"""What the standard library raises where packed bytes are damaged or packed in a way it does not know."""

_MAGIC = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"\x1f\x8b": "GZIP",
    b"PAR1": "Parquet",
    b"SQLite format 3": "SQLite",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
}


@dataclass(frozen=True)
class Source:
    """A file, or one member of a zip archive.

    Attributes
    ----------
    size : int
        Number of bytes, unpacked; of a gzip file, which does not tell it, the bytes it has on disk.
    is_gzip : bool
        Whether the file is packed by gzip; it is then read as what is in it.
    """

    path: Path
    member: str | None = None
    size: int = 0
    is_gzip: bool = False

    @property
    def is_packed(self) -> bool:
        """Return whether the bytes have to be unpacked as they are read."""
        return self.is_gzip or self.member is not None

    @property
    def name(self) -> str:
        """Return the path as it was given, and the member after it."""
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"

    @property
    def short_name(self) -> str:
        """Return the name without its folders: what is kept and shown later."""
        return self.path.name if self.member is None else f"{self.path.name}/{self.member}"

    def open(self) -> BinaryIO:
        """Return the bytes, opened for reading."""
        if self.member is None:
            return cast(BinaryIO, gzip.open(self.path)) if self.is_gzip else open(self.path, "rb")
        # The handle keeps the archive open for as long as it lives itself.
        return cast(BinaryIO, zipfile.ZipFile(self.path).open(self.member))


def content_kind(source: Source) -> str:
    """Return what the first bytes are: ``text``, ``JSON``, ``HTML``, ``ZIP``, ``XLSX``, ``PDF`` and so on.

    Raises
    ------
    InputError
        ``archive_broken``: what is packed cannot be unpacked.
    """
    try:
        with source.open() as handle:
            head = handle.read(512)
    except ARCHIVE_ERRORS as error:
        raise InputError("archive_broken", file=source.name, reason=str(error)) from error
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(source)
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:15].lower().startswith((b"<!doctype html", b"<html", b"<table")):
        return "HTML"
    if start.startswith((b"{", b"[")):
        return "JSON"
    return "text"


def find_sources(path: Path, include: Sequence[str], exclude: Sequence[str]) -> list[Source]:
    """Return the file itself, or the members of a zip archive that `include` names and `exclude` does not.

    Raises
    ------
    InputError
        What `require_file` raises, ``archive_broken``, ``archive_too_large``, ``archive_encrypted`` or
        ``archive_without_ledger``.
    """
    require_file(path)
    source = Source(path, size=path.stat().st_size)
    kind = content_kind(source)
    if kind == "GZIP":
        return [replace(source, is_gzip=True)]
    if kind != "ZIP":
        return [source]
    members = _members(path)
    chosen = [info for info in members if _is_chosen(info.filename, include, exclude)]
    if not chosen:
        found = ", ".join(info.filename for info in members[:5])
        raise InputError("archive_without_ledger", file=str(path), found=found, allowed=", ".join(include))
    if any(info.flag_bits & 1 for info in chosen):
        raise InputError("archive_encrypted", file=str(path))
    return [Source(path, info.filename, info.file_size) for info in chosen]


def _kind_of_zip(source: Source) -> str:
    if source.is_packed:
        with source.open() as handle:
            inner = io.BytesIO(handle.read(LARGEST_INNER_BYTES + 1))
        if inner.getbuffer().nbytes > LARGEST_INNER_BYTES:
            raise InputError("archive_too_large", file=source.name, members=1, size_mb=LARGEST_INNER_BYTES // 2**20)
        names = _names(inner)
    else:
        names = {info.filename for info in _members(source.path)}
    return "XLSX" if "[Content_Types].xml" in names else "ZIP"


def _names(archive: BinaryIO) -> set[str]:
    try:
        with zipfile.ZipFile(archive) as opened:
            return set(opened.namelist())
    except ARCHIVE_ERRORS:
        return set()


def _members(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
    except ARCHIVE_ERRORS as error:
        raise InputError("archive_broken", file=str(path), reason=str(error)) from error
    unpacked = sum(info.file_size for info in members)
    if len(members) > MAXIMUM_MEMBERS or unpacked > MAXIMUM_UNPACKED_BYTES:
        raise InputError("archive_too_large", file=str(path), members=len(members), size_mb=unpacked // 2**20)
    return members


def _is_chosen(member: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    name = PurePosixPath(member).name
    hidden = name.startswith(".") or member.startswith("__MACOSX/")
    return not hidden and _matches(name, include) and not _matches(name, exclude)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name.lower(), pattern.lower()) for pattern in patterns)
