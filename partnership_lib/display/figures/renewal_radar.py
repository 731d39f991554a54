"""Figure: agreements that nothing follows, each from the last safe day to begin the procurement to its last day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import as_date, as_day, legend_below, month_scale, new_axes, said
from partnership_lib.display.safe import safe_label
from partnership_lib.text.formatting import format_share
from partnership_lib.units.dates import add_months, first_of_month

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 28
_NAME_POINTS = 205
_BACK_MONTHS = 9
_LOOKS: dict[str, dict[str, Any]] = {
    "late": {"facecolor": style.BAD, "hatch": "////", "edgecolor": "white", "linewidth": 0},
    "running": {"facecolor": style.PARTNERSHIP},
    "soon": {"facecolor": style.ATTENTION, "alpha": 0.75},
    "ahead": {"facecolor": style.RULE},
}
"""States differ in lightness and hatching too, so that they are told apart in grey."""
_NOTICE: dict[str, Any] = {"marker": "v", "markersize": 6, "color": style.INK, "linestyle": "none"}


def plot_renewal_radar(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one bar per agreement, and the probability of being ready in time at its end.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``name, is_partnership, renewal_state, procurement_start, last_safe_start, ready_share, notice_date,
        end_date``, the first start first.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``as_of``: the day that is asked about.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        rows = list(frame.head(_MOST_ROWS).itertuples())
        ax = new_axes(ax, 0.2 * len(rows) + 1.1)
        as_of: date = values["as_of"]
        start = add_months(first_of_month(as_of), -_BACK_MONTHS)
        last = max(day for day in (as_date(row.end_date) for row in rows) if day is not None)
        month_scale(ax, start, add_months(first_of_month(last), 3), language, most_ticks=11)
        for y, row in enumerate(rows):
            _draw_row(ax, y, row, start, language)
        ax.axvline(as_day(as_of), color=style.INK, linewidth=1)
        ax.annotate(said("today", {"day": as_of}, language), (as_day(as_of), 1), (0, 4), ha="left", fontsize=8,
                    xycoords=ax.get_xaxis_transform(), textcoords="offset points")  # fmt: skip
        ax.set_ylim(len(rows) - 0.4, -0.7)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.grid(axis="x")
        _explain(ax, rows, len(frame) - len(rows), language)
    return ax


def _draw_row(ax: Axes, y: int, row: Any, start: date, language: str) -> None:
    begin, end = as_date(row.procurement_start) or as_date(row.last_safe_start), as_date(row.end_date)
    if begin is None or end is None:
        return
    left = as_day(max(begin, start))
    ax.barh([y], [as_day(end) - left], left=left, height=0.62, **_LOOKS[row.renewal_state])
    notice = as_date(row.notice_date)
    if notice is not None and notice >= start:
        ax.plot([as_day(notice)], [y], zorder=3, **_NOTICE)
    ax.annotate(format_share(row.ready_share, language), (as_day(end), y), (4, 0), textcoords="offset points",
                va="center", fontsize=7.5, annotation_clip=False)  # fmt: skip
    weight = "bold" if row.is_partnership else "normal"
    ax.annotate(safe_label(row.name, 40), (0, y), (-_NAME_POINTS, 0), xycoords=ax.get_yaxis_transform(), va="center",
                textcoords="offset points", fontsize=8, fontweight=weight, annotation_clip=False)  # fmt: skip


def _explain(ax: Axes, rows: list[Any], left_out: int, language: str) -> None:
    there = {row.renewal_state for row in rows}
    handles: list[Any] = [
        Patch(label=text.word("renewal_state", state, language), **look)
        for state, look in _LOOKS.items()
        if state in there
    ]
    handles += ax.plot([], [], label=said("notice", {}, language), **_NOTICE)
    handles += ax.plot([], [], linestyle="none", label=said("share_ready_in_time", {}, language))
    if left_out > 0:
        handles += ax.plot([], [], linestyle="none", label=said("left_out_agreements", {"n": left_out}, language))
    legend_below(ax, _NAME_POINTS, handles)
