"""The terms of a slot one after another, on many paths at once; `terms` says what they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.components.default import holder_rate_per_year, months_to_default
from partnership_lib.decision.components.exit import exit_sek
from partnership_lib.decision.components.price import option_is_worth_using
from partnership_lib.decision.components.switching import early_termination_sek
from partnership_lib.decision.engine.numpy_paths import Slots
from partnership_lib.decision.engine.numpy_procedures import luck, sign_after_default, sign_as_planned, value_sek
from partnership_lib.decision.engine.paths import expected_level
from partnership_lib.decision.engine.terms import EXIT, GAP, OPTIONS_PER_TERM, PREMIUM, PRICE, SWITCHING
from partnership_lib.decision.future.streams import DEFAULT, OPTION
from partnership_lib.decision.plans.arrays import Floats, Whole

Flags = npt.NDArray[np.bool_]


@dataclass
class Terms:
    """The term that a slot is in, path by path; all paths that run it are in a term with the same number.

    Attributes
    ----------
    signings : ndarray of bool, shape (n, T+1)
        Months in which a term was signed.
    """

    occurrence: int
    start_month: Whole
    signed_month: Whole
    price_sek: Floats
    premium_share: Floats
    signings: Flags


def run_terms(here: Slots) -> Flags:
    """Add what depends on when the slot's terms begin and end; return the months in which terms were signed."""
    terms = _first_terms(here)
    signings = terms.signings
    while len(here.at):
        expiry = np.minimum(_expiry(here, terms), here.slot.end_month)
        defaulted, end = _ends(here, terms, expiry)
        _pay(here, terms, end)
        done = ~defaulted & (end == here.slot.end_month)
        _leave(here.some(done), terms, done)
        here, terms = _sign(here, terms, end, defaulted, ~done)
    return signings


def _first_terms(here: Slots) -> Terms:
    slot, count = here.slot, len(here.at)
    start = np.full(count, slot.start_month)
    signings = np.zeros((count, here.paths.horizon_months + 1), dtype=bool)
    signed, price = np.full(count, slot.signed_month), np.full(count, slot.annual_value_sek)
    if slot.present:
        return Terms(0, start, signed, price, np.zeros(count), signings)
    price = sign_as_planned(here, start, np.ones(count, dtype=np.int64))
    signings[:, slot.start_month] = True
    return Terms(1, start, start, price, here.premium_share, signings)


def _expiry(here: Slots, terms: Terms) -> Whole:
    slot = here.slot
    if slot.taken_over:
        return np.full(len(here.at), slot.end_month)
    if terms.occurrence == 0:
        month = np.full(len(here.at), slot.expiry_month)
        first, count = slot.first_present_option, slot.present_option_count
    else:
        month, first, count = terms.start_month + slot.term_months, slot.first_option, slot.option_count
    going_on = np.ones(len(here.at), dtype=bool)
    for number in range(count):
        going_on &= month < slot.end_month
        months = int(here.plan.option_months[first + number])
        if here.paths.world.settings[0].price_rule:
            going_on &= _is_worth_extending(here, terms, np.minimum(month, slot.end_month), months)
        else:
            chance = luck(here, OPTION, terms.occurrence * OPTIONS_PER_TERM + number)
            going_on &= chance < here.assumed.extension_probability
        month = month + months * going_on
    return month


def _is_worth_extending(here: Slots, terms: Terms, month: Whole, option_months: int) -> Flags:
    slot, assumed = here.slot, here.assumed
    level = here.paths.level[:, slot.index_class]
    growth = level[here.at, month] / level[here.at, terms.start_month]
    expected = expected_level(here.paths.world, slot, assumed.bidders_factor, assumed, here.row)
    return np.asarray(
        option_is_worth_using(
            terms.price_sek * (1.0 + terms.premium_share) * growth,
            value_sek(here, month, relative=True) * expected * (1.0 + here.premium_share),
            assumed.switching_cost_share,
            slot.annual_value_sek,
            here.row[slot.supplier_change_column],
            float(option_months),
        )
    )


def _ends(here: Slots, terms: Terms, expiry: Whole) -> tuple[Flags, Whole]:
    """Return which holders default, and when the terms end."""
    assumed = here.assumed
    rate = holder_rate_per_year(
        assumed.default_rate_per_year, 1.0 * here.slot.partnership, assumed.partner_default_rate_factor
    )
    default = terms.start_month + months_to_default(luck(here, DEFAULT, terms.occurrence), rate)
    defaulted = default < expiry
    return defaulted, np.where(defaulted, default, expiry).astype(np.int64)


def _pay(here: Slots, terms: Terms, end: Whole) -> None:
    slot, at = here.slot, here.at
    annuity = here.paths.annuity[:, slot.index_class]
    price_sek = terms.price_sek / here.paths.level[at, slot.index_class, terms.start_month]
    paid_sek = price_sek * (annuity[at, end] - annuity[at, terms.start_month])
    here.add(PRICE, paid_sek)
    here.add(PREMIUM, paid_sek * terms.premium_share)
    if slot.taken_over and terms.occurrence == 0:
        bridged = np.maximum(end, slot.bridge_month)
        bridged_sek = price_sek * (annuity[at, bridged] - annuity[at, slot.bridge_month])
        here.add(GAP, here.assumed.bridging_markup_share * bridged_sek)


def _leave(here: Slots, terms: Terms, done: Flags) -> None:
    slot, assumed = here.slot, here.assumed
    weight = here.paths.world.weights[slot.end_month]
    if slot.end_month == here.paths.horizon_months:
        since = (slot.end_month - terms.signed_month[done]).astype(np.float64)
        share, term_months = here.row[slot.supplier_change_column], float(slot.term_months)
        settled_sek = exit_sek(
            share, assumed.switching_cost_share, slot.annual_value_sek, since, term_months, slot.exit_plan_sek
        )
        here.add(EXIT, weight * settled_sek)
    elif slot.taken_over and terms.occurrence == 0:
        left, free = float(slot.expiry_month - slot.end_month), 1.0 * slot.ends_by_notice
        fee_sek = early_termination_sek(assumed.early_termination_share, left, slot.annual_value_sek, free)
        here.add(SWITCHING, weight * fee_sek)


def _sign(here: Slots, terms: Terms, end: Whole, defaulted: Flags, going_on: Flags) -> tuple[Slots, Terms]:
    """Return the paths that go on, in their next term."""
    price = np.zeros(len(end))
    number = np.full(len(end), terms.occurrence + 1)
    planned = going_on & ~defaulted
    price[planned] = sign_as_planned(here.some(planned), end[planned], number[planned])
    price[defaulted] = sign_after_default(here.some(defaulted), end[defaulted], number[defaulted])
    terms.signings[here.at[going_on], end[going_on]] = True
    after = here.some(going_on)
    month = end[going_on]
    return after, Terms(terms.occurrence + 1, month, month, price[going_on], after.premium_share, terms.signings)
