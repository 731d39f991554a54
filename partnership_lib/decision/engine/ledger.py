"""The legal room of a slot's agreement for modifications, and what happens outside it (compiled)."""

from __future__ import annotations

from typing import Any

from partnership_lib.decision.compiling import compilable
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.components.compiled import (
    is_outside_the_room,
    minor_room_sek,
    procedure_sek,
    with_mishaps_sek,
)
from partnership_lib.decision.engine.inputs import Here

LEGAL = COMPONENTS.index("legal")

# What is procured separately is small: it draws few bids.
BIDS_FOR_A_SEPARATE_CHANGE = 3.0
NO_HIT = -1


@compilable
def enter_agreement(here: Here, contract_value_sek: Any, used_sek: Any) -> None:
    """Begin with the room of an agreement of this value."""
    ledger, settings = here.scratch.ledger[0], here.world.settings[0]
    ledger.contract_value_sek = contract_value_sek
    ledger.room_sek = minor_room_sek(contract_value_sek, settings.legal_threshold_sek, settings.legal_minor_share)
    ledger.used_sek = used_sek


@compilable
def open_ledger(here: Here) -> None:
    """Begin with the agreement of today, modifications to date counted; a later one follows at each signing."""
    enter_agreement(here, here.slot.present_value_sek, here.slot.modifications_to_date_sek)
    here.scratch.ledger[0].next_signing = 0
    here.scratch.ledger[0].first_hit_month = NO_HIT


@compilable
def is_hit(here: Here, month: Any, modification_sek: Any, qualified: Any) -> bool:
    """Return whether a modification is outside the room; if not, take it from the room. Months never go back."""
    ledger, counter = here.scratch.ledger[0], here.scratch.counter[0]
    while ledger.next_signing < counter.signings and here.scratch.signings[ledger.next_signing] <= month:
        ledger.next_signing += 1
        enter_agreement(here, here.slot.contract_value_sek, 0.0)
    outside = is_outside_the_room(
        modification_sek, qualified, ledger.used_sek, ledger.contract_value_sek, ledger.room_sek
    )
    # Chosen, not jumped to: which changes are outside is anyone's guess.
    ledger.first_hit_month = month if outside and ledger.first_hit_month == NO_HIT else ledger.first_hit_month
    ledger.used_sek += 0.0 if outside or qualified else modification_sek
    return outside


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
