"""Figure: where the costs of each plan arise, as shares of its own cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import new_axes, rows_axis, said
from partnership_lib.text.formatting import format_share

if TYPE_CHECKING:
    import pandas as pd

_HEIGHT = 0.36


def plot_cost_shares(frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Return axes with two bars per part of the cost: today's agreements and the partnership.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``component, fragmented_share, consolidated_share`` with shares from 0 to 1.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        Values of the chart's sentences.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 0.36 * len(frame) + 0.8)
        for number, (plan, colour) in enumerate(style.PLAN_COLOURS.items()):
            shares = [float(share) for share in frame[f"{plan}_share"]]
            places = [y + (number - 0.5) * _HEIGHT for y in range(len(shares))]
            ax.barh(places, shares, height=_HEIGHT, color=colour, label=said(plan, {}, language))
            for y, share in zip(places, shares, strict=True):
                ax.annotate(format_share(share, language), (share, y), (4, 0), textcoords="offset points",
                            va="center", fontsize=7.5, color=colour)  # fmt: skip
        rows_axis(ax, [text.word("component", code, language).capitalize() for code in frame["component"]])
        ax.set_xlim(0, 1.12 * max([float(frame[f"{plan}_share"].max()) for plan in style.PLAN_COLOURS] + [0.01]))
        ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_share(value, language)))
        ax.grid(axis="x")
        ax.legend(loc="lower right", fontsize=8.5)
    return ax
