"""The legal room of a slot's agreement for modifications, and what happens outside it (compiled)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from partnership_lib.decision.compiling import compilable
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.components.compiled import (
    is_outside_the_room,
    minor_room_sek,
    procedure_sek,
    with_mishaps_sek,
)
from partnership_lib.decision.components.legal import QUALIFIED_SHARE
from partnership_lib.decision.engine.inputs import Here

LEGAL = COMPONENTS.index("legal")

# What is procured separately is small: it draws few bids.
BIDS_FOR_A_SEPARATE_CHANGE = 3.0
NO_HIT = -1
# Sums in another order may differ in their last digits.
ROUNDING = 1.0 + 1e-9


class Ledger(NamedTuple):
    """The room of an agreement, and what has been taken of it.

    Attributes
    ----------
    next_signing : int
        Row of the signing of the next agreement.
    """

    contract_value_sek: Any
    room_sek: Any
    used_sek: Any
    next_signing: Any


@compilable
def room_of(here: Here, contract_value_sek: Any) -> Any:
    """Return what minor changes together must stay below [SEK]."""
    settings = here.world.settings[0]
    return minor_room_sek(contract_value_sek, settings.legal_threshold_sek, settings.legal_minor_share)


@compilable
def open_ledger(here: Here) -> Ledger:
    """Return the ledger of the agreement of today, modifications to date counted; later ones follow at each signing."""
    value_sek = here.slot.present_value_sek
    first = np.uint64(here.scratch.signings.first[here.place])
    return Ledger(value_sek, room_of(here, value_sek), here.slot.modifications_to_date_sek, first)


@compilable
def ledger_in(here: Here, ledger: Ledger, month: Any) -> Ledger:
    """Return the ledger of the agreement that holds in a month; months never go back."""
    signed, after = ledger.next_signing, np.uint64(here.scratch.signings.first[here.place + 1])
    while signed < after and here.scratch.signings.month[signed] <= month:
        signed += np.uint64(1)
    if signed == ledger.next_signing:
        return ledger
    value_sek = here.slot.contract_value_sek
    return Ledger(value_sek, room_of(here, value_sek), 0.0, signed)


@compilable
def is_hit(ledger: Ledger, modification_sek: Any, qualified: Any) -> bool:
    """Return whether a modification is outside the room."""
    return is_outside_the_room(modification_sek, qualified, ledger.used_sek, ledger.contract_value_sek, ledger.room_sek)


@compilable
def taken_from(ledger: Ledger, modification_sek: Any, qualified: Any) -> Ledger:
    """Return the ledger after a modification inside the room: what is not qualified takes from it."""
    used_sek = ledger.used_sek + (0.0 if qualified else modification_sek)
    return Ledger(ledger.contract_value_sek, ledger.room_sek, used_sek, ledger.next_signing)


@compilable
def smallest_value_sek(here: Here) -> Any:
    """Return the smallest value that shares of the slot's agreements are counted on [SEK]."""
    return min(here.slot.present_value_sek, here.slot.contract_value_sek)


@compilable
def could_be_too_large(here: Here, largest_qualified_sek: Any) -> bool:
    """Return whether any of a slot's qualified modifications can be outside the room, given the largest."""
    return largest_qualified_sek > QUALIFIED_SHARE * smallest_value_sek(here)


@compilable
def could_be_too_many(here: Here, minor_sek: Any) -> bool:
    """Return whether any of a slot's other modifications can be outside the room, given all of them together."""
    together_sek = (here.slot.modifications_to_date_sek + minor_sek) * ROUNDING
    return together_sek >= room_of(here, smallest_value_sek(here))


@compilable
def separate_procedure_sek(assumed: Any, society: bool) -> Any:
    """Return what it is expected to cost to procure a change separately [SEK]."""
    base = procedure_sek(
        assumed.staff_cost_sek_per_hour,
        assumed.authority_hours_per_procedure,
        1.0,
        assumed.user_hours_per_procedure,
        1.0,
        assumed.hours_per_bid,
        BIDS_FOR_A_SEPARATE_CHANGE,
        assumed.advertising_sek_per_procedure,
        assumed.bidder_cost_sek_per_bid if society else 0.0,
    )
    return with_mishaps_sek(
        base,
        assumed.cancellation_probability,
        assumed.cancellation_redo_share,
        assumed.appeal_probability,
        assumed.appeal_repeat_probability,
        assumed.staff_cost_sek_per_hour,
        assumed.appeal_hours,
        assumed.appeal_counsel_sek,
    )


@compilable
def pay_hit(here: Here, hit: Any, month: Any, saved_sek: Any, lost_benefit_sek: Any) -> None:
    """Add what a change outside the room costs: a procedure of its own, or what is lost less what is saved.

    Parameters
    ----------
    hit : bool
        Whether it is outside.
    saved_sek, lost_benefit_sek : float
        Weighted [SEK].
    """
    if here.world.settings[0].not_bought:
        cost_sek = lost_benefit_sek - saved_sek
    else:
        cost_sek = here.world.weights[month] * here.separate_sek
    here.costs[LEGAL] += cost_sek if hit else 0.0
