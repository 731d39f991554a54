"""Writing that is whole or absent: a temporary file beside the target, fsync, rename, fsync of the folder."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from partnership_lib.errors import StorageError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) if hasattr(errno, "EDQUOT") else (errno.ENOSPC, errno.EFBIG)
TEMPORARY_PREFIX = ".unfinished-"
"""Files with this prefix are left-overs of a killed writer: never read, safe to delete."""


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target`; what is written there becomes `target` when the block ends well.

    A block that raises, or a process that dies, leaves `target` as it was.

    Raises
    ------
    StorageError
        ``disk_full`` or ``file_unwritable``; nothing was changed.
    """
    temporary = target.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(4)}-{target.name[-100:]}")
    try:
        with storage_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            yield temporary
            sync_file(temporary)
            os.replace(temporary, target)
            sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(target: Path, content: bytes) -> None:
    """Write `content` to `target`, wholly or not at all."""
    with atomic_path(target) as temporary:
        temporary.write_bytes(content)


def write_text(target: Path, content: str) -> None:
    """Write `content` to `target` as UTF-8 with its line ends as they are, wholly or not at all."""
    write_bytes(target, content.encode("utf-8"))


def create_text(target: Path, content: str) -> None:
    """Write `content` to a file that is not there yet, wholly or not at all.

    Raises
    ------
    StorageError
        ``file_exists``: what stands there is left as it is; ``disk_full`` or ``file_unwritable``.
    """
    staged = target.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(4)}-{target.name[-100:]}")
    try:
        write_text(staged, content)
        with storage_errors(target):
            _link_new(staged, target)
            sync_folder(target.parent)
    finally:
        staged.unlink(missing_ok=True)


def _link_new(staged: Path, target: Path) -> None:
    """Give a finished file its name; of two who want the same name at once, one gets it."""
    try:
        os.link(staged, target)
    except OSError as error:
        # Some network drives know no links: there the name is looked up first.
        if isinstance(error, FileExistsError) or target.exists():
            raise StorageError("file_exists", file=str(target)) from None
        os.replace(staged, target)


def move_folder(staged: Path, target: Path) -> None:
    """Rename a finished folder into place after everything in it has reached the disk.

    `staged` must lie on the same file system as `target`, and `target` must not exist or be an empty folder.
    """
    with storage_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        sync_tree(staged)
        os.rename(staged, target)
        sync_folder(target.parent)


def sync_tree(folder: Path) -> None:
    """Force every file and folder under `folder` to the disk."""
    for where, _, names in os.walk(folder):
        for name in names:
            sync_file(Path(where, name))
        sync_folder(Path(where))


def sync_file(path: Path) -> None:
    """Force the content of a file to the disk."""
    with open(path, "rb+") as handle:
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk (Windows has no such call and needs none)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def storage_errors(target: Path) -> Iterator[None]:
    """Turn the operating system's refusals inside the block into a `StorageError` that names `target`."""
    try:
        yield
    except OSError as error:
        code = "disk_full" if error.errno in _FULL else "file_unwritable"
        raise StorageError(code, file=str(target), reason=error.strerror or str(error)) from error
