"""``partnership outcome``: the answer in words and as JSON, the plan frozen, and calls that go nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import partnership_lib
from partnership_lib.cli import main
from partnership_lib.domain import FrozenKind, standing_document


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert CliRunner().invoke(main, ["init", str(folder), "--demo"]).exit_code == 0
    return folder


def _run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["outcome", *arguments, "--workspace", str(root)])


def test_the_demo_comes_with_its_rules_of_evaluation(root: Path, repository: Path) -> None:
    assert (root / "data" / "outcome.yaml").read_bytes() == (repository / "data" / "outcome.yaml").read_bytes()


def test_where_nothing_can_be_said_yet_the_answer_says_from_when(root: Path) -> None:
    answer = json.loads(_run(root, "A-003", "--json", "--language", "en").stdout)
    assert (answer["estimates"], answer["verdict"]) == ({}, "cannot_tell")
    assert (answer["minimum_data"]["lacking"], answer["minimum_data"]["earliest"]) == (["post_months"], "2028-05-01")
    said = _run(root, "A-003", "--language", "en").stdout
    assert "earliest in May 2028" in said
    assert "Selection:" in said  # the limits are always printed


def test_a_plan_is_frozen_once_stands_in_the_audit_trail_and_deviations_from_it_are_told(root: Path) -> None:
    first = json.loads(_run(root, "A-003", "--plan", "--actor", "P-002", "--date", "2026-01-22", "--json").stdout)
    again = json.loads(_run(root, "A-003", "--plan", "--actor", "P-002", "--date", "2026-01-22", "--json").stdout)
    assert (again["number"], again["sha256"]) == (first["number"], first["sha256"])
    workspace = partnership_lib.open(root)
    frozen = standing_document(
        workspace.content().frozen_documents, "A-003", FrozenKind.EVALUATION_PLAN, workspace.as_of
    )
    assert frozen is not None
    assert frozen.sha256 == first["sha256"]
    assert workspace.register.verify() == []
    report = workspace.outcome("A-003", "2026-T2")
    codes = [finding.code for finding in report["plan"].findings]
    assert codes[0] == "outcome.plan_in_time"
    assert codes[1] in ("outcome.plan_kept", "outcome.plan_deviations")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["A-009"], "not_a_partnership"),
        (["A-001", "--plan"], "outcome_plan_needs"),
        (["--plan", "--actor", "P-002"], "outcome_plan_needs"),
        (["A-001", "--plan", "--actor", "P-999"], "freeze_needs_person"),
        (["A-001", "--actor", "P-002"], "outcome_options_differ"),
        (["A-001", "--unit", "x"], "outcome_options_differ"),
        (["A-001", "--panel", "x.csv"], "outcome_options_differ"),
        (["A-001", "--date", "2020-01-01"], "outcome_no_ledger"),
    ],
)
def test_a_call_that_goes_nowhere_is_told_why(root: Path, arguments: list[str], code: str) -> None:
    result = _run(root, *arguments, "--json")
    assert result.exit_code in (1, 2)
    assert json.loads(result.stdout)["error"]["code"] == code
