"""The curve holds every combination of choices once, the main one among them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from partnership_lib import text
from partnership_lib.analysis.outcome.estimators import fit
from partnership_lib.analysis.outcome.specification import (
    Choices,
    curve_finding,
    specification_curve,
    usual_choices,
)


def test_every_combination_is_tried_once_and_the_main_one_is_marked(invented) -> None:
    panel, heard = invented(-0.2), []
    levels = replace(panel, outcome=np.exp(panel.outcome), scale="level")
    curve = specification_curve({"log": panel, "level": levels}, tell=lambda *step: heard.append(step))
    keys = ["outcome", "estimator", "donors", "pre_periods", "transition"]
    assert len(curve) == len(curve.drop_duplicates(keys)) == 2 * 3 * 2 * 3 * 3
    assert heard[-1] == (108, 108, "")
    main = curve[curve["main"]].iloc[0]
    assert main[keys].tolist() == ["log", "sdid", "all", 12, 0]
    assert main["effect_share"] == pytest.approx(fit(panel, "sdid").effect_share)
    assert curve["effect_share"].is_monotonic_increasing


def test_levels_and_logarithms_are_compared_as_shares(invented) -> None:
    panel = invented(-0.2)
    levels = replace(panel, outcome=np.exp(panel.outcome - panel.outcome.mean(axis=1, keepdims=True)), scale="level")
    curve = specification_curve({"log": panel, "level": levels}, Choices(estimators=("did",), transitions=(0,)))
    assert curve["effect_share"].to_numpy() == pytest.approx([-0.2, -0.2], abs=0.04)


def test_choices_that_leave_no_panel_are_left_out(invented) -> None:
    panel = invented(after=1)
    assert usual_choices(panel).transitions == (0,)
    choices = Choices(donor_sets={"nobody": ("stranger",)}, transitions=(0, 1))
    assert set(specification_curve({"log": panel}, choices)["donors"]) == {"all"}


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_curve_that_agrees_and_one_that_does_not_say_so(invented, language) -> None:
    choices = Choices(estimators=("sdid", "did"), transitions=(0,))
    agree = curve_finding(specification_curve({"log": invented(-0.3)}, choices))
    assert agree.code == "outcome_curve.agree" and agree.sentence(language)
    differ = curve_finding(specification_curve({"one": invented(-0.3), "other": invented(0.0)}, choices))
    assert differ.code == "outcome_curve.differ" and differ.sentence(language)
