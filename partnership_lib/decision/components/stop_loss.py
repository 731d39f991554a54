"""What a cap leaves of a year's changes: the stop-loss of a compound Poisson volume (C6, C6').

New needs come to each need and law changes to each domain; a law change hits each need of its domain by chance, so one
of them can hit several needs of an agreement at once. Sizes are lognormal. The volume has no density in closed form,
but its characteristic function is the exponential of one that is linear in the rates. It is inverted by FFT on a grid,
at the knots of a lattice over the rates; between the knots the stop-loss is interpolated. The lattice is the same
whatever is asked for, so an answer does not depend on what else is computed with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import product
from math import prod

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from partnership_lib.decision.compiling import HAS_NUMBA, compiled

Floats = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
Whole = npt.NDArray[np.int64]
Curve = tuple[float, Floats]

# The grid: at least so many cells, and it reaches so far that a size leaves no more than this share of its mean beyond.
_CELLS, _CELLS_OF_WILD_SIZES = 2048, 2**15
_SHARE_BEYOND = 1e-5
# The lattice: knots stand a step apart in the roots of the expected events and of the retention, because a volume of
# many events spreads with the root of their number; and in the logarithms of ratios of sizes. Cubics run through the
# four knots around a place.
_EVENTS_STEP, _EVENTS_STEP_OF_MANY_NEEDS, _MANY_NEEDS = 0.1, 0.15, 8
_FEW_EVENTS = 0.25
_RETENTION_STEP = 0.05
_RATIO_STEP = 0.1
_KNOTS = 4
_MOST_DIMENSIONS = 3
_LEAST_SMOOTH_SIGMA, _WILD_SIGMA = 0.3, 1.0
_CURVES_KEPT, _TABLES_KEPT = 2**15, 2**6
_LEAST = 1e-12


@dataclass(frozen=True)
class ChangeSources:
    """Where the changes of an agreement come from.

    Attributes
    ----------
    need_values : tuple of float
        Annual value of every need, in any unit.
    need_rates, need_sizes : tuple of int
        Which of the rates is that of the need's new needs, which of the sizes is its own.
    domains : tuple of (int, tuple of int)
        Per domain: which of the rates is that of its law changes, and the needs that they may hit.
    hit_probability : float
        That a law change hits a need of its domain.
    sigma_ln : float
        Of the lognormal sizes; 0: all of them equal their mean.
    """

    need_values: tuple[float, ...]
    need_rates: tuple[int, ...]
    need_sizes: tuple[int, ...]
    domains: tuple[tuple[int, tuple[int, ...]], ...]
    hit_probability: float
    sigma_ln: float

    @cached_property
    def rate_count(self) -> int:
        """Return how many different rates there are."""
        return 1 + max((*self.need_rates, *(rate for rate, _ in self.domains)))

    def mean_sizes(self, ratios: Floats) -> Floats:
        """Return the mean size of a change at every need, from the mean sizes as shares of the needs' values."""
        sizes: Floats = np.array(self.need_values) * ratios[list(self.need_sizes)]
        return sizes

    def moments(self, ratios: Floats) -> tuple[Floats, Floats]:
        """Return what a rate of 1 adds to the mean and to the variance of the volume, each of shape (rate_count,)."""
        sizes, spread, hit = self.mean_sizes(ratios), np.exp(self.sigma_ln**2), self.hit_probability
        mean, variance = np.zeros(self.rate_count), np.zeros(self.rate_count)
        np.add.at(mean, list(self.need_rates), sizes)
        np.add.at(variance, list(self.need_rates), spread * sizes**2)
        for rate, needs in self.domains:
            together, squares = float(sizes[list(needs)].sum()), float((sizes[list(needs)] ** 2).sum())
            mean[rate] += hit * together
            variance[rate] += hit * spread * squares + hit**2 * (together**2 - squares)
        return mean, variance

    @cached_property
    def equal_events(self) -> Floats:
        """Return how many equal events spread a volume as much as the events of a rate of 1, shape (rate_count,)."""
        mean, variance = replace(self, sigma_ln=0.0).moments(self._ones)
        return np.maximum(mean**2, _LEAST) / np.maximum(variance, _LEAST)

    @cached_property
    def usual_size(self) -> float:
        """Return the size of a change, weighted with itself, when all needs have mean sizes of 1 per value."""
        mean, variance = self.moments(self._ones)
        return float(variance.sum() / mean.sum())

    @property
    def events_step(self) -> float:
        """Return the step of the lattice: the more needs share the volume, the smoother it is."""
        return _EVENTS_STEP if len(self.need_values) < _MANY_NEEDS else _EVENTS_STEP_OF_MANY_NEEDS

    @property
    def _ones(self) -> Floats:
        return np.ones(1 + max(self.need_sizes))


