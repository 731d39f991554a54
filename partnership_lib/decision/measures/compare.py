"""The comparison of a case: every measure, from one compiled case, one sample and one simulation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.engine.simulate import Simulation, simulate
from partnership_lib.decision.measures import risk
from partnership_lib.decision.measures.break_evens import break_evens
from partnership_lib.decision.measures.budget import BUDGET_PATHS, BUDGET_POINTS, budget_profile
from partnership_lib.decision.measures.comparison import Comparison
from partnership_lib.decision.measures.estimates import Means, Sample, draw_sample, mean_costs, path_values
from partnership_lib.decision.measures.expected import LEGAL, ExpectedCosts
from partnership_lib.decision.measures.honesty import honesty_checks
from partnership_lib.decision.measures.information import perfect_information_sek
from partnership_lib.decision.measures.legal import legal_hits, legal_months
from partnership_lib.decision.measures.quality import unmeasured_quality_sek
from partnership_lib.decision.measures.quantities import Quantities
from partnership_lib.decision.measures.ranking import (
    fit_curves,
    rank_assumptions,
    total_shares,
    unconfirmed_share,
    with_partners,
)
from partnership_lib.decision.measures.reference_checks import reference_checks
from partnership_lib.decision.measures.term_values import term_values
from partnership_lib.decision.measures.tornado import stress, tornado
from partnership_lib.decision.measures.waterfall import staff_time_sek, waterfall

Floats = NDArray[np.float64]
Progress = Callable[[str], None]

STEPS: Mapping[str, float] = MappingProxyType({
    "compile": 0.01,
    "expect": 0.2,
    "simulate": 0.16,
    "information": 0.32,
    "tornado": 0.01,
    "break_evens": 0.1,
    "budget": 0.15,
    "term_values": 0.04,
    "checks": 0.01,
})  # fmt: skip
"""The steps in their order, and what share of the time each took on the demo's largest case."""
# Differences between neighbouring values need fewer points than the level does.
SLOPE_POINTS = 2**8
TENTH = 0.10


def compare(case: Case, progress: Progress | None = None) -> Comparison:
    """Return the whole answer to a case.

    Parameters
    ----------
    progress : callable, optional
        Called with the name of every step in `STEPS` before it begins.

    Raises
    ------
    UsageError
        When a rule of the case cannot be computed.
    """
    tell = progress or (lambda _: None)
    tell("compile")
    work = _Work(ExpectedCosts(case), tell)
    return Comparison(
        case=case,
        **_distribution(work),
        **_knowledge(work),
        **_outlook(work),
        **_checks(work),
        paths=case.effort.paths,
        evaluations=work.sample.values.shape[0],
        hashes=work.simulation.hashes,
        closed_form=work.expected.closed_form,
    )


@dataclass(frozen=True)
class _Work:
    """What the measures have in common; each part is computed when it is first asked for."""

    expected: ExpectedCosts
    tell: Progress

    @cached_property
    def simulation(self) -> Simulation:
        self.tell("simulate")
        case = self.expected.case
        values = path_values(self.expected.sampler, case.effort)
        return simulate(self.expected.compiled, values, paths=case.effort.paths, seed=case.effort.seed)

    @cached_property
    def sample(self) -> Sample:
        self.tell("expect")
        return draw_sample(self.expected, self.expected.case.effort)

    @cached_property
    def means(self) -> Means:
        return mean_costs(self.sample, self.simulation)

    @cached_property
    def staff_sek(self) -> Floats:
        return staff_time_sek(self.expected, self.sample, self.means)

    @property
    def legal_sek(self) -> float:
        """Return the mean difference that only the simulation knows."""
        return float(self.means.differences_sek[LEGAL])


def _distribution(work: _Work) -> dict[str, Any]:
    means, simulated = work.means, work.simulation.totals_sek
    simulated_difference = simulated[:, 1] - simulated[:, 0]
    difference = risk.moved_to(simulated_difference, means.difference_sek)
    kept_apart = work.simulation.without_benefits_sek
    cheaper, error = risk.probability(difference < 0.0)
    return {
        "difference": risk.spread(simulated_difference, means.difference_sek, means.difference_error_sek),
        "difference_without_benefits": risk.spread(
            kept_apart[:, 1] - kept_apart[:, 0],
            means.difference_without_benefits_sek,
            means.without_benefits_error_sek,
        ),
        "choices": risk.choices(simulated, means.totals_sek, means.total_errors_sek),
        "p_consolidated_cheaper": cheaper,
        "p_standard_error": error,
        "p_saving_over_tenth": risk.probability(-difference > TENTH * simulated[:, 0])[0],
        "coin_toss": risk.is_coin_toss(difference),
        "saving_share": -means.difference_sek / means.totals_sek[0] if means.totals_sek[0] else 0.0,
        "components": waterfall(means, work.staff_sek),
        "density": risk.density(difference),
    }


def _knowledge(work: _Work) -> dict[str, Any]:
    expected, sample = work.expected, work.sample
    work.tell("information")
    curves = fit_curves(expected.sampler, sample, work.legal_sek)
    alone = rank_assumptions(expected.sampler, sample, curves, total_shares(expected), work.legal_sek)
    ranking = with_partners(alone, expected.sampler, sample, work.legal_sek)
    work.tell("tornado")
    bars = tornado(expected, ranking, curves, work.means.difference_sek, work.legal_sek)
    return {
        "information": ranking,
        "evpi_sek": perfect_information_sek(sample.differences_sek + work.legal_sek),
        "unconfirmed_share": unconfirmed_share(ranking),
        "tornado": bars,
        "stress": stress(expected, bars, work.legal_sek),
    }


def _outlook(work: _Work) -> dict[str, Any]:
    expected, values = work.expected, work.sample.values
    work.tell("break_evens")
    found = break_evens(Quantities(expected, values[:SLOPE_POINTS], work.means.difference_sek).all())
    work.tell("budget")
    budget = budget_profile(expected, values[:BUDGET_POINTS], min(BUDGET_PATHS, expected.case.effort.paths))
    work.tell("term_values")
    return {
        "break_evens": found,
        "budget": budget,
        "term_values": term_values(expected, work.legal_sek),
        "unmeasured_quality_sek": unmeasured_quality_sek(expected, values[:SLOPE_POINTS]),
    }


def _checks(work: _Work) -> dict[str, Any]:
    work.tell("checks")
    expected = work.expected
    return {
        "legal": legal_hits(expected.compiled, work.simulation),
        "legal_months": legal_months(expected.case, expected.compiled, work.simulation),
        "reference_checks": reference_checks(work.means, expected.compiled, expected.sampler.median()),
        "honesty": honesty_checks(expected, work.means, work.staff_sek),
    }
