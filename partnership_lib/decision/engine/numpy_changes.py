"""A slot's changes and its legal room, on many paths at once; `changes` and `ledger` say what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.components.benefit import benefit_sek
from partnership_lib.decision.components.changes import excess_sek, handling_sek, included_cap_sek, paid_change_sek
from partnership_lib.decision.components.legal import is_outside_the_room, minor_room_sek
from partnership_lib.decision.engine.changes import BENEFIT, CHANGES
from partnership_lib.decision.engine.ledger import LEGAL, NO_HIT, separate_procedure_sek
from partnership_lib.decision.engine.numpy_events import Events, side_by_side
from partnership_lib.decision.engine.numpy_paths import Slots
from partnership_lib.decision.engine.numpy_procedures import luck
from partnership_lib.decision.future.streams import EXCESS_QUALIFIED
from partnership_lib.decision.plans.arrays import Floats, Whole

Flags = npt.NDArray[np.bool_]


@dataclass
class Change:
    """The n-th change of a slot on every path; `happens` says on which there is one."""

    happens: Flags
    month: Whole
    weight: Floats
    size_sek: Floats
    gain_sek: Floats
    qualified: Flags


class Ledger:
    """The legal room of a slot's agreement on every path."""

    def __init__(self, here: Slots, signings: Flags) -> None:
        self._here = here
        self._signed_by = np.cumsum(signings, axis=1)
        self._entered = np.zeros(len(here.at), dtype=np.int64)
        self._value = np.full(len(here.at), here.slot.present_value_sek)
        self._used = np.full(len(here.at), here.slot.modifications_to_date_sek)
        self.first_hit_month = np.full(len(here.at), NO_HIT)

    def hits(self, happens: Flags, month: Whole, modification_sek: Floats, qualified: Flags) -> Flags:
        """Return which modifications are outside the room; the others take from it."""
        settings = self._here.paths.world.settings[0]
        signed = self._signed_by[np.arange(len(month)), month]
        anew = happens & (signed > self._entered)
        self._entered = np.where(anew, signed, self._entered)
        self._value = np.where(anew, self._here.slot.contract_value_sek, self._value)
        self._used = np.where(anew, 0.0, self._used)
        room = minor_room_sek(self._value, settings.legal_threshold_sek, settings.legal_minor_share)
        outside = happens & is_outside_the_room(modification_sek, qualified, self._used, self._value, room)
        self.first_hit_month = np.where(outside & (self.first_hit_month == NO_HIT), month, self.first_hit_month)
        self._used = self._used + modification_sek * (happens & ~outside & ~qualified)
        return outside

    def pay(self, hit: Flags, weight: Floats, saved_sek: Any, lost_benefit_sek: Any) -> None:
        """Add what changes outside the room cost."""
        if self._here.paths.world.settings[0].not_bought:
            self._here.add(LEGAL, np.where(hit, lost_benefit_sek - saved_sek, 0.0))
        else:
            self._here.add(LEGAL, np.where(hit, weight * self._separate_sek, 0.0))

    @property
    def _separate_sek(self) -> Floats:
        return np.asarray(separate_procedure_sek(self._here.assumed, self._here.paths.world.settings[0].society))


def run_changes(here: Slots, events: list[Events], signings: Flags) -> Whole:
    """Add all that follows from a slot's changes; return the month of each path's first legal hit, or -1."""
    ledger = Ledger(here, signings)
    if here.slot.functional:
        _pay_by_year(here, ledger, *_gather_years(here, ledger, events))
    else:
        _pay_one_by_one(here, ledger, events)
    return ledger.first_hit_month


def _changes(here: Slots, events: list[Events]) -> list[Change]:
    """Return the slot's changes by month, need by need, laws first; their handling and benefit are added."""
    slot, world = here.slot, here.paths.world
    members = here.plan.slot_needs[slot.first_need : slot.first_need + slot.need_count]
    together = side_by_side([events[need] for need in members])
    inside = (slot.start_month <= together.time) & (together.time < slot.end_month)
    together.time = np.where(inside, np.floor(together.time), np.inf)
    ordered = together.ordered(together.time)
    first = _handled_first(here, ordered)
    handled_sek = handling_sek(here.assumed.staff_cost_sek_per_hour, here.assumed.change_handling_hours)
    found = []
    for place in range(int(inside.sum(axis=1).max(initial=0))):
        happens = np.isfinite(ordered.time[:, place])
        month = np.where(happens, ordered.time[:, place], slot.start_month).astype(np.int64)
        weight = world.weights[month]
        here.add(CHANGES, weight * first[:, place] * handled_sek)
        worth = world.needs["benefit_sek_per_month"][ordered.need[:, place]]
        gain_sek = benefit_sek(worth, _discounted_months_of_use(here, month))
        gain_sek = np.where(happens & (ordered.law[:, place] < 0), gain_sek, 0.0)
        here.add(BENEFIT, gain_sek)
        size_sek = np.where(happens, ordered.size_sek[:, place], 0.0)
        found.append(Change(happens, month, weight, size_sek, gain_sek, ordered.qualified[:, place]))
    return found


