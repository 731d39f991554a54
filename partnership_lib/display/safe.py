"""Text from outside made harmless before it is shown: in HTML and in figures."""

from __future__ import annotations

import html
from typing import Any

from partnership_lib.units.outward_text import clean_text

__all__ = ["clean_text", "escape", "safe_label"]

_CUT_WORD = 10


def escape(value: Any) -> str:
    """Return `value` as HTML text, also safe inside a quoted attribute.

    Examples
    --------
    >>> escape('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(clean_text(value), quote=True)


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
