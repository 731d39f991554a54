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

_COLOURS = LinearSegmentedColormap.from_list("coverage", ["#c4790a", "#f3e3c8", "#d3e6ea", "#24788f"])
_LIGHT_LETTERS = (0.12, 0.88)
"""Outside these shares the colour is so strong that the letters are white."""


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
        ax.imshow(np.ma.masked_invalid(cells), cmap=_COLOURS, vmin=0, vmax=1, aspect="auto")
        ax.set_xticks(range(len(departments)), [_wrapped(name) for name in departments], fontsize=7.5)
        ax.set_yticks(range(len(accounts)), [safe_label(name or number, 30) for number, name in accounts], fontsize=8)
        ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
        ax.set_xticks(np.arange(len(departments) - 1) + 0.5, minor=True)
        ax.set_yticks(np.arange(len(accounts) - 1) + 0.5, minor=True)
        ax.grid(which="minor", color="white", linewidth=1.5)
        ax.tick_params(which="minor", length=0)
        ax.spines[:].set_visible(False)
    return ax


def _wrapped(name: str) -> str:
    return "\n".join(textwrap.wrap(safe_label(name, 30), 15, max_lines=2, placeholder="…"))


def _spend(frame: pd.DataFrame, name: str) -> int:
    return int(frame.loc[frame["administration"] == name, "amount_ore"].sum())


def _write(ax: Axes, x: int, y: int, row: object, language: str, currency: str) -> None:
    share = float(row.covered_share)  # type: ignore[attr-defined]
    amount = format_money_short(float(row.amount_ore), language, currency)  # type: ignore[attr-defined]
    dark, light = style.INK, "white"
    colour = dark if _LIGHT_LETTERS[0] < share < _LIGHT_LETTERS[1] else light
    ax.text(x, y - 0.16, format_share(share, language), ha="center", va="center", fontsize=8, fontweight="bold",
            color=colour)  # fmt: skip
    ax.text(x, y + 0.24, amount, ha="center", va="center", fontsize=6, color=colour)
