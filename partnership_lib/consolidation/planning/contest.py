"""Whether the best plan really is better: it and each of the next ones on the same random futures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from partnership_lib.consolidation.planning.consolidating import Consolidation
from partnership_lib.consolidation.planning.spread import interval_sek
from partnership_lib.consolidation.solving.pool import Whole
from partnership_lib.decision.engine.simulate import simulate
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.plans.plan import Plan as EnginePlan
from partnership_lib.decision.plans.plan import make_plan

LOG2_FUTURES = 11
TOSS_SHARE = 0.60
"""Cheaper in fewer of the futures than this, the best plan cannot be told from the other one."""
# Draws that no other part of the answer uses.
_RANDOMISATION = 3


@dataclass(frozen=True)
class Contest:
    """What another plan costs beyond the best one when both meet the same events in the same future.

    Attributes
    ----------
    difference_sek, standard_error_sek : float
        Mean of the difference, and its standard error; above 0 the best plan is cheaper.
    low_sek, high_sek : float
        Bounds that 95 futures of 100 stay within: assumptions and chance together.
    best_cheaper_share : float
        Share of the futures in which the best plan is the cheaper of the two.
    futures : int
    """

    difference_sek: float
    standard_error_sek: float
    low_sek: float
    high_sek: float
    best_cheaper_share: float
    futures: int

    @property
    def is_told_apart(self) -> bool:
        """Return whether the best plan is cheaper often enough to be told from the other one."""
        return self.best_cheaper_share >= TOSS_SHARE


def contest(found: Consolidation, other: Whole) -> Contest:
    """Return how a plan of columns does against the chosen one in the full simulation of the decision engine.

    Suppliers are followed up once for all that they hold, as in a comparison.
    """
    case, sampler = found.instance.case, found.instance.sampler
    plans = [
        EnginePlan(make_plan(case, found.columns.proposals(columns)).slots)
        for columns in (found.answer.plan.bundles, other)
    ]
    values = sampler.at(sampler.sobol(LOG2_FUTURES, found.instance.rules.seed, _RANDOMISATION))
    totals = simulate(compile_case(case, (plans[0], plans[1])), values, seed=found.instance.rules.seed).totals_sek
    difference = totals[:, 1] - totals[:, 0]
    low, high = interval_sek(difference)
    return Contest(
        difference_sek=float(difference.mean()),
        standard_error_sek=float(difference.std(ddof=1) / np.sqrt(len(difference))),
        low_sek=low,
        high_sek=high,
        best_cheaper_share=float((difference > 0.0).mean()),
        futures=len(difference),
    )
