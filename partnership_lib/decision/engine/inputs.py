"""What the event kernel reads and the room it works in: arrays only, so that compiled code takes them as they are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.components.overrun import ordinary_overruns
from partnership_lib.decision.future.tables import exponential_table, lognormal_table, normal_table
from partnership_lib.decision.plans.arrays import CompiledCase, CompiledPlan, Floats, Table, Whole

AT_ONCE = 16
"""New needs of a need that are drawn ahead: about as many as the defaults give in ten years, and some more."""

EVENT = np.dtype(
    [
        ("size_sek", np.float64),
        ("month", np.uint32),  # unsigned: compiled code need not ask whether a place counts from the end
        ("need", np.uint32),
        ("law", np.int32),  # number of the law change on this path; -1: a new need
        ("qualified", np.bool_),  # supplementary or unforeseen (17 kap. 11-12 §§ LOU)
    ],
    align=True,
)
"""A change that a need meets; small, so that those of a thousand needs stay in the cache."""

LAW_DRAFT = np.dtype(
    [("month", np.float64), ("luck", np.float64), ("law", np.int32), ("qualified", np.bool_)], align=True
)
"""A law change that hits the need whose changes are being drawn."""

TERM = np.dtype(
    [
        ("start_month", np.int64),
        ("signed_month", np.int64),
        ("occurrence", np.int64),  # 0: the agreement of today
        ("price_sek", np.float64),  # a year, at the signing
        ("premium_share", np.float64),
    ]
)
"""The term that a slot is in."""

LEDGER = np.dtype(
    [
        ("contract_value_sek", np.float64),
        ("room_sek", np.float64),
        ("used_sek", np.float64),
        ("next_signing", np.int64),  # place in `Scratch.signings`
        ("first_hit_month", np.int64),  # -1: none
    ]
)
"""The legal room of a slot's agreement, and what has been taken of it."""

COUNTER = np.dtype([("signings", np.int64), ("hashes", np.int64)])


class World(NamedTuple):
    """What both plans share; the tables of `CompiledCase`, and tables of quantiles.

    Normal numbers, sizes of changes (mean 1), times to an event of rate 1, overruns outside the tail.
    """

    settings: Table
    weights: Floats
    cumulative: Floats
    needs: Table
    holders: Table
    categories: Table
    domains: Table
    bidder_weights: Floats
    bidder_distribution: Floats
    pass_through_shares: Floats
    normals: Floats
    sizes: Floats
    waits: Floats
    overruns: Floats


class PlanArrays(NamedTuple):
    """The arrays of a `CompiledPlan`."""

    slots: Table
    slot_needs: Whole
    parts: Table
    option_months: Whole
    interface_weight_years: Floats


class Scratch(NamedTuple):
    """Room for one path; T months, C index classes, G categories, H holders, N needs, J domains, Y years.

    Attributes
    ----------
    level : (C, T+1)
        What a contract price of today has become, drift and index: ``(1+delta)^(t/12) * I[t]``.
    annuity : (C, T+1)
        ``A[t]``: what a price level of today costs from now to t.
    market : (G, T+1)
        ``ln M[t]``: few of the months are ever asked for.
    today : (H,)
        ``E0``.
    today_of_category : (G,)
        The same for an agreement with one need.
    bidder_factors : (B+1,)
        ``f(n)`` of an agreement with one need, by bidders seen.
    law_months : (L,) with law_first (J+1,)
        Times of the law changes of each domain.
    law_drafts : (L+1,) of LAW_DRAFT
        The law changes that hit a need, in order of time.
    new_bits, new_months : (A N+E,)
        New needs: random bits and months, of every need the first A, then all of the need that has more.
    new_rows : (E,)
        Where the new needs of a need belong in `events`.
    months_of_use : (2, T+1)
        Weighted months from the coverage of a new need that came in a month to the horizon, detailed and functional.
    events : (E,) of EVENT with event_first (N+1,)
        The changes of each need, in order of time.
    order : (E,)
        The changes of a slot, in order of time: rows of `events`.
    month_places : (T+2,)
        For sorting by month.
    handled : (L+1,)
        The last slot that handled a law change; the last place is for changes that are none.
    signings : (T+1,)
        Months in which the slot signed a term.
    volume, not_bought, benefit : (Y,)
        Of a functional slot's years [SEK].
    """

    level: Floats
    annuity: Floats
    market: Floats
    today: Floats
    today_of_category: Floats
    bidder_factors: Floats
    shocks: Floats
    law_months: Floats
    law_first: Whole
    law_drafts: Table
    new_bits: Whole
    new_months: Floats
    new_rows: Whole
    months_of_use: Floats
    events: Table
    event_first: Whole
    order: Whole
    month_places: Whole
    handled: Whole
    signings: Whole
    volume: Floats
    not_bought: Floats
    benefit: Floats
    term: Table
    ledger: Table
    counter: Table


