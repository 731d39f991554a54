"""A case is frozen as the promise of an agreement: once, by a person, with everything that it assumed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import partnership_lib
from partnership_lib.cli import main
from partnership_lib.decision.measures.supplier_forecast import supplier_forecast
from partnership_lib.demo import invent_register
from partnership_lib.domain import Agreement, FrozenKind
from partnership_lib.errors import UsageError
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.case_files import shipped_files
from partnership_lib.workspace.promises import freeze_promise

CHEAP = {"horizon_months: 144": "horizon_months: 48"}
EFFORT = "\neffort: {paths: 256, randomisations: 2, points: 16, seed: 1}\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "partnership.toml").write_text('[workspace]\nname = "Prov"\nas_of = 2023-11-27\n', encoding="utf-8")
    opened = partnership_lib.open(tmp_path)
    opened.register.save(
        [each for each in invent_register("small", 1) if type(each).__name__ != "FrozenDocument"], actor="system:test"
    )
    (school,) = (each for each in shipped_files("cases", ".yaml") if each.name == "skoladministration.yaml")
    content = school.read_text(encoding="utf-8")
    for old, new in CHEAP.items():
        assert old in content
        content = content.replace(old, new)
    assert "\neffort:" not in content
    file = tmp_path / "data" / "cases" / "skola.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content + EFFORT, encoding="utf-8")
    return opened


def test_a_promise_says_what_its_case_says(workspace: Workspace) -> None:
    asked = ["promise", "freeze", "skola", "--agreement", "A-001", "--actor", "P-002"]
    first = json.loads(CliRunner().invoke(main, [*asked, "--workspace", str(workspace.root), "--json"]).stdout)
    [document] = workspace.content().frozen_documents
    said, case = document.content, workspace.case("skola")
    assert (document.id, document.sha256, document.frozen_date) == (first["id"], first["sha256"], date(2023, 11, 27))
    assert len(said["assumptions"]) == len(case.assumptions)
    assert [row["year"] for row in said["forecast"]] == [2024, 2025, 2026]
    assert [row["months"] for row in said["forecast"]] == [10, 12, 8]
    assert all(row["p10_sek"] < row["p50_sek"] < row["p90_sek"] for row in said["forecast"])
    # The mean of the twelve months before September 2022 in the demo's own volume_observations.csv.
    assert said["volume"]["value"] == pytest.approx(6050.8333333)
    assert set(said["components_sek"]["price"]) == {"fragmented", "consolidated"}
    assert workspace.register.verify() == []


def test_the_forecast_is_what_the_budget_of_the_case_has_from_the_first_month_on(workspace: Workspace) -> None:
    """From the base month on it is the budget's own price, premium and changes; from later on it is less."""
    case = workspace.case("skola")
    budget = workspace.compare(case).budget
    paid = budget[
        (budget["plan"] == "consolidated")
        & (budget["prices"] == "nominal")
        & budget["account"].isin(["price", "premium", "changes"])
    ]
    expected = paid.groupby("year")["mean_sek"].sum()
    whole = supplier_forecast(case, case.settings.base_month).set_index("year")
    assert whole["mean_sek"].to_dict() == pytest.approx(expected.to_dict())
    part = supplier_forecast(case, date(2024, 3, 1)).set_index("year")
    assert part.loc[2024, "mean_sek"] < whole.loc[2024, "mean_sek"]
    assert part.loc[2025, "mean_sek"] == pytest.approx(whole.loc[2025, "mean_sek"])


def test_what_cannot_be_promised_is_refused(workspace: Workspace) -> None:
    school = workspace.content().find(Agreement, "A-001")
    assert school is not None
    for agreement, start, code in (("A-999", None, "unknown_agreement"), ("A-001", 2040, "promise_outside_case")):
        if start:
            moved = replace(school, start_date=date(start, 1, 1), end_date=date(start + 9, 1, 1))
            workspace.register.save([moved], actor="system:test")
        with pytest.raises(UsageError, match=code):
            freeze_promise(workspace, "skola", agreement, "P-002")


def test_the_promise_of_the_demo_is_one_that_the_command_froze() -> None:
    documents = invent_register("small", 1).frozen_documents
    [document] = [each for each in documents if each.kind is FrozenKind.COMPARISON]
    said = document.content
    assert (document.agreement_id, said["case"]["id"], said["start_month"]) == (
        "A-001", "skoladministration", "2024-03-01",
    )  # fmt: skip
    assert len(said["forecast"]) == 11
