"""What is due, missing or failed on the as-of date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from partnership_lib.errors import ReportError, UsageError
from partnership_lib.ledger.excluded import ExcludedAccounts
from partnership_lib.reports import choose_requests, one_request, run_reports
from partnership_lib.reports.inputs import gather_input
from partnership_lib.reports.request import ReportRequest
from partnership_lib.units.period import Period
from partnership_lib.workspace import Workspace


def _keys(workspace: Workspace, choice: str) -> list[str]:
    return [request.key.removesuffix("/internal/sv") for request in choose_requests(workspace, choice)]


def test_due_is_the_last_closed_period_of_every_rhythm_and_of_the_portfolio(workspace: Workspace) -> None:
    # A-3 has no rhythm; A-4 ended on 31 March, before the tertial began on 1 May.
    assert _keys(workspace, "due") == ["portfolio/2026-T2", "follow_up/A-1/2026-T2", "follow_up/A-2/2026-Q2"]


def test_the_last_period_of_an_agreement_that_has_ended_is_still_due_when_it_closes(workspace: Workspace) -> None:
    first_of_may = replace(workspace, as_of=date(2026, 5, 1))
    assert "follow_up/A-4/2026-T1" in _keys(first_of_may, "due")


@pytest.mark.parametrize(("day", "period"), [(date(2026, 8, 31), "2026-T1"), (date(2026, 9, 1), "2026-T2")])
def test_a_period_is_due_from_the_day_after_its_last(workspace: Workspace, day: date, period: str) -> None:
    assert f"follow_up/A-1/{period}" in _keys(replace(workspace, as_of=day), "due")


def test_missing_is_every_closed_period_since_the_agreement_began_that_has_no_report(
    workspace: Workspace, write_bundle: Callable[..., Path]
) -> None:
    run_reports(workspace, choose_requests(workspace, "due"), make_bundle=write_bundle)
    missing = _keys(workspace, "missing")
    assert [key for key in missing if "A-1" in key] == ["follow_up/A-1/2026-T1", "follow_up/A-1/2025-T3"]
    assert [key for key in missing if "A-2" in key] == []
    assert next(key for key in missing if "A-4" in key) == "follow_up/A-4/2026-T1"
    assert next(key for key in missing if "portfolio" in key) == "portfolio/2026-T1"


def test_a_server_that_was_off_for_a_year_catches_up_with_exactly_what_is_missing(
    workspace: Workspace, write_bundle: Callable[..., Path]
) -> None:
    run_reports(workspace, choose_requests(workspace, "missing"), make_bundle=write_bundle)
    a_year_later = replace(workspace, as_of=date(2027, 9, 15))
    caught_up = [key for key in _keys(a_year_later, "missing") if "A-1" in key]
    assert caught_up == ["follow_up/A-1/2027-T2", "follow_up/A-1/2027-T1", "follow_up/A-1/2026-T3"]


@pytest.mark.parametrize("choice", ["missing", "all"])
def test_the_newest_period_comes_first(workspace: Workspace, choice: str) -> None:
    ends = [request.period.end for request in choose_requests(workspace, choice) if request.period]
    assert len(set(ends)) > 3
    assert ends == sorted(ends, reverse=True)


def test_nothing_is_missing_from_before_the_day_that_the_settings_name(workspace: Workspace) -> None:
    since = replace(workspace, settings=replace(workspace.settings, since=date(2026, 1, 1)))
    assert {request.period.start.year for request in choose_requests(since, "missing") if request.period} == {2026}
    assert len(choose_requests(since, "missing")) < len(choose_requests(workspace, "missing"))


def test_all_is_due_missing_and_failed_each_once(workspace: Workspace) -> None:
    everything = _keys(workspace, "all")
    assert set(everything) == set(_keys(workspace, "due")) | set(_keys(workspace, "missing"))
    assert len(everything) == len(set(everything))


def test_a_report_that_somebody_asked_for_and_that_failed_is_run_again(
    workspace: Workspace, write_bundle: Callable[..., Path]
) -> None:
    def fail(*_: object, **__: object) -> Path:
        raise ReportError("notebook_failed", cell=1, kind="ValueError", reason="x")

    asked = ReportRequest("spend", None, Period.parse("2026-T2"), "internal", "sv")
    run_reports(workspace, [asked], make_bundle=fail)
    assert _keys(workspace, "failed") == ["spend/2026-T2"]
    run_reports(workspace, choose_requests(workspace, "failed"), make_bundle=write_bundle)
    assert _keys(workspace, "failed") == []


def test_a_new_rule_for_accounts_to_leave_out_makes_the_spend_report_new_and_no_other(workspace: Workspace) -> None:
    rule = ExcludedAccounts("45*", "bidrag", "Kommun-Bas")
    with_rule = replace(workspace, settings=replace(workspace.settings, excluded_accounts=(rule,)))
    for kind, moved in (("spend", True), ("portfolio", False)):
        before, after = (gather_input(each, one_request(each, kind)).data_hash for each in (workspace, with_rule))
        assert (before != after) is moved


def test_an_unknown_choice_is_refused(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="unknown_run_choice"):
        choose_requests(workspace, "soon")
