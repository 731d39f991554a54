"""What was bought under the agreement: in the period, against plan, against ceiling, and where it is heading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from partnership_lib.analysis.agreement_rules.ceiling import CeilingUse
from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.spend_forecast import MINIMUM_MONTHS, mean_of_last_months
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Chart, Finding, Section, Signal
from partnership_lib.units.dates import add_months, first_of_month
from partnership_lib.units.money import split_ore

PLAN_ATTENTION_SHARE = 0.10
PLAN_BAD_SHARE = 0.25
CEILING_BAD_MONTHS = 12

_COLUMNS = ("month", "actual_ore", "possible_ore", "plan_ore", "forecast_ore")


@dataclass(frozen=True)
class SpendYear:
    """Spend of the calendar year that the period ends in, and of the agreement as a whole."""

    context: FollowUpContext

    @property
    def year(self) -> int:
        """Return the calendar year."""
        return self.context.report_date.year

    @cached_property
    def certain(self) -> dict[date, int]:
        """Return what certainly belongs to the agreement, by month [öre]."""
        return self._by_month("certain_ore")

    @cached_property
    def possible(self) -> dict[date, int]:
        """Return what may belong to the agreement at the most, by month [öre]."""
        return self._by_month("possible_ore")

    def _by_month(self, column: str) -> dict[date, int]:
        spend = self.context.spend
        # Only months that had ended on the report date: half a month is no month.
        whole = [m for m in self._ledger_months() if add_months(m, 1) - timedelta(days=1) <= self.context.report_date]
        by_month = dict(zip(spend["month"], spend[column], strict=True))
        return {month: int(by_month.get(month, 0)) for month in whole}

    def _ledger_months(self) -> list[date]:
        """Return every month from the first to the last with lines, also those between that have none."""
        known = [first_of_month(month) for month in self.context.spend["month"]]
        if not known:
            return []
        month, months = min(known), []
        while month <= max(known):
            months.append(month)
            month = add_months(month, 1)
        return months

    @cached_property
    def plan(self) -> dict[date, int]:
        """Return the year's plan by month, spread evenly over the months that the agreement is in force [öre]."""
        amount = sum(plan.amount_ore for plan in self.context.content.spend_plans if plan.year == self.year)
        months = [date(self.year, number, 1) for number in range(1, 13)]
        agreement = self.context.agreement
        last = agreement.end_date or date.max
        in_force = [int(add_months(m, 1) > agreement.start_date and m <= last) for m in months]
        if not amount or not any(in_force):
            return {}
        return dict(zip(months, split_ore(amount, in_force), strict=True))

    @property
    def months_in_period(self) -> list[date]:
        """Return the months of the period that the ledger covers."""
        return [month for month in self.context.period.months() if month in self.certain]

    @property
    def months_in_year(self) -> list[date]:
        """Return the months of the year that the ledger covers."""
        return [month for month in self.certain if month.year == self.year]

    @cached_property
    def forecast(self) -> dict[date, int]:
        """Return the expected spend of the year's remaining months [öre]; empty when nothing can be said."""
        pace = mean_of_last_months(list(self.certain.values()))
        if pace is None or not self.months_in_year:
            return {}
        last = self.context.agreement.end_date or date.max
        months = [date(self.year, number, 1) for number in range(1, 13)]
        return {month: pace for month in months if month > max(self.certain) and month <= last}


def spend_section(context: FollowUpContext) -> Section:
    """Return spend in the period, against plan and ceiling, with a forecast to the end of the year.

    Notes
    -----
    *Certain* and *possible* are the bounds of `agreement_bounds`: what overlapping agreements might explain, and what
    the ledger calls a direct award, counts between them.
    Plan: the year's amount spread evenly over its months. Forecast: each remaining month costs the mean of the last
    twelve months that the ledger covers; with fewer than six nothing is said. Off plan by more than 10 per cent asks
    for attention and by more than 25 per cent (above) is bad. The ceiling asks for attention when 80 per cent is used
    or when it will be reached, at today's pace, before the agreement ends; it is bad within twelve months from that.
    """
    spend = SpendYear(context)
    if not spend.certain:
        return Section("spend", (context.finding("spend_none", signal=Signal.ATTENTION),))
    findings = [_in_period(context, spend), _to_plan(context, spend), _forecast(context, spend)]
    findings += [ceiling_finding(context, spend)]
    return Section("spend", tuple(f for f in findings if f), (_chart(context, spend),))


def spend_in_period(context: FollowUpContext) -> int | None:
    """Return what was certainly bought in the period [öre], or None when the ledger does not cover any of it."""
    spend = SpendYear(context)
    return sum(spend.certain[m] for m in spend.months_in_period) if spend.months_in_period else None


