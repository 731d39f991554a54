"""Quality and coverage beside the cost: a lower bill for less is no saving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from partnership_lib.analysis.outcome.costs.series import Quarter
from partnership_lib.analysis.outcome.report.context import OutcomeContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Direction, Indicator, IndicatorObservation
from partnership_lib.findings import Finding, Section, Signal
from partnership_lib.units.dates import add_months
from partnership_lib.units.period import Period

_COLUMNS = ("name", "unit", "first_year_mean", "last_year_mean", "target", "quality_move")
_MONTHS = 12


def quality_section(context: OutcomeContext) -> Section:
    """Return each indicator's mean over its first and its latest twelve months, and how much was bought beside.

    Notes
    -----
    Both years must have a value, and not overlap. Indicators begin with the partnership as a rule: they cannot say how
    good things were before it, and this section says so.
    """
    ours = [each for each in context.content.indicators if each.agreement_id == context.agreement.id]
    rows = [row for row in (_row(context, indicator) for indicator in ours) if row]
    if not rows:
        return Section("quality", (context.finding("quality_none", signal=Signal.ATTENTION), *_coverage(context)))
    worse = sum(row["quality_move"] == "worse" for row in rows)
    signal = Signal.ATTENTION if worse else Signal.NONE
    code = "quality_worse" if worse else "quality"
    head = context.finding(
        f"{code}_one" if len(rows) == 1 else code, worse, "count", signal=signal, table=table(rows, _COLUMNS),
        indicators=len(rows),
    )  # fmt: skip
    return Section("quality", (head, *_before(context, ours), *_coverage(context)))


def _row(context: OutcomeContext, indicator: Indicator) -> dict[str, object] | None:
    seen = sorted(_observations(context, indicator), key=lambda each: Period.parse(each.period).start)
    if not seen:
        return None
    first_end = add_months(Period.parse(seen[0].period).start, _MONTHS)
    last_start = add_months(Period.parse(seen[-1].period).end, -_MONTHS)
    first = [each.value for each in seen if Period.parse(each.period).end <= first_end]
    last = [each.value for each in seen if Period.parse(each.period).start >= last_start]
    if not first or not last or last_start < first_end:
        return None
    means = sum(first) / len(first), sum(last) / len(last)
    return {
        "name": indicator.name,
        "unit": indicator.unit,
        "first_year_mean": round(means[0], 2),
        "last_year_mean": round(means[1], 2),
        "target": indicator.target,
        "quality_move": _move(indicator, *means),
    }


def _observations(context: OutcomeContext, indicator: Indicator) -> list[IndicatorObservation]:
    return [
        each
        for each in context.content.indicator_observations
        if each.indicator_id == indicator.id
        and each.base_count != 0
        and Period.parse(each.period).end - timedelta(days=1) <= context.report_date
    ]


def _move(indicator: Indicator, first: float, last: float) -> str:
    if first == last:
        return "same"
    rising = last > first
    return "better" if rising is (indicator.direction is Direction.HIGHER) else "worse"


def _before(context: OutcomeContext, indicators: Sequence[Indicator]) -> list[Finding]:
    start = context.agreement.start_date
    periods = [each.period for indicator in indicators for each in _observations(context, indicator)]
    if any(Period.parse(period).start < start for period in periods):
        return []
    return [context.finding("quality_only_after")]


def _coverage(context: OutcomeContext) -> list[Finding]:
    """Return the part of the cost that was bought beside the agreements, in the year before and in the latest one."""
    seen = context.evaluation.evidence
    before = len(seen.window.before)
    years = (seen.series.quarters[max(0, before - 4) : before], seen.series.quarters[before:][-4:])
    shares = [_leakage_share(year) for year in years]
    if shares[1] is None:
        return []
    code = "coverage_after" if shares[0] is None else "coverage"
    return [context.finding(code, shares[1], "share", before_share=shares[0])]


def _leakage_share(year: Sequence[Quarter]) -> float | None:
    total = sum(quarter.invoices_ore for quarter in year)
    return sum(quarter.leakage_ore for quarter in year) / total if total > 0 else None