def expected_volume(sources: ChangeSources, rates: Floats, sizes: Floats) -> Floats:
    """Return the expected volume of changes, in the unit of the needs' values.

    Parameters
    ----------
    rates : ndarray of float, shape (n, rate_count)
        Expected events in the period, per need or domain.
    sizes : ndarray of float, shape (n, number of sizes)
        Mean size of a change as a share of its need's value.

    Examples
    --------
    >>> one_need = ChangeSources((100.0,), (0,), (0,), (), 0.4, 0.8)
    >>> expected_volume(one_need, np.array([[2.0]]), np.array([[0.05]]))
    array([10.])
    """
    one_by_one = np.eye(sizes.shape[1])
    weights = np.stack([sources.moments(only)[0] for only in one_by_one], axis=-1)
    volume: Floats = ((rates @ weights) * sizes).sum(axis=1)
    return volume


def stop_loss(sources: ChangeSources, rates: Floats, sizes: Floats, retention: Floats) -> Floats:
    """Return the expected part of the volume beyond `retention`, E[(S - d)+], in the unit of the needs' values.

    Within 1e-4 of a year's expected volume. With more than three different rates and sizes there is no lattice, with
    sizes that hardly vary no smooth curve between its knots: then every row is inverted by itself (`exact_stop_loss`),
    which takes longer.

    Parameters
    ----------
    rates, sizes : ndarray of float
        As in `expected_volume`.
    retention : ndarray of float, shape (n,)

    Examples
    --------
    >>> one_need = ChangeSources((100.0,), (0,), (0,), (), 0.4, 0.8)
    >>> stop_loss(one_need, np.full((2, 1), 2.0), np.full((2, 1), 0.05), np.array([0.0, 8.0])).round(2)
    array([10.  ,  4.51])
    """
    dimensions = sources.rate_count + sizes.shape[1] - 1
    if dimensions > _MOST_DIMENSIONS or sources.sigma_ln < _LEAST_SMOOTH_SIGMA:
        return exact_stop_loss(sources, rates, sizes, retention)
    unit, shares, ratios = _in_shares(sources, sizes)
    first, weights = _stencils(_coordinates(shares, rates, ratios), lowest=[0] * sources.rate_count)
    lowest = first.min(axis=0)
    box = tuple((first.max(axis=0) - lowest + _KNOTS).tolist())
    begins, lasts, volumes = _table(shares, tuple(lowest.tolist()), box)
    retention_root = np.sqrt(retention / (unit * shares.usual_size)) / _RETENTION_STEP
    column, column_weights = _stencils(retention_root[:, None], lowest=[0])
    interpolate = _one_by_one if HAS_NUMBA else _all_at_once
    beyond = np.zeros(len(first))
    interpolate(
        volumes,
        begins,
        lasts,
        np.ravel_multi_index(tuple((first - lowest).T), box),
        np.array([prod(box[axis + 1 :]) for axis in range(len(box))]),
        weights,
        column[:, 0],
        column_weights[:, 0],
        beyond,
    )
    return unit * np.maximum(beyond, 0.0)


def _all_at_once(
    volumes: Floats, begins: Whole, lasts: Whole, knots: Whole, strides: Whole, weights: Floats, column: Whole,
    column_weights: Floats, result: Floats,
) -> None:  # fmt: skip
    """Add to `result` what the polynomials through the knots around each row give.

    Parameters
    ----------
    knots : ndarray of int, shape (n,)
        The first knot of each row, and `strides` the way to the next along each axis.
    weights : ndarray, shape (n, axes, 4), and column_weights : ndarray, shape (n, 4)
    column : ndarray of int, shape (n,)
    """
    columns = column[:, None] + np.arange(_KNOTS)
    for offset in product(range(_KNOTS), repeat=len(strides)):
        knot = knots + int(strides @ np.array(offset))
        values = volumes[begins[knot][:, None] + np.minimum(columns, lasts[knot][:, None])]
        weight = prod(weights[:, axis, place] for axis, place in enumerate(offset))
        result += weight * np.einsum("nk,nk->n", values, column_weights)


