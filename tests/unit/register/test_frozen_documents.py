"""What was frozen at award stays as it was: refused at save, held by the database, proven afterwards, on both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from partnership_lib.domain import FrozenDocument, FrozenKind, document_hash, standing_document
from partnership_lib.domain.audience import shared_view
from partnership_lib.errors import ConflictError, InputError, UsageError
from partnership_lib.register.frozen_documents import new_document
from partnership_lib.register.records import read_records, write_records
from partnership_lib.register.store import Register

SAID = {"forecast_sek": [1_000_000.0, 990_000.5], "name": "Skoladministration – å", "index": None}


def frozen(register: Register, said: Any = SAID, kind: FrozenKind = FrozenKind.COMPARISON) -> FrozenDocument:
    document = new_document(register.load(), "A-1", kind, said, date(2026, 9, 15), "P-owner")
    register.save([document], actor="P-owner")
    return document


def test_a_frozen_document_says_what_was_frozen(register: Register) -> None:
    frozen(register)
    [document] = register.load().frozen_documents
    assert (document.content, document.number, document.replaces_id) == (SAID, 1, None)
    assert document.document.startswith('{"forecast_sek":[1000000.0,990000.5],"index":null')
    assert (register.verify(), register.frozen_documents()) == ([], 1)


@pytest.mark.parametrize(
    "changed", [{"document": "{}", "sha256": document_hash("{}")}, {"frozen_date": date(2020, 1, 1)}, {"reason": "x"}]
)
def test_a_frozen_document_is_never_changed(register: Register, changed: dict[str, Any]) -> None:
    document = frozen(register)
    for actor in ("P-owner", "P-admin", "system:import"):
        with pytest.raises(UsageError, match="document_frozen"):
            register.save([replace(document, version=1, **changed)], actor=actor)
    assert register.load().frozen_documents == (replace(document, version=1),)


@pytest.mark.parametrize("words", ["UPDATE frozen_documents SET document = '{}'", "DELETE FROM frozen_documents"])
def test_the_database_itself_refuses_to_change_a_frozen_document(register: Register, database: Any, words: str) -> None:
    frozen(register)
    raw = database.raw()
    with pytest.raises(database.refusals, match="append-only"):
        raw.execute(words)
    raw.close()
    database.forge("UPDATE frozen_documents SET reason = 'x'")  # the control: without the triggers it is taken
    assert register.load().frozen_documents[0].reason == "x"


def test_a_document_changed_behind_the_program_is_found_and_named(register: Register, database: Any) -> None:
    frozen(register)
    database.forge("UPDATE frozen_documents SET document = '{}'")
    problems = {problem["what"] for problem in register.verify(language="sv")}
    assert any("Det frysta dokumentet FD-A-1-comparison-1 innehåller inte längre" in what for what in problems)
    assert len(problems) == 2, "the audit trail finds it too"


def test_a_new_version_refers_to_the_old_which_stays(register: Register) -> None:
    first = frozen(register)
    second = frozen(register, {**SAID, "index": "LCI"})
    frozen(register, kind=FrozenKind.EVALUATION_PLAN)
    documents = register.load().frozen_documents
    assert (second.number, second.replaces_id) == (2, first.id)
    assert standing_document(documents, "A-1", FrozenKind.COMPARISON).id == second.id
    assert standing_document(documents, "A-1", FrozenKind.COMPARISON, date(2026, 9, 14)) is None


def test_two_who_freeze_at_the_same_moment_do_not_both_succeed(register: Register) -> None:
    theirs = new_document(register.load(), "A-1", FrozenKind.COMPARISON, {}, date(2026, 9, 15), "P-owner")
    frozen(register)
    with pytest.raises(ConflictError, match="row_exists"):
        register.save([theirs], actor="P-owner")
    with pytest.raises(ConflictError, match="row_taken"):
        register.save([replace(theirs, id="another id")], actor="P-owner")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"sha256": "0" * 64}, "document_hash"),
        ({"document": '{"a": 1}', "sha256": document_hash('{"a": 1}')}, "document_hash"),
        ({"document": "no JSON", "sha256": document_hash("no JSON")}, "document_hash"),
        ({"number": 2}, "document_number"),
        ({"number": 1, "replaces_id": "FD-A-1-comparison-1"}, "document_number"),
        ({"number": 2, "replaces_id": "FD-A-1-comparison-1", "kind": FrozenKind.EVALUATION_PLAN}, "document_number"),
    ],
)
def test_a_document_that_is_not_what_it_says_is_refused(
    register_in_a_file: Register, changed: dict[str, Any], code: str
) -> None:
    document = replace(frozen(register_in_a_file), id="new")
    with pytest.raises(InputError, match=code):
        register_in_a_file.save([replace(document, **changed)], actor="P-owner")


def test_only_plain_values_are_frozen(register_in_a_file: Register) -> None:
    for said in (float("nan"), date(2026, 1, 1)):
        with pytest.raises(InputError, match="document_not_plain"):
            frozen(register_in_a_file, {"value": said})


def test_a_reader_freezes_nothing(register_in_a_file: Register) -> None:
    document = new_document(
        register_in_a_file.load(), "A-1", FrozenKind.COMPARISON, SAID, date(2026, 9, 15), "P-reader"
    )
    with pytest.raises(UsageError, match="not_allowed"):
        register_in_a_file.save([document], actor="P-reader")


def test_the_supplier_sees_no_frozen_document(register_in_a_file: Register) -> None:
    frozen(register_in_a_file)
    assert shared_view(register_in_a_file.load()).frozen_documents == ()


def test_frozen_documents_move_with_the_register(register_in_a_file: Register, tmp_path: Path) -> None:
    frozen(register_in_a_file)
    frozen(register_in_a_file, {"long": "x" * 200_000})
    content = register_in_a_file.load()
    write_records(content, tmp_path / "moved")
    moved, issues = read_records(tmp_path / "moved")
    other = Register.open(tmp_path / "other.db")
    other.save(moved, actor="system:import")
    assert (issues, other.content_hash()) == ([], register_in_a_file.content_hash())
    assert other.verify() == []
