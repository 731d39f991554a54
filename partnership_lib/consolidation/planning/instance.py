"""A case as items to be bundled: its agreements of today, who is able to deliver all of each, what they are worth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations
from math import ceil

import numpy as np

from partnership_lib.consolidation.candidates.market import Market
from partnership_lib.consolidation.planning.rules import Rules
from partnership_lib.consolidation.solving.pool import Floats, Whole
from partnership_lib.decision.cases.records import Case, ExtensionRule, PresentAgreement
from partnership_lib.decision.components.bidders import bundle_spread, expected_bids
from partnership_lib.decision.plans.holders import main_category
from partnership_lib.decision.plans.plan import month_of
from partnership_lib.decision.uncertainty.sampling import Sampler
from partnership_lib.errors import UsageError
from partnership_lib.units.dates import add_months

_DEFAULT_STARTS = (15, 24, 36)


@dataclass(frozen=True)
class Instance:
    """A case whose agreements of today are to be bundled, under rules.

    A bundle holds whole agreements of today: none is split.
    """

    case: Case
    rules: Rules

    @classmethod
    def of(cls, case: Case, rules: Rules) -> Instance:
        """Return the instance.

        Raises
        ------
        UsageError
            ``no_closed_form``, ``consolidation_few_agreements``, ``consolidation_unknown_agreement`` or
            ``consolidation_start_outside``.
        """
        if case.settings.extension_rule is ExtensionRule.PRICE:
            raise UsageError("no_closed_form")
        if len(case.present) < 2:
            raise UsageError("consolidation_few_agreements", found=len(case.present))
        known = {agreement.id for agreement in case.present}
        for name in (each for group in (*rules.must_link, *rules.cannot_link, rules.kept) for each in group):
            if name not in known:
                raise UsageError("consolidation_unknown_agreement", found=name, allowed=", ".join(sorted(known)[:6]))
        last = add_months(case.settings.base_month, case.settings.horizon_months)
        for start in rules.starts:
            if not case.settings.base_month < start < last:
                allowed = f"{case.settings.base_month:%Y-%m} – {last:%Y-%m}"
                raise UsageError("consolidation_start_outside", found=f"{start:%Y-%m}", allowed=allowed)
        return cls(case, rules)

    @cached_property
    def agreements(self) -> tuple[PresentAgreement, ...]:
        """Return the agreements of today in the order of their ids: the items."""
        return tuple(sorted(self.case.present, key=lambda agreement: agreement.id))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the items."""
        return tuple(agreement.id for agreement in self.agreements)

    @cached_property
    def start_months(self) -> tuple[int, ...]:
        """Return the months in which bundles may start."""
        base = self.case.settings.base_month
        if not self.rules.starts:
            return tuple(month for month in _DEFAULT_STARTS if month < self.case.settings.horizon_months)
        return tuple(sorted({month_of(start, base) for start in self.rules.starts}))

    @cached_property
    def needs_of(self) -> tuple[tuple[str, ...], ...]:
        """Return the needs of every item, ascending."""
        return tuple(tuple(sorted(agreement.need_ids)) for agreement in self.agreements)

    @cached_property
    def values_sek(self) -> Floats:
        """Return the annual value of every item."""
        worth = {need.id: need.annual_value_sek for need in self.case.needs}
        return np.array([sum(worth[need] for need in needs) for needs in self.needs_of])

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """Return the main category of every item."""
        by_id = {need.id: need for need in self.case.needs}
        return tuple(main_category([by_id[need] for need in needs]) for needs in self.needs_of)

    @cached_property
    def able(self) -> tuple[frozenset[str] | None, ...]:
        """Return the suppliers able to deliver all of every item; None where nobody has looked at some need."""
        by_id = {need.id: need for need in self.case.needs}
        found: list[frozenset[str] | None] = []
        for needs in self.needs_of:
            known = [by_id[need].capable_suppliers for need in needs]
            sets = [frozenset(each) for each in known if each is not None]
            found.append(reduce(frozenset.intersection, sets) if len(sets) == len(known) else None)
        return tuple(found)

    @cached_property
    def sampler(self) -> Sampler:
        """Return the assumptions of the case as random variables."""
        return Sampler(self.case)

    def mean(self, name: str) -> float:
        """Return what an assumption is in the middle."""
        return float(self.sampler.median()[self.sampler.column(name)])

    @cached_property
    def market(self) -> Market:
        """Return what decides which agreements may stand in a bundle together."""
        rules, total = self.rules, float(self.values_sek.sum())
        groups = ("",) * len(self.ids) if rules.across_categories else self.categories
        # Alone in its group, an agreement joins no other.
        groups = tuple(name if name in rules.kept else each for name, each in zip(self.ids, groups, strict=True))
        places = {name: place for place, name in enumerate(self.ids)}
        apart = {
            (min(pair), max(pair))
            for group in rules.cannot_link
            for pair in combinations([places[name] for name in group], 2)
        }
        share = max(self.mean("bundle_bidder_share"), 1e-9)
        return Market(
            items=self.ids,
            values_sek=self.values_sek,
            groups=groups,
            able=self.able,
            apart=frozenset(apart),
            fewest_able=max(1, ceil(round(rules.fewest_bidders / share, 9))),
            largest_size=rules.largest_size,
            largest_sizes=self._largest_sizes(groups),
            largest_value_sek=np.inf if rules.largest_share is None else rules.largest_share * total,
        )

    def _largest_sizes(self, groups: tuple[str, ...]) -> dict[str, int]:
        """Return how large a bundle may be where nobody has looked at who is able: while enough bids are expected."""
        sizes = {}
        for group in sorted({group for group, able in zip(groups, self.able, strict=True) if able is None}):
            members = [place for place, each in enumerate(groups) if each == group]
            category = main_category([need for need in self.case.needs if need.id in self._needs(members)])
            counts = self.case.bidder_counts.get(category) or self.case.bidder_counts[""]
            weights = np.asarray(counts) / np.sum(counts)
            size = 1
            while size < self.rules.largest_size and self._bids(weights, size + 1) >= self.rules.fewest_bidders:
                size += 1
            sizes[group] = size
        return sizes

    def _needs(self, items: list[int]) -> set[str]:
        return {need for item in items for need in self.needs_of[item]}

    def _bids(self, weights: Floats, needs: int) -> float:
        spread = bundle_spread(float(needs), self.mean("bundle_size_elasticity"), self.mean("bundle_breadth_penalty"))
        return float(expected_bids(weights, self.mean("bidders_factor") * spread))

    @property
    def unknown(self) -> Whole:
        """Return the items that nobody has looked at: who could deliver them is assumed."""
        return np.array([place for place, able in enumerate(self.able) if able is None], dtype=np.int64)
