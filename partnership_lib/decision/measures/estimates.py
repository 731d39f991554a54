"""The means of a comparison with their standard errors: closed form on scrambled Sobol points, `legal` simulated."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.cases.records import Effort
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine.simulate import Simulation
from partnership_lib.decision.measures.expected import LEGAL, ExpectedCosts
from partnership_lib.decision.uncertainty.sampling import Sampler

Floats = NDArray[np.float64]

BENEFIT = COMPONENTS.index("benefit")


@dataclass(frozen=True)
class Sample:
    """Values of the assumptions and what both plans cost in expectation at each of them.

    Attributes
    ----------
    values : numpy.ndarray
        Shape (rows, assumptions); the rows of one randomisation follow one another.
    components_sek : numpy.ndarray
        Shape (rows, 2 plans, components) [SEK].
    randomisations : int
        How many independent scramblings of the Sobol points the rows are made of.
    """

    values: Floats
    components_sek: Floats
    randomisations: int

    @property
    def differences_sek(self) -> Floats:
        """Return consolidated minus fragmented, an entry per row, without `legal` [SEK]."""
        totals = self.components_sek.sum(axis=2)
        return totals[:, 1] - totals[:, 0]


@dataclass(frozen=True)
class Means:
    """Mean costs by plan and component, `legal` among them, and their standard errors [SEK].

    Attributes
    ----------
    components_sek, component_errors_sek : numpy.ndarray
        Shape (2, components).
    difference_errors_sek : numpy.ndarray
        Standard errors of the differences of the components, shape (components,).
    total_errors_sek : tuple of float
        Of the total of each plan.
    difference_error_sek, without_benefits_error_sek : float
        Of the difference of the totals, with and without `benefit`.
    """

    components_sek: Floats
    component_errors_sek: Floats
    difference_errors_sek: Floats
    total_errors_sek: tuple[float, float]
    difference_error_sek: float
    without_benefits_error_sek: float

    @property
    def totals_sek(self) -> tuple[float, float]:
        """Return the mean total of each plan."""
        fragmented, consolidated = self.components_sek.sum(axis=1)
        return float(fragmented), float(consolidated)

    @property
    def differences_sek(self) -> Floats:
        """Return the mean difference of every component, consolidated minus fragmented."""
        return self.components_sek[1] - self.components_sek[0]

    @property
    def difference_sek(self) -> float:
        """Return the mean difference: the sum of those of the components, so that a waterfall closes."""
        return float(self.differences_sek.sum())

    @property
    def difference_without_benefits_sek(self) -> float:
        """Return the mean difference of all components but `benefit`."""
        return float(np.delete(self.differences_sek, BENEFIT).sum())


def sobol_values(sampler: Sampler, effort: Effort) -> Floats:
    """Return values of the assumptions: `randomisations` scramblings of `points` Sobol points, one after another."""
    return np.concatenate([_block(sampler, effort, number) for number in range(effort.randomisations)])


def path_values(sampler: Sampler, effort: Effort) -> Callable[[int, int], Floats]:
    """Return a function (first path, count) -> values: path k always has the same, however they are asked for.

    The paths take the points of `sobol_values` in order and go on with further scramblings.
    """
    kept: dict[int, Floats] = {}

    def block(number: int) -> Floats:
        if number not in kept:
            # Paths are asked for in order: the block before is all that can be needed again.
            for old in [each for each in kept if each < number - 1]:
                del kept[old]
            kept[number] = _block(sampler, effort, number)
        return kept[number]

    def values(first: int, count: int) -> Floats:
        begin, end = first // effort.points, (first + count - 1) // effort.points
        together = np.concatenate([block(number) for number in range(begin, end + 1)])
        offset = first - begin * effort.points
        return together[offset : offset + count]

    return values


def draw_sample(expected: ExpectedCosts, effort: Effort) -> Sample:
    """Return expected costs on the Sobol points of the effort."""
    values = sobol_values(expected.sampler, effort)
    return Sample(values, expected.components_sek(values), effort.randomisations)


def mean_costs(sample: Sample, simulation: Simulation) -> Means:
    """Return the means of the sample together with the simulated `legal`."""
    components, errors = _mean(sample.components_sek, sample.randomisations)
    both = sample.components_sek
    differences = both[:, 1] - both[:, 0]
    totals = both.sum(axis=2)
    legal = np.asarray(simulation.component_means_sek)[:, LEGAL]
    legal_errors = np.asarray(simulation.component_standard_errors_sek)[:, LEGAL]
    legal_difference_error = float(np.asarray(simulation.difference_standard_errors_sek)[LEGAL])
    components[:, LEGAL], errors[:, LEGAL] = legal, legal_errors
    difference_errors = _mean(differences, sample.randomisations)[1]
    difference_errors[LEGAL] = legal_difference_error
    total_errors = np.hypot(_mean(totals, sample.randomisations)[1], legal_errors)
    without = np.delete(differences, BENEFIT, axis=1).sum(axis=1)

    def with_legal(values: Floats) -> float:
        return math.hypot(float(_mean(values, sample.randomisations)[1]), legal_difference_error)

    return Means(
        components_sek=components,
        component_errors_sek=errors,
        difference_errors_sek=difference_errors,
        total_errors_sek=(float(total_errors[0]), float(total_errors[1])),
        difference_error_sek=with_legal(differences.sum(axis=1)),
        without_benefits_error_sek=with_legal(without),
    )


def mean_and_error(values: Floats, randomisations: int) -> tuple[float, float]:
    """Return the mean of the rows and its standard error, from the means of the randomisations."""
    mean, error = _mean(values, randomisations)
    return float(mean), float(error)


def _mean(values: Floats, randomisations: int) -> tuple[Floats, Floats]:
    """Return mean and standard error over the first axis; a single randomisation counts its rows as independent."""
    if randomisations == 1:
        return values.mean(axis=0), np.asarray(values.std(axis=0) / math.sqrt(values.shape[0]))
    blocks = values.reshape(randomisations, -1, *values.shape[1:]).mean(axis=1)
    return blocks.mean(axis=0), np.asarray(blocks.std(axis=0, ddof=1) / math.sqrt(randomisations))


def _block(sampler: Sampler, effort: Effort, number: int) -> Floats:
    log2_points = effort.points.bit_length() - 1
    return sampler.at(sampler.sobol(log2_points, effort.seed, number))
