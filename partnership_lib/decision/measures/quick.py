"""The answer while a slider moves: less of everything than `compare`, on points and paths that stay the same."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.cases.scenarios import Change, apply_changes
from partnership_lib.decision.engine.simulate import simulate
from partnership_lib.decision.measures import risk
from partnership_lib.decision.measures.comparison import Spread
from partnership_lib.decision.measures.estimates import Sample, mean_costs, path_values, sobol_values
from partnership_lib.decision.measures.expected import ExpectedCosts
from partnership_lib.decision.measures.ranking import fit_curves, rank_assumptions
from partnership_lib.decision.measures.waterfall import difference_frame
from partnership_lib.decision.uncertainty.sampling import Sampler

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

PATHS = 2**12
RANDOMISATIONS, POINTS = 4, 2**7
RANKING_POINTS = 2**11
MODELS_KEPT = 16


@dataclass(frozen=True)
class QuickAnswer:
    """What the room shows; the names mean what they mean in `Comparison`.

    Attributes
    ----------
    components : pandas.DataFrame
        ``component``, ``fragmented_sek``, ``consolidated_sek``, ``difference_sek``, ``standard_error_sek``.
    density : pandas.DataFrame
        ``difference_sek``, ``share``.
    total_cost_sek : tuple of float
        Mean total of each plan.
    seconds : float
        How long the computing took.
    """

    difference: Spread
    total_cost_sek: tuple[float, float]
    saving_share: float
    p_consolidated_cheaper: float
    p_standard_error: float
    coin_toss: bool
    components: pd.DataFrame
    density: pd.DataFrame
    seconds: float


class QuickRoom:
    """Answers changes of a case at once; what does not change is prepared when the room is made.

    The same points and paths are used for every answer, so what moves when a slider moves is the slider's doing and not
    chance.

    Parameters
    ----------
    case : Case
        What the changes are changes of.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self._models: OrderedDict[object, ExpectedCosts] = OrderedDict()
        self._sampler = Sampler(case)
        effort = replace(case.effort, randomisations=RANDOMISATIONS, points=POINTS)
        self._points = sobol_values(self._sampler, effort)
        self._paths = path_values(self._sampler, case.effort)(0, PATHS)
        # The first answer would otherwise bear what is prepared once: the tables, and the engine's compilation.
        self.answer({})

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Keys of the uncertain assumptions, the one most worth knowing first."""
        expected = self._model(self.case)
        values = sobol_values(self._sampler, replace(self.case.effort, randomisations=1, points=RANKING_POINTS))
        sample = Sample(values, expected.components_sek(values), 1)
        curves = fit_curves(self._sampler, sample, 0.0)
        ranking = rank_assumptions(self._sampler, sample, curves, np.ones(len(self._sampler.uncertain)), 0.0)
        return tuple(ranking["assumption"])

    def answer(self, changes: Mapping[str, Change]) -> QuickAnswer:
        """Return the answer to the case with these changes, keys as in `cases.scenarios.apply_changes`.

        Raises
        ------
        UsageError
            When a change is refused; the room stays as it was.
        """
        start = time.perf_counter()
        case = apply_changes(self.case, changes)
        expected = self._model(case)
        points, paths = (self._at(case, expected.sampler, values) for values in (self._points, self._paths))
        # The simulation lets others run beside it.
        with ThreadPoolExecutor(1) as beside:
            simulated = beside.submit(simulate, expected.compiled, paths, seed=case.effort.seed)
            sample = Sample(points, expected.components_sek(points), RANDOMISATIONS)
            simulation = simulated.result()
        means = mean_costs(sample, simulation)
        on_paths = simulation.totals_sek[:, 1] - simulation.totals_sek[:, 0]
        difference = risk.moved_to(on_paths, means.difference_sek)
        cheaper, error = risk.probability(difference < 0.0)
        return QuickAnswer(
            difference=risk.spread(on_paths, means.difference_sek, means.difference_error_sek),
            total_cost_sek=means.totals_sek,
            saving_share=-means.difference_sek / means.totals_sek[0] if means.totals_sek[0] else 0.0,
            p_consolidated_cheaper=cheaper,
            p_standard_error=error,
            coin_toss=risk.is_coin_toss(difference),
            components=difference_frame(means),
            density=risk.density(difference),
            seconds=time.perf_counter() - start,
        )

    def _model(self, case: Case) -> ExpectedCosts:
        """Return the compiled case; fixing an assumption compiles nothing anew."""
        key = (case.settings, case.proposed, tuple(each.key for each in case.assumptions))
        if key not in self._models:
            same = len(case.assumptions) == len(self.case.assumptions)
            self._models[key] = ExpectedCosts(case, self._sampler if same else None)
            if len(self._models) > MODELS_KEPT:
                self._models.popitem(last=False)
        return self._models[key]

    def _at(self, case: Case, sampler: Sampler, values: Floats) -> Floats:
        """Return the room's values with the assumptions that the case fixes or adds."""
        own = {each.key: each.distribution for each in self.case.assumptions}
        changed = [each for each in case.assumptions if own.get(each.key) != each.distribution]
        if not changed:
            return values
        moved = np.empty((values.shape[0], len(sampler.keys)))
        moved[:, [sampler.column(key) for key in self._sampler.keys]] = values
        for assumption in changed:
            moved[:, sampler.column(assumption.key)] = assumption.distribution.values[0]
        return moved
