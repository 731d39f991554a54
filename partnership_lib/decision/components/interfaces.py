"""What it costs that needs exchange information, within an agreement and across agreements (C5)."""

from __future__ import annotations

from partnership_lib.decision.components.quantity import Quantity


def interfaces_sek_per_year(
    interface_cost_sek_per_year: Quantity,
    external_weight: Quantity,
    internal_weight: Quantity,
    internal_interface_share: Quantity,
) -> Quantity:
    """Return what keeping interfaces running costs; those within an agreement cost a share [SEK/year]."""
    return interface_cost_sek_per_year * (external_weight + internal_weight * internal_interface_share)


def reintegration_sek(reintegration_cost_sek: Quantity, external_weight: Quantity) -> Quantity:
    """Return what a new supplier's connection to the other agreements costs [SEK]."""
    return reintegration_cost_sek * external_weight
