"""Figure: what fewer and fewer agreements cost against today's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import (
    NO_LINE_THROUGH,
    axis_title,
    millions_axis,
    new_axes,
    said,
    signed_millions,
)
from partnership_lib.text.formatting import millions_unit

if TYPE_CHECKING:
    import pandas as pd


def plot_agreements_front(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with a point per number of agreements, the cheapest plan with no more than that.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``agreements, difference_sek``: the expected difference from renewing each of today's agreements on its own.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 2.9)
        rows = frame.sort_values("agreements", ascending=False)
        numbers = [int(number) for number in rows["agreements"]]
        heights = [float(each) for each in rows["difference_sek"]]
        ax.axhline(0, color=style.INK, linewidth=1.3)
        ax.plot(numbers, heights, color=style.OTHER, linewidth=1.2)
        for place, (number, height) in enumerate(zip(numbers, heights, strict=True)):
            colour = style.DEARER if height > 0 else style.CHEAPER
            ax.plot([number], [height], marker="o", markersize=6, color=colour, markeredgecolor="white", zorder=4)
            if place in (0, len(numbers) - 1):
                ax.annotate(signed_millions(height, language, 1), (number, height), (0, 9),
                            textcoords="offset points", ha="center", fontsize=8.5, color=colour, fontweight="bold",
                            bbox=NO_LINE_THROUGH)  # fmt: skip
        _frame(ax, numbers, [*heights, 0.0], language, str(values.get("currency", "SEK")))
    return ax


def _frame(ax: Axes, numbers: list[int], heights: list[float], language: str, currency: str) -> None:
    room = 0.2 * ((max(heights) - min(heights)) or 1e6)
    ax.set_ylim(min(heights) - room, max(heights) + room)
    side = max(0.08 * (max(numbers) - min(numbers)), 0.5)
    # Fewer to the right: the way that the municipality wants to go.
    ax.set_xlim(max(numbers) + side, min(numbers) - side)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    millions_axis(ax.yaxis, language)
    ax.set_xlabel(said("agreements_in_plan", {}, language))
    what = said("difference_from_today", {}, language)
    axis_title(ax, said("in_units", {"what": what, "unit": millions_unit(language, currency)}, language))
    for code, y, va, colour in (
        ("dearer_than_today", 3, "bottom", style.DEARER),
        ("cheaper_than_today", -3, "top", style.CHEAPER),
    ):
        ax.annotate(said(code, {}, language), (1, 0), (0, y), ha="right", va=va, color=colour, fontsize=8,
                    fontweight="bold", xycoords=ax.get_yaxis_transform(), textcoords="offset points")  # fmt: skip
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
