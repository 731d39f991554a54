"""The search: a bound by column generation, a plan among the generated bundles, and the proof by reduced costs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from partnership_lib.consolidation.solving.generation import Generation
from partnership_lib.consolidation.solving.pool import Floats, Pool, Whole
from partnership_lib.consolidation.solving.relaxation import Choice, choose
from partnership_lib.consolidation.solving.ties import first_by_id
from partnership_lib.consolidation.solving.watching import Standing, Stopped, Watch

# More bundles than this are not given to the solver at once: its answer would be long in coming.
_MOST_AT_ONCE = 150_000
_GROWTH = 8
# Bundles nearest to the prices: among them are plans so good that few others are left to prove.
_NEAREST = 3_000


class Impossible(Exception):  # noqa: N818 - an answer, whose reasons are looked for elsewhere
    """No choice of bundles covers every item once and keeps within the limits."""


@dataclass(frozen=True)
class Plan:
    """Bundles that cover every item once.

    Attributes
    ----------
    bundles : ndarray
        Places in the pool, ascending.
    cost_sek : float
    """

    bundles: Whole
    cost_sek: float

    @classmethod
    def of(cls, pool: Pool, bundles: Whole) -> Plan:
        """Return the plan with these bundles of a pool."""
        ordered = np.sort(bundles)
        return cls(ordered, pool.total_sek(ordered))


@dataclass(frozen=True)
class Answer:
    """A plan, and what is known of how good it is.

    Attributes
    ----------
    lower_bound_sek : float
        No plan over the pool is cheaper; the plan's own cost where that is proven.
    relaxed_bound_sek : float
        The bound of the relaxed problem, before anything was proven about whole bundles.
    proven : bool
        No plan over the pool is cheaper.
    complete : bool
        The pool holds every bundle that the rules allow.
    stopped : bool
        The search was interrupted, or its time was up.
    item_prices_sek, limit_prices_sek : ndarray
        What an item costs at the margin; what one unit less of a limit costs.
    survivors : ndarray
        Bundles that could still stand in a plan as cheap as the best.
    """

    plan: Plan
    lower_bound_sek: float
    relaxed_bound_sek: float
    proven: bool
    complete: bool
    stopped: bool
    item_prices_sek: Floats
    limit_prices_sek: Floats
    reduced_sek: Floats
    survivors: Whole
    generated: Whole
    pool_size: int
    rounds: int
    seconds: float

    @property
    def certified(self) -> bool:
        """Return whether no plan at all is cheaper: proven over a pool that lacks nothing."""
        return self.proven and self.complete

    @property
    def gap_share(self) -> float:
        """Return by what share of its cost the plan may be too dear."""
        cost = self.plan.cost_sek
        return (cost - self.lower_bound_sek) / abs(cost) if cost else 0.0


@dataclass
class Search:
    """A search for the cheapest plan over a pool.

    Attributes
    ----------
    start : ndarray
        Bundles to begin with, beside those of one item: from an earlier search over the same pool.
    best : Plan or None
        A plan known beforehand.
    """

    pool: Pool
    watch: Watch = field(default_factory=Watch)
    start: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    best: Plan | None = None

    def run(self) -> Answer:
        """Return the cheapest plan, with its proof as far as there was time for it.

        Raises
        ------
        Impossible
            There is no plan.
        Stopped
            The search was stopped before there was a plan.
        """
        began = time.monotonic()
        generation = Generation(self.pool, self.watch, self.start)
        proven, stopped, survivors = False, False, np.zeros(0, dtype=np.int64)
        bound = -np.inf
        try:
            if not generation.feasible():
                raise Impossible
            generation.run(self._tell_bound)
            bound = generation.bound
            proven, bound, survivors = self._prove(generation)
            if proven:
                self.best = self._first_by_id(generation, survivors)
        except (Stopped, KeyboardInterrupt):
            stopped = True
        if self.best is None:
            raise Stopped
        return self._answer(generation, proven, bound, stopped, survivors, began)

    def _prove(self, generation: Generation) -> tuple[bool, float, Whole]:
        """Return whether the best plan is proven, the scaled bound, and the bundles that could be in one as cheap."""
        tried = generation.columns
        choice = self._choose(generation, tried)
        while self.best is None:
            if len(tried) == self.pool.size:
                raise Impossible if choice.proven else Stopped
            tried = generation.nearest(min(self.pool.size, _GROWTH * len(tried)))
            choice = self._choose(generation, tried)
        of_blocks, limit = generation.lift(), _NEAREST
        while True:
            survivors = generation.within(generation.scaled(self.best.cost_sek))
            if choice.proven and np.isin(survivors, tried).all():
                return True, generation.scaled(self.best.cost_sek), survivors
            before, whole = self.best, len(survivors) <= limit
            tried = np.union1d(np.union1d(survivors[:limit], of_blocks), before.bundles)
            choice = self._choose(generation, tried)
            if choice.proven and whole:
                cost = generation.scaled(self.best.cost_sek)
                return True, cost, generation.within(cost)
            if not choice.proven or (self.best is before and limit == _MOST_AT_ONCE):
                return False, max(generation.bound, choice.bound if whole else -np.inf), survivors
            limit = limit if self.best is not before else _MOST_AT_ONCE

    def _choose(self, generation: Generation, bundles: Whole) -> Choice:
        """Choose among bundles; keep the plan where it is the cheapest so far."""
        generation.make_exact(bundles)
        self._tell("plan" if self.best is None else "proof", generation, len(bundles))
        choice = choose(self.pool, bundles, generation.costs[bundles], self.watch)
        if choice.bundles is not None:
            plan = Plan.of(self.pool, choice.bundles)
            if self.best is None or plan.cost_sek < self.best.cost_sek:
                self.best = plan
        self._tell("proof", generation, len(bundles))
        return choice

    def _first_by_id(self, generation: Generation, survivors: Whole) -> Plan:
        assert self.best is not None
        found = first_by_id(self.pool, survivors, generation.costs, self.best.bundles, self.watch)
        return Plan.of(self.pool, found)

    def _tell_bound(self, generation: Generation) -> None:
        self._tell("bound", generation, len(generation.columns))

    def _tell(self, step: str, generation: Generation, bundles: int) -> None:
        known = np.isfinite(generation.bound)
        bound = generation.scale.total_sek(generation.bound) if known else None
        best = None if self.best is None else self.best.cost_sek
        self.watch.report(Standing(step, bound, best, bundles, self.pool.size))

    def _answer(
        self, generation: Generation, proven: bool, bound: float, stopped: bool, survivors: Whole, began: float
    ) -> Answer:
        assert self.best is not None
        scale, prices, cost = generation.scale, generation.prices, self.best.cost_sek
        return Answer(
            plan=self.best,
            lower_bound_sek=cost if proven else min(scale.total_sek(max(bound, generation.bound)), cost),
            relaxed_bound_sek=min(scale.total_sek(generation.relaxed_bound), cost),
            proven=proven,
            complete=self.pool.complete,
            stopped=stopped,
            item_prices_sek=scale.item_costs_sek + (prices.item_prices * scale.unit_sek if prices else 0.0),
            limit_prices_sek=-prices.limit_prices * scale.unit_sek if prices else np.zeros(len(self.pool.limits)),
            reduced_sek=generation.reduced * scale.unit_sek,
            survivors=survivors,
            generated=generation.columns,
            pool_size=self.pool.size,
            rounds=generation.rounds,
            seconds=time.monotonic() - began,
        )
