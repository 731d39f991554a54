"""Synthetic control with predictors: donors that resemble the treated unit in more than its past outcome.

Source: Abadie & Gardeazabal, American Economic Review 93(1), 2003; Abadie, Diamond & Hainmueller, JASA 105(490), 2010.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from partnership_lib.analysis.outcome.panel import Floats

# The misfit has flat parts, where the customary tolerance of 1e-4 ends the search on the Basque panel with weights that
# are far from the best: hence the tight one, and a fresh start from where the search stopped.
_SEARCH = {"maxiter": 5_000, "maxfev": 5_000, "xatol": 1e-8, "fatol": 1e-10, "adaptive": True}
_MOST_RESTARTS = 5


@dataclass(frozen=True, eq=False)
class PredictorWeights:
    """Weights of donors, and of the predictors that chose them; each sums to 1."""

    donors: Floats
    predictors: Floats


def predictor_weights(
    predictors: Floats, donor_predictors: Floats, outcome: Floats, donor_outcomes: Floats
) -> PredictorWeights:
    """Return the donors' weights whose predictors come closest, and the predictors' weights that fit the outcome best.

    Parameters
    ----------
    predictors : numpy.ndarray
        One value per predictor, for the treated unit; any unit of measurement.
    donor_predictors : numpy.ndarray
        Predictors x donors.
    outcome : numpy.ndarray
        Outcome of the treated unit before the start, in the periods to fit.
    donor_outcomes : numpy.ndarray
        The same periods x donors.

    Notes
    -----
    Every predictor is divided by its standard deviation over all units. The search for the predictors' weights starts
    with all alike and is Nelder & Mead's, begun anew from its own answer; the donors' weights inside it are exact.
    """
    from scipy.optimize import minimize

    together = np.column_stack([donor_predictors, predictors])
    scaled = together / together.std(axis=1, ddof=1, keepdims=True)
    distances = scaled[:, :-1] - scaled[:, -1:]

    def donors_for(weights: Floats) -> Floats:
        return closest_weights(np.sqrt(_shares(weights))[:, None] * distances)

    def misfit(weights: Floats) -> float:
        return float(np.mean((outcome - donor_outcomes @ donors_for(weights)) ** 2))

    best = np.full(len(predictors), 1.0 / len(predictors))
    for _ in range(_MOST_RESTARTS):
        found = minimize(misfit, best, method="Nelder-Mead", options=_SEARCH)
        improvement = misfit(best) - found.fun
        best = _shares(found.x)
        if improvement <= _SEARCH["fatol"]:
            break
    return PredictorWeights(donors=donors_for(best), predictors=best)


def closest_weights(distances: Floats) -> Floats:
    """Return the weights on the simplex that bring ``distances @ weights`` closest to zero, exactly.

    Notes
    -----
    Least squares without negative weights, with one more equation "the weights sum to one": how much that sum falls
    short grows with the distance and not with the direction, so the weights need only be divided by it.

    Examples
    --------
    >>> closest_weights(np.array([[-1.0, 1.0, 5.0], [0.0, 0.0, 1.0]])).round(6)
    array([0.5, 0.5, 0. ])
    """
    from scipy.optimize import nnls

    equations = np.vstack([distances, np.ones(distances.shape[1])])
    wanted = np.zeros(len(equations))
    wanted[-1] = 1.0
    weights, _ = nnls(equations, wanted)
    return weights / weights.sum()


def _shares(weights: Floats) -> Floats:
    sizes = np.abs(weights)
    return sizes / sizes.sum()
