"""The room that the event kernel works in: arrays only, so that compiled code takes them as they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.plans.arrays import CompiledCase, Floats, Whole

AT_ONCE = 16
"""New needs of a need that are drawn at once: about as many as the defaults give in ten years, and some more."""

NEEDS_AT_ONCE = 64
"""Needs for which that is done at once: what is between two steps stays in the nearest cache."""

# Places are kept unsigned: compiled code need not ask whether one counts from the end.
_PLACE: npt.DTypeLike = np.uint32


class Changes(NamedTuple):
    """The changes of all needs; E rows.

    The first A rows of each need are for its new needs, then come those of the needs that have more, and from
    `law_base` on the law changes that hit needs. New needs stand in order of time, and so do the law changes of a need.

    Attributes
    ----------
    month : (E,)
        Whole months from now; the horizon for a new need beyond it.
    size_sek : (E,)
    qualified : (E,)
        Supplementary or unforeseen (17 kap. 11-12 §§ LOU).
    law : (E,)
        Number of the law change on this path; meaningless for a new need.
    need : (E,)
    first_new, after_new, first_law, after_law : (N,)
        The rows of a need.
    """

    month: Whole
    size_sek: Floats
    qualified: Whole
    law: Whole
    need: Whole
    first_new: Whole
    after_new: Whole
    first_law: Whole
    after_law: Whole


class Signings(NamedTuple):
    """The terms that a plan signs, slot by slot in order of time; S rows.

    Attributes
    ----------
    slot, occurrence, month, end_month : (S,)
        The first signing of a slot has the number 1, the agreement of today 0.
    after_default : (S,)
        Whether the holder before has gone bankrupt.
    moves : (S,)
        Rows of signings that change the supplier.
    luck : (4, S)
        Uniform numbers of each: see `signing.draw_luck`.
    state : (S,)
        Of the random draws of the slot.
    first : (K+1,)
        First row of every slot.
    states : (K,)
        Of the random draws of every slot.
    """

    slot: Whole
    occurrence: Whole
    month: Whole
    end_month: Whole
    after_default: Whole
    moves: Whole
    luck: Floats
    state: Whole
    first: Whole
    states: Whole


class Hits(NamedTuple):
    """The slots of a plan that meet their legal limit, and when first."""

    slot: Whole
    month: Whole


class Scratch(NamedTuple):
    """Room for one path; T months, C index classes, G categories, H holders, J domains, Y years, E changes.

    Attributes
    ----------
    level : (C, T+1)
        What a contract price of today has become, drift and index: ``(1+delta)^(t/12) * I[t]``.
    annuity : (C, T+1)
        ``A[t]``: what a price level of today costs from now to t.
    market : (G, T+1)
        ``M[t]``.
    today : (H,)
        ``E0``.
    today_of_category : (G,)
        The same for an agreement with one need.
    bidder_factors : (B+1,)
        ``f(n)`` of an agreement with one need, by bidders seen; `bidder_factors_today` with today's bidders.
    law_months : (L,) with law_first (J+1,)
        Times of the law changes of each domain.
    bits, waits : (A times NEEDS_AT_ONCE,)
        Random bits of new needs, and the times between them at a rate of 1.
    law_bits : (L',)
        Random bits of the law changes that hit needs.
    months_of_use : (2, T+1)
        Weighted months from the coverage of a new need that came in a month to the horizon, detailed and functional.
    order : (E,)
        The changes of a slot in the order in which they reach its ledger: rows of `changes`.
    month_places : (T+2,)
        For sorting by month.
    handled : (L,)
        The last slot that handled a law change.
    volume, not_bought, benefit : (Y,)
        Of a functional slot's years [SEK].
    hashes : (1,)
        Random numbers drawn.
    """

    level: Floats
    annuity: Floats
    market: Floats
    today: Floats
    today_of_category: Floats
    bidder_factors: Floats
    bidder_factors_today: Floats
    shocks: Floats
    law_months: Floats
    law_first: Whole
    changes: Changes
    law_base: int
    law_bits: Whole
    bits: Whole
    waits: Floats
    months_of_use: Floats
    signings: Signings
    order: Whole
    month_places: Whole
    handled: Whole
    volume: Floats
    not_bought: Floats
    benefit: Floats
    hits: Hits
    hashes: Whole


class Rooms(NamedTuple):
    """How much room a path is given."""

    laws: int
    changes: int
    signings: int

    def doubled(self) -> Rooms:
        """Return twice the room."""
        return Rooms(*(2 * room for room in self))


def make_scratch(compiled: CompiledCase, rooms: Rooms) -> Scratch:
    """Return room for one path."""
    months = compiled.horizon_months
    years = months // 12 + 1
    slots = max(len(plan.slots) for plan in compiled.plans)
    floats: npt.DTypeLike = np.float64
    law_base = len(compiled.needs) * AT_ONCE + rooms.changes
    return Scratch(
        level=np.empty((len(compiled.pass_through_shares), months + 1), floats),
        annuity=np.empty((len(compiled.pass_through_shares), months + 1), floats),
        market=np.empty((len(compiled.categories), months + 1), floats),
        today=np.empty(len(compiled.holders), floats),
        today_of_category=np.empty(len(compiled.categories), floats),
        bidder_factors=np.empty(compiled.bidder_weights.shape[1] + 1, floats),
        bidder_factors_today=np.empty(compiled.bidder_weights.shape[1] + 1, floats),
        shocks=np.empty(months + 1, floats),
        law_months=np.empty(rooms.laws, floats),
        law_first=np.zeros(len(compiled.domains) + 1, np.int64),
        changes=_room_for_changes(len(compiled.needs), law_base + rooms.changes),
        law_base=law_base,
        law_bits=np.zeros(rooms.changes, np.uint64),
        bits=np.zeros(AT_ONCE * NEEDS_AT_ONCE, np.uint64),
        waits=np.zeros(AT_ONCE * NEEDS_AT_ONCE),
        months_of_use=np.zeros((2, months + 1), floats),
        signings=_room_for_signings(slots, rooms.signings),
        order=np.zeros(law_base + rooms.changes, _PLACE),
        month_places=np.zeros(months + 2, np.int64),
        handled=np.zeros(rooms.laws, np.int64),
        volume=np.zeros(years, floats),
        not_bought=np.zeros(years, floats),
        benefit=np.zeros(years, floats),
        hits=Hits(np.zeros(slots, _PLACE), np.zeros(slots, _PLACE)),
        hashes=np.zeros(1, np.int64),
    )


def _room_for_changes(needs: int, rows: int) -> Changes:
    return Changes(
        month=np.zeros(rows, _PLACE),
        size_sek=np.zeros(rows),
        qualified=np.zeros(rows, np.bool_),
        law=np.zeros(rows, _PLACE),
        need=(np.arange(rows) // AT_ONCE).astype(_PLACE),
        first_new=np.zeros(needs, _PLACE),
        after_new=np.zeros(needs, _PLACE),
        first_law=np.zeros(needs, _PLACE),
        after_law=np.zeros(needs, _PLACE),
    )


def _room_for_signings(slots: int, rows: int) -> Signings:
    return Signings(
        slot=np.zeros(rows, _PLACE),
        occurrence=np.zeros(rows, _PLACE),
        month=np.zeros(rows, _PLACE),
        end_month=np.zeros(rows, _PLACE),
        after_default=np.zeros(rows, np.bool_),
        moves=np.zeros(rows, _PLACE),
        luck=np.zeros((4, rows)),
        state=np.zeros(rows, np.uint64),
        first=np.zeros(slots + 1, _PLACE),
        states=np.zeros(slots, np.uint64),
    )
