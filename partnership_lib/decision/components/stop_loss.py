"""What a cap leaves of a year's changes: the stop-loss of a compound Poisson volume (C6, C6').

New needs come to each need and law changes to each domain; a law change hits each need of its domain by chance, so one
of them can hit several needs of an agreement at once. Sizes are lognormal. The volume has no density in closed form,
but its characteristic function is the exponential of one that is linear in the rates. It is inverted by FFT on a grid,
at the knots of a lattice over the rates; between the knots the stop-loss is interpolated. The lattice is the same
whatever is asked for, so an answer does not depend on what else is computed with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.compiling import HAS_NUMBA, compiled
from partnership_lib.decision.components.change_sources import LEAST, ChangeSources, Floats
from partnership_lib.decision.components.compound_volume import CompoundVolume, read_curve

Whole = npt.NDArray[np.int64]
Table = tuple[Whole, Whole, Floats]

# The lattice: knots stand a step apart in the roots of the expected events and of the retention, because a volume of
# many events spreads with the root of their number; and in the logarithms of ratios of sizes. Cubics run through the
# four knots around a place.
_FEW_EVENTS = 0.25
_RETENTION_STEP = 0.05
_RATIO_STEP = 0.1
_KNOTS = 4
_MOST_DIMENSIONS = 3
_LEAST_SMOOTH_SIGMA = 0.3
_LATTICES_KEPT = 2**7


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
    begins, lasts, volumes = _lattice(shares).table(tuple(lowest.tolist()), box)
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
    volumes: dict[tuple[float, ...], CompoundVolume] = {}
    beyond = []
    for rate, ratio, place in zip(rates, map(tuple, ratios.tolist()), retention / unit, strict=True):
        volume = volumes.setdefault(ratio, CompoundVolume(shares, ratio))
        beyond.append(float(read_curve(volume.curve(rate), np.array(place))))
    return unit * np.maximum(beyond, 0.0)


def _in_shares(sources: ChangeSources, sizes: Floats) -> tuple[Floats, ChangeSources, Floats]:
    """Return total value times first size (n,), the sources with values that sum to 1, and the sizes per the first."""
    total = sum(sources.need_values)
    first = np.maximum(sizes[:, 0], LEAST)
    shares = replace(sources, need_values=tuple(value / total for value in sources.need_values))
    return total * first, shares, np.maximum(sizes / first[:, None], LEAST)


def _coordinates(sources: ChangeSources, rates: Floats, ratios: Floats) -> Floats:
    """Return where rates and ratios lie on the lattice, in steps; even in the events themselves where they are few."""
    events = rates * sources.equal_events
    roots = np.sqrt(events + _FEW_EVENTS) - np.sqrt(_FEW_EVENTS)
    return np.hstack((roots / sources.events_step, np.log(ratios[:, 1:]) / _RATIO_STEP))


@lru_cache(maxsize=_LATTICES_KEPT)
def _lattice(sources: ChangeSources) -> _Lattice:
    """Return the lattice of an agreement's changes, with the curves that have been asked for."""
    return _Lattice(sources)


class _Lattice:
    """The curves at the knots of a lattice, each made when it is first asked for."""

    def __init__(self, sources: ChangeSources) -> None:
        self._sources = sources
        self._volumes: dict[tuple[int, ...], CompoundVolume] = {}
        self._knots: dict[tuple[int, ...], Floats] = {}
        self._last: tuple[Any, Table] | None = None

    def table(self, lowest: tuple[int, ...], box: tuple[int, ...]) -> Table:
        """Return the curves of a box of knots one after another: where each begins, its last place, all values."""
        last = self._last
        if last and last[0] == (lowest, box):
            return last[1]
        knots = [self._knot(place) for place in product(*map(_axis, lowest, box))]
        lasts = np.array([len(knot) - 1 for knot in knots])
        table = np.cumsum(lasts + 1) - lasts - 1, lasts, np.concatenate(knots)
        self._last = (lowest, box), table
        return table

    def _knot(self, place: tuple[int, ...]) -> Floats:
        """Return the curve at a knot, by steps of the retention."""
        if place not in self._knots:
            self._knots[place] = self._new_knot(place)
        return self._knots[place]

    def _new_knot(self, place: tuple[int, ...]) -> Floats:
        sources = self._sources
        roots = np.array(place[: sources.rate_count]) * sources.events_step + np.sqrt(_FEW_EVENTS)
        curve = self._volume(place[sources.rate_count :]).curve((roots**2 - _FEW_EVENTS) / sources.equal_events)
        reach, usual = curve[0] * (len(curve[1]) - 1), sources.usual_size
        columns = np.arange(int(np.sqrt(reach / usual) / _RETENTION_STEP) + 2)
        return read_curve(curve, usual * np.square(_RETENTION_STEP * columns))

    def _volume(self, place: tuple[int, ...]) -> CompoundVolume:
        if place not in self._volumes:
            ratios = np.append(1.0, np.exp(_RATIO_STEP * np.array(place, dtype=np.float64)))
            self._volumes[place] = CompoundVolume(self._sources, tuple(ratios.tolist()))
        return self._volumes[place]


def _axis(lowest: int, count: int) -> range:
    return range(lowest, lowest + count)


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
