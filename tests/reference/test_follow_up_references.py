"""Methods of the follow-up against published or hand-worked cases."""

from __future__ import annotations

import csv
from datetime import date

import numpy as np
import pytest

from partnership_lib.analysis.control_limits import control_limits
from partnership_lib.analysis.index_adjustment import index_adjustments
from partnership_lib.analysis.list_forecast import list_forecast
from partnership_lib.analysis.portfolio.capacity import follow_ups_per_year
from partnership_lib.analysis.portfolio.concentration import concentration_index
from partnership_lib.analysis.thresholds import threshold_on
from partnership_lib.domain import FollowUpClass, IndexClause


def test_natural_process_limits_of_the_nist_handbook():
    # NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.2.2, flow rates of ten batches: mean 50.81, mean
    # moving range 1.8778, limits 50.81 ± 3 * 1.8778 / 1.128 = 45.8159 and 55.8041. Our factor 2.66 is 3/1.128 rounded.
    limits = control_limits([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    assert limits is not None
    assert limits.mean == pytest.approx(50.81)
    assert (limits.low, limits.high) == pytest.approx((45.8159, 55.8041), abs=0.001)


def test_five_observations_are_too_few_for_limits_and_six_are_enough():
    assert control_limits([1, 2, 3, 4, 5]) is None
    assert control_limits([1, 2, 3, 4, 5, 6]) is not None


def test_a_constant_series_has_limits_without_width():
    limits = control_limits([5.0] * 8)
    assert limits is not None
    assert (limits.low, limits.high) == (5.0, 5.0)
    assert 5.0 in limits
    assert 5.1 not in limits


def test_the_herfindahl_index_of_the_merger_guidelines():
    # U.S. DOJ & FTC: a market of four firms with shares 30, 30, 20 and 20 per cent has an HHI of 2,600 points
    # (900 + 900 + 400 + 400), that is 0.26.
    assert concentration_index([30, 30, 20, 20]) == pytest.approx(0.26)
    assert concentration_index([7]) == 1.0
    assert 1 / concentration_index([1] * 8) == pytest.approx(8)


def clause(**values) -> IndexClause:
    """A clause as in the Swedish state's framework for cleaning: six months back, dead band 2.0 per cent."""
    usual = {
        "id": "I-1",
        "agreement_id": "A-1",
        "series": "LCI",
        "publisher": "SCB",
        "base_month": date(2023, 1, 1),
        "base_value": 100.0,
        "adjustment_month": 7,
        "lag_months": 6,
        "dead_band_share": 0.02,
    }
    return IndexClause(**(usual | values))


VALUES = {date(2024, 1, 1): 101.5, date(2025, 1, 1): 103.0, date(2026, 1, 1): 105.06}


def test_changes_below_the_dead_band_are_carried_forward():
    # 2024: 101.5/100 - 1 = 1.5 % is not applied. 2025: 103/100 - 1 = 3 % is. 2026: 105.06/103 - 1 = 2.0 % is, exactly.
    steps = index_adjustments(clause(), VALUES, date(2023, 7, 1), date(2026, 7, 1))
    assert [step.adjustment_date for step in steps] == [date(2024, 7, 1), date(2025, 7, 1), date(2026, 7, 1)]
    assert [round(step.price_share, 6) for step in steps] == [0.0, 0.03, 0.02]
    assert steps[-1].price_factor == pytest.approx(1.03 * 1.02)
    assert steps[-1].reference_value == 103.0


def test_without_a_dead_band_each_change_is_applied_and_the_price_follows_the_index():
    steps = index_adjustments(clause(dead_band_share=0.0), VALUES, date(2023, 7, 1), date(2026, 7, 1))
    assert steps[-1].price_factor == pytest.approx(1.0506)


def test_a_share_and_a_cap_limit_the_price():
    half = index_adjustments(clause(share=0.5), VALUES, date(2023, 7, 1), date(2025, 7, 1))
    assert half[-1].price_share == pytest.approx(0.015)
    capped = index_adjustments(clause(cap_share=0.01), VALUES, date(2023, 7, 1), date(2025, 7, 1))
    assert capped[-1].price_share == pytest.approx(0.01)


def test_a_falling_index_lowers_the_price():
    steps = index_adjustments(clause(), {date(2024, 1, 1): 95.0}, date(2023, 7, 1), date(2024, 7, 1))
    assert steps[-1].price_share == pytest.approx(-0.05)


def test_the_thresholds_are_those_of_the_public_table(public_data):
    table = public_data / "ref-se-index-och-granser" / "troskelvarden_direktupphandling_2016-2025.csv"
    with table.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["lag"] == "LOU" and row["kopartyp"] in ("ovriga", "alla")]
    category = {"varor_tjanster": "48000000", "byggentreprenader": "45000000"}
    checked = 0
    for row in rows:
        if row["slag"] in category:
            for day in (date.fromisoformat(row["fran"]), date.fromisoformat(row["till"])):
                threshold = threshold_on(category[row["slag"]], day)
                assert threshold is not None
                assert threshold.amount_ore == int(row["sek"]) * 100
                checked += 1
    assert checked == 20


def test_no_threshold_is_invented_for_years_without_one():
    assert threshold_on("48000000", date(2026, 1, 1)) is None
    assert threshold_on("48000000", date(2015, 12, 31)) is None


def test_follow_up_meetings_under_the_guidance_of_the_municipalities_association():
    # SKR 2024: 10 per cent of the agreements three times a year, 30 once, 60 every second year:
    # 0.10 * 3 + 0.30 * 1 + 0.60 * 0.5 = 0.9 an agreement and year; 700 agreements take 630, 250 take 225.
    classes = [
        FollowUpClass(id=f"C{n}", name="", agreement_share=share, meetings_per_year=meetings, hours_per_meeting=1.0)
        for n, (share, meetings) in enumerate([(0.10, 3.0), (0.30, 1.0), (0.60, 0.5)])
    ]
    assert follow_ups_per_year(classes, 1) == pytest.approx(0.9)
    assert follow_ups_per_year(classes, 700) == pytest.approx(630)
    assert follow_ups_per_year(classes, 250) == pytest.approx(225)


@pytest.mark.parametrize(("months", "done_in"), [(2, 1), (6, 2), (12, 5)])
def test_the_forecast_draws_months_as_the_bayesian_bootstrap_does(months, done_in):
    # Rubin (1981): with flat Dirichlet weights the draws follow Pólya's urn. Of M months, k with one done and the rest
    # with none: one activity is left undone after two months with the probability of two blanks in a row,
    # (M - k) / M * (M - k + 1) / (M + 1); drawing with equal weights would give ((M - k) / M) ** 2, which is less.
    history = [1] * done_in + [0] * (months - done_in)
    forecast = list_forecast(1, history, futures=40_000)
    blank = (months - done_in) / months
    two_blanks = blank * (months - done_in + 1) / (months + 1)
    assert forecast.done_by[1] == pytest.approx(1 - blank, abs=0.01)
    assert forecast.done_by[2] == pytest.approx(1 - two_blanks, abs=0.01)
    assert two_blanks > blank**2


@pytest.mark.parametrize("remaining", [4, 10])
def test_what_is_called_almost_sure_holds_about_as_often_as_it_says(remaining):
    # Lists whose pace we know, one done a month on average (Poisson): twelve months of history, then what really came.
    # 85 per cent is promised. Drawing months with equal weights holds in fewer the longer the list is.
    numbers = np.random.Generator(np.random.PCG64(1))
    held = []
    for _ in range(400):
        history = numbers.poisson(1.0, 12)
        if history.sum() < 5:
            continue
        future = np.cumsum(numbers.poisson(1.0, 400))
        took = int(np.argmax(future >= remaining)) + 1
        promised = list_forecast(remaining, history.tolist(), futures=400).months_until(0.85)
        held.append(promised is None or took <= promised)
    assert 0.82 <= np.mean(held) <= 0.95
