"""What each plan costs in every calendar year, by account, in real and in nominal prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.components import COMPONENTS, PLANS
from partnership_lib.decision.engine.simulate import Simulation, simulate
from partnership_lib.decision.measures.estimates import path_values
from partnership_lib.decision.measures.expected import LEGAL, ExpectedCosts
from partnership_lib.decision.plans.discounting import inflation_weights, year_weights

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

PRICES = ("real", "nominal")
QUANTILES = (0.10, 0.50, 0.90)
# A year's mean is one of many; its error is some hundredths of a per cent, which no budget shows.
BUDGET_POINTS, BUDGET_PATHS = 2**8, 2**11


def calendar_years(case: Case) -> NDArray[np.int64]:
    """Return the calendar year of every month of the horizon."""
    base = case.settings.base_month
    return base.year + (base.month - 1 + np.arange(case.settings.horizon_months)) // 12


def budget_weights(case: Case, year: int, prices: str) -> Floats:
    """Return what a month's cash counts in the budget of a year, months 0 to T: undiscounted."""
    weights = year_weights(calendar_years(case), year)
    if prices == "nominal":
        weights = weights * inflation_weights(case.settings.horizon_months, case.settings.inflation_share)
    return weights


def budget_profile(expected: ExpectedCosts, values: Floats, paths: int) -> pd.DataFrame:
    """Return mean cost per plan, year, prices and account, with P10, P50 and P90 of the totals (`Comparison.budget`).

    Parameters
    ----------
    expected : ExpectedCosts
        Of the case.
    values : numpy.ndarray
        Values of the assumptions that the means are taken over.
    paths : int
        How many paths the quantiles are taken over.
    """
    import pandas as pd

    years = [int(year) for year in np.unique(calendar_years(expected.case))]
    frames = [_year(expected, values, paths, year, prices) for prices in PRICES for year in years]
    profile = pd.concat(frames, ignore_index=True)
    order = pd.Categorical(profile["plan"], categories=list(PLANS), ordered=True)
    return profile.iloc[np.argsort(order.codes, kind="stable")].reset_index(drop=True)


def _year(expected: ExpectedCosts, values: Floats, paths: int, year: int, prices: str) -> pd.DataFrame:
    import pandas as pd

    weights = budget_weights(expected.case, year, prices)
    means = _at_weights(expected, weights).components_sek(values).mean(axis=0)
    simulation = _simulated(expected, weights, paths)
    means[:, LEGAL] = np.asarray(simulation.component_means_sek)[:, LEGAL]
    totals = means.sum(axis=1)
    rows: list[tuple[str | int | float, ...]] = []
    for plan, name in enumerate(PLANS):
        # The paths know the spread of a year, the closed form its middle.
        moved = simulation.totals_sek[:, plan] + (totals[plan] - simulation.totals_sek[:, plan].mean())
        fan = tuple(float(quantile) for quantile in np.quantile(moved, QUANTILES))
        unknown = (float("nan"),) * len(QUANTILES)
        accounts = zip(COMPONENTS, means[plan], strict=True)
        rows.extend((name, year, prices, account, float(mean), *unknown) for account, mean in accounts)
        rows.append((name, year, prices, "total", float(totals[plan]), *fan))
    columns = ["plan", "year", "prices", "account", "mean_sek", "p10_sek", "p50_sek", "p90_sek"]
    return pd.DataFrame(rows, columns=columns)


def _at_weights(expected: ExpectedCosts, weights: Floats) -> ExpectedCosts:
    return ExpectedCosts(expected.case, expected.sampler, weights)


def _simulated(expected: ExpectedCosts, weights: Floats, paths: int) -> Simulation:
    compiled = _at_weights(expected, weights).compiled
    values = path_values(expected.sampler, expected.case.effort)
    return simulate(compiled, values, paths=paths, seed=expected.case.effort.seed)
