"""A backup holds everything, is proven before it counts, and is refused by name when anything in it has changed."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import stat
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kept import LINES, make_kept_workspace

from partnership_lib.domain import IndexValue
from partnership_lib.errors import PartnershipError, StorageError, UsageError
from partnership_lib.register.connect import connect
from partnership_lib.register.copying import inventory
from partnership_lib.register.store import Register
from partnership_lib.reports import verify_everything
from partnership_lib.safekeeping import back_up, move, restore
from partnership_lib.safekeeping.archive import LIST
from partnership_lib.workspace import DATABASE_VARIABLE, Workspace, open_workspace


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_kept_workspace(tmp_path_factory.mktemp("kept") / "kommunen")


@pytest.fixture(scope="module")
def backup(kept: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "backup.zip"
    back_up(kept, file)
    return file


@pytest.fixture
def copied(kept: Workspace, tmp_path: Path) -> Workspace:
    """A workspace of the same content that a test may change."""
    shutil.copytree(kept.root, tmp_path / "annan")
    return open_workspace(tmp_path / "annan")


def contents(root: Path) -> dict[str, str]:
    """The hash of every file under a folder but the database itself, which says when it was last opened."""
    files = (path for path in root.rglob("*") if path.is_file() and path.name != "register.sqlite")
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_what_is_restored_is_what_was_backed_up(kept: Workspace, backup: Path, tmp_path: Path) -> None:
    restored = restore(backup, tmp_path / "ny")
    workspace = open_workspace(tmp_path / "ny")
    published = {name: h for name, h in contents(kept.root).items() if not name.startswith("reports/")}
    published |= {name: h for name, h in contents(kept.root).items() if name.startswith("reports/published/")}
    del published["data/ledger/.lock"]
    assert contents(workspace.root) == published
    assert inventory(workspace.register.engine) == inventory(kept.register.engine)
    assert workspace.warehouse.totals() == kept.warehouse.totals()
    assert workspace.warehouse.totals()["lines"] == LINES
    assert not [row for row in verify_everything(workspace) if row["severity"] != "info"]
    assert restored.as_json()["reports"] > 0


def test_a_backup_is_for_its_owner_only_and_leaves_nothing_beside_it(backup: Path) -> None:
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]
    if os.name != "nt":
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_a_backup_is_much_smaller_than_what_it_holds(backup: Path) -> None:
    with zipfile.ZipFile(backup) as archive:
        held = sum(entry.file_size for entry in archive.infolist())
    assert backup.stat().st_size < held / 4


@pytest.mark.target(name="D13")
def test_a_backup_taken_while_people_save_is_the_register_of_one_moment(
    copied: Workspace,
    tmp_path: Path,
    rounds: Callable[[int, int], int],
    target: Callable[..., None],
) -> None:
    stop, saved = threading.Event(), []

    def save() -> None:
        register = Register.open(copied.register_url)
        while not stop.is_set():
            month = IndexValue(id=f"I-{len(saved)}", series="x", month=copied.as_of.replace(day=1), value=1.0)
            register.save([month], actor="system:test")
            saved.append(month.id)

    writer = threading.Thread(target=save)
    writer.start()
    made = rounds(4, 50)
    for number in range(made):
        before = len(saved)
        back_up(copied, tmp_path / "backup.zip")
        after = len(saved)
        restore(tmp_path / "backup.zip", tmp_path / f"ny-{number}")
        register = open_workspace(tmp_path / f"ny-{number}").register
        assert register.verify() == []
        assert before <= len(register.load().index_values) <= after + 1
        shutil.rmtree(tmp_path / f"ny-{number}")
    stop.set()
    writer.join()
    target(backups_during_writes=made, saves=len(saved), half=0)
    assert saved


@pytest.mark.target(name="D13")
def test_every_damaged_byte_is_refused_by_name_or_harms_nothing(
    backup: Path,
    tmp_path: Path,
    rounds: Callable[[int, int], int],
    target: Callable[..., None],
) -> None:
    restore(backup, tmp_path / "hel")
    wanted, register = contents(tmp_path / "hel"), inventory(open_workspace(tmp_path / "hel").register.engine)
    refused = harmless = wrong = 0
    for damaged in damaged_backups(backup, tmp_path, rounds(40, 1_000)):
        refusal = refusal_of(damaged, tmp_path / "ny")
        if refusal is not None:
            refused += 1
            assert refusal.code in ("backup_damaged", "backup_unreadable")
            assert refusal.values["file"] == str(damaged)
            assert not (tmp_path / "ny").exists()
            continue
        restored = open_workspace(tmp_path / "ny").register.engine
        is_whole = contents(tmp_path / "ny") == wanted and inventory(restored) == register
        harmless, wrong = harmless + is_whole, wrong + (not is_whole)
        restored.dispose()
        shutil.rmtree(tmp_path / "ny")
    target(damaged_bytes=refused + harmless + wrong, refused=refused, harmless=harmless, wrong=wrong)
    assert wrong == 0
    assert refused > harmless


@pytest.mark.target(name="D13", control=True)
def test_the_control_a_damaged_byte_that_nobody_looks_for_is_restored_as_if_it_were_right(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: Callable[..., None]
) -> None:
    with zipfile.ZipFile(backup) as whole:
        wanted = {name: whole.read(name) for name in whole.namelist()}
    monkeypatch.setattr(zipfile.ZipExtFile, "_update_crc", lambda *_: None)
    wrong = 0
    for damaged in damaged_backups(backup, tmp_path, 40):
        with suppress(zipfile.BadZipFile, zlib.error, NotImplementedError), zipfile.ZipFile(damaged) as archive:
            wrong += {name: archive.read(name) for name in archive.namelist()} != wanted
    target(wrong=wrong)
    assert wrong > 0


def damaged_backups(backup: Path, folder: Path, number: int) -> Iterator[Path]:
    """The same backup again and again, with another bit turned each time."""
    whole, choice, damaged = backup.read_bytes(), random.Random(13), folder / "skadad.zip"
    for _ in range(number):
        place = choice.randrange(len(whole))
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << choice.randrange(8))]) + whole[place + 1 :])
        yield damaged


def refusal_of(file: Path, folder: Path) -> StorageError | None:
    try:
        restore(file, folder)
    except StorageError as error:
        return error
    return None


@pytest.mark.parametrize("kept_bytes", [0, 10, 0.3, 0.999])
def test_half_a_backup_is_refused(backup: Path, tmp_path: Path, kept_bytes: float) -> None:
    whole = backup.read_bytes()
    part = tmp_path / "halv.zip"
    part.write_bytes(whole[: int(kept_bytes if kept_bytes > 1 else kept_bytes * len(whole))])
    with pytest.raises(StorageError, match="backup_unreadable"):
        restore(part, tmp_path / "ny")


def rewritten(backup: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A backup whose entries somebody has changed with a zip program, list and all."""
    with zipfile.ZipFile(backup) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target


