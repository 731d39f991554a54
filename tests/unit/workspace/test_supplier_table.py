"""The table of suppliers: proposals out, a person's decisions back in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import partnership_lib
from partnership_lib.domain import AccessRole, Organisation, Party, Person
from partnership_lib.errors import InputError, UsageError
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.supplier_table import accept_suppliers, supplier_proposals, write_supplier_table

HEADING = "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum\n"
LINE = "2120003005,Kommunen,{n},{name},{number},6811,Licenser,{amount},2026-05-0{n}\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A ledger in which Onemed stands once with its number and once without."""
    root = tmp_path / "place"
    root.mkdir()
    (root / "partnership.toml").write_text('[workspace]\nname = "Prov"\nas_of = 2026-09-15\n', encoding="utf-8")
    ledger = tmp_path / "ledger.csv"
    rows = [("Onemed Sverige AB", "5560360793", 100), ("Onemed Sverige", "", 7), ("Bageriet AB", "", 5)]
    lines = [LINE.format(n=n, name=name, number=number, amount=a) for n, (name, number, a) in enumerate(rows, 1)]
    ledger.write_text(HEADING + "".join(lines), encoding="utf-8")
    opened = partnership_lib.open(root)
    import_ledger([ledger], opened.warehouse)
    opened.register.save(
        [
            Organisation(id="O-1", name="Prov", party=Party.BUYER),
            Person(id="P-1", name="Anna Berg", organisation_id="O-1", access_role=AccessRole.EDITOR),
        ],
        actor="system:test",
    )
    return opened


@pytest.fixture
def fill_in(workspace: Workspace, tmp_path: Path) -> Callable[..., Path]:
    """Writes the table and answers its first row as told: heading number to what is typed."""

    def filled(language: str = "sv", **typed: Any) -> Path:
        path = tmp_path / "suppliers.xlsx"
        write_supplier_table(workspace, path, language)
        book = openpyxl.load_workbook(path)
        for column, value in typed.items():
            book.worksheets[0][f"{column}2"] = value
        book.save(path)
        return path

    return filled


def sums(workspace: Workspace) -> dict[str, int]:
    lines = workspace.ledger_lines(workspace.content()).to_pyarrow().to_pylist()
    return {key: sum(x["amount_ore"] for x in lines if x["supplier_key"] == key) for key in
            {x["supplier_key"] for x in lines}}  # fmt: skip


def test_nothing_is_merged_until_somebody_says_yes(workspace: Workspace, fill_in: Callable[..., Path]) -> None:
    assert list(supplier_proposals(workspace)["alias"]) == ["Onemed Sverige"]
    assert accept_suppliers(workspace, fill_in(), "P-1").accepted == 0
    assert accept_suppliers(workspace, fill_in(A="nej"), "P-1").accepted == 0
    assert sums(workspace)["5560360793"] == 10_000


@pytest.mark.parametrize(("language", "word"), [("sv", "ja"), ("en", "Yes"), ("sv", True)])
def test_an_accepted_alias_counts_with_its_supplier_and_the_register_knows_who_said_so(
    workspace: Workspace, fill_in: Callable[..., Path], language: str, word: Any
) -> None:
    before = workspace.register.content_hash()
    assert accept_suppliers(workspace, fill_in(language, A=word), "P-1").accepted == 1
    assert sums(workspace) == {"5560360793": 10_700, "name:Bageriet AB": 500}
    [alias] = workspace.content().supplier_aliases
    assert (alias.alias_key, alias.accepted_by_id) == ("name:Onemed Sverige", "P-1")
    assert supplier_proposals(workspace).empty
    assert workspace.register.content_hash() != before


def test_another_supplier_can_be_named_and_a_decision_can_be_changed(
    workspace: Workspace, fill_in: Callable[..., Path]
) -> None:
    path = fill_in(A="ja")
    assert accept_suppliers(workspace, path, "P-1").accepted == 1
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["D2"] = "556016-0680"
    book.save(path)
    assert accept_suppliers(workspace, path, "P-1").accepted == 1
    assert sums(workspace)["5560160680"] == 700
    assert len(workspace.content().supplier_aliases) == 1


@pytest.mark.parametrize(("language", "word"), [("sv", "nej"), ("en", "No"), ("sv", False)])
def test_what_was_accepted_is_withdrawn_in_the_same_workbook_and_the_register_knows_by_whom(
    workspace: Workspace, fill_in: Callable[..., Path], language: str, word: Any
) -> None:
    before = sums(workspace)
    accept_suppliers(workspace, fill_in(A="ja"), "P-1")
    unchanged = fill_in(language)  # the row that was accepted stands there with a yes
    assert openpyxl.load_workbook(unchanged).worksheets[0]["A2"].value == ("ja" if language == "sv" else "yes")
    assert accept_suppliers(workspace, unchanged, "P-1") == (0, 0)
    assert accept_suppliers(workspace, fill_in(A=None), "P-1") == (0, 0)
    assert sums(workspace) != before
    later = replace(workspace, as_of=date(2026, 10, 1))
    later.register.save([replace(workspace.content().find(Person, "P-1"), id="P-2", version=0)], actor="system:test")
    assert accept_suppliers(later, fill_in(language, A=word), "P-2") == (0, 1)
    assert sums(workspace) == before
    [alias] = workspace.content().supplier_aliases
    assert (alias.supplier_key, alias.accepted_by_id, alias.accepted_date) == ("", "P-2", date(2026, 10, 1))
    assert list(supplier_proposals(workspace)["alias"]) == ["Onemed Sverige"]
    assert accept_suppliers(workspace, fill_in(A="ja"), "P-1") == (1, 0)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"A": "kanske"}, "suppliers_word"),
        ({"A": "ja", "D": "5560360794"}, "suppliers_number"),
        ({"A": "ja", "I": "5560360793"}, "suppliers_alias"),
    ],
)
def test_a_table_with_a_mistake_is_refused_whole_with_the_row(
    workspace: Workspace, fill_in: Callable[..., Path], typed: dict[str, Any], code: str
) -> None:
    with pytest.raises(InputError) as refused:
        accept_suppliers(workspace, fill_in(**typed), "P-1")
    assert (refused.value.code, refused.value.values["row"]) == (code, 2)
    assert not workspace.content().supplier_aliases


def test_only_a_person_in_the_register_accepts_and_only_a_workbook_is_taken(
    workspace: Workspace, fill_in: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as refused:
        accept_suppliers(workspace, fill_in(A="ja"), "system:import")
    assert refused.value.code == "suppliers_need_person"
    with pytest.raises(UsageError) as refused:
        write_supplier_table(workspace, tmp_path / "suppliers.csv", "sv")
    assert refused.value.code == "suppliers_need_xlsx"
    other = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(other)
    with pytest.raises(InputError) as missing:
        accept_suppliers(workspace, other, "P-1")
    assert missing.value.code == "suppliers_columns_missing"
