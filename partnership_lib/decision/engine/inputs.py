"""What the event kernel reads: arrays only, so that compiled code takes them as they are."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from partnership_lib.decision.components.overrun import ordinary_overruns
from partnership_lib.decision.engine.scratch import Scratch
from partnership_lib.decision.future.tables import lognormal_table, normal_table
from partnership_lib.decision.plans.arrays import CompiledCase, CompiledPlan, Floats, Table, Whole


class World(NamedTuple):
    """What both plans share; the tables of `CompiledCase`, and tables of quantiles.

    Normal numbers, sizes of changes (mean 1), overruns outside the tail.
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
    overruns: Floats


class PlanArrays(NamedTuple):
    """The arrays of a `CompiledPlan`.

    Attributes
    ----------
    interface_weight_years : (2,)
        Internal and external.
    followed_up_years : (2,)
        Years of following up agreements, weighted, and the mean part of a supplier that follows with each of them.
    """

    slots: Table
    slot_needs: Whole
    parts: Table
    option_months: Whole
    interface_weight_years: Floats
    followed_up_years: Floats


class OnPath(NamedTuple):
    """A plan on a path.

    Attributes
    ----------
    first_number : int
        The slots of both plans are counted from 0; the number of this plan's first slot.
    premiums : ndarray, shape (K,)
        Of signed terms, as shares of the price.
    assumed : record of ASSUMED
    row : ndarray, shape (P,)
        The assumption vector.
    state : uint64
        Of the path's random draws.
    density : float
        Interfaces per pair of needs where there is no graph, else 1.
    separate_sek : float
        What it costs to procure a change separately [SEK].
    costs : ndarray, shape (15,)
        Where costs are added, weighted [SEK].
    """

    world: World
    plan: PlanArrays
    first_number: Any
    premiums: Any
    assumed: Any
    row: Any
    state: Any
    density: Any
    separate_sek: Any
    scratch: Scratch
    costs: Any


class Here(NamedTuple):
    """A slot on a path: what the functions of the term loop and of the ledger are about.

    Attributes
    ----------
    slot : record of SLOT
    place : int
        Of the slot in its plan.
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
    place: Any
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
        np.asarray(overruns, dtype=np.float64),
    )


def plan_arrays(plan: CompiledPlan, cumulative: Floats) -> PlanArrays:
    """Return the arrays of a plan."""
    slots = plan.slots
    years = (cumulative[slots["end_month"]] - cumulative[slots["start_month"]]) / 12.0 * slots["overhead_share"]
    total = float(years.sum())
    supplier_share = float(years @ slots["supplier_share"]) / total if total else 0.0
    return PlanArrays(
        slots,
        plan.slot_needs,
        plan.parts,
        plan.option_months,
        np.array([plan.internal_weight_years, plan.external_weight_years]),
        np.array([total, supplier_share]),
    )
