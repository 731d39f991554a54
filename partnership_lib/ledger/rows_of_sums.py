"""Rows of a ledger that say a sum instead of being a line."""

from __future__ import annotations

import re

_SUM = re.compile(r"(?:del|slut)?summa\b|totalt?\b|sub-?total\b|grand total\b", re.IGNORECASE)


def says_sum(cell: str) -> bool:
    """Return whether a cell begins like a row of sums.

    Examples
    --------
    >>> says_sum("Delsumma nämnd"), says_sum("Totalt"), says_sum("Totalförsvarets pliktverk")
    (True, True, False)
    """
    return _SUM.match(cell) is not None
