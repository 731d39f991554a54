"""One module per figure: ``plot_x(frame, *, language, values, ax=None) -> Axes``."""

from partnership_lib.display.figures.activity_timeline import plot_activity_timeline
from partnership_lib.display.figures.agreements_front import plot_agreements_front
from partnership_lib.display.figures.agreements_over_time import plot_agreements_over_time
from partnership_lib.display.figures.budget_fan import plot_budget_fan
from partnership_lib.display.figures.bundle_timeline import plot_bundle_timeline
from partnership_lib.display.figures.burn_up import plot_burn_up
from partnership_lib.display.figures.cadence_strip import plot_cadence_strip
from partnership_lib.display.figures.concentration import plot_concentration
from partnership_lib.display.figures.cost_bridge import plot_cost_bridge
from partnership_lib.display.figures.cost_shares import plot_cost_shares
from partnership_lib.display.figures.cost_waterfall import plot_cost_waterfall
from partnership_lib.display.figures.coverage_matrix import plot_coverage_matrix
from partnership_lib.display.figures.difference_distribution import plot_difference_distribution
from partnership_lib.display.figures.legal_room import plot_legal_room
from partnership_lib.display.figures.list_forecast import plot_list_forecast
from partnership_lib.display.figures.loyalty_intervals import plot_loyalty_intervals
from partnership_lib.display.figures.partnership_share import plot_partnership_share
from partnership_lib.display.figures.placebo_paths import plot_placebo_paths
from partnership_lib.display.figures.portfolio_overview import plot_portfolio_overview
from partnership_lib.display.figures.procurement_workload import plot_procurement_workload
from partnership_lib.display.figures.programme_effects import plot_programme_effects
from partnership_lib.display.figures.promise_years import plot_promise_years
from partnership_lib.display.figures.pulse import plot_pulse
from partnership_lib.display.figures.question_worth import plot_question_worth
from partnership_lib.display.figures.renewal_radar import plot_renewal_radar
from partnership_lib.display.figures.renewals_ahead import plot_renewals_ahead
from partnership_lib.display.figures.specification_curve import plot_specification_curve
from partnership_lib.display.figures.spend_against_plan import plot_spend_against_plan
from partnership_lib.display.figures.spend_pareto import plot_spend_pareto
from partnership_lib.display.figures.spend_per_month import plot_spend_per_month
from partnership_lib.display.figures.term_value import plot_term_value
from partnership_lib.display.figures.tornado import plot_tornado
from partnership_lib.display.figures.treated_against_synthetic import plot_treated_against_synthetic
from partnership_lib.display.figures.unit_cost_alone import plot_unit_cost_alone

__all__ = [
    "plot_activity_timeline",
    "plot_agreements_front",
    "plot_agreements_over_time",
    "plot_budget_fan",
    "plot_bundle_timeline",
    "plot_burn_up",
    "plot_cadence_strip",
    "plot_concentration",
    "plot_cost_bridge",
    "plot_cost_shares",
    "plot_cost_waterfall",
    "plot_coverage_matrix",
    "plot_difference_distribution",
    "plot_legal_room",
    "plot_list_forecast",
    "plot_loyalty_intervals",
    "plot_partnership_share",
    "plot_placebo_paths",
    "plot_portfolio_overview",
    "plot_procurement_workload",
    "plot_programme_effects",
    "plot_promise_years",
    "plot_pulse",
    "plot_question_worth",
    "plot_renewal_radar",
    "plot_renewals_ahead",
    "plot_specification_curve",
    "plot_spend_against_plan",
    "plot_spend_pareto",
    "plot_spend_per_month",
    "plot_term_value",
    "plot_tornado",
    "plot_treated_against_synthetic",
    "plot_unit_cost_alone",
]
