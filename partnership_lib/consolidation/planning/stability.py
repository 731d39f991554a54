"""Which agreements stay together when the assumptions are drawn anew: the plan tried again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from partnership_lib.consolidation.costs.bounds import least_costs_sek
from partnership_lib.consolidation.planning.columns import APART, before_by_draw_sek
from partnership_lib.consolidation.planning.consolidating import Consolidation
from partnership_lib.consolidation.solving.pool import Floats, Pool, Whole
from partnership_lib.consolidation.solving.search import Impossible, Search
from partnership_lib.consolidation.solving.watching import Stopped, Watch

RECOMMENDED_SHARE = 0.8
"""A bundle is recommended when it comes back in at least this share of the draws."""

# The columns nearest to the plan: those that another draw may well prefer.
_LOOKED_AT = 400
# Draws that no other part of the answer uses.
_RANDOMISATION = 1


@dataclass(frozen=True)
class Stability:
    """How often agreements stand together.

    Attributes
    ----------
    draws : int
        Draws that had a plan.
    pairs : dict of (str, str) to float
        Pair of agreements -> share of the draws in which they stand in the same bundle; pairs that never do are left
        out.
    bundles : dict of tuple of str to float
        Bundle of the chosen plan -> share of the draws that have exactly it.
    looked_at : int
        Columns that the draws chose among.
    """

    draws: int
    pairs: dict[tuple[str, str], float]
    bundles: dict[tuple[str, ...], float]
    looked_at: int

    def together_share(self, bundle: tuple[str, ...]) -> float:
        """Return how often the pair of a bundle that stays together least does so."""
        return min((self.pairs.get(pair, 0.0) for pair in combinations(sorted(bundle), 2)), default=1.0)


def stability(
    found: Consolidation, watch: Watch | None = None, tell: Callable[[int, int], None] | None = None
) -> Stability | None:
    """Return how often agreements stand together in plans for other draws of the assumptions; None without draws."""
    draws = found.instance.rules.stability_draws
    if draws < 1:
        return None
    columns = _near(found)
    costs = _costs_by_draw(found, columns, draws)
    pool = found.pool.only(np.isin(np.arange(found.pool.size), columns))
    pairs: Counter[tuple[str, str]] = Counter()
    groups: Counter[tuple[str, ...]] = Counter()
    solved = 0
    for draw in range(draws):
        if tell is not None:
            tell(draw, draws)
        drawn = Pool(pool.items, pool.cover, costs[:, draw], pool.limits)
        try:
            answer = Search(drawn, watch or Watch()).run()
        except (Impossible, Stopped):
            continue
        solved += 1
        for column in answer.plan.bundles:
            ids = drawn.ids(int(column))
            groups[ids] += 1
            pairs.update(combinations(ids, 2))
    chosen = [found.pool.ids(int(column)) for column in found.answer.plan.bundles]
    return Stability(
        solved,
        {pair: count / solved for pair, count in sorted(pairs.items())},
        {ids: groups[ids] / max(solved, 1) for ids in chosen if len(ids) > 1},
        len(columns),
    )


def _near(found: Consolidation) -> Whole:
    order = np.lexsort((np.arange(found.pool.size), found.answer.reduced_sek))[:_LOOKED_AT]
    return np.union1d(np.union1d(order, found.answer.plan.bundles), found.pool.singles())


def _costs_by_draw(found: Consolidation, columns: Whole, draws: int) -> Floats:
    """Return what columns cost by draw, shape (columns, draws).

    What lies beyond the included changes is taken from its bound, moved so that the mean is that of the engine.
    """
    whole, instance = found.columns, found.instance
    sampler, rules = instance.sampler, instance.rules
    points = sampler.sobol(int(np.ceil(np.log2(max(draws, 2)))), rules.seed, _RANDOMISATION)[:draws]
    values = sampler.at(points)
    before = before_by_draw_sek(instance, values)
    costs = np.empty((len(columns), draws))
    new = whole.form[columns] != APART
    costs[~new] = before[whole.bundle[columns[~new]], -1]
    if new.any():
        at_least = least_costs_sek(instance.case, whole.slots(columns[new]), values)
        found.pool.make_exact(columns[new])
        moved = found.pool.costs[columns[new]] - whole.costs_sek(columns[new], exact=False)
        costs[new] = at_least + moved[:, None] + whole.earlier_sek(columns[new], before)
    return costs
