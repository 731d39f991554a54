"""Periods as people name them."""

from __future__ import annotations

from partnership_lib.units.period import Period


def as_period(period: str | int | Period) -> Period:
    """Return a period from its label, or the year with this number."""
    return period if isinstance(period, Period) else Period.parse(str(period))
