"""What is paid for what is delivered (C4): the price of a new agreement, and how prices move."""

from __future__ import annotations

import numpy as np

from partnership_lib.decision.components.quantity import Quantity


def log_market_step(trend_share_per_year: Quantity, volatility_share: Quantity, normal: Quantity) -> Quantity:
    """Return the logarithm of the factor by which a market price moves in a month."""
    return trend_share_per_year / 12.0 + volatility_share * normal / np.sqrt(12.0)


def index_step(pass_through_share: Quantity, volatility_share: Quantity, normal: Quantity) -> Quantity:
    """Return the factor by which a contract's index moves in a month, relative to general inflation."""
    return np.exp(pass_through_share * volatility_share * normal / np.sqrt(12.0))


def expected_market_level(trend_share_per_year: Quantity, volatility_share: Quantity, month: Quantity) -> Quantity:
    """Return the expected market price at the start of a month, today's being 1.

    Examples
    --------
    >>> round(float(expected_market_level(-0.01, 0.05, 48.0)), 10)
    0.9656054163
    """
    return np.exp(trend_share_per_year * month / 12.0 + volatility_share**2 * month / 24.0)


def expected_index_growth(pass_through_share: Quantity, volatility_share: Quantity, months: Quantity) -> Quantity:
    """Return the expected factor by which a contract's index moves in so many months."""
    return np.exp((pass_through_share * volatility_share) ** 2 * months / 24.0)


def drift_factor(drift_share_per_year: Quantity, months: Quantity) -> Quantity:
    """Return the factor by which a locked-in supplier's prices drift upwards in so many months."""
    return (1.0 + drift_share_per_year) ** (months / 12.0)


def credible_scope_saving(scope_saving_share: Quantity, optimism_bias_share: Quantity) -> Quantity:
    """Return a claimed scope saving less what such claims usually are too high by; a claimed loss stands whole."""
    gain = np.maximum(scope_saving_share, 0.0)
    return np.minimum(scope_saving_share, 0.0) + gain * (1.0 - optimism_bias_share)


def scale_and_scope_factor(need_count: Quantity, scale_elasticity: Quantity, scope_saving_share: Quantity) -> Quantity:
    """Return the price of a bundle relative to its needs bought one by one; exactly 1 for one need.

    Parameters
    ----------
    scope_saving_share : Quantity
        After `credible_scope_saving`.
    """
    return need_count ** (-scale_elasticity) * (1.0 - scope_saving_share * (1.0 - 1.0 / need_count))


def option_is_worth_using(
    contract_price_sek: Quantity,
    market_price_sek: Quantity,
    switching_cost_share: Quantity,
    value_sek: Quantity,
    supplier_change_probability: Quantity,
    option_months: Quantity,
) -> Quantity:
    """Return whether the contract's price a year is at most that of a new procedure with the change it may bring."""
    change_sek_per_year = switching_cost_share * value_sek * supplier_change_probability * 12.0 / option_months
    return contract_price_sek <= market_price_sek + change_sek_per_year
