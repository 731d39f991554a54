"""How much a month costs from now on: a plain method that anyone can check by hand."""

from __future__ import annotations

from collections.abc import Sequence

MINIMUM_MONTHS = 6
"""With fewer months of history nothing is said."""

_WINDOW_MONTHS = 12


def mean_of_last_months(monthly_ore: Sequence[int]) -> int | None:
    """Return the mean of the last twelve months [öre], or None when there are fewer than six.

    A year long window holds each season once; with six to eleven months of history all of them are used.

    Examples
    --------
    >>> mean_of_last_months([900] + [100, 200] * 6), mean_of_last_months([100] * 5)
    (150, None)
    """
    if len(monthly_ore) < MINIMUM_MONTHS:
        return None
    window = monthly_ore[-_WINDOW_MONTHS:]
    return round(sum(window) / len(window))
