"""A slot's changes: what is paid for them, their handling, their benefit, those outside the legal room (compiled)."""

from __future__ import annotations

from typing import Any

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
from partnership_lib.decision.engine.ledger import is_hit, open_ledger, pay_hit
from partnership_lib.decision.engine.procedures import luck
from partnership_lib.decision.future.streams import EXCESS_QUALIFIED

CHANGES = COMPONENTS.index("changes")
BENEFIT = COMPONENTS.index("benefit")


@compilable
def rows_of_slot(here: Here, need: Any) -> Any:
    """Return the first row of a need's changes in the slot's months, and the one after the last."""
    slot, events = here.slot, here.scratch.events
    first, last = here.scratch.event_first[need], here.scratch.event_first[need + 1]
    if slot.start_month > 0:
        while first < last and events[first].month < slot.start_month:
            first += 1
    if slot.end_month < here.world.settings[0].horizon_months:
        after = first
        while after < last and events[after].month < slot.end_month:
            after += 1
        last = after
    return first, last


@compilable
def order_events(here: Here) -> Any:
    """Write the rows of the slot's changes in order of months, needs and time; return how many there are."""
    slot, scratch = here.slot, here.scratch
    places = scratch.month_places
    places[:] = 0
    for number in range(slot.first_need, slot.first_need + slot.need_count):
        first, last = rows_of_slot(here, here.plan.slot_needs[number])
        for row in range(first, last):
            places[scratch.events[row].month + 1] += 1
    for month in range(slot.start_month, slot.end_month):
        places[month + 1] += places[month]
    count = places[slot.end_month]
    for number in range(slot.first_need, slot.first_need + slot.need_count):
        first, last = rows_of_slot(here, here.plan.slot_needs[number])
        for row in range(first, last):
            month = scratch.events[row].month
            scratch.order[places[month]] = row
            places[month] += 1
    return count


@compilable
def list_events(here: Here) -> Any:
    """Do the same need by need, each in order of time, where that is the order or the order does not matter."""
    slot, scratch, count = here.slot, here.scratch, 0
    for number in range(slot.first_need, slot.first_need + slot.need_count):
        first, last = rows_of_slot(here, here.plan.slot_needs[number])
        for row in range(first, last):
            scratch.order[count] = row
            count += 1
    return count


@compilable
def is_handled(here: Here, event: Any) -> bool:
    """Return whether the slot has handled a law change already: one that hits several of its needs is handled once."""
    if here.slot.need_count == 1:
        return False
    # The last place is for new needs, whose law is -1: to jump past it would cost more than to write it.
    before = here.scratch.handled[event.law] == here.number
    here.scratch.handled[event.law] = here.number
    return before and event.law >= 0


@compilable
def gained_sek(here: Here, event: Any) -> Any:
    """Return the weighted benefit of a change as a cost below zero [SEK]."""
    worth_sek_per_month = here.world.needs[event.need].benefit_sek_per_month
    months = here.scratch.months_of_use[np.int64(here.slot.functional), event.month]
    return 0.0 if event.law >= 0 else benefit_sek(worth_sek_per_month, months)


@compilable
def add_changes(here: Here, handled_weight: Any, paid_sek: Any, gain_sek: Any) -> None:
    """Add what the slot's changes cost and are worth together, weighted [SEK]."""
    handled_sek = handling_sek(here.assumed.staff_cost_sek_per_hour, here.assumed.change_handling_hours)
    here.costs[CHANGES] += handled_weight * handled_sek + paid_sek
    here.costs[BENEFIT] += gain_sek


