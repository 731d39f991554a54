"""The volume of changes in a period as a compound Poisson sum: its stop-loss at every retention, by FFT.

It has no density in closed form, but its characteristic function is the exponential of one that is linear in the rates.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from partnership_lib.decision.components.change_sources import ChangeSources, Floats

Complex = npt.NDArray[np.complex128]
Curve = tuple[float, Floats]

# The grid: at least so many cells, and it reaches so far that a size leaves no more than this share of its mean beyond.
_CELLS, _CELLS_OF_WILD_SIZES = 2048, 2**15
_SHARE_BEYOND = 1e-5
_WILD_SIGMA = 1.0


class CompoundVolume:
    """The volume of changes whose mean sizes stand in given ratios, at any rates."""

    def __init__(self, sources: ChangeSources, ratios: tuple[float, ...]) -> None:
        self._sources, self._sizes = sources, sources.mean_sizes(np.array(ratios))
        self._mean, self._variance = sources.moments(np.array(ratios))
        self._largest = float(self._sizes.max()) * _reach_of_a_size(sources.sigma_ln)
        self._cells = _CELLS if sources.sigma_ln < _WILD_SIGMA else _CELLS_OF_WILD_SIZES
        self._exponents_of_cell: dict[float, Complex] = {}

    def curve(self, rates: Floats) -> Curve:
        """Return the cell, and E[(S - d)+] at d = 0, 1, ... cells."""
        mean = float(rates @ self._mean)
        reach = mean + 12.0 * float(np.sqrt(rates @ self._variance)) + self._largest
        # A power of two: sizes that do not vary fall on the grid.
        cell = float(2.0 ** np.floor(np.log2(reach / self._cells)))
        # The grid reaches as far for all rates with this cell, so that they share the exponents.
        count = 2 * self._cells
        # Not `rates @ exponents`: a matrix product of this size would wait for threads.
        exponents = np.einsum("r,rk->k", rates, self._exponents(cell, count))
        probabilities = np.fft.irfft(np.exp(exponents, out=exponents), count)
        # E[(d - S)+] sums the distribution function below d. The mean is exact: what lies beyond the grid counts too.
        below = np.zeros(count + 1)
        np.cumsum(np.cumsum(probabilities, out=probabilities), out=below[1:])
        curve: Floats = mean + cell * (below - np.arange(count + 1))
        return cell, curve

    def _exponents(self, cell: float, count: int) -> Complex:
        """Return the logarithm of the volume's characteristic function per rate, shape (rate_count, count // 2 + 1)."""
        if cell not in self._exponents_of_cell:
            self._exponents_of_cell[cell] = self._new_exponents(cell, count)
        return self._exponents_of_cell[cell]

    def _new_exponents(self, cell: float, count: int) -> Complex:
        sources, sizes = self._sources, self._sizes.tolist()
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


def read_curve(curve: Curve, retention: Floats) -> Floats:
    """Return the value of a curve at retentions; between cells it is a straight line, beyond the last flat."""
    cell, volumes = curve
    values: Floats = np.interp(retention, cell * np.arange(len(volumes)), volumes)
    return values
