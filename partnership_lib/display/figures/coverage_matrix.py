"""Figure: how much of each account is bought under agreements, in each department."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import new_axes
from partnership_lib.display.safe import safe_label
from partnership_lib.text.formatting import format_money_short, format_share

if TYPE_CHECKING:
    import pandas as pd

_COLOURS = LinearSegmentedColormap.from_list("coverage", style.LITTLE_TO_MUCH)
"""Light from end to end, so that the same dark letters can be read in every cell."""


def plot_coverage_matrix(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with a cell for each account and department: the share under agreement, and the spend.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``account, account_text, administration, covered_share, amount_ore``, in the order of the rows.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        accounts = list(dict.fromkeys(zip(frame["account"], frame["account_text"], strict=True)))
        departments = sorted(frame["administration"].unique(), key=lambda name: -_spend(frame, name))
        ax = new_axes(ax, 0.34 * len(accounts) + 0.75)
        cells = np.full((len(accounts), len(departments)), np.nan)
        for row in frame.itertuples():
            y, x = accounts.index((row.account, row.account_text)), departments.index(row.administration)
            cells[y, x] = row.covered_share
            _write(ax, x, y, row, language, str(values.get("currency", "SEK")))
        # A mesh and not an image: a viewer smooths images, which the archive's format forbids.
        ax.pcolormesh(np.ma.masked_invalid(cells), cmap=_COLOURS, vmin=0, vmax=1, edgecolors="white", linewidth=1.5)
        ax.set_xticks(np.arange(len(departments)) + 0.5, [_wrapped(name) for name in departments], fontsize=7.5)
        names = [safe_label(name or number, 30) for number, name in accounts]
        ax.set_yticks(np.arange(len(accounts)) + 0.5, names, fontsize=8)
        ax.invert_yaxis()
        ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
        ax.spines[:].set_visible(False)
    return ax


def _wrapped(name: str) -> str:
    return "\n".join(textwrap.wrap(safe_label(name, 30), 15, max_lines=2, placeholder="…"))


def _spend(frame: pd.DataFrame, name: str) -> int:
    return int(frame.loc[frame["administration"] == name, "amount_ore"].sum())


def _write(ax: Axes, x: int, y: int, row: object, language: str, currency: str) -> None:
    share = float(row.covered_share)  # type: ignore[attr-defined]
    amount = format_money_short(float(row.amount_ore), language, currency)  # type: ignore[attr-defined]
    ax.text(x + 0.5, y + 0.34, format_share(share, language), ha="center", va="center", fontsize=8, fontweight="bold")
    ax.text(x + 0.5, y + 0.74, amount, ha="center", va="center", fontsize=6)
