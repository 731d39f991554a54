"""What each assumption does alone (tornado), and all of them together at their worst and best (stress)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.measures.expected import ExpectedCosts
from partnership_lib.decision.measures.information import Curve

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


def tornado(
    expected: ExpectedCosts, ranking: pd.DataFrame, curves: Mapping[str, Curve], mean_sek: float, legal_sek: float
) -> pd.DataFrame:
    """Return the difference with each uncertain assumption at its P10 and P90, longest bar first.

    Once with the others at their P50, once with the others random: the expected difference given the assumption, from
    the regression that also gives its worth.

    Parameters
    ----------
    mean_sek, legal_sek : float
        The mean difference, and its part that only the simulation knows.
    """
    frame = ranking[["assumption", "p10", "p90"]].copy()
    rows = np.tile(expected.sampler.median(), (2 * len(frame), 1))
    means = np.empty((len(frame), 2))
    for place, (key, low, high) in enumerate(frame.itertuples(index=False)):
        rows[2 * place : 2 * place + 2, expected.sampler.column(key)] = low, high
        means[place] = curves[key].at(np.array([low, high]))
    alone = _alone(expected, rows, legal_sek).reshape(-1, 2)
    frame["difference_at_p10_sek"], frame["difference_at_p90_sek"] = alone[:, 0], alone[:, 1]
    # Where nothing depends on the assumption the regression must not draw a bar out of chance.
    means[ranking["total_order_share"].to_numpy() == 0.0] = mean_sek
    frame["mean_at_p10_sek"], frame["mean_at_p90_sek"] = means[:, 0], means[:, 1]
    longest = np.argsort(-np.abs(alone[:, 1] - alone[:, 0]), kind="stable")
    return frame.iloc[longest].reset_index(drop=True)


def stress(expected: ExpectedCosts, bars: pd.DataFrame, legal_sek: float) -> pd.DataFrame:
    """Return the difference with all assumptions at the P90, P50 and P10 of what they do to it.

    Everything going wrong at once is no forecast: the scenarios are stress, not probabilities.

    Parameters
    ----------
    bars : pandas.DataFrame
        The tornado, whose bars tell in which direction an assumption works.
    """
    import pandas as pd

    rows = np.tile(expected.sampler.median(), (3, 1))
    for bar in bars.to_dict("records"):
        low, high = bar["p10"], bar["p90"]
        # Its own effect decides: through a correlation the regression could show that of another assumption.
        rises = bar["difference_at_p90_sek"] >= bar["difference_at_p10_sek"]
        column = expected.sampler.column(bar["assumption"])
        rows[0, column], rows[2, column] = (high, low) if rises else (low, high)
    found = _alone(expected, rows, legal_sek)
    return pd.DataFrame({"scenario": ["worst", "base", "best"], "difference_sek": found})


def _alone(expected: ExpectedCosts, rows: Floats, legal_sek: float) -> Floats:
    """Return the expected difference of every row; without a closed form the mean of as many paths as points."""
    if expected.closed_form:
        return expected.differences_sek(rows) + legal_sek
    count = expected.case.effort.points
    return np.array([expected.mean_difference_sek(np.tile(row, (count, 1))) for row in rows]) + legal_sek
