"""Figure: how many suppliers each account really has, seen from where the money goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import new_axes, said
from partnership_lib.display.safe import safe_label
from partnership_lib.text.formatting import format_count, format_money_short

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 15
_NAME_POINTS = 165
_MONEY_POINTS = 92


def plot_concentration(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one bar per account: its effective number of suppliers (1/HHI), the counted number beside it.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``account, account_text, suppliers, effective_number, hhi, amount_ore``.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        rows = frame.sort_values("amount_ore", ascending=False).head(_MOST_ROWS)
        ax = new_axes(ax, 0.27 * len(rows) + 0.95)
        largest = max(1.0, float(rows["effective_number"].max()))
        for y, row in enumerate(rows.itertuples()):
            _draw_row(ax, y, row, language, str(values.get("currency", "SEK")))
        ax.set_xlim(0, largest * 1.25)
        ax.set_ylim(len(rows) - 0.4, -0.6)
        ax.set_yticks([])
        ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        ax.set_xlabel(said("effective", {}, language))
        ax.grid(axis="x")
        ax.spines["left"].set_visible(False)
    return ax


def _draw_row(ax: Axes, y: int, row: Any, language: str, currency: str) -> None:
    effective = float(row.effective_number)
    ax.barh(y, effective, height=0.6, color=style.PARTNERSHIP)
    counted = said("suppliers_seen", {"n": row.suppliers}, language)
    ax.annotate(f"{format_count(effective, language, 1)}  ({counted})", (effective, y), (4, 0), fontsize=8,
                textcoords="offset points", va="center")  # fmt: skip
    columns = (
        (safe_label(row.account_text or row.account, 32), -(_NAME_POINTS + _MONEY_POINTS), "left", style.INK),
        (format_money_short(float(row.amount_ore), language, currency), -8, "right", style.MUTED),
    )
    for words, offset, side, colour in columns:
        ax.annotate(words, (0, y), (offset, 0), xycoords=ax.get_yaxis_transform(), textcoords="offset points",
                    va="center", ha=side, color=colour, fontsize=8, annotation_clip=False)  # fmt: skip
