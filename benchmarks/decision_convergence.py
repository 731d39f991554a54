"""How fast the mean difference converges, and how long the what-if room computes.

``python -m benchmarks.decision_convergence``: the closed form on scrambled Sobol points against plain Monte Carlo of
the same model with as many evaluations, and the time from a moved slider to new numbers.
"""

from __future__ import annotations

import argparse
import statistics
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.engine.simulate import simulate
from partnership_lib.decision.measures.estimates import draw_sample
from partnership_lib.decision.measures.expected import LEGAL, ExpectedCosts
from partnership_lib.decision.measures.quick import QuickRoom
from partnership_lib.workspace import open_workspace

Floats = NDArray[np.float64]

CASE = "data/cases/skoladministration.yaml"
SLIDER = "scope_saving_share"


def plain_error_sek(expected: ExpectedCosts, evaluations: int, repetitions: int, truth_sek: float) -> float:
    """Return the root mean square error of plain Monte Carlo: random assumptions, random events."""
    errors = []
    for number in range(repetitions):
        generator = np.random.default_rng((number, 17))
        uniforms = generator.uniform(2.0**-40, 1.0, size=(evaluations, len(expected.sampler.uncertain)))
        values = expected.sampler.at(uniforms)
        simulation = simulate(expected.compiled, values, seed=number + 1, keep_components=True)
        assert simulation.components_sek is not None
        # The closed form leaves out the ledger of modifications; so does its peer.
        totals = np.delete(simulation.components_sek, LEGAL, axis=2).sum(axis=2)
        errors.append(float(np.mean(totals[:, 1] - totals[:, 0])) - truth_sek)
    return float(np.sqrt(np.mean(np.square(errors))))


def closed_form_error_sek(expected: ExpectedCosts, evaluations: int, repetitions: int, truth_sek: float) -> float:
    """Return the root mean square error of the closed form on one scrambling of Sobol points."""
    errors = []
    for number in range(repetitions):
        effort = replace(expected.case.effort, randomisations=1, points=evaluations, seed=1_000 + number)
        errors.append(float(draw_sample(expected, effort).differences_sek.mean()) - truth_sek)
    return float(np.sqrt(np.mean(np.square(errors))))


def slider_seconds(case: Case, moves: int) -> list[float]:
    """Return the seconds of computing of every answer while a slider moves."""
    room = QuickRoom(case)
    return [room.answer({SLIDER: float(share)}).seconds for share in np.linspace(-0.05, 0.12, moves)]


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default=CASE)
    parser.add_argument("--evaluations", type=int, default=4_096)
    parser.add_argument("--repetitions", type=int, default=24)
    options = parser.parse_args(arguments)
    case = open_workspace(Path(__file__).parents[1]).case(Path(options.case))
    expected = ExpectedCosts(case)
    reference = draw_sample(expected, replace(case.effort, randomisations=16, points=2**14, seed=7))
    truth = float(reference.differences_sek.mean())
    plain = plain_error_sek(expected, options.evaluations, options.repetitions, truth)
    ours = closed_form_error_sek(expected, options.evaluations, options.repetitions, truth)
    print(f"Error of the mean difference at {options.evaluations} evaluations ({options.repetitions} repetitions)")
    print(f"  plain Monte Carlo                    {plain:12,.0f} SEK   {1.0:8.1f} x")
    print(f"  closed form on scrambled Sobol points{ours:12,.0f} SEK   {plain / ours:8.1f} x smaller")
    seconds = slider_seconds(case, 21)
    print("From a moved slider to new numbers")
    print(f"  median {1_000 * statistics.median(seconds):5.0f} ms, slowest {1_000 * max(seconds):5.0f} ms")


if __name__ == "__main__":
    main()
