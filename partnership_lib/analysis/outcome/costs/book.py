"""The cost book: ledger and register as cost units, from which the evidence on a partnership is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from partnership_lib.analysis.outcome.costs.donors import candidates
from partnership_lib.analysis.outcome.costs.evidence import Evidence
from partnership_lib.analysis.outcome.costs.invoices import Invoices, divide_invoices
from partnership_lib.analysis.outcome.costs.own_costs import OwnCost, OwnCosts
from partnership_lib.analysis.outcome.costs.price_index import PriceIndex, mixed_index, published_values, spliced
from partnership_lib.analysis.outcome.costs.rules import OutcomeRules
from partnership_lib.analysis.outcome.costs.series import UnitSeries, unit_series
from partnership_lib.analysis.outcome.costs.units import CostUnit, cost_units, unit_of_agreement
from partnership_lib.analysis.outcome.costs.volume import volume_driver, volumes_by_driver
from partnership_lib.analysis.outcome.costs.window import Window, window_of
from partnership_lib.domain import Agreement, Need, RegisterContent
from partnership_lib.errors import UsageError
from partnership_lib.units.dates import add_months, first_of_month

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class CostBook:
    """All costs of a municipality up to a day.

    Attributes
    ----------
    cube : pandas.DataFrame
        From `invoice_cube`, of the months before `as_of`.
    segments : pandas.DataFrame
        From `agreement_segments`.
    as_of : datetime.date
        The day after the last one that is seen.
    """

    content: RegisterContent
    cube: pd.DataFrame
    segments: pd.DataFrame
    rules: OutcomeRules
    as_of: date

    @cached_property
    def units(self) -> tuple[CostUnit, ...]:
        """Return every agreement of the register in one unit."""
        return cost_units(self.content, self.segments)

    @cached_property
    def invoices(self) -> Invoices:
        """Return the whole ledger divided between the units and the rest."""
        return divide_invoices(self.cube, self.segments, self.units)

    @cached_property
    def partnerships(self) -> tuple[Agreement, ...]:
        """Return the partnerships that had begun, by id."""
        begun = (each for each in self.content.agreements if each.is_partnership and each.start_date < self.as_of)
        return tuple(sorted(begun, key=lambda agreement: agreement.id))

    def partnership(self, agreement_id: str) -> Agreement:
        """Return the partnership with this id.

        Raises
        ------
        UsageError
            ``unknown_agreement`` or ``not_a_partnership``, with the partnerships that have begun.
        """
        found = self.content.find(Agreement, agreement_id)
        allowed = ", ".join(each.id for each in self.partnerships) or "–"
        if found is None:
            raise UsageError("unknown_agreement", agreement=agreement_id, allowed=allowed)
        if not found.is_partnership:
            raise UsageError("not_a_partnership", agreement=agreement_id, name=found.name, allowed=allowed)
        return found

    def begun_partnership(self, agreement_id: str) -> Agreement:
        """Return the partnership with this id, which has begun.

        Raises
        ------
        UsageError
            As `partnership`, and ``partnership_not_begun``.
        """
        found = self.partnership(agreement_id)
        if found.start_date >= self.as_of:
            allowed = ", ".join(each.id for each in self.partnerships) or "–"
            raise UsageError("partnership_not_begun", agreement=agreement_id, start=found.start_date, allowed=allowed)
        return found

    @cached_property
    def _unit_of(self) -> Mapping[str, CostUnit]:
        return unit_of_agreement(self.units)

    @cached_property
    def _own_costs(self) -> dict[str, tuple[OwnCost, ...]]:
        own = OwnCosts(self.content, self.rules)
        return {unit.id: own.of(unit) for unit in self.units}

    @cached_property
    def _published(self) -> dict[str, dict[date, float]]:
        return published_values(self.content.index_values, self.as_of)

    @cached_property
    def _volumes(self) -> dict[str, dict[date, float]]:
        return volumes_by_driver(self.content.volume_observations)

    @cached_property
    def _indices(self) -> dict[str, PriceIndex | None]:
        return {unit.id: mixed_index(unit.needs, self.rules.indices, self._published) for unit in self.units}

    @cached_property
    def _general(self) -> PriceIndex | None:
        series = self.rules.general_series
        return PriceIndex(spliced(series, self._published), {series[-1]: 1.0}) if series else None

    def evidence(self, agreement: Agreement) -> Evidence:
        """Return what can be seen of a partnership: its series, the window and its donors.

        Raises
        ------
        InputError
            ``index_series_unknown`` or ``index_no_overlap`` from the rules of indices.
        """
        unit = self._unit_of[agreement.id]
        new_needs, comparable_from = _coverage(self.content, unit, agreement)
        last = self._last_month(agreement)
        window = self._window(agreement, comparable_from, last)
        others = [self._series(each, window, last) for each in self.units if each.id != unit.id]
        found = candidates(unit, others, window, self.content.predecessors, self.rules.most_donors)
        general = self._general
        return Evidence(
            agreement=agreement,
            unit=unit,
            window=window,
            series=self._series(unit, window, last),
            candidates=found,
            general_series=self._series(unit, window, last, general) if general else None,
            general_donors=tuple(
                self._series(each.unit, window, last, general) for each in found if general and each.refused is None
            ),
            new_needs=new_needs,
            comparable_from=comparable_from,
            base_month=last,
            shared_ore=self.invoices.shared_with.get(unit.id, 0),
        )

    def _last_month(self, agreement: Agreement) -> date:
        """Return the last month that counts: the last of the ledger, or of the agreement when it ended before."""
        newest = self.invoices.last_month or add_months(first_of_month(self.as_of), -1)
        if agreement.end_date is None or add_months(first_of_month(agreement.end_date), 1) > newest:
            return newest
        return add_months(first_of_month(agreement.end_date), -1 if agreement.end_date.day < 28 else 0)

    def _window(self, agreement: Agreement, comparable_from: date, last: date) -> Window:
        first = max(self.invoices.first_month or last, comparable_from)
        whole = first if first.day == 1 else add_months(first_of_month(first), 1)
        return window_of(agreement.start_date, whole, last)

    def _series(self, unit: CostUnit, window: Window, base: date, index: PriceIndex | None = None) -> UnitSeries:
        driver = volume_driver(unit.needs)
        chosen = index or self._indices[unit.id]
        volumes = self._volumes.get(driver, {})
        return unit_series(
            unit, window.quarters, self.invoices, self._own_costs[unit.id], chosen, base, driver, volumes
        )


def _coverage(content: RegisterContent, unit: CostUnit, agreement: Agreement) -> tuple[tuple[Need, ...], date]:
    """Return the needs that nothing covered before the partnership, and the day from which all others were."""
    ours = {part.need_id for part in content.agreement_parts if part.agreement_id == agreement.id}
    earlier = [each for each in unit.agreements if each.start_date < agreement.start_date]
    begins = _first_days(content, earlier, ours)
    needs = [need for need in unit.needs if need.id in ours]
    new = tuple(need for need in needs if need.id not in begins)
    if not begins or new:
        return new, agreement.start_date
    return (), max(begins.values())


def _first_days(content: RegisterContent, agreements: Sequence[Agreement], needs: set[str]) -> dict[str, date]:
    """Return need -> the first day that one of the agreements covered it; one without parts covers all of them."""
    ids = {agreement.id: agreement.start_date for agreement in agreements}
    with_parts = {part.agreement_id for part in content.agreement_parts if part.agreement_id in ids}
    days = [(part.need_id, part.start_date) for part in content.agreement_parts if part.agreement_id in ids]
    days += [(need, start) for each, start in ids.items() if each not in with_parts for need in needs]
    found: dict[str, date] = {}
    for need, day in days:
        found[need] = min(day, found.get(need, day))
    return {need: day for need, day in found.items() if need in needs}
