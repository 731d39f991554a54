"""Figure: what the partnership's needs cost, and what they would have cost without it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
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
from partnership_lib.text.formatting import format_count
from partnership_lib.units.dates import add_months

if TYPE_CHECKING:
    import pandas as pd

_MOST_TICKS = 8
_MIDDLE_MONTHS = 1
"""A quarter is drawn in the middle of its three months."""


def plot_treated_against_synthetic(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one line with and one without the partnership; the start is marked.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``quarter_month, treated_index, counterfactual_index``; the last one empty where no estimate is told.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``start``: the first day of the partnership.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 2.9)
        months = [month for month in (as_date(value) for value in frame["quarter_month"]) if month is not None]
        where = [as_day(add_months(month, _MIDDLE_MONTHS)) + 15 for month in months]
        ends = []
        for column, code, colour, dashes, width in (
            ("counterfactual_index", "without_partnership", style.OTHER, (0, (4, 2)), 1.8),
            ("treated_index", "with_partnership", style.PARTNERSHIP, "-", 2.4),
        ):
            points = [(x, float(y)) for x, y in zip(where, frame[column], strict=True) if y is not None and y == y]
            if points:
                ax.plot(*zip(*points, strict=True), color=colour, linestyle=dashes, linewidth=width, marker="o",
                        markersize=3 if dashes == "-" else 0)  # fmt: skip
                ends.append((*points[-1], said(code, {}, language), colour))
        month_scale(ax, months[0], add_months(months[-1], 3), language, most_ticks=_MOST_TICKS)
        index_scale(ax, language, counted("treated_against_synthetic", values, language))
        mark_start(ax, values["start"], language)
        label_ends(ax, ends)
    return ax


def index_scale(ax: Axes, language: str, words: str) -> None:
    """Set an index on the vertical axis, not from zero: what matters is how it differs from 100."""
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_count(value, language)))
    ax.margins(y=0.12)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    axis_title(ax, words)


def mark_start(ax: Axes, start: date, language: str) -> None:
    """Draw the day that the partnership began."""
    ax.axvline(as_day(start), color=style.INK, linewidth=1.0, linestyle=(0, (2, 2)), zorder=1)
    ax.annotate(said("partnership_begins", {}, language), (as_day(start), 1), (4, -2), color=style.INK, fontsize=8,
                xycoords=ax.get_xaxis_transform(), textcoords="offset points", va="top")  # fmt: skip
