"""Weights of the months: discounted, nominal, or those of one budget year. Cash falls in the middle of its month."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def discount_weights(horizon_months: int, rate_share: float) -> Floats:
    """Return the present value of 1 in every month and at the horizon, shape (horizon_months + 1,).

    Examples
    --------
    >>> round(float(discount_weights(144, 0.035)[:144].sum()), 10)
    117.9776369181
    """
    return np.asarray((1.0 + rate_share) ** -_years(horizon_months))


def inflation_weights(horizon_months: int, inflation_share: float) -> Floats:
    """Return what 1 of base-month prices is in the prices of every month, shape (horizon_months + 1,)."""
    return np.asarray((1.0 + inflation_share) ** _years(horizon_months))


def year_weights(years: npt.ArrayLike, year: int) -> Floats:
    """Return 1 for the months of a year and 0 for all others, the horizon counted in the last month's year.

    Parameters
    ----------
    years : array of int, shape (T,)
        Calendar year of every month.
    """
    of_month = np.asarray(years)
    return (np.append(of_month, of_month[-1:]) == year).astype(np.float64)


def nominal_rate(real_rate_share: float, inflation_share: float) -> float:
    """Return the nominal rate that is the same as a real rate under this inflation.

    Examples
    --------
    >>> round(nominal_rate(0.035, 0.02), 4)
    0.0557
    """
    return (1.0 + real_rate_share) * (1.0 + inflation_share) - 1.0


def discount_factor(rate_share: float, years: float) -> float:
    """Return the present value of 1 after so many years.

    Examples
    --------
    >>> round(discount_factor(0.035, 10), 10)
    0.7089188137
    """
    return float((1.0 + rate_share) ** -years)


def monthly_rate(rate_share: float) -> float:
    """Return the rate a month that compounds to a rate a year."""
    return float((1.0 + rate_share) ** (1.0 / 12.0) - 1.0)


def annuity(rate_share: float, years: int) -> float:
    """Return the present value of 1 at the end of each of so many years.

    Examples
    --------
    >>> round(annuity(0.035, 12), 10)
    9.6633343346
    """
    return sum(discount_factor(rate_share, year) for year in range(1, years + 1))


def equivalent_annual_cost_sek(present_value_sek: float, rate_share: float, years: int) -> float:
    """Return the cost at the end of each year that has this present value [SEK/year].

    Examples
    --------
    >>> round(equivalent_annual_cost_sek(1_000.0, 0.035, 12), 7)
    103.4839493
    """
    return present_value_sek / annuity(rate_share, years)


def _years(horizon_months: int) -> Floats:
    """Return how many years after the base month the middle of every month lies."""
    return np.asarray((np.arange(horizon_months + 1) + 0.5) / 12.0, dtype=np.float64)
