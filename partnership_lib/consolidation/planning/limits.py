"""What limits the choice of columns: agreements, procedures a year, large bundles, budgets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from partnership_lib.consolidation.costs.engine import (
    compiled_slots,
    external_interfaces_sek,
    slot_components_sek,
)
from partnership_lib.consolidation.planning.columns import APART, Columns, bridge_months, ends_early
from partnership_lib.consolidation.planning.instance import Instance
from partnership_lib.consolidation.solving.clashes import Constraint
from partnership_lib.consolidation.solving.pool import MAX_AGREEMENTS, Floats, Limit, Pool, max_agreements
from partnership_lib.decision.engine.expect_course import course_of
from partnership_lib.decision.engine.expect_inputs import Expectations
from partnership_lib.decision.plans.discounting import year_weights
from partnership_lib.decision.plans.plan import Slot, make_plan

CAPACITY, LARGE_BUNDLES, BUDGET, MUST_LINK = "capacity", "large_bundles", "budget", "must_link"
BRIDGE, EARLY = "bridge", "early_termination"
_ANY_MONTHS = 10_000


def constraints_of(instance: Instance) -> tuple[Constraint, ...]:
    """Return the constraints that can clash, each on its own."""
    rules = instance.rules
    found = [] if rules.max_agreements is None else [Constraint(MAX_AGREEMENTS, "", float(rules.max_agreements))]
    found += [Constraint(CAPACITY, str(year), most) for year, most in sorted(rules.procedures_per_year.items())]
    if rules.large_bundle_sek is not None and rules.large_bundles_share is not None:
        found.append(Constraint(LARGE_BUNDLES, "", rules.large_bundles_share))
    found += [Constraint(BUDGET, str(year), most) for year, most in sorted(rules.budget_sek_per_year.items())]
    found += [Constraint(MUST_LINK, ", ".join(group)) for group in rules.must_link]
    return tuple(found)


def in_any_time(instance: Instance) -> tuple[Instance, tuple[Constraint, ...]]:
    """Return an instance whose bundles may start whenever, and as constraints what the rules say of that.

    A search leaves out what does not start in time; to say why there is no plan, that too must be something to relax.
    """
    rules = instance.rules
    found = [Constraint(BRIDGE, "", float(rules.longest_bridge_months))]
    found += [] if rules.early_termination else [Constraint(EARLY)]
    wide = replace(rules, longest_bridge_months=_ANY_MONTHS, early_termination=True)
    return Instance.of(instance.case, wide), tuple(found)


class Limited:
    """A pool under some of the constraints of its instance; what bundles use of each is computed once."""

    def __init__(self, columns: Columns, pool: Pool) -> None:
        self.columns, self._pool = columns, pool
        self._limits = {(each.code, each.name): each for each in self._all_limits()}

    def pool(self, constraints: Sequence[Constraint]) -> Pool:
        """Return the pool under these constraints."""
        limits = [
            max_agreements(int(each.most or 0), self._pool.size)
            if each.code == MAX_AGREEMENTS
            else self._limits[each.code, each.name]
            for each in constraints
            if each.code not in (MUST_LINK, BRIDGE, EARLY)
        ]
        late = self._out_of_time([each for each in constraints if each.code in (BRIDGE, EARLY)])
        linked = [tuple(each.name.split(", ")) for each in constraints if each.code == MUST_LINK]
        pool = self._pool.with_limits(limits)
        # A bundle that would tear a group apart is too dear to be ever chosen: places in the pool stay as they are.
        return _without(pool, self._torn(linked) | late) if linked or late.any() else pool

    def _out_of_time(self, constraints: Sequence[Constraint]) -> np.ndarray:
        """Return which columns start too late for these constraints, or too early."""
        columns, instance = self.columns, self.columns.instance
        out = np.zeros(self._pool.size, dtype=np.bool_)
        most = next((each.most or 0.0 for each in constraints if each.code == BRIDGE), float(_ANY_MONTHS))
        never_early = any(each.code == EARLY for each in constraints)
        for column in np.flatnonzero(columns.form != APART) if constraints else ():
            month, members = instance.start_months[columns.start[column]], columns.members(int(column))
            out[column] = bridge_months(instance, members, month) > most
            out[column] |= never_early and ends_early(instance, members, month)
        return out

    def _torn(self, groups: Sequence[tuple[str, ...]]) -> np.ndarray:
        places = {name: place for place, name in enumerate(self._pool.items)}
        torn = np.zeros(self._pool.size, dtype=np.bool_)
        for group in groups:
            inside = np.asarray(self._pool.cover[[places[name] for name in group]].sum(axis=0)).ravel()
            torn |= (inside > 0) & (inside < len(group))
        return torn

    def _all_limits(self) -> Iterator[Limit]:
        instance = self.columns.instance
        rules = instance.rules
        if rules.procedures_per_year:
            uses = _procedures(self.columns)
            for year, most in sorted(rules.procedures_per_year.items()):
                yield Limit(CAPACITY, str(year), most, _of_year(uses, instance, year))
        if rules.large_bundle_sek is not None and rules.large_bundles_share is not None:
            values = self._pool.cover.T @ instance.values_sek
            large = np.where((self._pool.item_counts > 1) & (values > rules.large_bundle_sek), values, 0.0)
            total = float(instance.values_sek.sum())
            yield Limit(LARGE_BUNDLES, "", rules.large_bundles_share, large / total)
        for year, most in sorted(rules.budget_sek_per_year.items()):
            yield _budget(self.columns, year, most)


def _without(pool: Pool, left_out: np.ndarray) -> Pool:
    forbidden = Limit(MUST_LINK, "", 0.0, left_out.astype(np.float64))
    return pool.with_limits((*pool.limits, forbidden))


def _procedures(columns: Columns) -> Floats:
    """Return the procedures that every column is expected to need in every month, shape (columns, months).

    One with functional requirements and dialogue counts as several.
    """
    instance = columns.instance
    case, dialogue = instance.case, instance.mean("dialogue_effort_factor")
    months = case.settings.horizon_months
    apart = {slot.id: slot for slot in make_plan(case, ()).slots}
    uses = np.zeros((len(columns.bundle), months))
    # When bundles are procured depends on their terms and their start alone: one of each stands for all.
    firsts: dict[tuple[int, int], int] = {}
    for column, key in enumerate(zip(columns.form.tolist(), columns.start.tolist(), strict=True)):
        if key[0] != APART:
            firsts.setdefault(key, column)
    slots = [apart[name] for name in instance.ids] + list(
        columns.slots(np.array(list(firsts.values()), dtype=np.int64))
    )
    found = _expected_procedures(columns, slots, dialogue)
    alone = len(instance.ids)
    uses[:alone] = found[:alone]
    for place, (form, start) in enumerate(firsts):
        uses[(columns.form == form) & (columns.start == start)] = found[alone + place]
    return uses


def _expected_procedures(columns: Columns, slots: Sequence[Slot], dialogue: float) -> Floats:
    compiled = compiled_slots(columns.instance.case, slots)
    plan, given = compiled.plans[0], Expectations(compiled, columns.values)
    found = np.zeros((len(slots), compiled.horizon_months))
    for place, slot in enumerate(plan.slots):
        effort = dialogue if slot["functional"] else 1.0
        planned = course_of(given, plan, slot).signings.planned.mean(axis=1)
        found[place, slot["start_month"] : slot["end_month"]] = effort * planned
    return found


def _of_year(uses: Floats, instance: Instance, year: int) -> Floats:
    chosen: Floats = uses[:, _years(instance) == year].sum(axis=1)
    return chosen


def _years(instance: Instance) -> np.ndarray:
    base = instance.case.settings.base_month
    return base.year + (base.month - 1 + np.arange(instance.case.settings.horizon_months)) // 12


def _budget(columns: Columns, year: int, most_sek: float) -> Limit:
    """Return the budget of a calendar year: what columns cost in it, undiscounted."""
    case, values = columns.instance.case, columns.values
    weights = year_weights(_years(columns.instance), year)
    constant = float(external_interfaces_sek(case, values, weights).mean())
    uses = np.empty(len(columns.bundle))
    before = columns.before_in(weights)
    new = np.flatnonzero(columns.form != APART)
    uses[: len(columns.instance.ids)] = before[:, -1]
    sums = slot_components_sek(case, columns.slots(new), values, weights).sum(axis=2).mean(axis=1)
    uses[new] = sums + columns.earlier_sek(new, before)
    return Limit(BUDGET, str(year), most_sek - constant, uses)
