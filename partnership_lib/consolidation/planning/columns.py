"""The columns of an instance: every bundle with its terms and its start, and what the engine expects it to cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from partnership_lib.consolidation.candidates.enumeration import Candidates, candidates
from partnership_lib.consolidation.costs.bounds import least_costs_sek
from partnership_lib.consolidation.costs.engine import (
    charged_alone,
    external_interfaces_sek,
    new_slots,
    slot_components_sek,
)
from partnership_lib.consolidation.planning.instance import Instance
from partnership_lib.consolidation.solving.pool import Floats, Pool, Whole
from partnership_lib.decision.cases.records import ProposedAgreement
from partnership_lib.decision.plans.plan import Slot, make_plan
from partnership_lib.units.dates import add_months

MOST_PRICED = 100_000
"""Columns that are priced at most: bundles are cut by size before there are more."""

APART = -1
"""Form and start of an agreement that goes on as it is."""

Tell = Callable[[int, int], None]
_AT_ONCE = 4_000


@dataclass(frozen=True)
class Columns:
    """The columns of a pool.

    Attributes
    ----------
    found : Candidates
        The bundles; a column is one of them with a form and a start.
    bundle, form, start : ndarray, shape (columns,)
        Place of the bundle; place of the form in the rules and of the start in the instance, `APART` for an agreement
        that goes on as it is.
    values : ndarray, shape (draws, assumptions)
        Draws of the assumptions that costs are means over.
    """

    instance: Instance
    found: Candidates
    bundle: Whole
    form: Whole
    start: Whole
    values: Floats

    @classmethod
    def of(cls, instance: Instance, tell: Tell | None = None) -> Columns:
        """Return the columns of an instance; bundles that the rules forbid are left out."""
        rules, months = instance.rules, instance.start_months
        each = max(len(rules.forms) * len(months), 1)
        found = candidates(instance.market, MOST_PRICED // each, MOST_PRICED // each + len(instance.ids), tell)
        alone = len(instance.ids)
        choices = [
            (bundle, form, start)
            for bundle in range(alone, found.cover.shape[1])
            if _allowed(instance, members := members_of(found, bundle))
            for form in range(len(rules.forms))
            for start, month in enumerate(months)
            if _in_time(instance, members, month)
        ]
        apart = [(bundle, APART, APART) for bundle in range(alone)]
        rows = np.array([*apart, *choices], dtype=np.int64).reshape(-1, 3)
        draws = max(int(rules.draws), 1)
        sampler = instance.sampler
        uniforms = sampler.sobol(int(np.ceil(np.log2(draws))), rules.seed, 0)[:draws]
        return cls(instance, found, rows[:, 0], rows[:, 1], rows[:, 2], sampler.at(uniforms))

    def pool(self, tell: Tell | None = None) -> Pool:
        """Return the pool, its costs known from below and refined where it matters."""
        least = np.empty(len(self.bundle))
        for begin in range(0, len(least), _AT_ONCE):
            if tell is not None:
                tell(begin, len(least))
            block = np.arange(begin, min(begin + _AT_ONCE, len(least)))
            least[block] = self.costs_sek(block, exact=False)
        cover = self.found.cover[:, self.bundle]
        return Pool(self.instance.ids, cover, least, (), self.found.complete, self.costs_sek)

    def costs_sek(self, columns: Whole, exact: bool = True) -> Floats:
        """Return what columns are expected to cost to the horizon, until they start included [SEK].

        Parameters
        ----------
        exact : bool
            As the engine does; otherwise at least so much, and much faster for functional requirements.
        """
        case, new = self.instance.case, columns[self.form[columns] != APART]
        found = np.empty(len(columns))
        found[self.form[columns] == APART] = self.before_sek[self.bundle[columns[self.form[columns] == APART]], -1]
        if len(new):
            slots = self.slots(new)
            by_draw = (
                slot_components_sek(case, slots, self.values).sum(axis=2)
                if exact
                else least_costs_sek(case, slots, self.values)
            )
            found[self.form[columns] != APART] = by_draw.mean(axis=1) + self.earlier_sek(new, self.before_sek)
        return found

    def earlier_sek(self, columns: Whole, before: Floats) -> Floats:
        """Return what the agreements of today in new columns cost until these start, from a table like `before_sek`."""
        return np.array([before[list(self.members(int(each))), self.start[each]].sum(axis=0) for each in columns])

    @cached_property
    def before_sek(self) -> Floats:
        """Return what agreements of today cost until each start, and last to the horizon [SEK], (items, starts + 1)."""
        sums: Floats = before_by_draw_sek(self.instance, self.values).mean(axis=2)
        return sums

    def before_in(self, weights: Floats) -> Floats:
        """Return `before_sek` with other weights of the months."""
        sums: Floats = before_by_draw_sek(self.instance, self.values, weights).mean(axis=2)
        return sums

    @cached_property
    def constant_sek(self) -> float:
        """Return what no choice changes: all interfaces as if they were external."""
        return float(external_interfaces_sek(self.instance.case, self.values).mean())

    def members(self, column: int) -> tuple[int, ...]:
        """Return the items of a column."""
        return members_of(self.found, int(self.bundle[column]))

    def proposals(self, columns: Sequence[int] | Whole) -> tuple[ProposedAgreement, ...]:
        """Return columns as agreements that a case would propose."""
        return tuple(self._proposal(int(column)) for column in columns if self.form[column] != APART)

    def slots(self, columns: Whole) -> tuple[Slot, ...]:
        """Return the slots of columns that start anew."""
        return new_slots(self.instance.case, self.proposals(columns))

    def _proposal(self, column: int) -> ProposedAgreement:
        instance = self.instance
        members = self.members(column)
        month = instance.start_months[self.start[column]]
        form = instance.rules.forms[self.form[column]]
        return ProposedAgreement(
            id=f"bundle-{column}",
            name=" + ".join(instance.agreements[item].name for item in members),
            need_ids=tuple(sorted(need for item in members for need in instance.needs_of[item])),
            start=add_months(instance.case.settings.base_month, month),
            terms=form.terms,
        )


def members_of(found: Candidates, bundle: int) -> tuple[int, ...]:
    """Return the items of a bundle."""
    cover = found.cover
    return tuple(int(item) for item in cover.indices[cover.indptr[bundle] : cover.indptr[bundle + 1]])


def before_by_draw_sek(instance: Instance, values: Floats, weights: Floats | None = None) -> Floats:
    """Return what every item costs until each start, and last to the horizon, with its supplier to itself.

    By draw of the assumptions, shape (items, starts + 1, n).
    """
    case, places = instance.case, {name: place for place, name in enumerate(instance.ids)}
    plans = [make_plan(case, (_of_everything(instance, month),)) for month in instance.start_months] + [
        make_plan(case, ())
    ]
    costs = np.zeros((len(places), len(plans), len(values)))
    for number, plan in enumerate(plans):
        slots = charged_alone([slot for slot in plan.slots if slot.present])
        found = slot_components_sek(case, slots, values, weights).sum(axis=2)
        for slot, cost in zip(slots, found, strict=True):
            costs[places[slot.id], number] += cost
    return costs


def _of_everything(instance: Instance, month: int) -> ProposedAgreement:
    """Return an agreement that takes over everything in a month, so that all of today's end in it."""
    return ProposedAgreement(
        id="everything",
        name="",
        need_ids=tuple(need.id for need in instance.case.needs),
        start=add_months(instance.case.settings.base_month, month),
        terms=instance.rules.forms[0].terms,
    )


