"""Figure: how many activities have been agreed and done over time, one small panel per level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import as_date, as_day, count_scale, label_ends, month_scale, new_axes, said
from partnership_lib.units.dates import add_months

if TYPE_CHECKING:
    import pandas as pd


def plot_burn_up(frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Return axes with agreed and done activities per level; the gap between the lines is what is left to do.

    The levels stand side by side on the same scale, each with its own panel inside `ax`.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``month, level, agreed, done``, cumulated.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        Values of the chart; nothing is drawn from them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    del values  # Every figure is called alike.
    with style.context():
        ax = new_axes(ax, 2.2)
        ax.set_axis_off()
        present = set(frame["level"].astype(str))
        levels = [level for level in style.LEVEL_COLOURS if level in present]
        top = max(1.0, float(frame["agreed"].max())) * 1.12
        width = 1 / max(1, len(levels))
        for number, level in enumerate(levels):
            panel = ax.inset_axes((number * width + 0.03, 0.0, width - 0.075, 0.78))
            _draw_level(panel, frame[frame["level"].astype(str) == level], level, top, language)
        _explain(ax, language)
    return ax


def _draw_level(panel: Axes, rows: pd.DataFrame, level: str, top: float, language: str) -> None:
    days = [day for day in (as_date(month) for month in rows["month"]) if day is not None]
    x = [as_day(day) for day in days]
    colour = style.LEVEL_COLOURS[level]
    agreed, done = rows["agreed"].astype(float).tolist(), rows["done"].astype(float).tolist()
    panel.fill_between(x, done, agreed, step="post", color=style.BAND, linewidth=0)
    panel.step(x, agreed, where="post", color=style.MUTED, linewidth=1.4)
    panel.step(x, done, where="post", color=colour, linewidth=2.6)
    month_scale(panel, days[0], max(days[-1], add_months(days[0], 1)), language, most_ticks=4)
    count_scale(panel, language)
    panel.set_ylim(0, top)
    name = text.word("level", level, language).capitalize()
    panel.set_title(name, loc="left", color=colour, fontweight="bold", fontsize=9)
    label_ends(
        panel, [(x[-1], agreed[-1], f"{agreed[-1]:.0f}", style.MUTED), (x[-1], done[-1], f"{done[-1]:.0f}", colour)]
    )


def _explain(ax: Axes, language: str) -> None:
    ax.plot([], [], color=style.MUTED, linewidth=1.4, label=said("agreed", {}, language))
    ax.plot([], [], color=style.INK, linewidth=2.6, label=said("done", {}, language))
    ax.legend(loc="upper left", bbox_to_anchor=(0.02, 1.06), ncols=2, fontsize=8.5, borderaxespad=0)
