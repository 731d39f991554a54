"""The same decision model as an honest dense simulation: NumPy arrays of paths x agreements, one month after another.

What is rare (signings, changes) is computed for the places where it happens alone, as a careful author would do it.
Legal events are left out. Random numbers come from NumPy's generator: it draws them faster than a hash in NumPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from partnership_lib.decision.components import COMPONENTS, bidders, gap, overrun, procurement, switching
from partnership_lib.decision.engine.numpy_paths import open_paths
from partnership_lib.decision.engine.paths import bidders_per_bidder_seen, economies
from partnership_lib.decision.engine.running import run_follow_up, run_interfaces, run_slot

C = {name: place for place, name in enumerate(COMPONENTS)}


def simulate_dense(compiled: Any, values: Any, premiums: Any, seed: int) -> np.ndarray:
    """Return costs (n, 2, 15) [SEK]."""
    costs = np.zeros((len(values), 2, len(COMPONENTS)))
    with np.errstate(over="ignore"):
        paths = open_paths(compiled, values, seed, 0)
    for plan in range(2):
        DensePlan(paths, plan, premiums[plan], np.random.default_rng(seed), costs[:, plan]).run()
    return costs


class DensePlan:
    """A plan on all paths."""

    def __init__(self, paths: Any, plan: int, premiums: Any, rng: np.random.Generator, costs: np.ndarray) -> None:
        self.paths, self.world, self.plan, self.rng, self.costs = paths, paths.world, paths.plans[plan], rng, costs
        self.slots, self.values, self.premiums = self.plan.slots, paths.values, premiums
        n, k = len(self.values), len(self.slots)
        present = self.slots.present[None, :]
        self.first = np.broadcast_to(present, (n, k)).copy()
        self.price = np.where(present, self.slots.annual_value_sek, 0.0) * np.ones((n, 1))
        self.signed = np.broadcast_to(self.slots.signed_month, (n, k)).copy()
        self.level = np.ones((n, k))
        self.charged = np.zeros((n, k))
        self.expiry = self._with_options(np.broadcast_to(self.slots.expiry_month, (n, k)).copy(), present=True)
        self.year = np.zeros((n, k))
        row = self.values.T
        self.economy = np.stack([economies(s, paths.assumed, row) * np.ones(n) for s in self.slots], axis=1)
        self.spread = np.stack(
            [bidders_per_bidder_seen(s, paths.assumed, row) * np.ones(n) for s in self.slots], axis=1
        )
        self.weights = np.zeros((k, len(self.world.categories), len(self.world.holders)))
        for place, slot in enumerate(self.slots):
            for part in self.plan.parts[slot.first_part : slot.first_part + slot.part_count]:
                self.weights[place, part.category, part.holder] += part.annual_value_sek

    def run(self) -> None:
        """Add all costs."""
        run_interfaces(self.plan, self.paths.assumed, self.paths.density, self.costs.T)
        run_follow_up(self.plan, self.paths.assumed, self.costs.T)
        for slot in self.slots:
            run_slot(slot, self.world.cumulative, self.paths.assumed, self.values.T, self.costs.T)
        for month in range(self.paths.horizon_months):
            self._month(month)
        self._leave()

    def _column(self, name: str) -> np.ndarray:
        return self.values[:, self.slots[f"{name}_column"]]

    def _with_options(self, expiry: np.ndarray, *, present: bool) -> np.ndarray:
        first = self.slots.first_present_option if present else self.slots.first_option
        count = self.slots.present_option_count if present else self.slots.option_count
        going_on = np.ones(expiry.shape, dtype=bool)
        for number in range(int(count.max(initial=0))):
            has = number < count
            months = np.where(has, self.plan.option_months[np.where(has, first + number, 0)], 0)
            used = self.rng.random(expiry.shape) < self.paths.assumed.extension_probability[:, None]
            going_on &= used & has
            expiry = expiry + months * going_on
        return np.where(self.slots.taken_over, self.slots.end_month, expiry)

    def _month(self, month: int) -> None:
        slots, assumed = self.slots, self.paths.assumed
        active = (slots.start_month <= month) & (month < slots.end_month)
        starts = active & ~slots.present & (slots.start_month == month)
        expires = active & (self.expiry == month) & (slots.start_month < month) | (
            active & slots.present & (self.expiry == month) & (month == 0)
        )
        self._sign(month, expires | starts, after_default=False)
        factor = np.where(slots.partnership, assumed.partner_default_rate_factor[:, None], 1.0)
        chance = -np.expm1(-assumed.default_rate_per_year[:, None] * factor / 12.0)
        defaults = active & (self.rng.random(self.price.shape) < chance)
        self._sign(month, defaults, after_default=True)
        level = self.paths.level[:, slots.index_class, month]
        paid = np.where(active, self.price * level / self.level, 0.0) * self.world.weights[month] / 12.0
        self.costs[:, C["price"]] += paid.sum(axis=1)
        self.costs[:, C["premium"]] += (paid * self.charged).sum(axis=1)
        bridged = slots.taken_over & (slots.bridge_month <= month) & self.first
        self.costs[:, C["gap"]] += (paid * bridged).sum(axis=1) * assumed.bridging_markup_share
        self._changes(month, active)

    def _sign(self, month: int, chosen: np.ndarray, *, after_default: bool) -> None:
        path, k = np.nonzero(chosen)
        if not len(path):
            return
        slot, a, rng = self.slots[k], self.paths.assumed[path], self.rng
        weight, value = self.world.weights[month], slot.annual_value_sek
        seen = self._bidders(path, slot) * a.bidders_factor * self.spread[path, k]
        effort = np.where(slot.functional, a.dialogue_effort_factor, 1.0)
        base = procurement.procedure_sek(
            a.staff_cost_sek_per_hour, a.authority_hours_per_procedure, effort, a.user_hours_per_procedure,
            slot.need_count.astype(float), a.hours_per_bid, bidders.bids(seen), a.advertising_sek_per_procedure, 0.0,
        )  # fmt: skip
        appealed = rng.random(len(path)) < a.appeal_probability
        procured = procurement.with_mishaps_sek(
            base, rng.random(len(path)) < a.cancellation_probability, a.cancellation_redo_share, appealed,
            rng.random(len(path)) < a.appeal_repeat_probability, a.staff_cost_sek_per_hour, a.appeal_hours,
            a.appeal_counsel_sek,
        )  # fmt: skip
        sunk = self.first[path, k] & (
            np.where(slot.functional, a.lead_months_functional, a.lead_months_detailed) > month
        )
        starts = ~slot.present & (slot.start_month == month) & ~after_default
        over = 1.0 + self._overruns(len(path))
        moving = switching.supplier_change_sek(
            a.switching_cost_share, a.dual_running_cost_share, a.dual_running_months, value, over - 1.0
        )
        changes = ~starts & (after_default | (rng.random(len(path)) < self.values[path, slot.supplier_change_column]))
        market = self.paths.market[path, :, month]
        if after_default:
            severity = np.where(slot.partnership, a.partner_severity_factor, 1.0) * a.default_severity_share * value
            self._add("default", path, weight * (severity + procured + moving))
        else:
            self._add("procurement", path, weight * np.where(sunk, 0.0, procured))
            delay = self._delay(a, appealed)
            worth = np.einsum("sch,sc->s", self.weights[k], market)
            self._add("gap", path, weight * delay * np.where(
                slot.bridging_allowed, a.bridging_markup_share * worth / 12.0, a.manual_work_sek_per_month
            ))  # fmt: skip
            started = self.values[path, slot.transition_cost_column] * value * over
            self._add("switching", path, weight * np.where(starts, started, np.where(changes, moving, 0.0)))
        self._add("training", path, weight * (starts | changes) * slot.users * a.training_hours_per_user
                  * a.user_cost_sek_per_hour)  # fmt: skip
        density = self.paths.density[path]
        self._add("interfaces", path, weight * changes * slot.external_weight * density * a.reintegration_cost_sek)
        factor = bidders.bidder_factor(seen, a.bidder_saturation_count, a.bidder_price_elasticity)
        relative = np.einsum("sch,sc,sh->s", self.weights[k], market, 1.0 / self.paths.today[path])
        self.price[path, k] = relative * factor * self.economy[path, k]
        self.level[path, k] = self.paths.level[path, slot.index_class, month]
        self.charged[path, k] = self.premiums[path, k]
        self.signed[path, k], self.first[path, k] = month, False
        after = self._with_options(np.broadcast_to(month + self.slots.term_months, self.price.shape), present=False)
        self.expiry[path, k] = after[path, k]

    def _add(self, component: str, path: np.ndarray, cost: Any) -> None:
        self.costs[:, C[component]] += np.bincount(path, weights=cost, minlength=len(self.costs))

    def _bidders(self, path: np.ndarray, slot: Any) -> np.ndarray:
        luck = self.rng.random(len(path))
        return 1.0 + (luck[:, None] >= self.world.bidder_distribution[slot.category][:, :-1]).sum(axis=1)

    def _overruns(self, count: int) -> np.ndarray:
        a = self.paths.assumed[0]
        return overrun.overrun_at(
            self.rng.random(count), self.world.overruns, a.overrun_tail_probability, a.overrun_tail_threshold,
            a.overrun_tail_exponent, a.overrun_tail_cap,
        )  # fmt: skip

    def _delay(self, a: Any, appealed: np.ndarray) -> np.ndarray:
        months, hit = np.zeros(len(appealed)), np.nonzero(appealed)[0]
        sigma, some = a.appeal_months_sigma_ln[hit], a[hit]
        length = some.appeal_months_mean * np.exp(sigma * (self.rng.standard_normal(len(hit)) - sigma / 2.0))
        again = self.rng.random(len(hit)) < some.second_instance_probability
        length += again * self.rng.exponential(size=len(hit)) * some.second_instance_months_mean
        months[hit] = gap.gap_months(length, some.slack_months)
        return months

    def _changes(self, month: int, active: np.ndarray) -> None:
        world, a, rng, weight = self.world, self.paths.assumed, self.rng, self.world.weights[month]
        needs, n = world.needs, len(self.values)
        new = rng.poisson(self.values[:, needs.new_needs_column] / 12.0)
        laws = rng.poisson(self.values[:, world.domains.rate_column] / 12.0)
        laws = np.concatenate([laws, np.zeros((n, 1), dtype=laws.dtype)], axis=1)
        hits = rng.binomial(laws[:, needs.domain], a.law_change_hit_probability[:, None])
        path, need = np.nonzero(new + hits)
        count = (new + hits)[path, need]
        path, need = np.repeat(path, count), np.repeat(need, count)
        sigma = a.change_size_sigma_ln[path]
        size = np.exp(sigma * (rng.standard_normal(len(path)) - sigma / 2.0))
        size *= needs.annual_value_sek[need] * self.values[path, needs.change_size_column[need]]
        volume = np.bincount(path * len(needs) + need, weights=size, minlength=n * len(needs)).reshape(n, -1)
        of_slot = np.add.reduceat(volume[:, self.plan.slot_needs], self.slots.first_need, axis=1) * active
        handled = np.add.reduceat(new[:, self.plan.slot_needs], self.slots.first_need, axis=1).astype(float)
        hit = hits[:, self.plan.slot_needs]
        domain = needs.domain[self.plan.slot_needs]
        for place in range(len(world.domains)):
            handled += np.maximum.reduceat(hit * (domain == place), self.slots.first_need, axis=1)
        self.costs[:, C["changes"]] += weight * (handled * active).sum(axis=1) * (
            a.staff_cost_sek_per_hour * a.change_handling_hours
        )  # fmt: skip
        detailed = ~self.slots.functional
        self.costs[:, C["changes"]] += weight * (of_slot * detailed).sum(axis=1) * (1.0 + a.change_markup_share)
        self._years(month, of_slot)
        self._benefits(month, new, active)

    def _years(self, month: int, of_slot: np.ndarray) -> None:
        slots = self.slots
        self.year += of_slot * slots.functional
        age = month + 1 - slots.start_month
        closes = slots.functional & (age > 0) & ((age % 12 == 0) | (month + 1 == slots.end_month))
        if closes.any():
            cap = self._column("included_change_cap") * slots.annual_value_sek * ((age - 1) % 12 + 1) / 12.0
            over = np.maximum(self.year * (1.0 - self._column("adaptability_saving")) - cap, 0.0) * closes
            markup = 1.0 + self.paths.assumed.change_markup_share
            self.costs[:, C["changes"]] += self.world.weights[month] * over.sum(axis=1) * markup
            self.year *= ~closes

    def _benefits(self, month: int, new: np.ndarray, active: np.ndarray) -> None:
        a, cumulative, needs = self.paths.assumed, self.world.cumulative, self.world.needs
        months = np.arange(len(cumulative))
        worth = new[:, self.plan.slot_needs] * needs.benefit_sek_per_month[self.plan.slot_needs]
        worth = np.add.reduceat(worth, self.slots.first_need, axis=1) * active
        for functional, lead in ((False, a.change_order_lead_months), (True, a.release_cycle_months)):
            left = cumulative[-1] - np.interp(month + lead, months, cumulative)
            self.costs[:, C["benefit"]] -= (worth * (self.slots.functional == functional)).sum(axis=1) * left

    def _leave(self) -> None:
        slots, a, horizon = self.slots, self.paths.assumed, self.paths.horizon_months
        share, value = self._column("supplier_change"), slots.annual_value_sek
        used = np.minimum((horizon - self.signed) / slots.term_months, 1.0)
        settled = share * a.switching_cost_share[:, None] * value * used + slots.exit_plan_sek
        alive = slots.end_month == horizon
        self.costs[:, C["exit"]] += self.world.weights[horizon] * (settled * alive).sum(axis=1)
        left = np.clip(slots.expiry_month - slots.end_month, 0, 12) / 12.0
        fee = a.early_termination_share[:, None] * left * value * self.world.weights[slots.end_month]
        self.costs[:, C["switching"]] += (fee * (slots.taken_over & ~slots.ends_by_notice) * self.first).sum(axis=1)
