"""Figure: hours of the procurements that must run in each quarter, against those of the procurement office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import axis_title, count_scale, counted, legend_below, new_axes, said
from partnership_lib.text.formatting import format_count, format_period

if TYPE_CHECKING:
    import pandas as pd


def plot_procurement_workload(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one bar per quarter, what is beyond the office's hours marked, and a line for those hours.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``period, procurements, hours_needed, hours_available``; the last is empty where nobody has said.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        Values of the chart's sentences.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 2.3)
        needed = [float(hours) for hours in frame["hours_needed"]]
        available = [None if hours is None else float(hours) for hours in frame["hours_available"]]
        known = available[0] if available else None
        within = [hours if known is None else min(hours, known) for hours in needed]
        beyond = [hours - part for hours, part in zip(needed, within, strict=True)]
        places = list(range(len(needed)))
        ax.bar(places, within, width=0.62, color=style.POSSIBLE, label=said("hours_of_procurements", {}, language))
        if any(beyond):
            ax.bar(places, beyond, bottom=within, width=0.62, color=style.BAD, hatch="////", edgecolor="white",
                   linewidth=0, label=said("hours_beyond", {}, language))  # fmt: skip
        if known is not None:
            ax.axhline(known, color=style.INK, linewidth=1.4, label=said("office_hours", {}, language))
        for x, hours, number in zip(places, needed, frame["procurements"], strict=True):
            told = said("number_of_procurements", {"n": number, "hours": format_count(hours, language)}, language)
            ax.annotate(told, (x, 0), (0, 3), ha="center", fontsize=7.5, textcoords="offset points")
        ax.set_xticks(places, [format_period(str(label), language).replace(" ", "\n", 1) for label in frame["period"]])
        count_scale(ax, language)
        ax.set_ylim(0, 1.1 * max([*needed, known or 0.0, 1.0]))
        axis_title(ax, counted("procurement_workload", values, language))
        legend_below(ax, 0)
    return ax
