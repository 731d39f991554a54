"""A panel is whole or refused, with the unit and the period that are wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from partnership_lib import text
from partnership_lib.analysis.outcome.panel import Panel, panel_from_frame
from partnership_lib.errors import PartnershipError


@pytest.fixture
def tidy() -> pd.DataFrame:
    rows = [
        (name, year, 10.0 * number + year - 2020) for number, name in enumerate("abc") for year in range(2020, 2025)
    ]
    return pd.DataFrame(rows, columns=["need", "year", "cost"])


def _panel(frame: pd.DataFrame, treated: str = "b", start: object = 2023, **changes: str) -> Panel:
    names = {"unit": "need", "period": "year", "value": "cost", **changes}
    return panel_from_frame(frame, treated=treated, start=start, where="costs.csv", **names)


def test_the_treated_unit_stands_first_and_the_periods_in_order_of_time(tidy: pd.DataFrame) -> None:
    panel = _panel(tidy.sample(frac=1.0, random_state=1))
    assert panel.units == ("b", "a", "c") and panel.periods == (2020, 2021, 2022, 2023, 2024)
    assert panel.treated_outcome.tolist() == [10.0, 11.0, 12.0, 13.0, 14.0]
    assert (panel.pre_periods, panel.post_periods, panel.start, panel.months_per_period) == (3, 2, 2023, 12)


def test_a_start_given_as_text_and_years_read_as_floats_are_understood(tidy: pd.DataFrame) -> None:
    assert _panel(tidy.assign(year=tidy["year"].astype(float)), start="2023").start == 2023


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        (lambda frame: frame.drop(index=7), "panel_gap", ("b", "2022")),
        (lambda frame: pd.concat([frame, frame.iloc[[3]]]), "panel_row_twice", ("a", "2023")),
        (lambda frame: frame[frame["year"] != 2021], "panel_missing_period", ("2020", "2022")),
        (lambda frame: frame.assign(cost=[*frame["cost"][:4].astype(str), "ca 40", *frame["cost"][5:].astype(str)]),
         "panel_not_a_number", ("a", "2024", "ca 40")),
        (lambda frame: frame.rename(columns={"cost": "kostnad"}), "panel_column_missing", ("cost", "kostnad")),
        (lambda frame: frame[frame["need"] != "b"], "panel_unknown_unit", ("b", "a")),
        (lambda frame: frame[frame["need"] == "b"], "panel_few_donors", ("b",)),
        (lambda frame: frame[frame["year"] >= 2022], "panel_short_before", ("1",)),
        (lambda frame: frame[frame["year"] < 2023], "panel_unknown_start", ("2023", "2020", "2022")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_broken_panel_is_refused_with_what_is_wrong_and_where(tidy, change, code, named, language) -> None:
    with pytest.raises(PartnershipError) as refused:
        _panel(change(tidy))
    assert refused.value.code == code
    sentence = text.describe(refused.value, language)
    assert all(each in sentence for each in named), sentence


def test_the_logarithm_of_nothing_is_refused(tidy: pd.DataFrame) -> None:
    with pytest.raises(PartnershipError) as refused:
        _panel(tidy, scale="log")
    assert refused.value.code == "panel_not_positive" and refused.value.values["unit"] == "a"


def test_an_effect_on_the_logarithm_is_a_share(tidy: pd.DataFrame) -> None:
    panel = _panel(tidy[tidy["need"] != "a"].assign(cost=lambda frame: frame["cost"] + 1.0), scale="log")
    assert panel.as_share(np.log(0.9), 1.0) == pytest.approx(-0.1)
    assert panel.as_effect(-0.1) == pytest.approx(np.log(0.9))
    assert _panel(tidy).as_effect(-0.1) == pytest.approx(-1.1)


def test_a_placebo_leaves_the_real_treated_unit_out(tidy: pd.DataFrame) -> None:
    placebo = _panel(tidy).with_treated("c")
    assert placebo.units == ("c", "a")
    assert placebo.treated_outcome.tolist() == [20.0, 21.0, 22.0, 23.0, 24.0]


def test_windows_cut_periods_from_the_right_end(tidy: pd.DataFrame) -> None:
    panel = _panel(tidy)
    assert panel.last_pre_periods(2).periods == (2021, 2022, 2023, 2024)
    assert panel.without_transition(1).periods == (2020, 2021, 2022, 2024)
    in_time = panel.before_start(2)
    assert (in_time.periods, in_time.start) == ((2020, 2021, 2022), 2022)
