"""A small register with two parties, two people, a need and an agreement."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from partnership_lib.domain import AccessRole, Need, Person, Record
from partnership_lib.register.store import Register
from tests.made import BUYER, SUPPLIER, activity, agreement

CLOCK = "2026-09-15T08:00:00Z"


def person(person_id: str, role: AccessRole, organisation_id: str = "O-K") -> Person:
    return Person(id=person_id, name=f"Namn {person_id}", organisation_id=organisation_id, access_role=role)


def small_records() -> list[Record]:
    return [
        BUYER,
        SUPPLIER,
        person("P-admin", AccessRole.ADMIN),
        person("P-editor", AccessRole.EDITOR),
        person("P-owner", AccessRole.PARTNERSHIP_OWNER),
        person("P-reader", AccessRole.READER),
        person("P-agreement-owner", AccessRole.EDITOR),
        person("P-supplier", AccessRole.READER, "O-S"),
        Need(id="N-1", name="Schemaläggning", category="48000000", annual_value_ore=185_000_000),
        agreement(end_date=date(2034, 2, 28), owner_id="P-agreement-owner", internal_note="hemligt"),
        activity(),
    ]


def fill_small(url: str) -> None:
    Register.open(url, clock=lambda: CLOCK).save(small_records(), actor="system:test")


@pytest.fixture
def register(database: Any) -> Register:
    """A register that holds the small records, in each kind of database."""
    database.fill(fill_small)
    return Register.open(database.url, clock=lambda: CLOCK)


@pytest.fixture
def register_in_a_file(tmp_path: Path) -> Register:
    """The same in a file only, for what has nothing to do with the kind of database."""
    fill_small(str(tmp_path / "register.db"))
    return Register.open(tmp_path / "register.db", clock=lambda: CLOCK)
