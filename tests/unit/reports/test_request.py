"""What can be asked for, and what is answered when it cannot."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib import text
from partnership_lib.errors import UsageError
from partnership_lib.reports.request import ReportRequest, one_request, request_of
from partnership_lib.units.period import Period
from partnership_lib.workspace import Workspace


def test_the_period_is_the_last_closed_one_of_the_agreements_rhythm_unless_given(workspace: Workspace) -> None:
    assert one_request(workspace, "follow_up", agreement="A-1").key == "follow_up/A-1/2026-T2/internal/sv"
    assert one_request(workspace, "follow_up", agreement="A-2").key == "follow_up/A-2/2026-Q2/internal/sv"
    assert one_request(workspace, "portfolio").key == "portfolio/2026-T2/internal/sv"


@pytest.mark.parametrize(
    ("code", "kind", "asked"),
    [
        ("unknown_report_kind", "folow_up", {}),
        ("report_needs_agreement", "follow_up", {}),
        ("report_takes_no_agreement", "portfolio", {"agreement": "A-1"}),
        ("unknown_agreement", "follow_up", {"agreement": "A1"}),
        ("unknown_period", "follow_up", {"agreement": "A-1", "period": "2026-T4"}),
        ("period_not_begun", "follow_up", {"agreement": "A-1", "period": "2026-T3", "later": True}),
        ("unknown_audience", "follow_up", {"agreement": "A-1", "audience": "public"}),
        ("unknown_audience", "portfolio", {"audience": "shared"}),
        ("unknown_language", "portfolio", {"language": "fi"}),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_is_allowed(
    workspace: Workspace, code: str, kind: str, asked: dict[str, Any]
) -> None:
    if asked.pop("later", False):
        asked["period"] = "2027-T1"
    with pytest.raises(UsageError) as refused:
        one_request(workspace, kind, **asked)
    assert refused.value.code == code
    assert refused.value.exit_code == 2
    for language in text.LANGUAGES:
        assert code not in text.describe(refused.value, language)


def test_the_nearest_name_is_suggested_first(workspace: Workspace) -> None:
    with pytest.raises(UsageError) as refused:
        one_request(workspace, "follow_up", agreement="A-33")
    assert refused.value.values["allowed"].startswith("A-3")


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_key_says_all_that_was_asked_for_whatever_the_agreement_is_called(agreement: str) -> None:
    request = ReportRequest("follow_up", agreement, Period.parse("2026-08"), "shared", "en")
    assert request_of(request.key) == request
