"""What the agreements alive at the horizon still cost to leave (C14), by the same rule in every plan."""

from __future__ import annotations

import numpy as np

from partnership_lib.decision.components.quantity import Quantity


def exit_sek(
    supplier_change_probability: Quantity,
    switching_cost_share: Quantity,
    value_sek_per_year: Quantity,
    months_since_signing: Quantity,
    term_months: Quantity,
    exit_plan_sek: Quantity,
) -> Quantity:
    """Return the settlement of an agreement at the horizon [SEK], not discounted.

    The part of its term that has passed is the part of the next change of supplier that has been used up.
    """
    used = np.minimum(months_since_signing / term_months, 1.0)
    return supplier_change_probability * switching_cost_share * value_sek_per_year * used + exit_plan_sek
