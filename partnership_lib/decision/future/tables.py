"""Other distributions from uniform numbers: tables with linear interpolation, and the exact inverse in the tails."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.compiling import compilable

CELLS = 4096
# Beyond these cells the curve bends too much for straight lines: the exact inverse takes over (3 % of the draws).
TAIL_CELLS = 64
TAIL = TAIL_CELLS / CELLS
_GRID = np.arange(CELLS + 1) / CELLS
# Below this the exact inverse changes to another pair of polynomials (Wichura 1988, AS 241): exp(-25).
_FAR = 5.0
_NEAR_TOP = (
    7.74545014278341407640e-4,
    2.27238449892691845833e-2,
    2.41780725177450611770e-1,
    1.27045825245236838258e0,
    3.64784832476320460504e0,
    5.76949722146069140550e0,
    4.63033784615654529590e0,
    1.42343711074968357734e0,
)
_NEAR_BOTTOM = (
    1.05075007164441684324e-9,
    5.47593808499534494600e-4,
    1.51986665636164571966e-2,
    1.48103976427480074590e-1,
    6.89767334985100004550e-1,
    1.67638483018380384940e0,
    2.05319162663775882187e0,
    1.0,
)
_FAR_TOP = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    1.24266094738807843860e-3,
    2.65321895265761230930e-2,
    2.96560571828504891230e-1,
    1.78482653991729133580e0,
    5.46378491116411436990e0,
    6.65790464350110377720e0,
)
_FAR_BOTTOM = (
    2.04426310338993978564e-15,
    1.42151175831644588870e-7,
    1.84631831751005468180e-5,
    7.86869131145613259100e-4,
    1.48753612908506148525e-2,
    1.36929880922735805310e-1,
    5.99832206555887937690e-1,
    1.0,
)


def normal_table() -> npt.NDArray[np.float64]:
    """Return the standard normal quantiles at 0, 1/4096, ..., 1; the outermost cells are never read."""
    from scipy.special import ndtri

    inner = np.arange(TAIL_CELLS, CELLS - TAIL_CELLS + 1)
    table = np.zeros(CELLS + 1)
    table[inner] = ndtri(inner / CELLS)
    return table


@compilable
def _ratio(top: Any, bottom: Any, x: Any) -> Any:
    over, under = 0.0 * x, 0.0 * x
    for place in range(8):
        over = over * x + top[place]
        under = under * x + bottom[place]
    return over / under


@compilable
def tail_distance(probability: Any) -> Any:
    """Return how many standard deviations from the mean a tail of this probability (below 1/13) begins.

    Examples
    --------
    >>> round(float(tail_distance(0.001)), 12)
    3.090232306168
    """
    depth = np.sqrt(-np.log(probability))
    if depth <= _FAR:
        return _ratio(_NEAR_TOP, _NEAR_BOTTOM, depth - 1.6)
    return _ratio(_FAR_TOP, _FAR_BOTTOM, depth - _FAR)


def tail_distances(probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the same for many tails."""
    depths = np.sqrt(-np.log(probabilities))
    near = _ratio(_NEAR_TOP, _NEAR_BOTTOM, depths - 1.6)
    return np.where(depths <= _FAR, near, _ratio(_FAR_TOP, _FAR_BOTTOM, depths - _FAR))


@compilable
def between(uniform: Any, table: Any) -> Any:
    """Return what stands in a table at a single uniform number: exact on its lines, straight between them."""
    position = uniform * CELLS
    cell = np.uint32(position)
    return table[cell] + (position - cell) * (table[cell + 1] - table[cell])


@compilable
def normal_at(uniform: Any, table: Any) -> Any:
    """Return the standard normal number at a single uniform one."""
    if uniform < TAIL:
        return -tail_distance(uniform)
    if uniform > 1.0 - TAIL:
        return tail_distance(1.0 - uniform)
    return between(uniform, table)


def normals_at(uniforms: npt.NDArray[np.float64], table: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the standard normal numbers at many uniform ones, as `normal_at` does one by one."""
    smaller = np.minimum(uniforms, 1.0 - uniforms)
    in_tail = smaller < TAIL
    normals = np.empty(np.shape(uniforms))
    body = uniforms[~in_tail] * CELLS
    cells = body.astype(np.int64)
    normals[~in_tail] = table[cells] + (body - cells) * (table[cells + 1] - table[cells])
    normals[in_tail] = np.copysign(tail_distances(smaller[in_tail]), uniforms[in_tail] - 0.5)
    return normals


def lognormal_table(sigma_ln: float) -> npt.NDArray[np.float64]:
    """Return the quantiles at 0, 1/4096, ..., 1 of a lognormal number with mean 1; the outermost are never read."""
    return np.asarray(_lognormal(normal_table(), sigma_ln))


@compilable
def _lognormal(normal: Any, sigma_ln: Any) -> Any:
    return np.exp(sigma_ln * (normal - sigma_ln / 2.0))


@compilable
def lognormal_at(uniform: Any, table: Any, sigma_ln: Any) -> Any:
    """Return the lognormal number with mean 1 at a single uniform one."""
    if uniform < TAIL:
        return _lognormal(-tail_distance(uniform), sigma_ln)
    if uniform > 1.0 - TAIL:
        return _lognormal(tail_distance(1.0 - uniform), sigma_ln)
    return between(uniform, table)


def lognormals_at(uniforms: npt.NDArray[np.float64], sigma_ln: float) -> npt.NDArray[np.float64]:
    """Return the lognormal numbers with mean 1 at many uniform ones, as `lognormal_at` does one by one."""
    smaller = np.minimum(uniforms, 1.0 - uniforms)
    in_tail = smaller < TAIL
    numbers = np.interp(uniforms, _GRID, lognormal_table(sigma_ln))
    distance = np.copysign(tail_distances(smaller[in_tail]), uniforms[in_tail] - 0.5)
    numbers[in_tail] = _lognormal(distance, sigma_ln)
    return numbers


def exponential_table() -> npt.NDArray[np.float64]:
    """Return the times until the first event of rate 1 at 0, 1/4096, ..., 1; the lowest cells are never read."""
    return np.asarray(-np.log(np.maximum(_GRID, TAIL / 2.0)))


@compilable
def exponential_at(uniform: Any, table: Any) -> Any:
    """Return the time until the first event of rate 1 at a single uniform number; the longer, the smaller it is."""
    if uniform < TAIL:
        return -np.log(uniform)
    return between(uniform, table)


def exponentials_at(uniforms: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the times until the first event at many uniform numbers, as `exponential_at` does one by one."""
    in_tail = uniforms < TAIL
    times = np.interp(uniforms, _GRID, exponential_table())
    times[in_tail] = -np.log(uniforms[in_tail])
    return times
