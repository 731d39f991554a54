"""Figure: the effect of each partnership with its interval, drawn towards the mean, and the mean itself."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import legend_below, new_axes, rows_axis, said
from partnership_lib.display.safe import clean_text
from partnership_lib.text.formatting import format_share

if TYPE_CHECKING:
    import pandas as pd

_LINE_LETTERS = 34


def plot_programme_effects(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one row per partnership and, where there is one, the mean below.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``name, effect_share, low_share, high_share, drawn_share``; the last one empty without a mean.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``pooled``, ``pooled_low`` and ``pooled_high`` as shares, or None.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        rows: list[Any] = list(frame.itertuples())
        pooled = values.get("pooled")
        ax = new_axes(ax, 0.38 * (len(rows) + (pooled is not None)) + 1.15)
        for y, row in enumerate(rows):
            ax.plot([float(row.low_share), float(row.high_share)], [y, y], color=style.PARTNERSHIP, linewidth=2.0)
            ax.plot(float(row.effect_share), y, marker="o", color=style.PARTNERSHIP, markersize=6, linestyle="none")
            if row.drawn_share is not None and row.drawn_share == row.drawn_share:
                ax.plot(float(row.drawn_share), y + 0.2, marker="D", color=style.DEARER, markersize=4.5,
                        linestyle="none", zorder=4)  # fmt: skip
        names = [
            "\n".join(textwrap.wrap(clean_text(str(row.name)), _LINE_LETTERS, max_lines=2, placeholder="…"))
            for row in rows
        ]
        if pooled is not None:
            low, high, y = float(values["pooled_low"]), float(values["pooled_high"]), len(rows)
            ax.fill([low, float(pooled), high, float(pooled)], [y, y - 0.22, y, y + 0.22], color=style.ACTUAL)
            names.append(said("all_together", {}, language))
        rows_axis(ax, names)
        _scale(ax, language)
        _explain(ax, language, pooled is not None)
    return ax


def _scale(ax: Axes, language: str) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_share(value, language)))
    ax.margins(x=0.08)
    ax.axvline(0, color=style.INK, linewidth=1.2, zorder=1)
    ax.grid(axis="x")
    for code, x, side, colour in (
        ("cheaper_left", -6, "right", style.CHEAPER),
        ("dearer_right", 6, "left", style.DEARER),
    ):
        ax.annotate(said(code, {}, language), (0, 1), (x, 3), ha=side, va="bottom", color=colour, fontsize=8,
                    fontweight="bold", xycoords=ax.get_xaxis_transform(), textcoords="offset points",
                    annotation_clip=False)  # fmt: skip


def _explain(ax: Axes, language: str, has_mean: bool) -> None:
    ax.plot([], [], marker="o", color=style.PARTNERSHIP, linewidth=2.0, label=said("own_estimate", {}, language))
    if has_mean:
        ax.plot([], [], marker="D", color=style.DEARER, linestyle="none", label=said("drawn_estimate", {}, language))
    legend_below(ax, 0)
