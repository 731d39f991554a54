"""Backup, restoration, move and upgrade, killed at every kind of moment: all of it has happened, or nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kept import make_kept_workspace
from older_register import first_layout

from partnership_lib.domain import Agreement, AgreementKind, Organisation, Party, RequirementType
from partnership_lib.errors import StorageError
from partnership_lib.register.connect import connect
from partnership_lib.register.copying import Inventory, inventory
from partnership_lib.register.migrations import VERSION
from partnership_lib.register.store import Register
from partnership_lib.reports import verify_everything
from partnership_lib.safekeeping import back_up, move, restore
from partnership_lib.workspace import DATABASE_VARIABLE, Workspace, open_workspace

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform == "win32", reason="kills are those of POSIX"),
]

WORKER = Path(__file__).with_name("killed_at.py")
KILLED, DONE = -9, 0


@pytest.fixture(scope="module")
def worker() -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen([sys.executable, str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert started.stdin is not None and started.stdout is not None
    yield started
    started.stdin.close()
    started.wait(60)
    started.stdout.close()


Live = Callable[[int], tuple[int, int]]


@pytest.fixture
def lives(worker: subprocess.Popen[str]) -> Callable[..., Live]:
    """What gives a job: done once more and killed at a step; 0 lets it end. It answers with exit code and steps."""

    def of(job: str, *arguments: object) -> Live:
        def live(last: int) -> tuple[int, int]:
            told = {name: os.environ[name] for name in (DATABASE_VARIABLE,) if name in os.environ}
            worker.stdin.write(json.dumps([job, list(map(str, arguments)), told, last]) + "\n")
            worker.stdin.flush()
            code, steps = worker.stdout.readline().split()
            return int(code), int(steps)

        return live

    return of


def moments(steps: int, kills: int) -> list[int]:
    """Steps to be killed at: the last ones, where it comes into being, and others spread over the whole."""
    late = {max(1, steps - back) for back in range(min(kills // 2, 10))}
    return sorted(late | {1 + number * (steps - 1) // max(1, kills - 1) for number in range(kills)})


@pytest.fixture(scope="module")
def kept_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_kept_workspace(tmp_path_factory.mktemp("kept") / "kommunen")


@pytest.fixture(scope="module")
def backup(kept_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "backup.zip"
    back_up(kept_workspace, file)
    return file


@pytest.mark.target(name="D13")
def test_a_restoration_that_is_killed_leaves_nothing_or_the_whole(
    lives: Callable[..., Live],
    backup: Path,
    tmp_path: Path,
    rounds: Callable[[int, int], int],
    target: Callable[..., None],
) -> None:
    folder, whole, kills = tmp_path / "kommunen", 0, 0
    live = lives("restore_it", backup, folder)
    code, steps = live(0)
    assert code == DONE
    shutil.rmtree(folder)
    for last in moments(steps, rounds(3, 50)):
        for left in tmp_path.glob(".unfinished-*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        code, _ = live(last)
        kills += code == KILLED
        if folder.exists():
            whole += 1
            assert not [row for row in verify_everything(open_workspace(folder)) if row["severity"] == "error"]
            shutil.rmtree(folder)
    assert live(0)[0] == DONE
    target(restore_kills=kills, half=0, whole=whole)
    assert kills >= rounds(3, 50)
    assert inventory(open_workspace(folder).register.engine).rows["organisations"]


@pytest.mark.target(name="D13", control=True)
def test_the_control_a_careless_restoration_leaves_half_a_workspace(
    lives: Callable[..., Live],
    backup: Path,
    tmp_path: Path,
    target: Callable[..., None],
) -> None:
    folder = tmp_path / "kommunen"
    live = lives("restore_carelessly", backup, folder)
    _, steps = live(0)
    shutil.rmtree(folder)
    assert live(steps // 2)[0] == KILLED
    half = folder.exists() and not (folder / "data" / "register.sqlite").exists()
    target(half_restored=int(half))
    assert half


@pytest.mark.target(name="D13")
def test_a_backup_that_is_killed_leaves_the_earlier_one_as_it_was(
    lives: Callable[..., Live],
    kept_workspace: Workspace,
    backup: Path,
    tmp_path: Path,
    rounds: Callable[[int, int], int],
    target: Callable[..., None],
) -> None:
    file, kills = tmp_path / "b" / "backup.zip", 0
    file.parent.mkdir()
    shutil.copy(backup, file)
    live = lives("back_it_up", kept_workspace.root, file)
    _, steps = live(0)
    for last in moments(steps, rounds(3, 50)):
        kills += live(last)[0] == KILLED
        restore(file, tmp_path / "proven")
        shutil.rmtree(tmp_path / "proven")
    target(backup_kills=kills, half=0)
    assert kills >= rounds(3, 50)


@pytest.mark.target(name="D13", control=True)
def test_the_control_a_careless_backup_that_is_killed_cannot_be_restored(
    lives: Callable[..., Live],
    kept_workspace: Workspace,
    backup: Path,
    tmp_path: Path,
    target: Callable[..., None],
) -> None:
    file = tmp_path / "backup.zip"
    shutil.copy(backup, file)
    live = lives("back_up_carelessly", kept_workspace.root, file)
    _, steps = live(0)
    assert live(steps // 2)[0] == KILLED
    with pytest.raises(StorageError, match="backup_unreadable"):
        restore(file, tmp_path / "restored")
    target(unreadable=1)


@pytest.fixture
def server(postgresql: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty database of a server, as the environment names it."""
    name = postgresql.new_name()
    postgresql.execute(f"CREATE DATABASE {name}")
    monkeypatch.setenv(DATABASE_VARIABLE, postgresql.url(name))
    yield postgresql.url(name)
    postgresql.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.target(name="D13")
