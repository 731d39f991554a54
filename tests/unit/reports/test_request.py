"""What can be asked for, and what is answered when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib import text
from partnership_lib.errors import InputError, UsageError
from partnership_lib.reports.request import ReportRequest, one_request, request_of
from partnership_lib.units.period import Period
from partnership_lib.workspace import Workspace


def test_the_period_is_the_last_closed_one_of_the_agreements_rhythm_unless_given(workspace: Workspace) -> None:
    assert one_request(workspace, "follow_up", agreement="A-1").key == "follow_up/A-1/2026-T2/internal/sv"
    assert one_request(workspace, "follow_up", agreement="A-2").key == "follow_up/A-2/2026-Q2/internal/sv"
    assert one_request(workspace, "portfolio").key == "portfolio/2026-T2/internal/sv"


Maker = Callable[..., Path]


@pytest.mark.parametrize(
    ("code", "kind", "asked"),
    [
        ("unknown_report_kind", "folow_up", {}),
        ("report_needs_agreement", "follow_up", {}),
        ("report_takes_no_agreement", "portfolio", {"agreement": "A-1"}),
        ("report_takes_no_agreement", "comparison", {"agreement": "A-1"}),
        ("report_needs_case", "comparison", {}),
        ("report_takes_no_case", "portfolio", {"case": "skola"}),
        ("report_takes_no_period", "comparison", {"case": "skola", "period": "2026"}),
        ("case_missing", "comparison", {"case": "skolan"}),
        ("unknown_agreement", "follow_up", {"agreement": "A1"}),
        ("unknown_period", "follow_up", {"agreement": "A-1", "period": "2026-T4"}),
        ("period_not_begun", "follow_up", {"agreement": "A-1", "period": "2026-T3", "later": True}),
        ("unknown_audience", "follow_up", {"agreement": "A-1", "audience": "public"}),
        ("unknown_audience", "portfolio", {"audience": "shared"}),
        ("unknown_language", "portfolio", {"language": "fi"}),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_is_allowed(
    workspace: Workspace, put_case: Maker, code: str, kind: str, asked: dict[str, Any]
) -> None:
    put_case()
    if asked.pop("later", False):
        asked["period"] = "2027-T1"
    with pytest.raises(UsageError) as refused:
        one_request(workspace, kind, **asked)
    assert refused.value.code == code
    assert refused.value.exit_code == 2
    for language in text.LANGUAGES:
        assert code not in text.describe(refused.value, language)


@pytest.mark.parametrize("asked", ["skola", "skola.yaml", "data/cases/skola.yaml"])
def test_a_comparison_is_asked_for_by_the_name_or_the_path_of_its_case(
    workspace: Workspace, put_case: Maker, asked: str
) -> None:
    put_case()
    request = one_request(workspace, "comparison", case=asked, audience="shared", language="en")
    assert request.key == "comparison/skola/2026-09/shared/en"
    assert request_of(request.key) == request


def test_a_case_outside_the_workspace_makes_no_report(workspace: Workspace, put_case: Maker, tmp_path: Path) -> None:
    elsewhere = put_case().rename(tmp_path / "elsewhere.yaml")
    with pytest.raises(UsageError) as refused:
        one_request(workspace, "comparison", case=str(elsewhere))
    assert refused.value.code == "case_not_in_workspace"


def test_a_case_with_a_mistake_is_refused_before_anything_is_run(workspace: Workspace, put_case: Maker) -> None:
    put_case(**{"horizon_months: ": "horizon_months: -"})
    with pytest.raises(InputError) as refused:
        one_request(workspace, "comparison", case="skola")
    assert refused.value.code == "case_refused"


def test_the_nearest_name_is_suggested_first(workspace: Workspace) -> None:
    with pytest.raises(UsageError) as refused:
        one_request(workspace, "follow_up", agreement="A-33")
    assert refused.value.values["allowed"].startswith("A-3")


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_key_says_all_that_was_asked_for_whatever_its_subject_is_called(agreement: str) -> None:
    month = Period.parse("2026-08")
    for request in (
        ReportRequest("follow_up", agreement, month, "shared", "en"),
        ReportRequest("comparison", None, month, "shared", "en", case=agreement),
    ):
        assert request_of(request.key) == request
