"""Figure: the number of agreements and of suppliers with agreement over time, against the target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import (
    as_date,
    as_day,
    axis_title,
    count_scale,
    counted,
    label_ends,
    month_scale,
    new_axes,
    said,
)
from partnership_lib.text.formatting import format_count
from partnership_lib.units.dates import add_months

if TYPE_CHECKING:
    import pandas as pd


def plot_agreements_over_time(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with agreements, suppliers and the way to the target, month by month.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``month, agreements, suppliers, target``; target may be empty.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        Values of the chart's sentences.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ticks = 12 if ax is None else 6  # beside another figure there is room for fewer
        ax = new_axes(ax, 2.9)
        rows = frame.sort_values("month")
        months = [day for day in (as_date(month) for month in rows["month"]) if day is not None]
        x = [as_day(month) for month in months]
        looks = (
            ("agreements", style.LEVEL_COLOURS["strategic"], "-", 2.4),
            ("suppliers", style.LEVEL_COLOURS["tactical"], "-", 2.4),
            ("target", style.MUTED, (0, (4, 3)), 1.4),
        )
        labels = []
        for code, colour, dashes, width in looks:
            line = [
                (at, float(v)) for at, v in zip(x, rows[code].astype(object), strict=True) if v is not None and v == v
            ]
            if line:
                ax.plot(*zip(*line, strict=True), color=colour, linestyle=dashes, linewidth=width)
                name = f"{format_count(line[-1][1], language)} {said(code, {}, language)}"
                labels.append((*line[-1], name, colour))
        month_scale(ax, months[0], max(months[-1], add_months(months[0], 1)), language, most_ticks=ticks)
        count_scale(ax, language)
        ax.set_ylim(0, ax.get_ylim()[1] * 1.08)
        axis_title(ax, counted("agreements_over_time", values, language))
        label_ends(ax, labels)
    return ax
