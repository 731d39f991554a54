"""The room for modifications of a running agreement in 17 kap. LOU (C13)."""

from __future__ import annotations

import numpy as np

from partnership_lib.decision.components.quantity import Quantity

# 17 kap. 11 and 12 §§ LOU: a supplementary or unforeseen modification may reach half of the contract value.
QUALIFIED_SHARE = 0.5


def contract_value_sek(value_sek_per_year: Quantity, term_and_option_months: Quantity) -> Quantity:
    """Return the value that shares of an agreement are counted on, options included [SEK]."""
    return value_sek_per_year * term_and_option_months / 12.0


def minor_room_sek(contract_value: Quantity, threshold_sek: Quantity, minor_share: Quantity) -> Quantity:
    """Return what minor changes (17 kap. 9 §) together must stay below [SEK]."""
    return np.minimum(threshold_sek, minor_share * contract_value)


def is_outside_the_room(
    modification_sek: Quantity,
    qualified: Quantity,
    minor_changes_before_sek: Quantity,
    contract_value: Quantity,
    minor_room: Quantity,
) -> Quantity:
    """Return whether a modification must be procured separately.

    Parameters
    ----------
    qualified : Quantity
        Whether it is supplementary or unforeseen (17 kap. 11-12 §§): then it counts alone against half of the value.
    minor_changes_before_sek : Quantity
        What minor changes have taken of the room so far in the term.

    Examples
    --------
    A contract of 10 million: half of it is allowed when qualified, not a krona more; minor changes stay below a tenth.

    >>> [bool(is_outside_the_room(change, True, 0.0, 10e6, 1e6)) for change in (5_000_000.0, 5_001_000.0)]
    [False, True]
    >>> [bool(is_outside_the_room(change, False, 900e3, 10e6, 1e6)) for change in (99_999.0, 100_000.0)]
    [False, True]
    """
    too_large = modification_sek > QUALIFIED_SHARE * contract_value
    no_room = minor_changes_before_sek + modification_sek >= minor_room
    return np.logical_or(np.logical_and(qualified, too_large), np.logical_and(np.logical_not(qualified), no_room))
