"""The arrays that the engine reads: a case and its two plans without names, strings or objects.

Tables are structured arrays; compiled code reads a row as a record (``need.annual_value_sek``), NumPy code a column
(``needs["annual_value_sek"]``). Fields that end in ``_column`` are places in an assumption vector, whose columns are
the keys of all assumptions in sorted order. An assumption with a scope of its own has a column of its own.
Numbers are kept as small as they can be: the slots of a thousand agreements are read over and over and must stay in
the cache. What is added to or counted on is signed; places are not, and need no look whether they count from the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.cases.catalogue import RULES

Table = npt.NDArray[np.void]
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

ASSUMED = np.dtype([(name, np.float64) for name in sorted(RULES)])
"""The general values of all assumptions; `CompiledCase.assumed` fills it."""

SETTINGS = np.dtype(
    [
        ("horizon_months", np.int64),
        ("society", np.bool_),  # the bidders' costs count
        ("price_rule", np.bool_),  # options are used when the contract price is at most the market's
        ("not_bought", np.bool_),  # changes outside the legal room are not bought, instead of procured separately
        ("no_graph", np.bool_),  # interface weights are pairs: times interface_density
        ("legal_threshold_sek", np.float64),
        ("legal_minor_share", np.float64),
        ("index_entity", np.uint64),  # key of the random draws
    ],
    align=True,
)

NEED = np.dtype(
    [
        ("entity", np.uint64),
        ("category", np.uint32),  # row of `categories`
        ("domain", np.int32),  # row of `domains`; -1: no law changes
        ("holder", np.uint32),  # row of `holders`: who holds it today
        ("annual_value_sek", np.float64),
        ("benefit_sek_per_month", np.float64),
        ("new_needs_column", np.uint16),
        ("change_size_column", np.uint16),
    ],
    align=True,
)

HOLDER = np.dtype(
    [
        ("category", np.uint32),  # the main one: where the bidders come from
        ("need_count", np.uint32),
        ("able_suppliers", np.int32),  # able to deliver all of several needs; -1: one need, or not known
        ("breadth_penalty_column", np.uint16),
        ("scope_saving_column", np.uint16),
    ],
    align=True,
)
"""What decides the bidders and the economies of an agreement; those of today set today's price level."""

CATEGORY = np.dtype([("entity", np.uint64), ("trend_column", np.uint16), ("volatility_column", np.uint16)], align=True)

DOMAIN = np.dtype([("entity", np.uint64), ("rate_column", np.uint16)], align=True)

PART = np.dtype([("category", np.uint32), ("holder", np.uint32), ("annual_value_sek", np.float64)], align=True)
"""The needs of a slot that share a market price and a price level of today."""

