"""A document is frozen by a person, once, and read as of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from partnership_lib.domain import FrozenKind, Person
from partnership_lib.errors import InputError, UsageError
from partnership_lib.workspace import Workspace, create_workspace, open_workspace
from partnership_lib.workspace.freezing import freeze, frozen
from tests.made import BUYER, SUPPLIER, agreement

PLAN = FrozenKind.EVALUATION_PLAN


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    create_workspace(tmp_path, name="Provkommun")
    workspace = open_workspace(tmp_path, as_of="2026-09-15")
    workspace.register.save(
        [
            *(BUYER, SUPPLIER, agreement()),
            Person(id="P-1", name="Eva Ek", organisation_id=BUYER.id, access_role="partnership_owner"),
        ],
        actor="system:test",
    )
    return workspace


def test_what_is_frozen_twice_stands_once(workspace: Workspace) -> None:
    first = freeze(workspace, "A-1", PLAN, {"donors": ["N-1"]}, "P-1")
    again = freeze(workspace, "A-1", PLAN, {"donors": ["N-1"]}, "P-1")
    assert (again.id, len(workspace.content().frozen_documents)) == (first.id, 1)
    other = freeze(workspace, "A-1", PLAN, {"donors": ["N-2"]}, "P-1", reason="N-1 bytte driftform")
    assert (other.number, other.replaces_id, other.reason) == (2, first.id, "N-1 bytte driftform")
    assert frozen(workspace, "A-1", PLAN).content == {"donors": ["N-2"]}


def test_a_day_knows_only_what_was_frozen_by_then(workspace: Workspace) -> None:
    freeze(workspace, "A-1", PLAN, {}, "P-1")
    assert frozen(replace(workspace, as_of=date(2026, 9, 14)), "A-1", PLAN) is None
    assert frozen(workspace, "A-1", FrozenKind.COMPARISON) is None


def test_only_a_person_freezes_and_only_for_an_agreement_that_exists(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="freeze_needs_person"):
        freeze(workspace, "A-1", PLAN, {}, "system:nobody")
    with pytest.raises(InputError, match="reference_missing"):
        freeze(workspace, "A-9", PLAN, {}, "P-1")
