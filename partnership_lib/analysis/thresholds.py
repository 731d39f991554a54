"""Thresholds and the direct-award limit of the Public Procurement Act for municipalities: dated facts with a source."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files

from partnership_lib.units.dates import parse_date
from partnership_lib.units.money import parse_ore

_WORKS_DIVISION = "45"


@dataclass(frozen=True)
class Threshold:
    """An EU threshold or the limit for direct awards, excl. VAT [öre].

    Attributes
    ----------
    verified : bool
        Whether it was seen in an official source; else it is derived or second-hand.
    """

    valid_from: date
    valid_to: date
    procurement: str
    amount_ore: int
    verified: bool
    source: str


def is_works(category: str) -> bool:
    """Return whether a CPV code is building work, which has limits of its own."""
    return category.startswith(_WORKS_DIVISION)


def threshold_on(category: str, day: date) -> Threshold | None:
    """Return the threshold for a CPV category on a day, or None where the table has no row for the day.

    Examples
    --------
    >>> threshold_on("48000000", date(2022, 5, 1)).amount_ore, threshold_on("45000000", date(2024, 5, 1)).amount_ore
    (223673100, 5988017900)
    >>> threshold_on("48000000", date(2031, 5, 1)) is None
    True
    """
    procurement = "works" if is_works(category) else "goods_services"
    for threshold in _thresholds():
        if threshold.procurement == procurement and threshold.valid_from <= day <= threshold.valid_to:
            return threshold
    return None


def direct_award_limit(day: date) -> Threshold | None:
    """Return the limit for direct awards on a day; where the table ends before it the last known one, not verified.

    Examples
    --------
    >>> direct_award_limit(date(2021, 5, 1)).amount_ore, direct_award_limit(date(2023, 5, 1)).amount_ore
    (61531200, 70000000)
    >>> last = direct_award_limit(date(2026, 5, 1))
    >>> last.amount_ore, last.verified
    (70000000, False)
    """
    limits = [threshold for threshold in _thresholds() if threshold.procurement == "direct_award"]
    begun = [limit for limit in limits if limit.valid_from <= day]
    if not begun:
        return None
    latest = max(begun, key=lambda limit: limit.valid_from)
    return latest if day <= latest.valid_to else replace(latest, verified=False)


@cache
def _thresholds() -> tuple[Threshold, ...]:
    rows = files("partnership_lib.analysis").joinpath("data", "thresholds.csv").read_text(encoding="utf-8").splitlines()
    return tuple(
        Threshold(
            valid_from=parse_date(row["valid_from"]),
            valid_to=parse_date(row["valid_to"]),
            procurement=row["procurement"],
            amount_ore=parse_ore(row["amount_sek"]),
            verified=row["verified"] == "yes",
            source=row["source"],
        )
        for row in csv.DictReader(rows)
    )
