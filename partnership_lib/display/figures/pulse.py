"""Figure: how each party has scored the cooperation, one small panel per statement, the gap shaded."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import as_date, as_day, label_ends, month_scale, new_axes, said
from partnership_lib.units.dates import add_months, first_of_month

if TYPE_CHECKING:
    import pandas as pd

_LOWEST, _HIGHEST = 1, 5
_LOOKS: dict[str, dict[str, Any]] = {
    # Marker and line differ beside the colour: the parties are told apart in grey.
    "buyer": {"color": style.PARTY_COLOURS["buyer"], "marker": "o", "linestyle": "-"},
    "supplier": {"color": style.PARTY_COLOURS["supplier"], "marker": "s", "linestyle": (0, (4, 1.5))},
}
_TITLE_LETTERS = 28


def plot_pulse(frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Return axes with one small panel per statement: both parties' scores after each meeting, the gap shaded.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``held_date, pulse_question, buyer_score, supplier_score`` (1-5, empty where a party has not answered).
    language : str
        ``sv`` or ``en``.
    values : Mapping
        Values of the chart; nothing is drawn from them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    del values  # Every figure is called alike.
    with style.context():
        ax = new_axes(ax, 2.1)
        ax.set_axis_off()
        questions = list(dict.fromkeys(frame["pulse_question"].astype(str)))
        days = [day for day in map(as_date, frame["held_date"]) if day is not None]
        width = 1 / max(1, len(questions))
        for number, question in enumerate(questions):
            panel = ax.inset_axes((number * width + 0.02, 0.0, width - 0.06, 0.66))
            _draw(panel, frame[frame["pulse_question"].astype(str) == question], days, language)
            words = text.word("pulse_question", question, language)
            panel.set_title("\n".join(textwrap.wrap(words, _TITLE_LETTERS)), loc="left", fontsize=8.5, color=style.INK)
        for party, look in _LOOKS.items():
            ax.plot([], [], label=said(f"the_{party}", {}, language), **look)
        ax.legend(loc="upper left", bbox_to_anchor=(0.0, 1.08), ncols=2, fontsize=8.5, borderaxespad=0)
    return ax


def _draw(panel: Axes, rows: pd.DataFrame, days: list[date], language: str) -> None:
    scores = {party: _scores(rows, party) for party in _LOOKS}
    both = sorted(scores["buyer"].keys() & scores["supplier"].keys())
    buyer, supplier = ([scores[party][x] for x in both] for party in _LOOKS)
    panel.fill_between(both, buyer, supplier, color=style.BAND, linewidth=0)
    ends = []
    for party, look in _LOOKS.items():
        x = sorted(scores[party])
        panel.plot(x, [scores[party][each] for each in x], markersize=5, linewidth=1.8, clip_on=False, **look)
        if x:
            ends.append((x[-1], scores[party][x[-1]], f"{scores[party][x[-1]]:.0f}", str(look["color"])))
    first, last = first_of_month(min(days)), add_months(first_of_month(max(days)), 1)
    month_scale(panel, first, last, language, most_ticks=4)
    panel.set_ylim(_LOWEST - 0.25, _HIGHEST + 0.25)
    panel.set_yticks(range(_LOWEST, _HIGHEST + 1))
    panel.grid(axis="y")
    panel.spines["left"].set_visible(False)
    label_ends(panel, ends)


def _scores(rows: pd.DataFrame, party: str) -> dict[float, float]:
    """Return a party's scores by the day of the meeting."""
    return {
        as_day(day): float(score)
        for day, score in zip(map(as_date, rows["held_date"]), rows[f"{party}_score"], strict=True)
        if day is not None and score is not None and score == score
    }
