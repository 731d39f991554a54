"""What is lost when a supplier with total responsibility saves on what nobody can measure (C12)."""

from __future__ import annotations

from partnership_lib.decision.components.quantity import Quantity


def quality_shading_sek_per_year(
    quality_shading_share_per_year: Quantity, value_sek_per_year: Quantity, exposed: Quantity
) -> Quantity:
    """Return the loss of quality as a cost [SEK/year].

    Parameters
    ----------
    exposed : Quantity
        1 where the terms are functional and the indicators cannot be verified, else 0.
    """
    return quality_shading_share_per_year * value_sek_per_year * exposed
