"""Figure: the meetings of each level on a strip of time: held, missed, cancelled and coming."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import as_date, as_day, month_scale, new_axes
from partnership_lib.units.dates import add_months, first_of_month

if TYPE_CHECKING:
    import pandas as pd

_STATES: dict[str, dict[str, Any]] = {
    # Shape, filling and colour all differ: a state is seen without colour.
    "held": {"marker": "o", "markersize": 8.5, "markerfacecolor": style.GOOD, "markeredgecolor": style.GOOD},
    "missed": {"marker": "X", "markersize": 9, "markerfacecolor": style.BAD, "markeredgecolor": "white"},
    "cancelled": {"marker": "s", "markersize": 7, "markerfacecolor": "white", "markeredgecolor": style.ATTENTION,
                  "markeredgewidth": 1.6},
    "coming": {"marker": "o", "markersize": 8, "markerfacecolor": "white", "markeredgecolor": style.MUTED,
               "markeredgewidth": 1.2},
}  # fmt: skip


def plot_cadence_strip(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one strip per level and one mark per planned meeting.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``level, planned_date, held_date, state`` (``held``, ``missed``, ``cancelled`` or ``coming``).
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``period_start`` and ``period_end`` shade the period where they are given.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        present = set(frame["level"].astype(str))
        levels = [level for level in style.LEVEL_COLOURS if level in present]
        ax = new_axes(ax, 0.42 * len(levels) + 0.95)
        rows = [
            (str(r.level), str(r.state), as_date(r.held_date) or as_date(r.planned_date)) for r in frame.itertuples()
        ]
        days = [day for _, _, day in rows if day is not None]
        month_scale(ax, first_of_month(min(days)), add_months(first_of_month(max(days)), 1), language)
        _draw_period(ax, values)
        for y, level in enumerate(levels):
            ax.axhline(y, color=style.RULE, linewidth=1, zorder=1)
            _draw_meetings(ax, y, [(state, day) for at, state, day in rows if at == level and day is not None])
        _name_levels(ax, levels, language)
        _explain(ax, [state for state in _STATES if any(state == each for _, each, _ in rows)], language)
    return ax


def _draw_period(ax: Axes, values: Mapping[str, Any]) -> None:
    if isinstance(values.get("period_start"), date) and isinstance(values.get("period_end"), date):
        low, high = ax.get_xlim()
        start, end = max(as_day(values["period_start"]), low), min(as_day(values["period_end"]) + 1, high)
        if start < end:
            ax.axvspan(start, end, color=style.BAND, zorder=0, linewidth=0)


def _draw_meetings(ax: Axes, y: int, meetings: list[tuple[str, date]]) -> None:
    for state, day in meetings:
        look = _STATES.get(state, _STATES["coming"])
        ax.plot([as_day(day)], [y], linestyle="none", zorder=3, clip_on=False, **look)


def _name_levels(ax: Axes, levels: list[str], language: str) -> None:
    names = [text.word("level", level, language).capitalize() for level in levels]
    ax.set_yticks(range(len(levels)), names)
    for label, level in zip(ax.get_yticklabels(), levels, strict=True):
        label.set_color(style.LEVEL_COLOURS[level])
        label.set_fontweight("bold")
    ax.set_ylim(len(levels) - 0.45, -0.55)
    ax.spines["left"].set_visible(False)


def _explain(ax: Axes, states: list[str], language: str) -> None:
    for state in states:
        ax.plot([], [], linestyle="none", label=text.word("meeting_state", state, language), **_STATES[state])
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=len(states), borderaxespad=0, handletextpad=0.1,
              columnspacing=1.6, fontsize=8.5)  # fmt: skip
