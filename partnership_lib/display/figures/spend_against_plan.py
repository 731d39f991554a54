"""Figure: what has been bought during the year, month by month on top of each other, against plan and ceiling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import as_date, as_day, label_ends, money_scale, month_scale, new_axes, said
from partnership_lib.units.dates import add_months

if TYPE_CHECKING:
    import pandas as pd


def plot_spend_against_plan(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with spend cumulated over the year beside the plan, and the forecast to the end of the year.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``month, actual_ore, possible_ore, plan_ore, forecast_ore`` per month; empty where it does not apply. Possible
        spend is what can belong to the agreement but also to another one; it is stacked on the certain spend.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``ceiling_ore`` draws a line where it is near enough to be on the scale; ``currency``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 3.1)
        rows = frame.sort_values("month")
        months = [day for day in (as_date(month) for month in rows["month"]) if day is not None]
        actual, possible = _column(rows, "actual_ore"), _column(rows, "possible_ore")
        plan, forecast = _column(rows, "plan_ore"), _column(rows, "forecast_ore")
        certain = _cumulated(actual)
        upper = _cumulated([None if a is None else a + (p or 0.0) for a, p in zip(actual, possible, strict=True)])
        planned = _cumulated(plan)
        ahead = _continued(certain, forecast)
        largest = max([1.0, *(value for line in (upper, planned, ahead) for value in line if value is not None)])
        scale = money_scale(ax, largest, language, str(values.get("currency", "SEK")))
        month_scale(ax, months[0], add_months(months[-1], 1), language)
        ends = [as_day(add_months(month, 1)) for month in months]
        _draw_bars(ax, months, certain, upper, scale)
        ax.set_ylim(0, largest * 1.14 / scale)
        labels = _draw_lines(ax, ends, (planned, ahead), scale, language)
        labels += _label_actual(ends, certain, scale, labels, language)
        _draw_ceiling(ax, values, scale, largest, language)
        label_ends(ax, labels)
        _explain_possible(ax, certain, upper, language)
    return ax


def _column(rows: pd.DataFrame, name: str) -> list[float | None]:
    return [None if value is None or value != value else float(value) for value in rows[name].astype(object)]


def _cumulated(values: Sequence[float | None]) -> list[float | None]:
    """Return the running sum up to the last value there is."""
    sums: list[float | None] = list(accumulate(value or 0.0 for value in values))
    last = max((i for i, value in enumerate(values) if value is not None), default=-1)
    return [*sums[: last + 1], *([None] * (len(values) - last - 1))]


def _continued(certain: Sequence[float | None], forecast: Sequence[float | None]) -> list[float | None]:
    """Return the forecast on top of what has been bought so far, beginning at the last certain month."""
    known = [value for value in certain if value is not None]
    if all(value is None for value in forecast):
        return [None] * len(forecast)
    total = known[-1] if known else 0.0
    line: list[float | None] = [None] * len(known)
    if known:
        line[-1] = total
    for value in forecast[len(known) :]:
        total += value or 0.0
        line.append(total)
    return line


def _draw_bars(
    ax: Axes, months: list[date], certain: list[float | None], upper: list[float | None], scale: float
) -> None:
    for month, low, high in zip(months, certain, upper, strict=True):
        if low is None or high is None:
            continue
        left, width = as_day(month) + 3, (add_months(month, 1) - month).days - 6
        ax.bar(left, low / scale, width=width, align="edge", color=style.ACTUAL, linewidth=0)
        if high > low:
            ax.bar(left, (high - low) / scale, width=width, bottom=low / scale, align="edge", color="white",
                   edgecolor=style.ACTUAL, linewidth=0.8, hatch="////")  # fmt: skip


def _draw_lines(
    ax: Axes, ends: list[float], lines: tuple[list[float | None], list[float | None]], scale: float, language: str
) -> list[tuple[float, float, str, str]]:
    looks = (("plan", style.PLAN, "-"), ("forecast", style.FORECAST, (0, (3, 2))))
    labels = []
    for line, (code, colour, dashes) in zip(lines, looks, strict=True):
        points = [(x, value / scale) for x, value in zip(ends, line, strict=True) if value is not None]
        if len(points) > 1:
            ax.plot(*zip(*points, strict=True), color=colour, linestyle=dashes, linewidth=1.8, zorder=3)
            labels.append((*points[-1], said(code, {}, language), colour))
    return labels


def _label_actual(
    ends: list[float], certain: list[float | None], scale: float, others: list[Any], language: str
) -> list[tuple[float, float, str, str]]:
    known = [(x, value / scale) for x, value in zip(ends, certain, strict=True) if value is not None]
    return [(*known[-1], said("actual", {}, language), style.ACTUAL)] if known else []


def _draw_ceiling(ax: Axes, values: Mapping[str, Any], scale: float, largest: float, language: str) -> None:
    ceiling = values.get("ceiling_ore")
    if ceiling is None or ceiling != ceiling or ceiling > 2 * largest:
        return  # Far above the scale; the sentence tells how far.
    ax.set_ylim(0, max(ax.get_ylim()[1], ceiling * 1.12 / scale))
    ax.axhline(ceiling / scale, color=style.BAD, linewidth=1.4)
    name = said("ceiling", {"amount": ceiling, "currency": values.get("currency", "SEK")}, language)
    ax.annotate(name, (0, ceiling / scale), (2, 3), xycoords=ax.get_yaxis_transform(), textcoords="offset points",
                color=style.BAD, fontsize=8.5, fontweight="bold")  # fmt: skip


def _explain_possible(ax: Axes, certain: list[float | None], upper: list[float | None], language: str) -> None:
    if any(low is not None and high is not None and high > low for low, high in zip(certain, upper, strict=True)):
        ax.bar([0], [0], width=0, color="white", edgecolor=style.ACTUAL, hatch="////", linewidth=0.8,
               label=said("possible", {}, language))  # fmt: skip
        ax.legend(loc="upper left", fontsize=8.5)