def _in_period(context: FollowUpContext, spend: SpendYear) -> Finding:
    months = spend.months_in_period
    if not months:
        return context.finding("spend_not_covered", signal=Signal.ATTENTION, ledger_month=max(spend.certain))
    certain = sum(spend.certain[month] for month in months)
    possible = sum(spend.possible[month] for month in months)
    rows = [_month_row(spend, month) for month in sorted({*spend.months_in_year, *months})]
    code = "spend_in_period" if possible == certain else "spend_in_period_bounds"
    if max(months) < first_of_month(context.period.end - timedelta(days=1)):
        code += "_partly"
    return context.finding(
        code,
        certain,
        "ore",
        table=table(rows, ("month", "actual_ore", "possible_ore", "plan_ore")),
        possible_ore=possible,
        ledger_month=max(months),
    )


def _month_row(spend: SpendYear, month: date) -> dict[str, object]:
    return {
        "month": month,
        "actual_ore": spend.certain.get(month),
        "possible_ore": spend.possible.get(month),
        "plan_ore": spend.plan.get(month),
        "forecast_ore": spend.forecast.get(month),
    }


def _plan_signal(deviation_share: float) -> Signal:
    if deviation_share > PLAN_BAD_SHARE:
        return Signal.BAD
    return Signal.ATTENTION if abs(deviation_share) > PLAN_ATTENTION_SHARE else Signal.GOOD


def _against(share: float) -> str:
    """Return which sentence fits a deviation: about as planned, above or below."""
    if abs(share) <= PLAN_ATTENTION_SHARE:
        return ""
    return "_above" if share > 0 else "_below"


def _to_plan(context: FollowUpContext, spend: SpendYear) -> Finding | None:
    months = spend.months_in_year
    planned = sum(spend.plan.get(month, 0) for month in months)
    if not spend.plan:
        return context.finding("spend_no_plan", year=spend.year)
    if not planned:
        return None
    actual = sum(spend.certain[month] for month in months)
    share = (actual - planned) / planned
    return context.finding(
        f"spend_against_plan{_against(share)}",
        share,
        "share",
        signal=_plan_signal(share),
        deviation_share=abs(share),
        actual_ore=actual,
        planned_ore=planned,
        ledger_month=max(months),
        year=spend.year,
    )


def _forecast(context: FollowUpContext, spend: SpendYear) -> Finding:
    if len(spend.certain) < MINIMUM_MONTHS:
        return context.finding("spend_forecast_cannot_tell", months=len(spend.certain), needed=MINIMUM_MONTHS)
    total = sum(spend.certain[month] for month in spend.months_in_year) + sum(spend.forecast.values())
    planned = sum(spend.plan.values())
    if not planned:
        return context.finding("spend_forecast_no_plan", total, "ore", year=spend.year)
    share = (total - planned) / planned
    return context.finding(
        f"spend_forecast{_against(share)}",
        total,
        "ore",
        signal=_plan_signal(share),
        planned_ore=planned,
        deviation_share=abs(share),
        year=spend.year,
    )


def ceiling_finding(context: FollowUpContext, spend: SpendYear) -> Finding | None:
    """Return how much of the ceiling is used and when it will be reached; None where there is no ceiling."""
    ceiling = context.agreement.ceiling_ore
    if not ceiling:
        return None
    use = CeilingUse(ceiling, sum(spend.certain.values()), sum(spend.possible.values()))
    reached = _ceiling_month(context, spend, use.left_ore)
    if use.is_passed:
        code, signal = "ceiling_passed", Signal.BAD
    elif reached is not None:
        soon = reached <= add_months(max(spend.certain), CEILING_BAD_MONTHS)
        code, signal = "ceiling_reached_early", Signal.BAD if soon else Signal.ATTENTION
    else:
        code = "ceiling"
        signal = Signal.ATTENTION if use.is_near else Signal.NONE
    return context.finding(
        code,
        use.share,
        "share",
        signal=signal,
        used_ore=use.used_ore,
        possible_ore=use.possible_ore,
        ceiling_ore=ceiling,
        left_ore=abs(use.left_ore),
        first_month=min(spend.certain),
        reached_month=reached,
        end_date=context.agreement.end_date,
    )


def _ceiling_month(context: FollowUpContext, spend: SpendYear, left_ore: int) -> date | None:
    """Return the month in which the ceiling is reached at today's pace, if that is before the agreement ends."""
    pace = mean_of_last_months(list(spend.certain.values()))
    if pace is None or pace <= 0 or left_ore <= 0 or context.agreement.end_date is None:
        return None
    # Nothing remains after `left // pace` whole months: the next one passes the ceiling.
    month = add_months(max(spend.certain), left_ore // pace + 1) if left_ore // pace < 1200 else date.max
    return month if month <= context.agreement.end_date else None


def _chart(context: FollowUpContext, spend: SpendYear) -> Chart:
    rows = [_month_row(spend, date(spend.year, number, 1)) for number in range(1, 13)]
    values = {
        "year": spend.year,
        "ceiling_ore": context.agreement.ceiling_ore,
        "used_ore": sum(spend.certain.values()),
        "currency": context.currency,
        "actual_ore": sum(spend.certain[month] for month in spend.months_in_year),
        "plan_ore": sum(spend.plan.values()),
        "forecast_ore": sum(spend.forecast.values()),
    }
    return Chart("spend_against_plan", table(rows, _COLUMNS), values)