class Here(NamedTuple):
    """A slot on a path: what the functions of the term loop and of the ledger are about.

    Attributes
    ----------
    slot : record of SLOT
    number : int
        Counts the slots of both plans.
    assumed : record of ASSUMED
    row : ndarray, shape (P,)
        The assumption vector.
    state : uint64
        Of the slot's random draws.
    premium_share : float
        Premium of signed terms, as a share of the price.
    density : float
        Interfaces per pair of needs where there is no graph, else 1.
    separate_sek : float
        What it costs to procure a change separately [SEK].
    costs : ndarray, shape (15,)
        Where costs are added, weighted [SEK].
    """

    world: World
    plan: PlanArrays
    slot: Any
    number: Any
    assumed: Any
    row: Any
    state: Any
    premium_share: Any
    density: Any
    separate_sek: Any
    scratch: Scratch
    costs: Any


def world_of(compiled: CompiledCase, assumed: Table) -> World:
    """Return what both plans share.

    Parameters
    ----------
    assumed : Table of ASSUMED
        At least one row: the fixed assumptions behind the tables are read from the first.
    """
    fixed = assumed[0]
    overruns = ordinary_overruns(
        fixed["ordinary_overrun_minimum"], fixed["ordinary_overrun_mode"], fixed["ordinary_overrun_maximum"]
    )
    return World(
        compiled.settings,
        compiled.weights,
        compiled.cumulative,
        compiled.needs,
        compiled.holders,
        compiled.categories,
        compiled.domains,
        compiled.bidder_weights,
        np.cumsum(compiled.bidder_weights, axis=1),
        compiled.pass_through_shares,
        normal_table(),
        lognormal_table(float(fixed["change_size_sigma_ln"])),
        exponential_table(),
        np.asarray(overruns, dtype=np.float64),
    )


def plan_arrays(plan: CompiledPlan) -> PlanArrays:
    """Return the arrays of a plan."""
    years = np.array([plan.internal_weight_years, plan.external_weight_years])
    return PlanArrays(plan.slots, plan.slot_needs, plan.parts, plan.option_months, years)


def make_scratch(compiled: CompiledCase, law_room: int, event_room: int) -> Scratch:
    """Return room for one path with so many law changes and changes of needs."""
    months = compiled.horizon_months
    years = months // 12 + 1
    floats: npt.DTypeLike = np.float64
    return Scratch(
        level=np.empty((len(compiled.pass_through_shares), months + 1), floats),
        annuity=np.empty((len(compiled.pass_through_shares), months + 1), floats),
        market=np.empty((len(compiled.categories), months + 1), floats),
        today=np.empty(len(compiled.holders), floats),
        today_of_category=np.empty(len(compiled.categories), floats),
        bidder_factors=np.empty(compiled.bidder_weights.shape[1] + 1, floats),
        shocks=np.empty(months + 1, floats),
        law_months=np.empty(law_room, floats),
        law_first=np.zeros(len(compiled.domains) + 1, np.int64),
        new_bits=np.zeros(len(compiled.needs) * AT_ONCE + event_room, np.uint64),
        new_months=np.zeros(len(compiled.needs) * AT_ONCE + event_room, floats),
        new_rows=np.zeros(event_room, np.int64),
        law_drafts=np.zeros(law_room + 1, LAW_DRAFT),
        months_of_use=np.zeros((2, months + 1), floats),
        events=np.zeros(event_room, EVENT),
        event_first=np.zeros(len(compiled.needs) + 1, np.int64),
        order=np.zeros(event_room, np.uint32),
        month_places=np.zeros(months + 2, np.int64),
        handled=np.zeros(law_room + 1, np.int64),
        signings=np.zeros(months + 1, np.int64),
        volume=np.zeros(years, floats),
        not_bought=np.zeros(years, floats),
        benefit=np.zeros(years, floats),
        term=np.zeros(1, TERM),
        ledger=np.zeros(1, LEDGER),
        counter=np.zeros(1, COUNTER),
    )
