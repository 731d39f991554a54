"""How much a change of supplier or a start goes over its budget (S20): mostly a little, sometimes many times."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.components.quantity import Quantity


def tail_overrun(uniform: Quantity, threshold: Quantity, exponent: Quantity, cap: Quantity) -> Quantity:
    """Return the overrun of a project in the tail: Pareto above the threshold, cut at the cap.

    Parameters
    ----------
    uniform : Quantity
        In (0, 1) within the tail; the overrun grows with it.
    """
    return np.minimum(threshold * (1.0 - uniform) ** (-1.0 / exponent), cap)


def ordinary_overruns(minimum: float, mode: float, maximum: float, cells: int = 1024) -> npt.NDArray[np.float64]:
    """Return the quantiles of a project outside the tail (PERT) at 0, 1/cells, ..., 1."""
    from partnership_lib.decision.uncertainty.quantiles import pert_quantile

    return pert_quantile(np.linspace(0.0, 1.0, cells + 1), minimum, mode, maximum)


def overrun_at(
    uniform: npt.NDArray[np.float64],
    ordinary: npt.NDArray[np.float64],
    tail_probability: float,
    threshold: float,
    exponent: float,
    cap: float,
) -> npt.NDArray[np.float64]:
    """Return the overruns at these uniforms: the inverse of the mixture's distribution.

    Parameters
    ----------
    ordinary : ndarray of float
        Evenly spaced quantiles from `ordinary_overruns`.
    """
    body = 1.0 - tail_probability
    position = np.linspace(0.0, 1.0, len(ordinary))
    inside = np.interp(np.minimum(uniform / body, 1.0) if body > 0.0 else uniform, position, ordinary)
    if body == 1.0:
        return inside
    # Rounding must not push a uniform just below 1 to 1 exactly: the tail would divide by 0 before it is cut.
    within = np.clip((uniform - body) / tail_probability, 0.0, 1.0 - 2.0**-53)
    return np.where(uniform < body, inside, tail_overrun(within, threshold, exponent, cap))


def expected_overrun(
    minimum: float,
    mode: float,
    maximum: float,
    tail_probability: float,
    threshold: float,
    exponent: float,
    cap: float,
) -> float:
    """Return the expected overrun as a share of the budget.

    Examples
    --------
    The tail's own mean is 447 % (S20); cut at 20 times the budget it counts with 197 %:

    >>> round(expected_overrun(-0.1, 0.1, 0.5, 0.18, 0.5, 1.126, 20.0), 6)
    0.464861
    """
    ordinary = (minimum + 4.0 * mode + maximum) / 6.0
    if cap <= threshold:
        tail = cap
    elif exponent == 1.0:
        tail = threshold * (1.0 + float(np.log(cap / threshold)))
    else:
        tail = threshold + threshold * ((cap / threshold) ** (1.0 - exponent) - 1.0) / (1.0 - exponent)
    return (1.0 - tail_probability) * ordinary + tail_probability * tail
