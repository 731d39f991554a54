"""Figure: the portfolio at a glance, agreements and suppliers to the left, the share in partnerships to the right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.agreements_over_time import plot_agreements_over_time
from partnership_lib.display.figures.axes import new_axes
from partnership_lib.display.figures.partnership_share import plot_partnership_share

if TYPE_CHECKING:
    import pandas as pd


def plot_portfolio_overview(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with the two figures of the portfolio side by side.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``month, agreements, suppliers, target, share``; a share is empty until twelve months of spend are known.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``target_share`` (0-1) where there is one.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ax = new_axes(ax, 1.6)
        ax.set_axis_off()
        left, right = ax.inset_axes((0.03, 0, 0.33, 0.86)), ax.inset_axes((0.62, 0, 0.3, 0.86))
        counts = frame.dropna(subset=["agreements"])
        if not counts.empty:
            plot_agreements_over_time(counts, language=language, values=values, ax=left)
        shares = frame.dropna(subset=["share"])
        if shares.empty:
            right.set_axis_off()
        else:
            target = {"target": values.get("target_share")}
            plot_partnership_share(shares, language=language, values={**values, **target}, ax=right)
    return ax
