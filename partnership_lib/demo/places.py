"""The municipalities of a scale: who they are, how many agreements they have and how much they book."""

from __future__ import annotations

from dataclasses import dataclass

from partnership_lib.demo.organisations import MUNICIPALITY_CODE, MUNICIPALITY_NUMBER
from partnership_lib.units.organisation_number import check_digit

CITY_AGREEMENTS = 1_100
CITY_LINES_A_YEAR = 500_000
MUNICIPALITIES = 290
NATIONAL_LINES_A_YEAR = 7_250_000
"""25,000 lines a year in the mean municipality; sizes fall as in a list of municipalities by inhabitants."""

SMALL_AGREEMENTS = 66
"""Lindvalla's hand-written agreements, which are part of every scale."""


@dataclass(frozen=True)
class Place:
    """A municipality of the larger scales. Number 1 is Lindvalla, which also has the hand-written agreements."""

    number: int
    name: str
    organisation_number: str
    code: str
    bulk_agreements: int
    lines_a_year: int

    @property
    def buyer_id(self) -> str:
        """Return the id of the municipality among the organisations."""
        return "O-000" if self.number == 1 else f"O-{self.number:03d}"

    @property
    def mark(self) -> str:
        """Return what the ids of its records begin with."""
        return f"K{self.number:03d}"


def places(scale: str) -> list[Place]:
    """Return the municipalities of a scale; the small one has nothing beside the hand-written facts.

    Examples
    --------
    >>> len(places("national")), places("city")[0].bulk_agreements + SMALL_AGREEMENTS
    (290, 1100)
    """
    if scale == "small":
        return []
    if scale == "city":
        return [_place(1, CITY_AGREEMENTS - SMALL_AGREEMENTS, CITY_LINES_A_YEAR)]
    weights = [1 / (rank + 12) for rank in range(1, MUNICIPALITIES + 1)]
    lines = [round(NATIONAL_LINES_A_YEAR * weight / sum(weights)) for weight in weights]
    return [_place(number, 40 + count // 450, count) for number, count in enumerate(lines, 1)]


def _place(number: int, agreements: int, lines_a_year: int) -> Place:
    if number == 1:
        return Place(1, "Lindvalla kommun", MUNICIPALITY_NUMBER, MUNICIPALITY_CODE, agreements, lines_a_year)
    nine = f"21299{number * 31:04d}"
    return Place(number, f"Kommun {number:03d}", nine + check_digit(nine), f"{9000 + number}", agreements, lines_a_year)
