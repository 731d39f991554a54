"""The full simulation: both plans on many paths of the same random future."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine.kernels import (
    KernelName,
    PathCosts,
    best_kernel,
    is_compiled,
    premiums_of,
    run_kernel,
)
from partnership_lib.decision.engine.sums import BLOCK, Sums
from partnership_lib.decision.plans.arrays import CompiledCase, Floats
from partnership_lib.errors import UsageError

__all__ = ["LegalHits", "Simulation", "is_compiled", "simulate", "warm_up"]

Values = Floats | Callable[[int, int], Floats]
_BENEFIT = COMPONENTS.index("benefit")


@dataclass(frozen=True)
class LegalHits:
    """How often the slots of a plan meet the legal limit of modifications.

    Attributes
    ----------
    first_month_shares : ndarray, shape (K, T)
        Share of the paths on which a slot met it first in a month.
    """

    first_month_shares: Floats

    @property
    def probability(self) -> Floats:
        """Return the share of the paths on which each slot meets it before the horizon, shape (K,)."""
        return np.asarray(self.first_month_shares.sum(axis=1))


@dataclass(frozen=True)
class Simulation:
    """What both plans cost on n paths [SEK], weighted with the weights of the compiled case.

    Attributes
    ----------
    totals_sek, without_benefits_sek : ndarray, shape (n, 2)
        Fragmented and consolidated, path by path.
    component_means_sek, component_standard_errors_sek : ndarray, shape (2, 15)
    difference_standard_errors_sek : ndarray, shape (15,)
        Of the mean of consolidated minus fragmented.
    components_sek : ndarray, shape (n, 2, 15), or None
        Kept when asked for.
    legal_hits : tuple of LegalHits
        Of each plan.
    hashes : int
        Random numbers drawn.
    """

    totals_sek: Floats
    without_benefits_sek: Floats
    component_means_sek: Floats
    component_standard_errors_sek: Floats
    difference_standard_errors_sek: Floats
    components_sek: Floats | None
    legal_hits: tuple[LegalHits, LegalHits]
    hashes: int


def simulate(
    compiled: CompiledCase,
    values: Values,
    *,
    seed: int,
    paths: int | None = None,
    first_path: int = 0,
    kernel: KernelName | None = None,
    chunk: int = 4096,
    threads: int | None = None,
    keep_components: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Simulation:
    """Return what both plans cost on many paths.

    A path depends on the seed, its number and its assumption vector alone: neither on the chunk that it is computed in
    nor on the number of threads, and all sums run in the order of the paths.

    Parameters
    ----------
    values : ndarray, shape (n, P), or callable
        The assumption vector of each path, columns in the order of `CompiledCase.keys`; or ``values(first, count)``
        gives those of `count` paths from the one in place `first`, so that memory does not grow with the paths.
    paths : int or None
        How many; needed when `values` is a callable.
    first_path : int
        Number of the first path.
    kernel : {"numba", "numpy"} or None
        None: the fastest that can run here.
    progress : callable or None
        Is told how many paths are done.

    Raises
    ------
    UsageError
        ``paths_not_given``: `values` is a callable and `paths` is missing; ``no_such_kernel``.
    """
    if paths is None:
        if callable(values):
            raise UsageError("paths_not_given")
        paths = len(values)
    name = kernel or best_kernel()
    workers = threads or _processors()
    size = _chunk_size(chunk, paths, workers)
    sums = Sums(compiled, paths, keep_components)
    # The first premiums take as long as a chunk of paths: the tables that they are read from are made then.
    with ThreadPoolExecutor(workers) as threads_of_premiums:
        each = threads_of_premiums.map if workers > 1 else map

        def work(first: int) -> Callable[[], PathCosts]:
            some = np.ascontiguousarray(_some_values(values, first, min(size, paths - first)))
            premiums = premiums_of(compiled, some, each)
            return lambda: run_kernel(name, compiled, some, premiums, seed, first_path + first)

        for first, costs in _in_order(work, range(0, paths, size), workers):
            sums.add(first, costs)
            if progress:
                progress(min(first + size, paths))
    return _simulation(sums, paths)


def warm_up(compiled: CompiledCase, values: Floats) -> None:
    """Compile the kernel, or fetch it from disk, by running a single path; the first time takes half a minute."""
    simulate(compiled, values[:1], seed=0, threads=1)


def _simulation(sums: Sums, paths: int) -> Simulation:
    fragmented, consolidated = (LegalHits(hits / paths) for hits in sums.first_hits)
    return Simulation(
        totals_sek=sums.totals_sek,
        without_benefits_sek=sums.totals_sek - sums.benefits_sek,
        component_means_sek=sums.moments.means[:2],
        component_standard_errors_sek=sums.moments.standard_errors()[:2],
        difference_standard_errors_sek=sums.moments.standard_errors()[2],
        components_sek=sums.components_sek,
        legal_hits=(fragmented, consolidated),
        hashes=sums.hashes,
    )


def _some_values(values: Values, first: int, count: int) -> Floats:
    return values(first, count) if callable(values) else values[first : first + count]


def _chunk_size(chunk: int, paths: int, workers: int) -> int:
    """Return a whole number of blocks: the sums of blocks must not depend on the chunks."""
    per_worker = -(-paths // workers)
    return max(BLOCK, -(-min(chunk, per_worker) // BLOCK) * BLOCK)


def _in_order(
    work: Callable[[int], Callable[[], PathCosts]], firsts: range, workers: int
) -> Iterator[tuple[int, PathCosts]]:
    """Yield the answers in order, while a few are computed ahead: all at once would fill the memory."""
    if workers == 1:
        yield from ((first, work(first)()) for first in firsts)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[tuple[int, Future[PathCosts]]] = deque()
        for first in firsts:
            waiting.append((first, pool.submit(work(first))))
            if len(waiting) > workers:
                place, future = waiting.popleft()
                yield place, future.result()
        yield from ((place, future.result()) for place, future in waiting)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
