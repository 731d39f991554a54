"""A stand-alone problem solved: the plan with its bound, and what its parts look like as an answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from partnership_lib.consolidation.problems.problem import Problem
from partnership_lib.consolidation.solving.clashes import Clash, Constraint, find_clash
from partnership_lib.consolidation.solving.front import one_fewer_sek, shadow_price_sek
from partnership_lib.consolidation.solving.greedy import greedy
from partnership_lib.consolidation.solving.pool import Pool
from partnership_lib.consolidation.solving.search import Answer, Impossible, Plan, Search
from partnership_lib.consolidation.solving.watching import Stopped, Watch
from partnership_lib.errors import PartnershipError


@dataclass(frozen=True)
class Solved:
    """A solved problem.

    Attributes
    ----------
    by_hand : Plan or None
        What greedy merging ends with; None where some need has no bundle of its own, or the plan breaks a limit.
    one_fewer_sek : float or None
        What the cheapest plan with one agreement fewer costs more; None where there is none.
    """

    pool: Pool
    answer: Answer
    by_hand: Plan | None
    one_fewer_sek: float | None

    @property
    def bundles(self) -> list[list[str]]:
        """Return the ids in every chosen bundle, in the order of their ids."""
        return [list(self.pool.ids(int(bundle))) for bundle in self.answer.plan.bundles]


def solve_problem(problem: Problem, watch: Watch | None = None) -> Solved:
    """Return the cheapest plan of a problem.

    Raises
    ------
    PartnershipError
        ``consolidation_impossible`` with the constraints that clash, or ``consolidation_stopped`` before any plan.
    """
    watch = watch or Watch()
    pool = problem.pool()
    by_hand = greedy(pool)
    if by_hand is not None and not pool.within(by_hand.bundles):
        by_hand = None
    try:
        answer = Search(pool, watch, best=by_hand).run()
    except Impossible:
        raise impossible(find_clash(problem.pool, problem.constraints())) from None
    except Stopped:
        raise PartnershipError("consolidation_stopped") from None
    return Solved(pool, answer, by_hand, None if answer.stopped else one_fewer_sek(pool, answer, watch))


def impossible(clash: Clash) -> PartnershipError:
    """Return the error that says which constraints cannot hold together."""
    if clash.constraints:
        reasons = tuple(map(_reason, clash.constraints))
        if clash.fewest is not None:
            reasons = (*reasons, PartnershipError("clash_fewest", found=clash.fewest))
    elif clash.uncovered:
        reasons = (PartnershipError("clash_uncovered", found=list(clash.uncovered)),)
    else:
        reasons = (PartnershipError("clash_bundles"),)
    return PartnershipError("consolidation_impossible", clashes=reasons)


def _reason(constraint: Constraint) -> PartnershipError:
    most = constraint.most or 0.0
    allowed = int(most) if most == int(most) else most
    return PartnershipError(f"clash_{constraint.code}", name=constraint.name, allowed=allowed)


def answer_json(solved: Solved) -> dict[str, Any]:
    """Return the machine-readable answer."""
    answer = solved.answer
    bound, relaxed = answer.lower_bound_sek, answer.relaxed_bound_sek
    return {
        "agreements": len(answer.plan.bundles),
        "expected_cost_sek": answer.plan.cost_sek,
        "lower_bound_sek": bound if math.isfinite(bound) else None,
        "relaxed_bound_sek": relaxed if math.isfinite(relaxed) else None,
        "certified": answer.certified,
        "stopped": answer.stopped,
        "bundles": solved.bundles,
        "shadow_price_per_agreement_sek": shadow_price_sek(solved.pool, answer),
        "one_agreement_fewer_sek": solved.one_fewer_sek,
        "by_hand_sek": None if solved.by_hand is None else solved.by_hand.cost_sek,
        "pool": answer.pool_size,
        "seconds": round(answer.seconds, 3),
    }
