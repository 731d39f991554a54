"""Figure: the share of spend that goes through partnerships, month by month, against the target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import (
    as_date,
    as_day,
    axis_title,
    counted,
    month_scale,
    new_axes,
    said,
    share_scale,
)
from partnership_lib.text.formatting import format_share
from partnership_lib.units.dates import add_months

if TYPE_CHECKING:
    import pandas as pd


def plot_partnership_share(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with the share of spend in partnerships as a filled line, and the target as a level.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``month, share`` with share from 0 to 1.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``target`` (0-1) where there is one.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        ticks = 12 if ax is None else 6  # beside another figure there is room for fewer
        ax = new_axes(ax, 2.5)
        rows = frame.dropna(subset=["share"]).sort_values("month")
        months = [day for day in (as_date(month) for month in rows["month"]) if day is not None]
        x, shares = [as_day(month) for month in months], [float(share) for share in rows["share"]]
        colour = style.PARTNERSHIP
        ax.fill_between(x, 0, shares, color=colour, alpha=0.14, linewidth=0)
        ax.plot(x, shares, color=colour)
        target = values.get("target")
        has_target = target is not None and target == target
        ax.set_ylim(0, max([*shares, float(target) if has_target and target is not None else 0.0, 0.05]) * 1.2)
        share_scale(ax, language)
        axis_title(ax, counted("partnership_share", values, language))
        month_scale(ax, months[0], max(months[-1], add_months(months[0], 1)), language, most_ticks=ticks)
        ax.annotate(format_share(shares[-1], language), (x[-1], shares[-1]), (6, 0), textcoords="offset points",
                    va="center", color=colour, fontweight="bold", annotation_clip=False)  # fmt: skip
        if has_target and target is not None:
            ax.axhline(float(target), color=style.MUTED, linestyle=(0, (4, 3)), linewidth=1.4)
            ax.annotate(said("target_share", {"share": target}, language), (0, float(target)), (2, 3),
                        xycoords=ax.get_yaxis_transform(), textcoords="offset points", color=style.MUTED,
                        fontweight="bold")  # fmt: skip
    return ax
