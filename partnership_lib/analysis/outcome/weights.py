"""Weights on the simplex by Frank-Wolfe with exact line search, as synthetic difference-in-differences wants them.

Source: Arkhangelsky, Athey, Hirshberg, Imbens & Wager, "Synthetic Difference-in-Differences", American Economic Review
111(12), 2021; the order of the steps and the rule for stopping are those of their published program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

try:
    import numba
except ImportError:  # The same function runs uncompiled: slower, with the same answer.
    HAS_NUMBA = False
else:
    HAS_NUMBA = True

Floats = npt.NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., Any])

MOST_STEPS = 10_000
MOST_STEPS_BEFORE_SPARSIFYING = 100
# Weights at or below this share of the largest are set to zero between the two rounds.
_KEPT_SHARE = 0.25


def _compiled(function: Function) -> Function:
    """Return the function compiled and kept on disk; without numba the function itself."""
    if not HAS_NUMBA:
        return function
    make: Any = numba.njit
    dispatcher: Any
    try:
        dispatcher = make(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # Nowhere to keep it: compiled anew in every process.
        dispatcher = make(nogil=True, error_model="numpy")(function)
    return dispatcher


@_compiled
def _frank_wolfe(gram: Floats, ridge: float, weights: Floats, least_decrease: float, most_steps: int) -> None:
    """Improve `weights` in place: minimise ``w' gram w + ridge w'w`` over the simplex.

    One step costs as many operations as there are weights: the gradient is carried along instead of being multiplied
    out. The decrease is that of the step itself; the difference of two large values would lose it in rounding.
    """
    count = weights.size
    product = gram @ weights
    for number in range(most_steps):
        quadratic, squared, vertex, lowest = 0.0, 0.0, 0, np.inf
        for i in range(count):
            quadratic += weights[i] * product[i]
            squared += weights[i] * weights[i]
            slope = product[i] + ridge * weights[i]
            if slope < lowest:
                vertex, lowest = i, slope
        gain = quadratic + ridge * squared - lowest
        curvature = quadratic - 2.0 * product[vertex] + gram[vertex, vertex]
        curvature += ridge * (squared - 2.0 * weights[vertex] + 1.0)
        if gain <= 0.0 or curvature <= 0.0:
            return
        step = min(1.0, gain / curvature)
        for i in range(count):
            product[i] = (1.0 - step) * product[i] + step * gram[vertex, i]
            weights[i] = (1.0 - step) * weights[i]
        weights[vertex] += step
        if number >= 1 and step * (2.0 * gain - step * curvature) <= least_decrease:
            return


def simplex_weights(
    series: Floats,
    target: Floats,
    *,
    penalty: float,
    least_decrease: float,
    level: bool,
    most_steps: int = MOST_STEPS,
) -> Floats:
    """Return the weights of `series` whose weighted sum comes closest to `target`: none negative, sum 1.

    Parameters
    ----------
    series : numpy.ndarray
        Observations x series.
    target : numpy.ndarray
        One value per observation.
    penalty : float
        The zeta of the paper, in units of the outcome: how much spread-out weights are preferred.
    least_decrease : float
        In units of the outcome: stop when a step lowers the mean squared error by less than its square.
    level : bool
        Whether a constant difference between target and weighted sum is free (an intercept).
    most_steps : int
        Steps after which the search ends in any case.

    Examples
    --------
    >>> series = np.array([[0.0, 2.0], [1.0, 5.0], [2.0, 2.0]])
    >>> simplex_weights(series, series @ [0.5, 0.5], penalty=0.0, least_decrease=1e-9, level=False).round(6)
    array([0.5, 0.5])
    """
    # The weights sum to one, so the target can be taken off every series: what is left is to come close to zero.
    distances = series - target[:, None]
    if level:
        distances = distances - distances.mean(axis=0)
    gram = np.ascontiguousarray(distances.T @ distances)
    observations = len(target)
    ridge = observations * penalty**2
    wanted = observations * least_decrease**2
    weights = np.full(series.shape[1], 1.0 / series.shape[1])
    _frank_wolfe(gram, ridge, weights, wanted, MOST_STEPS_BEFORE_SPARSIFYING)
    weights = _sparse(weights)
    _frank_wolfe(gram, ridge, weights, wanted, most_steps)
    return weights


def _sparse(weights: Floats) -> Floats:
    kept = np.where(weights <= _KEPT_SHARE * weights.max(), 0.0, weights)
    return kept / kept.sum()
