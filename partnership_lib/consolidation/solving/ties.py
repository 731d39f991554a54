"""Ties: of plans that cost the same, the one whose bundles come first in the order of their ids."""

from __future__ import annotations

import numpy as np
from scipy.optimize import LinearConstraint

from partnership_lib.consolidation.solving.pool import Floats, Pool, Whole
from partnership_lib.consolidation.solving.relaxation import choose
from partnership_lib.consolidation.solving.watching import Watch

# Plans whose costs differ by less cannot be told apart by floating point.
SAME_SHARE = 1e-9
# With more bundles that may tie, or more branches than this, the order of the pool decides.
_MOST, _NODES = 20_000, 100


def first_by_id(pool: Pool, bundles: Whole, costs: Floats, best: Whole, watch: Watch) -> Whole:
    """Return the plan as cheap as the best whose bundles stand first in the pool, counted by the sum of their places.

    Parameters
    ----------
    bundles : ndarray
        Those that could stand in a plan as cheap as the best.
    costs : ndarray
        Scaled costs of the whole pool.
    """
    known = np.union1d(bundles, best)
    if len(known) == len(best) or len(known) > _MOST:
        return best
    cheapest = float(np.sort(costs[best]).sum())
    scale = max(float(np.abs(costs[known]).max()), 1.0)
    no_dearer = LinearConstraint(costs[known][None, :] / scale, -np.inf, cheapest / scale + SAME_SHARE)
    places = np.arange(1.0, len(known) + 1.0)
    choice = choose(pool, known, places, watch, (no_dearer,), _NODES)
    if choice.bundles is None:
        return best
    dearer = pool.total_sek(choice.bundles) - pool.total_sek(best)
    return choice.bundles if dearer <= SAME_SHARE * abs(pool.total_sek(best)) else best
