"""Set partitioning against optima that are known: computed by hand, or by dynamic programming over subsets."""

from __future__ import annotations

from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pytest

from partnership_lib.consolidation.problems.problem import Bundle, Problem
from partnership_lib.consolidation.problems.solving import Solved, solve_problem

EXPLICIT = {
    "1": 100.0, "2": 100.0, "3": 100.0, "4": 100.0,
    "12": 170.0, "34": 175.0, "123": 255.0, "23": 160.0, "14": 190.0,
}  # fmt: skip


def problem_of(costs: dict[str, float], **constraints: object) -> Problem:
    needs = tuple(sorted(set("".join(costs))))
    return Problem(needs, tuple(Bundle(tuple(name), cost) for name, cost in costs.items()), **constraints)


def cheapest_by_subsets(count: int, costs: dict[frozenset[int], float]) -> float:
    """The least cost of covering every need once: over all subsets that hold the first need not yet covered."""
    best = {0: 0.0}
    for covered in range(1, 2**count):
        lowest = (covered & -covered).bit_length() - 1
        best[covered] = min(
            cost + best[covered - mask]
            for members, cost in costs.items()
            if lowest in members and (mask := sum(1 << need for need in members)) & covered == mask
        )
    return best[2**count - 1]


def random_costs(seed: int, count: int = 8) -> dict[frozenset[int], float]:
    random = np.random.default_rng(seed)
    subsets = chain.from_iterable(combinations(range(count), size) for size in range(1, count + 1))
    return {frozenset(subset): float(len(subset) ** 0.8 * random.uniform(60.0, 140.0)) for subset in subsets}


def solved_random(seed: int, count: int = 8) -> Solved:
    costs = random_costs(seed, count)
    names = [f"N-{need}" for need in range(count)]
    bundles = tuple(Bundle(tuple(names[need] for need in sorted(each)), cost) for each, cost in costs.items())
    return solve_problem(Problem(tuple(names), bundles))


def test_the_relaxed_bound_is_21_and_the_best_plan_24() -> None:
    solved = solve_problem(problem_of({"1": 10.0, "2": 10.0, "3": 10.0, "12": 14.0, "13": 14.0, "23": 14.0}))
    assert solved.answer.relaxed_bound_sek == pytest.approx(21.0)
    assert solved.answer.plan.cost_sek == 24.0
    assert solved.answer.lower_bound_sek == 24.0
    assert solved.answer.certified


def test_the_optimum_that_can_be_checked_by_hand_is_345() -> None:
    solved = solve_problem(problem_of(EXPLICIT))
    assert solved.answer.plan.cost_sek == 345.0
    assert solved.bundles == [["1", "2"], ["3", "4"]]
    assert solved.answer.certified


def test_greedy_merging_misses_that_optimum() -> None:
    solved = solve_problem(problem_of(EXPLICIT))
    assert solved.by_hand is not None
    assert solved.by_hand.cost_sek == 350.0  # {2, 3} saves most and spoils both of the better pairs


@pytest.mark.parametrize("seed", range(50))
def test_the_plan_is_the_one_that_dynamic_programming_finds(seed: int) -> None:
    solved = solved_random(seed)
    assert solved.answer.plan.cost_sek == pytest.approx(cheapest_by_subsets(8, random_costs(seed)), rel=1e-12)
    assert solved.answer.certified


def test_dynamic_programming_would_notice_a_plan_that_is_too_dear() -> None:
    solved = [solved_random(seed) for seed in range(10)]
    differ = [
        each.by_hand.cost_sek > cheapest_by_subsets(8, random_costs(seed)) * (1.0 + 1e-9)
        for seed, each in enumerate(solved)
        if each.by_hand is not None
    ]
    assert sum(differ) > 3


@pytest.mark.parametrize("seed", range(20))
def test_greedy_merging_is_never_better(seed: int) -> None:
    solved = solved_random(seed, count=7)
    assert solved.by_hand is not None
    assert solved.by_hand.cost_sek >= solved.answer.plan.cost_sek


def airline_problem() -> Problem:
    """The crews of 24 flights: instance sppnw08 of J. E. Beasley's OR-Library, a line for each of 434 columns.

    A line is the cost and the flights that are covered. Of columns with the same flights only the cheapest can be used.
    """
    cheapest: dict[tuple[str, ...], float] = {}
    for line in (Path(__file__).parent / "or_library_nw08.txt").read_text(encoding="ascii").splitlines():
        cost, *flights = line.split()
        cheapest[tuple(flights)] = min(float(cost), cheapest.get(tuple(flights), float("inf")))
    needs = tuple(sorted(set(chain.from_iterable(cheapest))))
    return Problem(needs, tuple(Bundle(flights, cost) for flights, cost in cheapest.items()))


def test_a_real_instance_of_the_operations_research_library_has_its_published_optimum() -> None:
    """Optimum 35,894: K. L. Hoffman and M. Padberg (1993), Management Science 39(6), 657-682, problem nw08."""
    solved = solve_problem(airline_problem())
    assert len(solved.answer.plan.bundles) < 24
    assert solved.answer.plan.cost_sek == 35_894.0
    assert solved.answer.certified


def test_the_control_without_its_long_columns_the_instance_is_dearer() -> None:
    problem = airline_problem()
    short = tuple(bundle for bundle in problem.bundles if len(bundle.needs) <= 4)
    assert solve_problem(Problem(problem.needs, short)).answer.plan.cost_sek > 35_894.0
