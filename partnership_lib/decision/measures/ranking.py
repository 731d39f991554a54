"""What to find out first: the worth of knowing each assumption, its part of the variance, and who has confirmed it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.measures import information, sensitivity
from partnership_lib.decision.measures.estimates import Sample
from partnership_lib.decision.measures.expected import ExpectedCosts, independent_values
from partnership_lib.decision.uncertainty.quantiles import quantile
from partnership_lib.decision.uncertainty.sampling import Sampler

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

COLUMNS = (
    "assumption",
    "name",
    "scope",
    "evppi_sek",
    "evppi_error_sek",
    "evppi_by_bins_sek",
    "first_order_share",
    "total_order_share",
    "confirmed",
    "p10",
    "p90",
)
SALTELLI_LOG2_POINTS = 8
PARTNERS = 4
# A first-order index never passes the total one; half more is left for the errors of both.
TOTAL_MARGIN = 1.5
BLOCKS_AT_ONCE = 16


def total_shares(expected: ExpectedCosts, log2_points: int = SALTELLI_LOG2_POINTS) -> Floats:
    """Return the total Sobol index of every uncertain assumption, in the order of `Sampler.uncertain`."""
    case, sampler = expected.case, expected.sampler

    def differences(uniforms: Floats) -> Floats:
        return expected.differences_sek(independent_values(case, sampler, uniforms))

    blocks = BLOCKS_AT_ONCE if expected.closed_form else 1
    uncertain = len(sampler.uncertain)
    return sensitivity.sobol_indices(differences, uncertain, log2_points, case.effort.seed, blocks).total_order


def fit_curves(sampler: Sampler, sample: Sample, legal_sek: float) -> dict[str, information.Curve]:
    """Return the expected difference given each uncertain assumption, by its key.

    Parameters
    ----------
    legal_sek : float
        Mean difference of the component that the sample leaves out.
    """
    differences = sample.differences_sek + legal_sek
    return {
        sampler.keys[column]: information.Curve(sample.values[:, column], differences) for column in sampler.uncertain
    }


def rank_assumptions(
    sampler: Sampler, sample: Sample, curves: Mapping[str, information.Curve], totals: Floats, legal_sek: float
) -> pd.DataFrame:
    """Return a row per uncertain assumption, the one most worth knowing first (`Comparison.information`).

    Parameters
    ----------
    curves : Mapping
        From `fit_curves`.
    totals : numpy.ndarray
        Total Sobol indices in the order of `Sampler.uncertain`.
    legal_sek : float
        Mean difference of the component that the sample leaves out.
    """
    import pandas as pd

    differences = sample.differences_sek + legal_sek
    correlated = {key for each in sampler.assumptions for other, _ in each.correlates_with for key in (each.key, other)}
    rows = []
    for place, column in enumerate(sampler.uncertain):
        assumption = sampler.assumptions[column]
        regression = curves[assumption.key].regression(sample.values[:, column])
        # A fit to a finite sample is never exactly flat; the total index, which is about nothing where little depends
        # on the assumption, tells chance from effect. Only a correlation lets an assumption tell more than it does.
        most = 1.0 if assumption.key in correlated else TOTAL_MARGIN * float(totals[place])
        worth, check = (
            information.worth_of_knowing(each, differences, most)
            for each in (regression, information.on_bins(sample.values[:, column], differences))
        )
        low, high = quantile(assumption.distribution, np.array([0.1, 0.9]))
        rows.append(
            (assumption.key, assumption.name, assumption.scope)
            + (worth.value_sek, worth.standard_error_sek, check.value_sek)
            + (worth.first_order_share, float(totals[place]), bool(assumption.confirmed_by), float(low), float(high))
        )
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    order = ["evppi_sek", "first_order_share", "total_order_share", "assumption"]
    return frame.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


def with_partners(ranking: pd.DataFrame, sampler: Sampler, sample: Sample, legal_sek: float) -> pd.DataFrame:
    """Return the ranking with what the first few are worth in twos: ``together_with`` and ``evppi_together_sek``.

    For each the partner among them that it is worth most together with; two assumptions can be worth more than the sum
    of each, when only both together change the choice. Empty and NaN for all others.
    """
    first = list(ranking["assumption"].head(PARTNERS))
    differences = sample.differences_sek + legal_sek
    best: dict[str, tuple[float, str]] = {key: (float("nan"), "") for key in ranking["assumption"]}
    for pair in combinations(first, 2):
        one, other = (sample.values[:, sampler.column(key)] for key in pair)
        worth = information.worth_of_knowing(information.on_surface(one, other, differences), differences).value_sek
        for key, partner in (pair, pair[::-1]):
            if not best[key][0] >= worth:
                best[key] = (worth, partner)
    worths, partners = zip(*best.values(), strict=True) if best else ((), ())
    return ranking.assign(together_with=list(partners), evppi_together_sek=list(worths))


def unconfirmed_share(ranking: pd.DataFrame) -> float:
    """Return the part of the variance that rests on assumptions nobody has confirmed: their first-order indices."""
    return float(min(ranking.loc[~ranking["confirmed"].astype(bool), "first_order_share"].sum(), 1.0))