def relist(entries: dict[str, bytes]) -> dict[str, Any]:
    """The list of a backup that agrees with its entries, as somebody who means harm would write it."""
    listed = json.loads(entries[LIST])
    listed["files"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in entries.items()
        if name != LIST
    }
    entries[LIST] = json.dumps(listed).encode()
    return listed


def test_an_entry_that_was_changed_added_or_taken_out_is_named(backup: Path, tmp_path: Path) -> None:
    def changed(entries: dict[str, bytes]) -> None:
        entries["partnership.toml"] += b"\n"

    def added(entries: dict[str, bytes]) -> None:
        entries["notebooks/annan.ipynb"] = b"{}"

    def taken(entries: dict[str, bytes]) -> None:
        del entries["notebooks/egen.ipynb"]

    for change, name in ((changed, "partnership.toml"), (added, "notebooks/annan.ipynb"), (taken, "notebooks/egen")):
        with pytest.raises(StorageError, match="backup_damaged") as refused:
            restore(rewritten(backup, tmp_path / "b.zip", change), tmp_path / "ny")
        assert refused.value.values["found"].startswith(name)
        assert not (tmp_path / "ny").exists()


@pytest.mark.parametrize("name", ["../utanför.txt", "/etc/x", "a/../../b", "C:\\x", "a\\..\\b"])
def test_a_name_that_leads_out_of_the_folder_is_refused(backup: Path, tmp_path: Path, name: str) -> None:
    def lead_out(entries: dict[str, bytes]) -> None:
        entries[name] = b"x"
        relist(entries)

    with pytest.raises(StorageError, match="backup_damaged"):
        restore(rewritten(backup, tmp_path / "b.zip", lead_out), tmp_path / "a" / "ny")
    assert not (tmp_path / "utanför.txt").exists()


