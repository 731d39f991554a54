"""The terms of a slot one after another: how long each runs, its price, what ends it, the exit (compiled)."""

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
from partnership_lib.decision.engine.procedures import luck, relative_value_sek
from partnership_lib.decision.engine.signing import sign_after_default, sign_as_planned
from partnership_lib.decision.future.streams import DEFAULT, OPTION

GAP = COMPONENTS.index("gap")
PRICE = COMPONENTS.index("price")
PREMIUM = COMPONENTS.index("premium")
SWITCHING = COMPONENTS.index("switching")
EXIT = COMPONENTS.index("exit")

# Options of a term are numbered below this in the keys of their draws.
OPTIONS_PER_TERM = 64
NEVER = np.inf


@compilable
def is_worth_extending(here: Here, month: Any, option_months: Any) -> bool:
    """Return whether the contract price of a month is at most what a new procedure would bring."""
    slot, term, assumed = here.slot, here.scratch.term[0], here.assumed
    level = here.scratch.level[slot.index_class]
    growth = level[month] / level[term.start_month]
    expected = expected_level(here.world, slot, assumed.bidders_factor, assumed, here.row)
    return option_is_worth_using(
        term.price_sek * (1.0 + term.premium_share) * growth,
        relative_value_sek(here, month) * expected * (1.0 + here.premium_share),
        assumed.switching_cost_share,
        slot.annual_value_sek,
        here.row[slot.supplier_change_column],
        np.float64(option_months),
    )


@compilable
def expiry_of_term(here: Here) -> Any:
    """Return the month in which the term ends, used options included, unless its holder defaults."""
    slot, term = here.slot, here.scratch.term[0]
    if slot.taken_over:
        return slot.end_month
    if term.occurrence == 0:
        month, first, count = slot.expiry_month, slot.first_present_option, slot.present_option_count
    else:
        month, first, count = term.start_month + slot.term_months, slot.first_option, slot.option_count
    for number in range(count):
        if month >= slot.end_month:
            break
        months = here.plan.option_months[first + number]
        if here.world.settings[0].price_rule:
            used = is_worth_extending(here, month, months)
        else:
            chance = luck(here, OPTION, term.occurrence * OPTIONS_PER_TERM + number)
            used = chance < here.assumed.extension_probability
        if not used:
            break
        month += months
    return month


@compilable
def open_first_term(here: Here) -> None:
    """Let the agreement of today run on at its observed price, or procure the first one."""
    slot, term = here.slot, here.scratch.term[0]
    here.scratch.counter[0].signings = 0
    term.occurrence = 0
    term.start_month = slot.start_month
    term.signed_month = slot.signed_month
    term.price_sek = slot.annual_value_sek
    term.premium_share = 0.0
    if not slot.present:
        sign_as_planned(here, slot.start_month)


@compilable
def pay_term(here: Here, end_month: Any) -> None:
    """Add the price of the term up to a month, and the mark-up on bridged months."""
    slot, term, scratch = here.slot, here.scratch.term[0], here.scratch
    annuity = scratch.annuity[slot.index_class]
    price_sek = term.price_sek / scratch.level[slot.index_class, term.start_month]
    paid_sek = price_sek * (annuity[end_month] - annuity[term.start_month])
    here.costs[PRICE] += paid_sek
    here.costs[PREMIUM] += paid_sek * term.premium_share
    if slot.taken_over and term.occurrence == 0 and end_month > slot.bridge_month:
        bridged_sek = price_sek * (annuity[end_month] - annuity[slot.bridge_month])
        here.costs[GAP] += here.assumed.bridging_markup_share * bridged_sek


@compilable
def leave(here: Here) -> None:
    """Add what the agreement alive at the end of the slot costs to leave."""
    slot, term, assumed = here.slot, here.scratch.term[0], here.assumed
    weight = here.world.weights[slot.end_month]
    if slot.end_month == here.world.settings[0].horizon_months:
        here.costs[EXIT] += weight * exit_sek(
            here.row[slot.supplier_change_column],
            assumed.switching_cost_share,
            slot.annual_value_sek,
            np.float64(slot.end_month - term.signed_month),
            np.float64(slot.term_months),
            slot.exit_plan_sek,
        )
    elif slot.taken_over and term.occurrence == 0:
        left = np.float64(slot.expiry_month - slot.end_month)
        share = assumed.early_termination_share
        fee_sek = early_termination_sek(share, left, slot.annual_value_sek, 1.0 * slot.ends_by_notice)
        here.costs[SWITCHING] += weight * fee_sek


@compilable
def run_terms(here: Here) -> None:
    """Add what depends on when a slot's terms begin and end; notes the months of signing in the scratch."""
    slot, term, assumed = here.slot, here.scratch.term[0], here.assumed
    rate = holder_rate_per_year(
        assumed.default_rate_per_year, 1.0 * slot.partnership, assumed.partner_default_rate_factor
    )
    open_first_term(here)
    while True:
        expiry_month = min(expiry_of_term(here), slot.end_month)
        chance = luck(here, DEFAULT, term.occurrence)
        # exp(-x) >= 1 - x: most holders are seen to survive the term without a logarithm.
        survives = chance <= 1.0 - rate * (expiry_month - term.start_month) / 12.0
        default_month = NEVER if survives else term.start_month + months_to_default(chance, rate)
        if default_month < expiry_month:
            pay_term(here, np.int64(default_month))
            sign_after_default(here, np.int64(default_month))
        else:
            pay_term(here, expiry_month)
            if expiry_month == slot.end_month:
                break
            sign_as_planned(here, expiry_month)
    leave(here)
