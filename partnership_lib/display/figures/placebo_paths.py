"""Figure: the partnership's distance from its comparison among those of series where nothing changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import (
    as_date,
    as_day,
    axis_title,
    counted,
    label_ends,
    month_scale,
    new_axes,
    said,
)
from partnership_lib.display.figures.treated_against_synthetic import mark_start
from partnership_lib.text.formatting import format_share
from partnership_lib.units.dates import add_months

if TYPE_CHECKING:
    import pandas as pd

_MOST_TICKS = 8


def plot_placebo_paths(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one thin line per donor and the partnership's on top.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``quarter_month, unit, treated, difference_share``.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``start``: the first day of the partnership.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 2.9)
        last: dict[bool, tuple[float, float]] = {}
        for _, path in frame.groupby("unit", sort=False):
            treated = bool(path["treated"].iloc[0])
            months = [month for month in (as_date(value) for value in path["quarter_month"]) if month is not None]
            where = [as_day(add_months(month, 1)) + 15 for month in months]
            heights = [float(share) for share in path["difference_share"]]
            colour, width = (style.PARTNERSHIP, 2.6) if treated else (style.OTHER, 0.7)
            ax.plot(where, heights, color=colour, linewidth=width, alpha=1.0 if treated else 0.65,
                    zorder=3 if treated else 2)  # fmt: skip
            last[treated] = where[-1], heights[-1]
        every = [month for month in (as_date(value) for value in frame["quarter_month"]) if month is not None]
        month_scale(ax, min(every), add_months(max(every), 3), language, most_ticks=_MOST_TICKS)
        signed_share_scale(ax, language, counted("placebo_paths", values, language))
        mark_start(ax, values["start"], language)
        names = {True: ("with_partnership", style.PARTNERSHIP), False: ("other_needs", style.MUTED)}
        label_ends(ax, [(*last[key], said(names[key][0], {}, language), names[key][1]) for key in last])
    return ax


def signed_share_scale(ax: Axes, language: str, words: str) -> None:
    """Set per cent with their sign on the vertical axis, and a clear line at zero."""
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_share(value, language)))
    ax.axhline(0, color=style.INK, linewidth=1.0, zorder=1)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    axis_title(ax, words)
