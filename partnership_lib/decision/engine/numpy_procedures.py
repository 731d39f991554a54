"""Procedures and the signing of terms, on many paths at once; `procedures` and `signing` say what they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.components.bidders import able_bidders, bidder_factor, bids
from partnership_lib.decision.components.default import default_sek, severity_sek
from partnership_lib.decision.components.gap import gap_months, gap_sek
from partnership_lib.decision.components.interfaces import reintegration_sek
from partnership_lib.decision.components.overrun import overrun_at
from partnership_lib.decision.components.procurement import procedure_sek, with_mishaps_sek
from partnership_lib.decision.components.switching import supplier_change_sek, transition_sek
from partnership_lib.decision.components.training import training_sek
from partnership_lib.decision.engine.numpy_paths import Slots
from partnership_lib.decision.engine.paths import bidders_per_bidder_seen, economies
from partnership_lib.decision.engine.signing import DEFAULT, GAP, INTERFACES, PROCUREMENT, SWITCHING, TRAINING
from partnership_lib.decision.future.streams import (
    APPEAL_LENGTH,
    APPEAL_REPEATED,
    APPEALED,
    BIDDERS,
    CANCELLED,
    OVERRUN,
    SECOND_INSTANCE,
    SECOND_INSTANCE_LENGTH,
    SUPPLIER_CHANGE,
    draw,
)
from partnership_lib.decision.future.tables import normal_at
from partnership_lib.decision.plans.arrays import Floats, Whole


def luck(here: Slots, factor: Any, occurrence: Any) -> Floats:
    """Return the uniform numbers of a factor for the slot's procedure or term with these numbers."""
    here.paths.hashes += len(here.at)
    return np.asarray(draw(here.states, factor, np.asarray(occurrence, dtype=np.uint64)))


def value_sek(here: Slots, month: Whole, *, relative: bool) -> Floats:
    """Return what the slot's needs cost a year at market prices [SEK], `relative` to today's expected levels."""
    value, slot = np.zeros(len(here.at)), here.slot
    for part in here.plan.parts[slot.first_part : slot.first_part + slot.part_count]:
        priced = part.annual_value_sek * here.paths.market[here.at, part.category, month]
        value += priced / here.paths.today[here.at, part.holder] if relative else priced
    return value


def effective_bidders(here: Slots, occurrence: Whole) -> Floats:
    """Return how many bidders count for the price of a procedure."""
    chance, slot = luck(here, BIDDERS, occurrence), here.slot
    if slot.able_suppliers >= 0:
        seen = able_bidders(chance, slot.able_suppliers, here.assumed.bundle_bidder_share)
        return np.asarray(seen * here.assumed.bidders_factor)
    distribution = here.paths.world.bidder_distribution[slot.category]
    seen = 1.0 + np.searchsorted(distribution[:-1], chance, side="right")
    return np.asarray(seen * here.assumed.bidders_factor * bidders_per_bidder_seen(slot, here.assumed, here.row))


def signed_price_sek(here: Slots, month: Whole, bidders: Floats) -> Floats:
    """Return the price of a term signed in a month after a procedure with so many bidders [SEK/year]."""
    assumed = here.assumed
    factor = bidder_factor(bidders, assumed.bidder_saturation_count, assumed.bidder_price_elasticity)
    return np.asarray(value_sek(here, month, relative=True) * factor * economies(here.slot, assumed, here.row))


def procurement_sek(here: Slots, bidders: Floats, appealed: Any, occurrence: Whole) -> Floats:
    """Return the cost of a procedure with what goes wrong in it, C1 [SEK]."""
    assumed = here.assumed
    base = procedure_sek(
        assumed.staff_cost_sek_per_hour,
        assumed.authority_hours_per_procedure,
        assumed.dialogue_effort_factor if here.slot.functional else 1.0,
        assumed.user_hours_per_procedure,
        float(here.slot.need_count),
        assumed.hours_per_bid,
        bids(bidders),
        assumed.advertising_sek_per_procedure,
        assumed.bidder_cost_sek_per_bid if here.paths.world.settings[0].society else 0.0,
    )
    cancelled = luck(here, CANCELLED, occurrence) < assumed.cancellation_probability
    repeated = appealed & (luck(here, APPEAL_REPEATED, occurrence) < assumed.appeal_repeat_probability)
    return np.asarray(
        with_mishaps_sek(
            base,
            1.0 * cancelled,
            assumed.cancellation_redo_share,
            1.0 * appealed,
            1.0 * repeated,
            assumed.staff_cost_sek_per_hour,
            assumed.appeal_hours,
            assumed.appeal_counsel_sek,
        )
    )


