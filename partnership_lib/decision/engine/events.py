"""One path's changes: law changes of the domains, which needs they hit, and new needs (compiled)."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.compiling import compilable
from partnership_lib.decision.engine.inputs import AT_ONCE, Scratch, World
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
    mixed,
    second_of_three,
    third_of_three,
    unmixed_bits,
)
from partnership_lib.decision.future.tables import TAIL, between, exponential_at, lognormal_at

NO_LAW = -1
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
        month = exponential_at(draw(state, LAW_TIME, np.uint64(0)), world.waits) / rate_per_month
        while month < world.settings[0].horizon_months:
            if count == len(scratch.law_months):
                return False
            scratch.law_months[count] = month
            scratch.handled[count] = -1
            count += 1
            number = np.uint64(count - scratch.law_first[place])
            month += exponential_at(draw(state, LAW_TIME, number), world.waits) / rate_per_month
        scratch.law_first[place + 1] = count
    scratch.counter[0].hashes += count + len(world.domains)
    return True


@compilable
def draft_law_changes(world: World, need: Any, state: Any, assumed: Any, scratch: Scratch) -> Any:
    """Write down the law changes that hit a need; return how many there are."""
    drafts, count = scratch.law_drafts, 0
    if need.domain >= 0:
        first = scratch.law_first[need.domain]
        for law in range(first, scratch.law_first[need.domain + 1]):
            bits = drawn_bits(state, LAW_HIT, np.uint64(law - first))
            draft = drafts[count]
            # What is no hit is written over: to jump past it would cost more than to write it.
            draft.month = scratch.law_months[law]
            draft.luck = high_uniform(bits)
            draft.law = np.int32(law)
            draft.qualified = low_uniform(bits) < assumed.qualified_change_share
            count += draft.luck < assumed.law_change_hit_probability
        scratch.counter[0].hashes += scratch.law_first[need.domain + 1] - first
    return count


@compilable
def draw_ahead(world: World, state_of_path: Any, scratch: Scratch) -> None:
    """Draw the first new needs of every need, and the times between them at a rate of 1.

    In straight loops over all of them, more than are needed: a jump that hangs on a number just drawn is often guessed
    wrong, and then costs more than a draw.
    """
    bits, waits = scratch.new_bits, scratch.new_months
    for place in range(len(world.needs)):
        state = entity_state(state_of_path, world.needs[place].entity)
        for number in range(AT_ONCE):
            bits[place * AT_ONCE + number] = unmixed_bits(state, NEW_NEED, np.uint64(number))
    for place in range(len(world.needs) * AT_ONCE):
        bits[place] = mixed(bits[place])
    for place in range(len(world.needs) * AT_ONCE):
        # Wrong in the tail, which is left to where the waits are added up.
        waits[place] = between(first_of_three(bits[place]), world.waits)


@compilable
def add_up_waits(world: World, first: Any, rate_per_month: Any, scratch: Scratch) -> Any:
    """Turn the times between a need's first new needs into months; return the last."""
    month = 0.0
    for number in range(first, first + AT_ONCE):
        wait, luck = scratch.new_months[number], first_of_three(scratch.new_bits[number])
        if luck < TAIL:
            wait = exponential_at(luck, world.waits)
        month += wait / rate_per_month
        scratch.new_months[number] = month
    return month


@compilable
def draw_further(world: World, state: Any, first: Any, rate_per_month: Any, scratch: Scratch) -> Any:
    """Draw a need's new needs on, where there is room, until one is beyond the horizon; return how many there are.

    Or -1 where there was no room.
    """
    room = len(world.needs) * AT_ONCE
    for number in range(AT_ONCE):
        scratch.new_bits[room + number] = scratch.new_bits[first + number]
        scratch.new_months[room + number] = scratch.new_months[first + number]
    month, drawn = scratch.new_months[first + AT_ONCE - 1], AT_ONCE
    while month < world.settings[0].horizon_months:
        if room + drawn == len(scratch.new_bits):
            return NO_ROOM
        bits = drawn_bits(state, NEW_NEED, np.uint64(drawn))
        month += exponential_at(first_of_three(bits), world.waits) / rate_per_month
        scratch.new_bits[room + drawn] = bits
        scratch.new_months[room + drawn] = month
        drawn += 1
    return drawn


