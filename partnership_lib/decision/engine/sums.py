"""What is kept of the paths: totals, and means and errors that do not depend on how the paths were chunked."""

from __future__ import annotations

import numpy as np

from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine.kernels import PathCosts
from partnership_lib.decision.plans.arrays import CompiledCase, Floats

BLOCK = 256
"""Paths that are summed up at once, counted from the first path of the run."""

_BENEFIT = COMPONENTS.index("benefit")


class Moments:
    """Means and squared deviations of components: of both plans, and of their difference (Chan's update).

    Attributes
    ----------
    means : ndarray, shape (3, 15)
        Fragmented, consolidated, difference [SEK].
    """

    def __init__(self) -> None:
        self.count = 0
        self.means: Floats = np.zeros((3, len(COMPONENTS)))
        self._squares: Floats = np.zeros((3, len(COMPONENTS)))

    def add(self, costs_sek: Floats) -> None:
        """Add a block of paths, shape (n, 2, 15)."""
        three = np.concatenate([costs_sek, costs_sek[:, 1:] - costs_sek[:, :1]], axis=1)
        means = three.mean(axis=0)
        squares = np.square(three - means).sum(axis=0)
        both = self.count + len(three)
        step = means - self.means
        self.means = self.means + step * (len(three) / both)
        self._squares = self._squares + squares + np.square(step) * (self.count * len(three) / both)
        self.count = both

    def standard_errors(self) -> Floats:
        """Return the standard errors of the means, shape (3, 15); NaN for a single path."""
        if self.count < 2:
            return np.full(self.means.shape, np.nan)
        return np.sqrt(self._squares / (self.count - 1) / self.count)


class Sums:
    """Takes in the costs of chunks of paths, in order."""

    def __init__(self, compiled: CompiledCase, paths: int, keep_components: bool) -> None:
        self.totals_sek: Floats = np.empty((paths, 2))
        self.benefits_sek: Floats = np.empty((paths, 2))
        self.components_sek: Floats | None = np.empty((paths, 2, len(COMPONENTS))) if keep_components else None
        self.moments = Moments()
        months = compiled.horizon_months
        self.first_hits = tuple(np.zeros((len(plan.slots), months), dtype=np.int64) for plan in compiled.plans)
        self.hashes = 0

    def add(self, first: int, paths: PathCosts) -> None:
        """Take in the paths from place `first` on."""
        costs = paths.costs_sek
        rows = slice(first, first + len(costs))
        self.totals_sek[rows] = costs.sum(axis=2)
        self.benefits_sek[rows] = costs[:, :, _BENEFIT]
        if self.components_sek is not None:
            self.components_sek[rows] = costs
        for start in range(0, len(costs), BLOCK):
            self.moments.add(costs[start : start + BLOCK])
        for plan, hits in enumerate(paths.first_hits):
            self.first_hits[plan][...] += hits
        self.hashes += paths.hashes
