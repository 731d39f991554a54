"""All paths at once, in NumPy: what the paths share with the compiled kernel, column by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from partnership_lib.decision.components.price import drift_factor, index_step, log_market_step
from partnership_lib.decision.engine.inputs import PlanArrays, World, plan_arrays, world_of
from partnership_lib.decision.engine.paths import expected_level
from partnership_lib.decision.future.streams import (
    CONTRACT_INDEX,
    MARKET_PRICE,
    drawn_bits,
    entity_state,
    high_uniform,
    low_uniform,
    path_state,
)
from partnership_lib.decision.future.tables import normal_at
from partnership_lib.decision.plans.arrays import CompiledCase, Floats, Whole


class Lookup:
    """Columns of the chosen paths, cut out when they are asked for: by place in brackets, by name as attributes."""

    def __init__(self, column: Callable[[Any], Any], at: Whole) -> None:
        self._column, self._at = column, at

    def __getitem__(self, place: int) -> Floats:
        return np.asarray(self._column(place)[self._at])

    def __getattr__(self, name: str) -> Floats:
        return np.asarray(self._column(name)[self._at])


@dataclass
class Paths:
    """Many paths of a case.

    Attributes
    ----------
    states : ndarray of uint64, shape (n,)
    market : (n, G, T+1); level, annuity : (n, C, T+1); today : (n, H)
        As in `inputs.Scratch`.
    """

    world: World
    plans: tuple[PlanArrays, PlanArrays]
    values: Floats
    assumed: Any
    states: Any
    hashes: int = 0
    market: Floats = field(init=False)
    level: Floats = field(init=False)
    annuity: Floats = field(init=False)
    today: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.level, self.annuity = _contract_levels(self)
        self.market = _market(self)
        factor = np.ones(self.count)
        row, holders = self.values.T, self.world.holders
        levels = [expected_level(self.world, holder, factor, self.assumed, row) for holder in holders]
        self.today = np.stack(levels, axis=1)

    @property
    def count(self) -> int:
        """Return how many paths there are."""
        return len(self.values)

    @property
    def horizon_months(self) -> int:
        """Return the number of months."""
        return len(self.world.weights) - 1

    @property
    def density(self) -> Any:
        """Return the interfaces per pair of needs where there is no graph, else 1."""
        return self.assumed.interface_density if self.world.settings[0].no_graph else np.ones(self.count)


def open_paths(compiled: CompiledCase, values: Floats, seed: int, first_path: int) -> Paths:
    """Return paths with their prices filled in."""
    assumed = compiled.assumed(values)
    world = world_of(compiled, assumed)
    world = World(*(_with_names(table) for table in world))
    plans = tuple(
        PlanArrays(*(_with_names(table) for table in plan_arrays(plan, compiled.cumulative))) for plan in compiled.plans
    )
    numbers = np.arange(first_path, first_path + len(values), dtype=np.uint64)
    states = path_state(np.array([seed], dtype=np.uint64), numbers)
    return Paths(world, (plans[0], plans[1]), values, _with_names(assumed), states)


def _with_names(table: Any) -> Any:
    """Return a structured array whose rows and columns can be read as attributes, as compiled code does."""
    return table.view(np.recarray) if table.dtype.names else table


def _shocks(paths: Paths, state: Any, factor: Any) -> Floats:
    """Return a normal shock for each month from 1 on, shape (n, T); one hash serves two months."""
    months = paths.horizon_months
    odd = np.arange(1, months + 1, 2, dtype=np.uint64)
    bits = drawn_bits(state[:, None], factor, odd[None, :])
    paths.hashes += bits.size
    uniforms = np.stack([high_uniform(bits), low_uniform(bits)], axis=2).reshape(len(bits), -1)
    return normal_at(uniforms[:, :months], paths.world.normals)


def _contract_levels(paths: Paths) -> tuple[Floats, Floats]:
    assumed, world = paths.assumed, paths.world
    shocks = _shocks(paths, entity_state(paths.states, world.settings[0].index_entity), CONTRACT_INDEX)
    drift = drift_factor(assumed.contract_drift_share_per_year, 1.0)[:, None]
    volatility = assumed.index_volatility_share[:, None]
    steps = [drift * index_step(share, volatility, shocks) for share in world.pass_through_shares]
    level = np.stack([_from_one(step) for step in steps], axis=1)
    annuity = np.zeros_like(level)
    np.cumsum(world.weights[:-1] / 12.0 * level[:, :, :-1], axis=2, out=annuity[:, :, 1:])
    return level, annuity


def _market(paths: Paths) -> Floats:
    levels = []
    for category in paths.world.categories:
        shocks = _shocks(paths, entity_state(paths.states, category.entity), MARKET_PRICE)
        trend = paths.values[:, category.trend_column, None]
        volatility = paths.values[:, category.volatility_column, None]
        steps = np.concatenate([np.zeros((paths.count, 1)), log_market_step(trend, volatility, shocks)], axis=1)
        levels.append(np.exp(np.cumsum(steps, axis=1)))
    return np.stack(levels, axis=1)


def _from_one(steps: Floats) -> Floats:
    """Return the running products of steps, beginning with 1 before the first."""
    return np.cumprod(np.concatenate([np.ones((len(steps), 1)), steps], axis=1), axis=1)


@dataclass
class Slots:
    """A slot on all paths, or on some of them.

    Attributes
    ----------
    at : ndarray of int
        Places of the paths.
    states : ndarray of uint64
        Of the slot's random draws, for each of these paths.
    costs : ndarray, shape (n, 15)
        Of all paths: costs are added at `at`.
    """

    paths: Paths
    plan: PlanArrays
    slot: Any
    at: Whole
    states: Any
    premium_share: Floats
    costs: Floats

    def some(self, chosen: Any) -> Slots:
        """Return the slot on the chosen of these paths."""
        return Slots(
            self.paths,
            self.plan,
            self.slot,
            self.at[chosen],
            self.states[chosen],
            self.premium_share[chosen],
            self.costs,
        )

    @cached_property
    def assumed(self) -> Any:
        """Return the general assumptions by name."""
        return Lookup(self.paths.assumed.__getitem__, self.at)

    @cached_property
    def row(self) -> Any:
        """Return the assumptions by column."""
        return Lookup(lambda column: self.paths.values[:, column], self.at)

    @property
    def density(self) -> Floats:
        """Return the interfaces per pair of needs where there is no graph, else 1."""
        return np.asarray(self.paths.density[self.at])

    def add(self, component: int, cost_sek: Any) -> None:
        """Add a cost to these paths."""
        self.costs[self.at, component] += cost_sek
