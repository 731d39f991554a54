"""Figure: what each year of an agreement was promised to cost, with the promise's interval, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import legend_below, money_scale, new_axes, said

if TYPE_CHECKING:
    import pandas as pd

_HALF_BAND, _HALF_LINE = 0.24, 0.30


def plot_promise_years(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with a band, a line and a mark for every year: the interval, the promise and the cost.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``year, months, promised_ore, promise_low_ore, promise_high_ore, actual_ore``; a year of fewer than twelve
        months is shown as far as it goes.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 2.2)
        rows = frame.to_dict("records")
        largest = max(float(row[name]) for row in rows for name in ("promise_high_ore", "actual_ore"))
        scale = money_scale(ax, largest, language, str(values.get("currency", "SEK")))
        for place, row in enumerate(rows):
            _draw_year(ax, place, row, scale, language if place == 0 else "")
        ax.set_xticks(range(len(rows)), [_name(row, language) for row in rows])
        ax.set_xlim(-0.6, len(rows) - 0.4)
        ax.set_ylim(0, 1.12 * largest / scale)
        legend_below(ax, 24)
    return ax


def _draw_year(ax: Axes, place: int, row: Mapping[Any, Any], scale: float, language: str) -> None:
    """Draw a year; with a language it also stands in the legend."""
    low, high, promised, actual = (
        float(row[name]) / scale for name in ("promise_low_ore", "promise_high_ore", "promised_ore", "actual_ore")
    )
    names = [said(f"promise.{name}", {}, language) if language else "" for name in ("interval", "promised", "actual")]
    ax.bar(place, high - low, bottom=low, width=2 * _HALF_BAND, color=style.POSSIBLE, linewidth=0,
           label=names[0] or "_")  # fmt: skip
    ax.plot([place - _HALF_LINE, place + _HALF_LINE], [promised] * 2, color=style.PLAN, linewidth=2.0,
            label=names[1] or "_", zorder=3)  # fmt: skip
    ax.plot([place], [actual], marker="D", markersize=7, linestyle="none", color=style.ACTUAL, markeredgecolor="white",
            label=names[2] or "_", zorder=4)  # fmt: skip


def _name(row: Mapping[Any, Any], language: str) -> str:
    months = int(row["months"])
    year = str(int(row["year"]))
    return year if months == 12 else f"{year}\n{said('promise.months', {'n': months}, language)}"
