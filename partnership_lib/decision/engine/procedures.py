"""One procedure: who bids, what goes wrong, what it costs, and the price that comes out of it (compiled)."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.compiling import compilable
from partnership_lib.decision.components.compiled import (
    able_bidders,
    bidder_factor,
    bids,
    gap_months,
    gap_sek,
    procedure_sek,
    supplier_change_sek,
    tail_overrun,
    with_mishaps_sek,
)
from partnership_lib.decision.engine.inputs import Here
from partnership_lib.decision.engine.paths import bidders_per_bidder_seen, economies
from partnership_lib.decision.future.streams import (
    APPEAL_LENGTH,
    APPEAL_REPEATED,
    OVERRUN,
    SECOND_INSTANCE,
    SECOND_INSTANCE_LENGTH,
    draw,
)
from partnership_lib.decision.future.tables import normal_at


@compilable
def luck(here: Here, factor: Any, occurrence: Any) -> Any:
    """Return the uniform number of a factor for the slot's procedure or term with this number."""
    return draw(here.state, factor, np.uint64(occurrence))


@compilable
def market_value_sek(here: Here, month: Any) -> Any:
    """Return what the slot's needs cost a year at the market prices of a month [SEK]."""
    slot, value = here.slot, 0.0
    for place in range(slot.first_part, slot.first_part + slot.part_count):
        part = here.plan.parts[place]
        value += part.annual_value_sek * here.scratch.market[part.category, month]
    return value


@compilable
def relative_value_sek(here: Here, month: Any) -> Any:
    """Return the same, each need divided by the expected level of its agreement of today [SEK]."""
    slot, value = here.slot, 0.0
    for place in range(slot.first_part, slot.first_part + slot.part_count):
        part = here.plan.parts[place]
        market = here.scratch.market[part.category, month]
        value += part.annual_value_sek * market / here.scratch.today[part.holder]
    return value


@compilable
def bidders_seen(here: Here, chance: Any) -> Any:
    """Return how many bidders turn up, before `bidders_factor` and the spread of a bundle."""
    if here.slot.able_suppliers >= 0:
        return able_bidders(chance, here.slot.able_suppliers, here.assumed.bundle_bidder_share)
    distribution = here.world.bidder_distribution[here.slot.category]
    count = 1
    # Counted to the end: to stop at the right one would be a jump that is nearly always guessed wrong.
    for fewer in range(len(distribution) - 1):
        count += chance >= distribution[fewer]
    return np.float64(count)


@compilable
def effective_bidders(here: Here, seen: Any) -> Any:
    """Return how many bidders count for the price of a procedure to which so many turn up."""
    count = seen * here.assumed.bidders_factor
    if here.slot.able_suppliers >= 0 or here.slot.need_count == 1:
        return count
    return count * bidders_per_bidder_seen(here.slot, here.assumed, here.row)


@compilable
def signed_price_sek(here: Here, month: Any, seen: Any) -> Any:
    """Return the price of a term signed in a month after a procedure to which so many bidders turn up [SEK/year]."""
    assumed = here.assumed
    if here.slot.need_count == 1:
        # A whole number of bidders turned up, and there is nothing to bundle.
        return relative_value_sek(here, month) * here.scratch.bidder_factors[np.int64(seen)]
    bidders = effective_bidders(here, seen)
    factor = bidder_factor(bidders, assumed.bidder_saturation_count, assumed.bidder_price_elasticity)
    return relative_value_sek(here, month) * factor * economies(here.slot, assumed, here.row)


@compilable
def procurement_sek(here: Here, bidders: Any, cancelled: Any, appealed: Any, occurrence: Any) -> Any:
    """Return the cost of a procedure with what goes wrong in it, C1 [SEK]."""
    assumed = here.assumed
    base = procedure_sek(
        assumed.staff_cost_sek_per_hour,
        assumed.authority_hours_per_procedure,
        assumed.dialogue_effort_factor if here.slot.functional else 1.0,
        assumed.user_hours_per_procedure,
        np.float64(here.slot.need_count),
        assumed.hours_per_bid,
        bids(bidders),
        assumed.advertising_sek_per_procedure,
        assumed.bidder_cost_sek_per_bid if here.world.settings[0].society else 0.0,
    )
    repeated = appealed and luck(here, APPEAL_REPEATED, occurrence) < assumed.appeal_repeat_probability
    return with_mishaps_sek(
        base,
        1.0 * cancelled,
        assumed.cancellation_redo_share,
        1.0 * appealed,
        1.0 * repeated,
        assumed.staff_cost_sek_per_hour,
        assumed.appeal_hours,
        assumed.appeal_counsel_sek,
    )


@compilable
def appeal_months(here: Here, occurrence: Any) -> Any:
    """Return how long an appeal takes."""
    assumed = here.assumed
    normal = normal_at(luck(here, APPEAL_LENGTH, occurrence), here.world.normals)
    sigma = assumed.appeal_months_sigma_ln
    months = assumed.appeal_months_mean * np.exp(sigma * (normal - sigma / 2.0))
    if luck(here, SECOND_INSTANCE, occurrence) < assumed.second_instance_probability:
        months -= np.log(luck(here, SECOND_INSTANCE_LENGTH, occurrence)) * assumed.second_instance_months_mean
    return months


@compilable
def delay_sek(here: Here, month: Any, occurrence: Any) -> Any:
    """Return what the months without an agreement after an appeal cost [SEK]."""
    return gap_sek(
        gap_months(appeal_months(here, occurrence), here.assumed.slack_months),
        1.0 * here.slot.bridging_allowed,
        here.assumed.bridging_markup_share,
        market_value_sek(here, month),
        here.assumed.manual_work_sek_per_month,
    )


@compilable
def overrun(here: Here, occurrence: Any) -> Any:
    """Return by what share a start or a change of supplier goes over its budget."""
    assumed, quantiles = here.assumed, here.world.overruns
    chance = luck(here, OVERRUN, occurrence)
    body = 1.0 - assumed.overrun_tail_probability
    if chance >= body:
        # Rounding must not push it to 1 exactly: the tail would divide by 0 before it is cut.
        within = min((chance - body) / assumed.overrun_tail_probability, 1.0 - 2.0**-53)
        return tail_overrun(
            within, assumed.overrun_tail_threshold, assumed.overrun_tail_exponent, assumed.overrun_tail_cap
        )
    position = chance / body * (len(quantiles) - 1)
    cell = np.int64(position)
    if cell == len(quantiles) - 1:
        return quantiles[cell]
    return quantiles[cell] + (position - cell) * (quantiles[cell + 1] - quantiles[cell])


@compilable
def moving_sek(here: Here, occurrence: Any) -> Any:
    """Return what a change of supplier costs, with its overrun [SEK]."""
    return supplier_change_sek(
        here.assumed.switching_cost_share,
        here.assumed.dual_running_cost_share,
        here.assumed.dual_running_months,
        here.slot.annual_value_sek,
        overrun(here, occurrence),
    )
