"""Figure: how few suppliers carry how much of the spend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import axis_title, counted, new_axes, said, share_scale
from partnership_lib.text.formatting import format_count

if TYPE_CHECKING:
    import pandas as pd


def plot_spend_pareto(frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Return axes with the cumulated share of spend against the number of suppliers, the largest first.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``rank, suppliers_share, cumulated_share``, beginning at 0.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``needed`` suppliers for ``limit_share`` of the spend.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 2.6)
        ranks = [float(rank) for rank in frame["rank"]]
        shares = [float(share) for share in frame["cumulated_share"]]
        ax.fill_between(ranks, 0, shares, color=style.ACTUAL, alpha=0.12, linewidth=0)
        ax.plot(ranks, shares, color=style.ACTUAL)
        ax.set_xlim(0, max(ranks[-1], 1.0))
        ax.set_ylim(0, 1.05)
        share_scale(ax, language)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_count(value, language)))
        ax.set_xlabel(said("suppliers_largest_first", {}, language))
        axis_title(ax, counted("spend_pareto", values, language))
        _mark(ax, values, language)
    return ax


def _mark(ax: Axes, values: Mapping[str, Any], language: str) -> None:
    """Mark how many suppliers make up the limit."""
    needed, limit = values.get("needed"), values.get("limit_share")
    if needed is None or limit is None:
        return
    ax.plot([needed, needed, 0], [0, limit, limit], color=style.MUTED, linestyle=(0, (4, 3)), linewidth=1.2)
    words = said("suppliers_for_share", {"n": needed, "share": limit}, language)
    ax.annotate(words, (needed, limit), (8, -4), textcoords="offset points", va="top", color=style.INK,
                fontweight="bold")  # fmt: skip
