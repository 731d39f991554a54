"""How much of the variance each assumption brings, alone and together with the others (Sobol indices)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SobolIndices:
    """Sobol indices, an entry per input.

    Attributes
    ----------
    first_order : numpy.ndarray
        Part of the variance that goes when the input alone is known.
    total_order : numpy.ndarray
        Part of the variance that stays when everything but the input is known.
    """

    first_order: Floats
    total_order: Floats


def sobol_indices(
    function: Callable[[Floats], Floats], inputs: int, log2_points: int, seed: int, blocks_at_once: int = 1
) -> SobolIndices:
    """Return first-order and total indices of a function of independent uniforms, by Saltelli's design.

    The design consists of blocks of points, two more than inputs and all as large: row i of every block belongs to
    the same base point. A function that simulates must use the same random future for the same row of every block, or
    its noise would look like interaction; it wants one block at a time.

    Parameters
    ----------
    function : callable
        Takes points of the unit cube, shape (points, inputs), and returns their outcomes.
    inputs : int
        How many inputs there are.
    log2_points : int
        There are ``2**log2_points`` base points and ``inputs + 2`` times as many evaluations.
    seed : int
        Of the scrambling of the Sobol points.
    blocks_at_once : int
        How many blocks, one after another, the function takes in a call.
    """
    if inputs == 0:
        return SobolIndices(np.zeros(0), np.zeros(0))
    from scipy.stats import qmc
    from scipy.stats import sobol_indices as saltelli

    points = qmc.Sobol(2 * inputs, scramble=True, rng=seed, bits=64).random_base2(log2_points)
    first, second = points[:, :inputs], points[:, inputs:]
    at_first, at_second = function(first), function(second)
    varies = float(np.ptp(np.concatenate([at_first, at_second])) > 0.0)
    if inputs == 1 or not varies:
        return SobolIndices(np.full(inputs, varies), np.full(inputs, varies))
    mixed = np.empty((inputs, 1, at_first.size))
    for begin in range(0, inputs, blocks_at_once):
        columns = range(begin, min(begin + blocks_at_once, inputs))
        blocks = np.concatenate([_exchanged(first, second, column) for column in columns])
        mixed[columns, 0] = function(blocks).reshape(len(columns), -1)
    found = saltelli(
        func={"f_A": at_first[np.newaxis].copy(), "f_B": at_second[np.newaxis].copy(), "f_AB": mixed}, n=at_first.size
    )
    return SobolIndices(np.ravel(found.first_order), np.ravel(found.total_order))


def _exchanged(first: Floats, second: Floats, column: int) -> Floats:
    """Return the first block with one of its columns from the second."""
    block = first.copy()
    block[:, column] = second[:, column]
    return block
