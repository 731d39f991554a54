"""The terms of the slots one after another: how long each runs, what ends it, today's price, the exit (compiled)."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.compiling import compilable
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.components.compiled import (
    early_termination_sek,
    exit_sek,
    holder_rate_per_year,
    months_to_default,
    option_is_worth_using,
)
from partnership_lib.decision.engine.inputs import Here
from partnership_lib.decision.engine.paths import expected_level
from partnership_lib.decision.engine.procedures import bidders_seen, luck, relative_value_sek, signed_price_sek
from partnership_lib.decision.future.streams import BIDDERS, DEFAULT, OPTION

GAP = COMPONENTS.index("gap")
PRICE = COMPONENTS.index("price")
PREMIUM = COMPONENTS.index("premium")
SWITCHING = COMPONENTS.index("switching")
EXIT = COMPONENTS.index("exit")

# Options of a term are numbered below this in the keys of their draws.
OPTIONS_PER_TERM = 64
NO_ROOM = -1


@compilable
def is_worth_extending(here: Here, start_month: Any, occurrence: Any, month: Any, option_months: Any) -> bool:
    """Return whether the contract price of a month is at most what a new procedure would bring."""
    slot, assumed, level = here.slot, here.assumed, here.scratch.level[here.slot.index_class]
    price_sek = slot.annual_value_sek
    if occurrence > 0:
        seen = bidders_seen(here, luck(here, BIDDERS, occurrence))
        price_sek = signed_price_sek(here, start_month, seen) * (1.0 + here.premium_share)
    expected = expected_level(here.world, slot, assumed.bidders_factor, assumed, here.row)
    return option_is_worth_using(
        price_sek * (level[month] / level[start_month]),
        relative_value_sek(here, month) * expected * (1.0 + here.premium_share),
        assumed.switching_cost_share,
        slot.annual_value_sek,
        here.row[slot.supplier_change_column],
        np.float64(option_months),
    )


@compilable
def expiry_of_term(here: Here, start_month: Any, occurrence: Any) -> Any:
    """Return the month in which a term ends, used options included, unless its holder defaults."""
    slot = here.slot
    if slot.taken_over:
        return np.int64(slot.end_month)
    if occurrence == 0:
        month, first, count = np.int64(slot.expiry_month), slot.first_present_option, slot.present_option_count
    else:
        month, first, count = start_month + slot.term_months, slot.first_option, slot.option_count
    going_on = True
    for number in range(count):
        going_on = going_on and month < slot.end_month
        months = here.plan.option_months[first + number]
        if here.world.settings[0].price_rule:
            going_on = going_on and is_worth_extending(here, start_month, occurrence, month, months)
        else:
            chance = luck(here, OPTION, occurrence * OPTIONS_PER_TERM + number)
            going_on = going_on & (chance < here.assumed.extension_probability)
        month += months * going_on
    return month


@compilable
def end_of_term(here: Here, start_month: Any, occurrence: Any, rate_per_year: Any) -> Any:
    """Return the month in which a term ends, and whether because its holder defaults."""
    expiry_month = min(expiry_of_term(here, start_month, occurrence), np.int64(here.slot.end_month))
    chance = luck(here, DEFAULT, occurrence)
    # exp(-x) >= 1 - x: most holders are seen to survive the term without a logarithm.
    if chance <= 1.0 - rate_per_year * (expiry_month - start_month) / 12.0:
        return expiry_month, False
    default_month = start_month + months_to_default(chance, rate_per_year)
    if default_month < expiry_month:
        return np.int64(default_month), True
    return expiry_month, False


@compilable
def pay_price(here: Here, start_month: Any, end_month: Any, price_sek: Any, premium_share: Any) -> None:
    """Add the price of a term."""
    scratch = here.scratch
    level, annuity = scratch.level[here.slot.index_class], scratch.annuity[here.slot.index_class]
    paid_sek = price_sek / level[start_month] * (annuity[end_month] - annuity[start_month])
    here.costs[PRICE] += paid_sek
    here.costs[PREMIUM] += paid_sek * premium_share


@compilable
def pay_term_of_today(here: Here, end_month: Any) -> None:
    """Add the observed price of the agreement of today, and the mark-up on bridged months."""
    slot = here.slot
    pay_price(here, np.int64(slot.start_month), end_month, slot.annual_value_sek, 0.0)
    if slot.taken_over and end_month > slot.bridge_month:
        annuity = here.scratch.annuity[slot.index_class]
        bridged_sek = slot.annual_value_sek / here.scratch.level[slot.index_class, slot.start_month]
        bridged_sek *= annuity[end_month] - annuity[slot.bridge_month]
        here.costs[GAP] += here.assumed.bridging_markup_share * bridged_sek


@compilable
def leave(here: Here, signed_month: Any, occurrence: Any) -> None:
    """Add what the agreement alive at the end of the slot costs to leave."""
    slot, assumed = here.slot, here.assumed
    weight = here.world.weights[slot.end_month]
    if slot.end_month == here.world.settings[0].horizon_months:
        here.costs[EXIT] += weight * exit_sek(
            here.row[slot.supplier_change_column],
            assumed.switching_cost_share,
            slot.annual_value_sek,
            np.float64(slot.end_month - signed_month),
            np.float64(slot.term_months),
            slot.exit_plan_sek,
        )
    elif slot.taken_over and occurrence == 0:
        left = np.float64(slot.expiry_month - slot.end_month)
        share = assumed.early_termination_share
        fee_sek = early_termination_sek(share, left, slot.annual_value_sek, 1.0 * slot.ends_by_notice)
        here.costs[SWITCHING] += weight * fee_sek


@compilable
def run_terms(here: Here, at: Any) -> Any:
    """Write down the signings of a slot from a row on, add what its first term and its end cost.

    Return the row after the last, or -1 without room for all.
    """
    slot, signings, assumed = here.slot, here.scratch.signings, here.assumed
    rate_per_year = holder_rate_per_year(
        assumed.default_rate_per_year, 1.0 * slot.partnership, assumed.partner_default_rate_factor
    )
    month, occurrence, after_default, signed_month = np.int64(slot.start_month), 0, False, np.int64(slot.signed_month)
    if slot.present:
        month, after_default = end_of_term(here, month, 0, rate_per_year)
        pay_term_of_today(here, month)
    while month < slot.end_month:
        if at == len(signings.slot):
            return NO_ROOM
        occurrence, signed_month = occurrence + 1, month
        month, defaults = end_of_term(here, signed_month, occurrence, rate_per_year)
        signings.slot[at] = here.place
        signings.state[at] = here.state
        signings.occurrence[at] = occurrence
        signings.month[at] = signed_month
        signings.end_month[at] = month
        signings.after_default[at] = after_default
        after_default = defaults
        at += 1
    leave(here, signed_month, occurrence)
    options = np.int64(slot.present_option_count) * slot.present + occurrence * np.int64(slot.option_count)
    here.scratch.hashes[0] += occurrence + slot.present + (0 if slot.taken_over else options)
    return at
