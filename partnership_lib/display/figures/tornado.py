"""Figure: what each assumption does to the difference by itself, the longest bar on top."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import (
    NO_LINE_THROUGH,
    difference_axis,
    legend_below,
    name_sides,
    new_axes,
    rows_axis,
    said,
)
from partnership_lib.display.safe import clean_text
from partnership_lib.display.values import word_of
from partnership_lib.text.formatting import format_plain, format_share

if TYPE_CHECKING:
    import pandas as pd

_LINE_LETTERS = 42
_ROOM_SHARE = 0.26
"""Room beside the longest bar, of the width of all: its value stands there, and must not reach into the names."""


def plot_tornado(frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Return axes with one bar per assumption, from the difference at its P10 to the one at its P90.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``assumption, scope, assumption_unit, p10, p90, difference_at_p10_sek, difference_at_p90_sek``.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``centre_sek``: the difference with every assumption at its middle value; ``currency``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        rows = list(frame.itertuples())
        ax = new_axes(ax, 0.3 * len(rows) + 1.25)
        centre = float(values["centre_sek"])
        for y, row in enumerate(rows):
            _draw_row(ax, y, row, centre, language)
        rows_axis(ax, [_name(row, language) for row in rows])
        ax.tick_params(axis="y", labelsize=8)
        ends = [float(end) for name in ("difference_at_p10_sek", "difference_at_p90_sek") for end in frame[name]]
        low, high = min([*ends, 0.0]), max([*ends, 0.0])
        room = _ROOM_SHARE * ((high - low) or 1e6)
        ax.set_xlim(low - room, high + room)
        ax.axvline(centre, color=style.MUTED, linewidth=1.0, linestyle=(0, (4, 3)), zorder=2)
        difference_axis(ax, language, str(values.get("currency", "SEK")))
        name_sides(ax, language)
        ax.grid(axis="x")
        _explain(ax, language)
    return ax


def _name(row: Any, language: str) -> str:
    word = text.word("assumption", row.assumption, language)
    scope = row.scope if isinstance(row.scope, str) else ""
    about = f" ({word_of('scope', scope, language) or scope})" if scope else ""
    lines = textwrap.wrap(clean_text(word[:1].upper() + word[1:] + about), _LINE_LETTERS, max_lines=2, placeholder="…")
    return "\n".join(lines)


def _draw_row(ax: Axes, y: int, row: Any, centre: float, language: str) -> None:
    ends = (
        (float(row.difference_at_p10_sek), row.p10, style.LOW_VALUE),
        (float(row.difference_at_p90_sek), row.p90, style.HIGH_VALUE),
    )
    left = min(end for end, _, _ in ends)
    for end, value, colour in ends:
        ax.barh(y, end - centre, left=centre, height=0.6, color=colour, zorder=3)
        side, offset = ("right", -4) if end == left else ("left", 4)
        x = min(end, centre) if end == left else max(end, centre)
        ax.annotate(in_unit(float(value), str(row.assumption_unit), language), (x, y), (offset, 0), fontsize=7.5,
                    textcoords="offset points", ha=side, va="center", color=style.MUTED,
                    bbox=NO_LINE_THROUGH, zorder=5)  # fmt: skip


def in_unit(value: float, unit: str, language: str) -> str:
    """Return a value of an assumption as short as a bar has room for: shares as per cent, the rest as it is.

    Examples
    --------
    >>> in_unit(0.093, "share", "en"), in_unit(650.0, "SEK/h", "en")
    ('9.3%', '650')
    """
    if unit.startswith("share"):
        return format_share(value, language, 0 if abs(value) >= 0.1 else 1)
    return format_plain(float(f"{value:.3g}"), language)


def _explain(ax: Axes, language: str) -> None:
    ax.barh([0], [0], color=style.LOW_VALUE, label=said("at_low", {}, language))
    ax.barh([0], [0], color=style.HIGH_VALUE, label=said("at_high", {}, language))
    ax.plot([], [], color=style.MUTED, linestyle=(0, (4, 3)), linewidth=1.0,
            label=said("others_in_the_middle", {}, language))  # fmt: skip
    legend_below(ax, 0)
