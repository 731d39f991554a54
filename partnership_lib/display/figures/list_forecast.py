"""Figure: what has been left on each list month by month, and how it may shrink."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import as_date, as_day, count_scale, month_scale, new_axes, said

if TYPE_CHECKING:
    import pandas as pd

_AS_IT_IS: dict[str, Any] = {"linewidth": 2.0, "linestyle": (0, (1, 1.2))}
_WITH_NEW: dict[str, Any] = {"linewidth": 1.4, "linestyle": (0, (4, 2)), "color": style.MUTED}


def plot_list_forecast(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one small panel per level: what was left, a line and a band for what may be left.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``month, level, remaining, low, middle, high, with_new``: what was left at the beginning of the month, or what
        may be left then.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        Values of the chart; nothing is drawn from them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    del values  # Every figure is called alike.
    with style.context():
        ax = new_axes(ax, 2.15)
        ax.set_axis_off()
        present = set(frame["level"].astype(str))
        levels = [level for level in style.LEVEL_COLOURS if level in present]
        highest = max(_floats(frame, "remaining") + _floats(frame, "high"), default=1.0)
        days = [day for day in map(as_date, frame["month"]) if day is not None]
        width = 1 / max(1, len(levels))
        for number, level in enumerate(levels):
            panel = ax.inset_axes((number * width + 0.03, 0.0, width - 0.06, 0.72))
            month_scale(panel, min(days), max(days), language, most_ticks=5)
            count_scale(panel, language)
            _draw_level(panel, frame[frame["level"].astype(str) == level], level, language)
            panel.set_ylim(0, max(1.0, highest) * 1.12)
        _explain(ax, frame, language)
    return ax


def _floats(rows: pd.DataFrame, column: str) -> list[float]:
    return [float(value) for value in rows[column] if value is not None and value == value]


def _draw_level(panel: Axes, rows: pd.DataFrame, level: str, language: str) -> None:
    colour = style.LEVEL_COLOURS[level]
    seen, foreseen = rows[rows["remaining"].notna()], rows[rows["middle"].notna()]
    x, left = _x(seen), _floats(seen, "remaining")
    panel.step(x, left, where="post", color=colour, linewidth=2.2)
    name = text.word("level", level, language).capitalize()
    if len(foreseen) and left:
        ahead = [x[-1], *_x(foreseen)]
        low, middle, high = ([left[-1], *_floats(foreseen, name)] for name in ("low", "middle", "high"))
        panel.fill_between(ahead, low, high, color=colour, alpha=0.16, linewidth=0)
        panel.plot(ahead, middle, color=colour, **_AS_IT_IS)
        with_new = _floats(foreseen, "with_new")
        if with_new:
            panel.plot(ahead, [left[-1], *with_new], **_WITH_NEW)
    else:
        name = said("no_forecast", {"level": name}, language)
    if left:
        panel.plot([x[-1]], [left[-1]], marker="o", markersize=5, color=colour, markeredgecolor="white", zorder=4)
        panel.annotate(f"{left[-1]:.0f}", (x[-1], left[-1]), (5, 4), textcoords="offset points", ha="left",
                       color=colour, fontsize=8.5, fontweight="bold")  # fmt: skip
    panel.set_title(name, loc="left", color=colour, fontweight="bold", fontsize=9)


def _x(rows: pd.DataFrame) -> list[float]:
    return [as_day(day) for day in (as_date(month) for month in rows["month"]) if day is not None]


def _explain(ax: Axes, frame: pd.DataFrame, language: str) -> None:
    ax.plot([], [], color=style.INK, linewidth=2.2, label=said("seen_so_far", {}, language))
    if frame["middle"].notna().any():
        ax.plot([], [], color=style.INK, label=said("nothing_new", {}, language), **_AS_IT_IS)
    if frame["with_new"].notna().any():
        ax.plot([], [], label=said("as_many_new", {}, language), **_WITH_NEW)
    ax.legend(loc="upper left", bbox_to_anchor=(0.02, 1.08), ncols=3, fontsize=8, borderaxespad=0, handlelength=2.4,
              columnspacing=1.4)  # fmt: skip