@compiled
def _one_by_one(
    volumes: Floats, begins: Whole, lasts: Whole, knots: Whole, strides: Whole, weights: Floats, column: Whole,
    column_weights: Floats, result: Floats,
) -> None:  # fmt: skip
    """Do the same row by row: without arrays in between, several times as fast."""
    axes = len(strides)
    for row in range(len(knots)):
        for number in range(_KNOTS**axes):
            knot, weight, rest = knots[row], 1.0, number
            for axis in range(axes):
                place = rest % _KNOTS
                rest //= _KNOTS
                knot += place * strides[axis]
                weight *= weights[row, axis, place]
            value = 0.0
            for place in range(_KNOTS):
                at = begins[knot] + min(column[row] + place, lasts[knot])
                value += volumes[at] * column_weights[row, place]
            result[row] += weight * value


def exact_stop_loss(sources: ChangeSources, rates: Floats, sizes: Floats, retention: Floats) -> Floats:
    """Return `stop_loss` without interpolation between rates: one inversion per row, exact to the grid.

    Examples
    --------
    Two changes of size 1 are expected, the first one is retained:

    >>> one_need = ChangeSources((1.0,), (0,), (0,), (), 0.4, 0.0)
    >>> exact_stop_loss(one_need, np.array([[2.0]]), np.array([[1.0]]), np.array([1.0])).round(10)
    array([1.13533528])
    """
    unit, shares, ratios = _in_shares(sources, sizes)
    rows = zip(rates, ratios, retention / unit, strict=True)
    beyond = [float(_read(_curve(shares, rate, ratio), np.array(place))) for rate, ratio, place in rows]
    return unit * np.maximum(beyond, 0.0)


def _in_shares(sources: ChangeSources, sizes: Floats) -> tuple[Floats, ChangeSources, Floats]:
    """Return total value times first size (n,), the sources with values that sum to 1, and the sizes per the first."""
    total = sum(sources.need_values)
    first = np.maximum(sizes[:, 0], _LEAST)
    shares = replace(sources, need_values=tuple(value / total for value in sources.need_values))
    return total * first, shares, np.maximum(sizes / first[:, None], _LEAST)


def _coordinates(sources: ChangeSources, rates: Floats, ratios: Floats) -> Floats:
    """Return where rates and ratios lie on the lattice, in steps; even in the events themselves where they are few."""
    events = rates * sources.equal_events
    roots = np.sqrt(events + _FEW_EVENTS) - np.sqrt(_FEW_EVENTS)
    return np.hstack((roots / sources.events_step, np.log(ratios[:, 1:]) / _RATIO_STEP))


@lru_cache(maxsize=_TABLES_KEPT)
def _table(sources: ChangeSources, lowest: tuple[int, ...], box: tuple[int, ...]) -> tuple[Whole, Whole, Floats]:
    """Return the curves of a box of knots one after another: where each begins, its last place, and all values."""
    knots = [_knot(sources, tuple(map(sum, zip(lowest, place, strict=True)))) for place in np.ndindex(box)]
    lasts = np.array([len(knot) - 1 for knot in knots])
    return np.cumsum(lasts + 1) - lasts - 1, lasts, np.concatenate(knots)


@lru_cache(maxsize=_CURVES_KEPT)
def _knot(sources: ChangeSources, place: tuple[int, ...]) -> Floats:
    """Return the curve at a knot of the lattice, by steps of the retention."""
    steps = np.array(place, dtype=np.float64)
    roots = steps[: sources.rate_count] * sources.events_step + np.sqrt(_FEW_EVENTS)
    ratios = np.append(1.0, np.exp(_RATIO_STEP * steps[sources.rate_count :]))
    curve = _curve(sources, (roots**2 - _FEW_EVENTS) / sources.equal_events, ratios)
    reach, usual = curve[0] * (len(curve[1]) - 1), sources.usual_size
    columns = np.arange(int(np.sqrt(reach / usual) / _RETENTION_STEP) + 2)
    return _read(curve, usual * np.square(_RETENTION_STEP * columns))


