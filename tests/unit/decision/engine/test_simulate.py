"""The full simulation: one engine for both plans, the same path wherever it is computed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from partnership_lib.decision.cases.records import (
    Case,
    ExtensionRule,
    LegalConsequence,
    Perspective,
)
from partnership_lib.decision.compiling import HAS_NUMBA
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine import simulate as simulation_module
from partnership_lib.decision.engine.simulate import Simulation, is_compiled, simulate, warm_up
from partnership_lib.decision.plans.arrays import CompiledCase, Floats
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.plans.plan import consolidated_plan, fragmented_plan
from partnership_lib.errors import UsageError

Drawn = Callable[[Case, int], tuple[CompiledCase, Floats]]
KERNELS = [pytest.param("numba", marks=pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed")), "numpy"]


def _costs(compiled: CompiledCase, values: Floats, **options: object) -> Floats:
    costs = simulate(compiled, values, seed=7, keep_components=True, **options).components_sek
    assert costs is not None
    return costs


def _component(costs: Floats, name: str) -> Floats:
    return costs[:, :, COMPONENTS.index(name)]


def _variants(case: Case) -> dict[str, Case]:
    """Cases that between them take every branch of the engine."""
    terms = case.proposed[0].terms
    settings = case.settings
    able = tuple(replace(need, capable_suppliers=("S-1", "S-2", "S-3", "S-4")) for need in case.needs)
    undescribed = replace(terms, changes_described=False, index_pass_through_share=0.5, bridging_allowed=False)
    other_rules = replace(
        settings,
        extension_rule=ExtensionRule.PRICE,
        legal_consequence=LegalConsequence.NOT_BOUGHT,
        perspective=Perspective.SOCIETY,
        legal_minor_share=0.004,
    )
    return {
        "as it is": case,
        "other rules": replace(case, settings=other_rules),
        "undescribed": replace(
            case, settings=other_rules, proposed=(replace(case.proposed[0], terms=undescribed),), interfaces=None
        ),
        "able suppliers": replace(case, needs=able),
    }


@pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed")
@pytest.mark.parametrize("variant", ["as it is", "other rules", "undescribed", "able suppliers"])
@pytest.mark.parametrize("default_rate", [0.008, 1.5])
def test_the_numpy_kernel_computes_every_component_of_every_path_as_the_compiled_one(
    engine_case: Callable[..., Case], drawn: Drawn, variant: str, default_rate: float
) -> None:
    case = _variants(engine_case(default_rate_per_year=default_rate))[variant]
    compiled, values = drawn(case, 7)
    fast, plain = (simulate(compiled, values, seed=7, kernel=k, keep_components=True) for k in ("numba", "numpy"))
    assert fast.components_sek is not None and plain.components_sek is not None
    assert np.allclose(fast.components_sek, plain.components_sek, rtol=1e-9, atol=1e-6)
    for fast_hits, plain_hits in zip(fast.legal_hits, plain.legal_hits, strict=True):
        assert np.array_equal(fast_hits.first_month_shares, plain_hits.first_month_shares)
    if variant == "other rules":
        assert fast.legal_hits[1].probability.max() > 0.1, "the limit is met, or the test sees nothing of it"


@pytest.mark.parametrize("kernel", KERNELS)
def test_identical_plans_differ_by_exactly_nothing_in_every_component_of_every_path(
    engine_case: Callable[..., Case], drawn: Drawn, kernel: str
) -> None:
    case = engine_case()
    _, values = drawn(case, 7)
    for plan in (fragmented_plan(case), consolidated_plan(case)):
        costs = _costs(compile_case(case, (plan, plan)), values, kernel=kernel)
        assert np.array_equal(costs[:, 0], costs[:, 1])
        assert np.abs(costs).sum() > 0.0


def test_a_bundle_of_one_need_with_todays_terms_is_todays_agreement(
    engine_case: Callable[..., Case], drawn: Drawn
) -> None:
    case = engine_case(terms=engine_case().present[0].terms, bundled=1)
    costs = _costs(*drawn(case, 7))
    assert np.array_equal(costs[:, 0], costs[:, 1])


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_order_of_needs_and_agreements_in_the_case_changes_no_bit(
    engine_case: Callable[..., Case], drawn: Drawn, kernel: str
) -> None:
    case = engine_case()
    turned = replace(case, needs=case.needs[::-1], present=case.present[::-1], interfaces=case.interfaces[::-1])
    turned = replace(turned, proposed=tuple(replace(each, need_ids=each.need_ids[::-1]) for each in case.proposed))
    assert np.array_equal(_costs(*drawn(case, 7), kernel=kernel), _costs(*drawn(turned, 7), kernel=kernel))


def test_neither_chunks_nor_threads_change_a_bit(engine_case: Callable[..., Case], drawn: Drawn) -> None:
    compiled, values = drawn(engine_case(), 11)
    values = values[:1800]
    answers = [
        simulate(compiled, values, seed=7, chunk=chunk, threads=threads, keep_components=True)
        for chunk, threads in ((256, 1), (4096, 1), (512, 2), (700, 3))
    ]
    for other in answers[1:]:
        _assert_same(answers[0], other)


def _assert_same(one: Simulation, other: Simulation) -> None:
    for name in ("totals_sek", "component_means_sek", "component_standard_errors_sek", "components_sek"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert np.array_equal(one.difference_standard_errors_sek, other.difference_standard_errors_sek)
    assert one.hashes == other.hashes
    for first, second in zip(one.legal_hits, other.legal_hits, strict=True):
        assert np.array_equal(first.first_month_shares, second.first_month_shares)


def test_a_path_is_the_same_whichever_run_it_belongs_to(engine_case: Callable[..., Case], drawn: Drawn) -> None:
    compiled, values = drawn(engine_case(), 8)
    whole = simulate(compiled, values, seed=7)
    part = simulate(compiled, values[100:110], seed=7, first_path=100)
    assert np.array_equal(whole.totals_sek[100:110], part.totals_sek)
    other_seed = simulate(compiled, values[100:110], seed=8, first_path=100)
    assert not np.array_equal(part.totals_sek, other_seed.totals_sek)


def test_assumptions_that_are_drawn_on_the_way_give_the_same_as_those_drawn_before(
    engine_case: Callable[..., Case], drawn: Drawn
) -> None:
    compiled, values = drawn(engine_case(), 10)
    on_the_way = simulate(
        compiled, lambda first, count: values[first : first + count], paths=len(values), seed=7, chunk=256
    )
    assert np.array_equal(on_the_way.totals_sek, simulate(compiled, values, seed=7).totals_sek)


def test_assumptions_drawn_on_the_way_need_a_number_of_paths(engine_case: Callable[..., Case], drawn: Drawn) -> None:
    compiled, values = drawn(engine_case(), 3)
    with pytest.raises(UsageError, match="paths_not_given"):
        simulate(compiled, lambda first, count: values[first : first + count], seed=7)


def test_an_unknown_kernel_is_refused_with_those_there_are(engine_case: Callable[..., Case], drawn: Drawn) -> None:
    compiled, values = drawn(engine_case(), 3)
    with pytest.raises(UsageError, match=r"no_such_kernel.*numpy"):
        simulate(compiled, values, seed=7, kernel="fortran")  # type: ignore[arg-type]


def test_means_and_errors_are_those_of_the_paths(engine_case: Callable[..., Case], drawn: Drawn) -> None:
    answer = simulate(*drawn(engine_case(), 10), seed=7, keep_components=True)
    costs = answer.components_sek
    assert costs is not None
    root = np.sqrt(len(costs))
    assert np.allclose(answer.component_means_sek, costs.mean(axis=0), rtol=1e-12)
    assert np.allclose(answer.component_standard_errors_sek, costs.std(axis=0, ddof=1) / root, rtol=1e-9, atol=1e-9)
    difference = costs[:, 1] - costs[:, 0]
    assert np.allclose(answer.difference_standard_errors_sek, difference.std(axis=0, ddof=1) / root, rtol=1e-9)
    assert np.allclose(answer.totals_sek, costs.sum(axis=2), rtol=1e-12)
    assert np.allclose(answer.totals_sek - answer.without_benefits_sek, _component(costs, "benefit"), atol=1e-3)


def test_progress_is_told_up_to_the_last_path(engine_case: Callable[..., Case], drawn: Drawn) -> None:
    told: list[int] = []
    simulate(*drawn(engine_case(), 10), seed=7, chunk=256, threads=1, progress=told.append)
    assert told == [256, 512, 768, 1024]


@pytest.mark.parametrize("kernel", KERNELS)
def test_an_unrelated_need_changes_nothing_of_the_others(
    engine_case: Callable[..., Case], drawn: Drawn, kernel: str
) -> None:
    """Without interfaces and shared suppliers, the needs with their own agreement cost what they did before."""
    alone, joined = (replace(engine_case(count, bundled=0), interfaces=()) for count in (3, 4))
    joined = replace(joined, present=(*alone.present, replace(joined.present[3], supplier="S-9")))
    compiled, values = drawn(alone, 6)
    more = compile_case(joined)
    only_new = replace(joined, needs=joined.needs[3:], present=joined.present[3:])
    three, four = _costs(compiled, values, kernel=kernel), _costs(more, values, kernel=kernel)
    one = _costs(compile_case(only_new), values, kernel=kernel)
    assert np.allclose(four, three + one, rtol=1e-12, atol=1e-6)
    assert np.abs(one).sum() > 0.0


@pytest.mark.parametrize("kernel", KERNELS)
def test_nobody_goes_bankrupt_at_rate_0_and_many_do_at_a_high_one(
    engine_case: Callable[..., Case], drawn: Drawn, kernel: str
) -> None:
    never, often = (
        _component(_costs(*drawn(engine_case(default_rate_per_year=rate), 6), kernel=kernel), "default")
        for rate in (0.0, 1.0)
    )
    assert not never.any()
    assert (often > 0.0).all()


def test_what_is_multiplied_by_money_is_multiplied_in_every_cost(
    engine_case: Callable[..., Case], drawn: Drawn
) -> None:
    """All prices and unit costs doubled double every component of every path."""
    case = engine_case()
    compiled, values = drawn(case, 7)
    in_money = [place for place, key in enumerate(compiled.keys) if "_sek" in key]
    dearer = values.copy()
    dearer[:, in_money] *= 2.0
    double = replace(
        case,
        settings=replace(case.settings, legal_threshold_sek=2.0 * case.settings.legal_threshold_sek),
        needs=tuple(
            replace(
                need,
                annual_value_sek=2.0 * need.annual_value_sek,
                benefit_sek_per_month=2.0 * need.benefit_sek_per_month,
            )
            for need in case.needs
        ),
        proposed=tuple(replace(each, terms=replace(each.terms, exit_plan_sek=100_000.0)) for each in case.proposed),
    )
    assert np.allclose(_costs(compile_case(double), dearer), 2.0 * _costs(compiled, values), rtol=1e-9, atol=1e-3)


def test_weights_of_a_year_add_up_to_the_undiscounted_total(engine_case: Callable[..., Case], drawn: Drawn) -> None:
    case = engine_case()
    _, values = drawn(case, 6)
    months = case.settings.horizon_months + 1
    halves = np.zeros((2, months))
    halves[0, :70], halves[1, 70:] = 1.0, 1.0
    first, second = (_costs(compile_case(case, weights=half), values) for half in halves)
    assert np.allclose(first + second, _costs(compile_case(case, weights=np.ones(months)), values), atol=1e-4)


@pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed")
def test_a_path_with_more_changes_than_there_is_room_for_is_run_again_with_more(
    engine_case: Callable[..., Case], drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled, values = drawn(engine_case(), 6)
    expected = simulate(compiled, values, seed=7)
    monkeypatch.setattr("partnership_lib.decision.engine.kernels._more_than", lambda number: 1)
    _assert_same_totals(expected, simulate(compiled, values, seed=7))


def _assert_same_totals(one: Simulation, other: Simulation) -> None:
    assert np.array_equal(one.totals_sek, other.totals_sek)
    assert np.array_equal(one.legal_hits[0].first_month_shares, other.legal_hits[0].first_month_shares)


def test_a_single_thread_computes_everything_in_the_callers(
    engine_case: Callable[..., Case], drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = set()
    run_kernel = simulation_module.run_kernel

    def watched(*given: object) -> object:
        seen.add(threading.get_ident())
        return run_kernel(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(simulation_module, "run_kernel", watched)
    simulate(*drawn(engine_case(), 9), seed=7, threads=1)
    assert seen == {threading.get_ident()}
    simulate(*drawn(engine_case(), 9), seed=7, threads=2, chunk=256)
    assert len(seen) > 1


def test_after_warming_up_the_kernel_is_compiled(engine_case: Callable[..., Case], drawn: Drawn) -> None:
    warm_up(*drawn(engine_case(), 1))
    assert is_compiled()
