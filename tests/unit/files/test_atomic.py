"""Writing that is whole or absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnership_lib.errors import StorageError
from partnership_lib.files import atomic


def test_a_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "new" / "file.txt"
    atomic.write_text(target, "å\r\nä\n")
    assert target.read_bytes() == "å\r\nä\n".encode()
    assert [path.name for path in target.parent.iterdir()] == ["file.txt"]


def test_a_block_that_raises_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "file.txt"
    atomic.write_text(target, "old")
    with pytest.raises(RuntimeError), atomic.atomic_path(target) as temporary:  # noqa: PT012
        temporary.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["file.txt"]


def test_a_full_disk_is_told_and_the_old_file_stays(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full on this machine")
    target = tmp_path / "file.txt"
    atomic.write_text(target, "old")
    with pytest.raises(StorageError) as caught, atomic.atomic_path(target):
        full.write_bytes(b"new")
    assert caught.value.code == "disk_full"
    assert caught.value.values["file"] == str(target)
    assert target.read_text() == "old"


def test_a_folder_is_moved_into_place_whole(tmp_path: Path) -> None:
    staged = tmp_path / ".unfinished-x"
    (staged / "inner").mkdir(parents=True)
    (staged / "inner" / "file").write_text("x")
    atomic.move_folder(staged, tmp_path / "published" / "v1")
    assert (tmp_path / "published" / "v1" / "inner" / "file").read_text() == "x"
    assert not staged.exists()


def test_a_folder_never_replaces_another(tmp_path: Path) -> None:
    for name in ("staged", "target"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    with pytest.raises(StorageError):
        atomic.move_folder(tmp_path / "staged", tmp_path / "target")
    assert (tmp_path / "target" / "file").read_text() == "target"


def test_a_new_file_is_created_and_nothing_else_is_left(tmp_path: Path) -> None:
    atomic.create_text(tmp_path / "cases" / "new.yaml", "name: å\n")
    assert (tmp_path / "cases" / "new.yaml").read_bytes() == "name: å\n".encode()
    assert [path.name for path in (tmp_path / "cases").iterdir()] == ["new.yaml"]


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_exists_is_never_written_over_by_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(atomic.os, "link", _no_links)
    target = tmp_path / "file.yaml"
    atomic.create_text(target, "first")
    with pytest.raises(StorageError, match="file_exists"):
        atomic.create_text(target, "second")
    assert target.read_text(encoding="utf-8") == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["file.yaml"]


def _no_links(*_: object) -> None:
    raise OSError(95, "Operation not supported")
