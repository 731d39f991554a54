"""What is at stake where quality is taken to be measurable (C12): shown always, also where the case counts nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.cases.records import Case, PresentAgreement, ProposedAgreement
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.measures.expected import ExpectedCosts

Floats = NDArray[np.float64]

QUALITY = COMPONENTS.index("quality_shading")

_Agreement = TypeVar("_Agreement", PresentAgreement, ProposedAgreement)


def unmeasured(case: Case) -> Case:
    """Return the case with no agreement whose quality can be verified."""
    return replace(
        case, present=tuple(map(_unverifiable, case.present)), proposed=tuple(map(_unverifiable, case.proposed))
    )


def unmeasured_quality_sek(expected: ExpectedCosts, values: Floats) -> tuple[float, float, float]:
    """Return how much dearer the consolidated plan gets if quality cannot be measured: mean, P10 and P90 [SEK].

    Counted on top of what the case counts already, and only where the requirements are functional.

    Parameters
    ----------
    values : numpy.ndarray
        Assumption vectors, a row each.
    """
    whole = ExpectedCosts(unmeasured(expected.case), expected.sampler)
    extra = (whole.components_sek(values) - expected.components_sek(values))[:, :, QUALITY]
    difference = extra[:, 1] - extra[:, 0]
    p10, p90 = np.quantile(difference, (0.1, 0.9))
    return float(difference.mean()), float(p10), float(p90)


def _unverifiable(agreement: _Agreement) -> _Agreement:
    return replace(agreement, terms=replace(agreement.terms, indicators_verifiable=False))
