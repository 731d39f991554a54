"""The relaxed problem over some bundles of a pool: its value, and what every item and every limit is worth in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from partnership_lib.consolidation.solving.pool import Floats, Pool, Whole
from partnership_lib.consolidation.solving.watching import Watch

# A bundle's reduced cost below minus this (of the scaled costs) is worth a column.
TOLERANCE = 1e-7
_SCALED_COST = 1_000.0


@dataclass(frozen=True)
class Scale:
    """Costs as the solver sees them: beyond those of the items kept apart, in units of a usual bundle.

    Every item is covered exactly once, so counting from the items kept apart changes no choice; it leaves the digits
    to the differences.

    Attributes
    ----------
    item_costs_sek : ndarray, shape (items,)
    unit_sek : float
    """

    item_costs_sek: Floats
    unit_sek: float

    @classmethod
    def of(cls, pool: Pool) -> Scale:
        """Return the scale of a pool."""
        singles = pool.singles()
        apart = np.zeros(len(pool.items))
        apart[singles >= 0] = pool.costs[singles[singles >= 0]]
        usual = float(np.median(np.abs(pool.costs))) if pool.size else 0.0
        return cls(apart, (usual or 1.0) / _SCALED_COST)

    def costs(self, pool: Pool, bundles: Whole | slice = slice(None)) -> Floats:
        """Return the scaled costs of bundles."""
        apart = pool.cover[:, bundles].T @ self.item_costs_sek
        scaled: Floats = (pool.costs[bundles] - apart) / self.unit_sek
        return scaled

    def total_sek(self, scaled: float) -> float:
        """Return the cost of a whole plan from its scaled cost."""
        return scaled * self.unit_sek + float(np.sort(self.item_costs_sek).sum())


@dataclass(frozen=True)
class Relaxation:
    """A solved relaxation.

    Attributes
    ----------
    value : float
        Scaled cost of the cheapest mix of bundles; in the first phase, by how much the mix fails.
    item_prices : ndarray, shape (items,)
        What covering an item costs at the margin.
    limit_prices : ndarray, shape (limits,)
        What one unit less of a limit costs, as a number of at most 0.
    failing_items, failing_limits : ndarray
        First phase: how far the mix leaves items uncovered, and goes over limits.
    """

    value: float
    item_prices: Floats
    limit_prices: Floats
    failing_items: Floats
    failing_limits: Floats

    def reduced(self, pool: Pool, costs: Floats, bundles: Whole | slice = slice(None)) -> Floats:
        """Return the reduced costs of bundles, from their scaled costs."""
        covered = pool.cover if isinstance(bundles, slice) else pool.cover[:, bundles]
        reduced: Floats = costs - covered.T @ self.item_prices
        for price, limit in zip(self.limit_prices, pool.limits, strict=True):
            if price:
                reduced -= price * limit.uses[bundles]
        return reduced

    def drawn_to(self, other: Relaxation | None, pull: float) -> Relaxation:
        """Return prices between these (0) and those of another relaxation (1)."""
        if other is None or not pull:
            return self
        items = (1.0 - pull) * self.item_prices + pull * other.item_prices
        limits = (1.0 - pull) * self.limit_prices + pull * other.limit_prices
        return replace(self, item_prices=items, limit_prices=limits)


def relax(pool: Pool, bundles: Whole, costs: Floats, watch: Watch, failing: bool = False) -> Relaxation:
    """Return the solved relaxation over some bundles.

    Parameters
    ----------
    costs : ndarray
        Scaled costs of these bundles.
    failing : bool
        First phase: the bundles cost nothing, leaving items uncovered and going over limits does.
    """
    items, count = len(pool.items), len(pool.limits)
    cover, uses = _rows(pool, bundles)
    objective = np.zeros(len(bundles)) if failing else costs
    if failing:
        cover = sparse.hstack((cover, sparse.eye_array(items), sparse.csc_array((items, count))), format="csc")
        uses = sparse.hstack((uses, sparse.csc_array((count, items)), -sparse.eye_array(count)), format="csc")
        objective = np.concatenate((objective, np.ones(items + count)))
    most, scales = _most(pool), _limit_scales(pool)
    limited = {"A_ub": uses, "b_ub": most / scales} if count else {}
    found = watch.run(lambda: linprog(objective, A_eq=cover, b_eq=np.ones(items), **limited, method="highs"))
    if found.status != 0:
        raise ArithmeticError(found.message)
    prices = found.ineqlin.marginals / scales if count else np.zeros(0)
    rest = found.x[len(bundles) :] if failing else np.zeros(items + count)
    return Relaxation(float(found.fun), found.eqlin.marginals, prices, rest[:items], rest[items:])


@dataclass(frozen=True)
class Choice:
    """What the solver chose among some bundles.

    Attributes
    ----------
    bundles : ndarray or None
        Those chosen; None: no choice was found.
    proven : bool
        No choice among these bundles is cheaper; without a choice: there is none.
    bound : float
        No choice among these bundles has a smaller scaled cost.
    """

    bundles: Whole | None
    proven: bool
    bound: float


def choose(
    pool: Pool,
    bundles: Whole,
    costs: Floats,
    watch: Watch,
    more: tuple[LinearConstraint, ...] = (),
    nodes: int | None = None,
) -> Choice:
    """Return the cheapest choice among some bundles that covers every item once and keeps within the limits.

    Parameters
    ----------
    more : tuple of LinearConstraint
        Further rows over these bundles.
    nodes : int or None
        After so many branches the best choice so far is the answer.
    """
    if not len(bundles):
        return Choice(None, proven=True, bound=np.inf)
    cover, uses = _rows(pool, bundles)
    rows = [LinearConstraint(cover, 1.0, 1.0), *more]
    if pool.limits:
        rows.append(LinearConstraint(uses, -np.inf, _most(pool) / _limit_scales(pool)))
    options = {"mip_rel_gap": 0.0, **watch.time_limit(), **({} if nodes is None else {"node_limit": nodes})}
    found = watch.run(
        lambda: milp(costs, constraints=rows, integrality=np.ones(len(bundles)), bounds=Bounds(0, 1), options=options)
    )
    proven = found.status in (0, 2)
    if found.x is None:
        return Choice(None, proven, np.inf if proven else -np.inf)
    bound = found.fun if proven else found.mip_dual_bound
    return Choice(bundles[found.x > 0.5], proven, float(bound))


def _rows(pool: Pool, bundles: Whole) -> tuple[sparse.csc_array, sparse.csc_array]:
    cover = pool.cover[:, bundles]
    if not pool.limits:
        return cover, sparse.csc_array((0, len(bundles)))
    scales = _limit_scales(pool)
    uses = np.array([limit.uses[bundles] / scale for limit, scale in zip(pool.limits, scales, strict=True)])
    return cover, sparse.csc_array(uses)


def _most(pool: Pool) -> Floats:
    return np.array([limit.most for limit in pool.limits])


def _limit_scales(pool: Pool) -> Floats:
    """Return what each limit is counted in: what bundles can use of it at most."""
    return np.array([float(np.abs(limit.uses).max(initial=0.0)) or 1.0 for limit in pool.limits])
