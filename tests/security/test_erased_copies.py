"""What was erased is in no copy that is made afterwards: not in a backup, not on a server, not in a file moved back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from artefacts import personal_numbers, said_by
from sqlalchemy import MetaData, inspect, select

from partnership_lib.domain import AccessRole, Organisation, Party, Person
from partnership_lib.register.connect import connect
from partnership_lib.register.erasure import erase
from partnership_lib.safekeeping import back_up, move, restore
from partnership_lib.workspace import DATABASE_VARIABLE, Workspace, create_workspace, open_workspace

NAME, NUMBER = "Märta Ödlund-Sträng", "811218-9876"
FILE = Path("data") / "register.sqlite"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A register in which somebody's number stands in what is about the person, now and in the trail."""
    create_workspace(tmp_path / "kommun", name="Prov", as_of=date(2026, 9, 15))
    opened = open_workspace(tmp_path / "kommun")
    person = Person(id="P-9", name=f"{NAME} {NUMBER}", organisation_id="O-1", title=f"Enskild firma {NUMBER}")
    opened.register.save(
        [
            Organisation(id="O-1", name="Prov", party=Party.BUYER),
            Person(id="P-1", name="Anna Berg", organisation_id="O-1", access_role=AccessRole.ADMIN),
            person,
        ],
        actor="system:test",
    )
    opened.register.save([replace(person, version=1, email=f"{NUMBER}@exempel.example")], actor="system:test")
    return opened


def told_of(text: str) -> list[str]:
    """Return how a text tells of the person, by name or by number."""
    return personal_numbers(text) + re.findall(NAME, text)


def of_a_server(url: str) -> str:
    """Return every row of every table of a database."""
    engine = connect(url)
    known = MetaData()
    with engine.connect() as connection:
        known.reflect(connection, only=inspect(connection).get_table_names())
        return "\n".join(str(row) for table in known.sorted_tables for row in connection.execute(select(table)))


@pytest.mark.target(name="T18")
def test_a_backup_made_after_an_erasure_does_not_hold_what_was_erased_and_one_from_before_does(
    workspace: Workspace, tmp_path: Path, target: Callable[..., None]
) -> None:
    back_up(workspace, tmp_path / "before.zip")
    erase(workspace.register, "P-9", actor="P-1", reason="Beslut 2026-09-15, dnr KS 2026/123", texts=None)
    back_up(workspace, tmp_path / "after.zip")
    before, after = (told_of(said_by(tmp_path / f"{name}.zip")) for name in ("before", "after"))
    target(artefacts=1, numbers=len(after), control_numbers=len(before))
    assert before  # docs/privacy.md says what to do with it
    assert after == []
    restore(tmp_path / "after.zip", tmp_path / "restored")
    restored = open_workspace(tmp_path / "restored").register
    assert restored.verify() == []
    assert restored.load().find(Person, "P-9").name == "Raderad person (P-9)"


@pytest.mark.target(name="T18")
def test_a_register_that_is_moved_after_an_erasure_leaves_what_was_erased_behind(
    workspace: Workspace, postgresql: Any, monkeypatch: pytest.MonkeyPatch, target: Callable[..., None]
) -> None:
    file = workspace.root / FILE
    assert told_of(said_by(file))  # the control
    erase(workspace.register, "P-9", actor="P-1", reason="Beslut 2026-09-15, dnr KS 2026/123", texts=None)
    name = postgresql.new_name()
    postgresql.execute(f"CREATE DATABASE {name}")
    monkeypatch.setenv(DATABASE_VARIABLE, postgresql.url(name))
    move(workspace, "server")
    on_server = told_of(of_a_server(postgresql.url(name)))
    workspace.register.engine.dispose()
    file.unlink()
    move(workspace, "file")
    in_file = told_of(said_by(file))
    target(artefacts=2, numbers=len(on_server) + len(in_file))
    assert (on_server, in_file) == ([], [])
    assert "Raderad person (P-9)" in of_a_server(f"sqlite:///{file}")
    postgresql.execute(f"DROP DATABASE {name} WITH (FORCE)")
