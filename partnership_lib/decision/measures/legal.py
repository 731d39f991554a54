"""Whether and when the agreements run out of the room for modifications in 17 kap. LOU."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.components import PLANS
from partnership_lib.decision.engine.simulate import Simulation
from partnership_lib.decision.measures.budget import calendar_years
from partnership_lib.decision.plans.arrays import CompiledCase

if TYPE_CHECKING:
    import pandas as pd


def legal_hits(compiled: CompiledCase, simulation: Simulation) -> pd.DataFrame:
    """Return, per agreement of both plans, how likely it meets the limit before the horizon, and when it then does.

    The median month is that of the paths on which it happens; NaN where it never does.
    """
    import pandas as pd

    rows = []
    for plan, name in enumerate(PLANS):
        agreements = compiled.plans[plan].agreements
        for agreement, months in zip(agreements, simulation.legal_hits[plan].first_month_shares, strict=True):
            rows.append((name, agreement, float(months.sum()), _median_month(months)))
    return pd.DataFrame(rows, columns=["plan", "agreement", "p_hit", "median_month"])


def legal_months(case: Case, compiled: CompiledCase, simulation: Simulation) -> pd.DataFrame:
    """Return, per proposed agreement and calendar year, how likely it has met the limit by the end of the year."""
    import pandas as pd

    years = calendar_years(case)
    consolidated = compiled.plans[1]
    rows = []
    for place in np.flatnonzero(~consolidated.slots["present"]):
        met = np.cumsum(simulation.legal_hits[1].first_month_shares[place])
        for year in np.unique(years):
            last = int(np.flatnonzero(years == year)[-1])
            rows.append((consolidated.agreements[place], int(year), float(met[last])))
    return pd.DataFrame(rows, columns=["agreement", "year", "p_hit_by"])


def _median_month(shares: NDArray[np.float64]) -> float:
    """Return the month by which half of the hits have happened."""
    met = np.cumsum(shares)
    return float(np.searchsorted(met, met[-1] / 2.0)) if met[-1] > 0.0 else float("nan")
