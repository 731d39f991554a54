"""What changes are expected to cost, what of them the price includes, and what met new needs are worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from partnership_lib.decision.components.benefit import benefit_sek
from partnership_lib.decision.components.change_sources import ChangeSources
from partnership_lib.decision.components.changes import (
    handling_sek,
    included_cap_sek,
    paid_change_sek,
    probability_of_any_hit,
)
from partnership_lib.decision.components.premium import premium_share
from partnership_lib.decision.components.stop_loss import expected_volume, stop_loss
from partnership_lib.decision.engine.expect_inputs import Expectations
from partnership_lib.decision.plans.arrays import CompiledCase, CompiledPlan, Floats, Table

Excess = dict[tuple[int, int], Floats]
Each = Callable[[Callable[[int], Floats], Sequence[int]], Iterable[Floats]]
_YEAR = 12


@dataclass(frozen=True)
class SlotChanges:
    """The changes of a slot: their sources, and where an assumption vector holds their rates and sizes.

    Attributes
    ----------
    rate_columns, size_columns : tuple of int
        Columns of the distinct rates a year and mean sizes.
    """

    sources: ChangeSources
    rate_columns: tuple[int, ...]
    size_columns: tuple[int, ...]

    def rates(self, values: Floats, months: float = 12.0) -> Floats:
        """Return the expected events per need or domain in so many months, shape (n, rates)."""
        return values[:, self.rate_columns] * (months / 12.0)


def slot_changes(compiled: CompiledCase, plan: CompiledPlan, slot: Any, fixed: Any) -> SlotChanges:
    """Return the changes of a slot.

    Parameters
    ----------
    slot : record of SLOT
    fixed : record of ASSUMED
        For the assumptions that do not vary.
    """
    needs = needs_of(compiled, plan, slot)
    domains = sorted({int(domain) for domain in needs["domain"] if domain >= 0})
    law_columns = {domain: int(compiled.domains["rate_column"][domain]) for domain in domains}
    rate_columns = _distinct([*needs["new_needs_column"].tolist(), *law_columns.values()])
    size_columns = _distinct(needs["change_size_column"].tolist())
    sources = ChangeSources(
        need_values=tuple(needs["annual_value_sek"].tolist()),
        need_rates=tuple(rate_columns.index(column) for column in needs["new_needs_column"]),
        need_sizes=tuple(size_columns.index(column) for column in needs["change_size_column"]),
        domains=tuple(
            (rate_columns.index(law_columns[domain]), tuple(np.flatnonzero(needs["domain"] == domain).tolist()))
            for domain in domains
        ),
        hit_probability=float(fixed["law_change_hit_probability"]),
        sigma_ln=float(fixed["change_size_sigma_ln"]),
    )
    return SlotChanges(sources, rate_columns, size_columns)


def needs_of(compiled: CompiledCase, plan: CompiledPlan, slot: Any) -> Table:
    """Return the rows of a slot's needs."""
    rows: Table = compiled.needs[plan.slot_needs[slot["first_need"] : slot["first_need"] + slot["need_count"]]]
    return rows


def _distinct(columns: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(columns))


def premium_shares(
    compiled: CompiledCase, plan: CompiledPlan, values: Floats, excess: Excess | None = None, each: Each = map
) -> Floats:
    """Return what the included changes add to the price of signed terms, as a share of it, shape (n, slots).

    Parameters
    ----------
    values : ndarray, shape (n, P)
        Assumption vectors. A slot without a premium has 0.
    excess : Excess or None
        From `changes_beyond_caps` where it is known already.
    each : callable
        Instead of `map`, such as the `map` of a pool of threads: the slots know nothing of each other.
    """
    fixed = compiled.assumed(values[:1])[0]
    shares = np.zeros((len(values), len(plan.slots)))

    def of_slot(place: int) -> Floats:
        slot = plan.slots[place]
        changes = slot_changes(compiled, plan, slot, fixed)
        volume = expected_volume(changes.sources, changes.rates(values), _sizes_after_adapting(changes, slot, values))
        beyond = excess[place, _YEAR] if excess else _excess_sek(changes, slot, values, _YEAR)
        return premium_share(volume, beyond, float(slot["annual_value_sek"]), values[:, slot["premium_loading_column"]])

    places = np.flatnonzero(plan.slots["premium"]).tolist()
    for place, share in zip(places, each(of_slot, places), strict=True):
        shares[:, place] = share
    return shares


