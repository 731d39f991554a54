"""What the plans differ by, component by component, and how much of each is staff time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.measures.estimates import Means, Sample
from partnership_lib.decision.measures.expected import LEGAL, ExpectedCosts

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

# Staff time, quality and benefits are real, but no budget gets smaller by them.
NOT_CASHABLE = frozenset({"procurement", "management", "benefit", "governance", "training", "quality_shading", "legal"})
PAID_BY_THE_HOUR = {"staff_cost_sek_per_hour": 0.0, "user_cost_sek_per_hour": 0.0}


def difference_frame(means: Means) -> pd.DataFrame:
    """Return a row per component: mean cost of each plan, their difference, its standard error."""
    import pandas as pd

    return pd.DataFrame(
        {
            "component": list(COMPONENTS),
            "fragmented_sek": means.components_sek[0],
            "consolidated_sek": means.components_sek[1],
            "difference_sek": means.differences_sek,
            "standard_error_sek": means.difference_errors_sek,
        }
    )


def waterfall(means: Means, staff_sek: Floats) -> pd.DataFrame:
    """Return a row per component; the differences sum to the mean difference (`Comparison.components`)."""
    return difference_frame(means).assign(
        cashable=[name not in NOT_CASHABLE for name in COMPONENTS],
        fragmented_staff_sek=staff_sek[0],
        consolidated_staff_sek=staff_sek[1],
    )


def staff_time_sek(expected: ExpectedCosts, sample: Sample, means: Means) -> Floats:
    """Return the staff time in every plan and component, shape (2, components) [SEK].

    Costs are affine in what an hour costs: what is gone when an hour costs nothing was staff time. A change that the
    legal room does not hold costs a procedure, which counts as staff time whole.
    """
    count = sample.values.shape[0] // sample.randomisations
    without = expected.components_sek(expected.with_values(sample.values[:count], PAID_BY_THE_HOUR))
    found = (sample.components_sek[:count] - without).mean(axis=0)
    found[:, LEGAL] = means.components_sek[:, LEGAL]
    return np.asarray(found)
