"""How wide the columns of a table are on paper: as a browser would share the width, by what is written in them.

The typesetter's own way gives a column of words what the columns of numbers leave. This is the automatic layout of
CSS 2.1 (section 17.5.2.2): each column gets its least width, and a share of the rest by how much more it asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

PAGE_WIDTH_POINTS = 178 / 25.4 * 72
"""Between the margins of a page; a table stands in a finding, whose own margin is 12 points."""

_TABLE_WIDTH_POINTS = PAGE_WIDTH_POINTS - 12
_SIZE_POINTS = {"plain": 8.0, "wide": 7.4, "very-wide": 6.6}
_GAP_POINTS = {"plain": 6.0, "wide": 6.0, "very-wide": 4.0}
_NUMBER_GAP_POINTS = 4.0
_LONG_POINTS = 26 / 25.4 * 72
_WORD = re.compile(r"[^\s\u200b/–-]+[/–-]?")
_WHOLE_LETTERS, _PIECE_LETTERS = 12, 8  # a longer word may be hyphenated; a piece of it has so many letters


def lay_out(table: dict[str, Any]) -> None:
    """Give a table of `paper_tree` its ``columns``: the width of each [points], and ``size``, that of its letters.

    A table without rows, or with rows of several lengths, gets none, and is left out by the typesetter.
    """
    parts = [part for part in _nodes(table) if part["tag"] in ("thead", "tbody")]
    rows = [list(_nodes(row)) for part in parts for row in _nodes(part)]
    kind = next((name for name in ("very-wide", "wide") if name in table["class"]), "plain")
    table["size"], table["gap"], table["columns"] = _SIZE_POINTS[kind], _GAP_POINTS[kind], []
    if not rows or not rows[0] or {len(row) for row in rows} != {len(rows[0])}:
        return
    asked = [_asked(column, kind, is_last=column[0] is rows[0][-1]) for column in zip(*rows, strict=True)]
    table["columns"] = [
        round(width, 2) for width in shared([a for a, _ in asked], [b for _, b in asked], _TABLE_WIDTH_POINTS)
    ]


def shared(least: list[float], most: list[float], width: float) -> list[float]:
    """Return how wide columns are that need at least `least`, could fill `most`, and share `width`.

    Examples
    --------
    >>> shared([10, 10], [20, 60], 160)
    [40.0, 120.0]
    >>> shared([10, 10], [20, 60], 50)
    [15.0, 35.0]
    >>> shared([60, 40], [60, 90], 50)
    [30.0, 20.0]
    """
    if sum(most) <= width:
        return [width * column / sum(most) for column in most] if sum(most) else [width / len(most)] * len(most)
    if sum(least) >= width:
        return [width * column / sum(least) for column in least]
    left = (width - sum(least)) / (sum(most) - sum(least))
    return [low + left * (high - low) for low, high in zip(least, most, strict=True)]


def _asked(column: tuple[dict[str, Any], ...], kind: str, *, is_last: bool) -> tuple[float, float]:
    """Return the least and the most that a column asks for [points], with the gap that follows it."""
    least = most = 0.0
    for cell in column:
        low, high = _asked_by_cell(cell, _SIZE_POINTS[kind])
        least, most = max(least, low), max(most, high)
    is_number = "number" in column[0]["class"]
    gap = 0.0 if is_last else _GAP_POINTS[kind] + (_NUMBER_GAP_POINTS if is_number else 0.0)
    return least + gap + 0.5, most + gap + 0.5


def _asked_by_cell(cell: dict[str, Any], size: float) -> tuple[float, float]:
    words, is_bold = _text(cell), cell["is_head"] or "marked" in cell["class"]
    whole = _width(words, is_bold) * size
    if {"short", "number"} & set(cell["class"]) and not cell["is_head"]:
        return whole, whole
    least = max((_least_width(word, is_bold) for word in _WORD.findall(words)), default=0.0) * size
    return (max(least, min(whole, _LONG_POINTS)) if "long" in cell["class"] else least), whole


def _least_width(word: str, is_bold: bool) -> float:
    if len(word) <= _WHOLE_LETTERS:
        return _width(word, is_bold)
    return _width(word, is_bold) * _PIECE_LETTERS / len(word)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    is_head = node["tag"] == "thead" or node.get("is_head", False)
    for kid in node["kids"]:
        if isinstance(kid, dict):
            kid["is_head"] = is_head
            yield kid


def _text(node: dict[str, Any] | str) -> str:
    return node if isinstance(node, str) else "".join(_text(kid) for kid in node["kids"])


def _width(words: str, is_bold: bool) -> float:
    """Return how wide words are, in sizes of the letters."""
    return sum(_letter_width(letter, is_bold) for letter in words)


@cache
def _letter_width(letter: str, is_bold: bool) -> float:
    from matplotlib.ft2font import LoadFlags

    return float(_font(is_bold).load_char(ord(letter), LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 100


@cache
def _font(is_bold: bool) -> Any:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(letters_folder() / ("DejaVuSans-Bold.ttf" if is_bold else "DejaVuSans.ttf")))
    font.set_size(100, 72)
    return font


def letters_folder() -> Path:
    """Return the folder with the letters of the PDF: those that come with matplotlib, the same on every machine."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf"
