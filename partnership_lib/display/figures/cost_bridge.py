"""Figure: from the invoices of the year before to those of the latest year, cause by cause."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import counted, money_scale, new_axes
from partnership_lib.text.formatting import format_count

if TYPE_CHECKING:
    import pandas as pd

_LINE_LETTERS = 14
_ENDS = ("before", "now")


def plot_cost_bridge(frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Return axes with a bar for each end and a floating bar for each cause between them.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``bridge_part, amount_ore``: ``before`` first, then the causes, ``now`` last.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 2.9)
        amounts = [float(amount) for amount in frame["amount_ore"]]
        parts = [str(part) for part in frame["bridge_part"]]
        tops = _levels(parts, amounts)
        currency = str(values.get("currency", "SEK"))
        largest = max(max(pair) for pair in tops)
        scale = money_scale(ax, largest, language, currency, counted("cost_bridge", values, language))
        for place, (part, amount, (low, high)) in enumerate(zip(parts, amounts, tops, strict=True)):
            colour = style.ACTUAL if part in _ENDS else style.DEARER if amount > 0 else style.CHEAPER
            ax.bar(place, (high - low) / scale, bottom=low / scale, color=colour, width=0.62, zorder=3)
            sign = "" if part in _ENDS or round(amount / scale, 1) <= 0 else "+"
            written = sign + format_count(round(amount / scale, 1) + 0.0, language, 1)
            ax.annotate(written, (place, high / scale), (0, 3), textcoords="offset points", ha="center", fontsize=8)
        _connect(ax, parts, tops, amounts, scale)
        names = [textwrap.fill(text.word("bridge_part", part, language), _LINE_LETTERS) for part in parts]
        ax.set_xticks(range(len(parts)), names)
        ax.tick_params(axis="x", length=0)
        ax.set_ylim(0, largest * 1.12 / scale)
    return ax


def _levels(parts: list[str], amounts: list[float]) -> list[tuple[float, float]]:
    """Return the lower and the upper end of each bar."""
    found, level = [], 0.0
    for part, amount in zip(parts, amounts, strict=True):
        if part in _ENDS:
            level = amount
            found.append((0.0, amount))
        else:
            found.append((min(level, level + amount), max(level, level + amount)))
            level += amount
    return found


def _connect(ax: Axes, parts: list[str], tops: list[tuple[float, float]], amounts: list[float], scale: float) -> None:
    """Draw a thin line from each bar to the next, at the level between them."""
    level = 0.0
    for place in range(len(parts) - 1):
        level = tops[place][1] if parts[place] in _ENDS else level + amounts[place]
        ax.plot([place + 0.31, place + 0.69], [level / scale] * 2, color=style.MUTED, linewidth=0.8, zorder=2)
