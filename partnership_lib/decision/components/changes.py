"""What changes cost while an agreement runs (C6): those paid one by one, and those beyond what is included."""

from __future__ import annotations

import numpy as np

from partnership_lib.decision.components.quantity import Quantity


def change_size_share(mean_share: Quantity, sigma_ln: Quantity, normal: Quantity) -> Quantity:
    """Return the size of a change as a share of the need's annual value: lognormal with this mean."""
    return mean_share * np.exp(sigma_ln * (normal - sigma_ln / 2.0))


def paid_change_sek(volume_sek: Quantity, change_markup_share: Quantity) -> Quantity:
    """Return what changes paid one by one cost, with the mark-up of a supplier without competition [SEK]."""
    return volume_sek * (1.0 + change_markup_share)


def included_cap_sek(cap_share: Quantity, value_sek_per_year: Quantity, months: Quantity) -> Quantity:
    """Return how large a volume of changes a functional agreement includes in so many months of a year [SEK]."""
    return cap_share * value_sek_per_year * months / 12.0


def excess_sek(volume_sek: Quantity, adaptability_saving_share: Quantity, cap_sek: Quantity) -> Quantity:
    """Return the part of a year's volume of changes that is not included [SEK].

    Its expectation is the stop-loss of the volume, see `stop_loss`.
    """
    return np.maximum(volume_sek * (1.0 - adaptability_saving_share) - cap_sek, 0.0)


def handling_sek(staff_cost_sek_per_hour: Quantity, change_handling_hours: Quantity) -> Quantity:
    """Return what handling one change in one agreement costs the municipality itself [SEK]."""
    return staff_cost_sek_per_hour * change_handling_hours


def probability_of_any_hit(hit_probability: Quantity, need_count: Quantity) -> Quantity:
    """Return the probability that a law change hits at least one of so many needs.

    Examples
    --------
    >>> round(float(probability_of_any_hit(0.4, 8.0)), 10)
    0.98320384
    """
    return 1.0 - (1.0 - hit_probability) ** need_count
