"""What met new needs are worth (C9), a negative cost."""

from __future__ import annotations

from partnership_lib.decision.components.quantity import Quantity


def benefit_sek(benefit_sek_per_month: Quantity, discounted_months: Quantity) -> Quantity:
    """Return the worth of a met new need as a cost below zero [SEK].

    Parameters
    ----------
    discounted_months : Quantity
        Sum of the discount weights of the months from its coverage to the horizon.
    """
    return -benefit_sek_per_month * discounted_months
