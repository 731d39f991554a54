"""The closed form against hand-computed cases, exact stop-losses and the simulation, component by component.

Sources: decision-model.md §7.1 (H1, three procedures) and §7.2 (Poisson stop-loss); the simulation is the other way to
the same expectations: it draws every event, the closed form draws none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

from partnership_lib.decision.cases.assumptions import Assumption, Basis, Distribution, Shape
from partnership_lib.decision.cases.records import (
    Case,
    CaseNeed,
    Governance,
    Perspective,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
    Settings,
    Terms,
)
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.components import stop_loss as stop_loss_module
from partnership_lib.decision.components.change_sources import ChangeSources
from partnership_lib.decision.components.stop_loss import exact_stop_loss, expected_volume, stop_loss
from partnership_lib.decision.engine import expect_slots
from partnership_lib.decision.engine.expect import expect
from partnership_lib.decision.engine.simulate import simulate
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.plans.discounting import discount_weights
from partnership_lib.decision.uncertainty.sampling import Sampler
from partnership_lib.workspace.case_files import default_assumptions

BASE = date(2027, 1, 1)
BIDDERS = {"": (0.2, 0.2, 0.2, 0.2, 0.1, 0.1), "48": (0.5, 0.3, 0.2), "72": (0.1, 0.1, 0.1, 0.2, 0.2, 0.1, 0.1, 0.1)}


def month(number: int) -> date:
    return date(BASE.year + number // 12, 1 + number % 12, 1)


@pytest.fixture(scope="module")
def make_case(repository: Path) -> Callable[..., Case]:
    """A function that makes a case of needs and agreements with the default assumptions."""
    defaults = tuple(default_assumptions(repository))

    def make(*, assumptions: tuple[Assumption, ...] = (), settings: Settings | None = None, **parts: Any) -> Case:
        own = {each.key for each in assumptions}
        return Case(
            id="C",
            name="A case",
            settings=settings or Settings(base_month=BASE),
            assumptions=(*(each for each in defaults if each.key not in own), *assumptions),
            bidder_counts=BIDDERS,
            **parts,
        )

    return make


def assumed(name: str, *values: float, scope: str = "") -> Assumption:
    shape = Shape.FIXED if len(values) == 1 else Shape.PERT
    distribution = Distribution(shape, values)
    return Assumption(
        name=name, scope=scope, distribution=distribution, unit="", basis=Basis.ASSUMED, source="a test", date=BASE
    )


def need(number: int, value: float = 1_000_000.0, **fields: Any) -> CaseNeed:
    fields = {"category": "48", **fields}
    return CaseNeed(id=f"N-{number}", name=f"Need {number}", annual_value_sek=value, **fields)


def today(number: int, expiry: int | None, terms: Terms, *, needs: tuple[int, ...] = (), **fields: Any) -> Any:
    return PresentAgreement(
        id=f"A-{number}",
        name=f"Agreement {number}",
        need_ids=tuple(f"N-{each}" for each in needs or (number,)),
        expiry=None if expiry is None else month(expiry),
        terms=terms,
        **{"supplier": f"S-{number}", **fields},
    )


def proposal(number: int, start: int, needs: tuple[int, ...], terms: Terms) -> ProposedAgreement:
    ids = tuple(f"N-{each}" for each in needs)
    return ProposedAgreement(id=f"P-{number}", name=f"Proposal {number}", need_ids=ids, start=month(start), terms=terms)


DETAILED = Terms(term_months=48)
FUNCTIONAL = Terms(term_months=120, requirements=Requirements.FUNCTIONAL)
PARTNERSHIP = replace(FUNCTIONAL, governance=Governance.PARTNERSHIP)


# Hand-computed cases


@pytest.fixture(scope="module")
def h1(make_case: Callable[..., Case]) -> Case:
    """H1: two needs of a million a year; today 48 months each from month 0, or one agreement for 144 months."""
    long = replace(PARTNERSHIP, term_months=144, meeting_hours_per_year=None)
    return make_case(
        needs=(need(1), need(2)),
        present=(today(1, 0, DETAILED, supplier="S"), today(2, 0, DETAILED, supplier="S")),
        proposed=(proposal(1, 0, (1, 2), long),),
        interfaces=(),
    )


def h1_values(case: Case, **changes: float) -> np.ndarray:
    """Nothing is uncertain and nothing happens: procedures of 100 (200 h) and 500, follow-up of 50 a year and 80."""
    stated = {
        "staff_cost_sek_per_hour": 500.0,
        "authority_hours_per_procedure": 200.0,
        "dialogue_effort_factor": 5.0,
        "management_hours_per_agreement_year": 40.0,
        "management_hours_per_supplier_year": 120.0,
        "meeting_hours_per_year": 200.0,
        "scope_saving_share": 0.10,
        "bidder_saturation_count": 8.0,
        "bidders_factor": 1.0,
        "appeal_months_mean": 1.0,
        "overrun_tail_threshold": 1.0,
        "overrun_tail_cap": 1.0,
        "change_size_sigma_ln": 0.8,
        **changes,
    }
    return np.array([[stated.get(key, 0.0) for key in Sampler(case).keys]])


def totals_of_h1(case: Case, rate: float, **changes: float) -> np.ndarray:
    """Return the totals of both plans and their difference [kSEK]."""
    compiled = compile_case(case, weights=discount_weights(144, rate))
    fragmented, consolidated = expect(compiled, h1_values(case, **changes)).sum(axis=2)[0] / 1_000.0
    return np.array([fragmented, consolidated, consolidated - fragmented])


def test_h1_without_discounting_is_what_it_is_by_hand(h1: Case) -> None:
    assert totals_of_h1(h1, 0.0) == pytest.approx([25_800.0, 25_460.0, -340.0], abs=1e-8)


def test_h1_at_three_and_a_half_per_cent_is_what_it_is_by_hand(h1: Case) -> None:
    assert totals_of_h1(h1, 0.035).round(6).tolist() == [21_171.503548, 20_948.740883, -222.762666]


@pytest.mark.parametrize(
    ("rate", "governance_ksek", "saving_percent"), [(0.0, 128.3333, 3.58333), (0.035, 122.658125, 3.867094)]
)
def test_h1_breaks_even_where_it_does_by_hand(
    h1: Case, rate: float, governance_ksek: float, saving_percent: float
) -> None:
    hours = brentq(lambda hours: totals_of_h1(h1, rate, meeting_hours_per_year=hours)[2], 0.0, 1_000.0, xtol=1e-10)
    # Of two needs half of the scope saving is gained.
    saving = brentq(lambda share: totals_of_h1(h1, rate, scope_saving_share=share)[2], 0.0, 0.5, xtol=1e-13)
    digits = len(str(governance_ksek).split(".")[1]), len(str(saving_percent).split(".")[1])
    assert round(hours * 500.0 / 1_000.0, digits[0]) == governance_ksek
    assert round(saving / 2.0 * 100.0, digits[1]) == saving_percent


def test_h1_breaks_even_at_a_real_rate_of_fourteen_point_seven_per_cent(h1: Case) -> None:
    rate = brentq(lambda rate: totals_of_h1(h1, rate)[2], 0.0, 0.5, xtol=1e-12)
    assert round(rate * 100.0, 6) == 14.752226


def test_three_procedures_cost_what_they_cost_by_hand(make_case: Callable[..., Case]) -> None:
    case = make_case(needs=(need(1),), present=(today(1, 0, DETAILED),), proposed=(), interfaces=())
    at_the_start_of_months = 1.035 ** (-np.arange(145) / 12.0)
    values = h1_values(case, authority_hours_per_procedure=0.0, advertising_sek_per_procedure=100.0)
    costs = expect(compile_case(case, weights=at_the_start_of_months), values)
    assert round(costs[0, 0, COMPONENTS.index("procurement")], 7) == 263.0853784


def test_a_real_rate_and_the_nominal_one_give_the_same_present_value(h1: Case) -> None:
    months = (np.arange(145) + 0.5) / 12.0
    nominal = 1.02**months * (1.035 * 1.02) ** -months
    compiled = compile_case(h1, weights=nominal)
    assert expect(compiled, h1_values(h1)).sum(axis=2)[0] / 1_000.0 == pytest.approx(
        totals_of_h1(h1, 0.035)[:2], rel=1e-12
    )


# Stop-loss


@pytest.mark.parametrize(
    ("retention", "expected"), [(1.0, "1.1353352832"), (2.0, "0.5413411329"), (3.0, "0.2180175491")]
)
def test_the_stop_loss_of_a_poisson_number_is_exact(retention: float, expected: str) -> None:
    counts = ChangeSources((1.0,), (0,), (0,), (), 0.4, 0.0)
    found = exact_stop_loss(counts, np.array([[2.0]]), np.array([[1.0]]), np.array([retention]))
    assert f"{found[0]:.10f}" == expected


def simulated_stop_losses(sources: ChangeSources, rates: np.ndarray, size: float, retentions: np.ndarray) -> Any:
    """Return mean and standard error of the stop-losses of a volume that is drawn event by event."""
    random, paths = np.random.default_rng(5), 200_000
    volume = np.zeros(paths)
    values = np.array(sources.need_values)

    def sizes(hits: np.ndarray, value: float) -> np.ndarray:
        normal = random.standard_normal(len(hits))
        return size * value * np.exp(sources.sigma_ln * (normal - sources.sigma_ln / 2.0))

    for value, rate in zip(values, sources.need_rates, strict=True):
        paths_hit = np.repeat(np.arange(paths), random.poisson(rates[rate], paths))
        np.add.at(volume, paths_hit, sizes(paths_hit, value))
    for rate, needs in sources.domains:
        paths_of_law = np.repeat(np.arange(paths), random.poisson(rates[rate], paths))
        for number in needs:
            hits = paths_of_law[random.random(len(paths_of_law)) < sources.hit_probability]
            np.add.at(volume, hits, sizes(hits, values[number]))
    excess = np.maximum(volume[:, None] - retentions, 0.0)
    return excess.mean(axis=0), excess.std(axis=0) / np.sqrt(paths)


def test_the_stop_loss_of_changes_that_hit_several_needs_is_that_of_drawn_events() -> None:
    sources = ChangeSources((3.0, 1.0, 0.5, 2.0), (0,) * 4, (0,) * 4, ((1, (0, 1, 2)), (1, (3,))), 0.4, 0.8)
    rates, retentions = np.array([0.8, 0.5]), np.array([0.05, 0.2, 0.5, 1.0])
    mean, error = simulated_stop_losses(sources, rates, 0.05, retentions)
    found = stop_loss(sources, np.tile(rates, (4, 1)), np.full((4, 1), 0.05), retentions)
    assert np.all(np.abs(found - mean) < 3.0 * error), (found, mean, error)


@pytest.mark.parametrize("needs", [1, 2, 8])
def test_the_stop_loss_between_knots_is_that_of_an_inversion_of_its_own(needs: int) -> None:
    random = np.random.default_rng(needs)
    values = random.uniform(0.3, 2.0, needs)
    sources = ChangeSources(tuple(values), (0,) * needs, (0,) * needs, ((1, tuple(range(needs))),), 0.4, 0.8)
    rates = np.column_stack([random.uniform(0.3, 2.0, 60), random.uniform(0.2, 1.2, 60)])
    sizes = random.uniform(0.02, 0.15, (60, 1))
    retention = random.uniform(0.01, 0.20, 60) * values.sum()
    volume = expected_volume(sources, rates, sizes)
    found, exact = (each(sources, rates, sizes, retention) for each in (stop_loss, exact_stop_loss))
    assert np.abs((found - exact) / volume).max() < 1e-4


def test_without_numba_a_stop_loss_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = ChangeSources((1.0, 2.0), (0, 0), (0, 0), ((1, (0, 1)),), 0.4, 0.8)
    random = np.random.default_rng(1)
    rates, sizes = random.uniform(0.2, 2.0, (200, 2)), random.uniform(0.02, 0.15, (200, 1))
    retention = random.uniform(0.0, 0.6, 200)
    expected = stop_loss(sources, rates, sizes, retention)
    monkeypatch.setattr(stop_loss_module, "HAS_NUMBA", False)
    assert np.allclose(stop_loss(sources, rates, sizes, retention), expected, rtol=1e-12, atol=1e-15)


def test_a_stop_loss_does_not_depend_on_what_is_computed_with_it() -> None:
    sources = ChangeSources((1.0, 2.0), (0, 0), (0, 0), ((1, (0, 1)),), 0.4, 0.8)
    rates = np.array([[0.4, 0.3], [1.9, 1.1], [1e-6, 0.0]])
    sizes, retention = np.full((3, 1), 0.1), np.array([0.1, 0.4, 0.0])
    together = stop_loss(sources, rates, sizes, retention)
    alone = [stop_loss(sources, rates[[row]], sizes[[row]], retention[[row]])[0] for row in range(3)]
    assert together.tolist() == alone


def test_sizes_and_rates_of_single_needs_are_taken_into_account_exactly() -> None:
    """Four different numbers: there is no lattice, and every row is inverted by itself."""
    sources = ChangeSources((1.0, 2.0), (0, 1), (0, 1), ((2, (0, 1)),), 0.4, 0.8)
    rates, sizes = np.array([[0.5, 1.5, 0.4]]), np.array([[0.05, 0.10]])
    same = ChangeSources((0.5, 2.0), (0, 1), (0, 0), ((2, (0, 1)),), 0.4, 0.8)
    found = stop_loss(sources, rates, sizes, np.array([0.3]))
    assert found == pytest.approx(exact_stop_loss(same, rates, sizes[:, 1:], np.array([0.3])), rel=1e-5)


# The simulation


def simple(make: Callable[..., Case]) -> Case:
    return make(
        needs=(need(1, users=40), need(2, category="72", domain="law")),
        present=(today(1, 20, DETAILED), today(2, 5, replace(DETAILED, bridging_allowed=False))),
        proposed=(),
    )


def bridged_and_ended_early(make: Callable[..., Case]) -> Case:
    return make(
        needs=tuple(need(number, 1e6 * number, domain="law", users=100) for number in (1, 2, 3, 4)),
        present=(
            today(1, 12, DETAILED),
            today(2, 33, DETAILED, start=date(2025, 10, 1)),
            today(3, None, DETAILED),
            today(4, 10, DETAILED, remaining_option_months=(4,)),
        ),
        proposed=(proposal(1, 19, (1, 2, 3, 4), PARTNERSHIP),),
    )


def options_everywhere(make: Callable[..., Case]) -> Case:
    terms = Terms(term_months=24, option_months=(12, 12), index_pass_through_share=0.5)
    return make(
        needs=(need(1), need(2, users=20), need(3)),
        present=(
            today(1, 8, terms, remaining_option_months=(12, 24), needs=(1, 3)),
            today(2, 0, terms, remaining_option_months=(6,)),
        ),
        proposed=(proposal(1, 30, (1, 2), replace(FUNCTIONAL, term_months=60, option_months=(24, 24))),),
        assumptions=(assumed("extension_probability", 0.3, 0.5, 0.9),),
    )


def small_caps_and_scopes(make: Callable[..., Case]) -> Case:
    vague = replace(FUNCTIONAL, indicators_verifiable=False, term_months=36)
    return make(
        needs=tuple(
            need(
                number,
                4e5 * number,
                category=("48", "72", "90")[number % 3],
                domain=("law", "care", "")[number % 3],
                benefit_sek_per_month=500.0 * number,
            )
            for number in (1, 2, 3, 4, 5)
        ),
        present=(*(today(number, 7 * number, DETAILED) for number in (1, 2, 3)), today(4, 22, vague, needs=(4, 5))),
        proposed=(proposal(1, 17, (1, 2, 3), replace(vague, governance=Governance.PARTNERSHIP)),),
        assumptions=(
            assumed("included_change_cap_share", 0.01, 0.03, 0.06),
            assumed("law_changes_per_domain_year", 1.0, 1.5, 2.5, scope="domain:care"),
            assumed("change_size_share", 0.02, 0.04, 0.05, scope="need:N-4"),
            assumed("market_trend_share_per_year", -0.01, 0.02, 0.05, scope="category:72"),
        ),
    )


def many_defaults(make: Callable[..., Case]) -> Case:
    case = bridged_and_ended_early(make)
    rates = assumed("default_rate_per_year", 0.2, 0.4, 0.9)
    return replace(case, assumptions=(*(a for a in case.assumptions if a.key != rates.key), rates))


def able_suppliers_and_society(make: Callable[..., Case]) -> Case:
    able = {1: ("S-1", "S-2", "S-3"), 2: ("S-1", "S-2", "S-4"), 3: ("S-2", "S-1")}
    return make(
        needs=tuple(need(number, capable_suppliers=able[number]) for number in (1, 2, 3)),
        present=tuple(today(number, 15 * number, DETAILED, supplier="S-1") for number in (1, 2, 3)),
        proposed=(proposal(1, 24, (1, 2), FUNCTIONAL), proposal(2, 40, (3,), PARTNERSHIP)),
        settings=Settings(base_month=BASE, horizon_months=100, perspective=Perspective.SOCIETY),
        assumptions=(assumed("bidders_factor", 0.4, 0.7, 1.5),),
    )


CASES = (
    simple,
    bridged_and_ended_early,
    options_everywhere,
    small_caps_and_scopes,
    many_defaults,
    able_suppliers_and_society,
)
PATHS = 2**14


def standard_errors_away(case: Case, seed: int) -> Mapping[str, np.ndarray]:
    """Return by how many standard errors the simulation lies above the closed form, component by component.

    Every path has an assumption vector of its own, so the closed form is held against the simulation at all of them.
    """
    compiled, sampler = compile_case(case), Sampler(case)
    values = sampler.at(sampler.sobol(PATHS.bit_length() - 1, seed, 0))
    expected = expect(compiled, values)
    drawn = simulate(compiled, values, seed=seed, keep_components=True).components_sek
    assert drawn is not None
    above = drawn - expected
    mean, error = above.mean(axis=0), above.std(axis=0) / np.sqrt(PATHS)
    rounding = 1e-9 * np.abs(expected).mean(axis=0) + 1e-9
    away = np.where(np.abs(mean) < rounding, 0.0, mean / np.maximum(error, rounding / 3.0))
    return {name: away[:, place] for place, name in enumerate(COMPONENTS) if name != "legal"}


@pytest.mark.parametrize("seed", [12, 13])
@pytest.mark.parametrize("make", CASES)
def test_every_component_is_expected_to_be_what_the_simulation_draws(
    make_case: Callable[..., Case], make: Callable[..., Case], seed: int
) -> None:
    # Of some 300 comparisons about one would be beyond 3 by luck alone: the seeds are fixed so that this stays a test.
    away = standard_errors_away(make(make_case), seed)
    assert {name: places for name, places in away.items() if np.abs(places).max() > 3.0} == {}


def test_every_component_that_can_cost_something_does_in_these_cases(make_case: Callable[..., Case]) -> None:
    """A component that is 0 in every case would be compared with nothing."""
    seen = set()
    for make in CASES:
        case = make(make_case)
        costs = expect(compile_case(case), Sampler(case).median()[None])
        seen |= {name for place, name in enumerate(COMPONENTS) if np.abs(costs[..., place]).max() > 0.0}
    assert seen == set(COMPONENTS) - {"legal"}


def test_a_cost_in_the_wrong_branch_is_seen(make_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch) -> None:
    """The prototype charged a gap after defaults too: the comparison must catch that, and in the gap alone."""
    right = expect_slots.expected_gap_sek

    def wrong(given: Any, plan: Any, slot: Any, course: Any) -> Any:
        signings = replace(course.signings, planned=course.signings.all)
        return right(given, plan, slot, replace(course, signings=signings))

    monkeypatch.setattr(expect_slots, "expected_gap_sek", wrong)
    away = standard_errors_away(many_defaults(make_case), 12)
    assert {name for name, places in away.items() if np.abs(places).max() > 3.0} == {"gap"}
