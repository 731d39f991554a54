"""``partnership compare``: what it refuses, what it drafts; its answer is tested where it is computed."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from partnership_lib.cli import main
from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.workspace import open_workspace

COMPONENTS = (
    "procurement gap management price interfaces changes premium switching default benefit governance training "
    "quality_shading legal exit"
).split()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("demo")
    build_demo_workspace(root)
    return root


@pytest.fixture
def run(workspace):
    return lambda *arguments: CliRunner().invoke(main, ["compare", *arguments, "--workspace", str(workspace)])


def test_a_draft_from_the_register_is_written_and_reads_back(run, workspace, tmp_path):
    file = tmp_path / "draft.yaml"
    answer = run("--from-agreements", "A-034, A-035", "-o", str(file), "--json")
    assert answer.exit_code == 0, answer.stderr
    assert json.loads(answer.stdout) == {"file": str(file), "agreements": ["A-034", "A-035"]}
    case = open_workspace(workspace).case(file)
    assert [agreement.id for agreement in case.present] == ["A-034", "A-035"]
    assert "# The ledger holds SEK " in file.read_text(encoding="utf-8")


def test_a_draft_stands_as_the_register_did_on_the_day(run, workspace, tmp_path):
    """The eight agreements that the demo's first partnership replaced, as they were before it."""
    file = tmp_path / "school.yaml"
    eight = ",".join(f"A-0{number}" for number in range(11, 19))
    assert run("--from-agreements", eight, "-o", str(file)).exit_code == 2
    assert run("--from-agreements", eight, "-o", str(file), "--date", "2022-09-15").exit_code == 0
    case = open_workspace(workspace).case(file)
    assert sum(need.annual_value_sek for need in case.needs) == 14_500_000
    assert case.settings.legal_threshold_sek == 2_236_731


def test_an_existing_file_is_not_overwritten(run, tmp_path):
    file = tmp_path / "draft.yaml"
    file.write_text("mine")
    answer = run("--from-agreements", "A-034", "-o", str(file))
    assert answer.exit_code == 2
    assert "INTE" in answer.stderr
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "fallfil"),
        (["case.yaml", "--from-agreements", "A-034"], "--from-agreements"),
        (["--from-agreements", "A-034"], "-o"),
        (["-o", "x.yaml"], "-o"),
        (["nowhere.yaml"], "nowhere.yaml"),
        (["--from-agreements", "A-0034", "-o", "x.yaml"], "A-034"),
    ],
)
def test_a_call_that_is_wrong_is_refused_with_what_to_do(run, arguments, told):
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert told in answer.stderr
    assert not Path("x.yaml").exists()


def test_a_refused_case_tells_everything_that_is_wrong(run, tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text("name: ''\nneeds: []\n", encoding="utf-8")
    answer = run(str(file), "--json")
    assert answer.exit_code == 2
    problems = json.loads(answer.stdout)["error"]["values"]["problems"]
    assert {problem["code"] for problem in problems} >= {"case_empty_text", "case_missing_key", "case_out_of_range"}
    assert all(problem["values"]["line"] for problem in problems)
    assert "rad 2" in answer.stderr


@pytest.fixture(scope="module")
def small(workspace) -> str:
    """The example with as little computing as is allowed."""
    text = (workspace / "data" / "cases" / "example.yaml").read_text(encoding="utf-8")
    little = "effort: {paths: 64, randomisations: 2, points: 16}\n"
    file = workspace / "data" / "cases" / "small.yaml"
    file.write_text(text[: text.index("effort:")] + little, encoding="utf-8")
    return file.name


def test_the_answer_is_a_paragraph_parts_questions_and_turning_points(run, small):
    answer = run(small, "--language", "en")
    assert answer.exit_code == 0, answer.stderr
    headings = [line for line, under in pairwise(answer.stdout.splitlines()) if under and set(under) == {"-"}]
    assert headings[1:] == [
        "Expected cost, part by part (discounted)",
        "What to find out first",
        "Where the answer turns",
        "To know about the case",
    ]
    words = " ".join(answer.stdout.split())
    assert "in 95 futures of 100 it ends between" in words
    assert "Not known which suppliers can deliver every need" in words
    assert "All twelve rules are kept." in words


def test_the_answer_as_json_keeps_its_contract(run, small):
    answer = json.loads(run(small, "--quick", "--json").stdout)
    assert {"mean", "standard_error", "p2_5", "p50", "p97_5"} <= set(answer["difference_sek"])
    assert set(answer["total_cost_sek"]) == {"fragmented", "consolidated"}
    assert list(answer["components_sek"]) == COMPONENTS
    parts = [part["consolidated"] - part["fragmented"] for part in answer["components_sek"].values()]
    assert sum(parts) == pytest.approx(answer["difference_sek"]["mean"], rel=1e-9)
    assert {"p_consolidated_cheaper", "evpi_sek", "evppi_sek", "break_even"} <= set(answer)
    assert (answer["flags"], answer["fallbacks"]) == ([], ["no_capability"])
    assert answer["paths"] == 64, "a quick look never computes more than the case asks for"
