"""What a procurement procedure costs (C1). Linear in every draw: at expected inputs it is the expectation."""

from __future__ import annotations

import numpy as np

from partnership_lib.decision.components.quantity import Quantity


def procedure_sek(
    staff_cost_sek_per_hour: Quantity,
    authority_hours: Quantity,
    effort_factor: Quantity,
    user_hours: Quantity,
    need_count: Quantity,
    hours_per_bid: Quantity,
    bids: Quantity,
    advertising_sek: Quantity,
    bidder_cost_sek_per_bid: Quantity,
) -> Quantity:
    """Return the cost of one procedure in which nothing goes wrong [SEK].

    Parameters
    ----------
    effort_factor : Quantity
        1 for detailed requirements, `dialogue_effort_factor` for functional ones.
    bidder_cost_sek_per_bid : Quantity
        0 unless the bidders' costs count (society's perspective).

    Examples
    --------
    >>> float(procedure_sek(650.0, 183.0, 1.0, 80.0, 4.0, 6.0, 4.0, 5_000.0, 0.0))
    243550.0
    """
    hours = authority_hours * effort_factor + user_hours * np.sqrt(need_count) + hours_per_bid * bids
    return staff_cost_sek_per_hour * hours + advertising_sek + bids * bidder_cost_sek_per_bid


def with_mishaps_sek(
    procedure_cost_sek: Quantity,
    cancelled: Quantity,
    redo_share: Quantity,
    appealed: Quantity,
    repeated: Quantity,
    staff_cost_sek_per_hour: Quantity,
    appeal_hours: Quantity,
    appeal_counsel_sek: Quantity,
) -> Quantity:
    """Return the cost of a procedure that may be cancelled, appealed and then done again [SEK].

    Parameters
    ----------
    cancelled, appealed, repeated : Quantity
        1 when it happens and 0 when not, or the probabilities; `repeated` counts only after an appeal.

    Examples
    --------
    >>> with_mishaps_sek(100_000.0, 1.0, 0.6, 1.0, 0.0, 650.0, 120.0, 60_000.0)
    298000.0
    """
    appeal_sek = staff_cost_sek_per_hour * appeal_hours + appeal_counsel_sek + repeated * procedure_cost_sek
    return procedure_cost_sek * (1.0 + cancelled * redo_share) + appealed * appeal_sek
