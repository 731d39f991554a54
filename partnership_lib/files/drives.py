"""Which kind of drive a path lies on: a database in a file must not lie on one that is shared over a network."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

MOUNTS = Path("/proc/self/mountinfo")
"""Where Linux lists what is mounted where."""

NETWORK_KINDS = frozenset(
    "9p.drvfs acfs afpfs afs beegfs ceph cifs coda davfs gfs gfs2 glusterfs gpfs lustre ncpfs nfs nfs3 nfs4 ocfs2"
    " orangefs panfs smb smb3 smbfs smbnetfs sshfs vboxsf vmhgfs webdav".split()
)
"""Kinds of file system whose locks and write order a database cannot trust."""

_FUSE = re.compile(r"^(?:fuse|fuseblk|macfuse|osxfuse)[._]")
_NETWORK_FUSE = re.compile(r"ceph|davfs|gluster|gvfs|rclone|s3|smb|ssh|vmhgfs", re.IGNORECASE)
_OCTAL = re.compile(r"\\([0-7]{3})")
_MOUNT_LINE = re.compile(r"^(?P<source>.+) on (?P<point>/.*) \((?P<kind>[^,)]+)")
_REMOTE_DRIVE = 4  # DRIVE_REMOTE of the Windows API


def network_drive(path: Path) -> str | None:
    """Return the kind of network file system that `path` lies on, such as ``nfs4``; None for a drive of this machine.

    The path need not exist: what counts is the nearest folder that does. Where the system does not tell, the answer
    is None.
    """
    place = path.absolute()
    if os.name == "nt":
        return _windows_share(str(place), _windows_drive_type)
    mounts = _linux_mounts() if MOUNTS.is_file() else _other_mounts()
    kind = _kind_of(PurePosixPath(place.resolve()), mounts)
    return kind if kind is not None and _is_network(kind) else None


def _is_network(kind: str) -> bool:
    name = kind.casefold()
    return name in NETWORK_KINDS or bool(_FUSE.match(name) and _NETWORK_FUSE.search(name))


def _kind_of(place: PurePosixPath, mounts: Iterator[tuple[str, str]]) -> str | None:
    """Return the kind of the mount that holds the place: the deepest one, and of two at one point the later."""
    deepest, found = -1, None
    for point, kind in mounts:
        depth = len(PurePosixPath(point).parts)
        if depth >= deepest and place.is_relative_to(point):
            deepest, found = depth, kind
    return found


def _linux_mounts() -> Iterator[tuple[str, str]]:
    try:
        listed = MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:  # too many files are open: the database will say so too, in its own words
        return
    for line in listed.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, rest = after.partition(" ")
        # WSL shows the drives of Windows as 9p; elsewhere 9p is how a container sees its own disk.
        windows_drive = kind == "9p" and "drvfs" in rest
        yield _OCTAL.sub(lambda code: chr(int(code[1], 8)), before.split(" ")[4]), "9p.drvfs" if windows_drive else kind


def _other_mounts() -> Iterator[tuple[str, str]]:
    try:
        listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return
    for line in listed.splitlines():
        if found := _MOUNT_LINE.match(line):
            yield found["point"], found["kind"]


def _windows_share(place: str, drive_type: Callable[[str], int]) -> str | None:
    """Return ``share`` for ``\\\\server\\share`` and for a drive letter that stands for one."""
    drive = PureWindowsPath(place).drive
    if drive.startswith("\\\\"):
        return "share"
    return "share" if drive_type(f"{drive}\\") == _REMOTE_DRIVE else None


def _windows_drive_type(root: str) -> int:
    import ctypes

    return int(ctypes.windll.kernel32.GetDriveTypeW(root))  # type: ignore[attr-defined]
