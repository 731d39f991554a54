"""A slot's changes in the order in which they reach its ledger: by month, then need by need, laws before new needs."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.compiling import compilable
from partnership_lib.decision.engine.inputs import Here

ONE = np.uint64(1)


@compilable
def rows_in_slot(here: Here, first: Any, after: Any) -> Any:
    """Return the first of some rows that is in the slot's months, and the one after the last; they are in order."""
    slot, months = here.slot, here.scratch.changes.month
    # Unsigned, as all places here: compiled code need not ask whether a place counts from the end.
    first, after = np.uint64(first), np.uint64(after)
    if slot.start_month > 0:
        while first < after and months[first] < slot.start_month:
            first += ONE
    if slot.end_month < here.world.settings[0].horizon_months:
        end = first
        while end < after and months[end] < slot.end_month:
            end += ONE
        after = end
    return first, after


@compilable
def rows_of_need(here: Here, place: Any) -> Any:
    """Return where the law changes of a need begin and end, and its new needs, in the slot's months."""
    changes = here.scratch.changes
    first_law, after_law = rows_in_slot(here, changes.first_law[place], changes.after_law[place])
    first_new, after_new = rows_in_slot(here, changes.first_new[place], changes.after_new[place])
    return first_law, after_law, first_new, after_new


@compilable
def merge(here: Here, place: Any, minor_only: Any) -> Any:
    """Write the rows of the only need of a slot in order, perhaps without the qualified; return how many there are."""
    months, qualified = here.scratch.changes.month, here.scratch.changes.qualified
    order, count = here.scratch.order, np.uint64(0)
    law, after_law, new, after_new = rows_of_need(here, place)
    while law < after_law or new < after_new:
        is_law = new == after_new or (law < after_law and months[law] <= months[new])
        at = law if is_law else new
        # What does not count is written over: to jump past it would cost more than to write it.
        order[count] = at
        count += np.uint64(not (minor_only and qualified[at]))
        law += np.uint64(is_law)
        new += np.uint64(not is_law)
    return count


@compilable
def place_rows(here: Here, first: Any, after: Any) -> None:
    """Write rows where the places of their months say."""
    scratch = here.scratch
    for at in range(first, after):
        month = scratch.changes.month[at]
        scratch.order[scratch.month_places[month]] = at
        scratch.month_places[month] += 1


@compilable
def sort(here: Here) -> Any:
    """Write the rows of all needs of a slot in order; return how many there are."""
    slot, scratch = here.slot, here.scratch
    places, months = scratch.month_places, scratch.changes.month
    places[:] = 0
    for number in range(slot.first_need, slot.first_need + slot.need_count):
        first_law, after_law, first_new, after_new = rows_of_need(here, here.plan.slot_needs[number])
        for at in range(first_law, after_law):
            places[months[at] + 1] += 1
        for at in range(first_new, after_new):
            places[months[at] + 1] += 1
    for month in range(slot.start_month, slot.end_month):
        places[month + 1] += places[month]
    count = np.uint64(places[slot.end_month])
    for number in range(slot.first_need, slot.first_need + slot.need_count):
        first_law, after_law, first_new, after_new = rows_of_need(here, here.plan.slot_needs[number])
        place_rows(here, first_law, after_law)
        place_rows(here, first_new, after_new)
    return count


@compilable
def order_changes(here: Here, minor_only: Any) -> Any:
    """Write the rows of a slot's changes in order; return how many there are.

    Parameters
    ----------
    minor_only : bool
        Whether those that are qualified may be left out: none of them is too large.
    """
    if here.slot.need_count == 1:
        return merge(here, here.plan.slot_needs[here.slot.first_need], minor_only)
    return sort(here)
