"""Reports of a consolidation: what identifies them, for whom they are, their receipt, that they are never due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from partnership_lib import text
from partnership_lib.domain import AgreementPart, Need, RequirementType
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.reports import choose_requests, one_request, run_reports, verify_report
from partnership_lib.reports.publish import all_published
from partnership_lib.workspace import Workspace

Maker = Callable[..., Path]
KEY = "consolidation/2026-09/internal/sv"


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """The tiny workspace, with a priced need in each agreement that is in force."""
    for number in (1, 2, 3):
        need = Need(id=f"N-{number}", name=f"Behov {number}", category="72000000", domain="it")
        part = AgreementPart(
            id=f"P-{number}", agreement_id=f"A-{number}", need_id=need.id, start_date=date(2026, 5, 1),
            requirement_type=RequirementType.DETAILED,
            annual_value_ore=number * 100_000_000,
        )  # fmt: skip
        workspace.register.save([need, part], actor="system:test")
    return workspace


def publish(workspace: Workspace, write_bundle: Maker, **asked: str) -> Any:
    """Ask for the consolidation of the register and publish it."""
    return run_reports(workspace, [one_request(workspace, "consolidation", **asked)], make_bundle=write_bundle)


def put(workspace: Workspace, name: str, content: str) -> None:
    """Put a file into the workspace's data."""
    file = workspace.root / "data" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")


def rename_an_agreement(workspace: Workspace) -> None:
    agreement = workspace.content().agreements[0]
    workspace.register.save([replace(agreement, name="Ett annat namn")], actor="system:test")


CHANGES: dict[str, tuple[str, Callable[[Workspace], None]]] = {
    "register": ("registret", rename_an_agreement),
    "rules": ("villkoren", lambda place: put(place, "consolidation.yaml", "largest_size: 3\n")),
    "capability": (
        "uppgifterna om vem som klarar vad",
        lambda place: put(place, "capability.csv", "supplier,need,source,date\nAB,N-1,anbud,2026-09-01\n"),
    ),
    "bidders": (
        "antagandena",
        lambda place: put(place, "reference/bidders.csv", "division,bidders,lots,source\n72,1,62,prov\n"),
    ),
}


def test_the_period_is_the_month_of_the_as_of_date(workspace: Workspace) -> None:
    assert one_request(workspace, "consolidation").key == KEY


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"audience": "shared"}, "unknown_audience"),
        ({"period": "2026-08"}, "report_takes_no_period"),
        ({"case": "skola"}, "report_takes_no_case"),
        ({"agreement": "A-1"}, "report_takes_no_agreement"),
    ],
)
def test_it_is_for_the_municipality_alone_and_about_no_period_case_or_agreement(
    workspace: Workspace, asked: dict[str, str], code: str
) -> None:
    with pytest.raises(UsageError) as refused:
        one_request(workspace, "consolidation", **asked)
    assert refused.value.code == code
    assert all(len(text.describe(refused.value, language)) > 30 for language in ("sv", "en"))


def test_what_is_the_same_is_left_alone(workspace: Workspace, write_bundle: Maker) -> None:
    first, second = (publish(workspace, write_bundle) for _ in range(2))
    assert [len(first.published), len(second.published), len(second.identical)] == [1, 0, 1]
    (finding,) = verify_report(workspace, KEY)
    assert finding["severity"] == "info"


@pytest.mark.parametrize("changed", CHANGES)
def test_every_input_that_changes_makes_a_new_version_and_is_named_by_verify(
    workspace: Workspace, write_bundle: Maker, changed: str
) -> None:
    word, change = CHANGES[changed]
    publish(workspace, write_bundle)
    (before,) = verify_report(workspace, KEY)
    change(workspace)
    (after,) = verify_report(workspace, KEY)
    assert word in after["what"]
    assert word not in before["what"]
    publish(workspace, write_bundle)
    assert [report.version for report in all_published(workspace.reports_folder)] == [1, 2]


def test_the_receipt_names_seed_and_assumptions(workspace: Workspace, write_bundle: Maker) -> None:
    put(workspace, "consolidation.yaml", "seed: 7\n")
    publish(workspace, write_bundle)
    (report,) = all_published(workspace.reports_folder)
    body = report.manifest.body
    assert body["seed"] == 7
    assert body["inputs"]["assumption_set"]["assumptions"] == len(body["assumptions"]) > 50
    assert "case" not in body["inputs"]


def test_it_is_never_due_but_a_failed_one_is_run_again(workspace: Workspace) -> None:
    def fail(work: Path, job: dict[str, Any], **_: object) -> Path:
        raise ReportError("notebook_timeout", cell=4, seconds=300)

    publish(workspace, fail)
    assert not any("consolidation" in request.key for request in choose_requests(workspace, "missing"))
    assert not any("consolidation" in request.key for request in choose_requests(workspace, "due"))
    assert [request.key for request in choose_requests(workspace, "failed")] == [KEY]


def test_the_list_of_reports_has_it(workspace: Workspace, write_bundle: Maker) -> None:
    publish(workspace, write_bundle)
    page = (workspace.reports_folder / "index.html").read_text(encoding="utf-8")
    assert '<th scope="row">Avtal att slå ihop</th>' in page
    assert "September 2026" in page


def test_rules_that_cannot_be_read_are_told_and_nothing_is_published(workspace: Workspace, write_bundle: Maker) -> None:
    put(workspace, "consolidation.yaml", "largest_sise: 3\n")
    outcome = publish(workspace, write_bundle)
    ((_, error),) = outcome.failed
    assert error.code == "rules_refused"
    assert all_published(workspace.reports_folder) == []
