"""What assumption vectors expect of markets, contracts, holders and bidders; each table is made once for all slots.

Tables have a row per month and a column per vector.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from partnership_lib.decision.components.bidders import (
    bundle_spread,
    expected_able_bidder_factor,
    expected_able_bids,
    expected_bidder_factor,
    expected_bids,
)
from partnership_lib.decision.components.default import holder_rate_per_year, probability_of_default_in_a_month
from partnership_lib.decision.components.gap import expected_gap_months
from partnership_lib.decision.components.overrun import expected_overrun
from partnership_lib.decision.components.price import (
    credible_scope_saving,
    drift_factor,
    expected_index_growth,
    expected_market_level,
    scale_and_scope_factor,
)
from partnership_lib.decision.engine.signings import Lengths
from partnership_lib.decision.plans.arrays import CompiledCase, Floats

Made = TypeVar("Made")
_MOST_RECENT = 16

# What these rest on does not vary.
_DELAY = (
    "appeal_months_mean",
    "appeal_months_sigma_ln",
    "second_instance_probability",
    "second_instance_months_mean",
    "slack_months",
)
_OVERRUN = (
    "ordinary_overrun_minimum",
    "ordinary_overrun_mode",
    "ordinary_overrun_maximum",
    "overrun_tail_probability",
    "overrun_tail_threshold",
    "overrun_tail_exponent",
    "overrun_tail_cap",
)


class Expectations:
    """What assumption vectors expect, for all slots of a case.

    Parameters
    ----------
    values : ndarray, shape (n, P)
        Assumption vectors.

    Attributes
    ----------
    assumed : dict
        Name of an assumption -> its general values, shape (n,).
    fixed : record of ASSUMED
        For the assumptions that do not vary.
    """

    def __init__(self, compiled: CompiledCase, values: Floats) -> None:
        self.compiled = compiled
        self.values = values
        table = compiled.assumed(values)
        self.fixed = table[0]
        # A name's values lie side by side here: the tables are made of them.
        self.assumed = {name: np.ascontiguousarray(table[name]) for name in table.dtype.names or ()}
        self._made: dict[Hashable, Any] = {}
        self._recent: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` returns; it is called once for a key."""
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made

    def recently(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` returns, like `once`; only the latest few are kept, for there may be one for each slot."""
        while len(self._recent) > _MOST_RECENT and key not in self._recent:
            del self._recent[next(iter(self._recent))]
        if key not in self._recent:
            self._recent[key] = make()
        made: Made = self._recent[key]
        return made

    def of(self, column: Any) -> Floats:
        """Return the values of a column."""
        values: Floats = self.values[:, column]
        return values

    def default_probability(self, slot: Any) -> Floats:
        """Return the probability that the holder of a slot defaults in a month."""
        partnership = float(slot["partnership"])

        def make() -> Floats:
            rate, factor = self.assumed["default_rate_per_year"], self.assumed["partner_default_rate_factor"]
            probability: Floats = probability_of_default_in_a_month(holder_rate_per_year(rate, partnership, factor))
            return probability

        return self.once(("default", partnership), make)

    def market(self, category: int) -> Floats:
        """Return the expected market price of a category, shape (T, n)."""

        def make() -> Floats:
            row = self.compiled.categories[category]
            trend, volatility = self.of(row["trend_column"]), self.of(row["volatility_column"])
            return _powers(expected_market_level(trend, volatility, 1.0), self.compiled.horizon_months)

        return self.once(("market", category), make)

    def weighted_market(self, category: int) -> Floats:
        """Return the expected market price of a category, weighted, shape (T, n)."""
        weights = self.compiled.weights[:-1, None]
        return self.once(("weighted", category), lambda: weights * self.market(category))

    def growth(self, slot: Any) -> Floats:
        """Return by what factor a contract price of a slot is expected to grow in a month while its holder is alive.

        That the holder must be alive is part of the factor.
        """
        drift = drift_factor(self.assumed["contract_drift_share_per_year"], 1.0)
        pass_through = self.compiled.pass_through_shares[slot["index_class"]]
        index = expected_index_growth(pass_through, self.assumed["index_volatility_share"], 1.0)
        growth: Floats = drift * index * (1.0 - self.default_probability(slot))
        return growth

    def holding(self, slot: Any) -> Floats:
        """Return what a price of 1 a year, signed in a month, is expected to cost until a default or the slot's end.

        The term is left out of account. Shape (end, n).
        """
        end = int(slot["end_month"])

        def make() -> Floats:
            powers = _powers(self.growth(slot), end)
            flow = self.compiled.weights[:end, None] / 12.0 * powers
            cost: Floats = np.cumsum(flow[::-1], axis=0)[::-1] / powers
            return cost * (1.0 - self.default_probability(slot))

        return self.once(("holding", *_contract(slot)), make)

    def term_cost(self, slot: Any, lengths: Lengths) -> Floats:
        """Return what a price of 1 a year, signed in a month, is expected to cost in its term, shape (end, n)."""

        def make() -> Floats:
            holding, growth = self.holding(slot), self.growth(slot)
            cost = holding.copy()
            for months, share in zip(lengths.months, lengths.shares, strict=True):
                if months < len(cost):
                    cost[:-months] -= share * growth**months * holding[months:]
            return cost

        return self.once(("term", *_contract(slot), lengths.months), make)

    def renewal_cost(self, category: int, slot: Any, lengths: Lengths) -> Floats:
        """Return `term_cost` at the market price of the month of signing, shape (end, n)."""
        key = ("renewal", category, *_contract(slot), lengths.months)
        return self.once(key, lambda: self.term_cost(slot, lengths) * self.market(category)[: int(slot["end_month"])])

    def bids(self, agreement: Any) -> Floats:
        """Return how many bids a procedure for a slot is expected to draw."""

        def make() -> Floats:
            factor, able = self.assumed["bidders_factor"], int(agreement["able_suppliers"])
            expected: Floats
            if able >= 0:
                expected = expected_able_bids(able, self.assumed["bundle_bidder_share"], factor)
            else:
                weights = self.compiled.bidder_weights[agreement["category"]]
                expected = expected_bids(weights, factor * self._spread(agreement))
            return expected

        return self.once(("bids", *_competition(agreement)), make)

    def level(self, agreement: Any, today: bool = False) -> Floats:
        """Return the expected price of an agreement relative to the market's; `today` leaves `bidders_factor` out.

        Parameters
        ----------
        agreement : record of SLOT or HOLDER
        """

        def make() -> Floats:
            count = float(agreement["need_count"])
            claimed = self.of(agreement["scope_saving_column"])
            saving = credible_scope_saving(claimed, self.assumed["optimism_bias_share"])
            economies = scale_and_scope_factor(count, self.assumed["scale_elasticity"], saving)
            level: Floats = economies * self._bidder_factor(agreement, today)
            return level

        return self.once(("level", today, *_competition(agreement)), make)

    @cached_property
    def delay_months(self) -> float:
        """Return the months without an agreement after an appeal."""
        return expected_gap_months(*(float(self.fixed[name]) for name in _DELAY))

    @cached_property
    def overrun(self) -> float:
        """Return by what share a start or a change of supplier is expected to go over its budget."""
        return expected_overrun(*(float(self.fixed[name]) for name in _OVERRUN))

    def interface_density(self) -> Floats | float:
        """Return the interfaces per pair of needs where there is no graph, else 1."""
        return self.assumed["interface_density"] if self.compiled.settings["no_graph"][0] else 1.0

    def _bidder_factor(self, agreement: Any, today: bool) -> Floats:
        saturation = self.assumed["bidder_saturation_count"]
        elasticity = self.assumed["bidder_price_elasticity"]
        able = int(agreement["able_suppliers"])
        factor = np.ones_like(elasticity) if today else self.assumed["bidders_factor"]
        expected: Floats
        if able >= 0:
            share = self.assumed["bundle_bidder_share"]
            expected = expected_able_bidder_factor(able, share, factor, saturation, elasticity)
        else:
            weights = self.compiled.bidder_weights[agreement["category"]]
            expected = expected_bidder_factor(weights, factor * self._spread(agreement), saturation, elasticity)
        return expected

    def _spread(self, agreement: Any) -> Floats:
        size, breadth = self.assumed["bundle_size_elasticity"], self.of(agreement["breadth_penalty_column"])
        spread: Floats = bundle_spread(float(agreement["need_count"]), size, breadth)
        return spread


def _powers(factor: Floats, count: int) -> Floats:
    """Return 1, factor, factor**2, ... in rows."""
    powers = np.broadcast_to(factor, (count, len(factor))).copy()
    powers[:1] = 1.0
    return np.multiply.accumulate(powers, axis=0)


def _contract(slot: Any) -> tuple[int, ...]:
    """Return what decides how a slot's contract prices run: the holder's default rate, the index clause, the end."""
    return int(slot["partnership"]), int(slot["index_class"]), int(slot["end_month"])


def _competition(agreement: Any) -> tuple[int, ...]:
    """Return what decides the bidders and the economies of an agreement; one need has no economies."""
    names = ("category", "able_suppliers", "need_count", "breadth_penalty_column", "scope_saving_column")
    return tuple(int(agreement[name]) for name in (names if agreement["need_count"] > 1 else names[:2]))
