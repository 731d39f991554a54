"""What following up agreements and suppliers costs (C3)."""

from __future__ import annotations

from partnership_lib.decision.components.quantity import Quantity


def management_sek_per_year(
    staff_cost_sek_per_hour: Quantity,
    agreement_hours_per_year: Quantity,
    supplier_hours_per_year: Quantity,
    supplier_share: Quantity,
    overhead_share: Quantity,
) -> Quantity:
    """Return the cost of following up one agreement and its part of its supplier [SEK/year].

    Parameters
    ----------
    supplier_share : Quantity
        1 / number of agreements that the supplier holds: a supplier is followed up once.
    overhead_share : Quantity
        Part of an agreement's fixed costs that this slot bears.
    """
    hours = agreement_hours_per_year + supplier_hours_per_year * supplier_share
    return staff_cost_sek_per_hour * hours * overhead_share
