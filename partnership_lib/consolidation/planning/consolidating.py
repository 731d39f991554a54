"""A case consolidated: the cheapest plan, what proves it, and what beside it a reader needs to judge it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from partnership_lib.consolidation.costs.engine import charged_alone
from partnership_lib.consolidation.planning.columns import APART, Columns
from partnership_lib.consolidation.planning.instance import Instance
from partnership_lib.consolidation.planning.limits import Limited, constraints_of, in_any_time
from partnership_lib.consolidation.planning.rules import Rules
from partnership_lib.consolidation.problems.solving import impossible
from partnership_lib.consolidation.solving.clashes import Clash, Constraint, find_clash
from partnership_lib.consolidation.solving.greedy import greedy
from partnership_lib.consolidation.solving.pool import Floats, Pool, Whole
from partnership_lib.consolidation.solving.search import Answer, Impossible, Plan, Search
from partnership_lib.consolidation.solving.watching import Stopped, Watch
from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.engine.expect import expect
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.plans.plan import Plan as EnginePlan
from partnership_lib.decision.plans.plan import make_plan
from partnership_lib.errors import PartnershipError

SAME_SHARE = 1e-6
"""The engine and the columns agree on the cost of the chosen plan to this share of it."""

STEPS: Mapping[str, float] = MappingProxyType(
    {"bundles": 0.2, "costs": 0.05, "search": 0.05, "front": 0.05, "advice": 0.2, "stability": 0.45}
)
"""The steps in their order, with those that are looked at beside, and what share of the time each took on the demo."""
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Consolidation:
    """A consolidated case.

    Attributes
    ----------
    by_hand : Plan or None
        What merging the best pair again and again ends with.
    """

    columns: Columns
    pool: Pool
    answer: Answer
    by_hand: Plan | None

    @property
    def instance(self) -> Instance:
        """Return what was consolidated."""
        return self.columns.instance

    @property
    def cost_sek(self) -> float:
        """Return what the chosen plan is expected to cost, each agreement's supplier followed up for it alone."""
        return self.total_sek(self.answer.plan.bundles)

    @property
    def apart_sek(self) -> float:
        """Return the same for the agreements of today, each renewed on its own."""
        return self.total_sek(self.pool.singles())

    @property
    def lower_bound_sek(self) -> float:
        """Return what no plan over the bundles looked at costs less than."""
        return self.answer.lower_bound_sek + self.columns.constant_sek

    def total_sek(self, columns: Whole) -> float:
        """Return what a plan of columns costs."""
        return self.pool.total_sek(columns) + self.columns.constant_sek

    @cached_property
    def shared_suppliers_sek(self) -> tuple[float, float]:
        """Return what today's plan and the chosen one save because one supplier holds several agreements."""
        today, chosen = (
            float((self.engine_sek(columns, alone=True) - self.engine_sek(columns, alone=False)).mean())
            for columns in (self.pool.singles(), self.answer.plan.bundles)
        )
        return today, chosen

    def engine_sek(self, columns: Whole, alone: bool) -> Floats:
        """Return what the decision engine expects a whole plan to cost, by draw [SEK].

        Parameters
        ----------
        alone : bool
            Each agreement's supplier is followed up for it alone; otherwise once for all that it holds.
        """
        case = self.instance.case
        slots = make_plan(case, self.columns.proposals(columns)).slots
        plan = EnginePlan(charged_alone(slots) if alone else slots)
        found: Floats = expect(compile_case(case, (plan, EnginePlan(()))), self.columns.values)[:, 0].sum(axis=1)
        return found

    def engine_difference_share(self) -> float:
        """Return by what share the engine's cost of the chosen plan differs from that of its columns."""
        engine = float(self.engine_sek(self.answer.plan.bundles, alone=True).mean())
        return abs(engine - self.cost_sek) / max(abs(engine), 1.0)

    def difference_sek(self, column: int) -> float:
        """Return what a bundle is expected to cost beyond its members kept apart; below 0 it saves."""
        apart = self.columns.before_sek[list(self.columns.members(column)), -1]
        return float(self.pool.costs[column] - apart.sum())

    def able_suppliers(self, column: int) -> int | None:
        """Return how many suppliers are able to deliver a whole bundle; None where nobody has looked at some of it."""
        known = [self.instance.able[item] for item in self.columns.members(column)]
        sets = [each for each in known if each is not None]
        return len(frozenset.intersection(*sets)) if len(sets) == len(known) else None

    def is_bundle(self, column: int) -> bool:
        """Return whether a column brings agreements together."""
        return bool(self.columns.form[column] != APART)


def consolidate(
    case: Case, rules: Rules | None = None, watch: Watch | None = None, tell: Tell | None = None
) -> Consolidation:
    """Return the cheapest way to bring the present agreements of a case together, under rules.

    Raises
    ------
    PartnershipError
        ``consolidation_impossible`` with what clashes; ``consolidation_stopped``; ``consolidation_engine_differs``
        where the engine does not confirm the cost of the chosen plan.
    """
    watch, say = watch or Watch(), tell or (lambda *_: None)
    instance = Instance.of(case, rules or Rules())
    columns = Columns.of(instance, lambda done, of: say("bundles", done, of))
    pool = columns.pool(lambda done, of: say("costs", done, of))
    limited, constraints = Limited(columns, pool), constraints_of(instance)
    whole = limited.pool(constraints)
    by_hand = greedy(whole)
    known = by_hand if by_hand is not None and whole.within(by_hand.bundles) else None
    say("search", 0, 1)
    try:
        answer = Search(whole, watch, best=known).run()
    except Impossible:
        raise impossible(_clash(instance, constraints)) from None
    except Stopped:
        raise PartnershipError("consolidation_stopped") from None
    whole.make_exact(answer.plan.bundles)
    found = Consolidation(columns, whole, answer, by_hand)
    difference = found.engine_difference_share()
    if difference > SAME_SHARE:
        raise PartnershipError("consolidation_engine_differs", found=difference, allowed=SAME_SHARE)
    return found


def _clash(instance: Instance, constraints: Sequence[Constraint]) -> Clash:
    """Return what cannot hold together: limits of the plan, and when bundles may start."""
    wide, in_time = in_any_time(instance)
    columns = Columns.of(wide)
    return find_clash(Limited(columns, columns.pool()).pool, (*constraints, *in_time))


def bundle_columns(found: Consolidation) -> Whole:
    """Return the columns of the chosen plan that bring agreements together, in order of their start and their ids."""
    chosen = [int(column) for column in found.answer.plan.bundles if found.is_bundle(int(column))]
    ordered = sorted(chosen, key=lambda column: (found.columns.start[column], found.columns.members(column)))
    return np.array(ordered, dtype=np.int64)
