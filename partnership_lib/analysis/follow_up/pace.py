"""How old the lists are, how fast things get done, and when each list may be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median
from typing import Any

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.follow_up.list_pace import (
    HISTORY_MONTHS,
    LEAST_FINISHED,
    LEAST_MONTHS,
    Pace,
    month_counts,
    pace_of,
)
from partnership_lib.analysis.list_forecast import (
    ALMOST_SURE,
    FUTURES,
    HORIZON_MONTHS,
    LIKELY,
    chance_of_so_many_new,
)
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Level
from partnership_lib.findings import Chart, Finding, Section, Signal
from partnership_lib.units.dates import add_months, first_of_month

CHART_MONTHS = 12

_AGE_COLUMNS = ("level", "unfinished", "median_age_days", "oldest_age_days", "under_90", "to_180", "to_365", "over_365")
_PACE_COLUMNS = ("level", "months", "came_in", "done", "withdrawn", "unfinished")
_FORECAST_COLUMNS = (
    *("level", "unfinished", "likely_month", "almost_sure_month"),
    *("likely_with_new_month", "almost_sure_with_new_month"),
)
_AGES = (90, 180, 365)


def pace_section(context: FollowUpContext) -> Section:
    """Return the ages of what is unfinished, the pace of the last year, and when each list may be done.

    Notes
    -----
    An activity counts on its own level, also when it has climbed. The pace is that of the last twelve whole months
    before the report date in which the level had anything to do; others say nothing about it. A forecast needs six
    such months and five finished activities (done or withdrawn); see `list_forecast` for the method. "Probably" is
    50 per cent, "almost surely" 85. With new activities counted in there is no forecast where at least as many came
    in as were finished. That asks for attention where so many more came in that chance alone would bring it about
    less than 15 times in 100.
    """
    paces = [pace_of(context, level) for level in Level]
    findings = [_ages(context), _throughput(context, paces)]
    findings += _forecasts(context, paces)
    charts = (pace_chart(context, paces),) if any(pace.remaining and pace.is_enough for pace in paces) else ()
    return Section("pace", tuple(finding for finding in findings if finding), charts)


def _ages(context: FollowUpContext) -> Finding | None:
    day = context.report_date
    unfinished = context.unfinished_on(day)
    if not unfinished:
        return None
    ages = {level: sorted((day - a.raised_date).days for a in unfinished if a.level is level) for level in Level}
    rows = [_age_row(level, days) for level, days in ages.items() if days]
    everyone = [days for own in ages.values() for days in own]
    values: dict[str, Any] = {"oldest_days": max(everyone), "unfinished": len(everyone)}
    values["old"] = sum(days > _AGES[-1] for days in everyone)
    code = "pace_ages" if len(everyone) > 1 else "pace_ages_one"
    return context.finding(code, median(everyone), "days", table=table(rows, _AGE_COLUMNS), **values)


def _age_row(level: Level, days: list[int]) -> dict[str, Any]:
    counts = [sum(age <= limit for age in days) for limit in _AGES] + [len(days)]
    between = [counts[0], *(later - earlier for earlier, later in zip(counts, counts[1:], strict=False))]
    named = dict(zip(("under_90", "to_180", "to_365", "over_365"), between, strict=True))
    return {
        "level": level.value,
        "unfinished": len(days),
        "median_age_days": median(days),
        "oldest_age_days": days[-1],
        **named,
    }


def _throughput(context: FollowUpContext, paces: list[Pace]) -> Finding:
    """Return what came in and what was finished; no number where there was nothing to do."""
    active = [pace for pace in paces if pace.months]
    if not active:
        return context.finding("pace_no_activity", None)
    rows = (
        {
            "level": pace.level.value,
            "months": len(pace.months),
            "came_in": pace.came_in,
            "done": sum(month.done for month in pace.months),
            "withdrawn": sum(month.withdrawn for month in pace.months),
            "unfinished": pace.remaining,
        }
        for pace in active
    )
    came_in, finished = sum(pace.came_in for pace in active), sum(pace.finished for pace in active)
    code = "pace_grows" if came_in > finished else "pace_shrinks" if came_in < finished else "pace_level"
    shown = table(rows, _PACE_COLUMNS)
    return context.finding(code, finished, "count", table=shown, came_in=came_in, months=HISTORY_MONTHS)


def _forecasts(context: FollowUpContext, paces: list[Pace]) -> Iterator[Finding]:
    """Yield when each list may be done, and how that was reckoned with the dates of all levels."""
    left = [pace for pace in paces if pace.remaining]
    told = [pace for pace in left if pace.is_enough]
    yield from (_forecast(context, pace) for pace in told)
    if len(told) < len(left):
        yield _cannot_tell(context, [pace for pace in left if not pace.is_enough])
    rows = [_forecast_row(context, pace) for pace in told]
    if rows:
        columns = [name for name in _FORECAST_COLUMNS if any(row[name] is not None for row in rows)]
        shown = table(rows, columns)
        yield context.finding(
            "forecast_method", len(rows), "count", table=shown, futures=FUTURES, months=HISTORY_MONTHS
        )


def _forecast_row(context: FollowUpContext, pace: Pace) -> dict[str, Any]:
    with_new = [None if pace.grows else pace.with_new.months_until(p) for p in (LIKELY, ALMOST_SURE)]
    return {
        "level": pace.level.value,
        "unfinished": pace.remaining,
        "likely_month": _month(context, pace.as_it_is.months_until(LIKELY)),
        "almost_sure_month": _month(context, pace.as_it_is.months_until(ALMOST_SURE)),
        "likely_with_new_month": _month(context, with_new[0]),
        "almost_sure_with_new_month": _month(context, with_new[1]),
    }


def _forecast(context: FollowUpContext, pace: Pace) -> Finding:
    level = pace.level.value
    values: dict[str, Any] = {
        "remaining": pace.remaining,
        "months": len(pace.months),
        "finished": pace.finished,
        "came_in": pace.came_in,
    }
    row, sure = _forecast_row(context, pace), pace.as_it_is.months_until(ALMOST_SURE)
    if sure is None:
        return context.finding(f"forecast_{level}_too_far", None, **values, years=HORIZON_MONTHS // 12)
    values |= {name.removesuffix("_month"): month for name, month in row.items() if name.endswith("_month")}
    ending = "_growing" if pace.grows else "_open" if row["almost_sure_with_new_month"] is None else ""
    clearly = pace.grows and chance_of_so_many_new(pace.came_in, pace.finished) <= 1 - ALMOST_SURE
    signal = Signal.ATTENTION if clearly else Signal.NONE
    return context.finding(f"forecast_{level}{ending}", sure, "months", signal=signal, **values)


def _cannot_tell(context: FollowUpContext, paces: list[Pace]) -> Finding:
    rows = [{"level": p.level.value, "months": len(p.months), "finished_in_months": p.finished} for p in paces]
    return context.finding(
        "forecast_cannot_tell",
        None,
        table=table(rows, ("level", "months", "finished_in_months")),
        levels=[pace.level.value for pace in paces],
        least_months=LEAST_MONTHS,
        least_finished=LEAST_FINISHED,
    )


def _month(context: FollowUpContext, months: int | None) -> date | None:
    """Return the month in which so many months from the report date end."""
    if months is None:
        return None
    return first_of_month(add_months(context.report_date + timedelta(days=1), months) - timedelta(days=1))


def pace_chart(context: FollowUpContext, paces: list[Pace]) -> Chart:
    """Return what was left on each list at the end of each month, and how it may shrink if nothing new comes in."""
    rows = [row for pace in paces for row in (*_seen(context, pace), *_foreseen(context, pace))]
    columns = ("month", "level", "remaining", "low", "middle", "high", "with_new")
    values = {
        "report_date": context.report_date,
        "remaining": sum(pace.remaining for pace in paces),
        "forecasts": sum(pace.is_enough and pace.remaining > 0 for pace in paces),
    }
    return Chart("list_forecast", table(rows, columns), values)


def _seen(context: FollowUpContext, pace: Pace) -> Iterator[dict[str, Any]]:
    for count in month_counts(context, pace.level, CHART_MONTHS):
        yield {"month": count.month, "level": pace.level.value, "remaining": count.left_before}
    yield {"month": _month(context, 1), "level": pace.level.value, "remaining": pace.remaining}


def _foreseen(context: FollowUpContext, pace: Pace) -> Iterator[dict[str, Any]]:
    """Yield where 70 per cent of the futures lie and their middle; nothing where there is no forecast."""
    if not pace.is_enough or not pace.remaining:
        return
    for months in range(1, CHART_MONTHS + 1):
        left = [pace.as_it_is.left_after(months, p) for p in (1 - ALMOST_SURE, LIKELY, ALMOST_SURE)]
        yield {
            "month": _month(context, months + 1),
            "level": pace.level.value,
            **dict(zip(("low", "middle", "high"), left, strict=True)),
            "with_new": None if pace.grows else pace.with_new.left_after(months, LIKELY),
        }
