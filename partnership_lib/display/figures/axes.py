"""What the figures have in common: empty axes, month and money scales, labels that do not run into each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from babel.dates import format_date
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import offset_copy

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.text.formatting import format_count, format_money, format_share, millions_unit
from partnership_lib.units.dates import add_months, first_of_month, months_between

_LEGEND_POINTS = 32
_LEGEND_LETTER_POINTS, _LEGEND_MARK_POINTS = 4.6, 25.6  # a letter of 8 points; a mark and the room around it
_MOST_LEGEND_COLUMNS = 6
_MONTH_STEPS = (1, 2, 3, 4, 6, 12, 24)


def new_axes(ax: Axes | None, height_inches: float) -> Axes:
    """Return `ax`, or empty axes on a figure of their own that is as wide as the page."""
    if ax is not None:
        return ax
    return Figure(figsize=(style.WIDTH_INCHES, height_inches), layout="constrained").add_subplot()


def said(code: str, values: Mapping[str, Any], language: str) -> str:
    """Return a word or sentence drawn inside figures, ``figure.<code>``."""
    return text.sentence(f"figure.{code}", values, language)


def counted(chart: str, values: Mapping[str, Any], language: str) -> str:
    """Return what the vertical axis of a chart counts, ``chart.<code>.y`` in `text`; empty where none is written."""
    key = f"chart.{chart}.y"
    return text.sentence(key, values, language) if text.has(key, language) else ""


def axis_title(ax: Axes, words: str) -> None:
    """Write what the vertical axis counts, level, above it."""
    ax.set_title(words, loc="left", fontsize=8.5, color=style.MUTED, pad=7)


NO_LINE_THROUGH = {"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
"""Behind a number beside a mark: lines pass behind it."""


def as_date(value: Any) -> date | None:
    """Return a plain date from what a frame holds, or None where it is empty."""
    if value is None or value != value:
        return None
    return date(value.year, value.month, value.day)


def as_day(value: date) -> float:
    """Return the position of a date on a time axis."""
    return float(date2num(value))


def month_scale(ax: Axes, start: date, end: date, language: str, most_ticks: int = 12) -> None:
    """Set a time axis from `start` to `end` with month names in the language, the year under each January."""
    months = max(1, months_between(first_of_month(start), end))
    step = next((step for step in _MONTH_STEPS if months / step <= most_ticks), 24)
    first = date(start.year, 1, 1)
    ticks = [
        day for day in (add_months(first, n * step) for n in range(2 + (months + 13) // step)) if start <= day <= end
    ]
    ax.set_xlim(as_day(start), as_day(end))
    ax.set_xticks([as_day(day) for day in ticks], [_tick_text(day, day == ticks[0], step, language) for day in ticks])


def _tick_text(day: date, is_first: bool, step: int, language: str) -> str:
    if step >= 12:
        return str(day.year)
    name = format_date(day, format="LLL", locale=language).rstrip(".")
    return f"{name}\n{day.year}" if is_first or day.month == 1 else name


def count_scale(ax: Axes, language: str) -> None:
    """Set whole numbers on the vertical axis, starting at zero, with light lines."""
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_count(value, language)))
    _calm(ax)


def share_scale(ax: Axes, language: str) -> None:
    """Set per cent on the vertical axis, starting at zero, with light lines."""
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_share(value, language)))
    _calm(ax)


def money_scale(ax: Axes, largest_ore: float, language: str, currency: str, what: str = "") -> float:
    """Set money on the vertical axis in whole units or in millions; return how many öre one step of the axis is.

    The unit is written once, above the axis, after `what` is shown.
    """
    unit = format_money(0, language, currency).replace("0", "").strip("\u00a0 ")
    in_millions = largest_ore >= 100_000_000
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    decimals = 1 if in_millions and largest_ore < 500_000_000 else 0  # Below five millions the steps are halves.
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_count(value, language, decimals)))
    written = said("millions", {"unit": unit}, language) if in_millions else unit
    axis_title(ax, f"{what}, {written}" if what else written)
    _calm(ax)
    return 100_000_000.0 if in_millions else 100.0


def millions_axis(axis: Axis, language: str, *, signed: bool = True) -> None:
    """Set modelled money [SEK] on an axis in millions; the unit is written beside what the axis shows."""
    write = signed_millions if signed else millions
    axis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: write(value, language)))


def millions(value_sek: float, language: str, decimals: int | None = None) -> str:
    """Return an amount in millions without its unit: whole ones without decimals unless `decimals` says otherwise."""
    amount = round(value_sek / 1e6, 3 if decimals is None else decimals) + 0.0  # no minus before a zero
    return format_count(amount, language, decimals if decimals is not None else 0 if amount.is_integer() else 1)


def signed_millions(value_sek: float, language: str, decimals: int | None = None) -> str:
    """Return an amount in millions with its sign, since below zero means cheaper.

    Examples
    --------
    >>> signed_millions(1_500_000, "sv"), signed_millions(-2e6, "sv"), signed_millions(-20_000, "sv", 1)
    ('+1,5', '−2', '0,0')
    """
    written = millions(value_sek, language, decimals)
    return f"+{written}" if value_sek > 0 and any(letter in "123456789" for letter in written) else written


def difference_axis(ax: Axes, language: str, currency: str, zero_top: float = 1.0) -> None:
    """Set the difference from today's agreements on the horizontal axis, with a clear line at zero.

    The line goes up to `zero_top` of the axes' height.
    """
    millions_axis(ax.xaxis, language)
    what = said("difference_from_today", {}, language)
    ax.set_xlabel(said("in_units", {"what": what, "unit": millions_unit(language, currency)}, language))
    ax.axvline(0, ymax=zero_top, color=style.INK, linewidth=1.3, zorder=4)


def name_sides(ax: Axes, language: str) -> None:
    """Write above the line at zero which side means that the partnership is cheaper."""
    sides = (("cheaper_arrow", -6, "right", style.CHEAPER), ("dearer_arrow", 6, "left", style.DEARER))
    for code, x, side, colour in sides:
        ax.annotate(said(code, {}, language), (0, 1), (x, 3), ha=side, va="bottom", color=colour, fontsize=8,
                    fontweight="bold", xycoords=ax.get_xaxis_transform(), textcoords="offset points",
                    annotation_clip=False)  # fmt: skip


def rows_axis(ax: Axes, names: Sequence[str]) -> None:
    """Set one named row per bar on the vertical axis, the first on top."""
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.spines["left"].set_visible(False)


def _calm(ax: Axes) -> None:
    ax.set_ylim(bottom=0)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)


def legend_below(ax: Axes, left_points: float, handles: Sequence[Artist] | None = None) -> None:
    """Write what the marks mean under the axis, beginning `left_points` to the left of it."""
    handles = ax.get_legend_handles_labels()[0] if handles is None else handles
    figure = ax.get_figure(root=True)
    assert figure is not None
    corner = offset_copy(ax.transAxes, fig=figure, x=-left_points, y=-_LEGEND_POINTS, units="points")
    columns = _legend_columns([len(str(each.get_label())) for each in handles], figure.get_figwidth() * 72)
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0), bbox_transform=corner, ncols=columns,
              fontsize=8, handlelength=1.3, handletextpad=0.5, columnspacing=1.4, borderaxespad=0,
              borderpad=0)  # fmt: skip


def _legend_columns(letters: Sequence[int], room_points: float) -> int:
    """Return in how many columns labels of so many letters fit beside each other.

    Examples
    --------
    >>> _legend_columns([5, 5, 5], 500.0), _legend_columns([15, 11, 11, 5, 17, 13, 23], 500.0)
    (6, 5)
    """
    for columns in range(_MOST_LEGEND_COLUMNS, 1, -1):
        longest = [max(part) for part in np.array_split(letters, columns) if len(part)]
        if sum(_LEGEND_LETTER_POINTS * each + _LEGEND_MARK_POINTS for each in longest) <= room_points:
            return columns
    return 1


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Return the positions moved apart so that neighbours are at least `gap` from each other, order kept.

    Examples
    --------
    >>> spread([1.0, 1.1, 5.0], gap=1.0)
    [0.55, 1.55, 5.0]
    """
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    blocks: list[list[Any]] = []  # [members, centre]
    for i in order:
        blocks.append([[i], positions[i]])
        while len(blocks) > 1 and _overlap(blocks[-2], blocks[-1], gap):
            members, other = blocks[-2][0], blocks.pop()[0]
            members += other
            blocks[-1][1] = sum(positions[member] for member in members) / len(members)
    placed = list(positions)
    for members, centre in blocks:
        for rank, member in enumerate(members):
            placed[member] = round(centre + (rank - (len(members) - 1) / 2) * gap, 9)
    return placed


def _overlap(below: list[Any], above: list[Any], gap: float) -> bool:
    return bool(above[1] - below[1] < gap * (len(below[0]) + len(above[0])) / 2)


def label_ends(ax: Axes, ends: Sequence[tuple[float, float, str, str]], fontsize: float = 8.5) -> None:
    """Write names beside the ends of lines: (x, y, name, colour), moved apart where they would collide."""
    low, high = ax.get_ylim()
    height_points = ax.figure.get_figheight() * 72 * 0.75  # type: ignore[union-attr]
    gap = (high - low) * fontsize * 1.35 / height_points
    placed = spread([y for _, y, _, _ in ends], gap)
    for (x, _, name, colour), y in zip(ends, placed, strict=True):
        ax.annotate(name, (x, y), (6, 0), textcoords="offset points", va="center", color=colour,
                    fontsize=fontsize, fontweight="bold", annotation_clip=False)  # fmt: skip
