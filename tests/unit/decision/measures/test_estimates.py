"""Means with their errors, and the points they are taken over."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.engine.simulate import simulate
from partnership_lib.decision.measures.estimates import (
    draw_sample,
    mean_and_error,
    mean_costs,
    path_values,
    sobol_values,
)
from partnership_lib.decision.measures.expected import LEGAL, ExpectedCosts


@pytest.fixture(scope="module")
def expected(small_case: Case) -> ExpectedCosts:
    return ExpectedCosts(small_case)


def test_the_error_comes_from_the_means_of_the_randomisations() -> None:
    values = np.array([1.0, 3.0, 2.0, 4.0])  # means 2 and 3
    assert mean_and_error(values, 2) == (2.5, pytest.approx(0.5))
    assert mean_and_error(values, 1) == (2.5, pytest.approx(values.std() / 2.0))


def test_the_closed_form_and_the_simulation_agree_on_the_mean(expected: ExpectedCosts) -> None:
    uniforms = np.random.default_rng(5).uniform(1e-9, 1.0, (2**12, len(expected.sampler.uncertain)))
    simulation = simulate(expected.compiled, expected.sampler.at(uniforms), seed=11)
    means = mean_costs(draw_sample(expected, expected.case.effort), simulation)
    differences = simulation.totals_sek[:, 1] - simulation.totals_sek[:, 0]
    error = math.hypot(differences.std() / math.sqrt(differences.size), means.difference_error_sek)
    assert abs(differences.mean() - means.difference_sek) < 3.5 * error


def test_the_stated_error_of_the_mean_is_honoured(expected: ExpectedCosts) -> None:
    effort = replace(expected.case.effort, randomisations=8, points=2**6)
    truth = draw_sample(expected, replace(effort, points=2**10, seed=99)).differences_sek.mean()
    found = [
        mean_and_error(draw_sample(expected, replace(effort, seed=seed)).differences_sek, effort.randomisations)
        for seed in range(10)
    ]
    deviations = [(mean - truth) / error for mean, error in found]
    assert 0.4 < np.sqrt(np.mean(np.square(deviations))) < 2.0


def test_legal_comes_from_the_simulation_and_everything_else_from_the_closed_form(expected: ExpectedCosts) -> None:
    sample = draw_sample(expected, expected.case.effort)
    simulation = simulate(expected.compiled, sample.values, seed=2)
    means = mean_costs(sample, simulation)
    assert (sample.components_sek[:, :, LEGAL] == 0.0).all()
    assert means.components_sek[:, LEGAL].tolist() == simulation.component_means_sek[:, LEGAL].tolist()
    assert means.components_sek[:, LEGAL].min() > 0.0
    closed = np.delete(means.components_sek, LEGAL, axis=1)
    assert closed == pytest.approx(np.delete(sample.components_sek.mean(axis=0), LEGAL, axis=1), rel=1e-12)


def test_the_first_paths_have_the_values_of_the_sobol_points(expected: ExpectedCosts) -> None:
    effort = expected.case.effort
    values = sobol_values(expected.sampler, effort)
    assert np.array_equal(path_values(expected.sampler, effort)(0, len(values)), values)


def test_setting_an_assumption_sets_it_in_every_scope_and_nothing_else(expected: ExpectedCosts) -> None:
    values = expected.sampler.median()[np.newaxis]
    changed = expected.with_values(values, {"scope_saving_share": 0.2})
    columns = expected.columns("scope_saving_share")
    assert changed[0, columns].tolist() == [0.2] * len(columns)
    assert np.delete(changed, columns).tolist() == np.delete(values, columns).tolist()
