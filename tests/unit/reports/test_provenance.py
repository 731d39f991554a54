"""What the last page of a report says about the report itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from partnership_lib.reports import one_request, run_reports
from partnership_lib.reports.inputs import gather_input
from partnership_lib.reports.provenance import provenance_rows
from partnership_lib.workspace import Workspace


@pytest.mark.parametrize(
    ("language", "first", "period"),
    [
        ("sv", "ur registret och reskontran", "tertial 2 2026 (1 maj 2026 till och med 31 augusti 2026)"),
        ("en", "from the register and the ledger", "tertial 2 of 2026 (1 May 2026 to 31 August 2026)"),
    ],
)
def test_it_says_in_human_words_what_the_report_is_made_of_and_how_to_check_it(
    workspace: Workspace, language: str, first: str, period: str
) -> None:
    request = one_request(workspace, "spend", language=language)
    about = {"version_number": 1, "supersedes": None, "audit_head": (4, "ab" * 32), "currency": "SEK"}
    rows = provenance_rows(request, gather_input(workspace, request), **about)
    assert first in rows[0][1]
    assert f"partnership verify {request.key}" in rows[-1][1]
    assert period in [value for _, value in rows]


def test_what_the_last_page_says_to_run_does_check_the_report(
    workspace: Workspace, write_bundle: Callable[..., Path]
) -> None:
    from partnership_lib.reports import verify_report

    request = one_request(workspace, "spend")
    run_reports(workspace, [request], make_bundle=write_bundle)
    assert [finding["severity"] for finding in verify_report(workspace, request.key)] == ["info"]
