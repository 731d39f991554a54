"""Signing the terms of a plan, and what that costs: after an expiry, at a start, after a default (compiled)."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.compiling import compilable, compiled
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.components.compiled import (
    default_sek,
    reintegration_sek,
    severity_sek,
    training_sek,
    transition_sek,
)
from partnership_lib.decision.engine.inputs import Here
from partnership_lib.decision.engine.procedures import (
    bidders_seen,
    delay_sek,
    effective_bidders,
    moving_sek,
    overrun,
    procurement_sek,
    signed_price_sek,
)
from partnership_lib.decision.engine.scratch import Signings
from partnership_lib.decision.engine.terms import pay_price
from partnership_lib.decision.future.streams import APPEALED, BIDDERS, CANCELLED, SUPPLIER_CHANGE, draw
from partnership_lib.decision.plans.arrays import Floats, Whole

PROCUREMENT = COMPONENTS.index("procurement")
GAP = COMPONENTS.index("gap")
INTERFACES = COMPONENTS.index("interfaces")
SWITCHING = COMPONENTS.index("switching")
DEFAULT = COMPONENTS.index("default")
TRAINING = COMPONENTS.index("training")

HASHES_OF_A_SIGNING, HASHES_OF_AN_APPEAL = 4, 3


# By itself, not inside its callers: among all their arrays the compiler would no longer take several at once.
@compiled
def draw_luck(states: Whole, occurrences: Whole, bidders: Floats, appealed: Floats, cancelled: Floats,
              supplier_change: Floats) -> None:  # fmt: skip
    """Draw the luck of signings: of each the uniform numbers that it always needs."""
    for at in range(len(states)):
        bidders[at] = draw(states[at], BIDDERS, np.uint64(occurrences[at]))
    for at in range(len(states)):
        appealed[at] = draw(states[at], APPEALED, np.uint64(occurrences[at]))
    for at in range(len(states)):
        cancelled[at] = draw(states[at], CANCELLED, np.uint64(occurrences[at]))
    for at in range(len(states)):
        supplier_change[at] = draw(states[at], SUPPLIER_CHANGE, np.uint64(occurrences[at]))


@compilable
def draw_luck_of(signings: Signings, count: Any) -> None:
    """Draw the luck of so many signings."""
    luck = signings.luck
    draw_luck(
        signings.state[:count], signings.occurrence[:count], luck[0, :count], luck[1, :count], luck[2, :count],
        luck[3, :count],
    )  # fmt: skip


@compilable
def is_sunk(here: Here, month: Any, occurrence: Any) -> bool:
    """Return whether the procedure for what comes after the agreement of today has begun before the base month."""
    lead = here.assumed.lead_months_functional if here.slot.functional else here.assumed.lead_months_detailed
    return here.slot.present and occurrence == 1 and lead > month


@compilable
def train(here: Here, weight: Any) -> None:
    """Add what it costs that the users learn a new supplier's service."""
    hours, hour_sek = here.assumed.training_hours_per_user, here.assumed.user_cost_sek_per_hour
    here.costs[TRAINING] += weight * training_sek(here.slot.users, hours, hour_sek)


@compilable
def reconnect(here: Here, weight: Any) -> None:
    """Add what it costs to connect a new supplier to the other agreements."""
    leaving = here.slot.external_weight * here.density
    here.costs[INTERFACES] += weight * reintegration_sek(here.assumed.reintegration_cost_sek, leaving)


@compilable
def move(here: Here, month: Any, occurrence: Any) -> None:
    """Add what a change of supplier after an expiry costs."""
    weight = here.world.weights[month]
    here.costs[SWITCHING] += weight * moving_sek(here, occurrence)
    train(here, weight)
    reconnect(here, weight)


@compilable
def start(here: Here, weight: Any, occurrence: Any) -> None:
    """Add what it costs to start an agreement that is not one of today's."""
    share = here.row[here.slot.transition_cost_column]
    here.costs[SWITCHING] += weight * transition_sek(share, here.slot.annual_value_sek, overrun(here, occurrence))
    train(here, weight)


@compilable
def sign_as_planned(
    here: Here, month: Any, occurrence: Any, bidders: Any, cancelled: Any, appealed: Any, chance: Any
) -> bool:
    """Procure at a start or an expiry; return whether the supplier changes."""
    weight = here.world.weights[month]
    counted = 0.0 if is_sunk(here, month, occurrence) else weight
    here.costs[PROCUREMENT] += counted * procurement_sek(here, bidders, cancelled, appealed, occurrence)
    if appealed:
        here.costs[GAP] += weight * delay_sek(here, month, occurrence)
    if occurrence == 1 and not here.slot.present:
        start(here, weight, occurrence)
        return False
    return chance < here.row[here.slot.supplier_change_column]


@compilable
def sign_after_default(here: Here, month: Any, occurrence: Any, bidders: Any, cancelled: Any, appealed: Any) -> None:
    """Procure because the holder has gone bankrupt: the supplier changes for certain."""
    assumed, weight = here.assumed, here.world.weights[month]
    lost_sek = severity_sek(
        assumed.default_severity_share,
        here.slot.annual_value_sek,
        1.0 * here.slot.partnership,
        assumed.partner_severity_factor,
    )
    procured_sek = procurement_sek(here, bidders, cancelled, appealed, occurrence)
    here.costs[DEFAULT] += weight * default_sek(lost_sek, procured_sek, moving_sek(here, occurrence))
    train(here, weight)
    reconnect(here, weight)


@compilable
def sign(here: Here, at: Any) -> bool:
    """Add what a signing and the price of its term cost; return whether a change of supplier is still to be paid."""
    signings = here.scratch.signings
    month, occurrence = np.int64(signings.month[at]), np.int64(signings.occurrence[at])
    seen = bidders_seen(here, signings.luck[0, at])
    bidders = effective_bidders(here, seen)
    appealed = signings.luck[1, at] < here.assumed.appeal_probability
    cancelled = signings.luck[2, at] < here.assumed.cancellation_probability
    price_sek = signed_price_sek(here, month, seen)
    pay_price(here, month, np.int64(signings.end_month[at]), price_sek, here.premium_share)
    here.scratch.hashes[0] += HASHES_OF_A_SIGNING + HASHES_OF_AN_APPEAL * appealed
    if signings.after_default[at]:
        sign_after_default(here, month, occurrence, bidders, cancelled, appealed)
        return False
    return sign_as_planned(here, month, occurrence, bidders, cancelled, appealed, signings.luck[3, at])
