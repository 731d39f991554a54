"""Figure: from today's agreements to the partnership, one step per part of the cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import (
    difference_axis,
    legend_below,
    name_sides,
    new_axes,
    rows_axis,
    said,
    signed_millions,
)

if TYPE_CHECKING:
    import pandas as pd


def plot_cost_waterfall(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with a staircase from zero, which is today's agreements, to the expected difference.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``component, difference_sek``, in the order they are drawn.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``; ``low_sek`` and ``high_sek``, the 95 per cent interval of the difference, and the expected cost of
        both plans as ``fragmented`` and ``consolidated``, where they are known; ``reach_sek``, how far the axis reaches
        at least, for figures that stand side by side.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        steps = [float(step) for step in frame["difference_sek"]]
        names = [_name(str(code), language) for code in frame["component"]]
        ax = new_axes(ax, 0.25 * (len(steps) + 3) + 0.9)
        level = 0.0
        for y, step in enumerate(steps, start=1):
            _draw_step(ax, y, level, step, language)
            level += step
        _draw_end(ax, len(steps) + 1, level, values, language)
        rows_axis(ax, [_total("fragmented", values, language), *names, _total("consolidated", values, language)])
        _set_width(ax, steps, values)
        difference_axis(ax, language, str(values.get("currency", "SEK")))
        if _is_narrow(ax):
            ax.set_xlabel(ax.get_xlabel(), loc="right")
        else:
            name_sides(ax, language)
        ax.grid(axis="x")
        for end in (0, -1):
            ax.get_yticklabels()[end].set_fontweight("bold")
    return ax


def _name(code: str, language: str) -> str:
    word = text.word("component", code, language)
    return word[:1].upper() + word[1:]


def _total(plan: str, values: Mapping[str, Any], language: str) -> str:
    amount, currency = values.get(plan), values.get("currency", "SEK")
    total = {"amount": amount, "currency": currency}
    words = said(plan, {}, language) if amount is None else said(f"{plan}_total", total, language)
    return words[:1].upper() + words[1:]


def _draw_step(ax: Axes, y: int, level: float, step: float, language: str) -> None:
    colour = style.DEARER if step > 0 else style.CHEAPER
    ax.plot([level, level], [y - 1, y], color=style.MUTED, linewidth=0.8, zorder=1)
    ax.barh(y, step, left=level, height=0.62, color=colour, zorder=3)
    low, high = min(level, level + step), max(level, level + step)
    # Beside the bar, on the side away from zero: the line at zero runs through no number.
    _write(ax, y, (low, "right", -5) if high <= 0 else (high, "left", 5), signed_millions(step, language, 1), colour)


def _draw_end(ax: Axes, y: int, level: float, values: Mapping[str, Any], language: str) -> None:
    """Draw the difference with its interval: no saving is shown without how uncertain it is."""
    ax.plot([level, level], [y - 1, y], color=style.MUTED, linewidth=0.8, zorder=1)
    ax.barh(y, level, height=0.62, color=style.INK, zorder=3)
    low, high = values.get("low_sek"), values.get("high_sek")
    end = max(level, 0.0)
    if low is not None and high is not None:
        end = max(end, float(high))
        ax.plot([low, high], [y, y], color=style.INK, linewidth=1.4, marker="|", markersize=9, zorder=3)
        ax.plot([], [], color=style.INK, linewidth=1.4, marker="D", markersize=5, markeredgecolor="white",
                label=said("interval_95", {}, language))  # fmt: skip
        legend_below(ax, 0)
    ax.plot([level], [y], marker="D", markersize=5.5, color=style.INK, markeredgecolor="white", zorder=5)
    _write(ax, y, (end, "left", 5), signed_millions(level, language, 1), style.INK)


def _write(ax: Axes, y: int, place: tuple[float, str, int], words: str, colour: str) -> None:
    x, side, offset = place
    ax.annotate(words, (x, y), (offset, 0), textcoords="offset points", ha=side, va="center", fontsize=8,
                color=colour, fontweight="bold", zorder=6)  # fmt: skip


def _set_width(ax: Axes, steps: Sequence[float], values: Mapping[str, Any]) -> None:
    levels = [0.0]
    for step in steps:
        levels.append(levels[-1] + step)
    ends = [float(values[name]) for name in ("low_sek", "high_sek") if values.get(name) is not None]
    ends += values.get("reach_sek", ())
    low, high = min(*levels, *ends, 0.0), max(*levels, *ends, 0.0)
    # The numbers beside the bars take a larger part of a narrow figure.
    room = (0.38 if _is_narrow(ax) else 0.12) * ((high - low) or 1e6)
    ax.set_xlim(low - room, high + room)


def _is_narrow(ax: Axes) -> bool:
    return bool(ax.figure.get_figwidth() < style.WIDTH_INCHES)  # type: ignore[union-attr]
