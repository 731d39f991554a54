"""Half-open periods of the calendar: month, quarter, tertial and year, by their usual names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partnership_lib.errors import UsageError
from partnership_lib.units.dates import LATEST_YEAR, add_months


class PeriodKind(StrEnum):
    """How long a period is; tertial is a third of a year, the usual rhythm of a municipality."""

    MONTH = "month"
    QUARTER = "quarter"
    TERTIAL = "tertial"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Return the length in months."""
        return {"month": 1, "quarter": 3, "tertial": 4, "year": 12}[self.value]


_PATTERN = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})|Q([1-4])|T([1-3])))?", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """A calendar period ``[start, end)``: `end` is the first day after it.

    Examples
    --------
    >>> tertial = Period.parse("2026-T2")
    >>> tertial.start, tertial.end, tertial.previous().label
    (datetime.date(2026, 5, 1), datetime.date(2026, 9, 1), '2026-T1')
    >>> Period.last_closed(PeriodKind.TERTIAL, date(2026, 9, 15)).label
    '2026-T2'
    """

    start: date
    kind: PeriodKind

    @classmethod
    def parse(cls, label: str) -> Period:
        """Return the period that `label` names: ``2026``, ``2026-08``, ``2026-Q3`` or ``2026-T2``."""
        match = _PATTERN.fullmatch(label)
        if match is None or not 1900 <= int(match[1]) <= LATEST_YEAR:
            raise UsageError("unknown_period", found=label)
        year = int(match[1])
        if match[2]:
            if not 1 <= int(match[2]) <= 12:
                raise UsageError("unknown_period", found=label)
            return cls(date(year, int(match[2]), 1), PeriodKind.MONTH)
        if match[3]:
            return cls(date(year, 3 * int(match[3]) - 2, 1), PeriodKind.QUARTER)
        if match[4]:
            return cls(date(year, 4 * int(match[4]) - 3, 1), PeriodKind.TERTIAL)
        return cls(date(year, 1, 1), PeriodKind.YEAR)

    @classmethod
    def containing(cls, kind: PeriodKind, day: date) -> Period:
        """Return the period of `kind` that `day` falls in."""
        month = (day.month - 1) // kind.months * kind.months + 1
        return cls(date(day.year, month, 1), kind)

    @classmethod
    def last_closed(cls, kind: PeriodKind, as_of: date) -> Period:
        """Return the last period of `kind` that has ended on `as_of`."""
        return cls.containing(kind, as_of).previous()

    @property
    def end(self) -> date:
        """Return the first day after the period."""
        return add_months(self.start, self.kind.months)

    @property
    def label(self) -> str:
        """Return the name that `parse` reads."""
        number = (self.start.month - 1) // self.kind.months + 1
        return {
            PeriodKind.MONTH: f"{self.start.year}-{self.start.month:02d}",
            PeriodKind.QUARTER: f"{self.start.year}-Q{number}",
            PeriodKind.TERTIAL: f"{self.start.year}-T{number}",
            PeriodKind.YEAR: f"{self.start.year}",
        }[self.kind]

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def previous(self) -> Period:
        """Return the period of the same kind just before."""
        return Period(add_months(self.start, -self.kind.months), self.kind)

    def next(self) -> Period:
        """Return the period of the same kind just after."""
        return Period(self.end, self.kind)

    def months(self) -> Iterator[date]:
        """Yield the first day of each month in the period."""
        for number in range(self.kind.months):
            yield add_months(self.start, number)
