"""How often the calendar asks for each report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from partnership_lib import text
from partnership_lib.domain import Agreement, Cadence, Level, WorkingOrder
from partnership_lib.errors import UsageError
from partnership_lib.reports import choose_requests
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.settings import read_settings


def _with(workspace: Workspace, **rhythm: str) -> Workspace:
    return replace(workspace, settings=replace(workspace.settings, rhythm=rhythm))


def _due(workspace: Workspace) -> list[str]:
    return [request.key.removesuffix("/internal/sv") for request in choose_requests(workspace)]


def test_the_settings_decide_how_often_the_portfolio_and_the_spend_report_are_due(workspace: Workspace) -> None:
    asked = _with(workspace, portfolio="never", spend="month")
    assert _due(asked) == ["spend/2026-08", "follow_up/A-1/2026-T2", "follow_up/A-2/2026-Q2"]


def test_one_rhythm_can_be_set_for_all_agreements_that_are_followed_up(workspace: Workspace) -> None:
    # A-3 has no rhythm in the register and is not followed up; A-4 had ended.
    asked = _with(workspace, portfolio="never", follow_up="month")
    assert _due(asked) == ["follow_up/A-1/2026-08", "follow_up/A-2/2026-08"]


def test_a_report_on_partnerships_is_due_for_no_other_agreement(workspace: Workspace) -> None:
    other = workspace.content().find(Agreement, "A-1")
    assert other is not None
    workspace.register.save([replace(other, is_partnership=False)], actor="system:test")
    asked = _with(workspace, portfolio="never", follow_up="never", outcome="tertial", outcome_programme="year")
    assert _due(asked) == ["outcome/A-2/2026-T2", "outcome_programme/2025"]


def _working_order(number: str, begin: date, **meetings: int) -> list[WorkingOrder | Cadence]:
    levels = [
        Cadence(id=f"C-{number}-{name}", working_order_id=number, level=Level(name), meetings_per_year=count)
        for name, count in meetings.items()
    ]
    return [WorkingOrder(id=number, agreement_id="A-1", valid_from=begin), *levels]


def test_the_working_order_in_force_decides_where_the_settings_say_so(workspace: Workspace) -> None:
    records = [
        *_working_order("W-1", date(2025, 9, 1), strategic=1, tactical=1, operational=12),
        *_working_order("W-2", date(2026, 3, 1), strategic=1, tactical=4, operational=12),
        *_working_order("W-3", date(2027, 1, 1), strategic=1, tactical=12),
    ]
    workspace.register.save(records, actor="system:test")
    asked = _with(workspace, portfolio="never", follow_up="working_order")
    assert _due(asked) == ["follow_up/A-1/2026-Q2"]
    assert _due(replace(asked, as_of=date(2026, 2, 28))) == ["follow_up/A-1/2025"]
    assert _due(replace(asked, as_of=date(2027, 2, 1))) == ["follow_up/A-1/2027-01"]


@pytest.mark.parametrize(
    ("rhythm", "code", "named"),
    [
        ({"folow_up": "month"}, "rhythm_of_unknown_report", "follow_up"),
        ({"comparison": "month"}, "rhythm_not_possible", "never"),
        ({"portfolio": "agreement"}, "rhythm_not_possible", "tertial"),
    ],
)
def test_a_rhythm_that_a_report_cannot_have_is_refused_with_what_it_can(
    workspace: Workspace, rhythm: dict[str, str], code: str, named: str
) -> None:
    with pytest.raises(UsageError) as refused:
        choose_requests(_with(workspace, **rhythm))
    assert refused.value.code == code
    for language in text.LANGUAGES:
        assert named in text.describe(refused.value, language)


def test_a_misspelt_rhythm_is_refused_in_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "partnership.toml"
    file.write_text('[reports.rhythm]\nportfolio = "tertiary"\n', encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        read_settings(file)
    assert (refused.value.code, refused.value.values["key"]) == ("settings_wrong_value", "rhythm.portfolio")
    file.write_text('[reports.rhythm]\nportfolio = "tertial"\n', encoding="utf-8")
    assert read_settings(file).rhythm == {"portfolio": "tertial"}
