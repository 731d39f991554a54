"""What a supplier charges for including changes in the price (C6')."""

from __future__ import annotations

from partnership_lib.decision.components.quantity import Quantity


def premium_share(
    expected_volume_sek: Quantity, stop_loss_sek: Quantity, value_sek_per_year: Quantity, premium_loading: Quantity
) -> Quantity:
    """Return the premium as a share of the price: the expected included changes of a year, with a loading.

    Parameters
    ----------
    expected_volume_sek : Quantity
        Expected changes of a year after what adaptability saves, E[S] [SEK].
    stop_loss_sek : Quantity
        The part of them beyond the cap, E[(S - cap)+] [SEK].
    """
    return (1.0 + premium_loading) * (expected_volume_sek - stop_loss_sek) / value_sek_per_year
