"""Signing the next term of a slot, and what that costs: after an expiry, at a start, after a default (compiled)."""

from __future__ import annotations

from typing import Any

from partnership_lib.decision.compiling import compilable
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
    luck,
    moving_sek,
    overrun,
    procurement_sek,
    signed_price_sek,
)
from partnership_lib.decision.future.streams import APPEALED, SUPPLIER_CHANGE

PROCUREMENT = COMPONENTS.index("procurement")
GAP = COMPONENTS.index("gap")
INTERFACES = COMPONENTS.index("interfaces")
SWITCHING = COMPONENTS.index("switching")
DEFAULT = COMPONENTS.index("default")
TRAINING = COMPONENTS.index("training")


@compilable
def is_sunk(here: Here, month: Any) -> bool:
    """Return whether the procedure for what comes after the agreement of today has begun before the base month."""
    lead = here.assumed.lead_months_functional if here.slot.functional else here.assumed.lead_months_detailed
    return here.slot.present and here.scratch.term[0].occurrence == 0 and lead > month


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
def open_term(here: Here, month: Any, occurrence: Any, seen: Any) -> None:
    """Let the next term begin."""
    term, counter = here.scratch.term[0], here.scratch.counter[0]
    term.start_month = month
    term.signed_month = month
    term.occurrence = occurrence
    term.price_sek = signed_price_sek(here, month, seen)
    term.premium_share = here.premium_share
    # Several signings in a month are one to the ledger: nothing can happen between them.
    if counter.signings == 0 or here.scratch.signings[counter.signings - 1] != month:
        here.scratch.signings[counter.signings] = month
        counter.signings += 1


@compilable
def sign_as_planned(here: Here, month: Any) -> None:
    """Procure at a start or an expiry; the supplier may change."""
    occurrence = here.scratch.term[0].occurrence + 1
    weight = here.world.weights[month]
    seen = bidders_seen(here, occurrence)
    bidders = effective_bidders(here, seen)
    appealed = luck(here, APPEALED, occurrence) < here.assumed.appeal_probability
    if not is_sunk(here, month):
        here.costs[PROCUREMENT] += weight * procurement_sek(here, bidders, appealed, occurrence)
    if appealed:
        here.costs[GAP] += weight * delay_sek(here, month, occurrence)
    if occurrence == 1 and not here.slot.present:
        share = here.row[here.slot.transition_cost_column]
        started_sek = transition_sek(share, here.slot.annual_value_sek, overrun(here, occurrence))
        here.costs[SWITCHING] += weight * started_sek
        train(here, weight)
    elif luck(here, SUPPLIER_CHANGE, occurrence) < here.row[here.slot.supplier_change_column]:
        here.costs[SWITCHING] += weight * moving_sek(here, occurrence)
        train(here, weight)
        reconnect(here, weight)
    open_term(here, month, occurrence, seen)


@compilable
def sign_after_default(here: Here, month: Any) -> None:
    """Procure because the holder has gone bankrupt: the supplier changes for certain."""
    occurrence = here.scratch.term[0].occurrence + 1
    assumed, weight = here.assumed, here.world.weights[month]
    seen = bidders_seen(here, occurrence)
    bidders = effective_bidders(here, seen)
    appealed = luck(here, APPEALED, occurrence) < assumed.appeal_probability
    lost_sek = severity_sek(
        assumed.default_severity_share,
        here.slot.annual_value_sek,
        1.0 * here.slot.partnership,
        assumed.partner_severity_factor,
    )
    procured_sek = procurement_sek(here, bidders, appealed, occurrence)
    here.costs[DEFAULT] += weight * default_sek(lost_sek, procured_sek, moving_sek(here, occurrence))
    train(here, weight)
    reconnect(here, weight)
    open_term(here, month, occurrence, seen)
