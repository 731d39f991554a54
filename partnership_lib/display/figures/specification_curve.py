"""Figure: the estimate in every reasonable way, by size, and below it which choice each of them made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.figures.axes import counted, new_axes, said
from partnership_lib.display.figures.placebo_paths import signed_share_scale

if TYPE_CHECKING:
    import pandas as pd

_CHOICES = (
    ("outcome_choice", "outcome_measured"),
    ("estimator", "estimators_used"),
    ("donor_set", "donors_used"),
    ("pre_quarters", "quarters_before"),
    ("left_out_quarters", "quarters_left_out"),
)
_ROW_INCHES = 0.17


def plot_specification_curve(
    frame: pd.DataFrame, *, language: str, values: Mapping[str, Any], ax: Axes | None = None
) -> Axes:
    """Return axes with a point and an interval per way, and a dot for each choice below.

    Parameters
    ----------
    frame : pandas.DataFrame
        In the order of the effect: ``effect_share, low_share, high_share, verdict, main`` and the choices
        ``outcome_choice, estimator, donor_set, pre_quarters, left_out_quarters``.
    language : str
        ``sv`` or ``en``.
    values : Mapping
        Nothing more is needed.
    ax : matplotlib.axes.Axes, optional
        Where to draw; on a figure of its own by default.
    """
    with style.context():
        rows = _choice_rows(frame, language)
        below = _ROW_INCHES * len(rows)
        whole = 2.7 + below
        ax = new_axes(ax, whole)
        ax.set_axis_off()
        top = ax.inset_axes((0.3, below / whole + 0.03, 0.7, 1 - below / whole - 0.11))
        _draw_curve(top, frame, values, language)
        _draw_choices(ax.inset_axes((0.3, 0.0, 0.7, below / whole)), frame, rows)
    return ax


def _draw_curve(panel: Axes, frame: pd.DataFrame, values: Mapping[str, Any], language: str) -> None:
    rows: list[Any] = list(frame.itertuples())
    for number, row in enumerate(rows):
        distinct = row.verdict != "indistinguishable"
        colour = style.PARTNERSHIP if distinct else style.OTHER
        panel.plot([number, number], [float(row.low_share), float(row.high_share)], color=colour, linewidth=0.8,
                   alpha=0.45)  # fmt: skip
        panel.plot(number, float(row.effect_share), marker="o" if distinct else "s", markersize=2.4, color=colour,
                   linestyle="none")  # fmt: skip
        if row.main:
            panel.plot(number, float(row.effect_share), marker="D", markersize=7, color=style.DEARER, linestyle="none",
                       zorder=5)  # fmt: skip
    signed_share_scale(panel, language, counted("specification_curve", values, language))
    panel.set_xlim(-1, len(frame))
    panel.xaxis.set_major_locator(NullLocator())
    panel.spines["bottom"].set_visible(False)
    for marker, colour, code in (
        ("o", style.PARTNERSHIP, "distinct_from_zero"),
        ("s", style.OTHER, "not_distinct"),
        ("D", style.DEARER, "the_answer"),
    ):
        panel.plot([], [], marker=marker, color=colour, linestyle="none", markersize=5, label=said(code, {}, language))
    panel.legend(loc="lower right", ncols=3, fontsize=8, bbox_to_anchor=(1.0, 1.09), borderaxespad=0.1,
                 handletextpad=0.3, columnspacing=1.2)  # fmt: skip


def _choice_rows(frame: pd.DataFrame, language: str) -> list[tuple[str, Any, str]]:
    """Return column, value and name of every choice of which there are several."""
    rows: list[tuple[str, Any, str]] = []
    for column, code in _CHOICES:
        found = list(dict.fromkeys(frame[column]))
        if len(found) < 2:
            continue
        ordered: Sequence[Any] = sorted(found) if column.endswith("quarters") else found
        for place, value in enumerate(ordered):
            name = _name(column, value, language)
            rows.append((column, value, f"{said(code, {}, language)}: {name}" if place == 0 else name))
    return rows


def _name(column: str, value: Any, language: str) -> str:
    if column.endswith("quarters"):
        return said("quarters_count", {"n": int(value)}, language)
    return text.word(column, value, language)


def _draw_choices(panel: Axes, frame: pd.DataFrame, rows: Sequence[tuple[str, Any, str]]) -> None:
    column_before = ""
    for y, (column, value, _) in enumerate(rows):
        chosen = [number for number, each in enumerate(frame[column]) if each == value]
        panel.plot(chosen, [y] * len(chosen), marker="|", markersize=5, color=style.ACTUAL, linestyle="none")
        if column != column_before and y:
            panel.axhline(y - 0.5, color=style.RULE, linewidth=0.8)
        column_before = column
    panel.set_yticks(range(len(rows)), [name for _, _, name in rows], fontsize=7.5)
    panel.set_ylim(len(rows) - 0.5, -0.5)
    panel.set_xlim(-1, len(frame))
    panel.xaxis.set_major_locator(NullLocator())
    for side in ("left", "bottom"):
        panel.spines[side].set_visible(False)