def delay_sek(here: Slots, month: Whole, occurrence: Whole) -> Floats:
    """Return what the months without an agreement after an appeal cost [SEK]."""
    assumed = here.assumed
    normal = normal_at(luck(here, APPEAL_LENGTH, occurrence), here.paths.world.normals)
    sigma = assumed.appeal_months_sigma_ln
    months = assumed.appeal_months_mean * np.exp(sigma * (normal - sigma / 2.0))
    again = luck(here, SECOND_INSTANCE, occurrence) < assumed.second_instance_probability
    second = -np.log(luck(here, SECOND_INSTANCE_LENGTH, occurrence)) * assumed.second_instance_months_mean
    return np.asarray(
        gap_sek(
            gap_months(months + again * second, assumed.slack_months),
            1.0 * here.slot.bridging_allowed,
            assumed.bridging_markup_share,
            value_sek(here, month, relative=False),
            assumed.manual_work_sek_per_month,
        )
    )


def overrun(here: Slots, occurrence: Whole) -> Floats:
    """Return by what share a start or a change of supplier goes over its budget."""
    fixed = here.paths.assumed[0]
    return overrun_at(
        luck(here, OVERRUN, occurrence),
        here.paths.world.overruns,
        fixed.overrun_tail_probability,
        fixed.overrun_tail_threshold,
        fixed.overrun_tail_exponent,
        fixed.overrun_tail_cap,
    )


def moving_sek(here: Slots, occurrence: Whole) -> Floats:
    """Return what a change of supplier costs, with its overrun [SEK]."""
    assumed = here.assumed
    return np.asarray(
        supplier_change_sek(
            assumed.switching_cost_share,
            assumed.dual_running_cost_share,
            assumed.dual_running_months,
            here.slot.annual_value_sek,
            overrun(here, occurrence),
        )
    )


def train(here: Slots, weight: Floats) -> None:
    """Add what it costs that the users learn a new supplier's service."""
    hours, hour_sek = here.assumed.training_hours_per_user, here.assumed.user_cost_sek_per_hour
    here.add(TRAINING, weight * training_sek(here.slot.users, hours, hour_sek))


def reconnect(here: Slots, weight: Floats) -> None:
    """Add what it costs to connect a new supplier to the other agreements."""
    leaving = here.slot.external_weight * here.density
    here.add(INTERFACES, weight * reintegration_sek(here.assumed.reintegration_cost_sek, leaving))


def sign_as_planned(here: Slots, month: Whole, occurrence: Whole) -> Floats:
    """Procure at a start or an expiry, where the supplier may change; return the prices [SEK/year]."""
    slot, assumed, weight = here.slot, here.assumed, here.paths.world.weights[month]
    bidders = effective_bidders(here, occurrence)
    appealed = luck(here, APPEALED, occurrence) < assumed.appeal_probability
    lead = assumed.lead_months_functional if slot.functional else assumed.lead_months_detailed
    is_sunk = slot.present & (occurrence == 1) & (lead > month)
    here.add(PROCUREMENT, weight * ~is_sunk * procurement_sek(here, bidders, appealed, occurrence))
    late = here.some(appealed)
    late.add(GAP, weight[appealed] * delay_sek(late, month[appealed], occurrence[appealed]))
    starts = (occurrence == 1) & (not slot.present)
    first = here.some(starts)
    share = first.row[slot.transition_cost_column]
    started_sek = transition_sek(share, slot.annual_value_sek, overrun(first, occurrence[starts]))
    first.add(SWITCHING, weight[starts] * started_sek)
    train(first, weight[starts])
    changes = ~starts & (luck(here, SUPPLIER_CHANGE, occurrence) < here.row[slot.supplier_change_column])
    changed = here.some(changes)
    changed.add(SWITCHING, weight[changes] * moving_sek(changed, occurrence[changes]))
    train(changed, weight[changes])
    reconnect(changed, weight[changes])
    return signed_price_sek(here, month, bidders)


def sign_after_default(here: Slots, month: Whole, occurrence: Whole) -> Floats:
    """Procure because the holder has gone bankrupt, and change the supplier; return the prices [SEK/year]."""
    slot, assumed, weight = here.slot, here.assumed, here.paths.world.weights[month]
    bidders = effective_bidders(here, occurrence)
    appealed = luck(here, APPEALED, occurrence) < assumed.appeal_probability
    lost_sek = severity_sek(
        assumed.default_severity_share, slot.annual_value_sek, 1.0 * slot.partnership, assumed.partner_severity_factor
    )
    procured_sek = procurement_sek(here, bidders, appealed, occurrence)
    here.add(DEFAULT, weight * default_sek(lost_sek, procured_sek, moving_sek(here, occurrence)))
    train(here, weight)
    reconnect(here, weight)
    return signed_price_sek(here, month, bidders)
