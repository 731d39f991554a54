"""The event kernel of the decision model: against a dense simulation by months, against the bare drawing of its random
numbers, at a thousand agreements, under a slider, in memory, and from a cold start.

``python -m benchmarks.decision --paths 65536 --rounds 3``
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.decision_dense import simulate_dense
from benchmarks.timing import print_ratios, time_in_turn
from partnership_lib.decision.cases.defaults import read_assumptions
from partnership_lib.decision.cases.records import (
    Case,
    CaseNeed,
    Governance,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
    Settings,
    Terms,
)
from partnership_lib.decision.compiling import HAS_NUMBA, compiled
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine.kernels import premiums_of
from partnership_lib.decision.engine.simulate import Simulation, simulate, warm_up
from partnership_lib.decision.future.streams import BIDDERS, draw
from partnership_lib.decision.measures.quick import QuickRoom
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.uncertainty.bidders import fallback_weights
from partnership_lib.decision.uncertainty.sampling import Sampler

ASSUMPTIONS = Path(__file__).resolve().parents[1] / "data" / "assumptions"
LEGAL = COMPONENTS.index("legal")
NEEDS_PER_DOMAIN = 20
BUNDLE = 25
# Paths of the dense simulation: enough to time it, few enough for its arrays.
DENSE_PATHS = {8: 4096, 50: 1024, 1000: 64}
WANTED = {8: 8.0, 50: 20.0, 1000: 40.0}


def make_case(count: int) -> Case:
    """Return a case of `count` agreements with a need each, bundled by 8 or 25 from the second year on."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(ASSUMPTIONS.glob("*.yaml"))}
    today = Terms(term_months=36, option_months=(12,))
    together = Terms(
        term_months=120, option_months=(24,), requirements=Requirements.FUNCTIONAL, changes_described=True,
        governance=Governance.PARTNERSHIP, indicators_verifiable=False,
    )  # fmt: skip
    needs = tuple(
        CaseNeed(
            id=f"N-{number:04d}", name="", category=f"{30 + number % 10}", domain=f"law {number // NEEDS_PER_DOMAIN}",
            annual_value_sek=500_000.0 + 150_000.0 * (number % 13), users=number % 90,
            benefit_sek_per_month=1_000.0 * (number % 3),
        )
        for number in range(count)
    )  # fmt: skip
    present = tuple(
        PresentAgreement(
            id=f"A-{number:04d}", name="", need_ids=(need.id,), supplier=f"S-{number % 200}", start=date(2023, 6, 1),
            expiry=date(2027 + number % 4, 1 + number % 12, 1), terms=today,
        )
        for number, need in enumerate(needs)
    )  # fmt: skip
    size = min(BUNDLE, max(8, count // 4))
    proposed = tuple(
        ProposedAgreement(
            id=f"P-{first:04d}", name="", need_ids=tuple(need.id for need in needs[first : first + size]),
            start=date(2028, 1, 1), terms=together,
        )
        for first in range(0, count, size)
    )  # fmt: skip
    return Case(
        id="benchmark", name="", settings=Settings(base_month=date(2026, 12, 1)), needs=needs, present=present,
        proposed=proposed, assumptions=read_assumptions(texts).assumptions, bidder_counts={"": fallback_weights()},
    )  # fmt: skip


class Drawn:
    """A case with assumption vectors, drawn as they are needed."""

    def __init__(self, count: int) -> None:
        case = make_case(count)
        self.compiled, self._sampler = compile_case(case), Sampler(case)

    def __call__(self, first: int, count: int) -> Any:
        """Return the vectors of so many paths."""
        return self._sampler.at(np.random.default_rng((1, first)).random((count, len(self._sampler.uncertain))))

    def run(self, paths: int, **options: Any) -> Simulation:
        """Simulate so many paths."""
        return simulate(self.compiled, self, paths=paths, seed=1, **options)


@compiled
def draw_hashes(count: int) -> float:
    """Return the mean of as many draws as asked for, each with a state of its own."""
    total = 0.0
    for number in range(count):
        total += draw(np.uint64(number >> 4), BIDDERS, np.uint64(number & 15))
    return total / max(count, 1)


def against_dense(count: int, rounds: int) -> None:
    """Time both simulations on the same vectors, one thread each, and compare their means."""
    drawn = Drawn(count)
    paths = DENSE_PATHS[count]
    values = drawn(0, paths)
    premiums = premiums_of(drawn.compiled, values)
    contenders = {
        "event kernel": lambda: simulate(drawn.compiled, values, seed=1, threads=1, keep_components=True),
        "dense months in NumPy": lambda: simulate_dense(drawn.compiled, values, premiums, seed=1),
    }
    contenders["event kernel"]()
    results = time_in_turn(contenders, rounds, clock=time.thread_time)
    print_ratios(
        f"{count} agreements, {paths} paths, CPU seconds of one thread (wanted: {WANTED[count]:.0f} x)", results
    )
    event, dense = results["event kernel"][1].components_sek, results["dense months in NumPy"][1]
    scale = np.hypot(event.std(axis=0), dense.std(axis=0)) / np.sqrt(paths)
    apart = np.abs(event.mean(axis=0) - dense.mean(axis=0)) / np.maximum(scale, 1.0)
    apart[:, LEGAL] = 0.0
    print(f"  largest difference of the means of a component: {apart.max():.1f} standard errors")


def against_hashes(count: int, paths: int, rounds: int) -> None:
    """Time the simulation against drawing exactly as many random numbers as it consumed, on one thread."""
    drawn = Drawn(count)
    hashes = drawn.run(paths, threads=1).hashes
    draw_hashes(1)
    contenders = {"its hashes alone": lambda: draw_hashes(hashes), "event kernel": lambda: drawn.run(paths, threads=1)}
    results = time_in_turn(contenders, rounds, clock=time.thread_time)
    print_ratios(f"{count} agreements, {paths} paths, {hashes / 1e6:,.0f} M hashes, CPU seconds of one thread", results)
    print(f"  {hashes / results['its hashes alone'][0] / 1e6:,.0f} M hashes/s alone", end=", ")
    print(f"{paths / results['event kernel'][0]:,.0f} paths/s in the kernel")


def all_threads(count: int, paths: int) -> None:
    """Time a whole run on all processors."""
    drawn = Drawn(count)
    drawn.run(256)
    start, start_of_work = time.perf_counter(), time.process_time()
    drawn.run(paths)
    seconds, worked = time.perf_counter() - start, time.process_time() - start_of_work
    print(
        f"{count} agreements, {paths} paths, {os.cpu_count()} threads: {seconds:.1f} s, {paths / seconds:,.0f} paths/s"
    )
    # On a machine that others use too, what was waited for and what was worked are two things.
    print(f"  {worked:.1f} processor seconds, load {os.getloadavg()[0]:.1f}")


MEMORY = """
import resource
from benchmarks.decision import Drawn
Drawn({count}).run({paths})
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def memory(count: int, paths: int) -> None:
    """Print the most memory that a process of its own has held, by number of paths."""
    for some in (paths // 16, paths // 4, paths):
        program = MEMORY.format(count=count, paths=some)
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        print(f"  {count} agreements, {some:>8,} paths: {ran.stdout.strip()} MB")


START = """
import time
from benchmarks.decision import Drawn, warm_up
drawn = Drawn(8)
start = time.perf_counter()
warm_up(drawn.compiled, drawn(0, 1))
print(time.perf_counter() - start)
"""


def slider(answers: int) -> None:
    """Time the room's answers to a slider that moves, all threads together and by the clock."""
    room = QuickRoom(make_case(8))
    worked, waited = [], []
    for step in range(answers):
        start, start_of_work = time.perf_counter(), time.process_time()
        room.answer({"scope_saving_share": 0.002 * step})
        worked.append(time.process_time() - start_of_work)
        waited.append(time.perf_counter() - start)
    print(f"Slider to new numbers, 8 agreements, {answers} answers (wanted: below 100 ms on two processors)")
    print(f"  computing: least {1e3 * min(worked):.0f} ms, median {1e3 * statistics.median(worked):.0f} ms")
    print(f"  by the clock: least {1e3 * min(waited):.0f} ms, median {1e3 * statistics.median(waited):.0f} ms")


def cold_and_warm_start() -> None:
    """Print how long the first path takes in a new process, before and after the kernel is kept on disk."""
    with tempfile.TemporaryDirectory() as kept:
        for name in ("compiled", "from disk"):
            ran = subprocess.run(
                [sys.executable, "-c", START],
                env={**os.environ, "NUMBA_CACHE_DIR": kept},
                capture_output=True,
                text=True,
                check=True,
            )
            print(f"  first path, kernel {name}: {float(ran.stdout):.1f} s")


def main(arguments: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=2**16)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    if not HAS_NUMBA:
        print("Without numba there is no event kernel to measure.")
        return
    drawn = Drawn(8)
    warm_up(drawn.compiled, drawn(0, 1))
    for count in DENSE_PATHS:
        against_dense(count, options.rounds)
    for count, paths in ((8, options.paths), (1000, options.paths // 64)):
        against_hashes(count, paths, options.rounds)
    for count in (8, 1000):
        all_threads(count, options.paths)
    slider(25)
    print("Most memory held")
    memory(8, options.paths)
    print("Start")
    cold_and_warm_start()


if __name__ == "__main__":
    main()
