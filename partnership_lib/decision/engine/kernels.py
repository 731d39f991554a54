"""The two kernels behind one call: compiled with numba where it is installed, else NumPy over all paths at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from partnership_lib.decision.compiling import HAS_NUMBA, compiled_sources
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine import kernel as compiled_kernel
from partnership_lib.decision.engine.events import NO_ROOM
from partnership_lib.decision.engine.expect_changes import Each, premium_shares
from partnership_lib.decision.engine.inputs import plan_arrays, world_of
from partnership_lib.decision.engine.scratch import Rooms, make_scratch
from partnership_lib.decision.plans.arrays import CompiledCase, Floats, Table, Whole
from partnership_lib.errors import UsageError

KernelName = Literal["numba", "numpy"]


@dataclass(frozen=True)
class PathCosts:
    """What some paths cost.

    Attributes
    ----------
    costs_sek : ndarray, shape (n, 2, 15)
    first_hits : tuple of ndarray, shape (K, T)
        Per plan: paths on which a slot first met its legal limit in a month.
    """

    costs_sek: Floats
    first_hits: tuple[Whole, Whole]
    hashes: int


def best_kernel() -> KernelName:
    """Return the fastest kernel that can run here."""
    return "numba" if HAS_NUMBA else "numpy"


def run_kernel(
    kernel: KernelName,
    compiled: CompiledCase,
    values: Floats,
    premiums: tuple[Floats, Floats],
    seed: int,
    first_path: int,
) -> PathCosts:
    """Return what the paths cost whose assumption vectors are the rows of `values`.

    Raises
    ------
    UsageError
        ``no_such_kernel``: no kernel has this name, or numba is not installed.
    """
    if kernel == "numba" and HAS_NUMBA:
        return _run_compiled(compiled, values, premiums, seed, first_path)
    if kernel == "numpy":
        from partnership_lib.decision.engine.numpy_kernel import run_paths

        return PathCosts(*run_paths(compiled, values, premiums, seed, first_path))
    raise UsageError("no_such_kernel", kernel=kernel, allowed="numba, numpy" if HAS_NUMBA else "numpy")


def _run_compiled(
    compiled: CompiledCase, values: Floats, premiums: tuple[Floats, Floats], seed: int, first_path: int
) -> PathCosts:
    assumed = compiled.assumed(values)
    world = world_of(compiled, assumed)
    fragmented, consolidated = (plan_arrays(plan, compiled.cumulative) for plan in compiled.plans)
    plans, rooms = (fragmented, consolidated), _rooms(compiled, values)
    while True:
        costs = np.zeros((len(values), 2, len(COMPONENTS)))
        hits = (_no_hits(compiled, 0), _no_hits(compiled, 1))
        scratch = make_scratch(compiled, rooms)
        hashes = compiled_kernel.run_paths(
            world, plans, values, assumed, premiums, np.uint64(seed), np.uint64(first_path), scratch, costs, hits
        )
        if hashes != NO_ROOM:
            return PathCosts(costs, hits, int(hashes))
        rooms = rooms.doubled()


def _no_hits(compiled: CompiledCase, plan: int) -> Whole:
    return np.zeros((len(compiled.plans[plan].slots), compiled.horizon_months), dtype=np.uint32)


def _rooms(compiled: CompiledCase, values: Floats) -> Rooms:
    """Return room for what a path can be expected to have, and more."""
    years = compiled.horizon_months / 12.0
    most = values.max(axis=0)
    laws = most[compiled.domains["rate_column"]] * years
    in_domain = compiled.needs[compiled.needs["domain"] >= 0]
    changes = most[compiled.needs["new_needs_column"]].sum() * years + laws[in_domain["domain"]].sum()
    terms = [(slots["end_month"] - slots["start_month"]) / slots["term_months"] + 1.0 for slots in _slots(compiled)]
    signings = max(float(each.sum()) for each in terms)
    return Rooms(_more_than(float(laws.sum())), _more_than(float(changes)), _more_than(signings))


def _slots(compiled: CompiledCase) -> list[Table]:
    return [plan.slots for plan in compiled.plans]


def _more_than(expected: float) -> int:
    # Ten standard deviations of a Poisson number; should a path still have more, it runs again with twice the room.
    return int(expected + 10.0 * np.sqrt(expected)) + 50


def premiums_of(compiled: CompiledCase, values: Floats, each: Each = map) -> tuple[Floats, Floats]:
    """Return the premium of every slot of both plans as a share of the price, each of shape (n, K)."""
    fragmented, consolidated = (premium_shares(compiled, plan, values, each=each) for plan in compiled.plans)
    return fragmented, consolidated


def is_compiled() -> bool:
    """Return whether the compiled kernel is ready: in this process, or on disk since its source last changed."""
    if not HAS_NUMBA:
        return True
    kernel: Any = compiled_kernel.run_paths
    if kernel.signatures:
        return True
    source = Path(compiled_kernel.__file__)
    newest = max(file.stat().st_mtime for file in compiled_sources())
    kept = Path(kernel.stats.cache_path).glob(f"{source.stem}.run_paths*.nbi")
    return any(index.stat().st_mtime >= newest for index in kept)
