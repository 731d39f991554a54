"""The formulas as compiled functions may call them, on single numbers; called from NumPy code they are as they were.

One division rule holds for both: a division by 0 gives inf or nan.
"""

from __future__ import annotations

from partnership_lib.decision.compiling import compilable
from partnership_lib.decision.components import (
    benefit,
    bidders,
    changes,
    default,
    exit,  # noqa: A004 - the component's name; nothing here leaves the interpreter
    gap,
    governance,
    interfaces,
    legal,
    management,
    overrun,
    premium,
    price,
    procurement,
    quality_shading,
    switching,
    training,
)

procedure_sek = compilable(procurement.procedure_sek)
with_mishaps_sek = compilable(procurement.with_mishaps_sek)
bundle_spread = compilable(bidders.bundle_spread)
bids = compilable(bidders.bids)
bidder_factor = compilable(bidders.bidder_factor)
expected_bids = compilable(bidders.expected_bids)
expected_bidder_factor = compilable(bidders.expected_bidder_factor)
able_bidders = compilable(bidders.able_bidders)
expected_able_bids = compilable(bidders.expected_able_bids)
expected_able_bidder_factor = compilable(bidders.expected_able_bidder_factor)
log_market_step = compilable(price.log_market_step)
index_step = compilable(price.index_step)
expected_market_level = compilable(price.expected_market_level)
expected_index_growth = compilable(price.expected_index_growth)
drift_factor = compilable(price.drift_factor)
credible_scope_saving = compilable(price.credible_scope_saving)
scale_and_scope_factor = compilable(price.scale_and_scope_factor)
option_is_worth_using = compilable(price.option_is_worth_using)
gap_months = compilable(gap.gap_months)
gap_sek = compilable(gap.gap_sek)
management_sek_per_year = compilable(management.management_sek_per_year)
interfaces_sek_per_year = compilable(interfaces.interfaces_sek_per_year)
reintegration_sek = compilable(interfaces.reintegration_sek)
change_size_share = compilable(changes.change_size_share)
paid_change_sek = compilable(changes.paid_change_sek)
included_cap_sek = compilable(changes.included_cap_sek)
excess_sek = compilable(changes.excess_sek)
handling_sek = compilable(changes.handling_sek)
probability_of_any_hit = compilable(changes.probability_of_any_hit)
premium_share = compilable(premium.premium_share)
transition_sek = compilable(switching.transition_sek)
supplier_change_sek = compilable(switching.supplier_change_sek)
early_termination_sek = compilable(switching.early_termination_sek)
tail_overrun = compilable(overrun.tail_overrun)
holder_rate_per_year = compilable(default.holder_rate_per_year)
months_to_default = compilable(default.months_to_default)
probability_of_default_in_a_month = compilable(default.probability_of_default_in_a_month)
survival_probability = compilable(default.survival_probability)
severity_sek = compilable(default.severity_sek)
default_sek = compilable(default.default_sek)
benefit_sek = compilable(benefit.benefit_sek)
governance_hours_per_year = compilable(governance.governance_hours_per_year)
governance_sek_per_year = compilable(governance.governance_sek_per_year)
training_sek = compilable(training.training_sek)
quality_shading_sek_per_year = compilable(quality_shading.quality_shading_sek_per_year)
contract_value_sek = compilable(legal.contract_value_sek)
minor_room_sek = compilable(legal.minor_room_sek)
is_outside_the_room = compilable(legal.is_outside_the_room)
exit_sek = compilable(exit.exit_sek)
