"""What is paid every month whatever happens: follow-up, governance, quality shading, interfaces (compiled)."""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.compiling import compilable
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.components.compiled import (
    governance_hours_per_year,
    governance_sek_per_year,
    interfaces_sek_per_year,
    management_sek_per_year,
    quality_shading_sek_per_year,
)
from partnership_lib.decision.engine.inputs import PlanArrays
from partnership_lib.decision.plans.arrays import Floats

MANAGEMENT = COMPONENTS.index("management")
INTERFACES = COMPONENTS.index("interfaces")
GOVERNANCE = COMPONENTS.index("governance")
QUALITY_SHADING = COMPONENTS.index("quality_shading")


@compilable
def run_slot(slot: Any, cumulative: Floats, assumed: Any, row: Any, costs: Any) -> None:
    """Add what only some slots cost every month: the governance of partnerships, and quality that nobody measures.

    Parameters
    ----------
    assumed, row, costs : Any
        Of one path in compiled code; of many in NumPy code, `row` and `costs` with the paths last.
    """
    years = (cumulative[slot.end_month] - cumulative[slot.start_month]) / 12.0
    if slot.partnership:
        stated = slot.meeting_hours_per_year
        meeting_hours = assumed.meeting_hours_per_year if np.isnan(stated) else stated
        owner_fte = row[slot.partnership_owner_column]
        hours = governance_hours_per_year(meeting_hours, owner_fte, assumed.hours_per_fte_year)
        costs[GOVERNANCE] += years * governance_sek_per_year(
            assumed.staff_cost_sek_per_hour, hours, slot.overhead_share
        )
    if slot.exposed_quality:
        share = row[slot.quality_shading_column]
        costs[QUALITY_SHADING] += years * quality_shading_sek_per_year(share, slot.annual_value_sek, 1.0)


@compilable
def run_follow_up(plan: PlanArrays, assumed: Any, costs: Any) -> None:
    """Add what it costs to follow up a plan's agreements and suppliers: all slots at once, by the same assumptions."""
    costs[MANAGEMENT] += management_sek_per_year(
        assumed.staff_cost_sek_per_hour,
        assumed.management_hours_per_agreement_year,
        assumed.management_hours_per_supplier_year,
        plan.followed_up_years[1],
        plan.followed_up_years[0],
    )


@compilable
def run_interfaces(plan: PlanArrays, assumed: Any, density: Any, costs: Any) -> None:
    """Add what a plan's interfaces cost to keep running."""
    internal, external = plan.interface_weight_years[0], plan.interface_weight_years[1]
    costs[INTERFACES] += interfaces_sek_per_year(
        assumed.interface_cost_sek_per_year,
        external * density,
        internal * density,
        assumed.internal_interface_share,
    )
