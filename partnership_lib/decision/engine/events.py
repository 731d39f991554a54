"""One path's changes: law changes of the domains, which needs they hit, and new needs (compiled).

What can be drawn for all needs in one straight loop is, even if more than is needed: several are then drawn at once,
and a jump that hangs on a number just drawn, often guessed wrong, costs more than a draw.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.compiling import compilable, compiled
from partnership_lib.decision.engine.inputs import World
from partnership_lib.decision.engine.scratch import AT_ONCE, NEEDS_AT_ONCE, Changes, Scratch
from partnership_lib.decision.future.streams import (
    LAW_HIT,
    LAW_TIME,
    NEW_NEED,
    draw,
    drawn_bits,
    entity_state,
    first_of_three,
    high_uniform,
    low_uniform,
    second_of_three,
    third_of_three,
)
from partnership_lib.decision.future.tables import exponential_at, lognormal_at
from partnership_lib.decision.plans.arrays import Floats, Table, Whole

NO_ROOM = -1


@compilable
def fill_law_changes(world: World, row: Any, state_of_path: Any, scratch: Scratch) -> bool:
    """Draw when the law of each domain changes; return whether there was room for all."""
    count = 0
    for place in range(len(world.domains)):
        domain = world.domains[place]
        state = entity_state(state_of_path, domain.entity)
        rate_per_month = row[domain.rate_column] / 12.0
        scratch.law_first[place] = count
        month = exponential_at(draw(state, LAW_TIME, np.uint64(0))) / rate_per_month
        while month < world.settings[0].horizon_months:
            if count == len(scratch.law_months):
                return False
            scratch.law_months[count] = month
            scratch.handled[count] = -1
            count += 1
            number = np.uint64(count - scratch.law_first[place])
            month += exponential_at(draw(state, LAW_TIME, number)) / rate_per_month
        scratch.law_first[place + 1] = count
    scratch.hashes[0] += count + len(world.domains)
    return True


@compilable
def find_hits(world: World, state_of_path: Any, assumed: Any, row: Any, scratch: Scratch) -> Any:
    """Note which law changes hit which needs; return the row after the last hit, or -1 without room for all."""
    changes, at, hashes = scratch.changes, np.int64(scratch.law_base), 0
    for place in range(len(world.needs)):
        need = world.needs[place]
        changes.first_law[place] = at
        if need.domain >= 0:
            state = entity_state(state_of_path, need.entity)
            mean_sek = need.annual_value_sek * row[need.change_size_column]
            first, after = scratch.law_first[need.domain], scratch.law_first[need.domain + 1]
            if at + after - first > len(changes.law):
                return NO_ROOM
            hashes += after - first
            for law in range(first, after):
                bits = drawn_bits(state, LAW_HIT, np.uint64(law - first))
                # What is no hit is written over: to jump past it would cost more than to write it.
                scratch.law_bits[at - scratch.law_base] = bits
                changes.law[at] = law
                changes.need[at] = place
                changes.size_sek[at] = mean_sek
                at += high_uniform(bits) < assumed.law_change_hit_probability
        changes.after_law[place] = at
    scratch.hashes[0] += hashes
    return at


# These two by themselves, not inside their callers: among all the arrays of those the compiler would not take several
# numbers at once.


@compiled
def describe_hits(
    laws: Whole, law_months: Floats, bits: Whole, sizes: Floats, probability: float, qualified_share: float,
    month: Whole, size_sek: Floats, qualified: Whole,
) -> None:  # fmt: skip
    """Fill in when the law changes come that hit needs, and how large they are there."""
    for at in range(len(laws)):
        month[at] = np.uint32(law_months[laws[at]])
    for at in range(len(laws)):
        # Given that it is a hit, luck/q is uniform again.
        size_sek[at] *= lognormal_at(high_uniform(bits[at]) / probability, sizes)
    for at in range(len(laws)):
        qualified[at] = low_uniform(bits[at]) < qualified_share


@compiled
def draw_ahead(
    needs: Table, sizes: Floats, state_of_path: Any, qualified_share: float, bits: Whole, waits: Floats,
    size_sek: Floats, qualified: Whole,
) -> None:  # fmt: skip
    """Draw the first new needs of some needs: the times between them at a rate of 1, and sizes with a mean of 1."""
    for place in range(len(needs)):
        state = entity_state(state_of_path, needs[place].entity)
        for number in range(AT_ONCE):
            bits[place * AT_ONCE + number] = drawn_bits(state, NEW_NEED, np.uint64(number))
    for at in range(len(needs) * AT_ONCE):
        waits[at] = exponential_at(first_of_three(bits[at]))
    for at in range(len(needs) * AT_ONCE):
        size_sek[at] = lognormal_at(second_of_three(bits[at]), sizes)
    for at in range(len(needs) * AT_ONCE):
        qualified[at] = third_of_three(bits[at]) < qualified_share


@compilable
def scale_new_needs(
    scratch: Scratch, ahead: Any, first: Any, wait_months: Any, mean_sek: Any, horizon_months: Any
) -> Any:
    """Give a need's first new needs their months and sizes; return how many come, and the time of the last drawn."""
    changes, waits = scratch.changes, scratch.waits
    month, count = 0.0, 0
    for number in range(AT_ONCE):
        changes.size_sek[first + number] *= mean_sek
    for number in range(AT_ONCE):
        month += waits[ahead + number] * wait_months
        changes.month[first + number] = np.uint32(min(month, horizon_months))
        count += month < horizon_months
    return count, month


