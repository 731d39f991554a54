"""Seasons and breaks: which months are heavy every year, and on which accounts the level has changed for good."""

from __future__ import annotations

from datetime import date
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from partnership_lib.analysis.spend.context import SpendContext
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Finding, Section
from partnership_lib.units.dates import add_months

CRITICAL_F = 12.35
"""Andrews (1993), table I: supremum F for one break in a mean, 15 per cent trimmed at each end, 1 per cent level."""

CAUTION_MONTHS = 50
"""So many months double the critical value of a series as long: seasons and memory are estimated from the same months.

Simulated, 2,000 series each of 24, 48 and 72 months, season-adjusted as here, memory from month to month 0.5 (0.7): of
100 steady series 1 (2-3) pass; with the critical value of long series alone 5-17 (7-21) did. That the levels must
differ by a fifth as well makes it fewer still.
"""

_SEASON_MONTHS, _LEAST_MONTHS, _TRIMMED = 24, 24, 0.15
_LEAST_SHIFT = 0.2
_ACCOUNTS = 40


class Break(NamedTuple):
    """The first month of a new level, and the level before and after it."""

    place: int
    before: float
    after: float


def over_time_section(context: SpendContext) -> Section:
    """Return the seasons of all spend, and the accounts whose level has changed.

    Notes
    -----
    Season: the median, over the years, of a month's share of the mean of the twelve months around it; needs two years.
    Break: the month that divides the season-adjusted series of an account best in two levels, where the division is
    clearer than chance gives about once in a hundred (supremum F, corrected for memory from month to month and for few
    months) and the levels differ by at least a fifth. A break says that, not why.
    """
    return Section("over_time", (_season(context), _breaks(context)))


def _season(context: SpendContext) -> Finding:
    months = [month for month in context.months["month"] if month <= context.last_month]
    series = _series(context.months, min(months), context.last_month)
    if len(series) < _SEASON_MONTHS:
        return context.finding("season_cannot_tell", len(series), "count", least=_SEASON_MONTHS)
    index = seasonal_index(series, min(months).month)
    rows = [{"calendar_month": str(number), "season_index": round(index[number], 6)} for number in range(1, 13)]
    high, low = max(index, key=lambda n: index[n]), min(index, key=lambda n: index[n])
    return context.finding(
        "season", index[high], "index", table=table(rows, ("calendar_month", "season_index")), high=high, low=low,
        high_share=index[high] - 1, low_share=1 - index[low], years=len(series) // 12,
    )  # fmt: skip


def _series(frame: pd.DataFrame, first: date, last: date | None) -> np.ndarray[Any, Any]:
    """Return the amounts of every month from `first` to `last`, none left out."""
    assert last is not None
    amounts = dict(zip(frame["month"], frame["amount_ore"], strict=True))
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return np.array([int(amounts.get(add_months(first, number), 0)) for number in range(count)], dtype="float64")


def seasonal_index(series: np.ndarray[Any, Any], first_month: int) -> dict[int, float]:
    """Return how heavy each calendar month is, 1 on average: the median share of the centred twelve-month mean.

    Where nothing is bought in most months no season can be told: each is 1.

    Examples
    --------
    A level of 100 with twice as much every March:

    >>> index = seasonal_index(np.array([100.0, 100, 200, *[100] * 9] * 3), first_month=1)
    >>> round(index[3] / index[1], 6)
    2.0
    """
    weights = np.array([0.5, *[1.0] * 11, 0.5]) / 12
    centred = np.convolve(series, weights, mode="valid")
    ratios: dict[int, list[float]] = {}
    for number, mean in enumerate(centred):
        if mean > 0:
            place = number + 6
            ratios.setdefault((first_month - 1 + place) % 12 + 1, []).append(float(series[place] / mean))
    index = {month: median(ratios[month]) if month in ratios else 1.0 for month in range(1, 13)}
    mean = sum(index.values()) / 12
    return {month: value / mean if mean > 0 else 1.0 for month, value in index.items()}


