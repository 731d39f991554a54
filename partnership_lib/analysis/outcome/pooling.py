"""Several partnerships seen together: a random-effects mean, and each effect drawn towards it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FEWEST_TO_POOL = 2
_NORMAL_975 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Pooled:
    """What several effects say together.

    Attributes
    ----------
    mean, standard_error : float
        Mean effect over partnerships, and its standard error.
    interval : tuple of float
        95 per cent interval of the mean.
    spread : float
        Standard deviation of the true effects between partnerships (tau); 0 when chance alone explains how they differ.
    heterogeneity_share : float
        Part of the variation that chance does not explain (I squared) [0-1].
    shrunken : numpy.ndarray
        Each effect drawn towards the mean: of its own ``spread^2 / (spread^2 + error^2)``, the rest of the mean.
    weights : numpy.ndarray
        How much each counts in the mean; they sum to 1.
    """

    mean: float
    standard_error: float
    interval: tuple[float, float]
    spread: float
    heterogeneity_share: float
    shrunken: Floats
    weights: Floats


def pool(effects: Sequence[float], standard_errors: Sequence[float]) -> Pooled:
    """Return the random-effects mean of DerSimonian & Laird, and the effects drawn towards it.

    Parameters
    ----------
    effects, standard_errors : sequence of float
        One per partnership, in one unit (here logarithms); errors above 0.

    Raises
    ------
    ValueError
        With fewer than two effects, or an error that is not above 0.

    Notes
    -----
    Source: DerSimonian & Laird, "Meta-analysis in clinical trials", Controlled Clinical Trials 7 (1986); the drawn
    effects are the empirical Bayes ones for its variance. The interval takes the spread as known: with a handful of
    partnerships it is too narrow rather than too wide.

    Examples
    --------
    Two effects that differ no more than chance explains: their weighted mean, and nothing left of the difference.

    >>> both = pool([-0.2, -0.1], [0.1, 0.1])
    >>> round(both.mean, 6), both.spread, both.shrunken.round(6).tolist()
    (-0.15, 0.0, [-0.15, -0.15])
    """
    found, errors = np.asarray(effects, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    if len(found) < FEWEST_TO_POOL or len(found) != len(errors) or not (errors > 0.0).all():
        raise ValueError("at least two effects, each with a standard error above 0")
    fixed = 1.0 / errors**2
    fixed_mean = float(fixed @ found / fixed.sum())
    distance = float(fixed @ (found - fixed_mean) ** 2)
    freedom = len(found) - 1
    scale = float(fixed.sum() - (fixed**2).sum() / fixed.sum())
    variance = max(0.0, (distance - freedom) / scale)
    weights = 1.0 / (errors**2 + variance)
    mean = float(weights @ found / weights.sum())
    error = math.sqrt(1.0 / float(weights.sum()))
    own = variance / (variance + errors**2)
    return Pooled(
        mean=mean,
        standard_error=error,
        interval=(mean - _NORMAL_975 * error, mean + _NORMAL_975 * error),
        spread=math.sqrt(variance),
        heterogeneity_share=max(0.0, (distance - freedom) / distance) if distance > 0.0 else 0.0,
        shrunken=own * found + (1.0 - own) * mean,
        weights=weights / weights.sum(),
    )


def placebo_standard_error(placebo_effects: Sequence[float]) -> float:
    """Return the standard error of an effect from its placebos: their root mean square.

    Notes
    -----
    The placebo variance of Arkhangelsky et al. (2021), algorithm 4, around zero, since no placebo was treated.

    Examples
    --------
    >>> placebo_standard_error([0.3, -0.4])
    0.3535533905932738
    """
    return float(np.sqrt(np.mean(np.square(np.asarray(placebo_effects, dtype=np.float64)))))