def test_a_register_that_was_exchanged_is_refused_though_the_list_agrees(backup: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    month = IndexValue(id="I", series="x", month=date(2026, 1, 1), value=1.0)
    Register.open(other).save([month], actor="system:test")

    def exchange(entries: dict[str, bytes]) -> None:
        entries["data/register.sqlite"] = other.read_bytes()
        relist(entries)

    with pytest.raises(StorageError, match="backup_register_differs"):
        restore(rewritten(backup, tmp_path / "b.zip", exchange), tmp_path / "ny")


def test_lines_that_were_taken_out_of_the_ledger_are_missed_though_the_list_agrees(
    backup: Path, tmp_path: Path
) -> None:
    def shorten(entries: dict[str, bytes]) -> None:
        manifest = json.loads(entries["data/ledger/manifest.json"])
        gone = manifest["files"][0]["parts"].pop()
        del entries[f"data/ledger/{gone['path']}"]
        entries["data/ledger/manifest.json"] = json.dumps(manifest).encode()
        relist(entries)

    with pytest.raises(StorageError, match="backup_ledger_differs"):
        restore(rewritten(backup, tmp_path / "b.zip", shorten), tmp_path / "ny")


def test_a_backup_of_a_later_program_is_refused(backup: Path, tmp_path: Path) -> None:
    def later(entries: dict[str, bytes]) -> None:
        entries[LIST] = entries[LIST].replace(b'"format": 1', b'"format": 2')

    with pytest.raises(StorageError, match="backup_newer"):
        restore(rewritten(backup, tmp_path / "b.zip", later), tmp_path / "ny")


def test_nothing_is_restored_over_anything(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "annat.txt").write_text("kvar", encoding="utf-8")
    with pytest.raises(UsageError, match="restore_not_empty"):
        restore(backup, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["annat.txt"]


def test_a_register_that_does_not_hold_is_not_backed_up_over_one_that_did(
    copied: Workspace, backup: Path, tmp_path: Path
) -> None:
    target = tmp_path / "backup.zip"
    shutil.copy(backup, target)
    raw = sqlite3.connect(copied.root / "data" / "register.sqlite")
    raw.execute("UPDATE agreements SET name = 'Annat' WHERE id = 'A-1'")
    raw.commit()
    raw.close()
    with pytest.raises(StorageError, match="register_does_not_hold") as refused:
        back_up(copied, target)
    assert refused.value.values["found"] == "agreements A-1"
    assert target.read_bytes() == backup.read_bytes()


def test_a_ledger_with_a_part_gone_is_not_backed_up_as_if_it_were_whole(copied: Workspace, tmp_path: Path) -> None:
    part = next((copied.root / "data" / "ledger" / "lines").rglob("*.parquet"))
    part.unlink()
    with pytest.raises(StorageError, match="backup_file_unreadable") as refused:
        back_up(copied, tmp_path / "backup.zip")
    assert refused.value.values["file"] == str(part)
    assert not (tmp_path / "backup.zip").exists()


def test_a_backup_among_what_it_protects_is_refused(kept: Workspace) -> None:
    with pytest.raises(UsageError, match="backup_inside"):
        back_up(kept, kept.root / "data" / "backup.zip")


def test_a_folder_that_is_a_link_is_not_left_out_in_silence(copied: Workspace, tmp_path: Path) -> None:
    (copied.root / "data" / "fall").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(UsageError, match="backup_link"):
        back_up(copied, tmp_path / "backup.zip")


def test_a_register_on_a_server_is_backed_up_and_restored_as_a_file(
    copied: Workspace, postgresql: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = postgresql.new_name()
    postgresql.execute(f"CREATE DATABASE {name}")
    monkeypatch.setenv(DATABASE_VARIABLE, postgresql.url(name))
    move(copied, "server")
    held = inventory(connect(postgresql.url(name)))
    back_up(open_workspace(copied.root), tmp_path / "backup.zip")
    assert b"hemligt" not in (tmp_path / "backup.zip").read_bytes()
    restore(tmp_path / "backup.zip", tmp_path / "ny")
    assert inventory(connect(tmp_path / "ny" / "data" / "register.sqlite")) == held
    postgresql.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_moving_without_a_server_says_what_to_set(
    kept: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    with pytest.raises(PartnershipError, match="move_no_server"):
        move(kept, "server")
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(PartnershipError, match="move_no_server"):
        move(kept, "file")
