from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from partnership_lib.files import drives
from partnership_lib.files.drives import network_drive

LINE = "{number} 25 0:31 / {point} rw,relatime shared:1 - {kind} {source} rw,vers=4.2\n"


def mounts(folder: Path, *lines: tuple[str, str]) -> Path:
    """A list of mounts as Linux writes it: a root on a disk, then the others."""
    every = [("/", "ext4"), *lines]
    text = "".join(
        LINE.format(number=30 + number, point=point.replace(" ", r"\040"), kind=kind, source="server:/export")
        for number, (point, kind) in enumerate(every)
    )
    (folder / "mountinfo").write_text(text, encoding="utf-8")
    return folder / "mountinfo"


@pytest.mark.parametrize(
    "kind", ["nfs", "nfs4", "cifs", "smb3", "ceph", "fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.gvfsd-fuse"]
)
def test_a_folder_on_a_network_drive_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(drives, "MOUNTS", mounts(tmp_path, (str(tmp_path / "share"), kind)))
    assert network_drive(tmp_path / "share" / "not made yet" / "register.db") == kind
    assert network_drive(tmp_path / "shared too" / "register.db") is None


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs", "fuse.ntfs-3g", "fuseblk", "9p"])
def test_a_disk_of_this_machine_is_let_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(drives, "MOUNTS", mounts(tmp_path, (str(tmp_path), kind)))
    assert network_drive(tmp_path / "register.db") is None


def test_a_name_with_a_space_and_a_link_into_a_share_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "our share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "our share")
    monkeypatch.setattr(drives, "MOUNTS", mounts(tmp_path, (str(tmp_path / "our share"), "cifs")))
    assert network_drive(tmp_path / "our share" / "register.db") == "cifs"
    assert network_drive(tmp_path / "link" / "register.db") == "cifs"


def test_of_two_mounts_at_one_point_the_later_one_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = str(tmp_path)
    monkeypatch.setattr(drives, "MOUNTS", mounts(tmp_path, (place, "nfs4"), (place, "ext4")))
    assert network_drive(tmp_path) is None
    monkeypatch.setattr(drives, "MOUNTS", mounts(tmp_path, (place, "autofs"), (place, "nfs4")))
    assert network_drive(tmp_path) == "nfs4"


def test_a_disk_mounted_inside_a_share_is_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = str(tmp_path / "disk")
    monkeypatch.setattr(drives, "MOUNTS", mounts(tmp_path, (inner, "xfs"), (str(tmp_path), "nfs4")))
    assert network_drive(tmp_path / "disk" / "register.db") is None
    assert network_drive(tmp_path / "register.db") == "nfs4"


def test_a_drive_of_windows_seen_from_its_linux_is_a_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = f"40 25 0:31 / {tmp_path} rw shared:1 - 9p drvfs rw,aname=drvfs;path=C:\\;uid=1000\n"
    (tmp_path / "mountinfo").write_text(line, encoding="utf-8")
    monkeypatch.setattr(drives, "MOUNTS", tmp_path / "mountinfo")
    assert network_drive(tmp_path) == "9p.drvfs"


@pytest.mark.parametrize(("kind", "found"), [("smbfs", "smbfs"), ("macfuse_sshfs", "macfuse_sshfs"), ("apfs", None)])
def test_the_list_of_a_mac_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, found: str | None
) -> None:
    listed = f"/dev/disk3s1s1 on / (apfs, sealed, local)\n//anna@server/share on {tmp_path} ({kind}, nodev, nosuid)\n"
    monkeypatch.setattr(drives, "MOUNTS", tmp_path / "no list of Linux")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, stdout=listed))
    assert network_drive(tmp_path / "register.db") == found


def test_where_the_system_does_not_tell_nothing_is_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(drives, "MOUNTS", tmp_path / "no list of Linux")
    monkeypatch.setattr(subprocess, "run", fails)
    assert network_drive(tmp_path) is None


@pytest.mark.parametrize(
    ("place", "found"),
    [(r"\\server\share\register.db", "share"), (r"H:\partnership\register.db", "share"), (r"C:\partnership", None)],
)
def test_a_share_and_a_mapped_letter_of_windows_are_seen(place: str, found: str | None) -> None:
    asked: list[str] = []

    def drive_type(root: str) -> int:
        asked.append(root)
        return {"H:\\": 4, "C:\\": 3}[root]

    assert drives._windows_share(place, drive_type) == found
    assert asked == ([] if place.startswith("\\\\") else [place[:3]])


@pytest.mark.skipif(not Path("/proc/self/mountinfo").is_file(), reason="this is not Linux")
def test_the_list_of_this_machine_can_be_read() -> None:
    assert os.sep in {point for point, _ in drives._linux_mounts()}
