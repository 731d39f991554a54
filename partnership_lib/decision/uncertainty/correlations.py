"""Rank correlations between assumptions, and the Gaussian copula that has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.cases.assumptions import Assumption
from partnership_lib.errors import InputError

Pair = tuple[str, str]

# Below this the matrix is singular for all purposes: one assumption would be a function of others.
_SMALLEST_EIGENVALUE = 1e-9


def rank_correlations(assumptions: Sequence[Assumption]) -> dict[Pair, float]:
    """Return the rank correlation of every pair of uncertain assumptions that has one, keys in order.

    Raises
    ------
    InputError
        ``correlation_unknown`` when an assumption correlates with one that is not there or with itself,
        ``correlation_out_of_range``, and ``correlation_differs`` when the two of a pair say different things.
    """
    known = {assumption.key: assumption for assumption in assumptions}
    stated: dict[Pair, float] = {}
    for assumption in assumptions:
        for other, share in assumption.correlates_with:
            if other not in known or other == assumption.key:
                allowed = ", ".join(sorted(set(known) - {assumption.key}))
                raise InputError("correlation_unknown", assumption=assumption.key, found=other, allowed=allowed)
            if not -1.0 < share < 1.0:
                raise InputError("correlation_out_of_range", assumption=assumption.key, other=other, found=f"{share:g}")
            pair = (min(assumption.key, other), max(assumption.key, other))
            if stated.setdefault(pair, share) != share:
                raise InputError(
                    "correlation_differs", first=pair[0], second=pair[1], found=f"{stated[pair]:g}, {share:g}"
                )
    return {pair: share for pair, share in sorted(stated.items()) if all(known[key].varies for key in pair)}


def correlation_factor(keys: Sequence[str], correlations: Mapping[Pair, float]) -> npt.NDArray[np.float64]:
    """Return the lower triangle L that turns independent normals z into correlated ones, L z.

    A rank correlation is turned into that of the normals by ``2 sin(pi * rho / 6)``.

    Raises
    ------
    InputError
        ``correlations_contradict`` when no random variables can have these correlations.
    """
    matrix = np.eye(len(keys))
    for (i, first), (j, second) in combinations(enumerate(keys), 2):
        rank = correlations.get((min(first, second), max(first, second)), 0.0)
        matrix[i, j] = matrix[j, i] = 2.0 * np.sin(np.pi * rank / 6.0)
    if len(keys) and np.linalg.eigvalsh(matrix)[0] < _SMALLEST_EIGENVALUE:
        pairs = "; ".join(f"{first} – {second}: {share:g}" for (first, second), share in correlations.items())
        raise InputError("correlations_contradict", pairs=pairs)
    return np.asarray(np.linalg.cholesky(matrix)) if len(keys) else matrix