def _allowed(instance: Instance, members: tuple[int, ...]) -> bool:
    """Return whether a bundle holds no more of any category than the rules allow one supplier."""
    most = instance.rules.largest_share_of_category
    if most is None:
        return True
    whole: dict[str, float] = {}
    own: dict[str, float] = {}
    for item, category in enumerate(instance.categories):
        whole[category] = whole.get(category, 0.0) + float(instance.values_sek[item])
    for item in members:
        category = instance.categories[item]
        own[category] = own.get(category, 0.0) + float(instance.values_sek[item])
    return all(value <= most * whole[category] for category, value in own.items())


def _in_time(instance: Instance, members: tuple[int, ...], month: int) -> bool:
    """Return whether the agreements of a bundle can wait for its start, or be ended for it, under the rules."""
    if bridge_months(instance, members, month) > instance.rules.longest_bridge_months:
        return False
    return instance.rules.early_termination or not ends_early(instance, members, month)


def bridge_months(instance: Instance, members: tuple[int, ...], month: int) -> int:
    """Return how long the agreement that ends first must be bridged, its options used, until a bundle starts."""
    gaps = [
        month - expiry - sum(instance.agreements[item].remaining_option_months)
        for item in members
        if (expiry := _expiry_month(instance, item)) is not None
    ]
    return max(gaps, default=0)


def ends_early(instance: Instance, members: tuple[int, ...], month: int) -> bool:
    """Return whether a bundle that starts in a month ends an agreement of today before it expires."""
    return any((expiry := _expiry_month(instance, item)) is not None and month < expiry for item in members)


def _expiry_month(instance: Instance, item: int) -> int | None:
    base, expiry = instance.case.settings.base_month, instance.agreements[item].expiry
    return None if expiry is None else (expiry.year - base.year) * 12 + expiry.month - base.month
