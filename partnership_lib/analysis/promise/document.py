"""A promise as it was frozen: the forecast by year, the volume it was made at, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from partnership_lib.domain import FrozenDocument
from partnership_lib.units.dates import months_between


@dataclass(frozen=True)
class PromisedYear:
    """What a calendar year was expected to cost in the prices of the year, with P10 and P90 [öre].

    Attributes
    ----------
    months : int
        How many months of the year the promise covers.
    """

    year: int
    months: int
    mean_ore: int
    low_ore: int
    high_ore: int


@dataclass(frozen=True)
class Promise:
    """What was promised.

    Attributes
    ----------
    start_month : datetime.date
        First month of the agreement; nothing before it counts.
    driver, volume : str, float or None
        The volume that all needs follow, and its mean in the year before the case: what the promise was made at.
    unconfirmed : int
        How many of the assumptions nobody had confirmed.
    """

    document: FrozenDocument
    case_name: str
    base_month: date
    start_month: date
    inflation_share: float
    years: tuple[PromisedYear, ...]
    driver: str
    volume: float | None
    assumptions: int
    unconfirmed: int

    def price_level(self, month: date) -> float:
        """Return the price level that the promise assumed in a month, that of the agreement's first month being 1.

        Examples
        --------
        A year after the start at 2 per cent a year: 1.02.
        """
        return float((1.0 + self.inflation_share) ** (months_between(self.start_month, month) / 12.0))


def read_promise(document: FrozenDocument) -> Promise:
    """Return the promise that a frozen comparison holds."""
    said = document.content
    volume = said["volume"] or {"driver": "", "value": None}
    return Promise(
        document=document,
        case_name=said["case"]["name"],
        base_month=date.fromisoformat(said["base_month"]),
        start_month=date.fromisoformat(said["start_month"]),
        inflation_share=said["inflation_share"],
        years=tuple(
            PromisedYear(row["year"], row["months"], *(_ore(row[f"{name}_sek"]) for name in ("mean", "p10", "p90")))
            for row in said["forecast"]
        ),
        driver=volume["driver"],
        volume=volume["value"],
        assumptions=len(said["assumptions"]),
        unconfirmed=sum(not each["confirmed_by"] for each in said["assumptions"]),
    )


def _ore(sek: float) -> int:
    return round(sek * 100)
