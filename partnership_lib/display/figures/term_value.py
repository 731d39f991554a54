"""Figure: the expected difference for shorter and longer terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import (
    NO_LINE_THROUGH,
    axis_title,
    millions_axis,
    new_axes,
    said,
    signed_millions,
)
from partnership_lib.text.formatting import millions_unit

if TYPE_CHECKING:
    import pandas as pd

_DEVIATIONS_95 = 1.96


def plot_term_value(frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Return axes with one point per term and its computing error.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``term_years, difference_sek, standard_error_sek``.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``; ``low_sek`` and ``high_sek``, the 95 per cent interval of the answer, where they are known.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 2.7)
        rows = frame.sort_values("term_years")
        years = [float(year) for year in rows["term_years"]]
        means = [float(mean) for mean in rows["difference_sek"]]
        errors = [_DEVIATIONS_95 * float(error) for error in rows["standard_error_sek"]]
        ax.axhline(0, color=style.INK, linewidth=1.3)
        ax.plot(years, means, color=style.OTHER, linewidth=1.2, linestyle=(0, (2, 2)))
        ax.errorbar(years, means, yerr=errors, linestyle="none", color=style.INK, capsize=4, linewidth=1.2)
        for year, mean in zip(years, means, strict=True):
            colour = style.DEARER if mean > 0 else style.CHEAPER
            ax.plot([year], [mean], marker="o", markersize=7, color=colour, markeredgecolor="white", zorder=4)
            offset = (9, 7 if mean > 0 else -13)
            ax.annotate(signed_millions(mean, language, 1), (year, mean), offset, textcoords="offset points",
                        fontsize=8.5, color=colour, fontweight="bold", bbox=NO_LINE_THROUGH)  # fmt: skip
        _frame(ax, years, [*means, 0.0], language, str(values.get("currency", "SEK")))
        _write_interval(ax, values, language)
    return ax


def _write_interval(ax: Axes, values: Mapping[str, Any], language: str) -> None:
    """Write how uncertain each point is: the computing error alone would look like certainty."""
    if values.get("low_sek") is None or values.get("high_sek") is None:
        return
    ends = {name: signed_millions(float(values[f"{name}_sek"]), language, 1) for name in ("low", "high")}
    words = {**ends, "unit": millions_unit(language, str(values.get("currency", "SEK")))}
    ax.set_xlabel(said("each_as_uncertain", words, language))


def _frame(ax: Axes, years: list[float], heights: list[float], language: str, currency: str) -> None:
    room = 0.25 * ((max(heights) - min(heights)) or 1e6)
    ax.set_ylim(min(heights) - room, max(heights) + room)
    ax.set_xlim(min(years) - 1, max(years) + 1.4)
    ax.set_xticks(years, [said("years", {"n": year}, language) for year in years])
    millions_axis(ax.yaxis, language)
    what = said("difference_from_today", {}, language)
    axis_title(ax, said("in_units", {"what": what, "unit": millions_unit(language, currency)}, language))
    for code, y, side, colour in (("dearer_up", 3, "bottom", style.DEARER), ("cheaper_down", -3, "top", style.CHEAPER)):
        ax.annotate(said(code, {}, language), (1, 0), (0, y), ha="right", va=side, color=colour, fontsize=8,
                    fontweight="bold", xycoords=ax.get_yaxis_transform(), textcoords="offset points")  # fmt: skip
    ax.tick_params(axis="x", length=0)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_visible(False)
