"""Figure: what each plan costs year by year, in constant and in current prices, with how far it can be off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import axis_title, millions_axis, new_axes, said
from partnership_lib.text.formatting import millions_unit

if TYPE_CHECKING:
    import pandas as pd

_PANELS = {"real": (0.03, 0.0, 0.45, 0.84), "nominal": (0.55, 0.0, 0.45, 0.84)}


def plot_budget_fan(frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Return axes with constant prices to the left and current prices to the right, a line and a fan per plan.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``plan, year, prices, mean_sek, p10_sek, p90_sek``.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 3.0)
        ax.set_axis_off()
        highest = max(float(value) for value in frame["p90_sek"]) * 1.12
        for prices, place in _PANELS.items():
            panel = ax.inset_axes(place)
            _draw_panel(panel, frame[frame["prices"] == prices], language)
            panel.set_ylim(0, highest or 1e6)
            unit = millions_unit(language, str(values.get("currency", "SEK")))
            words = {"what": said(f"prices_{prices}", {}, language), "unit": unit}
            axis_title(panel, said("in_units", words, language))
        handles, labels = panel.get_legend_handles_labels()
        ax.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.02, 1.04), ncols=2, fontsize=8.5,
                  handlelength=2.6, borderaxespad=0)  # fmt: skip
    return ax


def _draw_panel(panel: Axes, rows: pd.DataFrame, language: str) -> None:
    for plan, colour in style.PLAN_COLOURS.items():
        own = rows[rows["plan"] == plan].sort_values("year")
        years = [int(year) for year in own["year"]]
        low, mean, high = ([float(v) for v in own[name]] for name in ("p10_sek", "mean_sek", "p90_sek"))
        panel.fill_between(years, low, high, color=colour, alpha=0.18, linewidth=0)
        panel.plot(years, mean, color=colour, linestyle=style.PLAN_DASHES[plan], label=said(plan, {}, language))
        if years:
            peak = mean.index(max(mean))
            panel.plot([years[peak]], [mean[peak]], marker="o", markersize=5.5, color=colour, markeredgecolor="white")
    millions_axis(panel.yaxis, language, signed=False)
    panel.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    panel.grid(axis="y")
    panel.spines["left"].set_visible(False)
