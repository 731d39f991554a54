"""The volume that a unit's cost is divided by: pupils, meals, users; one driver for all its needs, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from partnership_lib.domain import Need, VolumeObservation


def volume_driver(needs: Sequence[Need]) -> str:
    """Return the one driver that all the needs follow; empty where they follow none, or different ones."""
    drivers = {need.volume_driver for need in needs}
    return next(iter(drivers)) if len(drivers) == 1 else ""


def volumes_by_driver(observations: Sequence[VolumeObservation]) -> dict[str, dict[date, float]]:
    """Return driver -> month -> value."""
    found: dict[str, dict[date, float]] = {}
    for each in observations:
        found.setdefault(each.driver, {})[each.month] = each.value
    return found


def mean_volume(volumes: Mapping[date, float], months: Sequence[date]) -> float | None:
    """Return the mean of a volume over some months, or None where one is missing.

    Examples
    --------
    >>> months = [date(2026, 1, 1), date(2026, 2, 1)]
    >>> mean_volume({months[0]: 10.0, months[1]: 30.0}, months), mean_volume({months[0]: 10.0}, months)
    (20.0, None)
    """
    values = [volumes.get(month) for month in months]
    if not values or any(value is None or value <= 0.0 for value in values):
        return None
    return sum(value for value in values if value is not None) / len(values)