def _stencils(coordinates: Floats, lowest: Sequence[int]) -> tuple[Whole, Floats]:
    """Return the first of the knots around each coordinate, and the weights of the polynomial through them.

    Parameters
    ----------
    coordinates : ndarray, shape (n, axes)
    lowest : sequence of int
        The lowest knot of the first axes; the others have none.
    """
    first = np.floor(coordinates).astype(np.int64) - (_KNOTS // 2 - 1)
    first[:, : len(lowest)] = np.maximum(first[:, : len(lowest)], lowest)
    place = coordinates - first
    others = [[other for other in range(_KNOTS) if other != knot] for knot in range(_KNOTS)]
    weights = [np.prod([(place - other) / (knot - other) for other in others[knot]], axis=0) for knot in range(_KNOTS)]
    return first, np.stack(weights, axis=-1)


def _read(curve: Curve, retention: Floats) -> Floats:
    """Return the value of a curve at retentions; between cells it is a straight line, beyond the last flat."""
    cell, volumes = curve
    values: Floats = np.interp(retention, cell * np.arange(len(volumes)), volumes)
    return values


def _curve(sources: ChangeSources, rates: Floats, ratios: Floats) -> Curve:
    """Return the cell, and E[(S - d)+] at d = 0, 1, ... cells."""
    mean, variance = sources.moments(ratios)
    largest = float(sources.mean_sizes(ratios).max()) * _reach_of_a_size(sources.sigma_ln)
    reach = float(rates @ mean) + 12.0 * float(np.sqrt(rates @ variance)) + largest
    cells = _CELLS if sources.sigma_ln < _WILD_SIGMA else _CELLS_OF_WILD_SIZES
    # A power of two: sizes that do not vary fall on the grid.
    cell = float(2.0 ** np.floor(np.log2(reach / cells)))
    # The grid reaches as far for all knots with this cell, so that they share the exponents.
    count = 2 * cells
    exponents = _exponents(sources, tuple(ratios.tolist()), cell, count)
    # Not `rates @ exponents`: a matrix product of this size would wait for threads.
    probabilities = np.fft.irfft(np.exp(np.einsum("r,rk->k", rates, exponents)), count)
    # E[(d - S)+] sums the distribution function below d; the mean is exact, so what lies beyond the grid counts too.
    below = np.concatenate(([0.0], np.cumsum(np.cumsum(probabilities))))
    curve: Floats = np.asarray(float(rates @ mean) + cell * (below - np.arange(count + 1)), dtype=np.float64)
    return cell, curve


@lru_cache(maxsize=64)
def _exponents(sources: ChangeSources, ratios: tuple[float, ...], cell: float, count: int) -> Complex:
    """Return the logarithm of the volume's characteristic function per rate, shape (rate_count, count // 2 + 1)."""
    sizes = sources.mean_sizes(np.array(ratios)).tolist()
    of_size = {size: np.fft.rfft(_size_probabilities(size, sources.sigma_ln, cell, count)) for size in set(sizes)}
    of_need = [of_size[size] for size in sizes]
    exponents = np.zeros((sources.rate_count, count // 2 + 1), dtype=np.complex128)
    for rate, need in zip(sources.need_rates, of_need, strict=True):
        exponents[rate] += need - 1.0
    for rate, needs in sources.domains:
        hit = sources.hit_probability
        exponents[rate] += np.prod([1.0 - hit + hit * of_need[need] for need in needs], axis=0) - 1.0
    return exponents


def _size_probabilities(mean: float, sigma_ln: float, cell: float, count: int) -> Floats:
    """Return the probabilities of a size of 0, 1, ... cells.

    A size between two cells is split between them so that the mean is kept: the stop-loss of the rounded size is the
    exact one at every cell.
    """
    beyond = _size_beyond(np.arange(count + 1, dtype=np.float64) * (cell / mean), sigma_ln) * mean
    probabilities: Floats = np.diff(np.diff(beyond) / cell, prepend=-1.0)
    return probabilities


def _size_beyond(retention: Floats, sigma_ln: float) -> Floats:
    """Return E[(X - d)+] of a lognormal X with mean 1."""
    if sigma_ln == 0.0:
        return np.maximum(1.0 - retention, 0.0)
    with np.errstate(divide="ignore"):
        normal = np.log(retention) / sigma_ln + sigma_ln / 2.0
    beyond: Floats = ndtr(sigma_ln - normal) - retention * ndtr(-normal)
    return beyond


@lru_cache
def _reach_of_a_size(sigma_ln: float) -> float:
    """Return beyond which multiple of its mean a size counts no more."""
    candidates = 2.0 ** np.arange(0.0, 20.0, 0.125)
    return float(candidates[int(np.argmax(_size_beyond(candidates, sigma_ln) <= _SHARE_BEYOND))])