def _breaks(context: SpendContext) -> Finding:
    frame = context.spend[context.spend["month"] <= context.last_month]
    sums = frame.groupby("account")["amount_ore"].sum().sort_values(ascending=False, kind="stable")
    first = min(frame["month"])
    tried, rows = 0, []
    for account in sums.index[:_ACCOUNTS]:
        series = _series(frame[frame["account"] == account], first, context.last_month)
        if len(series) < _LEAST_MONTHS:
            continue
        tried += 1
        found = level_break(series / _seasons(series, first.month))
        if found:
            rows.append(_break_row(context, account, first, found))
    if not tried:
        return context.finding("breaks_cannot_tell", least=_LEAST_MONTHS)
    if not rows:
        return context.finding("breaks_none", 0, "count", accounts=tried)
    rows.sort(key=lambda row: (-abs(row["after_ore"] - row["level_before_ore"]), row["account"]))
    columns = ("account", "account_text", "break_month", "level_before_ore", "after_ore", "spend_change_share")
    first_row = rows[0]
    code = "breaks_up" if first_row["spend_change_share"] > 0 else "breaks_down"
    return context.finding(
        code, len(rows), "count", table=table(rows, columns), accounts=tried, account_text=first_row["account_text"],
        break_month=first_row["break_month"], level_before_ore=first_row["level_before_ore"],
        after_ore=first_row["after_ore"],
    )  # fmt: skip


def _seasons(series: np.ndarray[Any, Any], first_month: int) -> np.ndarray[Any, Any]:
    index = seasonal_index(series, first_month)
    return np.array([max(index[(first_month - 1 + n) % 12 + 1], 0.05) for n in range(len(series))])


def _break_row(context: SpendContext, account: str, first: date, found: Break) -> dict[str, Any]:
    return {
        "account": account,
        "account_text": context.account_name(account),
        "break_month": add_months(first, found.place),
        "level_before_ore": round(found.before),
        "after_ore": round(found.after),
        "spend_change_share": (found.after - found.before) / found.before if found.before > 0 else None,
    }


def level_break(series: np.ndarray[Any, Any]) -> Break | None:
    """Return the clearest change of level, or None where none is clearer than chance.

    Examples
    --------
    >>> level_break(np.array([100.0, 101, 99, 100] * 4 + [150.0, 151, 149, 150] * 4))
    Break(place=16, before=100.0, after=150.0)
    >>> level_break(np.array([100.0, 101, 99, 100] * 8)) is None
    True
    """
    count = len(series)
    places = range(max(2, round(count * _TRIMMED)), count - max(2, round(count * _TRIMMED)) + 1)
    place = min(places, key=lambda each: _squares(series, each), default=None)
    if place is None:
        return None
    before, after = float(series[:place].mean()), float(series[place:].mean())
    if before <= 0 or abs(after - before) < _LEAST_SHIFT * before:
        return None
    left = np.concatenate([series[:place] - before, series[place:] - after])
    inside = float((left**2).sum())
    gained = float(((series - series.mean()) ** 2).sum()) - inside
    critical = CRITICAL_F * (1 + CAUTION_MONTHS / count)
    if inside > 0 and gained / (inside / (count - 2)) / _memory(left) <= critical:
        return None
    return Break(place, before, after)


def _squares(series: np.ndarray[Any, Any], place: int) -> float:
    return float(series[:place].var() * place + series[place:].var() * (len(series) - place))


def _memory(left: np.ndarray[Any, Any]) -> float:
    """Return how much less a month of the series says than an independent one: (1 + r) / (1 - r), at least 1.

    Around two fitted levels r comes out too low by about (1 + 3 r) over half the months (Kendall 1954).
    """
    squares = float((left**2).sum())
    r = float((left[1:] * left[:-1]).sum()) / squares if squares > 0 else 0.0
    r = min(max(r + 2 * (1 + 3 * r) / len(left), 0.0), 0.9)
    return (1 + r) / (1 - r)
