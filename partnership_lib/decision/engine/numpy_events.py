"""The changes of the needs, on many paths at once; `events` says what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from partnership_lib.decision.engine.numpy_paths import Paths
from partnership_lib.decision.future.streams import (
    LAW_HIT,
    LAW_TIME,
    NEW_NEED,
    draw,
    drawn_bits,
    entity_state,
    first_of_three,
    high_uniform,
    low_uniform,
    second_of_three,
    third_of_three,
)
from partnership_lib.decision.future.tables import exponential_at, lognormal_at
from partnership_lib.decision.plans.arrays import Floats, Whole

Flags = npt.NDArray[np.bool_]
NEVER = np.inf


@dataclass
class Events:
    """Changes of one need or of several: n paths, each with room for as many as the most have.

    Attributes
    ----------
    time : ndarray, shape (n, M)
        In months; infinite where there is none.
    size_sek : ndarray, shape (n, M)
    law : ndarray of int, shape (n, M)
        Number of the law change in its domain; -1: a new need.
    need : ndarray of int, shape (n, M)
    qualified : ndarray of bool, shape (n, M)
    """

    time: Floats
    size_sek: Floats
    law: Whole
    need: Whole
    qualified: Flags

    def ordered(self, key: Floats) -> Events:
        """Return the events of each path in the order of a key, those with the same key as they stand."""
        order = np.argsort(key, axis=1, kind="stable")
        return Events(*(np.take_along_axis(each, order, axis=1) for each in _parts(self)))


def _parts(events: Events) -> tuple[Any, ...]:
    return events.time, events.size_sek, events.law, events.need, events.qualified


def side_by_side(events: list[Events]) -> Events:
    """Return the events of several needs together."""
    return Events(*(np.concatenate(parts, axis=1) for parts in zip(*map(_parts, events), strict=True)))


def draw_events(paths: Paths) -> list[Events]:
    """Return the changes of every need, law changes first."""
    laws = [_law_times(paths, domain) for domain in paths.world.domains]
    none = np.empty((paths.count, 0))
    found = []
    for place, need in enumerate(paths.world.needs):
        state = entity_state(paths.states, need.entity)
        mean_sek = need.annual_value_sek * paths.values[:, need.change_size_column, None]
        times = laws[need.domain] if need.domain >= 0 else none
        both = [_law_changes(paths, times, state, mean_sek), _new_needs(paths, need, state, mean_sek)]
        found.append(
            side_by_side([Events(time, size, law, np.full(law.shape, place), q) for time, size, law, q in both])
        )
    return found


def _law_times(paths: Paths, domain: Any) -> Floats:
    state = entity_state(paths.states, domain.entity)
    rate_per_month = paths.values[:, domain.rate_column] / 12.0

    def gap(number: int) -> Floats:
        paths.hashes += paths.count
        return exponential_at(draw(state, LAW_TIME, np.uint64(number))) / rate_per_month

    time = gap(0)
    times = []
    while (time < paths.horizon_months).any():
        times.append(np.where(time < paths.horizon_months, time, NEVER))
        time = time + gap(len(times))
    return np.stack(times, axis=1) if times else np.empty((paths.count, 0))


def _law_changes(paths: Paths, times: Floats, state: Any, mean_sek: Floats) -> tuple[Any, ...]:
    assumed = paths.assumed
    number = np.arange(times.shape[1], dtype=np.uint64)[None, :]
    bits = drawn_bits(state[:, None], LAW_HIT, number)
    luck = high_uniform(bits)
    share = assumed.law_change_hit_probability[:, None]
    hit = luck < share
    # Given that it is a hit, luck/q is uniform again.
    sizes = lognormal_at(np.where(hit, luck / share, 0.25), paths.world.sizes)
    qualified = low_uniform(bits) < assumed.qualified_change_share[:, None]
    paths.hashes += bits.size
    law = np.broadcast_to(number.astype(np.int64), luck.shape)
    return np.where(hit, times, NEVER), mean_sek * sizes, law, qualified


def _new_needs(paths: Paths, need: Any, state: Any, mean_sek: Floats) -> tuple[Any, ...]:
    wait_months = 12.0 / paths.values[:, need.new_needs_column]
    times: list[Floats] = []
    drawn: list[Any] = []
    time = np.zeros(paths.count)
    while (time < paths.horizon_months).any():
        bits = drawn_bits(state, NEW_NEED, np.uint64(len(times)))
        time = time + exponential_at(first_of_three(bits)) * wait_months
        times.append(np.where(time < paths.horizon_months, time, NEVER))
        drawn.append(bits)
    together = np.stack(drawn, axis=1)
    paths.hashes += together.size
    qualified = third_of_three(together) < paths.assumed.qualified_change_share[:, None]
    size_sek = mean_sek * lognormal_at(second_of_three(together), paths.world.sizes)
    return np.stack(times, axis=1), size_sek, np.full(size_sek.shape, -1), qualified
