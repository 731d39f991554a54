"""What it costs to start, change and leave early (C7)."""

from __future__ import annotations

import numpy as np

from partnership_lib.decision.components.quantity import Quantity


def transition_sek(transition_cost_share: Quantity, value_sek_per_year: Quantity, overrun_share: Quantity) -> Quantity:
    """Return what starting a new agreement costs, with its overrun [SEK]."""
    return transition_cost_share * value_sek_per_year * (1.0 + overrun_share)


def supplier_change_sek(
    switching_cost_share: Quantity,
    dual_running_cost_share: Quantity,
    dual_running_months: Quantity,
    value_sek_per_year: Quantity,
    overrun_share: Quantity,
) -> Quantity:
    """Return what changing the supplier costs: moving over, and running old and new together for a time [SEK]."""
    dual_share = dual_running_cost_share * dual_running_months / 12.0
    return (switching_cost_share + dual_share) * value_sek_per_year * (1.0 + overrun_share)


def early_termination_sek(
    early_termination_share: Quantity, months_left: Quantity, value_sek_per_year: Quantity, ends_by_notice: Quantity
) -> Quantity:
    """Return what leaving an agreement before its expiry costs: a share of at most a year's value [SEK].

    Parameters
    ----------
    ends_by_notice : Quantity
        1 where the agreement can be ended by notice at no cost, else 0.
    """
    left = np.minimum(np.maximum(months_left, 0.0), 12.0) / 12.0
    return early_termination_share * left * value_sek_per_year * (1.0 - ends_by_notice)
