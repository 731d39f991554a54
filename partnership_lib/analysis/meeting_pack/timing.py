"""How the time of a meeting is divided between its items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from partnership_lib.domain import Level
from partnership_lib.units.money import split_ore

DEFAULT_HOURS = 2.0
"""Length of a meeting whose level the working order does not name [h]."""
OPENING_MINUTES, CLOSING_MINUTES = 5, 10
_UNIT_MINUTES = 5
_MOST_COUNTED = 6

WEIGHTS: Mapping[Level, Mapping[str, int]] = {
    Level.STRATEGIC: {
        "previous": 2,
        "climbed": 3,
        "overdue": 2,
        "due": 1,
        "lists": 2,
        "exchange": 3,
        "dates": 3,
        "spend": 2,
        "deviations": 1,
    },
    Level.TACTICAL: {
        "previous": 2,
        "climbed": 3,
        "overdue": 3,
        "due": 2,
        "lists": 2,
        "exchange": 2,
        "dates": 2,
        "spend": 2,
        "deviations": 2,
    },
    Level.OPERATIONAL: {"previous": 1, "overdue": 3, "due": 3, "lists": 2, "exchange": 1, "deviations": 3},
}
"""What a meeting of a level goes through, in this order, and how much time one matter of each takes beside another."""


@dataclass(frozen=True)
class Timetable:
    """The minutes of each item, and whether they fit."""

    minutes: tuple[int, ...]
    total: int
    needed: int

    @property
    def is_too_short(self) -> bool:
        """Return whether the meeting cannot give every item five minutes."""
        return self.needed > self.total


def timetable(hours: float, level: Level, items: Sequence[tuple[str, int]]) -> Timetable:
    """Return the minutes for items given by code and number of matters, opening and closing not among them.

    Notes
    -----
    Five minutes for the opening and ten for the closing; the rest is divided in steps of five minutes, by the weight
    of the item on this level times its matters (at most six count). Nothing gets less than five minutes.

    Examples
    --------
    >>> timetable(1.5, Level.OPERATIONAL, [("overdue", 3), ("due", 2), ("lists", 1)])
    Timetable(minutes=(35, 25, 15), total=90, needed=30)
    """
    total = round(hours * 60)
    units = max(0, total - OPENING_MINUTES - CLOSING_MINUTES) // _UNIT_MINUTES
    needed = OPENING_MINUTES + CLOSING_MINUTES + _UNIT_MINUTES * len(items)
    spare = max(0, units - len(items))
    weights = [WEIGHTS[level][code] * min(matters, _MOST_COUNTED) for code, matters in items]
    extra = split_ore(spare, weights) if any(weights) else [0] * len(items)
    return Timetable(tuple(_UNIT_MINUTES * (1 + each) for each in extra), total, needed)