@compilable
def draw_further(
    world: World, place: Any, state: Any, month: Any, wait_months: Any, mean_sek: Any, assumed: Any, changes: Changes,
    at: Any, room: Any,
) -> Any:  # fmt: skip
    """Draw a need's new needs on in rows of their own until one is beyond the horizon; return how many come.

    Or -1 where there was no room.
    """
    first, drawn = place * AT_ONCE, AT_ONCE
    if at + AT_ONCE > room:
        return NO_ROOM
    for number in range(AT_ONCE):
        changes.need[at + number] = place
        changes.month[at + number] = changes.month[first + number]
        changes.size_sek[at + number] = changes.size_sek[first + number]
        changes.qualified[at + number] = changes.qualified[first + number]
    while True:
        bits = drawn_bits(state, NEW_NEED, np.uint64(drawn))
        month += exponential_at(first_of_three(bits)) * wait_months
        if month >= world.settings[0].horizon_months:
            return drawn
        if at + drawn == room:
            return NO_ROOM
        changes.need[at + drawn] = place
        changes.month[at + drawn] = np.uint32(month)
        changes.size_sek[at + drawn] = mean_sek * lognormal_at(second_of_three(bits), world.sizes)
        changes.qualified[at + drawn] = third_of_three(bits) < assumed.qualified_change_share
        drawn += 1


@compilable
def fill_new_needs(world: World, assumed: Any, row: Any, state_of_path: Any, scratch: Scratch) -> bool:
    """Draw the new needs of all needs; return whether there was room for all."""
    changes, horizon_months = scratch.changes, np.float64(world.settings[0].horizon_months)
    further, all_count = len(world.needs) * AT_ONCE, 0
    for place in range(len(world.needs)):
        ahead = place % NEEDS_AT_ONCE
        if ahead == 0:
            some, rows = slice(place, place + NEEDS_AT_ONCE), slice(place * AT_ONCE, (place + NEEDS_AT_ONCE) * AT_ONCE)
            draw_ahead(
                world.needs[some], world.sizes, state_of_path, assumed.qualified_change_share, scratch.bits,
                scratch.waits, changes.size_sek[rows], changes.qualified[rows],
            )  # fmt: skip
        need, first = world.needs[place], place * AT_ONCE
        wait_months = 12.0 / row[need.new_needs_column]
        mean_sek = need.annual_value_sek * row[need.change_size_column]
        count, month = scale_new_needs(scratch, ahead * AT_ONCE, first, wait_months, mean_sek, horizon_months)
        if count == AT_ONCE:
            state, first = entity_state(state_of_path, need.entity), further
            count = draw_further(
                world, place, state, month, wait_months, mean_sek, assumed, changes, first, scratch.law_base
            )
            if count == NO_ROOM:
                return False
            further += count
        changes.first_new[place] = first
        changes.after_new[place] = first + count
        all_count += count
    # The first beyond the horizon counts: what comes after it would not have had to be drawn.
    scratch.hashes[0] += all_count + len(world.needs)
    return True


@compilable
def fill_events(world: World, assumed: Any, row: Any, state_of_path: Any, scratch: Scratch) -> bool:
    """Draw all changes of a path; return whether there was room for all."""
    if not fill_law_changes(world, row, state_of_path, scratch):
        return False
    after = find_hits(world, state_of_path, assumed, row, scratch)
    if after == NO_ROOM:
        return False
    rows, changes = slice(scratch.law_base, after), scratch.changes
    describe_hits(
        changes.law[rows], scratch.law_months, scratch.law_bits, world.sizes, assumed.law_change_hit_probability,
        assumed.qualified_change_share, changes.month[rows], changes.size_sek[rows], changes.qualified[rows],
    )  # fmt: skip
    return fill_new_needs(world, assumed, row, state_of_path, scratch)
