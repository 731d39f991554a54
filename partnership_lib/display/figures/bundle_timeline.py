"""Figure: the bundles of a plan in time, each from today to its start, its term and its options."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import as_date, as_day, legend_below, month_scale, new_axes, said
from partnership_lib.display.safe import safe_label

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 30
_NAME_POINTS = 205
_BAR = 0.5


def plot_bundle_timeline(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one line per bundle: a thin line until it starts, a bar for its term, a pale one for options.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``bundle, name, start_month, term_end_month, options_end_month, is_partnership``.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``base_month``: where the time axis begins.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        rows = list(frame.head(_MOST_ROWS).itertuples())
        ax = new_axes(ax, 0.25 * len(rows) + 1.1)
        base: date = values["base_month"]
        last = max((day for row in rows if (day := as_date(row.options_end_month)) is not None), default=base)
        month_scale(ax, base, max(last, base.replace(year=base.year + 1)), language, most_ticks=12)
        for y, row in enumerate(rows):
            _draw_row(ax, y, row, base)
        ax.set_ylim(len(rows) - 0.4, -0.7)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.grid(axis="x")
        _explain(ax, rows, len(frame) - len(rows), language)
    return ax


def _draw_row(ax: Axes, y: int, row: Any, base: date) -> None:
    colour = style.PARTNERSHIP if row.is_partnership else style.PLAN
    start, end, options = (as_day(day) for day in (row.start_month, row.term_end_month, row.options_end_month))
    ax.plot([as_day(base), start], [y, y], color=style.RULE, linewidth=2.0, solid_capstyle="butt")
    ax.barh(y, end - start, left=start, height=_BAR, color=colour)
    ax.barh(y, options - end, left=end, height=_BAR, color=colour, alpha=0.35)
    ax.annotate(safe_label(f"{row.bundle}. {row.name}", 40), (0, y), (-_NAME_POINTS, 0), va="center", fontsize=8,
                xycoords=ax.get_yaxis_transform(), textcoords="offset points", annotation_clip=False)  # fmt: skip


def _explain(ax: Axes, rows: list[Any], left_out: int, language: str) -> None:
    ax.plot([], [], color=style.RULE, label=said("until_the_bundle", {}, language))
    kinds = {bool(row.is_partnership) for row in rows}
    for is_partnership, code, colour in ((False, "bundle_term", style.PLAN), (True, "partnership", style.PARTNERSHIP)):
        if is_partnership in kinds:
            ax.plot([], [], color=colour, linewidth=6, label=said(code, {}, language))
    ax.plot([], [], color=style.PLAN, linewidth=6, alpha=0.35, label=said("bundle_options", {}, language))
    if left_out:
        ax.plot([], [], linestyle="none", label=said("left_out_agreements", {"n": left_out}, language))
    legend_below(ax, _NAME_POINTS)
