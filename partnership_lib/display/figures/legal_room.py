"""Figure: how likely it is that the room for changes has been used up, year by year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import axis_title, counted, label_ends, new_axes, share_scale
from partnership_lib.display.safe import safe_label
from partnership_lib.text.formatting import format_share

if TYPE_CHECKING:
    import pandas as pd

_LOOKS: tuple[tuple[str, Any], ...] = (
    (style.LEVEL_COLOURS["tactical"], "-"),
    (style.LEVEL_COLOURS["strategic"], (0, (4, 2))),
    (style.LEVEL_COLOURS["operational"], (0, (1, 1.5))),
    (style.MUTED, (0, (6, 2, 1, 2))),
)
_LEAST_TOP = 0.2
"""A line along the bottom of the axes could not be read."""


def plot_legal_room(frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Return axes with one rising line per agreement: the probability of a first hit by the end of each year.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``agreement, year, share`` with share from 0 to 1.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        Values of the chart's sentences.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 2.5)
        labels = []
        for number, (name, rows) in enumerate(frame.groupby("agreement", sort=False)):
            colour, dashes = _LOOKS[number % len(_LOOKS)]
            years = [int(year) for year in rows["year"]]
            shares = [float(share) for share in rows["share"]]
            ax.plot(years, shares, color=colour, linestyle=dashes, marker="o", markersize=3)
            labels.append((years[-1], shares[-1], f"{format_share(shares[-1], language)} {_name(name)}", colour))
        highest = max([share for _, share, _, _ in labels], default=0.0)
        ax.set_ylim(0, min(1.0, max(_LEAST_TOP, 1.25 * highest)))
        share_scale(ax, language)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        axis_title(ax, counted("legal_room", values, language))
        label_ends(ax, labels)
    return ax


def _name(agreement: Any) -> str:
    return safe_label(agreement, 28)
