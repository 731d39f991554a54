"""Figure: every activity that matters for the meeting, on its level, from raised to due to done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import as_date, as_day, legend_below, month_scale, new_axes, said
from partnership_lib.display.safe import safe_label
from partnership_lib.units.dates import add_months, first_of_month

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 32
_MONTHS_BACK, _MONTHS_AHEAD = 2, 8
_ROW_INCHES = 0.15
_TITLE_POINTS = 246
_BAR = 0.46


@dataclass(frozen=True)
class _Row:
    """One activity as it is drawn."""

    title: str
    level: str
    raised: date | None
    due: date | None
    done: date | None
    status: str


def plot_activity_timeline(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one line per activity, grouped by level, and a line at the report date.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``activity_id, title, level, raised_date, due_date, done_date, status``.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``period_start``, ``period_end`` (last day) and ``report_date``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.

    Notes
    -----
    Overdue activities come first, then those done in the period, those due in the coming months, and other open ones.
    What there is no room for is counted under the figure.
    """
    with style.context():
        rows, left_out = _chosen(frame, values)
        heights = _heights(rows)
        ax = new_axes(ax, (heights[-1] if heights else 0) * _ROW_INCHES + 1.15)
        start, end = _window(values)
        month_scale(ax, start, end, language, most_ticks=10)
        ax.set_ylim((heights[-1] if heights else 0) + 1.0, -1.0)
        _draw_time(ax, values, language)
        for row, y in zip(rows, heights, strict=True):
            _draw_row(ax, row, y, values["report_date"], (start, end), language)
        _draw_levels(ax, rows, heights, language)
        _explain(ax, left_out, language)
        _bare(ax)
    return ax


def _chosen(frame: pd.DataFrame, values: Mapping[str, Any]) -> tuple[list[_Row], int]:
    """Return the rows to draw in order of level and date, and how many are left out."""
    rows = [
        _Row(
            str(r.title), str(r.level), as_date(r.raised_date), as_date(r.due_date), as_date(r.done_date), str(r.status)
        )
        for r in frame.itertuples()
        if str(r.status) != "withdrawn"
    ]
    ranked = sorted(rows, key=lambda row: (_rank(row, values), row.due or date.max, row.title))
    # What was done before the period, or is not due for long, is left out even where there is room.
    kept = [row for row in ranked if _rank(row, values) < 4][:MOST_ROWS]
    levels = list(style.LEVEL_COLOURS)
    kept.sort(key=lambda row: (levels.index(row.level) if row.level in levels else 9, row.due or date.max, row.title))
    return kept, len(rows) - len(kept)


def _rank(row: _Row, values: Mapping[str, Any]) -> int:
    end = _window(values)[1]
    if row.status == "overdue":
        return 0
    if row.done is not None:
        return 1 if values["period_start"] <= row.done else 5
    if row.due is not None and row.due < end:
        return 2
    return 3 if row.due is None else 4


def _window(values: Mapping[str, Any]) -> tuple[date, date]:
    start = add_months(first_of_month(values["period_start"]), -_MONTHS_BACK)
    return start, add_months(first_of_month(values["period_end"]), _MONTHS_AHEAD)


def _heights(rows: list[_Row]) -> list[float]:
    """Return the height of each row; a level starts with room for its name."""
    heights: list[float] = []
    for number, row in enumerate(rows):
        new_level = number == 0 or rows[number - 1].level != row.level
        heights.append(
            (heights[-1] if heights else -1.0) + (2.5 if new_level and number else 2.0 if new_level else 1.0)
        )
    return heights


def _draw_time(ax: Axes, values: Mapping[str, Any], language: str) -> None:
    ax.axvspan(
        as_day(values["period_start"]), as_day(values["period_end"]) + 1, color=style.BAND, zorder=0, linewidth=0
    )
    today = as_day(values["report_date"])
    ax.axvline(today, color=style.INK, linewidth=1, zorder=1)
    ax.annotate(said("today", {"day": values["report_date"]}, language), (today, 1), (0, 3), fontsize=8, ha="center",
                xycoords=ax.get_xaxis_transform(), textcoords="offset points", color=style.INK)  # fmt: skip


def _draw_row(ax: Axes, row: _Row, y: float, today: date, window: tuple[date, date], language: str) -> None:
    colour = style.LEVEL_COLOURS.get(row.level, style.MUTED)
    overdue = row.status == "overdue"
    ax.annotate(safe_label(row.title, 52), (0, y), (-_TITLE_POINTS, 0), xycoords=ax.get_yaxis_transform(), fontsize=8,
                textcoords="offset points", va="center", ha="left", annotation_clip=False,
                color=style.MUTED if row.done else style.INK)  # fmt: skip
    begin = max(row.raised or window[0], window[0])
    finish = min(row.done or row.due or window[1], window[1])
    if finish > begin:
        filled = colour if row.done else "white"
        ax.barh(y, (finish - begin).days, left=as_day(begin), height=_BAR, color=filled, edgecolor=colour, linewidth=1)
    if overdue and row.due is not None:
        _draw_overdue(ax, y, max(row.due, begin), row.due, today, language)
    elif row.done is not None:
        ax.annotate("✓", (as_day(row.done), y), (3, 0), textcoords="offset points", va="center", fontsize=8,
                    fontweight="bold", color=style.GOOD)  # fmt: skip
    elif row.due is not None and row.due < window[1]:
        ax.plot([as_day(row.due)], [y], marker="D", markersize=4, color=colour, zorder=4, clip_on=False)


def _draw_overdue(ax: Axes, y: float, begin: date, due: date, today: date, language: str) -> None:
    ax.barh(y, max((today - begin).days, 1), left=as_day(begin), height=_BAR, color=style.BAD, edgecolor=style.BAD)
    ax.annotate(text.sentence("count.days", {"n": (today - due).days}, language), (as_day(today), y), (4, 0),
                textcoords="offset points", va="center", fontsize=8, fontweight="bold", color=style.BAD)  # fmt: skip


def _draw_levels(ax: Axes, rows: list[_Row], heights: list[float], language: str) -> None:
    for number, (row, y) in enumerate(zip(rows, heights, strict=True)):
        if number == 0 or rows[number - 1].level != row.level:
            name = text.word("level", row.level, language).capitalize()
            ax.annotate(name, (0, y - 1), (-_TITLE_POINTS, 0), xycoords=ax.get_yaxis_transform(), va="center",
                        textcoords="offset points", fontsize=9, fontweight="bold", annotation_clip=False,
                        color=style.LEVEL_COLOURS.get(row.level, style.INK))  # fmt: skip


def _explain(ax: Axes, left_out: int, language: str) -> None:
    looks = {"done": (style.MUTED, style.MUTED), "open": ("white", style.MUTED), "overdue": (style.BAD, style.BAD)}
    handles: list[Artist] = [
        Patch(facecolor=filling, edgecolor=edge, label=text.word("activity_status", status, language))
        for status, (filling, edge) in looks.items()
    ]
    due = {"marker": "D", "markersize": 4, "color": style.MUTED, "linestyle": "none"}
    handles.append(Line2D([], [], label=said("due", {}, language), **due))  # type: ignore[arg-type]
    if left_out:
        handles.append(Line2D([], [], linestyle="none", label=said("left_out", {"n": left_out}, language)))
    legend_below(ax, _TITLE_POINTS, handles)


def _bare(ax: Axes) -> None:
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", linewidth=0.5)
