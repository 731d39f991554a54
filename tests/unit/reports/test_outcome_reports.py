"""Reports of an evaluation: about whom they are, and what makes one new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from partnership_lib.errors import UsageError
from partnership_lib.reports import choose_requests, one_request
from partnership_lib.reports.inputs import gather_input
from partnership_lib.workspace import Workspace

OUTCOME = {"kind": "outcome", "agreement": "A-1", "period": "2026-T2"}


def _hash(workspace: Workspace) -> str:
    return gather_input(workspace, one_request(workspace, **OUTCOME)).data_hash


def _rename_another_agreement(workspace: Workspace) -> None:
    other = next(agreement for agreement in workspace.content().agreements if agreement.id == "A-3")
    workspace.register.save([replace(other, name="Ett annat namn")], actor="system:test")


def _choose_an_index(workspace: Workspace) -> None:
    file = workspace.root / "data" / "outcome.yaml"
    file.write_text("indices:\n  - {categories: ['*'], series: [KPI], source: prov}\n", encoding="utf-8")


@pytest.mark.parametrize("change", [_rename_another_agreement, _choose_an_index])
def test_a_change_of_a_donor_or_of_the_rules_makes_the_report_new(
    workspace: Workspace, change: Callable[[Workspace], None]
) -> None:
    before = _hash(workspace)
    assert _hash(workspace) == before
    change(workspace)
    assert _hash(workspace) != before


def test_the_calendar_asks_for_partnerships_and_for_no_other_agreement(workspace: Workspace) -> None:
    yearly = replace(workspace, settings=replace(workspace.settings, rhythm={"outcome": "year"}))
    asked = [request for request in choose_requests(yearly, "due") if request.kind == "outcome"]
    assert [request.agreement for request in asked] == ["A-1", "A-4"]
    assert "A-3" not in {request.agreement for request in choose_requests(yearly, "missing")}


def test_by_default_nobody_asks_for_an_evaluation(workspace: Workspace) -> None:
    assert not any(request.kind.startswith("outcome") for request in choose_requests(workspace, "all"))


def test_an_agreement_that_is_no_partnership_is_refused_before_anything_is_run(workspace: Workspace) -> None:
    with pytest.raises(UsageError) as refused:
        one_request(workspace, "outcome", agreement="A-3", period="2026-T2")
    assert refused.value.code == "not_a_partnership"
    assert refused.value.values["allowed"] == "A-1, A-2, A-4"


def test_an_evaluation_is_for_the_municipality_only(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="unknown_audience"):
        one_request(workspace, "outcome", agreement="A-1", period="2026-T2", audience="shared")