@compilable
def pay_one_by_one(here: Here, count: Any) -> None:
    """Add the changes of a slot with detailed requirements: each is paid, each is a modification."""
    handled_weight, paid_sek, all_gains_sek = 0.0, 0.0, 0.0
    for place in range(count):
        event = here.scratch.events[here.scratch.order[place]]
        weight, gain_sek = here.world.weights[event.month], gained_sek(here, event)
        price_sek = paid_change_sek(event.size_sek, here.assumed.change_markup_share)
        weighted_sek = weight * price_sek
        handled_weight += 0.0 if is_handled(here, event) else weight
        paid_sek += weighted_sek
        all_gains_sek += gain_sek
        hit = is_hit(here, event.month, price_sek, event.qualified)
        pay_hit(here, hit, event.month, weighted_sek, -gain_sek)
    add_changes(here, handled_weight, paid_sek, all_gains_sek)


@compilable
def gather_years(here: Here, count: Any) -> None:
    """Sum up the changes of a functional slot by year; undescribed, each of them is a modification."""
    scratch, slot = here.scratch, here.slot
    saved_share = here.row[slot.adaptability_saving_column]
    scratch.volume[:] = 0.0
    scratch.not_bought[:] = 0.0
    scratch.benefit[:] = 0.0
    handled_weight, all_gains_sek = 0.0, 0.0
    for place in range(count):
        event = scratch.events[scratch.order[place]]
        gain_sek = gained_sek(here, event)
        handled_weight += 0.0 if is_handled(here, event) else here.world.weights[event.month]
        all_gains_sek += gain_sek
        year = np.uint32(event.month - slot.start_month) // np.uint32(12)
        scratch.volume[year] += event.size_sek
        scratch.benefit[year] += gain_sek
        if slot.changes_described:
            continue
        hit = is_hit(here, event.month, event.size_sek * (1.0 - saved_share), event.qualified)
        scratch.not_bought[year] += event.size_sek if hit else 0.0
        pay_hit(here, hit, event.month, 0.0, -gain_sek)
    add_changes(here, handled_weight, 0.0, all_gains_sek)


@compilable
def pay_by_year(here: Here) -> None:
    """Add what a functional slot pays for changes beyond the cap, year by year; described, that is a modification."""
    scratch, slot = here.scratch, here.slot
    saved_share = here.row[slot.adaptability_saving_column]
    markup_share = here.assumed.change_markup_share
    for start_month in range(slot.start_month, slot.end_month, 12):
        year = (start_month - slot.start_month) // 12
        months = min(12, slot.end_month - start_month)
        last_month = start_month + months - 1
        cap_share = here.row[slot.included_change_cap_column]
        cap_sek = included_cap_sek(cap_share, slot.annual_value_sek, np.float64(months))
        over_sek = excess_sek(scratch.volume[year], saved_share, cap_sek)
        price_sek = paid_change_sek(over_sek, markup_share)
        here.costs[CHANGES] += here.world.weights[last_month] * price_sek
        if over_sek == 0.0:
            continue
        if slot.changes_described:
            qualified = luck(here, EXCESS_QUALIFIED, year) < here.assumed.qualified_change_share
            hit = is_hit(here, last_month, price_sek, qualified)
            lost_share = over_sek / (scratch.volume[year] * (1.0 - saved_share))
            weighted_sek = here.world.weights[last_month] * price_sek
            pay_hit(here, hit, last_month, weighted_sek, -scratch.benefit[year] * lost_share)
        elif scratch.not_bought[year] > 0.0 and here.world.settings[0].not_bought:
            left_sek = excess_sek(scratch.volume[year] - scratch.not_bought[year], saved_share, cap_sek)
            saved_sek = price_sek - paid_change_sek(left_sek, markup_share)
            pay_hit(here, True, last_month, here.world.weights[last_month] * saved_sek, 0.0)


@compilable
def run_changes(here: Here) -> Any:
    """Add all that follows from a slot's changes; return the month of the first legal hit, or -1."""
    in_any_order = here.slot.functional and here.slot.changes_described
    count = list_events(here) if in_any_order or here.slot.need_count == 1 else order_events(here)
    open_ledger(here)
    if here.slot.functional:
        gather_years(here, count)
        pay_by_year(here)
    else:
        pay_one_by_one(here, count)
    return here.scratch.ledger[0].first_hit_month
