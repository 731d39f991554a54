"""What is bought: needs (functions of the municipality), their volumes and the prices they follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from partnership_lib.domain.record import Record, fact


@dataclass(frozen=True, kw_only=True)
class Need(Record):
    """A function that the municipality needs, whichever agreement covers it today.

    Attributes
    ----------
    category : str
        CPV code, eight digits.
    domain : str
        Area of law or of the organisation that changes it together with others, such as ``school``.
    annual_value_ore : int or None
        Estimated value a year, excl. VAT [öre].
    volume_driver : str
        What makes it grow, such as ``pupils``; empty when nothing is followed.
    """

    name: str = fact(shared=True)
    category: str = fact(shared=True)
    domain: str = fact(shared=True, default="")
    annual_value_ore: int | None = fact(default=None)
    volume_driver: str = fact(shared=True, default="")


@dataclass(frozen=True, kw_only=True)
class VolumeObservation(Record):
    """How large a volume driver (pupils, users) was in a month."""

    driver: str = fact(shared=True)
    month: date = fact(shared=True)
    value: float = fact(shared=True)
    source: str = fact(shared=True, default="")


@dataclass(frozen=True, kw_only=True)
class IndexValue(Record):
    """One published value of a price index series. `month`: its first day."""

    series: str = fact(shared=True)
    month: date = fact(shared=True)
    value: float = fact(shared=True)
    preliminary: bool = fact(shared=True, default=False)
    source: str = fact(shared=True, default="")
