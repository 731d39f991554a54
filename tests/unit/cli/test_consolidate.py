"""``partnership consolidate --problem``: the answer for people and for machines, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from partnership_lib.cli import main
from partnership_lib.demo.building import build_demo_workspace

PROBLEM: dict[str, Any] = {
    "needs": [{"id": name, "annual_value_sek": 1000} for name in ("A", "B", "C")],
    "bundles": [
        *({"needs": [name], "cost_sek": 100} for name in ("A", "B", "C")),
        {"needs": ["A", "B"], "cost_sek": 150},
        {"needs": ["B", "C"], "cost_sek": 140},
        {"needs": ["A", "B", "C"], "cost_sek": 270},
    ],
}


def run(folder: Path, problem: Any, *options: str) -> Result:
    file = folder / "problem.json"
    file.write_text(problem if isinstance(problem, str) else json.dumps(problem), encoding="utf-8")
    return CliRunner().invoke(main, ["consolidate", "--problem", str(file), *options])


def test_the_answer_in_json_has_the_promised_keys(tmp_path: Path) -> None:
    result = run(tmp_path, PROBLEM, "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["agreements"] == 2
    assert answer["expected_cost_sek"] == answer["lower_bound_sek"] == 240.0
    assert answer["certified"] is True
    assert answer["bundles"] == [["A"], ["B", "C"]]
    assert answer["shadow_price_per_agreement_sek"] == 0.0
    assert answer["one_agreement_fewer_sek"] == 30.0


@pytest.mark.parametrize(
    ("language", "words"),
    [("sv", "Bevisat bäst: ingen annan plan är billigare."), ("en", "Proven best: no other plan is cheaper.")],
)
def test_a_person_reads_the_plan_and_that_it_is_proven(tmp_path: Path, language: str, words: str) -> None:
    result = run(tmp_path, PROBLEM, "--language", language)
    assert result.exit_code == 0
    assert words in result.stdout
    assert "B och C" in result.stdout or "B and C" in result.stdout


def test_constraints_that_clash_are_named_with_exit_code_1(tmp_path: Path) -> None:
    wrong = {**PROBLEM, "constraints": {"max_agreements": 1, "cannot_link": [["A", "C"]]}}
    result = run(tmp_path, wrong, "--language", "en")
    assert result.exit_code == 1
    assert "at most 1 agreement" in result.stderr
    assert "must not be in the same agreement: A, C" in result.stderr
    told = json.loads(run(tmp_path, wrong, "--json").stdout)["error"]
    assert [each["code"] for each in told["values"]["clashes"]] == [
        "clash_max_agreements",
        "clash_cannot_link",
        "clash_fewest",
    ]


def test_a_file_that_is_wrong_or_missing_is_a_wrong_call(tmp_path: Path) -> None:
    assert run(tmp_path, {"needs": []}).exit_code == 2
    assert run(tmp_path, "{").exit_code == 2
    assert CliRunner().invoke(main, ["consolidate", "--problem", str(tmp_path / "none.json")]).exit_code == 2


# --- the agreements of a workspace ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("demo")
    build_demo_workspace(root)
    (root / "data" / "consolidation.yaml").write_text(
        "draws: 2\nforms:\n  - {name: merged, terms: {term_months: 36, option_months: [12]}}\n", encoding="utf-8"
    )
    return root


def of_workspace(workspace: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["consolidate", "--workspace", str(workspace), *options])


def test_the_agreements_in_force_are_consolidated_and_each_bundle_opens_as_a_case(workspace: Path) -> None:
    result = of_workspace(workspace, "--language", "en", "--front")
    assert result.exit_code == 0, result.stderr
    assert "Proven best" in result.stdout
    assert "Not known which suppliers can deliver every need" in result.stdout
    command = next(line for line in result.stdout.splitlines() if "Open as a case" in line).split("partnership ")[1]
    arguments = command.replace("bundle-1.yaml", str(workspace / "bundle.yaml")).split()
    opened = CliRunner().invoke(main, [*arguments, "--workspace", str(workspace)])
    assert opened.exit_code == 0, opened.stderr


def test_fewer_agreements_cost_more_and_the_file_of_who_is_able_is_read(workspace: Path) -> None:
    free = json.loads(of_workspace(workspace, "--json").stdout)
    assert sum(map(len, free["bundles"])) == len({need for bundle in free["bundles"] for need in bundle})
    assert free["expected_cost_sek"] <= free["kept_apart_sek"]
    fewer = json.loads(of_workspace(workspace, "--json", "--max-agreements", str(free["agreements"] - 1)).stdout)
    assert fewer["agreements"] == free["agreements"] - 1
    assert fewer["expected_cost_sek"] == pytest.approx(free["expected_cost_sek"] + free["one_agreement_fewer_sek"])
    needs = [need for bundle in free["bundles"] for need in bundle]
    rows = "".join(f"only-{need},{need},market dialogue,2026-05-01\n" for need in needs)
    capability, answers = workspace / "data" / "capability.csv", workspace / "answers.csv"
    answers.write_text("supplier,need,source,date\n" + rows, encoding="utf-8")
    taken = CliRunner().invoke(main, ["import", "capability", str(answers), "--workspace", str(workspace), "--json"])
    assert json.loads(taken.stdout)["new"] == len(needs)
    lonely = json.loads(of_workspace(workspace, "--json").stdout)
    capability.unlink()
    assert lonely["proposed"] == []
    assert "no_capability" not in lonely["fallbacks"]


def test_a_wrong_call_is_refused(workspace: Path, tmp_path: Path) -> None:
    assert of_workspace(workspace, "--rules", "none.yaml").exit_code == 2
    wrong = tmp_path / "rules.yaml"
    wrong.write_text("max_agreements: none\n", encoding="utf-8")
    assert of_workspace(workspace, "--rules", str(wrong)).exit_code == 2
    assert of_workspace(workspace, "--problem", str(wrong), "--max-agreements", "3").exit_code == 2
    too_few = of_workspace(workspace, "--max-agreements", "1", "--language", "en")
    assert too_few.exit_code == 1
    assert "at most 1 agreement\n" in too_few.stderr