SLOT = np.dtype(
    [
        ("entity", np.uint64),  # of the anchor, the smallest need id
        ("category", np.uint32),  # the main one: where its bidders come from
        ("first_need", np.uint32),  # its needs are slot_needs[first_need : first_need + need_count]
        ("need_count", np.uint32),
        ("first_part", np.uint32),  # its parts are parts[first_part : first_part + part_count]
        ("part_count", np.uint32),
        ("annual_value_sek", np.float64),
        ("users", np.float64),
        ("start_month", np.int32),  # months [start, end)
        ("end_month", np.int32),
        ("expiry_month", np.int32),  # of the agreement of today, without its unused options
        ("bridge_month", np.int32),
        ("signed_month", np.int32),  # of the agreement of today, negative
        ("present", np.bool_),
        ("taken_over", np.bool_),  # present, and another slot takes over at end_month < horizon
        ("ends_by_notice", np.bool_),
        ("functional", np.bool_),
        ("premium", np.bool_),  # functional, and the included changes are priced in
        ("changes_described", np.bool_),
        ("exposed_quality", np.bool_),  # functional, and the indicators cannot be verified
        ("partnership", np.bool_),
        ("bridging_allowed", np.bool_),
        ("term_months", np.int32),
        ("first_option", np.uint32),  # of later terms: option_months[first_option : first_option + option_count]
        ("option_count", np.uint32),
        ("first_present_option", np.uint32),  # of the agreement of today
        ("present_option_count", np.uint32),
        ("index_class", np.uint32),  # place in `pass_through_shares`
        ("able_suppliers", np.int32),  # able to deliver all of several needs; -1: one need, or not known
        ("supplier_share", np.float64),
        ("overhead_share", np.float64),
        ("external_weight", np.float64),  # interfaces that leave the slot (pairs without a graph)
        ("exit_plan_sek", np.float64),
        ("meeting_hours_per_year", np.float64),  # nan: the assumption
        ("present_value_sek", np.float64),  # base of the legal room in the term of today
        ("contract_value_sek", np.float64),  # base of the legal room in later terms
        ("modifications_to_date_sek", np.float64),
        ("included_change_cap_column", np.uint16),
        ("premium_loading_column", np.uint16),
        ("adaptability_saving_column", np.uint16),
        ("quality_shading_column", np.uint16),
        ("transition_cost_column", np.uint16),
        ("supplier_change_column", np.uint16),
        ("breadth_penalty_column", np.uint16),
        ("scope_saving_column", np.uint16),
        ("partnership_owner_column", np.uint16),
    ],
    align=True,
)


@dataclass(frozen=True)
class CompiledPlan:
    """A plan as arrays; slots in the plan's order (anchor, start).

    Attributes
    ----------
    slots : Table of SLOT, shape (K,)
    slot_needs : ndarray of int, shape (sum of need counts,)
        Rows of `needs`, slot by slot, ascending.
    parts : Table of PART
        The value of every slot by market price and price level of today.
    option_months : ndarray of int
        The lengths of all options, see SLOT.
    internal_weight_years, external_weight_years : float
        Sum over interfaces and months of weight * D/12 while both needs are in the same slot, and while they are not.
    agreements : tuple of str
        The agreement id of each slot.
    """

    slots: Table
    slot_needs: Whole
    parts: Table
    option_months: Whole
    internal_weight_years: float
    external_weight_years: float
    agreements: tuple[str, ...]


@dataclass(frozen=True)
class CompiledCase:
    """A case and two plans as arrays, in the order of stable ids whatever the order in the case.

    Attributes
    ----------
    keys : tuple of str
        The column order of an assumption vector (P columns).
    settings : Table of SETTINGS, shape (1,)
    weights : ndarray, shape (T+1,)
        D: the discount weights of months 0 ... T-1, and of the exit at T.
    cumulative : ndarray, shape (T+1,)
        Dc[t] = sum of D[u] for u < t.
    needs, holders, categories, domains : Table
        Shapes (N,), (H,), (G,), (J,). Agreements of today that cannot differ in their price level are one holder.
    bidder_weights : ndarray, shape (G, B)
        Probability of 1, 2, ... B bidders in a procedure of the category today.
    pass_through_shares : ndarray
        The distinct pass-throughs of contract index clauses, ascending.
    general_columns : ndarray of int
        Columns of the general values, in the order of ASSUMED.
    plans : tuple of two CompiledPlan
        Fragmented, consolidated.
    """

    keys: tuple[str, ...]
    settings: Table
    weights: Floats
    cumulative: Floats
    needs: Table
    holders: Table
    categories: Table
    domains: Table
    bidder_weights: Floats
    pass_through_shares: Floats
    general_columns: Whole
    plans: tuple[CompiledPlan, CompiledPlan]

    @property
    def horizon_months(self) -> int:
        """Return the number of months, T."""
        return int(self.settings["horizon_months"][0])

    def assumed(self, values: Floats) -> Table:
        """Return the general values of assumption vectors by name: Table of ASSUMED, shape (n,), from (n, P)."""
        return np.ascontiguousarray(values[:, self.general_columns]).view(ASSUMED)[:, 0]
