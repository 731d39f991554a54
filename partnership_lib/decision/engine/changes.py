"""A slot's changes: what is paid for them, their handling, their benefit, those outside the legal room (compiled).

What they cost is summed up in any order. Only where some of them could be outside the room are they put in order.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from partnership_lib.decision.compiling import compilable
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.components.compiled import (
    benefit_sek,
    excess_sek,
    handling_sek,
    included_cap_sek,
    paid_change_sek,
)
from partnership_lib.decision.engine.inputs import Here
from partnership_lib.decision.engine.ledger import (
    NO_HIT,
    could_be_too_large,
    could_be_too_many,
    is_hit,
    ledger_in,
    open_ledger,
    pay_hit,
    taken_from,
)
from partnership_lib.decision.engine.ordering import order_changes, rows_in_slot
from partnership_lib.decision.engine.procedures import luck
from partnership_lib.decision.future.streams import EXCESS_QUALIFIED

CHANGES = COMPONENTS.index("changes")
BENEFIT = COMPONENTS.index("benefit")


class Volume(NamedTuple):
    """Changes summed up.

    Attributes
    ----------
    weight : float
        Their number, weighted.
    weighted_sek : float
        Their sizes, weighted [SEK].
    months_of_use : float
        Weighted months from their coverage to the horizon, were they all new needs.
    minor_sek : float
        The sizes of those that are not qualified [SEK].
    largest_sek : float
        The size of the largest that is qualified [SEK].
    """

    weight: Any
    weighted_sek: Any
    months_of_use: Any
    minor_sek: Any
    largest_sek: Any


@compilable
def volume_of(here: Here, first: Any, after: Any, worth_sek_per_month: Any) -> Volume:
    """Return the changes in some rows summed up; those of a functional slot are added to its years too."""
    scratch, weights, functional = here.scratch, here.world.weights, here.slot.functional
    changes, months_of_use = scratch.changes, scratch.months_of_use[np.int64(functional)]
    start_month, by_year = np.uint32(here.slot.start_month), functional and here.world.settings[0].not_bought
    weight, weighted_sek, months, minor_sek, largest_sek = 0.0, 0.0, 0.0, 0.0, 0.0
    for at in range(first, after):
        month, size_sek, qualified = changes.month[at], changes.size_sek[at], changes.qualified[at]
        weight += weights[month]
        weighted_sek += weights[month] * size_sek
        months += months_of_use[month]
        minor_sek += 0.0 if qualified else size_sek
        largest_sek = max(largest_sek, size_sek if qualified else 0.0)
        if functional:
            year = np.uint32(month - start_month) // np.uint32(12)
            scratch.volume[year] += size_sek
            if by_year:
                scratch.benefit[year] += benefit_sek(worth_sek_per_month, months_of_use[month])
    return Volume(weight, weighted_sek, months, minor_sek, largest_sek)


@compilable
def added(one: Volume, other: Volume) -> Volume:
    """Return the changes of both summed up."""
    return Volume(
        one.weight + other.weight,
        one.weighted_sek + other.weighted_sek,
        one.months_of_use + other.months_of_use,
        one.minor_sek + other.minor_sek,
        max(one.largest_sek, other.largest_sek),
    )


@compilable
def weight_handled_before(here: Here, first: Any, after: Any) -> Any:
    """Return the weight of the law changes in some rows that hit another need of the slot too: handled once."""
    changes, handled, weight = here.scratch.changes, here.scratch.handled, 0.0
    for at in range(first, after):
        law = changes.law[at]
        weight += here.world.weights[changes.month[at]] if handled[law] == here.number else 0.0
        handled[law] = here.number
    return weight


@compilable
def sum_up(here: Here) -> Volume:
    """Add the handling and the benefit of a slot's changes; return them summed up, by year too if it is functional."""
    slot, scratch = here.slot, here.scratch
    total, handled_weight, gain_sek = Volume(0.0, 0.0, 0.0, 0.0, 0.0), 0.0, 0.0
    for number in range(slot.first_need, slot.first_need + slot.need_count):
        place = here.plan.slot_needs[number]
        worth_sek_per_month = here.world.needs[place].benefit_sek_per_month
        first, after = rows_in_slot(here, scratch.changes.first_new[place], scratch.changes.after_new[place])
        first_law, after_law = rows_in_slot(here, scratch.changes.first_law[place], scratch.changes.after_law[place])
        new = volume_of(here, first, after, worth_sek_per_month)
        laws = volume_of(here, first_law, after_law, 0.0)
        gain_sek += benefit_sek(worth_sek_per_month, new.months_of_use)
        total = added(total, added(new, laws))
        if slot.need_count > 1:
            handled_weight -= weight_handled_before(here, first_law, after_law)
    handled_weight += total.weight
    one_sek = handling_sek(here.assumed.staff_cost_sek_per_hour, here.assumed.change_handling_hours)
    here.costs[CHANGES] += handled_weight * one_sek
    here.costs[BENEFIT] += gain_sek
    return total


