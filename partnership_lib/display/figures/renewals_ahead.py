"""Figure: agreements that end ahead, each with its days for preparation, notice and end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import as_date, as_day, legend_below, month_scale, new_axes, said
from partnership_lib.display.safe import safe_label
from partnership_lib.units.dates import add_months, first_of_month

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 24
_NAME_POINTS = 205
_MARKS: dict[str, dict[str, Any]] = {
    "preparation": {"marker": "D", "markersize": 5.5, "markerfacecolor": "white"},
    "notice": {"marker": "v", "markersize": 7},
    "end": {"marker": "|", "markersize": 11, "markeredgewidth": 2.4},
}


def plot_renewals_ahead(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one line per agreement, from the day its preparation begins to its last day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``agreement_id, name, notice_date, preparation_date, end_date, is_partnership``.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``as_of``: the day that is asked about.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        all_rows = frame.dropna(subset=["end_date"]).sort_values(["end_date", "name"])
        rows = list(all_rows.head(_MOST_ROWS).itertuples())
        ax = new_axes(ax, 0.23 * len(rows) + 1.1)
        as_of: date = values["as_of"]
        last = max([as_of, *(day for day in (as_date(row.end_date) for row in rows) if day is not None)])
        start = add_months(first_of_month(as_of), -1)
        month_scale(ax, start, add_months(first_of_month(last), 1), language, most_ticks=9)
        ax.axvline(as_day(as_of), color=style.INK, linewidth=1)
        ax.annotate(said("today", {"day": as_of}, language), (as_day(as_of), 1), (0, 4), ha="left", fontsize=8,
                    xycoords=ax.get_xaxis_transform(), textcoords="offset points")  # fmt: skip
        for y, row in enumerate(rows):
            _draw_row(ax, y, row, start)
        ax.set_ylim(len(rows) - 0.4, -0.7)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.grid(axis="x")
        _explain(ax, len(all_rows) - len(rows), language)
    return ax


def _draw_row(ax: Axes, y: int, row: Any, start: date) -> None:
    colour = style.PARTNERSHIP if row.is_partnership else style.OTHER
    days = {
        "preparation": as_date(row.preparation_date),
        "notice": as_date(row.notice_date),
        "end": as_date(row.end_date),
    }
    known = [max(day, start) for day in days.values() if day is not None]
    ax.plot([as_day(min(known)), as_day(max(known))], [y, y], color=colour, linewidth=2.2, solid_capstyle="butt")
    for code, day in days.items():
        if day is not None and day >= start:
            ax.plot([as_day(day)], [y], color=colour, zorder=3, **_MARKS[code])
    weight = "bold" if row.is_partnership else "normal"
    ax.annotate(safe_label(row.name, 40), (0, y), (-_NAME_POINTS, 0), xycoords=ax.get_yaxis_transform(), va="center",
                textcoords="offset points", fontsize=8, fontweight=weight, annotation_clip=False)  # fmt: skip


def _explain(ax: Axes, left_out: int, language: str) -> None:
    for code, look in _MARKS.items():
        ax.plot([], [], linestyle="none", color=style.INK, label=said(code, {}, language), **look)
    ax.plot([], [], color=style.PARTNERSHIP, label=said("partnership", {}, language))
    if left_out:
        ax.plot([], [], linestyle="none", label=said("left_out_agreements", {"n": left_out}, language))
    legend_below(ax, _NAME_POINTS)
