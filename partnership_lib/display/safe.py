"""Text from outside made harmless before it is shown: in HTML and in figures."""

from __future__ import annotations

import html
from typing import Any

from partnership_lib.units.outward_text import clean_text

__all__ = ["clean_text", "escape", "escape_title", "safe_label"]

_CUT_WORD = 10
_LONGEST_UNPARTED = 20
"""Longer ids do not stand on one line of a narrow screen."""


def escape(value: Any) -> str:
    """Return `value` as HTML text, also safe inside a quoted attribute.

    Examples
    --------
    >>> escape('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(clean_text(value), quote=True)


def escape_title(title: str) -> str:
    """Return a title as HTML in which no line ends at a hyphen inside of the id that it closes with.

    Examples
    --------
    >>> escape_title("Lokalvård (A-005)"), escape_title("Lokalvård")
    ('Lokalvård <span class="id">(A-005)</span>', 'Lokalvård')
    """
    words, opening, closing_id = title.rpartition(" (")
    if not opening or len(closing_id) > _LONGEST_UNPARTED:
        return escape(title)
    return f'{escape(words)} <span class="id">({escape(closing_id)}</span>'


def safe_label(value: Any, length: int = 60) -> str:
    """Return `value` as a label that matplotlib draws as it stands, cut to at most `length` characters.

    A label that starts with ``_`` silently vanishes from a legend, so that one gets a thin space before it. Dollar
    signs are not mathematics here: `figures.style.context` turns that off.

    Examples
    --------
    >>> safe_label("Skolplattform\\ufeff", length=8), safe_label("_dold").strip()
    ('Skolpla…', '_dold')
    """
    text = clean_text(value)
    if len(text) > length:
        text = _cut(text[: length - 1]) + "…"
    return f"\u2009{text}" if text.startswith("_") else text


def _cut(text: str) -> str:
    """Return `text` without the word that was cut through, where that costs little."""
    whole, space, rest = text.rpartition(" ")
    return (whole if space and len(rest) <= _CUT_WORD else text).rstrip(" ,;:.–-")
