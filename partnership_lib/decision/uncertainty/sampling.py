"""Draws of all assumptions of a case together, with their rank correlations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from partnership_lib.decision.cases.assumptions import Assumption
from partnership_lib.decision.cases.catalogue import RULES
from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.uncertainty.correlations import correlation_factor, rank_correlations
from partnership_lib.decision.uncertainty.quantiles import quantile

Floats = npt.NDArray[np.float64]

_SOBOL_BITS = 32


class Sampler:
    """The assumptions of a case as random variables.

    Attributes
    ----------
    assumptions : tuple of Assumption
        Ordered by key: one column each.
    keys : tuple of str
        Key of each column.
    uncertain : tuple of int
        Columns that vary; a row of uniforms has one coordinate for each of them, in this order.

    Raises
    ------
    InputError
        When the correlations name an assumption that is not there or contradict each other.
    """

    def __init__(self, case: Case) -> None:
        self.assumptions = tuple(sorted(case.assumptions, key=lambda assumption: assumption.key))
        self.keys = tuple(assumption.key for assumption in self.assumptions)
        self.uncertain = tuple(column for column, each in enumerate(self.assumptions) if each.varies)
        self._columns = {key: column for column, key in enumerate(self.keys)}
        self._coordinates = {column: coordinate for coordinate, column in enumerate(self.uncertain)}
        may_vary = [column for column, each in enumerate(self.assumptions) if not _is_structural(each)]
        self._dimensions = [may_vary.index(column) for column in self.uncertain]
        self._dimension_count = len(may_vary)
        correlations = rank_correlations(self.assumptions)
        correlated = sorted({key for pair in correlations for key in pair})
        self._correlated = [self._coordinates[self._columns[key]] for key in correlated]
        self._factor = correlation_factor(correlated, correlations)

    def assumption(self, key: str) -> Assumption:
        """Return the assumption with this key."""
        return self.assumptions[self._columns[key]]

    def column(self, key: str) -> int:
        """Return the column of an assumption."""
        return self._columns[key]

    def at(self, uniforms: Floats) -> Floats:
        """Return the values of all assumptions at independent uniforms.

        Parameters
        ----------
        uniforms : ndarray of float, shape (n, len(uncertain))
            Each in (0, 1).

        Returns
        -------
        ndarray of float, shape (n, len(keys))
            Each in the unit of its assumption; fixed ones are constant columns.
        """
        if self._correlated:
            uniforms = self._with_correlations(uniforms)
        # Filled column by column, which is fast in this layout; rows are what the engine reads.
        values = np.empty((len(self.keys), len(uniforms)))
        for column, assumption in enumerate(self.assumptions):
            if assumption.varies:
                values[column] = quantile(assumption.distribution, uniforms[:, self._coordinates[column]])
            else:
                values[column] = assumption.distribution.values[0]
        return np.ascontiguousarray(values.T)

    def sobol(self, log2_points: int, seed: int, randomisation: int) -> Floats:
        """Return scrambled Sobol points in (0, 1), shape (2**log2_points, len(uncertain)).

        Each randomisation is an independent scrambling; the same numbers give the same points everywhere. An assumption
        that somebody fixes keeps its dimension, so that the points of all others stay where they are.
        """
        generator = np.random.default_rng((seed, randomisation))
        sequence = qmc.Sobol(self._dimension_count, scramble=True, bits=_SOBOL_BITS, rng=generator)
        # The points are whole steps of 2**-32 and may be 0: the middle of the step never is.
        points = sequence.random_base2(log2_points) + 2.0 ** -(_SOBOL_BITS + 1)
        return np.asarray(points[:, self._dimensions])

    def median(self) -> Floats:
        """Return the value of every assumption at its median, shape (len(keys),)."""
        return np.array([float(quantile(each.distribution, 0.5)) for each in self.assumptions])

    def quantile_of(self, key: str, share: float) -> float:
        """Return the quantile of one assumption."""
        return float(quantile(self.assumption(key).distribution, share))

    def _with_correlations(self, uniforms: Floats) -> Floats:
        correlated = uniforms.copy()
        normals = ndtri(uniforms[:, self._correlated])
        correlated[:, self._correlated] = ndtr(normals @ self._factor.T)
        return correlated


def _is_structural(assumption: Assumption) -> bool:
    rule = RULES.get(assumption.name)
    return rule is not None and rule.fixed and not assumption.varies
