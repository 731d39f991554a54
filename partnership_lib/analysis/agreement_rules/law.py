"""The rules of the Public Procurement Act that are computed with: dated facts with section and source."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files

from partnership_lib.units.dates import parse_date

_DIVISIONS = "cpv_divisions"


@dataclass(frozen=True)
class Law:
    """A rule as it stood from a day on.

    Attributes
    ----------
    value : Fraction or None
        The limit in `unit` (``months``, ``share``, ``days``), exact; None where the rule has no number.
    cpv_divisions : frozenset of str
        First two digits of the categories that a rule is about; empty where it is about all.
    section : str
        Where it stands, as lawyers cite it.
    verified : bool
        Whether limit and section were both seen in an official source.
    unverified_part : str
        ``amount`` or ``section`` where they were not; else empty.
    """

    rule: str
    valid_from: date
    value: Fraction | None
    cpv_divisions: frozenset[str]
    unit: str
    section: str
    verified: bool
    unverified_part: str
    source: str

    @property
    def limit(self) -> Fraction:
        """Return the number of a rule that has one."""
        if self.value is None:
            raise ValueError(f"{self.rule} has no number")
        return self.value

    @property
    def uncertain(self) -> tuple[str, ...]:
        """Return what is uncertain about the rule itself, as codes of sentences."""
        return () if self.verified else (f"{self.unverified_part}_unverified",)


def law_on(rule: str, day: date) -> Law | None:
    """Return a rule as it stood on a day, or None where the table does not reach so far back.

    Examples
    --------
    >>> law = law_on("framework_term", date(2024, 3, 1))
    >>> int(law.limit), law.section, law.verified
    (48, '7 kap. 2 § LOU', False)
    >>> law_on("framework_term", date(2016, 12, 31)) is None
    True
    """
    begun = [law for law in all_laws() if law.rule == rule and law.valid_from <= day]
    return max(begun, key=lambda law: law.valid_from, default=None)


@cache
def all_laws() -> tuple[Law, ...]:
    """Return every row of the table."""
    source = files("partnership_lib.analysis").joinpath("data", "lou.csv")
    return tuple(
        Law(
            rule=row["rule"],
            valid_from=parse_date(row["valid_from"]),
            value=Fraction(row["value"]) if row["value"] and row["unit"] != _DIVISIONS else None,
            cpv_divisions=frozenset(row["value"].split() if row["unit"] == _DIVISIONS else ()),
            unit=row["unit"],
            section=row["section"],
            verified=row["verified"] == "yes",
            unverified_part=row["unverified_part"],
            source=row["source"],
        )
        for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    )
