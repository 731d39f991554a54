"""Quantiles of the distributions that people can be asked for, and their means and variances."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv, betaln, ndtri

from partnership_lib.decision.cases.assumptions import Distribution, Shape

Floats = npt.NDArray[np.float64]

# Weight of the mode in PERT: mean = (min + 4 mode + max) / 6.
PERT_WEIGHT = 4.0
# The normal quantile of 0.9: distance from the median to P10 and P90 in standard deviations.
NORMAL_P90 = float(ndtri(0.9))
_CELLS = 4096
# Cells at each end where a cubic cannot follow the quantile; it is inverted exactly there.
_EXACT_CELLS = 8


def quantile(distribution: Distribution, u: npt.ArrayLike) -> Floats:
    """Return the quantiles of a distribution at `u`, each in (0, 1).

    A PERT is read from a table of 4,097 exact points with cubics between them: off by less than a millionth of its
    range; at the table's points and in the tails it is exact.

    Examples
    --------
    >>> quantile(Distribution(Shape.TRIANGULAR, (2.0, 4.0, 12.0)), [0.2, 1.0])
    array([ 4., 12.])
    """
    uniform = np.asarray(u, dtype=np.float64)
    values = distribution.values
    if distribution.shape is Shape.FIXED:
        return np.full(uniform.shape, values[0])
    if distribution.shape is Shape.PERT:
        return pert_quantile(uniform, *values)
    if distribution.shape is Shape.TRIANGULAR:
        return _triangular_quantile(uniform, *values)
    if distribution.shape is Shape.UNIFORM:
        return np.minimum(values[0] + (values[1] - values[0]) * uniform, values[1])
    location, scale = normal_parameters(distribution)
    normal = location + scale * ndtri(uniform)
    return np.exp(normal) if distribution.shape is Shape.LOGNORMAL else normal


def pert_quantile(uniform: npt.ArrayLike, minimum: float, mode: float, maximum: float) -> Floats:
    """Return quantiles of PERT(minimum, mode, maximum) with weight 4.

    Examples
    --------
    >>> pert_quantile([0.5, 0.95], 2.0, 4.0, 12.0).round(9)
    array([4.76672259, 8.21276724])
    """
    uniform = np.asarray(uniform, dtype=np.float64)
    if maximum == minimum:
        return np.full(uniform.shape, minimum)
    alpha, beta = pert_parameters(minimum, mode, maximum)
    # Rounding may put the sum a hair above the maximum, which is a limit that people have named.
    return np.minimum(minimum + (maximum - minimum) * _beta_quantile(uniform, alpha, beta), maximum)


def pert_parameters(minimum: float, mode: float, maximum: float) -> tuple[float, float]:
    """Return alpha and beta of the beta distribution behind a PERT.

    Examples
    --------
    >>> pert_parameters(2.0, 4.0, 12.0)
    (1.8, 4.2)
    """
    width = maximum - minimum
    return 1.0 + PERT_WEIGHT * (mode - minimum) / width, 1.0 + PERT_WEIGHT * (maximum - mode) / width


def normal_parameters(distribution: Distribution) -> tuple[float, float]:
    """Return mean and standard deviation of a normal distribution, or of the logarithm of a lognormal one."""
    low, high = distribution.values
    if distribution.shape is Shape.LOGNORMAL:
        low, high = float(np.log(low)), float(np.log(high))
    return (low + high) / 2.0, (high - low) / (2.0 * NORMAL_P90)


def mean(distribution: Distribution) -> float:
    """Return the mean."""
    values = distribution.values
    if distribution.shape is Shape.PERT:
        return (values[0] + PERT_WEIGHT * values[1] + values[2]) / (PERT_WEIGHT + 2.0)
    if distribution.shape in (Shape.FIXED, Shape.TRIANGULAR, Shape.UNIFORM):
        return sum(values) / len(values)
    location, scale = normal_parameters(distribution)
    return float(np.exp(location + scale**2 / 2.0)) if distribution.shape is Shape.LOGNORMAL else location


def variance(distribution: Distribution) -> float:
    """Return the variance.

    Examples
    --------
    >>> variance(Distribution(Shape.PERT, (2.0, 4.0, 12.0)))
    3.0
    """
    values = distribution.values
    if distribution.shape is Shape.FIXED:
        return 0.0
    if distribution.shape is Shape.PERT:
        centre = mean(distribution)
        return (centre - values[0]) * (values[2] - centre) / (PERT_WEIGHT + 3.0)
    if distribution.shape is Shape.TRIANGULAR:
        low, mode, high = values
        return (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18.0
    if distribution.shape is Shape.UNIFORM:
        return (values[1] - values[0]) ** 2 / 12.0
    location, scale = normal_parameters(distribution)
    if distribution.shape is Shape.NORMAL:
        return scale**2
    return float(np.expm1(scale**2) * np.exp(2.0 * location + scale**2))


def share_below(distribution: Distribution, value: float) -> float:
    """Return the probability of at most `value`: the inverse of `quantile`."""
    values = distribution.values
    low, high = values[0], values[-1]
    if distribution.shape in (Shape.LOGNORMAL, Shape.NORMAL):
        return _normal_share_below(distribution, value)
    if value >= high or value < low:
        return float(value >= high)
    if distribution.shape is Shape.PERT:
        return float(betainc(*pert_parameters(*values), (value - low) / (high - low)))
    if distribution.shape is Shape.UNIFORM:
        return (value - low) / (high - low)
    mode = values[1]
    if value < mode:
        return (value - low) ** 2 / ((high - low) * (mode - low))
    return 1.0 - (high - value) ** 2 / ((high - low) * (high - mode))


def _normal_share_below(distribution: Distribution, value: float) -> float:
    from scipy.special import ndtr

    location, scale = normal_parameters(distribution)
    if distribution.shape is Shape.LOGNORMAL:
        if value <= 0.0:
            return 0.0
        value = float(np.log(value))
    return float(ndtr((value - location) / scale)) if scale else float(value >= location)


def _triangular_quantile(uniform: Floats, minimum: float, mode: float, maximum: float) -> Floats:
    width = maximum - minimum
    if width == 0.0:
        return np.full(uniform.shape, minimum)
    rising = np.minimum(minimum + np.sqrt(uniform * width * (mode - minimum)), maximum)
    falling = maximum - np.sqrt((1.0 - uniform) * width * (maximum - mode))
    return np.where(uniform * width < mode - minimum, rising, falling)


def _beta_quantile(uniform: Floats, alpha: float, beta: float) -> Floats:
    cubics = _beta_cubics(alpha, beta)
    position = uniform * _CELLS
    cell = np.minimum(position.astype(np.int64), _CELLS - 1)
    rest = position - cell
    constant, linear, square, cube = (np.take(coefficients, cell) for coefficients in cubics)
    found = np.asarray(constant + rest * (linear + rest * (square + rest * cube)))
    tail = (cell < _EXACT_CELLS) | (cell >= _CELLS - _EXACT_CELLS)
    if tail.any():
        found[tail] = betaincinv(alpha, beta, uniform[tail])
    return found


@lru_cache(maxsize=512)
def _beta_cubics(alpha: float, beta: float) -> Floats:
    """Return the coefficients of the cubic in each cell that meets the quantile and its slope at both ends."""
    points = betaincinv(alpha, beta, np.arange(_CELLS + 1) / _CELLS)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_density = (alpha - 1.0) * np.log(points) + (beta - 1.0) * np.log1p(-points) - betaln(alpha, beta)
    # At the very ends the slope may be infinite; the cells there are inverted exactly, so any number will do.
    slopes = np.where(np.isfinite(log_density), np.exp(-log_density), 0.0) / _CELLS
    rise, left, right = np.diff(points), slopes[:-1], slopes[1:]
    return np.stack([points[:-1], left, 3.0 * rise - 2.0 * left - right, left + right - 2.0 * rise])
