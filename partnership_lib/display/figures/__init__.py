"""One module per figure: ``plot_x(frame, *, language, values, ax=None) -> Axes``."""

from partnership_lib.display.figures.activity_timeline import plot_activity_timeline
from partnership_lib.display.figures.agreements_over_time import plot_agreements_over_time
from partnership_lib.display.figures.burn_up import plot_burn_up
from partnership_lib.display.figures.cadence_strip import plot_cadence_strip
from partnership_lib.display.figures.concentration import plot_concentration
from partnership_lib.display.figures.partnership_share import plot_partnership_share
from partnership_lib.display.figures.portfolio_overview import plot_portfolio_overview
from partnership_lib.display.figures.renewals_ahead import plot_renewals_ahead
from partnership_lib.display.figures.spend_against_plan import plot_spend_against_plan

__all__ = [
    "plot_activity_timeline",
    "plot_agreements_over_time",
    "plot_burn_up",
    "plot_cadence_strip",
    "plot_concentration",
    "plot_partnership_share",
    "plot_portfolio_overview",
    "plot_renewals_ahead",
    "plot_spend_against_plan",
]
