"""The bankruptcy of a supplier (C8): when it comes and what it costs."""

from __future__ import annotations

import numpy as np

from partnership_lib.decision.components.quantity import Quantity

_SMALLEST_RATE = 1e-300


def holder_rate_per_year(rate_per_year: Quantity, partnership: Quantity, partner_factor: Quantity) -> Quantity:
    """Return the default rate of an agreement's holder; `partnership` is 1 under partnership governance, else 0."""
    return rate_per_year * (1.0 + partnership * (partner_factor - 1.0))


def months_to_default(uniform: Quantity, rate_per_year: Quantity) -> Quantity:
    """Return in which month after the signing the holder defaults: 0, 1, ...; immense at rate 0.

    Month j has the probability ``exp(-h*j/12) - exp(-h*(j+1)/12)``.
    """
    return np.floor(-12.0 * np.log(uniform) / np.maximum(rate_per_year, _SMALLEST_RATE))


def probability_of_default_in_a_month(rate_per_year: Quantity) -> Quantity:
    """Return the probability that a holder alive at the start of a month defaults in it."""
    return -np.expm1(-rate_per_year / 12.0)


def survival_probability(rate_per_year: Quantity, months: Quantity) -> Quantity:
    """Return the probability that the holder is alive after so many months.

    Examples
    --------
    >>> round(float(survival_probability(-12 * np.log(0.99) / 12, 144.0)), 10)
    0.8863848717
    """
    return np.exp(-rate_per_year * months / 12.0)


def severity_sek(
    default_severity_share: Quantity, value_sek_per_year: Quantity, partnership: Quantity, partner_factor: Quantity
) -> Quantity:
    """Return what a default costs besides a new procedure and the change of supplier [SEK].

    A partner has no second source beside it: the loss is `partner_factor` times as large.
    """
    return default_severity_share * value_sek_per_year * (1.0 + partnership * (partner_factor - 1.0))


def default_sek(severity_cost_sek: Quantity, procurement_sek: Quantity, supplier_change_cost_sek: Quantity) -> Quantity:
    """Return the whole cost of a default: the loss, a new procedure and a change of supplier [SEK]."""
    return severity_cost_sek + procurement_sek + supplier_change_cost_sek
