"""Other distributions from uniform numbers, as formulas and tables without a jump: compiled code takes several at once.

The cells of a table halve towards 0 and 1, where a quantile bends the more: the uppermost bits of a floating-point
number say which cell it is in, and a straight line in each is within a few millionths of the curve everywhere.

The functions work on single numbers in compiled code and on whole arrays of them in NumPy alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.compiling import compilable

Floats = npt.NDArray[np.float64]

# A floating-point number has 52 bits behind its exponent: the uppermost of them number the cells of an octave.
_BITS_OF_A_CELL = 7
_CELLS_OF_AN_OCTAVE = 2**_BITS_OF_A_CELL
_OCTAVES = 53  # from 2**-54, below every uniform number and every distance from 1, to 1/2
_SHIFT = np.uint64(52 - _BITS_OF_A_CELL)
_REST = np.uint64(2 ** (52 - _BITS_OF_A_CELL) - 1)
_REST_TO_SHARE = 2.0 ** -(52 - _BITS_OF_A_CELL)
_FIRST_CELL = np.uint64((1023 - 1 - _OCTAVES) * _CELLS_OF_AN_OCTAVE)
_NEXT = np.uint64(1)

# The mantissa of a logarithm lies between the root of 1/2 and its double; these are the bits of that root.
_ROOT_OF_HALF = np.int64(0x3FE6A09E667F3BCD)
_MANTISSA_BITS = np.int64(52)
_LN_2 = 0.6931471805599453
_LN_2_HIGH, _LN_2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # the first has zeros at its end
_EXPONENT_OF_ONE = np.int64(1023)


@compilable
def natural_logarithm(number: Any) -> Any:
    """Return the natural logarithm of a number above 0, to the last digits.

    ``ln m = 2 artanh((m - 1) / (m + 1))`` by its series, for the mantissa m.

    Examples
    --------
    >>> round(float(natural_logarithm(np.float64(10.0))), 14)
    2.30258509299405
    """
    bits = np.float64(number).view(np.int64)
    exponent = (bits - _ROOT_OF_HALF) >> _MANTISSA_BITS
    mantissa = np.int64(bits - (exponent << _MANTISSA_BITS)).view(np.float64)
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    square = ratio * ratio
    series = 1.0 / 17.0
    for odd in (15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0):
        series = series * square + 1.0 / odd
    return exponent * _LN_2 + 2.0 * ratio * series


@compilable
def exponential_of(number: Any) -> Any:
    """Return e to the power of a number, to the last digits: its series for what is left of whole powers of 2.

    Examples
    --------
    >>> round(float(exponential_of(np.float64(1.0))), 14)
    2.71828182845905
    """
    power = np.floor(number * (1.0 / _LN_2) + 0.5)
    rest = (number - power * _LN_2_HIGH) - power * _LN_2_LOW
    series = 1.0
    for factor in (13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0):
        series = 1.0 + series * rest * (1.0 / factor)
    exponent = np.int64(power) + _EXPONENT_OF_ONE
    return series * np.int64(exponent << _MANTISSA_BITS).view(np.float64)


@compilable
def exponential_at(uniform: Any) -> Any:
    """Return the time until the first event of rate 1; the longer, the smaller the uniform number is."""
    return -natural_logarithm(uniform)


@compilable
def _smaller(uniform: Any) -> Any:
    # Not `minimum`, which would look for numbers that are none.
    return 0.5 - np.abs(uniform - 0.5)


@compilable
def _cell(smaller: Any) -> Any:
    return (np.float64(smaller).view(np.uint64) >> _SHIFT) - _FIRST_CELL


@compilable
def _share_of_cell(smaller: Any) -> Any:
    return (np.float64(smaller).view(np.uint64) & _REST) * _REST_TO_SHARE


def _lines() -> Floats:
    """Return where the cells begin, and the end of the last."""
    cells = np.arange(_OCTAVES * _CELLS_OF_AN_OCTAVE + 1)
    octave, within = np.divmod(cells, _CELLS_OF_AN_OCTAVE)
    return np.ldexp(1.0 + within / _CELLS_OF_AN_OCTAVE, octave - 1 - _OCTAVES)


def normal_table() -> Floats:
    """Return how many standard deviations from the mean the tails begin whose probabilities are the lines."""
    from scipy.special import ndtri

    return np.asarray(-ndtri(_lines()))


@compilable
def normal_at(uniform: Any, table: Any) -> Any:
    """Return the standard normal number at a uniform one."""
    smaller = _smaller(uniform)
    cell = _cell(smaller)
    distance = table[cell] + _share_of_cell(smaller) * (table[cell + _NEXT] - table[cell])
    return np.copysign(distance, uniform - 0.5)


def lognormal_table(sigma_ln: float) -> Floats:
    """Return the quantiles of a lognormal number with mean 1, shape (2, lines): below the median, and above it."""
    distance = normal_table()
    return np.exp(sigma_ln * (np.stack([-distance, distance]) - sigma_ln / 2.0))


@compilable
def lognormal_at(uniform: Any, table: Any) -> Any:
    """Return the lognormal number with mean 1 at a uniform one."""
    smaller = _smaller(uniform)
    side, cell = np.int64(uniform > 0.5), _cell(smaller)
    return table[side, cell] + _share_of_cell(smaller) * (table[side, cell + _NEXT] - table[side, cell])
