"""Spend against plan and ceiling, with bounds and a forecast that can be checked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from partnership_lib.domain import SpendPlan
from partnership_lib.findings import Signal

KR = 100


def months(year: int, first: int, last: int) -> list[date]:
    """The first day of each month."""
    return [date(year, month, 1) for month in range(first, last + 1)]


def plan(amount_sek: int, year: int = 2026) -> SpendPlan:
    """The plan of a year."""
    return SpendPlan(id=f"S-{year}", agreement_id="A-1", year=year, amount_ore=amount_sek * KR)


def test_spend_in_the_period_is_the_sum_of_its_months(report, make):
    spend = make.spend(dict.fromkeys(months(2026, 1, 8), 100_000 * KR))
    finding = report(spend=spend).finding("follow_up.spend_in_period")
    assert finding.number == 4 * 100_000 * KR
    assert finding.sentence("sv") == "Inköpen under perioden var 400\xa0000\xa0kr."
    assert finding.sentence("en") == "Spend in the period was 400,000\xa0SEK."


def test_lines_that_may_belong_to_other_agreements_give_an_upper_bound(report, make):
    spend = make.spend(dict.fromkeys(months(2026, 5, 8), (100_000 * KR, 125_000 * KR)))
    finding = report(spend=spend).finding("follow_up.spend_in_period_bounds")
    assert finding.sentence("sv") == (
        "Inköpen under perioden var minst 400\xa0000\xa0kr. "
        "Med fakturor som också kan höra till andra avtal, eller som är publicerade som direktupphandlingar, "
        "är de högst 500\xa0000\xa0kr."
    )


def test_a_ledger_that_ends_inside_the_period_is_said(report, make):
    spend = make.spend(dict.fromkeys(months(2026, 1, 6), 1 * KR))
    finding = report(spend=spend).finding("follow_up.spend_in_period_partly")
    assert "till och med juni 2026" in finding.sentence("sv")


def test_a_ledger_that_ends_before_the_period_gives_no_number(report, make):
    finding = report(spend=make.spend({date(2026, 4, 1): KR})).finding("follow_up.spend_not_covered")
    assert finding.number is None


def test_months_without_lines_count_as_zero_between_others(report, make):
    spend = make.spend({date(2026, 5, 1): 300 * KR, date(2026, 8, 1): 100 * KR})
    finding = report(spend=spend).finding("follow_up.spend_in_period")
    assert finding.number == 400 * KR
    assert list(finding.table["actual_ore"]) == [300 * KR, 0, 0, 100 * KR]


def test_the_plan_is_spread_over_the_months_to_the_ore(report, make):
    spend = make.spend(dict.fromkeys(months(2026, 1, 8), KR))
    frame = report(plan(100), spend=spend)["spend"].charts[0].frame
    assert sum(frame["plan_ore"]) == 100 * KR
    assert max(frame["plan_ore"]) - min(frame["plan_ore"]) <= 1


@pytest.mark.parametrize(
    ("monthly_sek", "code", "signal"),
    [
        (100, "spend_against_plan", Signal.GOOD),
        (110, "spend_against_plan", Signal.GOOD),  # exactly 10 per cent is about as planned
        (111, "spend_against_plan_above", Signal.ATTENTION),
        (126, "spend_against_plan_above", Signal.BAD),
        (70, "spend_against_plan_below", Signal.ATTENTION),  # less than planned is never bad
    ],
)
def test_spend_is_compared_with_the_plan_of_the_same_months(report, make, monthly_sek, code, signal):
    spend = make.spend(dict.fromkeys(months(2026, 1, 8), monthly_sek * KR))
    finding = report(plan(1200), spend=spend).finding(f"follow_up.{code}")
    assert finding.number == pytest.approx(monthly_sek / 100 - 1)
    assert finding.signal is signal


def test_the_forecast_is_spend_so_far_plus_the_mean_of_twelve_months(report, make):
    # Twelve months to August: 4 at 600 (2025) and 8 at 900: mean 800. So far 8 * 900 = 7 200, and 4 * 800 to come.
    spend = make.spend(dict.fromkeys(months(2025, 9, 12), 600 * KR) | dict.fromkeys(months(2026, 1, 8), 900 * KR))
    finding = report(plan(10_000), spend=spend).finding("follow_up.spend_forecast")
    assert finding.number == (7_200 + 3_200) * KR
    assert finding.sentence("sv") == (
        "Med samma takt som de senaste tolv månaderna blir inköpen 10\xa0400\xa0kr under 2026, "
        "i linje med planens 10\xa0000\xa0kr."
    )


def test_fewer_than_six_months_of_history_give_no_forecast(report, make):
    five = report(spend=make.spend(dict.fromkeys(months(2026, 4, 8), KR)))
    finding = five.finding("follow_up.spend_forecast_cannot_tell")
    assert finding.number is None
    assert finding.sentence("sv") == (
        "Det går inte att göra en prognos: leverantörsreskontran täcker fem månader och det behövs minst sex."
    )
    six = report(spend=make.spend(dict.fromkeys(months(2026, 3, 8), KR)))
    assert six.finding("follow_up.spend_forecast_no_plan").number == 10 * KR  # 6 so far, 4 to come


def test_nothing_bought_is_said(report, codes):
    assert codes(report(), "spend") == ["spend_none"]


def test_the_month_that_still_runs_is_not_counted(report, make):
    spend = make.spend(dict.fromkeys(months(2026, 1, 9), KR))  # half of September is known on the 15th
    finding = report(period="2026-T3", spend=spend).finding("follow_up.spend_not_covered")
    assert finding.values["ledger_month"] == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("ceiling_sek", "end", "code", "signal"),
    [
        (1000, date(2026, 10, 31), "ceiling", Signal.ATTENTION),  # 800 of 1000 is 80 per cent
        (1100, date(2026, 10, 31), "ceiling", Signal.NONE),
        (800, date(2036, 2, 29), "ceiling_passed", Signal.BAD),
        (1000, date(2036, 2, 29), "ceiling_reached_early", Signal.BAD),  # 200 left at 100 a month
        (3000, date(2036, 2, 29), "ceiling_reached_early", Signal.ATTENTION),  # 2200 left: in 23 months
        (90_000, date(2036, 2, 29), "ceiling", Signal.NONE),  # 892 months
    ],
)
def test_the_ceiling_is_watched(report, make, ceiling_sek, end, code, signal):
    spend = make.spend(dict.fromkeys(months(2026, 1, 8), 100 * KR))
    agreement = make.agreement(ceiling_ore=ceiling_sek * KR, end_date=end)
    finding = report(agreement, spend=spend).finding(f"follow_up.{code}")
    assert finding.signal is signal
    assert finding.number == pytest.approx(800 / ceiling_sek)


def test_the_month_in_which_the_ceiling_is_passed_is_named(report, make):
    # 800 used by August at 100 a month; 1 000 is reached by the end of October, so November would pass it.
    spend = make.spend(dict.fromkeys(months(2026, 1, 8), 100 * KR))
    finding = report(make.agreement(ceiling_ore=1000 * KR), spend=spend).finding("follow_up.ceiling_reached_early")
    assert finding.values["reached_month"] == date(2026, 11, 1)
    assert "nås i november 2026" in finding.sentence("sv")


def test_no_month_of_the_year_has_both_spend_and_forecast(report, make):
    spend = make.spend(dict.fromkeys(months(2026, 1, 8), KR))
    frame = report(plan(1200), spend=spend)["spend"].charts[0].frame
    assert len(frame) == 12
    assert all(
        (actual is None) != (ahead is None)
        for actual, ahead in zip(frame["actual_ore"], frame["forecast_ore"], strict=False)
    )
