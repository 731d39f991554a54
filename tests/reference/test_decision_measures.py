"""Estimators against values that are known: specification of the decision model, 7.2 and 7.3."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from partnership_lib.decision.cases.assumptions import Assumption, Distribution, Shape
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
from partnership_lib.decision.measures import information, risk, sensitivity
from partnership_lib.decision.measures.break_evens import break_even
from partnership_lib.decision.measures.expected import ExpectedCosts
from partnership_lib.decision.measures.quantities import Quantities

Floats = NDArray[np.float64]
NORMAL_VALUES = {"first": 0.2266794707, "second": 0.3955931148, "all": 0.5760970924}
TOLERANCE = 0.01


def test_the_tail_mean_of_a_standard_normal() -> None:
    points = 2**20
    normals = ndtri((np.arange(points) + 0.5) / points)
    assert risk.tail_mean(normals) == pytest.approx(2.0627128075, abs=2e-6)


# --- Ishigami -------------------------------------------------------------------------------------------------------


def _ishigami(points: Floats) -> Floats:
    x = math.pi * (2.0 * points - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobol_indices_of_the_ishigami_function() -> None:
    found = sensitivity.sobol_indices(_ishigami, 3, 13, seed=1)
    assert found.first_order == pytest.approx([0.3139051911, 0.4424111448, 0.0], abs=0.005)
    assert found.total_order == pytest.approx([0.5575888552, 0.4424111448, 0.2436836641], abs=0.005)


def test_the_regression_finds_the_same_first_order_indices_of_the_ishigami_function() -> None:
    points = qmc.Sobol(3, rng=5).random_base2(15)
    outcomes = _ishigami(points)
    shares = [
        information.worth_of_knowing(information.on_curve(column, outcomes), outcomes).first_order_share
        for column in points.T
    ]
    assert np.var(outcomes) == pytest.approx(13.8445879407, rel=0.002)
    assert shares == pytest.approx([0.3139051911, 0.4424111448, 0.0], abs=0.005)


def test_an_input_that_is_swapped_for_another_is_seen() -> None:
    found = sensitivity.sobol_indices(lambda points: _ishigami(points[:, [1, 0, 2]]), 3, 13, seed=1)
    assert found.total_order != pytest.approx([0.5575888552, 0.4424111448, 0.2436836641], abs=0.005)


# --- worth of information, two independent normals ------------------------------------------------------------------


def _normal_sample(count: int, seed: int) -> tuple[Floats, Floats, Floats]:
    first, second = np.random.default_rng(seed).normal(size=(2, count)) * np.array([[1.5], [2.0]])
    return first, second, 1.0 + first + second


@pytest.mark.parametrize("method", [information.on_curve, information.on_bins])
def test_worth_of_knowing_one_normal(method: Callable[[Floats, Floats], information.Regression]) -> None:
    first, second, difference = _normal_sample(100_000, seed=7)
    for values, name in ((first, "first"), (second, "second")):
        worth = information.worth_of_knowing(method(values, difference), difference)
        assert worth.value_sek == pytest.approx(NORMAL_VALUES[name], abs=TOLERANCE)


def test_worth_of_knowing_both_normals_is_the_worth_of_knowing_all() -> None:
    first, second, difference = _normal_sample(100_000, seed=8)
    surface = information.worth_of_knowing(information.on_surface(first, second, difference), difference)
    assert information.perfect_information_sek(difference) == pytest.approx(NORMAL_VALUES["all"], abs=TOLERANCE)
    assert surface.value_sek == pytest.approx(NORMAL_VALUES["all"], abs=TOLERANCE)


def test_worth_at_an_even_chance() -> None:
    normals = np.random.default_rng(9).normal(size=200_000)
    assert information.perfect_information_sek(normals) == pytest.approx(0.3989422804, abs=TOLERANCE)
    assert risk.probability(1.0 + 2.5 * normals < 0.0)[0] == pytest.approx(0.3445782584, abs=0.005)


def test_the_stated_error_of_the_worth_is_honoured() -> None:
    deviations = []
    for seed in range(60):
        first, _, difference = _normal_sample(4_000, seed)
        worth = information.worth_of_knowing(information.on_curve(first, difference), difference)
        deviations.append((worth.value_sek - NORMAL_VALUES["first"]) / worth.standard_error_sek)
    assert abs(np.mean(deviations)) < 0.5
    assert 0.7 < np.std(deviations) < 1.3


def test_an_assumption_that_nothing_depends_on_is_worth_nothing_within_its_error() -> None:
    _, _, difference = _normal_sample(100_000, seed=10)
    noise = np.random.default_rng(11).uniform(size=difference.size)
    worth = information.worth_of_knowing(information.on_curve(noise, difference), difference)
    assert worth.value_sek <= 2.0 * TOLERANCE * NORMAL_VALUES["all"]
    assert worth.first_order_share < 1e-3


# --- break-evens of a case worked by hand ---------------------------------------------------------------------------

NOTHING_ELSE = {
    "staff_cost_sek_per_hour": 1_000.0,
    "authority_hours_per_procedure": 100.0,
    "dialogue_effort_factor": 5.0,
    "management_hours_per_agreement_year": 20.0,
    "management_hours_per_supplier_year": 60.0,
    "scope_saving_share": 0.10,
}
ORDINARY = ("hours_per_fte_year", "bidder_saturation_count", "bidders_factor", "appeal_months_mean")


@pytest.fixture(scope="module")
def hand_worked(repository: Path) -> ExpectedCosts:
    """Two needs of 1,000 kSEK a year: procedures of 100 kSEK every fourth year and 50 kSEK of management a year each;
    or together 5 % cheaper, one procedure of 500, 80 of management and 100 of governance. Nothing else costs."""
    files = sorted((repository / "data" / "assumptions").glob("*.yaml"))
    defaults = read_assumptions({file.name: file.read_text(encoding="utf-8") for file in files}).assumptions
    base = date(2026, 9, 1)
    together = Terms(
        term_months=144,
        requirements=Requirements.FUNCTIONAL,
        governance=Governance.PARTNERSHIP,
        meeting_hours_per_year=100.0,
    )
    needs = tuple(CaseNeed(id=name, name=name, category="72", annual_value_sek=1e6) for name in ("N-1", "N-2"))
    case = Case(
        id="h1",
        name="H1",
        settings=Settings(base_month=base),
        needs=needs,
        present=tuple(
            PresentAgreement(
                id=f"A-{need.id}",
                name=need.name,
                need_ids=(need.id,),
                supplier="the same",
                expiry=base,
                terms=Terms(term_months=48),
            )
            for need in needs
        ),
        proposed=(ProposedAgreement(id="P", name="P", need_ids=("N-1", "N-2"), start=base, terms=together),),
        assumptions=tuple(_settled(each) for each in defaults),
        bidder_counts={"": (1.0,)},
        interfaces=(),
    )
    return ExpectedCosts(case)


def _settled(assumption: Assumption) -> Assumption:
    kept = assumption.name in ORDINARY or "overrun" in assumption.name or "sigma" in assumption.name
    value = assumption.distribution.values[0] if kept else NOTHING_ELSE.get(assumption.name, 0.0)
    if assumption.name == "bidders_factor":
        value = 1.0
    return replace(assumption, distribution=Distribution(Shape.FIXED, (value,)), correlates_with=())


def _at_rate(expected: ExpectedCosts, rate: float) -> Quantities:
    case = replace(expected.case, settings=replace(expected.case.settings, discount_rate_share=rate))
    priced = ExpectedCosts(case, expected.sampler)
    values = priced.sampler.median()[np.newaxis]
    return Quantities(priced, values, priced.mean_difference_sek(values))


@pytest.mark.parametrize(
    ("rate", "difference_sek", "governance_hours", "discount_share"),
    [(0.0, -340_000.0, 128.3333333, 0.0358333333), (0.035, -222_762.666, 122.658125, 0.03867094)],
)
def test_break_evens_of_a_case_worked_by_hand(
    hand_worked: ExpectedCosts, rate: float, difference_sek: float, governance_hours: float, discount_share: float
) -> None:
    quantities = _at_rate(hand_worked, rate)
    assert quantities.expected.mean_difference_sek(quantities.values) == pytest.approx(difference_sek, abs=1e-3)
    hours, above = break_even(quantities.governance())
    assert (hours, above) == (pytest.approx(governance_hours, abs=1e-6), False)
    # A bundle of two needs: half of what its scope saves is a discount on the price of both.
    saving, above = break_even(quantities.scope_saving())
    assert (saving / 2.0, above) == (pytest.approx(discount_share, abs=5e-9), True)


def test_the_break_even_rate_of_the_case_worked_by_hand(hand_worked: ExpectedCosts) -> None:
    rate, above = break_even(_at_rate(hand_worked, 0.035).discount_rate())
    assert (rate, above) == (pytest.approx(0.14752226, abs=1e-8), False)
