"""Figure: all spend month by month, and the mean of the twelve months up to each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import (
    as_date,
    as_day,
    counted,
    legend_below,
    money_scale,
    month_scale,
    new_axes,
    said,
)
from partnership_lib.units.dates import add_months

if TYPE_CHECKING:
    import pandas as pd


def plot_spend_per_month(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with a bar per month, and a line for the mean of twelve months.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``month, amount_ore, mean_ore``; the mean is empty until there are twelve months.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 2.5)
        months = [month for month in map(as_date, frame["month"]) if month is not None]
        amounts = [float(amount) for amount in frame["amount_ore"]]
        currency = str(values.get("currency", "SEK"))
        unit = money_scale(ax, max(amounts), language, currency, counted("spend_per_month", values, language))
        middles = [(as_day(month) + as_day(add_months(month, 1))) / 2 for month in months]
        bars = ax.bar(middles, [amount / unit for amount in amounts], width=22, color=style.POSSIBLE)
        bars.set_label(said("monthly", {}, language))
        known = [
            (x, float(mean) / unit)
            for x, mean in zip(middles, frame["mean_ore"], strict=True)
            if mean == mean and mean is not None
        ]
        if known:
            ax.plot(*zip(*known, strict=True), color=style.ACTUAL, label=said("mean_of_twelve", {}, language))
        ax.set_ylim(min(0.0, *(amount / unit for amount in amounts)), max(amounts) / unit * 1.08)
        month_scale(ax, months[0], add_months(months[-1], 1), language)
        legend_below(ax, 0)
    return ax
