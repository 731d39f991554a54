"""The command that erases a person: says first, does when asked to, and names the files that it does not reach."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import partnership_lib
from partnership_lib.cli import main
from partnership_lib.domain import AccessRole, LawChange, Organisation, Party, Person
from partnership_lib.workspace import create_workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    create_workspace(tmp_path)
    partnership_lib.open(tmp_path).register.save(
        [
            Organisation(id="O-1", name="Provkommunen", party=Party.BUYER),
            Person(id="P-1", name="Ada Admin", organisation_id="O-1", access_role=AccessRole.ADMIN),
            Person(id="P-2", name="Berit Borttagen", organisation_id="O-1", email="berit@prov.example"),
            LawChange(
                id="LC-1",
                title="Ny lag, bevakas av Berit Borttagen",
                reference="SFS 2026:1",
                in_force_date=date(2026, 1, 1),
            ),
        ],
        actor="system:test",
    )
    (tmp_path / "data" / "cases").mkdir(parents=True, exist_ok=True)
    (tmp_path / "data" / "cases" / "fall.yaml").write_text("confirmed_by: Berit Borttagen\n", encoding="utf-8")
    return tmp_path


def _erase(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["erase", "P-2", *words, "--workspace", str(root)])


def test_without_confirm_it_only_says_what_would_go_stay_and_has_to_be_decided(root: Path) -> None:
    said = _erase(root)
    assert said.exit_code == 0
    for words in ("Berit Borttagen", "law_changes/LC-1/title", "data/cases/fall.yaml", "Inget är ändrat"):
        assert words in said.output
    assert partnership_lib.open(root).content().find(Person, "P-2").name == "Berit Borttagen"


def test_confirmed_the_person_is_gone_and_verify_holds(root: Path) -> None:
    done = _erase(root, "--confirm", "--every-text", "--actor", "P-1", "--reason", "dnr 2026/1", "--json")
    assert json.loads(done.stdout)["erased"]["pseudonym"] == "Raderad person (P-2)"
    content = partnership_lib.open(root).content()
    assert content.find(LawChange, "LC-1").title == "Ny lag, bevakas av [raderat]"
    verified = CliRunner().invoke(main, ["verify", "--workspace", str(root)])
    assert verified.exit_code == 0
    assert "1 radering" in verified.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--confirm", "--actor", "P-1"), "diarienummer"),
        (("--confirm", "--actor", "P-2", "--reason", "dnr 1"), "får inte radera"),
        (("--confirm", "--actor", "P-1", "--reason", "dnr 1", "--text", "x/y/z"), "law_changes/LC-1/title"),
        (("--confirm", "--actor", "P-1", "--reason", "dnr 1", "--text", "x", "--every-text"), "antingen"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_erased(root: Path, words: tuple[str, ...], told: str) -> None:
    refused = _erase(root, *words)
    assert refused.exit_code == 2
    assert told in refused.output
    assert partnership_lib.open(root).content().find(Person, "P-2").name == "Berit Borttagen"
