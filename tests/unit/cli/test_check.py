"""``partnership check``: what it answers, and that it fails where something is an error."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from partnership_lib.cli import main
from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.domain import Amendment, LegalGround
from partnership_lib.workspace import open_workspace

CONTRACT = {"severity", "where", "what", "section", "remedy"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo workspace."""
    folder = tmp_path_factory.mktemp("check") / "demo"
    build_demo_workspace(folder)
    return folder


def call(workspace: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", "--workspace", str(workspace), *options])


def answer(workspace: Path, language: str = "sv") -> dict[str, Any]:
    said = call(workspace, "--json", "--language", language)
    found: dict[str, Any] = json.loads(said.stdout)
    assert said.exit_code == (0 if found["ok"] else 1)
    for row in found["findings"]:
        assert row.keys() >= CONTRACT
        assert row["remedy"] or row["severity"] == "info", row
    return found


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_demo_shows_each_rule_and_has_no_error(demo: Path, language: str) -> None:
    found = answer(demo, language)
    assert found["ok"] is True
    rules = {row["rule"] for row in found["findings"]}
    assert rules >= {"framework_term", "value_above_threshold", "value_below_threshold", "lots_reasons", "room"}
    assert rules >= {"large_change", "ceiling", "account_above", "owner_missing", "ledger_quarantined"}
    near = next(row for row in found["findings"] if row["rule"] == "ceiling" and row["severity"] == "warning")
    assert near["where"].startswith("A-009")
    assert near["section"] == "5 kap. 3 § LOU, C-23/20"


def test_what_a_person_reads_names_the_remedy_and_says_once_that_it_is_no_legal_advice(demo: Path) -> None:
    said = call(demo).output
    assert said.count("ingen juridisk rådgivning") == 1
    assert "Gör så här" in said
    assert "A-066" not in said
    assert "A-066" in call(demo, "--all").output


def test_the_room_is_that_of_the_follow_up_report(demo: Path) -> None:
    finding = open_workspace(demo).follow_up("A-005", "2026-T2").finding("follow_up.amendments_room")
    room = next(r for r in answer(demo)["findings"] if r["rule"] == "room" and r["where"].startswith("A-005"))
    assert room["margin"] == finding.values["left_ore"]


def test_a_change_beyond_the_limit_makes_the_check_fail(tmp_path: Path) -> None:
    build_demo_workspace(tmp_path)
    change = Amendment(
        id="A-005-X", agreement_id="A-005", decided_date=date(2026, 9, 1), legal_ground=LegalGround.MINOR_VALUE,
        value_ore=200_000_000, description="För stor",
    )  # fmt: skip
    open_workspace(tmp_path).register.save([change], actor="system:test")
    found = answer(tmp_path)
    assert found["ok"] is False
    assert [row["rule"] for row in found["findings"] if row["severity"] == "error"] == ["room_gone"]


def test_small_purchases_of_one_kind_are_added_together_over_the_year(tmp_path: Path) -> None:
    """Three orders of printing in the demo municipality, 270 000 SEK each: 810 000 against the limit of 700 000."""
    build_demo_workspace(tmp_path)
    workspace = open_workspace(tmp_path)
    assert "same_kind" not in {row["rule"] for row in answer(tmp_path)["findings"]}, "the demo itself has none"
    model = next(each for each in workspace.content().agreements if each.id == "A-057")
    orders = [
        replace(
            model, id=f"A-90{number}", name=f"Tryckning, beställning {number}", version=0, category="79810000",
            signed_date=day, start_date=day, end_date=day + timedelta(days=30), contract_value_ore=27_000_000,
        )
        for number, day in enumerate((date(2025, 2, 3), date(2025, 6, 2), date(2025, 10, 1)), start=1)
    ]  # fmt: skip
    workspace.register.save(orders, actor="system:test")
    for language, words in (("sv", "tillsammans 810 000 kr"), ("en", "together 810,000 SEK")):
        rows = [row for row in answer(tmp_path, language)["findings"] if row["rule"] == "same_kind"]
        assert [row["where"].split()[0] for row in rows] == ["A-901", "A-902", "A-903"]
        assert {(row["section"], row["margin"]) for row in rows} == {("19 a kap. 2 § LOU", -11_000_000)}
        for row in rows:
            said = row["what"].replace("\u00a0", " ")
            assert words in said and "A-901" in said and "A-903" in said, said


def test_accounts_left_out_of_the_spend_report_are_left_out_here_too(tmp_path: Path) -> None:
    build_demo_workspace(tmp_path)
    assert "7499" in {row["where"].split()[0] for row in answer(tmp_path)["findings"]}
    settings = tmp_path / "partnership.toml"
    rule = '[[ledger.excluded_accounts]]\naccounts = "7499"\nreason = "Prov"\nsource = "Prov"\n'
    settings.write_text(settings.read_text(encoding="utf-8") + rule, encoding="utf-8")
    assert "7499" not in {row["where"].split()[0] for row in answer(tmp_path)["findings"]}


def test_an_empty_workspace_is_told_what_to_bring_in(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["init", str(tmp_path), "--name", "Kommunen"]).exit_code == 0
    found = answer(tmp_path)
    assert found["ok"] is True
    assert {row["rule"] for row in found["findings"]} == {"register_empty", "ledger_empty"}


@pytest.mark.parametrize(
    ("language", "words", "remedy"),
    [("sv", "rad 1: most_donors är ”7”", "Rätta filen"), ("en", "line 1: most_donors is “7”", "Correct the file")],
)
def test_what_is_wrong_in_the_rules_of_evaluation_is_an_error_with_its_line(
    tmp_path: Path, language: str, words: str, remedy: str
) -> None:
    build_demo_workspace(tmp_path)
    rules = tmp_path / "data" / "outcome.yaml"
    before = rules.read_text(encoding="utf-8")
    assert answer(tmp_path, language)["ok"], "the control: the demo's own file is right"
    rules.write_text(f"most_donors: 7\n{before}", encoding="utf-8")
    rows = [row for row in answer(tmp_path, language)["findings"] if row["severity"] == "error"]
    assert [(row["rule"], row["where"]) for row in rows] == [("outcome_rule", "outcome")] * len(rows)
    assert words in rows[0]["what"]
    assert remedy in rows[0]["remedy"]
    rules.write_text("a: [\n", encoding="utf-8")
    assert "YAML" in call(tmp_path, "--language", language).output


def test_no_word_of_the_program_stands_in_a_swedish_answer(demo: Path) -> None:
    said = call(demo).output
    assert "(förnyelseradarn)" in said
    assert "(registret)" in said
    assert not any(f"({word})" in said for word in ("ledger", "register", "radar"))
