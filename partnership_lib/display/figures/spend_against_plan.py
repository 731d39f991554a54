"""Figure: what is bought during the year, per month and summed up, against plan, forecast and ceiling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import as_date, as_day, label_ends, money_scale, month_scale, new_axes, said
from partnership_lib.units.dates import add_months

if TYPE_CHECKING:
    import pandas as pd

Amounts = list[float | None]


@dataclass(frozen=True)
class _Year:
    """The columns of the frame, one value per month; None where there is none."""

    months: list[date]
    actual: Amounts
    possible: Amounts
    plan: Amounts
    forecast: Amounts

    @property
    def extra(self) -> Amounts:
        """Return what is possible but not certain."""
        pairs = zip(self.actual, self.possible, strict=True)
        return [max(0.0, p - (a or 0.0)) if p is not None else None for a, p in pairs]


def plot_spend_against_plan(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with spend per month to the left, summed up over the year to the right, and the ceiling below.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``month, actual_ore, possible_ore, plan_ore, forecast_ore`` per month; empty where it does not apply.
        ``possible_ore`` is the upper bound: certain spend and what may belong to another agreement.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``. ``ceiling_ore`` with ``used_ore`` (bought under it since the start) adds a bar for the ceiling; it
        holds for the whole term, so it has no place on the scale of a year.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        has_ceiling = values.get("ceiling_ore") is not None and values.get("used_ore") is not None
        ax = new_axes(ax, 2.8 if has_ceiling else 2.3)
        ax.set_axis_off()
        year = _read(frame)
        currency = str(values.get("currency", "SEK"))
        low = 0.26 if has_ceiling else 0.0
        _draw_months(ax.inset_axes((0.03, low, 0.49, 0.86 - low)), year, language, currency)
        _draw_sums(ax.inset_axes((0.6, low, 0.28, 0.86 - low)), year, language, currency)
        if has_ceiling:
            _draw_ceiling(ax.inset_axes((0.03, 0.0, 0.85, 0.05)), values, language, currency)
    return ax


def _read(frame: pd.DataFrame) -> _Year:
    rows = frame.sort_values("month")
    months = [day for day in (as_date(month) for month in rows["month"]) if day is not None]
    columns = (rows[name].astype(object) for name in ("actual_ore", "possible_ore", "plan_ore", "forecast_ore"))
    return _Year(months, *([None if v is None or v != v else float(v) for v in column] for column in columns))


def _draw_months(panel: Axes, year: _Year, language: str, currency: str) -> None:
    largest = max([1.0, *(v for column in (year.actual, year.possible, year.plan, year.forecast) for v in column if v)])
    scale = money_scale(panel, largest, language, currency, said("per_month", {}, language))
    for month, actual, extra, plan, forecast in zip(
        year.months, year.actual, year.extra, year.plan, year.forecast, strict=True
    ):
        left, width = as_day(month) + 3, (add_months(month, 1) - month).days - 6
        box: dict[str, Any] = {"width": width, "align": "edge"}
        if actual is not None:
            panel.bar(left, actual / scale, color=style.ACTUAL, linewidth=0, **box)
        if extra:
            panel.bar(left, extra / scale, bottom=max(actual or 0.0, 0.0) / scale, color="white", hatch="/////",
                      edgecolor=style.ACTUAL, linewidth=0.8, **box)  # fmt: skip
        if forecast is not None:
            panel.bar(left, forecast / scale, color="white", edgecolor=style.FORECAST, linestyle=(0, (3, 2)),
                      linewidth=1.2, **box)  # fmt: skip
        if plan is not None:
            panel.plot([left - 3, left + width + 3], [plan / scale] * 2, color=style.PLAN, linewidth=1.6, zorder=3)
    month_scale(panel, year.months[0], add_months(year.months[-1], 1), language, most_ticks=7)
    lowest = min([0.0, *(v for v in year.actual if v is not None)])
    panel.set_ylim(lowest * 1.1 / scale, largest * 1.12 / scale)
    _explain(panel, year, language)


def _explain(panel: Axes, year: _Year, language: str) -> None:
    """Write what the bars are, above them, in the order they stand."""
    if any(year.extra):
        panel.bar([as_day(year.months[0])], [0], color="white", edgecolor=style.ACTUAL, hatch="/////", linewidth=0.8,
                  label=said("possible", {}, language))  # fmt: skip
        panel.legend(loc="upper left", fontsize=8, borderaxespad=0.1, handlelength=1.4, handletextpad=0.5)
        low, high = panel.get_ylim()
        panel.set_ylim(low, high + (high - low) * 0.12)


def _draw_sums(panel: Axes, year: _Year, language: str, currency: str) -> None:
    certain, planned = _summed(year.actual), _summed(year.plan)
    ahead = _continued(certain, year.forecast)
    largest = max([1.0, *(v for line in (certain, planned, ahead) for v in line if v is not None)])
    scale = money_scale(panel, largest, language, currency, said("summed", {}, language))
    ends = [as_day(add_months(month, 1)) for month in year.months]
    labels = []
    for code, line, colour, dashes, width in (
        ("plan", planned, style.PLAN, "-", 1.6),
        ("forecast", ahead, style.FORECAST, (0, (3, 2)), 1.8),
        ("actual", certain, style.ACTUAL, "-", 2.6),
    ):
        points = [(x, v / scale) for x, v in zip(ends, line, strict=True) if v is not None]
        if points:
            points = points if code == "forecast" else [(as_day(year.months[0]), 0.0), *points]
            panel.plot(*zip(*points, strict=True), color=colour, linestyle=dashes, linewidth=width)
            if code != "actual" or len(certain) == sum(v is not None for v in certain):
                labels.append((*points[-1], said(code, {}, language), colour))
            else:
                panel.annotate(said(code, {}, language), points[-1], (-5, 5), textcoords="offset points", ha="right",
                               color=colour, fontweight="bold")  # fmt: skip
    month_scale(panel, year.months[0], add_months(year.months[-1], 1), language, most_ticks=4)
    panel.set_ylim(min(0.0, panel.get_ylim()[0]), largest * 1.12 / scale)
    label_ends(panel, labels)


def _summed(values: Sequence[float | None]) -> Amounts:
    """Return the running sum up to the last value there is."""
    last = max((i for i, value in enumerate(values) if value is not None), default=-1)
    return [*accumulate(value or 0.0 for value in values[: last + 1]), *([None] * (len(values) - last - 1))]


def _continued(certain: Amounts, forecast: Amounts) -> Amounts:
    """Return the forecast on top of what has been bought, beginning where the certain sum ends."""
    known = [value for value in certain if value is not None]
    if not any(forecast):
        return [None] * len(forecast)
    total = known[-1] if known else 0.0
    line: Amounts = [*([None] * (len(known) - 1)), total] if known else []
    for value in forecast[len(known) :]:
        total += value or 0.0
        line.append(total)
    return line


def _draw_ceiling(panel: Axes, values: Mapping[str, Any], language: str, currency: str) -> None:
    ceiling, used = float(values["ceiling_ore"]), float(values["used_ore"])
    share = used / ceiling if ceiling else 0.0
    panel.set_axis_off()
    panel.set(xlim=(0, max(1.0, share)), ylim=(-0.5, 0.5))
    panel.barh(0, 1.0, height=1.0, color=style.BAND, edgecolor=style.MUTED, linewidth=0.8)
    panel.barh(0, share, height=1.0, color=style.BAD if share >= 1 else style.ACTUAL)
    words = said("ceiling", {"amount": ceiling, "share": share, "currency": currency}, language)
    panel.annotate(words, (0, 1), (0, 4), xycoords="axes fraction", textcoords="offset points", color=style.INK)
