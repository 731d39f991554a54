"""One path's prices: the market of every category, the contract index, and today's price level (compiled)."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.compiling import compilable
from partnership_lib.decision.components.compiled import (
    bidder_factor,
    bundle_spread,
    credible_scope_saving,
    drift_factor,
    expected_able_bidder_factor,
    expected_bidder_factor,
    index_step,
    log_market_step,
    scale_and_scope_factor,
)
from partnership_lib.decision.engine.inputs import World
from partnership_lib.decision.engine.scratch import Scratch
from partnership_lib.decision.future.streams import (
    CONTRACT_INDEX,
    MARKET_PRICE,
    drawn_bits,
    entity_state,
    high_uniform,
    low_uniform,
)
from partnership_lib.decision.future.tables import exponential_of, normal_at


@compilable
def fill_shocks(world: World, state: Any, factor: Any, scratch: Scratch) -> None:
    """Draw a normal shock for every month from 1 on; one hash serves two months."""
    months = world.settings[0].horizon_months
    for month in range(1, months + 1, 2):
        bits = drawn_bits(state, factor, np.uint64(month))
        scratch.shocks[month] = normal_at(high_uniform(bits), world.normals)
        if month < months:
            scratch.shocks[month + 1] = normal_at(low_uniform(bits), world.normals)
    scratch.hashes[0] += (months + 1) // 2


@compilable
def fill_contract_levels(world: World, assumed: Any, state_of_path: Any, scratch: Scratch) -> None:
    """Fill in, per index class, what becomes of a contract's price and what it costs up to each month."""
    fill_shocks(world, entity_state(state_of_path, world.settings[0].index_entity), CONTRACT_INDEX, scratch)
    drift = drift_factor(assumed.contract_drift_share_per_year, 1.0)
    for place in range(len(world.pass_through_shares)):
        level, annuity = 1.0, 0.0
        for month in range(world.settings[0].horizon_months + 1):
            if month > 0:
                share = world.pass_through_shares[place]
                level *= drift * index_step(share, assumed.index_volatility_share, scratch.shocks[month])
            scratch.level[place, month] = level
            scratch.annuity[place, month] = annuity
            annuity += world.weights[month] / 12.0 * level


@compilable
def fill_market(world: World, row: Any, state_of_path: Any, scratch: Scratch) -> None:
    """Fill in the market price of every category, today's price being 1."""
    for place in range(len(world.categories)):
        category = world.categories[place]
        fill_shocks(world, entity_state(state_of_path, category.entity), MARKET_PRICE, scratch)
        trend, volatility = row[category.trend_column], row[category.volatility_column]
        logarithm = 0.0
        scratch.market[place, 0] = logarithm
        for month in range(1, world.settings[0].horizon_months + 1):
            logarithm += log_market_step(trend, volatility, scratch.shocks[month])
            scratch.market[place, month] = logarithm
        for month in range(world.settings[0].horizon_months + 1):
            scratch.market[place, month] = exponential_of(scratch.market[place, month])


@compilable
def economies(agreement: Any, assumed: Any, row: Any) -> Any:
    """Return the price of an agreement's needs together relative to that of each on its own."""
    if agreement.need_count == 1:
        return 1.0
    saving = credible_scope_saving(row[agreement.scope_saving_column], assumed.optimism_bias_share)
    return scale_and_scope_factor(agreement.need_count, assumed.scale_elasticity, saving)


@compilable
def bidders_per_bidder_seen(agreement: Any, assumed: Any, row: Any) -> Any:
    """Return how many times as many bidders an agreement draws as one need does, capability unknown."""
    if agreement.need_count == 1:
        return 1.0
    penalty = row[agreement.breadth_penalty_column]
    return bundle_spread(agreement.need_count, assumed.bundle_size_elasticity, penalty)


@compilable
def expected_level(world: World, agreement: Any, bidders_factor: Any, assumed: Any, row: Any) -> Any:
    """Return the expected price of a new procedure relative to a level of 1: bidders, scale and scope.

    Parameters
    ----------
    agreement : record of SLOT or HOLDER
    """
    elasticity, saturation = assumed.bidder_price_elasticity, assumed.bidder_saturation_count
    if agreement.able_suppliers >= 0:
        share = assumed.bundle_bidder_share
        expected = expected_able_bidder_factor(agreement.able_suppliers, share, bidders_factor, saturation, elasticity)
    else:
        scale = bidders_factor * bidders_per_bidder_seen(agreement, assumed, row)
        expected = expected_bidder_factor(world.bidder_weights[agreement.category], scale, saturation, elasticity)
    return expected * economies(agreement, assumed, row)


@compilable
def fill_bidder_factors(assumed: Any, scale: Any, factors: Any) -> None:
    """Fill in the effect on the price of one need when 0, 1, 2, ... bidders turn up and each counts `scale` times."""
    elasticity, saturation = assumed.bidder_price_elasticity, assumed.bidder_saturation_count
    for count in range(len(factors)):
        if count > 1 and (count - 1) * scale >= saturation:
            factors[count] = factors[count - 1]
        else:
            factors[count] = bidder_factor(count * scale, saturation, elasticity)


@compilable
def fill_levels_of_today(world: World, assumed: Any, row: Any, scratch: Scratch) -> None:
    """Fill in the price level of today's agreements, and the bidders' effect on the price of one need."""
    fill_bidder_factors(assumed, assumed.bidders_factor, scratch.bidder_factors)
    fill_bidder_factors(assumed, 1.0, scratch.bidder_factors_today)
    for place in range(len(world.categories)):
        expected, weights = 0.0, world.bidder_weights[place]
        for fewer in range(len(weights)):
            expected += weights[fewer] * scratch.bidder_factors_today[fewer + 1]
        scratch.today_of_category[place] = expected
    for place in range(len(world.holders)):
        holder = world.holders[place]
        if holder.need_count == 1 and holder.able_suppliers < 0:
            scratch.today[place] = scratch.today_of_category[holder.category]
        else:
            scratch.today[place] = expected_level(world, holder, 1.0, assumed, row)


@compilable
def fill_months_of_use(world: World, lead_months: Any, months_of_use: Any) -> None:
    """Fill in the weighted months from the coverage of a new need that came in each month to the horizon."""
    cumulative, horizon = world.cumulative, world.settings[0].horizon_months
    whole = np.int64(min(lead_months, np.float64(horizon)))
    part = lead_months - whole
    months_of_use[:] = 0.0
    for month in range(horizon - whole):
        covered = month + whole
        before = cumulative[covered] + part * (cumulative[covered + 1] - cumulative[covered])
        months_of_use[month] = cumulative[horizon] - before


@compilable
def fill_prices(world: World, assumed: Any, row: Any, state_of_path: Any, scratch: Scratch) -> None:
    """Fill in all prices of a path."""
    fill_contract_levels(world, assumed, state_of_path, scratch)
    fill_market(world, row, state_of_path, scratch)
    fill_levels_of_today(world, assumed, row, scratch)
    fill_months_of_use(world, assumed.change_order_lead_months, scratch.months_of_use[0])
    fill_months_of_use(world, assumed.release_cycle_months, scratch.months_of_use[1])