@compilable
def modification_sek(here: Here, size_sek: Any) -> Any:
    """Return what a change of this size takes of the legal room: its price, or what of it remains after adapting."""
    if here.slot.functional:
        return size_sek * (1.0 - here.row[here.slot.adaptability_saving_column])
    return paid_change_sek(size_sek, here.assumed.change_markup_share)


@compilable
def pay_change_outside(here: Here, at: Any, month: Any) -> None:
    """Add what follows from a change outside the legal room."""
    scratch, slot = here.scratch, here.slot
    size_sek, lost_sek, saved_sek = scratch.changes.size_sek[at], 0.0, 0.0
    if at < scratch.law_base:
        worth_sek_per_month = here.world.needs[scratch.changes.need[at]].benefit_sek_per_month
        lost_sek = -benefit_sek(worth_sek_per_month, scratch.months_of_use[np.int64(slot.functional), month])
    if slot.functional:
        scratch.not_bought[(month - slot.start_month) // 12] += size_sek
    else:
        saved_sek = here.world.weights[month] * paid_change_sek(size_sek, here.assumed.change_markup_share)
    pay_hit(here, True, month, saved_sek, lost_sek)


@compilable
def pay_hits(here: Here, count: Any) -> Any:
    """Add what follows from the changes outside the legal room, so many in order; return the month of the first."""
    scratch, ledger = here.scratch, open_ledger(here)
    first_hit_month: Any = NO_HIT
    for place in range(count):
        at = scratch.order[place]
        month, qualified = np.int64(scratch.changes.month[at]), scratch.changes.qualified[at]
        change_sek = modification_sek(here, scratch.changes.size_sek[at])
        ledger = ledger_in(here, ledger, month)
        if is_hit(ledger, change_sek, qualified):
            first_hit_month = month if first_hit_month == NO_HIT else first_hit_month
            pay_change_outside(here, at, month)
        else:
            ledger = taken_from(ledger, change_sek, qualified)
    return first_hit_month


@compilable
def pay_year(here: Here, year: Any, over_sek: Any, price_sek: Any, cap_sek: Any, last_month: Any, hit: Any) -> None:
    """Add what follows from the legal room for a functional slot's year with changes beyond the cap."""
    scratch, slot = here.scratch, here.slot
    weight, saved_share = here.world.weights[last_month], here.row[slot.adaptability_saving_column]
    if slot.changes_described:
        lost_share = over_sek / (scratch.volume[year] * (1.0 - saved_share))
        pay_hit(here, hit, last_month, weight * price_sek, -scratch.benefit[year] * lost_share)
    elif scratch.not_bought[year] > 0.0 and here.world.settings[0].not_bought:
        left_sek = excess_sek(scratch.volume[year] - scratch.not_bought[year], saved_share, cap_sek)
        saved_sek = price_sek - paid_change_sek(left_sek, here.assumed.change_markup_share)
        pay_hit(here, True, last_month, weight * saved_sek, 0.0)


@compilable
def pay_by_year(here: Here, first_hit_month: Any) -> Any:
    """Add what a functional slot pays for changes beyond the cap, year by year; described, that is a modification."""
    slot, ledger = here.slot, open_ledger(here)
    for year in range((slot.end_month - slot.start_month + 11) // 12):
        start_month = slot.start_month + 12 * year
        months = min(12, slot.end_month - start_month)
        last_month = start_month + months - 1
        cap_share = here.row[slot.included_change_cap_column]
        cap_sek = included_cap_sek(cap_share, slot.annual_value_sek, np.float64(months))
        over_sek = excess_sek(here.scratch.volume[year], here.row[slot.adaptability_saving_column], cap_sek)
        price_sek = paid_change_sek(over_sek, here.assumed.change_markup_share)
        here.costs[CHANGES] += here.world.weights[last_month] * price_sek
        if over_sek == 0.0:
            continue
        hit = False
        if slot.changes_described:
            qualified = luck(here, EXCESS_QUALIFIED, year) < here.assumed.qualified_change_share
            ledger = ledger_in(here, ledger, last_month)
            hit = is_hit(ledger, price_sek, qualified)
            if not hit:
                ledger = taken_from(ledger, price_sek, qualified)
            first_hit_month = last_month if hit and first_hit_month == NO_HIT else first_hit_month
        pay_year(here, year, over_sek, price_sek, cap_sek, last_month, hit)
    return first_hit_month


@compilable
def run_changes(here: Here) -> Any:
    """Add all that follows from a slot's changes; return the month of the first legal hit, or -1."""
    slot, scratch, first_hit_month = here.slot, here.scratch, NO_HIT
    if slot.functional:
        scratch.volume[:] = 0.0
        scratch.not_bought[:] = 0.0
        scratch.benefit[:] = 0.0
    total = sum_up(here)
    if not slot.functional:
        here.costs[CHANGES] += paid_change_sek(total.weighted_sek, here.assumed.change_markup_share)
    by_change = not (slot.functional and slot.changes_described)
    too_large = could_be_too_large(here, modification_sek(here, total.largest_sek))
    if by_change and (too_large or could_be_too_many(here, modification_sek(here, total.minor_sek))):
        first_hit_month = pay_hits(here, order_changes(here, not too_large))
    if slot.functional:
        first_hit_month = pay_by_year(here, first_hit_month)
    return first_hit_month
