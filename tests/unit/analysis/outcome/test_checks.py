"""Each check passes where nothing is wrong, and fails where what it looks for has been put in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from partnership_lib import text
from partnership_lib.analysis.outcome import checks as tried
from partnership_lib.analysis.outcome.inference import estimate


def _changed(panel, change):
    outcome = panel.outcome.copy()
    change(outcome)
    return replace(panel, outcome=outcome)


def test_a_clear_saving_passes_every_check(invented) -> None:
    heard = []
    results = tried.checks(estimate(invented(-0.2)), lambda *step: heard.append(step))
    assert {check.code: check.passed for check in results} == dict.fromkeys(
        ("placebo_in_space", "pre_fit", "placebo_in_time", "leave_one_out", "without_transition"), True
    )
    assert len(heard) == 5
    for language in text.LANGUAGES:
        assert all(check.text(language) and check.table is not None for check in results)


def test_no_effect_does_not_stand_out(invented) -> None:
    check = tried.placebo_in_space(estimate(invented(0.0)))
    assert check.passed is False and check.finding.number > 0.05
    assert len(check.table) == 20 and check.table["treated"].sum() == 1


def test_a_series_that_goes_its_own_way_before_the_start_fails_the_pre_fit(invented) -> None:
    def swing(outcome):
        outcome[0, :12:2] += 0.5

    check = tried.pre_fit(estimate(_changed(invented(), swing)))
    assert check.passed is False and check.finding.number > tried.MOST_PRE_FIT_RATIO


def test_a_saving_that_began_before_the_start_is_seen_by_the_invented_start(invented) -> None:
    def early(outcome):
        outcome[0, 6:] -= 0.3

    check = tried.placebo_in_time(estimate(_changed(invented(), early)))
    assert check.passed is False
    assert check.table.loc[0, "start"] == "2021-Q3"


def test_an_estimate_that_one_donor_carries_is_seen(invented) -> None:
    panel = invented(0.0, donors=19, before=24)

    def copied(outcome):  # one donor is the treated unit's twin until the start and then goes its own way
        outcome[1, :24] = outcome[0, :24]
        outcome[0, :24] += np.linspace(0.0, 3.0, 24)
        outcome[1] += np.linspace(0.0, 3.0, 32)
        outcome[1, 24:] += 1.0

    check = tried.leave_one_out(estimate(_changed(panel, copied), "sc"))
    assert check.passed is False and check.finding.values["turned"] == ["need 0"]


def test_an_effect_of_the_first_period_alone_is_seen(invented) -> None:
    def first_only(outcome):
        outcome[0, 12] -= 1.0

    check = tried.without_transition(estimate(_changed(invented(), first_only)))
    assert check.passed is False


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_what_cannot_be_tried_says_so(invented, language) -> None:
    results = tried.checks(estimate(invented(donors=1, before=2, after=1)))
    assert {check.passed for check in results} == {None}
    assert all(check.text(language) for check in results)
