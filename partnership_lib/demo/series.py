"""Price series and volume drivers, month by month."""

from __future__ import annotations

import functools
from datetime import date
from typing import Any

from partnership_lib.demo.shelf import read_facts
from partnership_lib.demo.streams import noise, stream
from partnership_lib.domain import IndexValue, Record, VolumeObservation
from partnership_lib.units.dates import add_months

FIRST_MONTH = date(2020, 9, 1)
LAST_MONTH = date(2026, 8, 1)
"""First and last month of the ledger: exactly six years, all closed on the as-of date."""


def months(first: date = FIRST_MONTH, last: date = LAST_MONTH) -> list[date]:
    """Return the first day of every month from `first` to `last`, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [add_months(first, number) for number in range(count)]


@functools.cache
def price_index(key: str, seed: int) -> dict[date, float]:
    """Return the value of the price series `key` (``service`` or ``food``) by month."""
    facts = next(row for row in read_facts("small/common.toml")["price_series"] if row["key"] == key)
    numbers = stream(seed, facts["series"], "index")
    level, values = facts["first_value"], {}
    for month in months(facts["first"], facts["last"]):
        values[month] = round(level, 1)
        level *= 1 + facts["monthly_per_mille"][str(month.year)] / 1000 + noise(numbers, 0.0008)
    return values


@functools.cache
def volume(driver: str, seed: int) -> dict[date, float]:
    """Return how large the volume driver was in each month of the ledger."""
    facts = next(row for row in read_facts("small/common.toml")["volumes"] if row["driver"] == driver)
    numbers = stream(seed, driver, "volume")
    return {month: float(round(_level(facts, month) * (1 + noise(numbers, 0.003)))) for month in months()}


def _level(facts: dict[str, Any], month: date) -> float:
    year = month.year if month.month >= facts["year_begins_in"] else month.year - 1
    level: float = facts["levels"][str(year)]
    return level


def series_records(seed: int) -> list[Record]:
    """Return every index value and volume observation; the newest index value is preliminary."""
    facts = read_facts("small/common.toml")
    found: list[Record] = []
    for row in facts["price_series"]:
        found += [
            IndexValue(
                id=f"IV-{row['key']}-{month:%Y-%m}", series=row["series"], month=month, value=value,
                preliminary=month == row["last"], source="Påhittad för demonstrationen",
            )
            for month, value in price_index(row["key"], seed).items()
        ]  # fmt: skip
    for row in facts["volumes"]:
        found += [
            VolumeObservation(
                id=f"VO-{row['driver']}-{month:%Y-%m}", driver=row["driver"], month=month, value=value,
                source=row["source"],
            )
            for month, value in volume(row["driver"], seed).items()
        ]  # fmt: skip
    return found
