"""Figure: how the difference is distributed over the simulated futures, with the probability on each side of zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import (
    axis_title,
    counted,
    difference_axis,
    legend_below,
    new_axes,
    said,
    share_scale,
    signed_millions,
)

if TYPE_CHECKING:
    import pandas as pd

_LOW_INCHES = 2.0


def plot_difference_distribution(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with a histogram of the difference, one colour on each side of zero.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``difference_sek`` (left edge of a bin; all are equally wide) and ``share`` of the futures in it.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``; ``p``, the probability that the partnership is cheaper, where it is not written beside the figure;
        ``mean_sek``, ``low_sek`` and ``high_sek`` (95 per cent of the futures) where they are known; ``reach_sek``,
        how far the axis reaches at least, for figures that stand side by side.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 3.2)
        edges = [float(edge) for edge in frame["difference_sek"]]
        width = (edges[1] - edges[0]) if len(edges) > 1 else 1e6
        shares = [float(share) for share in frame["share"]]
        _draw_bins(ax, edges, width, shares)
        tallest = max([*shares, 1e-9])
        above, below = _room(ax, values)
        ax.set_ylim(0, tallest * above)
        share_scale(ax, language)
        ax.set_ylim(-below * tallest, tallest * above)
        ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= 1.1 * tallest])
        reach = values.get("reach_sek", (0.0, 0.0))
        low, high = min(edges[0], -2 * width, reach[0]), max(edges[-1] + width, 2 * width, reach[1])
        ax.set_xlim(low, high)
        axis_title(ax, counted("difference_distribution", values, language))
        if "p" in values:
            _write_sides(ax, float(values["p"]), language)
        _draw_interval(ax, -0.56 * below * tallest, values, language)
        difference_axis(ax, language, str(values.get("currency", "SEK")), zero_top=0.8)
    return ax


def _room(ax: Axes, values: Mapping[str, Any]) -> tuple[float, float]:
    """Return how far the figure reaches above for the probabilities, and below for the interval, in tallest bins."""
    low = ax.figure.get_figheight() < _LOW_INCHES  # type: ignore[union-attr]
    return 1.45 if "p" in values else 1.05, 0.36 if low else 0.16


def _draw_bins(ax: Axes, edges: Sequence[float], width: float, shares: Sequence[float]) -> None:
    """Draw the bins; the one that holds zero is divided there."""
    for side, colour in ((-1, style.CHEAPER), (1, style.DEARER)):
        ends = [sorted((side * max(side * left, 0.0), side * max(side * (left + width), 0.0))) for left in edges]
        parts = [(start, end - start, share) for (start, end), share in zip(ends, shares, strict=True) if end > start]
        if parts:
            starts, widths, heights = zip(*parts, strict=True)
            ax.bar(starts, heights, width=widths, align="edge", color=colour, edgecolor="white", linewidth=0.4)


def _write_sides(ax: Axes, p_cheaper: float, language: str) -> None:
    sides = (
        ("cheaper_side", p_cheaper, 0.01, "left", style.CHEAPER),
        ("dearer_side", 1 - p_cheaper, 0.99, "right", style.DEARER),
    )
    for code, share, x, side, colour in sides:
        ax.annotate(said(code, {"share": share}, language), (x, 0.98), xycoords="axes fraction", ha=side, va="top",
                    color=colour, fontweight="bold", fontsize=9.5, linespacing=1.3)  # fmt: skip


def _draw_interval(ax: Axes, y: float, values: Mapping[str, Any], language: str) -> None:
    low, high, mean = values.get("low_sek"), values.get("high_sek"), values.get("mean_sek")
    if low is None or high is None or mean is None:
        return
    ax.plot([low, high], [y, y], color=style.INK, linewidth=1.4, marker="|", markersize=9)
    ax.plot([mean], [y], marker="D", markersize=5.5, color=style.INK, markeredgecolor="white")
    ax.plot([], [], color=style.INK, linewidth=1.4, marker="D", markersize=5, markeredgecolor="white",
            label=said("interval_95", {}, language))  # fmt: skip
    legend_below(ax, 0)
    for x, side, offset in ((float(low), "right", -6), (float(high), "left", 6)):
        ax.annotate(signed_millions(x, language, 1), (x, y), (offset, 0), textcoords="offset points", ha=side,
                    va="center", fontsize=8)  # fmt: skip