def changes_beyond_caps(compiled: CompiledCase, plan: CompiledPlan, values: Floats) -> Excess:
    """Return, by slot and months, the expected changes of so many months that the price does not include [SEK]."""
    fixed = compiled.assumed(values[:1])[0]
    excess: Excess = {}
    for place, slot in enumerate(plan.slots):
        if slot["functional"]:
            changes = slot_changes(compiled, plan, slot, fixed)
            for months in {_YEAR, *(months for months, _ in _years(compiled.weights, slot))}:
                excess[place, months] = _excess_sek(changes, slot, values, months)
    return excess


def _years(weights: Floats, slot: Any) -> list[tuple[int, float]]:
    """Return the lengths of a functional slot's years, and the weight of the months in which they are settled."""
    start, end = int(slot["start_month"]), int(slot["end_month"])
    whole, rest = divmod(end - start, _YEAR)
    last_months = start + _YEAR * np.arange(1, whole + 1) - 1
    years = [(_YEAR, float(weights[last_months].sum()))] if whole else []
    return [*years, (rest, float(weights[end - 1]))] if rest else years


def _excess_sek(changes: SlotChanges, slot: Any, values: Floats, months: int) -> Floats:
    cap_share, value = values[:, slot["included_change_cap_column"]], float(slot["annual_value_sek"])
    sizes = _sizes_after_adapting(changes, slot, values)
    return stop_loss(changes.sources, changes.rates(values, months), sizes, included_cap_sek(cap_share, value, months))


def _sizes_after_adapting(changes: SlotChanges, slot: Any, values: Floats) -> Floats:
    saved_share = values[:, slot["adaptability_saving_column"]]
    sizes: Floats = values[:, changes.size_columns] * (1.0 - saved_share)[:, None]
    return sizes


def expected_changes_sek(given: Expectations, plan: CompiledPlan, place: int, excess: Excess) -> Floats:
    """Return what a slot's changes cost, paid and handled, weighted [SEK], shape (n,).

    Parameters
    ----------
    place : int
        Of the slot in the plan.
    excess : Excess
        From `changes_beyond_caps`.
    """
    slot, assumed, compiled = plan.slots[place], given.assumed, given.compiled
    changes = slot_changes(compiled, plan, slot, given.fixed)
    years = float(compiled.weights[slot["start_month"] : slot["end_month"]].sum()) / 12.0
    one_sek = handling_sek(assumed["staff_cost_sek_per_hour"], assumed["change_handling_hours"])
    handled_sek: Floats = years * one_sek * _handled_per_year(changes, given.values)
    if slot["functional"]:
        settled = [weight * excess[place, months] for months, weight in _years(compiled.weights, slot)]
        paid_sek = np.sum(settled, axis=0)
    else:
        paid_sek = years * expected_volume(
            changes.sources, changes.rates(given.values), given.values[:, changes.size_columns]
        )
    total: Floats = handled_sek + paid_change_sek(paid_sek, assumed["change_markup_share"])
    return total


def _handled_per_year(changes: SlotChanges, values: Floats) -> Floats:
    """Return how many changes a slot handles a year: a law change that hits several of its needs is one."""
    sources = changes.sources
    per_rate = np.bincount(sources.need_rates, minlength=len(changes.rate_columns)).astype(np.float64)
    for rate, needs in sources.domains:
        per_rate[rate] += probability_of_any_hit(sources.hit_probability, float(len(needs)))
    handled: Floats = changes.rates(values) @ per_rate
    return handled


def expected_benefit_sek(given: Expectations, plan: CompiledPlan, slot: Any) -> Floats | float:
    """Return what the new needs that a slot covers are worth, as a cost below zero, weighted [SEK], shape (n,)."""
    needs = needs_of(given.compiled, plan, slot)
    worth = needs["benefit_sek_per_month"]
    if not worth.any():
        return 0.0
    lead = given.assumed["release_cycle_months" if slot["functional"] else "change_order_lead_months"]
    per_month = given.values[:, needs["new_needs_column"]] / 12.0 @ worth
    months = _months_of_use(given.compiled, int(slot["start_month"]), int(slot["end_month"]), lead)
    benefit: Floats = benefit_sek(per_month, months)
    return benefit


def _months_of_use(compiled: CompiledCase, start: int, end: int, lead_months: Floats) -> Floats:
    """Return the weighted months of use to the horizon, summed over needs that come in each month of [start, end)."""
    horizon = compiled.horizon_months
    left = compiled.cumulative[horizon] - compiled.cumulative
    sums = np.concatenate(([0.0], np.cumsum(left)))
    whole = np.floor(lead_months).astype(np.int64)
    part = lead_months - whole

    def used(shift: int) -> Floats:
        first = np.minimum(start + whole + shift, horizon + 1)
        last = np.minimum(end + whole + shift, horizon + 1)
        months: Floats = sums[last] - sums[first]
        return months

    return (1.0 - part) * used(0) + part * used(1)
