"""Text that leaves the register or the ledger, wherever it is shown: on one line, and nobody's personal number."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from partnership_lib.units.organisation_number import mask_personal_numbers

_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]|" + _INVISIBLE.pattern)
_SPACE = re.compile(r"\s+")


def clean_text(value: Any) -> str:
    """Return `value` as one line without control characters, direction overrides and personal numbers.

    Examples
    --------
    >>> clean_text("Nord\\x00 \\u202eAB\\n, 900101-0017")
    'Nord AB , ******-****'
    """
    text = _INVISIBLE.sub("", str(value))
    if not text.isprintable():
        text = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    # No-break spaces are kept: they hold numbers together.
    parts = (_SPACE.sub(" ", part) for part in text.split("\u00a0"))
    return mask_personal_numbers("\u00a0".join(parts).strip())


def terminal_text(lines: str) -> str:
    """Return `lines` as a terminal or a log may have them: nothing steers it, and nobody's personal number is there.

    Examples
    --------
    >>> terminal_text("\\x1b[31mröd\\x1b[0m\\n900101-0017")
    '[31mröd[0m\\n******-****'
    """
    return mask_personal_numbers(_STEERING.sub("", lines))