def test_a_move_that_is_killed_leaves_the_target_empty_and_the_source_as_it_was(
    lives: Callable[..., Live],
    kept_workspace: Workspace,
    server: str,
    tmp_path: Path,
    rounds: Callable[[int, int], int],
    target: Callable[..., None],
) -> None:
    root = tmp_path / "kommunen"
    shutil.copytree(kept_workspace.root, root)
    file = root / "data" / "register.sqlite"
    before = inventory(connect(file))
    kills = _killed_moves(
        lives("move_it", root, "server"), rounds(2, 50), lambda: (inventory(connect(file)), _tables(server)), before
    )
    workspace = open_workspace(root)
    assert inventory(workspace.register.engine) == before
    assert workspace.register.verify() == []
    file.unlink()
    back = _killed_moves(
        lives("move_it", root, "file"), rounds(2, 50), lambda: (inventory(connect(server)), _file_tables(file)), before
    )
    assert inventory(connect(file)) == inventory(connect(server)) == before
    rows = sum(before.rows.values())
    target(move_kills=kills + back, half=0, moved_rows=2 * rows, differing=0)


def _killed_moves(live: Live, least: int, look: Callable[[], tuple[Inventory, set[str]]], source: Inventory) -> int:
    """Return how often a move was killed before it came through; whether it is whole then is for the caller to see."""
    kills = 0
    # Nobody can know beforehand how many steps it takes, since a move can be made once: it is killed later and
    # later until it comes through.
    last = 1
    while live(last)[0] == KILLED:
        kills += 1
        left, tables = look()
        assert left == source
        if tables:  # killed after all of it had been committed: the move has been made, and is not made twice
            assert live(0)[0] not in (KILLED, DONE)
            break
        last = last + 5 if least > 10 else 2 * last + 1
    assert kills >= least
    return kills


def _tables(url: str) -> set[str]:
    from sqlalchemy import inspect

    with connect(url).connect() as connection:
        return set(inspect(connection).get_table_names())


def _file_tables(file: Path) -> set[str]:
    return _tables(f"sqlite:///{file}") if file.exists() else set()


@pytest.mark.target(name="D13")
def test_what_is_saved_in_the_target_is_never_overwritten_by_a_move(
    kept_workspace: Workspace, server: str, tmp_path: Path
) -> None:
    shutil.copytree(kept_workspace.root, tmp_path / "kommunen")
    someone = Organisation(id="O-X", name="Annan", party=Party.BUYER)
    Register.open(server).save([someone], actor="system:test")
    held = inventory(connect(server))
    with pytest.raises(StorageError, match="register_not_empty"):
        move(open_workspace(tmp_path / "kommunen"), "server")
    assert inventory(connect(server)) == held


@pytest.mark.target(name="D13")
def test_an_upgrade_killed_at_any_statement_leaves_the_old_layout_whole(
    lives: Callable[..., Live],
    database: Any,
    rounds: Callable[[int, int], int],
    target: Callable[..., None],
) -> None:
    records = [Organisation(id=f"O-{number}", name=f"Bolag {number}", party=Party.BUYER) for number in range(40)]
    agreement = Agreement(
        id="A-1", name="Revision", buyer_id="O-1", supplier_id="O-2", kind=AgreementKind.CONTRACT,
        requirement_type=RequirementType.DETAILED, category="79200000", start_date=date(2024, 1, 1),
    )  # fmt: skip
    first_layout(database.url, [*records, agreement])
    old = _layout(database)
    kills, least, stride = 0, rounds(3, 50), rounds(7, 1)
    live = lives("upgrade", database.url)
    last, lived = 1, 0
    while kills < least or not lived:
        code, _ = live(last)
        if code == KILLED:
            kills += 1
            assert _layout(database) == old
            last += stride
            continue
        lived += 1
        assert code == DONE
        assert database.rows("SELECT max(version) FROM schema_version") == [(VERSION,)]
        if kills < least:  # it has been killed at every statement there is: once more from the beginning
            _begin_again(database, [*records, agreement])
            last = 1
    register = Register.open(database.url)
    assert (len(register.load().organisations), register.verify()) == (40, [])
    target(upgrade_kills=kills, half=0, on=database.kind)


def _layout(database: Any) -> tuple[Any, ...]:
    tables = ("agreements", "report_run", "report_notice", "frozen_documents", "schema_version")
    audit = database.rows("SELECT seq, hash FROM audit ORDER BY seq")
    return ([database.columns(name) for name in tables], database.rows("SELECT * FROM schema_version"), audit)


def _begin_again(database: Any, records: list[Any]) -> None:
    if database.kind == "sqlite":
        database.path.unlink()
    else:
        database.server.execute(f"DROP DATABASE {database.name} WITH (FORCE)")
        database.server.execute(f"CREATE DATABASE {database.name}")
    first_layout(database.url, records)


@pytest.mark.target(name="D13", control=True)
def test_the_control_an_upgrade_in_several_transactions_is_left_half_way(
    lives: Callable[..., Live],
    database: Any,
    target: Callable[..., None],
) -> None:
    first_layout(database.url, [Organisation(id="O-1", name="Bolag", party=Party.BUYER)])
    old = _layout(database)
    live = lives("upgrade_carelessly", database.url)
    last = 1
    while _layout(database) == old:
        assert live(last)[0] == KILLED
        last += 1
    half = database.rows("SELECT max(version) FROM schema_version") < [(VERSION,)]
    target(half_upgraded=int(half))
    assert half