def _handled_first(here: Slots, ordered: Events) -> Flags:
    """Return which changes are handled: a law change that hits several needs of the slot only the first time."""
    first = np.isfinite(ordered.time)
    domain = here.paths.world.needs["domain"][ordered.need]
    rows = np.arange(len(first))
    most = int(ordered.law.max(initial=0)) + 1
    seen = np.zeros((len(first), len(here.paths.world.domains) + 1, most), dtype=bool)
    for place in range(first.shape[1]):
        is_law = first[:, place] & (ordered.law[:, place] >= 0)
        law = np.maximum(ordered.law[:, place], 0)
        first[:, place] &= ~(is_law & seen[rows, domain[:, place], law])
        seen[rows, domain[:, place], law] |= is_law
    return first


def _discounted_months_of_use(here: Slots, month: Whole) -> Floats:
    lead = here.assumed.release_cycle_months if here.slot.functional else here.assumed.change_order_lead_months
    cumulative = here.paths.world.cumulative
    return np.asarray(cumulative[-1] - np.interp(month + lead, np.arange(len(cumulative)), cumulative))


def _pay_one_by_one(here: Slots, ledger: Ledger, events: list[Events]) -> None:
    for change in _changes(here, events):
        price_sek = paid_change_sek(change.size_sek, here.assumed.change_markup_share)
        weighted_sek = change.weight * price_sek
        here.add(CHANGES, weighted_sek)
        hit = ledger.hits(change.happens, change.month, price_sek, change.qualified)
        ledger.pay(hit, change.weight, weighted_sek, -change.gain_sek)


def _gather_years(here: Slots, ledger: Ledger, events: list[Events]) -> tuple[Floats, Floats, Floats]:
    """Return volume, volume not bought and benefit by year, each of shape (n, Y)."""
    slot, rows = here.slot, np.arange(len(here.at))
    years = -(-(slot.end_month - slot.start_month) // 12)
    volume, not_bought, benefit = np.zeros((3, len(rows), years))
    saved_share = here.row[slot.adaptability_saving_column]
    for change in _changes(here, events):
        year = (change.month - slot.start_month) // 12
        volume[rows, year] += change.size_sek
        benefit[rows, year] += change.gain_sek
        if slot.changes_described:
            continue
        included_sek = change.size_sek * (1.0 - saved_share)
        hit = ledger.hits(change.happens, change.month, included_sek, change.qualified)
        not_bought[rows, year] += change.size_sek * hit
        ledger.pay(hit, change.weight, 0.0, -change.gain_sek)
    return volume, not_bought, benefit


def _pay_by_year(here: Slots, ledger: Ledger, volume: Floats, not_bought: Floats, benefit: Floats) -> None:
    slot, assumed = here.slot, here.assumed
    saved_share, markup_share = here.row[slot.adaptability_saving_column], assumed.change_markup_share
    for year, start_month in enumerate(range(slot.start_month, slot.end_month, 12)):
        months = min(12, slot.end_month - start_month)
        last_month = np.full(len(here.at), start_month + months - 1)
        weight = here.paths.world.weights[last_month]
        cap_sek = included_cap_sek(here.row[slot.included_change_cap_column], slot.annual_value_sek, float(months))
        over_sek = excess_sek(volume[:, year], saved_share, cap_sek)
        price_sek = paid_change_sek(over_sek, markup_share)
        here.add(CHANGES, weight * price_sek)
        if slot.changes_described:
            qualified = luck(here, EXCESS_QUALIFIED, year) < assumed.qualified_change_share
            hit = ledger.hits(over_sek > 0.0, last_month, price_sek, qualified)
            lost_share = np.where(hit, over_sek, 0.0) / np.where(hit, volume[:, year] * (1.0 - saved_share), 1.0)
            ledger.pay(hit, weight, weight * price_sek, -benefit[:, year] * lost_share)
        elif here.paths.world.settings[0].not_bought:
            left_sek = excess_sek(volume[:, year] - not_bought[:, year], saved_share, cap_sek)
            saved_sek = price_sek - paid_change_sek(left_sek, markup_share)
            ledger.pay(not_bought[:, year] > 0.0, weight, weight * saved_sek, 0.0)
