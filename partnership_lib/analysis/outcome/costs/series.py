"""The outcome of a cost unit: what it cost a quarter in fixed prices, per unit of its volume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partnership_lib.analysis.outcome.costs.invoices import Invoices
from partnership_lib.analysis.outcome.costs.own_costs import OwnCost
from partnership_lib.analysis.outcome.costs.price_index import PriceIndex
from partnership_lib.analysis.outcome.costs.units import CostUnit
from partnership_lib.analysis.outcome.costs.volume import mean_volume
from partnership_lib.analysis.outcome.costs.window import months_of

ORE = 100.0


class Missing(StrEnum):
    """Why a unit has no outcome in some quarter."""

    INDEX = "index"
    VOLUME = "volume"
    COST = "cost"


@dataclass(frozen=True)
class Quarter:
    """What a unit cost in a quarter.

    Attributes
    ----------
    agreement_ore, leakage_ore : int
        Invoices under its agreements, and to its suppliers outside them [öre].
    procurement_sek, transition_sek, staff_sek : float
        Own costs by the rules, in today's prices [SEK].
    index_factor : float or None
        What turns the invoices into prices of the base month.
    volume : float or None
        Mean of the volume driver; 1 where none is followed.
    """

    first_month: date
    agreement_ore: int
    leakage_ore: int
    procurement_sek: float
    transition_sek: float
    staff_sek: float
    index_factor: float | None
    volume: float | None

    @property
    def invoices_ore(self) -> int:
        """Return all invoices [öre]."""
        return self.agreement_ore + self.leakage_ore

    @property
    def own_sek(self) -> float:
        """Return all that is assumed [SEK]."""
        return self.procurement_sek + self.transition_sek + self.staff_sek

    def unit_cost_sek(self, *, own_costs: bool = True) -> float | None:
        """Return the cost in fixed prices per unit of volume [SEK], or None where it cannot be told."""
        if self.index_factor is None or self.volume is None:
            return None
        cost = self.invoices_ore / ORE * self.index_factor + (self.own_sek if own_costs else 0.0)
        return cost / self.volume


@dataclass(frozen=True)
class UnitSeries:
    """The quarters of a unit, with what they were made comparable by."""

    unit: CostUnit
    quarters: tuple[Quarter, ...]
    driver: str
    index: PriceIndex | None

    def unit_costs(self, *, own_costs: bool = True) -> list[float | None]:
        """Return the cost per unit of volume of each quarter [SEK]."""
        return [quarter.unit_cost_sek(own_costs=own_costs) for quarter in self.quarters]

    def missing(self) -> tuple[Missing, date] | None:
        """Return what is missing and in which quarter first, or None when the series is whole."""
        for quarter in self.quarters:
            if quarter.invoices_ore <= 0:
                return Missing.COST, quarter.first_month
            if quarter.index_factor is None:
                return Missing.INDEX, quarter.first_month
            if quarter.volume is None:
                return Missing.VOLUME, quarter.first_month
        return None


def unit_series(
    unit: CostUnit,
    quarters: Sequence[date],
    invoices: Invoices,
    own: Sequence[OwnCost],
    index: PriceIndex | None,
    base_month: date,
    driver: str,
    volumes: Mapping[date, float],
) -> UnitSeries:
    """Return the outcome of a unit in these quarters, in prices of the base month.

    Notes
    -----
    Invoices are deflated month by month by the unit's own index; after the last published month its last value holds.
    Own costs are assumed in today's prices and are not deflated. Without a volume driver the cost itself is the
    outcome: right for a donor whose volume does not move, and told of every one.
    """
    found = tuple(_quarter(unit, first, invoices, own, index, base_month, driver, volumes) for first in quarters)
    return UnitSeries(unit, found, driver, index)


def _quarter(
    unit: CostUnit,
    first: date,
    invoices: Invoices,
    own: Sequence[OwnCost],
    index: PriceIndex | None,
    base_month: date,
    driver: str,
    volumes: Mapping[date, float],
) -> Quarter:
    months = months_of(first)
    booked = [invoices.of(unit.id, month) for month in months]
    held = [cost for month in months for cost in own if cost.holds_in(month)]
    agreement_ore = sum(each["agreement_ore"] for each in booked)
    leakage_ore = sum(each["leakage_ore"] for each in booked)
    return Quarter(
        first,
        agreement_ore,
        leakage_ore,
        sum(cost.procurement_sek for cost in held),
        sum(cost.transition_sek for cost in held),
        sum(cost.staff_sek for cost in held),
        _factor(months, [sum(each.values()) for each in booked], index, base_month),
        mean_volume(volumes, months) if driver else 1.0,
    )


def _factor(months: Sequence[date], booked_ore: Sequence[int], index: PriceIndex | None, base: date) -> float | None:
    """Return fixed-price invoices over invoices: each month deflated by its own index value."""
    level = index.at(base) if index else None
    values = [index.at(month) if index else None for month in months]
    if level is None or any(value is None for value in values):
        return None
    factors = [level / value for value in values if value]
    total = sum(booked_ore)
    if total <= 0 or any(amount < 0 for amount in booked_ore):
        return sum(factors) / len(factors)
    return sum(amount * factor for amount, factor in zip(booked_ore, factors, strict=True)) / total
