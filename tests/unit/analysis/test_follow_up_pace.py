"""Ages, throughput and forecast of the lists; nothing is told where there is nothing to go by."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from partnership_lib.domain import Level
from partnership_lib.findings import Signal


def finished_each_month(make, count: int, months: int, first_id: str = "D", raised: date = date(2025, 1, 1)):
    """Activities raised long ago, of which so many were done in each of the last whole months before September 2026."""
    return [
        make.activity(f"{first_id}-{month}-{n}", raised_date=raised, done_date=date(2026, 9 - month, 15))
        for month in range(1, months + 1)
        for n in range(count)
    ]


def open_ones(make, count: int, raised: date = date(2025, 1, 1), **values):
    """Unfinished activities."""
    return [make.activity(f"X-{n}", raised_date=raised, **values) for n in range(count)]


def test_a_steady_pace_gives_the_month_that_can_be_reckoned_by_hand(report, make):
    # Two a month were done in each of the last eight months, none in the four before; raised before the twelve months.
    # Only months with something to do count, all twelve have: so the pace is mixed and the answer not certain.
    records = [*finished_each_month(make, 2, 8), *open_ones(make, 6)]
    finding = report(*records).finding("follow_up.forecast_operational")
    assert finding.values["likely"] < finding.values["almost_sure"]
    assert finding.number >= 4


def test_where_every_month_is_alike_the_forecast_is_certain(report, make):
    # The agreement's first month is March 2026: six whole months, two done in each, six left: three months from August.
    agreement = make.agreement(start_date=date(2026, 3, 1))
    records = [*finished_each_month(make, 2, 6), *open_ones(make, 6)]
    finding = report(agreement, *records).finding("follow_up.forecast_operational")
    assert finding.number == 3
    assert finding.values["likely"] == finding.values["almost_sure"] == date(2026, 11, 1)
    assert finding.sentence("sv") == (
        "Operativ nivå: sex aktiviteter återstår. Om inget nytt tillkommer är de troligen klara i november 2026 och "
        "med stor säkerhet senast i november 2026. Med nya aktiviteter i samma takt som hittills blir det november "
        "2026 respektive november 2026."
    )
    assert finding.signal is Signal.NONE


def test_new_activities_make_it_later(report, make):
    # Two done and one new in each of six months: six left are done in three months, or in six with one new a month.
    agreement = make.agreement(start_date=date(2026, 3, 1))
    new = [make.activity(f"X-{n}", raised_date=date(2026, 3 + n, 5)) for n in range(6)]
    finding = report(agreement, *finished_each_month(make, 2, 6), *new).finding("follow_up.forecast_operational")
    assert finding.values["almost_sure"] == date(2026, 11, 1)
    assert finding.values["almost_sure_with_new"] == date(2027, 2, 1)


def test_where_more_comes_in_than_gets_done_no_day_is_promised(report, make):
    agreement = make.agreement(start_date=date(2026, 3, 1))
    new = [make.activity(f"X-{month}-{n}", raised_date=date(2026, 2 + month, 5)) for month in range(1, 7) for n in "ab"]
    finding = report(agreement, *finished_each_month(make, 1, 6), *new).finding(
        "follow_up.forecast_operational_growing"
    )
    assert finding.values["almost_sure_with_new"] is None
    assert finding.sentence("sv").endswith(
        "Men på sex månader kom tolv nya till och sex blev klara eller ströks: i den takten blir listan inte tom."
    )
    assert finding.signal is Signal.ATTENTION


def test_one_more_in_than_out_is_within_noise_and_asks_for_nothing(report, make):
    agreement = make.agreement(start_date=date(2026, 3, 1))
    new = [make.activity(f"X-{n}", raised_date=date(2026, 3 + n % 6, 5)) for n in range(7)]
    finding = report(agreement, *finished_each_month(make, 1, 6), *new).finding(
        "follow_up.forecast_operational_growing"
    )
    assert finding.signal is Signal.NONE


@pytest.mark.parametrize(("months", "each"), [(5, 2), (6, 0)])
def test_too_short_or_too_thin_a_history_gives_no_forecast(report, make, codes, months, each):
    agreement = make.agreement(start_date=date(2026, 9 - months, 1))
    analysis = report(agreement, *finished_each_month(make, each, months), *open_ones(make, 3))
    assert "forecast_operational" not in codes(analysis, "pace")
    finding = analysis.finding("follow_up.forecast_cannot_tell")
    assert finding.number is None
    assert finding.sentence("sv") == (
        "Det går inte att säga när de operativa aktiviteterna är klara. En prognos behöver minst sex månader med något "
        "att göra och fem avslutade aktiviteter på nivån."
    )
    assert analysis["pace"].charts == ()


def test_five_finished_in_six_months_are_enough(report, make, codes):
    agreement = make.agreement(start_date=date(2026, 3, 1))
    records = [*finished_each_month(make, 1, 5), *open_ones(make, 3)]
    assert "forecast_operational" in codes(report(agreement, *records), "pace")


def test_months_with_nothing_to_do_do_not_count(report, make):
    # Nothing was there to do before June: the pace is that of three months, which is too little.
    records = [
        make.activity(f"D-{n}", raised_date=date(2026, 6, 1), done_date=date(2026, 6 + n % 3, 20)) for n in range(9)
    ]
    finding = report(*records, *open_ones(make, 1, raised=date(2026, 6, 2))).finding("follow_up.forecast_cannot_tell")
    assert list(finding.table["months"]) == [3]


def test_a_period_without_activity_has_no_pace(report, codes):
    analysis = report()
    assert codes(analysis, "pace") == ["pace_no_activity"]
    assert analysis.finding("follow_up.pace_no_activity").number is None


def test_what_came_in_and_what_left_is_counted_in_whole_months_to_the_report_date(report, make):
    records = [
        make.activity("X-1", raised_date=date(2025, 8, 31)),  # before the twelve months
        make.activity("X-2", raised_date=date(2025, 9, 1)),
        make.activity("X-3", raised_date=date(2026, 8, 31)),
        make.activity("X-4", raised_date=date(2026, 9, 1)),  # after the report date
        make.activity("X-5", raised_date=date(2025, 1, 1), done_date=date(2025, 8, 31)),
        make.activity("X-6", raised_date=date(2025, 1, 1), done_date=date(2026, 8, 31)),
        make.activity("X-7", raised_date=date(2025, 1, 1), withdrawn_date=date(2025, 9, 1)),
    ]
    finding = report(*records).finding("follow_up.pace_level")
    row = finding.table.iloc[0]
    assert (row["came_in"], row["done"], row["withdrawn"], row["unfinished"]) == (2, 1, 1, 3)


def test_in_a_running_period_only_whole_months_count(report, make):
    records = [make.activity("X-1", raised_date=date(2026, 9, 3)), make.activity("X-2", raised_date=date(2026, 8, 3))]
    finding = report(*records, period="2026-T3").finding("follow_up.pace_grows")
    assert finding.values["came_in"] == 1


def test_ages_are_counted_from_when_an_activity_was_raised(report, make):
    day = date(2026, 8, 31)
    ages = (10, 90, 91, 180, 365, 366)
    records = [make.activity(f"X-{age}", raised_date=day - timedelta(days=age)) for age in ages]
    finding = report(*records).finding("follow_up.pace_ages")
    row = finding.table.iloc[0]
    assert [row[name] for name in ("under_90", "to_180", "to_365", "over_365")] == [2, 2, 1, 1]
    assert finding.number == 135.5  # between 91 and 180
    assert (finding.values["oldest_days"], finding.values["old"]) == (366, 1)


def test_the_figure_joins_what_was_seen_with_what_may_come(report, make):
    agreement = make.agreement(start_date=date(2026, 3, 1))
    records = [*finished_each_month(make, 2, 6), *open_ones(make, 6)]
    frame = report(agreement, *records)["pace"].charts[0].frame
    own = frame[frame["level"] == Level.OPERATIONAL.value]
    seen = own[own["remaining"].notna()]
    assert list(seen["remaining"]) == [18, 16, 14, 12, 10, 8, 6]
    assert list(seen["month"])[-1] == date(2026, 9, 1)
    ahead = own[own["middle"].notna()].head(3)
    assert list(ahead["middle"]) == [4, 2, 0]
    assert list(ahead["month"]) == [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)]
