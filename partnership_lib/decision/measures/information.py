"""What it is worth to know an assumption before choosing: regression of the difference on it (EVPI, EVPPI).

The expected difference given one assumption, ``g(x) = E[difference | x]``, is a cubic spline fitted by least squares to
the sample at hand (Strong, Oakley and Brennan 2014). Its spread gives the first-order index, its part below zero the
worth of knowing the assumption: whoever knows x takes the plan that is cheaper given x.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline

Floats = NDArray[np.float64]

DEGREE = 3
KNOTS = 8
SURFACE_KNOTS = 4
BINS = 50


@dataclass(frozen=True)
class Regression:
    """The expected outcome given an assumption, or given two, at every point of the sample.

    Attributes
    ----------
    expected : numpy.ndarray
        ``E[outcome | assumption]`` at the points, least squares, same mean as the outcomes.
    freedom : int
        Number of free coefficients, the mean among them.
    """

    expected: Floats
    freedom: int


@dataclass(frozen=True)
class Worth:
    """What knowing something is worth [SEK], and its part of the variance of the expected difference."""

    value_sek: float
    standard_error_sek: float
    first_order_share: float


class Curve:
    """The expected outcome as a function of one assumption: a cubic spline, knots at its quantiles."""

    def __init__(self, values: Floats, outcomes: Floats, knots: int = KNOTS) -> None:
        self.knots = _knots(values, knots)
        self.low, self.high = float(self.knots[0]), float(self.knots[-1])
        self.mean = float(np.mean(outcomes))
        self.coefficients = np.zeros(self.knots.size - DEGREE - 1)
        if self.high > self.low:
            design = BSpline.design_matrix(values, self.knots, DEGREE)
            # Cubic B-splines are well conditioned: their normal equations lose nothing and are some hundred numbers.
            gram, right = (design.T @ design).toarray(), design.T @ (outcomes - self.mean)
            self.coefficients = np.linalg.lstsq(gram, right, rcond=None)[0]

    def at(self, values: Floats) -> Floats:
        """Return the expected outcomes at these values; beyond the sample those at its ends."""
        if self.high <= self.low:
            return np.full(np.shape(values), self.mean)
        inside = np.clip(values, self.low, self.high)
        return self.mean + np.asarray(BSpline(self.knots, self.coefficients, DEGREE)(inside))

    def regression(self, values: Floats) -> Regression:
        """Return the expected outcomes at the points that the curve was fitted to."""
        return Regression(self.at(values), self.coefficients.size if self.high > self.low else 1)


def on_curve(values: Floats, outcomes: Floats) -> Regression:
    """Return the expected outcome given one assumption, by a cubic spline."""
    return Curve(values, outcomes).regression(values)


def on_bins(values: Floats, outcomes: Floats, bins: int = BINS) -> Regression:
    """Return the expected outcome given one assumption as means of bins of equal count: the check of the spline."""
    bins = max(min(bins, values.size // 2), 1)  # at least two points a bin, or there is no spread to tell from chance
    place = np.empty(values.size, dtype=np.int64)
    place[np.argsort(values, kind="stable")] = np.arange(values.size) * bins // values.size
    means = np.bincount(place, outcomes, bins) / np.bincount(place, minlength=bins)
    return Regression(means[place], bins)


def on_surface(first: Floats, second: Floats, outcomes: Floats) -> Regression:
    """Return the expected outcome given two assumptions, by the product of their splines."""
    designs = [_dense_design(values) for values in (first, second)]
    design = np.einsum("ni,nj->nij", *designs).reshape(outcomes.size, -1)
    mean = float(np.mean(outcomes))
    gram, right = design.T @ design, design.T @ (outcomes - mean)
    coefficients = np.linalg.lstsq(gram, right, rcond=None)[0]
    return Regression(mean + design @ coefficients, design.shape[1])


def perfect_information_sek(differences_sek: Floats) -> float:
    """Return the worth of knowing the difference itself before choosing (EVPI).

    Parameters
    ----------
    differences_sek : numpy.ndarray
        Equally likely differences, consolidated minus fragmented.

    Examples
    --------
    Half the time 4 is saved, half the time 2 is lost: choosing blindly saves 1, choosing knowingly 2 on average.

    >>> perfect_information_sek(np.array([-4.0, 2.0]))
    1.0
    """
    return float(np.mean(np.maximum(-differences_sek, 0.0)) - max(-float(np.mean(differences_sek)), 0.0))


def worth_of_knowing(regression: Regression, differences_sek: Floats, most_share: float = 1.0) -> Worth:
    """Return what knowing the regressed assumption is worth, with the standard error of the sample.

    A fitted curve also follows chance, by as many coefficients as it has: it is drawn together to the spread that an
    unbiased estimate gives, and the result is kept between nothing and the worth of knowing everything.

    Parameters
    ----------
    regression : Regression
        Of the differences on the assumption.
    differences_sek : numpy.ndarray
        The sample: consolidated minus fragmented.
    most_share : float
        What the first-order index cannot pass, where that is known from elsewhere.
    """
    mean, variance = float(np.mean(differences_sek)), float(np.var(differences_sek))
    fitted = float(np.var(regression.expected)) / variance if variance > 0.0 else 0.0
    count = differences_sek.size
    if fitted <= 0.0 or count <= regression.freedom:
        return Worth(0.0, 0.0, 0.0)
    unbiased = 1.0 - (1.0 - fitted) * (count - 1) / (count - regression.freedom)
    share = min(max(unbiased, 0.0), most_share)
    expected = mean + (regression.expected - mean) * math.sqrt(share / fitted)
    value = min(perfect_information_sek(expected), perfect_information_sek(differences_sek))
    return Worth(max(value, 0.0), _standard_error(expected, differences_sek), share)


def _standard_error(expected: Floats, outcomes: Floats) -> float:
    """Return the standard error of the worth: of its influence function, the error of the fit included."""
    # Whoever chooses blindly takes the consolidated plan where the mean is below zero; the worth is what changes.
    blind = 1.0 if float(np.mean(outcomes)) < 0.0 else 0.0
    informed = (expected < 0.0).astype(np.float64)
    return float(np.std((blind - informed) * outcomes) / math.sqrt(outcomes.size))


def _knots(values: Floats, count: int) -> Floats:
    """Return the knots of a cubic spline: the ends four times, between them quantiles."""
    at = np.quantile(values, np.linspace(0.0, 1.0, count))
    inner = np.unique(at[(at > at[0]) & (at < at[-1])])
    return np.concatenate([np.repeat(at[0], DEGREE + 1), inner, np.repeat(at[-1], DEGREE + 1)])


def _dense_design(values: Floats) -> Floats:
    knots = _knots(values, SURFACE_KNOTS)
    if knots[-1] <= knots[0]:
        return np.ones((values.size, 1))
    return np.asarray(BSpline.design_matrix(values, knots, DEGREE).toarray())
