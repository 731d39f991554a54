"""Figure: supplier loyalty and agreement loyalty as intervals, for all spend and by account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import legend_below, new_axes, rows_axis, said
from partnership_lib.display.safe import safe_label
from partnership_lib.text.formatting import format_share

if TYPE_CHECKING:
    import pandas as pd

_KINDS = (("supplier", -0.17, style.ACTUAL, "o"), ("agreement", 0.17, style.DEARER, "D"))
"""Kind, place beside the middle of the row, colour and mark: told apart in grey too."""


def plot_loyalty_intervals(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with two intervals per row, from what a loyalty is at least to what it is at most.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``account, account_text, supplier_low_share, supplier_high_share, agreement_low_share, agreement_high_share``;
        the row without an account is for all spend.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        Not used.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 0.27 * len(frame) + 0.85)
        rows = frame.to_dict("records")
        for y, row in enumerate(rows):
            for kind, beside, colour, mark in _KINDS:
                ends = [float(row[f"{kind}_low_share"]), float(row[f"{kind}_high_share"])]
                _interval(ax, ends, y + beside, colour, mark)
        rows_axis(ax, [_name(row, language) for row in rows])
        ax.get_yticklabels()[0].set_fontweight("bold")
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_share(value, language)))
        ax.grid(axis="x")
        legend_below(ax, 0, [_legend(kind, colour, mark, language) for kind, _, colour, mark in _KINDS])
    return ax


def _name(row: Mapping[Any, Any], language: str) -> str:
    name = row["account_text"] or row["account"]
    return safe_label(name, 34) if name else said("all_spend", {}, language)


def _interval(ax: Axes, ends: list[float], y: float, colour: str, mark: str) -> None:
    ax.plot(ends, [y, y], color=colour, linewidth=4, solid_capstyle="butt", alpha=0.55)
    ax.plot(ends, [y, y], color=colour, linestyle="none", marker=mark, markersize=4.2, clip_on=False, zorder=4)


def _legend(kind: str, colour: str, mark: str, language: str) -> Line2D:
    words = said(f"{kind}_loyalty", {}, language)
    return Line2D([], [], color=colour, marker=mark, linewidth=4, markersize=5, label=words)
