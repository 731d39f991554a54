"""Stand-alone problems: what is refused, what clashes, ties, interrupts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from partnership_lib.consolidation.problems.problem import Bundle, Problem
from partnership_lib.consolidation.problems.reading import read_problem
from partnership_lib.consolidation.problems.solving import answer_json, solve_problem
from partnership_lib.consolidation.solving import relaxation
from partnership_lib.consolidation.solving.alternatives import next_best
from partnership_lib.consolidation.solving.front import agreements_front
from partnership_lib.consolidation.solving.pool import Pool, make_cover
from partnership_lib.consolidation.solving.search import Search
from partnership_lib.consolidation.solving.watching import Standing, Watch
from partnership_lib.errors import InputError, PartnershipError
from partnership_lib.text import LANGUAGES, describe

GOOD: dict[str, Any] = {
    "needs": [{"id": "A", "annual_value_sek": 100}, {"id": "B", "annual_value_sek": 50.5}],
    "bundles": [
        {"needs": ["A"], "cost_sek": 10},
        {"needs": ["B"], "cost_sek": 10},
        {"needs": ["B", "A"], "cost_sek": 15},
    ],
    "constraints": {"max_agreements": 2},
}
PAIRS = (("A", "B"), ("B", "C"), ("A", "C"))


def read(data: Any) -> Problem:
    return read_problem(json.dumps(data), "problem.json")


def changed(**parts: Any) -> dict[str, Any]:
    return {**GOOD, **parts}


def problem(**costs: float) -> Problem:
    needs = tuple(sorted(set("".join(costs))))
    return Problem(needs, tuple(Bundle(tuple(name), cost) for name, cost in costs.items()))


def clashes(wrong: Problem) -> list[str]:
    with pytest.raises(PartnershipError) as caught:
        solve_problem(wrong)
    assert caught.value.code == "consolidation_impossible"
    assert caught.value.exit_code == 1
    for language in LANGUAGES:
        assert "clash_" not in describe(caught.value, language)
    return [each.code for each in caught.value.values["clashes"]]


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_good_problem_is_read_and_answered_with_the_promised_keys() -> None:
    answer = answer_json(solve_problem(read(GOOD)))
    assert answer["agreements"] == 1
    assert answer["bundles"] == [["A", "B"]]
    assert (answer["expected_cost_sek"], answer["lower_bound_sek"]) == (15.0, 15.0)
    assert answer["certified"] is True
    assert answer["shadow_price_per_agreement_sek"] == 0.0


@pytest.mark.parametrize(
    ("data", "code", "key"),
    [
        ([], "problem_wrong_value", "–"),
        (changed(extra=1), "problem_unknown_key", "extra"),
        ({"needs": GOOD["needs"]}, "problem_missing_key", "bundles"),
        (changed(needs=[]), "problem_wrong_value", "needs"),
        (changed(needs=[{"id": "A"}, {"id": "A"}, {"id": "B"}]), "problem_repeated_id", "needs[1].id"),
        (changed(needs=[{"id": " "}, {"id": "A"}, {"id": "B"}]), "problem_wrong_value", "needs[0].id"),
        (changed(needs=[{"id": "A", "value": 3}, {"id": "B"}]), "problem_unknown_key", "needs[0].value"),
        (
            changed(needs=[{"id": "A", "annual_value_sek": -1}, {"id": "B"}]),
            "problem_wrong_value",
            "needs[0].annual_value_sek",
        ),
        (changed(bundles=[{"needs": ["A", "B"]}]), "problem_missing_key", "bundles[0].cost_sek"),
        (changed(bundles=[{"needs": [], "cost_sek": 1}]), "problem_wrong_value", "bundles[0].needs"),
        (changed(bundles=[{"needs": ["A", "A"], "cost_sek": 1}]), "problem_repeated_id", "bundles[0].needs"),
        (changed(bundles=[{"needs": ["C"], "cost_sek": 1}]), "problem_unknown_need", "bundles[0].needs"),
        (changed(bundles=[{"needs": ["A"], "cost_sek": "1"}]), "problem_wrong_value", "bundles[0].cost_sek"),
        (changed(bundles=[{"needs": ["A"], "cost_sek": True}]), "problem_wrong_value", "bundles[0].cost_sek"),
        (changed(bundles=[{"needs": ["A"], "cost_sek": float("nan")}]), "problem_wrong_value", "bundles[0].cost_sek"),
        (changed(constraints={"max_agreements": 0}), "problem_wrong_value", "constraints.max_agreements"),
        (changed(constraints={"max_agreements": 1.5}), "problem_wrong_value", "constraints.max_agreements"),
        (changed(constraints={"max": 3}), "problem_unknown_key", "constraints.max"),
        (changed(constraints={"must_link": [["A"]]}), "problem_wrong_value", "constraints.must_link[0]"),
        (changed(constraints={"must_link": "A"}), "problem_wrong_value", "constraints.must_link"),
        (changed(constraints={"cannot_link": [["A", "Z"]]}), "problem_unknown_need", "constraints.cannot_link[0]"),
        (changed(constraints={"limits": {"hours": "many"}}), "problem_wrong_value", "constraints.limits.hours"),
    ],
)
def test_what_is_wrong_is_refused_with_where_it_stands(data: Any, code: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data)
    found = [(each.code, each.values["key"]) for each in caught.value.values["problems"]]
    assert (code, key) in found
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "{", '{"needs": [], "needs": []}', "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_problem(text, "problem.json")
    assert caught.value.code == "problem_unreadable"


def test_no_more_than_twenty_errors_are_told_at_once() -> None:
    wrong = changed(bundles=[{"needs": ["C"], "cost_sek": 1} for _ in range(500)])
    with pytest.raises(InputError) as caught:
        read(wrong)
    assert len(caught.value.values["problems"]) == 20
    assert caught.value.values["count"] == "20+"


# --- constraints ----------------------------------------------------------------------------------------------------


def test_needs_that_must_be_together_are_and_those_that_must_not_are_not() -> None:
    free = problem(A=10.0, B=10.0, C=10.0, AB=15.0, BC=30.0, ABC=60.0)
    assert solve_problem(free).bundles == [["A", "B"], ["C"]]
    assert solve_problem(replace(free, must_link=(("B", "C"),))).bundles == [["A"], ["B", "C"]]
    assert solve_problem(replace(free, cannot_link=(("A", "B"),))).bundles == [["A"], ["B"], ["C"]]
    assert solve_problem(replace(free, must_link=(("A", "C"),))).bundles == [["A", "B", "C"]]


def test_a_named_limit_is_kept() -> None:
    bundles = (Bundle(("A",), 10.0), Bundle(("B",), 10.0), Bundle(("A", "B"), 15.0, (("hours", 3.0),)))
    assert solve_problem(Problem(("A", "B"), bundles, limits=(("hours", 3.0),))).bundles == [["A", "B"]]
    assert solve_problem(Problem(("A", "B"), bundles, limits=(("hours", 2.0),))).bundles == [["A"], ["B"]]


def test_the_price_of_one_agreement_fewer_is_told_in_both_ways() -> None:
    tight = replace(problem(A=10.0, B=10.0, C=10.0, AB=26.0, BC=27.0, ABC=60.0), max_agreements=2)
    answer = answer_json(solve_problem(tight))
    assert answer["expected_cost_sek"] == 36.0
    assert answer["one_agreement_fewer_sek"] == 24.0
    # The relaxed price of the limit: from two agreements to three saves 6, the whole bundle of three is a mix away.
    assert 6.0 <= answer["shadow_price_per_agreement_sek"] <= 24.0


def test_too_few_agreements_are_refused_with_how_few_there_can_be() -> None:
    wrong = replace(problem(A=10.0, B=10.0, C=10.0, AB=15.0), max_agreements=1)
    assert clashes(wrong) == ["clash_max_agreements", "clash_fewest"]


def test_links_that_contradict_each_other_are_named() -> None:
    wrong = replace(problem(A=1.0, B=1.0, AB=1.0), must_link=(("A", "B"),), cannot_link=(("A", "B"),), max_agreements=2)
    assert clashes(wrong) == ["clash_must_link", "clash_cannot_link"]


def test_a_need_that_no_bundle_holds_is_named() -> None:
    lonely = Problem(("A", "B"), (Bundle(("A",), 1.0),))
    assert clashes(lonely) == ["clash_uncovered"]


def test_bundles_that_only_overlap_cannot_be_put_together() -> None:
    assert clashes(problem(AB=1.0, BC=1.0, AC=1.0)) == ["clash_bundles"]


# --- ties and order -------------------------------------------------------------------------------------------------


def test_of_plans_that_cost_the_same_the_first_by_id_is_chosen() -> None:
    tied = problem(A=10.0, B=10.0, C=10.0, AB=14.0, BC=14.0, AC=14.0)
    backwards = replace(tied, needs=tied.needs[::-1], bundles=tied.bundles[::-1])
    assert solve_problem(tied).bundles == solve_problem(backwards).bundles == [["A"], ["B", "C"]]


# --- the pool and its search ----------------------------------------------------------------------------------------


def random_pool(seed: int, count: int = 24, bundles: int = 600) -> Pool:
    """Bundles within four clusters, the larger the cheaper for each need: much like those of real markets."""
    random = np.random.default_rng(seed)
    groups: set[tuple[int, ...]] = {(need,) for need in range(count)}
    for _ in range(bundles):
        cluster = np.arange(random.integers(4), count, 4)
        groups.add(tuple(sorted(random.choice(cluster, size=random.integers(2, 6), replace=False).tolist())))
    rows = sorted(groups)
    worth = random.uniform(50.0, 150.0, size=count)
    costs = np.array([worth[list(row)].sum() * len(row) ** random.uniform(-0.05, 0.02) + 10.0 for row in rows])
    return Pool(tuple(f"N-{need:02}" for need in range(count)), make_cover(count, rows), costs)


def test_column_generation_finds_the_bound_of_the_whole_pool() -> None:
    pool = random_pool(1)
    answer = Search(pool).run()
    everything = np.arange(pool.size)
    whole = relaxation.relax(pool, everything, pool.costs, Watch())
    assert answer.relaxed_bound_sek == pytest.approx(whole.value, rel=1e-9)
    assert len(answer.generated) < pool.size
    assert answer.certified


def test_costs_that_are_only_known_from_below_are_made_exact_where_it_matters() -> None:
    exact = random_pool(2)
    asked: list[int] = []

    def refine(bundles: np.ndarray) -> np.ndarray:
        asked.extend(bundles.tolist())
        return exact.costs[bundles]

    below = exact.costs * np.random.default_rng(3).uniform(0.97, 1.0, size=exact.size)
    answer = Search(Pool(exact.items, exact.cover, below, refine=refine)).run()
    assert answer.plan.cost_sek == pytest.approx(Search(exact).run().plan.cost_sek, rel=1e-12)
    assert answer.certified
    assert len(asked) == len(set(asked)) < exact.size


def test_an_incomplete_pool_gives_a_proven_but_not_a_certified_plan() -> None:
    pool = random_pool(4)
    pool.complete = False
    answer = Search(pool).run()
    assert answer.proven
    assert not answer.certified


def test_an_interrupt_gives_the_best_plan_so_far_with_its_gap() -> None:
    pool = random_pool(5)
    told: list[Standing] = []

    def interrupt(standing: Standing) -> None:
        told.append(standing)
        if standing.step == "proof":
            raise KeyboardInterrupt

    answer = Search(pool, Watch(tell=interrupt)).run()
    assert answer.stopped
    assert not answer.certified
    assert answer.lower_bound_sek <= answer.plan.cost_sek
    assert told[-1].best_sek == answer.plan.cost_sek
    assert told[-1].gap_share is not None


def test_a_search_without_time_stops_with_what_it_was_given_or_says_so() -> None:
    with pytest.raises(PartnershipError) as caught:
        solve_problem(Problem(("A", "B"), (Bundle(("A", "B"), 1.0),)), Watch(0.0))
    assert caught.value.code == "consolidation_stopped"
    stopped = solve_problem(problem(A=10.0, B=10.0, AB=15.0), Watch(0.0))
    assert stopped.answer.stopped
    assert stopped.bundles == [["A", "B"]]  # merged by hand


def test_the_next_best_plans_differ_in_their_bundles_and_get_dearer() -> None:
    pool = random_pool(6)
    answer = Search(pool).run()
    plans = next_best(pool, answer, 5)
    assert len(plans) == 5
    costs = [plan.cost_sek for plan, _ in plans]
    assert costs == sorted(costs)
    assert all(proven for _, proven in plans)
    assert len({frozenset(pool.ids(int(bundle)) for bundle in plan.bundles) for plan, _ in plans}) == 5


def test_the_front_runs_from_the_optimum_to_the_fewest_agreements_and_gets_dearer() -> None:
    pool = random_pool(7)
    pool.costs[pool.item_counts == 1] *= 0.85
    points = agreements_front(pool, Search(pool).run())
    numbers, costs = [point.agreements for point in points], [point.answer.plan.cost_sek for point in points]
    assert numbers == sorted(numbers, reverse=True)
    assert costs == sorted(costs)
    assert all(point.answer.certified for point in points)
    assert len(points) > 5
