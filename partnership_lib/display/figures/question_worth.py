"""Figure: the questions to answer before deciding, by what a certain answer can be worth."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import millions, millions_axis, new_axes, rows_axis, said
from partnership_lib.display.safe import clean_text
from partnership_lib.display.values import word_of
from partnership_lib.text.formatting import millions_unit

if TYPE_CHECKING:
    import pandas as pd

_LINE_LETTERS = 46


def plot_question_worth(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with one bar per question.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``question`` (name of an assumption), ``scope``, ``evppi_sek``, most first.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        ``currency``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        rows: list[Any] = list(frame.itertuples())
        ax = new_axes(ax, 0.4 * len(rows) + 0.75)
        for y, row in enumerate(rows):
            ax.barh(y, float(row.evppi_sek), height=0.55, color=style.PARTNERSHIP)
            ax.annotate(millions(float(row.evppi_sek), language, 1), (float(row.evppi_sek), y), (4, 0), fontsize=8.5,
                        textcoords="offset points", va="center", fontweight="bold")  # fmt: skip
        rows_axis(ax, [_asked(row, language) for row in rows])
        ax.set_xlim(0, 1.14 * max([float(row.evppi_sek) for row in rows], default=1e6))
        millions_axis(ax.xaxis, language, signed=False)
        unit = millions_unit(language, str(values.get("currency", "SEK")))
        ax.set_xlabel(said("in_units", {"what": said("worth_at_most", {}, language), "unit": unit}, language))
        ax.grid(axis="x")
    return ax


def _asked(row: Any, language: str) -> str:
    scope = clean_text(row.scope) if isinstance(row.scope, str) else ""
    about = f" ({word_of('scope', scope, language) or scope})" if scope else ""
    lines = textwrap.wrap(text.word("question", row.question, language) + about, _LINE_LETTERS)
    return "\n".join(lines[:2])
