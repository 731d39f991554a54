"""The expected cost of both plans as a function of the assumptions: what every measure but the distribution asks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.cases.records import Case, ExtensionRule
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine.expect import expect
from partnership_lib.decision.engine.simulate import simulate
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.uncertainty.quantiles import quantile
from partnership_lib.decision.uncertainty.sampling import Sampler

Floats = NDArray[np.float64]

LEGAL = COMPONENTS.index("legal")


class ExpectedCosts:
    """Expected costs of a case for any values of its assumptions, all components but ``legal``.

    Where a rule of the case has no closed form (options used by price), every row of the values is simulated on a path
    of its own, the same path for the same row each time, so that comparisons stay comparisons.

    Parameters
    ----------
    case : Case
    sampler : Sampler, optional
        That of a case with the same assumptions, if there is one already.
    weights : numpy.ndarray, optional
        What a month's cash counts, months 0 to T; the case's discounting unless given.

    Attributes
    ----------
    closed_form : bool
        Exact given the assumptions; otherwise simulated.
    """

    def __init__(self, case: Case, sampler: Sampler | None = None, weights: Floats | None = None) -> None:
        self.case = case
        self.sampler = sampler or Sampler(case)
        self.compiled = compile_case(case, weights=weights)
        # Whether an option is used then depends on prices that only a path knows.
        self.closed_form = case.settings.extension_rule is not ExtensionRule.PRICE

    def components_sek(self, values: Floats) -> Floats:
        """Return expected costs, shape (rows, 2 plans, components) [SEK]."""
        if self.closed_form:
            return expect(self.compiled, values)
        simulation = simulate(self.compiled, values, seed=self.case.effort.seed, keep_components=True)
        assert simulation.components_sek is not None
        found = simulation.components_sek.copy()
        # The ledger of modifications is estimated once, from the full simulation, in both ways of counting.
        found[:, :, LEGAL] = 0.0
        return found

    def differences_sek(self, values: Floats) -> Floats:
        """Return expected differences, consolidated minus fragmented, an entry per row [SEK]."""
        totals = self.components_sek(values).sum(axis=2)
        return totals[:, 1] - totals[:, 0]

    def mean_difference_sek(self, values: Floats) -> float:
        """Return the mean of the expected differences [SEK]."""
        return float(np.mean(self.differences_sek(values)))

    def columns(self, name: str) -> list[int]:
        """Return the columns of the assumption with this name, the general one and those with a scope."""
        return [column for column, key in enumerate(self.sampler.keys) if key.partition("@")[0] == name]

    def with_values(self, values: Floats, changes: Mapping[str, float]) -> Floats:
        """Return the values with assumptions set, by name, in every scope."""
        changed = values.copy()
        for name, value in changes.items():
            changed[:, self.columns(name)] = value
        return changed


def independent_values(case: Case, sampler: Sampler, uniforms: Floats) -> Floats:
    """Return values of the assumptions as if none were correlated: what indices of variance are defined for."""
    by_key = {assumption.key: assumption for assumption in case.assumptions}
    values = np.tile(sampler.median(), (uniforms.shape[0], 1))
    for place, column in enumerate(sampler.uncertain):
        values[:, column] = quantile(by_key[sampler.keys[column]].distribution, uniforms[:, place])
    return values