@compilable
def write_event(event: Any, month: Any, place: Any, law: Any, size_sek: Any, qualified: Any) -> None:
    """Write down a change of a need."""
    event.size_sek = size_sek
    event.month = np.uint32(month)
    event.need = np.uint32(place)
    event.law = np.int32(law)
    event.qualified = qualified


@compilable
def write_law_changes(
    world: World, place: Any, mean_sek: Any, assumed: Any, scratch: Scratch, laws: Any, months: Any, first: Any
) -> None:
    """Write down the law changes that hit a need, each behind the new needs before it; the others make room for it."""
    rows = scratch.new_rows[: len(months)]
    for number in range(len(months)):
        rows[number] = first + number
    for law in range(laws):
        draft, earlier = scratch.law_drafts[law], 0
        for number in range(len(months)):
            is_earlier = months[number] < draft.month
            earlier += is_earlier
            rows[number] += not is_earlier
        # Given that it is a hit, luck/q is uniform again.
        again = draft.luck / assumed.law_change_hit_probability
        size_sek = mean_sek * lognormal_at(again, world.sizes, assumed.change_size_sigma_ln)
        event = scratch.events[first + law + earlier]
        write_event(event, draft.month, place, draft.law, size_sek, draft.qualified)


@compilable
def write_new_needs(
    world: World, place: Any, mean_sek: Any, assumed: Any, scratch: Scratch, at: Any, count: Any
) -> None:
    """Write down so many new needs of a need."""
    for number in range(count):
        bits, month = scratch.new_bits[at + number], scratch.new_months[at + number]
        size_sek = mean_sek * lognormal_at(second_of_three(bits), world.sizes, assumed.change_size_sigma_ln)
        qualified = third_of_three(bits) < assumed.qualified_change_share
        write_event(scratch.events[scratch.new_rows[number]], month, place, NO_LAW, size_sek, qualified)


@compilable
def fill_events_of_need(
    world: World, place: Any, assumed: Any, row: Any, state_of_path: Any, scratch: Scratch, first: Any
) -> Any:
    """Write down the changes of a need in order of time; return the row after the last, or -1 without room for all."""
    need, horizon = world.needs[place], world.settings[0].horizon_months
    state = entity_state(state_of_path, need.entity)
    mean_sek = need.annual_value_sek * row[need.change_size_column]
    rate_per_month = row[need.new_needs_column] / 12.0
    laws = draft_law_changes(world, need, state, assumed, scratch)
    at, drawn, count = place * AT_ONCE, AT_ONCE, 0
    if add_up_waits(world, at, rate_per_month, scratch) < horizon:
        drawn = draw_further(world, state, at, rate_per_month, scratch)
        at = len(world.needs) * AT_ONCE
    months = scratch.new_months[at : at + drawn]
    for number in range(drawn):
        count += months[number] < horizon
    # The first beyond the horizon counts: what comes after it would not have had to be drawn.
    scratch.counter[0].hashes += count + 1
    if drawn == NO_ROOM or first + laws + count > len(scratch.events):
        return NO_ROOM
    write_law_changes(world, place, mean_sek, assumed, scratch, laws, months, first)
    write_new_needs(world, place, mean_sek, assumed, scratch, at, count)
    return first + laws + count


@compilable
def fill_events(world: World, assumed: Any, row: Any, state_of_path: Any, scratch: Scratch) -> bool:
    """Draw all changes of a path; return whether there was room for all."""
    if not fill_law_changes(world, row, state_of_path, scratch):
        return False
    draw_ahead(world, state_of_path, scratch)
    count = 0
    for place in range(len(world.needs)):
        scratch.event_first[place] = count
        count = fill_events_of_need(world, place, assumed, row, state_of_path, scratch, count)
        if count == NO_ROOM:
            return False
    scratch.event_first[len(world.needs)] = count
    return True
