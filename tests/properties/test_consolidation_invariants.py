"""What holds for every set partitioning problem, whatever its numbers."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.consolidation.problems.problem import Bundle, Problem
from partnership_lib.consolidation.problems.solving import solve_problem
from partnership_lib.errors import PartnershipError

NEEDS = tuple(f"N-{number}" for number in range(1, 7))
COSTS = st.integers(min_value=1, max_value=400).map(float)
BUNDLES = st.builds(
    Bundle,
    st.sets(st.sampled_from(NEEDS), min_size=2, max_size=4).map(lambda needs: tuple(sorted(needs))),
    COSTS,
    st.integers(0, 5).map(lambda used: (("hours", float(used)),)),
)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    singles = tuple(Bundle((need,), draw(COSTS), (("hours", 1.0),)) for need in NEEDS)
    return Problem(NEEDS, (*singles, *draw(st.lists(BUNDLES, max_size=12))))


def cost_of(problem: Problem) -> float:
    """The least cost; infinity where there is no plan."""
    try:
        return solve_problem(problem).answer.plan.cost_sek
    except PartnershipError as error:
        if error.code != "consolidation_impossible":
            raise
        return float("inf")


@given(problems(), BUNDLES)
def test_one_more_bundle_never_makes_the_best_plan_dearer(problem: Problem, bundle: Bundle) -> None:
    assert cost_of(replace(problem, bundles=(*problem.bundles, bundle))) <= cost_of(problem)


@given(problems(), st.integers(1, 6), st.integers(0, 12))
def test_tighter_limits_never_make_it_cheaper(problem: Problem, most: int, hours: int) -> None:
    free = cost_of(problem)
    counted = replace(problem, max_agreements=most)
    assert free <= cost_of(counted) <= cost_of(replace(counted, max_agreements=max(most - 1, 1)))
    wide, narrow = (replace(problem, limits=(("hours", float(each)),)) for each in (hours + 1, hours))
    assert free <= cost_of(wide) <= cost_of(narrow)


@given(problems())
def test_with_no_bundles_and_room_for_all_the_plan_is_every_need_apart(problem: Problem) -> None:
    apart = tuple(bundle for bundle in problem.bundles if len(bundle.needs) == 1)
    cost = cost_of(replace(problem, bundles=apart, max_agreements=len(NEEDS)))
    assert cost == sum(sorted(bundle.cost_sek for bundle in apart))


@given(problems(), st.randoms(use_true_random=False))
def test_the_order_in_the_file_changes_nothing(problem: Problem, random: Random) -> None:
    needs, bundles = list(problem.needs), list(problem.bundles)
    random.shuffle(needs)
    random.shuffle(bundles)
    shuffled = solve_problem(replace(problem, needs=tuple(needs), bundles=tuple(bundles)))
    assert shuffled.bundles == solve_problem(problem).bundles


@given(problems())
def test_the_bound_holds_and_meets_the_plan_where_it_is_certified(problem: Problem) -> None:
    answer = solve_problem(problem).answer
    assert answer.relaxed_bound_sek <= answer.lower_bound_sek + 1e-6
    assert answer.certified
    assert answer.lower_bound_sek == answer.plan.cost_sek


@given(problems(), st.integers(1, 3))
def test_what_clashes_cannot_hold_together_but_without_any_one_of_it_the_rest_can(problem: Problem, most: int) -> None:
    tight = replace(problem, max_agreements=most, limits=(("hours", 2.0),), cannot_link=((NEEDS[0], NEEDS[1]),))
    try:
        solve_problem(tight)
    except PartnershipError as error:
        codes = {clash.code.removeprefix("clash_") for clash in error.values["clashes"]} - {"fewest"}
        assert cost_of(_only(tight, codes)) == float("inf")
        assert all(cost_of(_only(tight, codes - {code})) < float("inf") for code in codes)


def _only(problem: Problem, codes: set[str]) -> Problem:
    """The problem with only some kinds of its constraints."""
    none = {"max_agreements": None, "limits": (), "cannot_link": ()}
    return replace(problem, **{code: value for code, value in none.items() if code not in codes})
