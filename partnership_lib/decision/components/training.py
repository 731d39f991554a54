"""What it costs that users learn a new supplier's service (C11)."""

from __future__ import annotations

from partnership_lib.decision.components.quantity import Quantity


def training_sek(users: Quantity, training_hours_per_user: Quantity, user_cost_sek_per_hour: Quantity) -> Quantity:
    """Return the cost of the users' time at a start or a change of supplier [SEK]."""
    return users * training_hours_per_user * user_cost_sek_per_hour
